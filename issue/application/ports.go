package application

import (
	"context"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Payments is what the money side must do for applications. Each call is part
// of the caller's transaction and may be repeated.
type Payments interface {
	// Request asks for the lines; asking again for the same application with
	// the same lines does nothing.
	Request(tx *store.Tx, r PaymentRequest) error
	// Phase tells where the money of an application stands; NothingAsked when
	// nothing was requested.
	Phase(tx *store.Tx, application string) (Phase, error)
	// Close ends what is still owed and starts the refund, or the notice to the
	// tax office, of what was paid, because the application ended without an entry.
	Close(tx *store.Tx, application string, outcome Outcome) error
}

// PaymentRequest is what is owed for one application. Lines of zero yen are left out.
type PaymentRequest struct {
	Application  string
	Number       string // receipt number, as the holder knows it
	Registration registry.ID
	Body         registry.BodyID
	Holder       string // login id of who pays
	Lines        []PaymentLine
	Deadline     person.Date // the last day on which it can be paid
}

// PaymentLine is one debt.
type PaymentLine struct {
	Kind      payment.Kind
	Amount    payment.Yen
	Procedure string // id of the procedure row that says so
}

// Phase is where the money of an application stands. The zero value is none.
type Phase int

// The phases.
const (
	NothingAsked   Phase = iota + 1
	Asked                // nothing paid yet
	Processing           // a payment page is open, or the company has not answered
	DeclinedPhase        // the last try failed; another may follow
	SettledPhase         // every line is paid
	DisputedPhase        // paid, and the card holder contests it
	ReturningPhase       // being given back
)

// Outcome is why an application ended without an entry: it decides the refund.
type Outcome string

// The outcomes that concern money (SERVICE §2.6).
const (
	OutcomeRejected  Outcome = "rejected"
	OutcomeWithdrawn Outcome = "withdrawn"
	OutcomeTimeout   Outcome = "timeout"
	OutcomeDeceased  Outcome = "deceased"
)

// Notices tells people things; it words them itself.
type Notices interface {
	Tell(tx *store.Tx, n Notice) error
}

// Notice is one thing to tell (SERVICE §8). Params fill the placeholders of
// its text; they hold dates, amounts and reasons, no names.
type Notice struct {
	Code        string          // "N3"
	Holder      string          // login id, when it goes to the holder
	Body        registry.BodyID // when it goes to the officers of a body
	Application string
	Params      map[string]string
	// Once makes the notice unique: told again with the same words here, nothing happens.
	Once string
}

// Certificates is what applications ask of the certificates.
type Certificates interface {
	// Reissue makes a new certificate after a loss; the old one ends with it.
	Reissue(tx *store.Tx, registration registry.ID, cause registry.Cause) error
	// SwitchOff ends the certificates of the registration at once, before the
	// reissue is decided, because the holder asked for it.
	SwitchOff(tx *store.Tx, registration registry.ID, cause registry.Cause) error
}

// Owners knows which login belongs to which registration.
type Owners interface {
	// Owns returns a fault of kind NotFound when by does not own the registration.
	Owns(tx *store.Tx, by actor.Actor, registration registry.ID) error
}

// Inquirer asks the registers outside any transaction: see evidence.Desk.
type Inquirer interface {
	Inquire(ctx context.Context, sources []evidence.Source, c evidence.Claim) []evidence.Heard
}
