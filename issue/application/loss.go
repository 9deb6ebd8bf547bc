package application

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// ReportLoss files a reissue: the certificate was lost, went to the wrong
// person or is damaged. With SwitchOff the old certificates stop at once; else
// they hold until the new one is out (N19). An officer approves it.
func (s *Service) ReportLoss(ctx context.Context, by actor.Actor, registration registry.ID, loss Loss, electronic bool) (View, error) {
	if !slices.Contains([]LossKind{Lost, Leaked, Damaged}, loss.What) {
		return View{}, ErrLossKind.At("what")
	}
	if utf8.RuneCountInString(loss.Note) > MaxText {
		return View{}, ErrTooLong.With("max", MaxText).At("note")
	}
	var id string
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := registry.Hold(tx, registration); errors.Is(err, registry.ErrNotFound) {
			return ErrNone
		} else if err != nil {
			return err
		}
		reg, err := s.inForce(tx, by, registration)
		if err != nil {
			return err
		}
		if err := by.May(actor.ReportLoss, ""); err != nil {
			return err
		}
		t, err := reissueTerms(tx, reg.Qualification, person.DateAt(tx.Now))
		if err != nil {
			return err
		}
		r := newRow(tx, by, reg, Reissue)
		r.Loss.V, r.Electronic, r.Screen = loss, electronic, Done
		if err := openExists(tx, by, slot(reg.ID, Reissue)); err != nil {
			return err
		}
		if err := tx.Create(&r).Error; err != nil {
			return err
		}
		id = r.ID
		if err := s.arrive(tx, by, &r, reg, t); err != nil {
			return err
		}
		if loss.SwitchOff {
			if err := s.certificates.SwitchOff(tx, reg.ID, r.cause("loss")); err != nil {
				return err
			}
			return s.tell(tx, r, "switched_off", "loss", nil)
		}
		return s.tell(tx, r, "N19", "loss", nil)
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, id)
}
