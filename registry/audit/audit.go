// Package audit keeps who did what, when, to what and why. It is only ever
// added to. A line holds ids and a salted commitment to its details, never
// personal data, so that personal data can be erased and re-keyed while the
// line stays. A Sealer links committed lines into hash chains, one for each
// register and one for the system, a few seconds behind the writers, so that
// writers don't queue for each other. Verify finds what was changed, taken out,
// put in or re-ordered behind the program's back.
package audit

import (
	"fmt"
	"strings"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// Chain names a hash chain.
type Chain string

// SystemChain holds what concerns no single register.
const SystemChain Chain = "system"

// RegisterChain returns the chain of the register with the given number.
func RegisterChain(register uint32) Chain { return Chain(fmt.Sprintf("register:%d", register)) }

// Object is the thing that a line is about: the kind of thing ("registration",
// "entry", "application", …) and its id.
type Object struct{ Kind, ID string }

// Line is one act to be recorded.
type Line struct {
	// Chain is the chain the line belongs to; "" means SystemChain.
	Chain Chain
	// Action says what was done: "room.what", like "registration.viewed".
	Action string
	// Object is what it was done to.
	Object Object
	// Cause says because of what, without personal data: "application:<id>".
	Cause string
	// Details may hold personal data. Only a salted commitment to them is kept:
	// whoever still has the details can prove that they belong to the line.
	Details map[string]string
}

// Record adds a line. It fails with actor.ErrMissing when nobody acts.
func Record(tx *store.Tx, by actor.Actor, line Line) error {
	_, err := RecordAll(tx, by, []Line{line})
	return err
}

// RecordAll adds lines of one actor, in order, and returns their ids.
func RecordAll(tx *store.Tx, by actor.Actor, lines []Line) ([]string, error) {
	if err := by.Check(); err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, nil
	}
	rows := make([]lineRow, len(lines))
	salts := make([]saltRow, len(lines))
	pending := make([]pendingRow, len(lines))
	ids := make([]string, len(lines))
	for i, l := range lines {
		if l.Action == "" || strings.ContainsAny(l.Action, " \n") || l.Object.Kind == "" {
			return nil, fmt.Errorf("audit: a line needs an action and an object")
		}
		if l.Chain == "" {
			l.Chain = SystemChain
		}
		salt, err := newSalt()
		if err != nil {
			return nil, err
		}
		ids[i] = store.NewID()
		rows[i] = lineRow{
			ID: ids[i], Chain: l.Chain, RecordedAt: store.At(tx.Now),
			ActorKind: by.Kind.String(), ActorID: by.ID, ActorBody: by.Body,
			Action: l.Action, ObjectKind: l.Object.Kind, ObjectID: l.Object.ID, Cause: l.Cause,
			Commitment: commit(salt, l.Details),
		}
		salts[i] = saltRow{LineID: ids[i], Salt: salt}
		pending[i] = pendingRow{LineID: ids[i]}
	}
	for _, insert := range []any{rows, salts, pending} {
		if err := tx.Create(insert).Error; err != nil {
			return nil, fmt.Errorf("audit: record: %w", err)
		}
	}
	return ids, nil
}
