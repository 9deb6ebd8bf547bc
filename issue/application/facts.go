package application

import (
	"errors"
	"fmt"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// Halter may be met by Payments as well: it tells that a body can take no money now.
type Halter interface {
	Halted(tx *store.Tx, body registry.BodyID) (bool, error)
}

// gateFacts reads everything that the gate looks at. note is what the officer
// writes with the decision; attached items count as checked when they approve.
func (s *Service) gateFacts(tx *store.Tx, r row, by actor.Actor, note string, deciding bool) (Facts, error) {
	f := Facts{Now: tx.Now, HasDeadline: true, NeedsAlive: r.Kind == Change, PayFirst: r.PayWhen == registry.PayAtSubmit,
		Complete:   r.Number != nil && !r.ArrivedAt.IsZero() && (r.Kind == Reissue || len(r.items()) > 0),
		Overridden: note != "", Duplicate: r.OpenSlot == nil}
	own, err := s.ownCase(tx, by, r)
	if err != nil {
		return f, err
	}
	f.Decided = !own && by.May(actor.DecideApplication, string(r.BodyID)) == nil
	switch err := s.owns(tx, actor.Holder(r.Holder), r.RegistrationID); {
	case err == nil:
		f.LinkLive = true
	case !isNotFound(err) && !errors.Is(err, fault.Forbidden):
		return f, err
	}
	reg, err := registry.Get(tx, r.RegistrationID)
	if err != nil {
		return f, err
	}
	f.Barred = reg.Standing != registry.Active
	if reg.Standing.Ended() {
		f.Overridden = false
	}
	if err := s.evidenceFacts(tx, r, deciding, &f); err != nil {
		return f, err
	}
	return f, s.moneyFacts(tx, r, &f)
}

func (s *Service) evidenceFacts(tx *store.Tx, r row, deciding bool, f *Facts) error {
	items, err := evidence.ItemsOf(tx, r.ID)
	if err != nil {
		return err
	}
	for _, i := range items {
		if deciding && i.State == evidence.Attached {
			i.State = evidence.AttachedChecked
		}
		f.Evidence = append(f.Evidence, i.State)
	}
	inquiries, err := evidence.InquiriesOf(tx, r.ID)
	f.AliveAt = evidence.AliveAt(inquiries)
	return err
}

func (s *Service) moneyFacts(tx *store.Tx, r row, f *Facts) error {
	rows, err := r.frozen(tx)
	if err != nil {
		return err
	}
	var t terms
	t.merge(rows)
	f.FeeAsFrozen = t.Fee == r.fee()
	if r.fee().Total() == 0 {
		return nil
	}
	if h, ok := s.payments.(Halter); ok {
		if f.Halted, err = h.Halted(tx, r.BodyID); err != nil {
			return fmt.Errorf("application: whether the body can take money: %w", err)
		}
	}
	phase, err := s.payments.Phase(tx, r.ID)
	if err != nil {
		return fmt.Errorf("application: where the money stands: %w", err)
	}
	// a case that is decided again after it was held keeps its one request
	if phase == ReturningPhase {
		f.OpenRequests = 1
	}
	return nil
}
