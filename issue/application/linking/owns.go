package linking

import (
	"errors"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
)

func (l *Linking) owns(tx *store.Tx, by actor.Actor, registration registry.ID) error {
	if err := by.Check(); err != nil {
		return err
	}
	holder, err := holderOf(tx, registration)
	if err == nil && (by.Kind != actor.KindHolder || holder != by.ID) {
		return ErrNotYours
	}
	return err
}

func (l *Linking) registrations(tx *store.Tx, by actor.Actor) ([]registry.ID, error) {
	if err := by.Check(); err != nil {
		return nil, err
	}
	var ids []registry.ID
	err := tx.Model(&linkRow{}).Where("login = ? AND ended_at IS NULL", by.ID).Order("linked_at, id").
		Pluck("registration", &ids).Error
	return ids, err
}

func (l *Linking) unlink(tx *store.Tx, by actor.Actor, registration registry.ID) error {
	if err := l.owns(tx, by, registration); err != nil {
		return err
	}
	r, err := registry.Hold(tx, registration)
	if err != nil {
		return err
	}
	return l.end(tx, by, by.ID, r, "holder")
}

// end ends the live link of login to r and tells its holder.
func (l *Linking) end(tx *store.Tx, by actor.Actor, login string, r registry.Registration, cause string) error {
	var row linkRow
	err := store.One(tx.Where("registration = ? AND login = ? AND ended_at IS NULL", string(r.ID), login), &row)
	if errors.Is(err, store.ErrNone) {
		return nil
	} else if err != nil {
		return err
	}
	moved, err := store.Moved(tx.Model(&linkRow{}).Where("id = ? AND ended_at IS NULL", row.ID).
		Updates(map[string]any{"ended_at": store.At(tx.Now), "ended_by": by.ID, "end_cause": cause}))
	if err != nil || !moved {
		return err
	}
	if err := record(tx, by, r, "link.ended", cause); err != nil {
		return err
	}
	return l.o.Teller.TellLink(tx, login, ToldEnded, row.ID)
}

func (l *Linking) ownCase(tx *store.Tx, by actor.Actor, registration registry.ID) (bool, error) {
	if by.Kind != actor.KindOfficer {
		return false, nil
	}
	if holder, err := holderOf(tx, registration); err != nil || holder == by.ID {
		return holder == by.ID, err
	}
	if l.o.OfficerName == nil {
		return false, nil
	}
	name, err := l.o.OfficerName(tx, by.ID)
	if err != nil || name.IsZero() {
		return false, err
	}
	r, err := registry.Get(tx, registration)
	return err == nil && r.Name.Fold() == name.Fold(), err
}
