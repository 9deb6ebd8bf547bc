package application

import (
	"context"
	"io"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Holders is what the holder's pages call on *Service. Whatever belongs to
// somebody else is ErrNone (404). version is View.Version as the page saw it:
// when the application has moved since, ErrStale.
type Holders interface {
	// Offers lists what the holder of a registration can begin, from the catalogue's rows of today.
	Offers(ctx context.Context, by actor.Actor, registration registry.ID) ([]Offer, error)
	// Start begins a change, or returns the draft that is there; ErrOpenExists (param id) when one is under way.
	Start(ctx context.Context, by actor.Actor, registration registry.ID) (View, error)
	// Save keeps the fields of one screen as typed, and the next screen; faults name the fields. The view holds what was typed even then.
	Save(ctx context.Context, by actor.Actor, id string, version int, screen Screen, form Form) (View, error)
	// Submit sends the draft.
	Submit(ctx context.Context, by actor.Actor, id string, version int) (View, error)
	// Discard throws a draft away.
	Discard(ctx context.Context, by actor.Actor, id string, version int) error
	// ReportLoss files a reissue.
	ReportLoss(ctx context.Context, by actor.Actor, registration registry.ID, loss Loss, electronic bool) (View, error)
	// View returns one application; ListOf all of the holder, newest first.
	View(ctx context.Context, by actor.Actor, id string) (View, error)
	ListOf(ctx context.Context, by actor.Actor) ([]View, error)
	// Answer answers one returned item; Resubmit sends the application again when all are answered.
	Answer(ctx context.Context, by actor.Actor, id string, version int, item string, a Answer) (View, error)
	Resubmit(ctx context.Context, by actor.Actor, id string, version int) (View, error)
	// Withdraw takes it back, any time before registering.
	Withdraw(ctx context.Context, by actor.Actor, id string, version int) (View, error)
	// CopyToDraft begins a new draft with what was typed in one closed after its time limit (90 days).
	CopyToDraft(ctx context.Context, by actor.Actor, id string) (View, error)
}

// Answer is how a returned item is answered; Way says which fields count.
type Answer struct {
	Way      Way
	Value    string    // Amend, Explain
	File     io.Reader // Upload: at most MaxFile bytes are read
	Number   string    // Identifier: 16 digits
	IssuedOn string    // Identifier: the day on which it was issued
}

// Officers is what the officers' pages call on *Service. Another body's
// application is ErrNone; one's own case is ErrOwnCase.
type Officers interface {
	Queue(ctx context.Context, by actor.Actor, f Filter) (Queue, error)
	Case(ctx context.Context, by actor.Actor, id string) (Case, error)
	Attachment(ctx context.Context, by actor.Actor, id, attachment string) (Attachment, []byte, error)
	// Return sends it back, item by item. Preview shows the text of each item as it will be sent.
	Return(ctx context.Context, by actor.Actor, id string, version int, items []ReturnRequest) (Case, error)
	Preview(items []ReturnRequest, lang string) ([]string, error)
	// Approve approves an 申請 and records a 届出: money is asked for when it is owed, else the register changes.
	Approve(ctx context.Context, by actor.Actor, id string, version int, note string) (Case, error)
	Reject(ctx context.Context, by actor.Actor, id string, version int, r Rejection) (Case, error)
	// AcceptEvidence accepts one item in writing; the case goes to review when all are good.
	AcceptEvidence(ctx context.Context, by actor.Actor, id string, version int, item, reason string) (Case, error)
	// AskAgain asks the registers once more.
	AskAgain(ctx context.Context, by actor.Actor, id string, version int) (Case, error)
	// ClearDuplicate lets a held duplicate go on; Hold stops a case; Reopen takes a held case up again.
	ClearDuplicate(ctx context.Context, by actor.Actor, id string, version int, reason string) (Case, error)
	Hold(ctx context.Context, by actor.Actor, id string, version int, reason string) (Case, error)
	Reopen(ctx context.Context, by actor.Actor, id string, version int, reason string) (Case, error)
	// Close closes what was left lying after its time limit; Extend gives the holder more days.
	Close(ctx context.Context, by actor.Actor, id string, version int, r Rejection) (Case, error)
	Extend(ctx context.Context, by actor.Actor, id string, version int, until person.Date) (Case, error)
}

// Neighbours is what other rooms call on *Service, in their own transaction.
type Neighbours interface {
	registry.Watcher
	// Keep keeps an application, and its registration, from moving until tx ends.
	Keep(tx *store.Tx, application string) error
	// Settled tells that every line of the application is paid. Telling again changes nothing.
	Settled(tx *store.Tx, application string) error
	// Released tells that a certificate of the registration is out. Telling again changes nothing.
	Released(tx *store.Tx, registration registry.ID, certificate string) error
	// MayPay returns nil when the application waits for money that is owed, for the holder by.
	MayPay(tx *store.Tx, by actor.Actor, application string) error
}
