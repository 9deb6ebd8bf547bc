package verifier

import (
	"context"
	"time"

	"qualsys/verifier/trust"
)

// Figures of DESIGN §6.
const (
	// Fresh is how old a state may be to count as present.
	Fresh = 5 * time.Minute
	// MaxGuesses is how many wrong birth dates a day a code bears.
	MaxGuesses = 5
)

// Options is what a Verifier works with. Log and States may be nil: offline.
type Options struct {
	// Trust returns the trust list in force. Its error means that issuers can't be judged.
	Trust   func(ctx context.Context) (*trust.List, error)
	Log     IssueLog
	States  StatusSource
	Guesses Guesses // nil: particulars of typed codes are never shown
	// Now is the clock.
	Now func() time.Time
	// Sites are addresses beside the trust list's whose links are ours.
	Sites []string
}

// Verifier answers for links, files and typed codes. Safe for concurrent use.
type Verifier struct {
	o     Options
	turns [turns]turn
}

// New returns a Verifier; Now and Trust must be set.
func New(o Options) *Verifier { return &Verifier{o: o} }
