package application

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// officersTurn narrows q to the cases of the officer's body that an officer has
// to do something about: those whose state says so, and those whose holder has
// let a time limit pass.
func officersTurn(q *gorm.DB, by actor.Actor) *gorm.DB {
	var turn []State
	for _, s := range openStates() {
		if Of(s).Owner == OfficerTurn {
			turn = append(turn, s)
		}
	}
	return q.Where("body_id = ? AND (state IN ? OR (overdue = ? AND state IN ?))", by.Body, turn, true, openStates())
}

// Waiting returns how many cases of the officer's body wait for an officer.
func (s *Service) Waiting(tx *store.Tx, by actor.Actor) (int, error) {
	if err := by.May(actor.ViewApplication, by.Body); err != nil {
		return 0, err
	}
	var n int64
	if err := officersTurn(tx.Model(&row{}), by).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("application: count what waits: %w", err)
	}
	return int(n), nil
}

// nextWithin is among how many of the most urgent cases the next one is looked for.
const nextWithin = 300

// Next returns the id of the case to look at after the one with that id: the
// most urgent one behind it in the queue that waits for an officer and is not
// the officer's own, or else the most urgent of all. "" when there is none.
func (s *Service) Next(ctx context.Context, by actor.Actor, id string) (next string, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.May(actor.ViewApplication, by.Body); err != nil {
			return err
		}
		var rows []row
		err := officersTurn(tx.Select("id", "holder", "registration_id"), by).
			Order("overdue DESC, due_on, arrived_at, id").Limit(nextWithin).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("application: the next case: %w", err)
		}
		at := 0
		for i, r := range rows {
			if r.ID == id {
				at = i + 1
			}
		}
		for i := range rows {
			r := rows[(at+i)%len(rows)]
			if r.ID == id {
				continue
			}
			own, err := s.ownCase(tx, by, r)
			if err != nil {
				return err
			}
			if !own {
				next = r.ID
				return nil
			}
		}
		return nil
	})
	return next, err
}
