// Package linking ties a login to a registration (初期設定). Everything about a
// registration that stands on its certificate is known to whoever has seen one,
// so a link is made at once only when the identity provider vouches for exactly
// the person whom the register names, and nothing speaks against it (SECURITY
// T01); all else goes to an officer. What is answered never tells whether a
// number exists. Attempts are limited for each login and never for a
// registration, because a printed number must not lock its owner out.
package linking

import (
	"context"
	"log/slog"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Teller tells the holder of a login something.
type Teller interface {
	TellLink(tx *store.Tx, login string, m Message, once string) error
}

// Message is what a holder is told.
type Message int

// What holders are told (SERVICE §8).
const (
	ToldLinked Message = iota + 1 // N1
	ToldFailed                    // N2: an officer could not confirm it
	ToldAsked                     // an officer will look
	ToldTried                     // another login asked for what is linked to this one
	ToldEnded                     // the link was ended
)

// Options are what New is given.
type Options struct {
	DB     *store.DB
	Teller Teller
	// ACR are the strengths of authentication that are enough, as the identity
	// provider names them; at least one.
	ACR []string
	// MaxAge is how long ago the person may have authenticated; 0 means 15 minutes.
	MaxAge time.Duration
	// OfficerName tells the name of an officer's login, so that nobody decides
	// on a namesake who may be themselves. nil: only the same login is barred.
	OfficerName func(tx *store.Tx, login string) (person.Name, error)
}

// Linking ties logins to registrations. It is safe for use by several goroutines.
type Linking struct{ o Options }

// New checks the options and returns the room's service.
func New(o Options) (*Linking, error) { return newLinking(o) }

// Login is what the identity provider vouched for; nothing in it is typed.
type Login struct {
	ID              string // as in actor.Actor
	Issuer, Subject string
	Name            person.Name
	BirthDate       person.Date
	Address         person.Address
	ACR             string
	AuthTime        time.Time
}

// LogValue keeps what the card says out of logs.
func (l Login) LogValue() slog.Value { return slog.StringValue("[" + l.ID + "]") }

// Wish is what the holder chose and typed.
type Wish struct {
	Register registry.RegisterNo
	// Number is the registration number as typed; "" means 番号がわからない.
	Number string
}

// Outcome is what came of a wish.
type Outcome int

// The outcomes. Asked is the one answer to everything that did not match.
const (
	Linked Outcome = iota + 1
	Asked
)

// What holders and officers are told.
var (
	ErrWeak      = fault.New(fault.Unauthenticated, "linking.login_too_weak")
	ErrOld       = fault.New(fault.Unauthenticated, "linking.login_too_old")
	ErrClaims    = fault.New(fault.Forbidden, "linking.claims_missing")
	ErrTries     = fault.New(fault.TooMany, "linking.too_many_tries")
	ErrLocked    = fault.New(fault.TooMany, "linking.locked") // {until}: as 2026-11-26 14:05
	ErrNotYours  = fault.New(fault.NotFound, "linking.not_yours")
	ErrNoRequest = fault.New(fault.NotFound, "linking.no_such_request")
	ErrDecided   = fault.New(fault.Conflict, "linking.already_decided")
	ErrOwnCase   = fault.New(fault.Forbidden, "linking.own_case")
	ErrRegister  = fault.New(fault.Invalid, "linking.other_register")
	ErrNote      = fault.New(fault.Invalid, "linking.note_missing")
)

// Link ties the login of by to a registration, or asks an officer to. A number
// that has not the form of the register is registry.ErrNumber with an example.
// ErrWeak, ErrOld and ErrClaims when the login can't be relied on; ErrTries
// after ten tries in an hour, ErrLocked for 24 hours after three mismatches in
// 24 hours. The registration is "" unless the outcome is Linked. It opens its
// own transaction, since a try counts also when it fails.
func (l *Linking) Link(ctx context.Context, by actor.Actor, login Login, w Wish) (Outcome, registry.ID, error) {
	return l.link(ctx, by, login, w)
}

// Owns returns nil when the registration is linked to by, and else ErrNotYours.
func (l *Linking) Owns(tx *store.Tx, by actor.Actor, registration registry.ID) error {
	return l.owns(tx, by, registration)
}

// Registrations returns what is linked to by, oldest link first.
func (l *Linking) Registrations(tx *store.Tx, by actor.Actor) ([]registry.ID, error) {
	return l.registrations(tx, by)
}

// Holder returns the login that a registration is linked to, or "".
func (l *Linking) Holder(tx *store.Tx, registration registry.ID) (string, error) {
	return holderOf(tx, registration)
}

// OwnCase implements registry.Interests: it reports whether by, an officer, is
// or may be the person of the registration.
func (l *Linking) OwnCase(tx *store.Tx, by actor.Actor, registration registry.ID) (bool, error) {
	return l.ownCase(tx, by, registration)
}

// Unlink ends the link of by to the registration; ErrNotYours when there is none.
func (l *Linking) Unlink(tx *store.Tx, by actor.Actor, registration registry.ID) error {
	return l.unlink(tx, by, registration)
}

// Reason says why a wish went to an officer. It is never shown to the holder.
type Reason string

// The reasons.
const (
	NoNumber      Reason = "no_number"
	UnknownNumber Reason = "unknown_number"
	Mismatch      Reason = "mismatch"   // name or birth date differ
	Variant       Reason = "variant"    // the name is equal but for its glyphs
	OtherAddress  Reason = "address"    // the register has another address
	PartialBirth  Reason = "birth_date" // the birth date is not known in full
	Namesake      Reason = "namesake"   // another registrant has this name and birth date
	LinkedAlready Reason = "linked"     // another login has it
	Ended         Reason = "ended"      // the registration is no more
)

// RequestState is where a request stands.
type RequestState string

// The states of a request.
const (
	Open     RequestState = "open"
	Approved RequestState = "approved"
	Refused  RequestState = "refused"
)

// Request is a wish that an officer looks at.
type Request struct {
	ID        string
	Login     string
	Name      person.Name // what the identity provider vouched for
	BirthDate person.Date
	Address   person.Address
	Register  registry.RegisterNo
	Body      registry.BodyID
	Number    string // as the register would write it; "" when the holder does not know it
	Reason    Reason
	State     RequestState
	AskedAt   time.Time
	DecidedAt time.Time // zero: open
	DecidedBy string
	Note      string
	// Registration is what it was linked to.
	Registration registry.ID
}

// Candidate is a registration that a request may mean.
type Candidate struct {
	registry.Registration
	// Holder is the login it is linked to now, or "".
	Holder string
}

// Requests returns the open requests of the officer's body, oldest first.
func (l *Linking) Requests(tx *store.Tx, by actor.Actor) ([]Request, error) {
	return l.requests(tx, by)
}

// Request returns one request and the registrations that it may mean: the one
// with its number, and those with its name and birth date. That the officer saw
// them is recorded.
func (l *Linking) Request(tx *store.Tx, by actor.Actor, id string) (Request, []Candidate, error) {
	return l.request(tx, by, id)
}

// Approve links the login of a request to a registration of the same register.
// A link that another login has ends with it, and its holder is told: so a
// person whose pairwise subject has changed is linked anew. ErrOwnCase,
// ErrDecided, ErrRegister.
func (l *Linking) Approve(tx *store.Tx, by actor.Actor, id string, registration registry.ID, note string) error {
	return l.approve(tx, by, id, registration, note)
}

// Refuse ends a request without a link. The holder reads that it could not be
// confirmed; the note is for the record only and must not be empty.
func (l *Linking) Refuse(tx *store.Tx, by actor.Actor, id, note string) error {
	return l.refuse(tx, by, id, note)
}
