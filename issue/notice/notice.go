// Package notice tells holders and officers what happened: in their inbox
// (お知らせ), by e-mail that says no more than that there is something to read,
// and by a letter where the law or SERVICE §8 wants one and no verified address
// exists. Texts are data in Japanese and English; which kinds exist, over which
// channels they go and what they may be filled with stands in one table. It
// also keeps where a person may be written to, in which language, and sees to
// it that a change of that is told to the old address (SECURITY T48).
package notice

import (
	"context"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// Language is a language that we write in.
type Language string

// The languages that we write in.
const (
	Japanese Language = "ja"
	English  Language = "en"
)

// Options are what New is given.
type Options struct {
	DB   *store.DB
	Jobs jobs.Enqueuer
	Mail Mailer
	// Domain is the site's name as it stands in the footer of every mail.
	Domain string
	// Secret derives the one-time codes; at least 32 bytes, the same on every machine.
	Secret []byte
}

// Mailer hands a mail to the world; ErrRefused when the address will never take it.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// Mail is one e-mail in plain text. ID is stable: the same mail sent twice has
// the same Message-ID, so that mail programs show it once.
type Mail struct{ ID, To, Subject, Body string }

// Notices tells people things. It is safe for use by several goroutines.
type Notices struct{ o Options }

// New checks the options and returns the room's service.
func New(o Options) (*Notices, error) { return newNotices(o) }

// Tell puts a notice of kind into the inbox of the login to and, where the
// table says so, sends a mail by a job or records a letter to write. params
// must be exactly what the table names for the kind; About may be added.
func (n *Notices) Tell(tx *store.Tx, to string, kind Kind, params Params) error {
	return n.tell(tx, to, kind, params)
}

// TellOfficers tells all officers of body that KnowOfficer has heard of.
func (n *Notices) TellOfficers(tx *store.Tx, body string, kind Kind, params Params) error {
	return n.tellOfficers(tx, body, kind, params)
}

// KnowOfficer remembers, when an officer logs in, for which body the login acts
// and where mail goes ("" for none): officers' addresses come from their own
// identity provider and are not asked for.
func (n *Notices) KnowOfficer(tx *store.Tx, by actor.Actor, address string) error {
	return n.knowOfficer(tx, by, address)
}

// Notice is one notice in an inbox, in the reader's language.
type Notice struct {
	ID    string
	Kind  Kind
	Title string
	Text  string
	// About is what Params.About was: "application:…", "certificate:…".
	About  string
	At     time.Time
	ReadAt time.Time // zero: not read
}

// Inbox returns the newest notices of by in language, at most limit, before the
// notice with the given id ("" for the first page).
func (n *Notices) Inbox(tx *store.Tx, by actor.Actor, language Language, before string, limit int) ([]Notice, error) {
	return n.inbox(tx, by, language, before, limit)
}

// Unread counts the notices that by has not read.
func (n *Notices) Unread(tx *store.Tx, by actor.Actor) (int, error) { return n.unread(tx, by) }

// Read returns one notice of by and marks it read. ErrNoNotice when there is
// none with that id for by.
func (n *Notices) Read(tx *store.Tx, by actor.Actor, language Language, id string) (Notice, error) {
	return n.read(tx, by, language, id)
}

// ReadAll marks all notices of by read.
func (n *Notices) ReadAll(tx *store.Tx, by actor.Actor) error { return n.readAll(tx, by) }

// Settings are where and how a person is written to.
type Settings struct {
	Language Language // Japanese until something else was chosen
	// Address is the verified e-mail address, or the zero Address.
	Address    Address
	VerifiedAt time.Time
	// Pending is an address that waits for its code until PendingUntil.
	Pending      Address
	PendingUntil time.Time
}

// Settings returns the settings of by; someone who chose nothing has defaults.
func (n *Notices) Settings(tx *store.Tx, by actor.Actor) (Settings, error) { return n.settings(tx, by) }

// SetLanguage chooses the language of notices and mails.
func (n *Notices) SetLanguage(tx *store.Tx, by actor.Actor, l Language) error {
	return n.setLanguage(tx, by, l)
}

// AskAddress begins a change of the e-mail address: a one-time code of eight
// digits goes to the new address and holds for 24 hours. The old address stays
// until then. ErrTooManyCodes after five codes in a day. That the login is
// fresh is the caller's to check.
func (n *Notices) AskAddress(tx *store.Tx, by actor.Actor, a Address) error {
	return n.askAddress(tx, by, a)
}

// ConfirmAddress ends a change with the code; the old address, if any, is told.
// ErrCode when the code is wrong (five tries a code), old, or not asked for.
// It commits the count of tries itself, so it opens its own transaction.
func (n *Notices) ConfirmAddress(ctx context.Context, by actor.Actor, code string) error {
	return n.confirmAddress(ctx, by, code)
}

// RemoveAddress forgets the e-mail address of by, and tells it so.
func (n *Notices) RemoveAddress(tx *store.Tx, by actor.Actor) error { return n.removeAddress(tx, by) }

// Letter is a letter to write because nobody can be mailed.
type Letter struct {
	ID, Holder, About string
	Kind              Kind
	Title, Text       string // in the holder's language
	OpenedAt          time.Time
	SentAt            time.Time // zero: not written
	SentBy            string
}

// Letters returns the letters that were not written yet, oldest first.
func (n *Notices) Letters(tx *store.Tx) ([]Letter, error) { return n.letters(tx) }

// LetterSent records that by has posted a letter.
func (n *Notices) LetterSent(tx *store.Tx, by actor.Actor, id string) error {
	return n.letterSent(tx, by, id)
}

// Work registers the room's job: sending a mail.
func (n *Notices) Work(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, j sendMail) error { return n.SendMail(ctx, j.Mail) })
}

type sendMail struct {
	Mail string `json:"mail"`
}

// Kind names the job.
func (sendMail) Kind() string { return "notice_send_mail" }

// What users can mend.
var (
	ErrNoNotice     = fault.New(fault.NotFound, "notice.no_such_notice")
	ErrNoLetter     = fault.New(fault.NotFound, "notice.no_such_letter")
	ErrLanguage     = fault.New(fault.Invalid, "notice.language")
	ErrAddress      = fault.New(fault.Invalid, "notice.address")
	ErrCode         = fault.New(fault.Invalid, "notice.code")
	ErrSameAddress  = fault.New(fault.Invalid, "notice.same_address")
	ErrTooManyCodes = fault.New(fault.TooMany, "notice.too_many_codes")
)
