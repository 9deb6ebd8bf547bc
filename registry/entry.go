package registry

import (
	"fmt"
	"time"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Cause says because of what a registration changes.
type Cause struct {
	// Kind is the sort of cause: "application", "officer", "proposal", "import", "sample", "rule".
	Kind string
	// Ref is the id of the application, proposal, … or "".
	Ref string
	// Reason is what an officer wrote, for officers only.
	Reason string
}

// Entry is one line of a registration's history (履歴の一行). Entries are never
// edited: what was wrong is corrected by another entry.
type Entry struct {
	ID           string
	Registration ID
	// Version is the registration's version after this entry; the first is 1.
	Version int
	Kinds   []ChangeKind
	// EffectiveOn is the day from which it is so; RecordedAt the instant from which we knew.
	EffectiveOn person.Date
	RecordedAt  time.Time
	By          actor.Actor
	// Second is the second person of a two-person measure, else the zero Actor.
	Second actor.Actor
	Cause  Cause
	// Before and After are what the register said until and since RecordedAt.
	Before, After State
}

// History returns the entries of a registration, the first one first, or ErrNotFound.
func History(tx *store.Tx, id ID) ([]Entry, error) {
	rows, err := entryRows(tx, id)
	if err != nil {
		return nil, err
	}
	all, err := steps(rows)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(rows))
	var before State
	for i, row := range rows {
		if entries[i], err = row.entry(); err != nil {
			return nil, err
		}
		after := fold(append([]step{}, all[:i+1]...))
		entries[i].Before, entries[i].After = before, after
		before = after
	}
	return entries, nil
}

func entryRows(tx *store.Tx, id ID) ([]entryRow, error) {
	var rows []entryRow
	if err := tx.Where("registration_id = ?", string(id)).Order("version").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("registry: read entries: %w", err)
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows, nil
}

// AsOf returns what the register said of a registration on a day, as it was
// believed at an instant: entries that took effect by then and were recorded by
// then. A zero instant means what is believed now. Before the day of
// registration, or before it was known, it returns ErrNotFound.
func AsOf(tx *store.Tx, id ID, day person.Date, believed time.Time) (Registration, error) {
	r, err := Get(tx, id)
	if err != nil {
		return Registration{}, err
	}
	rows, err := entryRows(tx, id)
	if err != nil {
		return Registration{}, err
	}
	var then []entryRow
	for _, row := range rows {
		if !row.EffectiveOn.After(day) && (believed.IsZero() || !row.RecordedAt.After(believed)) {
			then = append(then, row)
		}
	}
	if len(then) == 0 {
		return Registration{}, ErrNotFound
	}
	all, err := steps(then)
	if err != nil {
		return Registration{}, err
	}
	r.State, r.Version = fold(all), then[len(then)-1].Version
	r.Standing = r.StandingOn(day)
	return r, nil
}
