package application

import (
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry"
)

// RegistrationMoved implements registry.Watcher. What is open for a registration
// that has ended is frozen. When the entry has changed by another way, a case
// that is not decided yet gets a new version, so that an officer who has seen
// the old entry can't approve, and one that is decided is held.
func (s *Service) RegistrationMoved(tx *store.Tx, before, after registry.Registration, e registry.Entry) error {
	ended := after.Standing.Ended()
	if !ended && before.Version == after.Version {
		return nil // a suspension began or ended by its dates
	}
	var rows []row
	err := tx.Where("registration_id = ? AND id <> ?", after.ID, causedBy(e)).
		Where("open_slot IS NOT NULL OR draft_slot IS NOT NULL OR state = ?", DuplicateHold).Order("id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("application: what is open for a registration: %w", err)
	}
	for i := range rows {
		if err := s.moved(tx, &rows[i], after, ended); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) moved(tx *store.Tx, r *row, after registry.Registration, ended bool) error {
	switch {
	case r.State == Draft && ended:
		return s.discard(tx, system, r, "registration_ended")
	case r.State == Draft:
		return nil // parsed against the entry of the day when it is sent
	case ended && after.End.Reason == reasonDeceased && r.State.May(Decease):
		return s.decease(tx, r)
	case r.State == ErrorHold:
		return s.write(tx, r, r.State)
	case ended:
		return s.hold(tx, system, r, "registration_ended")
	case r.Kind == Reissue:
		return nil // asks nothing of the entry
	case r.State.decided():
		return s.hold(tx, system, r, "registration_moved")
	}
	if err := s.write(tx, r, r.State); err != nil {
		return err
	}
	if r.State == Submitted || r.State == EvidencePending || r.State == EvidenceWait {
		return s.askSoon(tx, *r, tx.Now) // about the entry as it is now
	}
	return nil
}

// reasonDeceased is the register's word for an end by death.
const reasonDeceased = "deceased"

// decease ends what a person who has died had open; two persons have confirmed
// the death. What was paid goes back, and nothing is told to the login.
func (s *Service) decease(tx *store.Tx, r *row) error {
	if err := s.move(tx, system, r, Decease, reasonDeceased); err != nil {
		return err
	}
	return s.payments.Close(tx, r.ID, OutcomeDeceased)
}

// decided reports whether an officer, or a rule, has decided on the entry as it was.
func (s State) decided() bool {
	return s == AwaitingPayment || s == ApprovedNoFee || s == PaymentSettled || s == Scheduled
}

func causedBy(e registry.Entry) string {
	if e.Cause.Kind == "application" {
		return e.Cause.Ref
	}
	return ""
}
