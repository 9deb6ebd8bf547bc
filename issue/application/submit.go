package application

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Submit sends the draft: it gets its receipt number and its date of arrival,
// and keeps the catalogue's rows of this day whatever they become later.
func (s *Service) Submit(ctx context.Context, by actor.Actor, id string, version int) (View, error) {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, reg, err := s.draft(tx, by, id, version)
		if err != nil {
			return err
		}
		today := person.DateAt(tx.Now)
		t, err := termsFor(tx, reg.Qualification, r.Form.V.Items, today)
		if err != nil {
			return err
		}
		a, faults := r.Form.V.parse(screensOf(r.Form.V), reg, t, today)
		if err := faults.Err(); err != nil {
			return err
		}
		r.AskedName, r.AskedKana, r.AskedAddress, r.AskedDomicile, r.EventOn = a.name, a.kana, a.address, a.domicile, a.eventOn
		r.Electronic, r.Screen = r.Form.V.Electronic, Done
		if err := s.arrive(tx, by, &r, reg, t); err != nil {
			return err
		}
		rows, err := r.frozen(tx)
		if err != nil {
			return err
		}
		return evidence.Open(tx, r.ID, needsOf(r, reg, rows))
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, id)
}

// arrive gives the application its number, freezes the terms and starts the
// look-ups. When another login has an application for the same registration
// under way, it is held for an officer.
func (s *Service) arrive(tx *store.Tx, by actor.Actor, r *row, reg registry.Registration, t terms) error {
	own := slot(reg.ID, r.Kind)
	if err := openExists(tx, by, own); err != nil {
		return err
	}
	var other row
	err := store.One(tx.Select("id").Where("open_slot = ?", own), &other)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return fmt.Errorf("application: look for a duplicate: %w", err)
	}
	duplicate := err == nil
	number, err := newNumber(tx)
	if err != nil {
		return err
	}
	r.Number, r.ArrivedAt, r.RegistrationVersion = &number, store.At(tx.Now), reg.Version
	r.freeze(t, person.DateAt(tx.Now))
	if !duplicate {
		r.OpenSlot = &own
	}
	if err := s.move(tx, by, r, Submit, ""); err != nil {
		return err
	}
	if t.PayFirst && t.Fee.Total() > 0 {
		if err := s.request(tx, *r, person.DateAt(tx.Now).AddDays(payDays)); err != nil {
			return err
		}
	}
	if err := s.tell(tx, *r, "N3", "arrived", map[string]string{"no": number, "date": r.DueOn.String()}); err != nil {
		return err
	}
	if duplicate {
		if err := s.move(tx, system, r, HoldDuplicate, "same_registration"); err != nil {
			return err
		}
		return s.tellOfficers(tx, *r, "duplicate")
	}
	if err := s.jobs.Enqueue(tx, PeriodEnding{r.ID}, r.nearOn().Time()); err != nil {
		return err
	}
	return s.askSoon(tx, *r, tx.Now)
}

// freeze writes the terms of the day of arrival into the application.
func (r *row) freeze(t terms, today person.Date) {
	r.Procedures.V, r.Tax, r.Charge, r.ReviewDays, r.Paper = t.Rows, t.Fee.Tax, t.Fee.Charge, t.ReviewDays, t.Paper
	r.Act, r.PayWhen, r.Effective = registry.ActApplication, registry.PayAfterApproval, registry.EffectiveImmediate
	if t.Notification {
		r.Act = registry.ActNotification
	}
	if t.PayFirst {
		r.PayWhen = registry.PayAtSubmit
	}
	if t.BaseDate {
		r.Effective = baseDate
	}
	r.DueOn = businessDays(today, t.ReviewDays)
}

// needsOf lists what the registers shall show for what is asked, as far as the
// catalogue lets them be asked. The family register shows the way from the old
// name to the new one and the domicile; it knows nothing of foreigners, whose
// nationality stands in place of a prefecture.
func needsOf(r row, reg registry.Registration, rows []registry.ProcedureRow) []evidence.Need {
	foreign := !reg.Domicile.IsZero() && person.PrefectureCode(reg.Domicile.String()) == 0
	all := map[Item][]evidence.Need{
		Name:     {{Source: evidence.Resident, Field: evidence.Name}, {Source: evidence.Family, Field: evidence.Name}},
		Domicile: {{Source: evidence.Family, Field: evidence.Domicile}},
		Address:  {{Source: evidence.Resident, Field: evidence.Address}},
	}
	var needs []evidence.Need
	for _, i := range r.items() {
		for _, n := range all[i] {
			if !(foreign && n.Source == evidence.Family && i == Name) && mayAsk(rows, i, n.Source) {
				needs = append(needs, n)
			}
		}
	}
	return needs
}

// mayAsk reports whether the item's row names the register, or names none.
func mayAsk(rows []registry.ProcedureRow, i Item, s evidence.Source) bool {
	name := map[evidence.Source]string{evidence.Resident: "resident-register", evidence.Family: "family-register"}[s]
	for _, p := range rows {
		if p.Kind == i.Procedure() && len(p.EvidenceAuto) > 0 {
			return slices.Contains(p.EvidenceAuto, name)
		}
	}
	return true
}

// Withdraw takes an application back, any time before it is being registered.
// What was paid goes back as the law and the body's rules say.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id string, version int) (View, error) {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := s.own(tx, by, id, take)
		if err != nil {
			return err
		}
		if err := r.seen(version); err != nil {
			return err
		}
		if err := s.move(tx, by, &r, Withdraw, "holder"); err != nil {
			return err
		}
		if err := s.payments.Close(tx, r.ID, OutcomeWithdrawn); err != nil {
			return err
		}
		return s.tell(tx, r, "withdrawn", "withdrawn", nil)
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, id)
}

// request asks the money side for what is owed.
func (s *Service) request(tx *store.Tx, r row, deadline person.Date) error {
	p := PaymentRequest{Application: r.ID, Number: r.number(), Registration: r.RegistrationID, Body: r.BodyID,
		Holder: r.Holder, Deadline: deadline}
	p.Lines = linesOf(r)
	if err := s.payments.Request(tx, p); err != nil {
		return fmt.Errorf("application: request payment: %w", err)
	}
	return nil
}

// tell sends the holder a notice, once for each word in once.
func (s *Service) tell(tx *store.Tx, r row, code, once string, params map[string]string) error {
	n := Notice{Code: code, Holder: r.Holder, Application: r.ID, Params: params, Once: r.ID + "/" + once}
	if err := s.notices.Tell(tx, n); err != nil {
		return fmt.Errorf("application: notice %s: %w", code, err)
	}
	return nil
}

// tellOfficers tells the officers of the body that a case waits for them (N22).
func (s *Service) tellOfficers(tx *store.Tx, r row, once string) error {
	n := Notice{Code: "N22", Body: r.BodyID, Application: r.ID, Params: map[string]string{"n": "1"},
		Once: fmt.Sprintf("%s/officers/%s/%d", r.ID, once, r.Version)}
	if err := s.notices.Tell(tx, n); err != nil {
		return fmt.Errorf("application: notice N22: %w", err)
	}
	return nil
}
