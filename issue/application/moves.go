package application

import (
	"fmt"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
)

// move takes one step: it writes the row as it stands in memory, guarded by the
// version and the state it was read with, and logs the step. ErrNotNow when the
// table has no such step, ErrStale when somebody was faster.
func (s *Service) move(tx *store.Tx, by actor.Actor, r *row, step Step, reason string) error {
	from := r.State
	to, ok := from.Next(step)
	if !ok {
		return ErrNotNow.With("state", string(from))
	}
	r.State = to
	r.settleSlots()
	r.rest(tx.Now, from, to)
	if err := s.write(tx, r, from); err != nil {
		return err
	}
	line := stepRow{ApplicationID: r.ID, Seq: r.Version, Step: step, FromState: from, ToState: to,
		ActorKind: by.Kind.String(), ActorID: by.ID, Reason: reason, At: store.At(tx.Now)}
	if err := tx.Create(&line).Error; err != nil {
		return fmt.Errorf("application: log a step: %w", err)
	}
	return s.audited(tx, by, *r, string(step))
}

// write keeps the row without a step; the version moves.
func (s *Service) write(tx *store.Tx, r *row, from State) error {
	was := r.Version
	r.Version++
	r.ChangedAt = store.At(tx.Now)
	moved, err := store.Moved(tx.Model(&row{}).Where("id = ? AND version = ? AND state = ?", r.ID, was, from).
		Select(moving).Updates(r))
	if err != nil {
		return fmt.Errorf("application: write: %w", err)
	}
	if !moved {
		return ErrStale
	}
	return nil
}

// audited adds the audit line of an act on an application.
func (s *Service) audited(tx *store.Tx, by actor.Actor, r row, what string) error {
	return audit.Record(tx, by, audit.Line{Chain: audit.RegisterChain(uint32(r.Register)), Action: "application." + what,
		Object: audit.Object{Kind: "application", ID: r.ID}, Cause: "registration:" + string(r.RegistrationID)})
}

// settleSlots frees what an application that has ended no longer blocks.
func (r *row) settleSlots() {
	if r.State != Draft {
		r.DraftSlot = nil
	}
	if !r.State.Open() || r.State == DuplicateHold {
		r.OpenSlot = nil
	}
}

// find reads an application; ErrNone when there is none.
func find(tx *store.Tx, id string, how ...clause.Expression) (row, error) {
	var r row
	switch err := store.One(tx.Clauses(how...).Where("id = ?", id), &r); {
	case err == store.ErrNone:
		return row{}, ErrNone
	case err != nil:
		return row{}, fmt.Errorf("application: read: %w", err)
	}
	return r, nil
}

// take reads an application that is to be moved, and keeps its registration and
// then itself from moving until tx ends: everybody takes the two in this order,
// and what is owed for it after them (docs/adr/0009-lock-order.md).
func take(tx *store.Tx, id string) (row, error) {
	r, err := find(tx, id)
	if err != nil {
		return row{}, err
	}
	if _, err := registry.Hold(tx, r.RegistrationID); err != nil {
		return row{}, err
	}
	return find(tx, id, clause.Locking{Strength: "NO KEY UPDATE"})
}

// reader is look, for who only reads, or take, for who moves what is read.
type reader func(tx *store.Tx, id string) (row, error)

func look(tx *store.Tx, id string) (row, error) { return find(tx, id) }

// own reads an application of the holder by, whose link to the registration
// still stands. Anybody else's is ErrNone.
func (s *Service) own(tx *store.Tx, by actor.Actor, id string, read reader) (row, error) {
	if err := by.Check(); err != nil {
		return row{}, err
	}
	r, err := read(tx, id)
	if err != nil {
		return row{}, err
	}
	if by.Kind != actor.KindHolder || r.Holder != by.ID {
		return row{}, ErrNone
	}
	return r, s.owns(tx, by, r.RegistrationID)
}

// of reads an application for an officer who wants to do action; another
// body's is ErrNone, one's own case ErrOwnCase when it is to be acted on.
func (s *Service) of(tx *store.Tx, by actor.Actor, action actor.Action, id string, read reader) (row, error) {
	if err := by.Check(); err != nil {
		return row{}, err
	}
	r, err := read(tx, id)
	if err != nil {
		return row{}, err
	}
	if r.State == Draft || r.State == Discarded || by.Kind != actor.KindOfficer || by.Body != string(r.BodyID) {
		return row{}, ErrNone // a draft is nobody's business, another body's case does not exist
	}
	return r, by.May(action, string(r.BodyID))
}

// seen refuses a decision on an application that has moved since it was seen.
func (r row) seen(version int) error {
	if r.Version != version {
		return ErrStale
	}
	return nil
}
