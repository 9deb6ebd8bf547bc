package application

import (
	"context"
	"errors"
	"fmt"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Keep keeps an application and its registration from moving until tx ends, for
// who records money for it: before anything that is owed is locked.
func (s *Service) Keep(tx *store.Tx, application string) error {
	_, err := take(tx, application)
	return err
}

// Settled tells that every line of the application is paid. It is called in the
// transaction that records the money and fails only with it; telling again
// changes nothing. Money for an application that has ended goes back.
func (s *Service) Settled(tx *store.Tx, application string) error {
	r, err := take(tx, application)
	if err != nil {
		return err
	}
	switch r.State {
	case AwaitingPayment:
		if err := s.move(tx, system, &r, Settle, ""); err != nil {
			return err
		}
		return s.scheduleEntry(tx, &r)
	case Rejected:
		return s.payments.Close(tx, r.ID, OutcomeRejected)
	case Withdrawn:
		return s.payments.Close(tx, r.ID, OutcomeWithdrawn)
	case CancelledTimeout:
		return s.payments.Close(tx, r.ID, OutcomeTimeout)
	case CancelledDeceased:
		return s.payments.Close(tx, r.ID, OutcomeDeceased)
	case ErrorHold:
		return s.tellOfficers(tx, r, "paid_while_held")
	}
	return nil // paid when sent, or told before
}

// scheduleEntry sets the day of the entry and the job that makes it.
func (s *Service) scheduleEntry(tx *store.Tx, r *row) error {
	today := person.DateAt(tx.Now)
	r.EffectiveOn = r.effectiveDay(today)
	if r.Kind == Change && r.EffectiveOn.After(today) {
		if err := s.move(tx, system, r, Schedule, ""); err != nil {
			return err
		}
		return s.jobs.Enqueue(tx, Enter{r.ID, r.Version}, r.EffectiveOn.Time())
	}
	if err := s.write(tx, r, r.State); err != nil {
		return err
	}
	return s.jobs.Enqueue(tx, Enter{r.ID, r.Version}, tx.Now)
}

// holdError says that the entry can't be made and an officer must look.
type holdError struct{ reason string }

func (h holdError) Error() string { return "application: held: " + h.reason }

// Enter makes the entry in one transaction: the register changes, the
// application is registered, the notices go out. When the registration has
// moved since it was decided, nothing of that happens and the application is
// held for an officer, with the money on record.
func (s *Service) Enter(ctx context.Context, j Enter) error {
	err := s.db.Write(ctx, func(tx *store.Tx) error { return s.enter(tx, j.Application) })
	var held holdError
	if errors.As(err, &held) {
		return s.db.Write(ctx, func(tx *store.Tx) error {
			r, err := take(tx, j.Application)
			if err != nil || !r.State.May(Start) {
				return err
			}
			return ignoreStale(s.hold(tx, system, &r, held.reason))
		})
	}
	return ignoreStale(ignoreNone(err))
}

func (s *Service) enter(tx *store.Tx, id string) error {
	r, err := take(tx, id)
	if err != nil {
		return err
	}
	today := person.DateAt(tx.Now)
	if !r.State.May(Start) || (r.State == Scheduled && r.EffectiveOn.After(today)) {
		return nil // entered already, taken back, held, or too early
	}
	if err := s.paid(tx, r); err != nil {
		return err
	}
	if err := s.move(tx, system, &r, Start, ""); err != nil {
		return err
	}
	if r.Kind == Reissue {
		err = s.certificates.Reissue(tx, r.RegistrationID, r.cause("loss"))
	} else {
		r.EffectiveOn = today
		_, err = s.register.Apply(tx, system, r.RegistrationID, r.RegistrationVersion, r.change(), today, r.cause("application"))
	}
	if err != nil {
		return holdOn(err)
	}
	r.RegisteredAt = store.At(tx.Now)
	if err := s.move(tx, system, &r, Register, ""); err != nil {
		return err
	}
	return s.tellEntered(tx, r)
}

// paid refuses to enter what is not paid for (invariant 1 of SERVICE §3.1).
func (s *Service) paid(tx *store.Tx, r row) error {
	if r.fee().Total() == 0 {
		return nil
	}
	phase, err := s.payments.Phase(tx, r.ID)
	if err != nil {
		return fmt.Errorf("application: where the money stands: %w", err)
	}
	if phase != SettledPhase && phase != DisputedPhase {
		return holdError{"not_paid"}
	}
	return nil
}

// holdOn turns a refusal of the register into a hold; an outage stays an error
// and the job runs again.
func holdOn(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind() != fault.Unavailable {
		return holdError{f.Code()}
	}
	return err
}

func (s *Service) hold(tx *store.Tx, by actor.Actor, r *row, reason string) error {
	if err := s.move(tx, by, r, Hold, reason); err != nil {
		return err
	}
	return s.tellOfficers(tx, *r, "held")
}

// change is everything asked for, as one change and one entry.
func (r row) change() registry.Change {
	var parts []registry.Change
	if r.asks(Name) {
		parts = append(parts, registry.NameChange{To: r.AskedName, Kana: r.AskedKana})
	}
	if r.asks(Domicile) {
		parts = append(parts, registry.DomicileChange{To: r.AskedDomicile})
	}
	if r.asks(Address) {
		parts = append(parts, registry.AddressChange{To: r.AskedAddress})
	}
	return registry.Combined(parts...)
}

// tellEntered tells the holder that it is done: with a new certificate (N11), or
// that the certificate stays as it is (N12).
func (s *Service) tellEntered(tx *store.Tx, r row) error {
	switch {
	case r.Kind == Reissue:
		return nil // told when the new certificate is out
	case !r.asks(Name) && !r.asks(Domicile):
		return s.tell(tx, r, "N12", "registered", nil)
	}
	return s.tell(tx, r, "N11", "registered", nil)
}

// Released tells that a certificate of the registration is out: the newest
// application that waits for one is at its end. Telling again changes nothing.
func (s *Service) Released(tx *store.Tx, registration registry.ID, certificate string) error {
	var rows []row
	err := tx.Where("registration_id = ? AND state = ?", registration, Registered).Order("registered_at, id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("application: whom a certificate is for: %w", err)
	}
	for i := range rows {
		if rows[i].Kind == Change && !rows[i].asks(Name) && !rows[i].asks(Domicile) {
			continue // this one changed nothing that is printed
		}
		rows[i].CertificateID = certificate
		if err := s.move(tx, system, &rows[i], Issue, ""); err != nil {
			return err
		}
		if rows[i].Kind == Reissue {
			if err := s.tell(tx, rows[i], "reissued", "reissued", nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// MayPay returns nil when the application waits for money that by owes.
func (s *Service) MayPay(tx *store.Tx, by actor.Actor, application string) error {
	r, err := s.own(tx, by, application, look)
	if err != nil {
		return err
	}
	first := r.PayWhen == registry.PayAtSubmit && r.State.Open() && r.State != ErrorHold
	if r.fee().Total() == 0 || (r.State != AwaitingPayment && !first) || r.Overdue {
		return ErrNotNow.With("state", string(r.State))
	}
	return nil
}
