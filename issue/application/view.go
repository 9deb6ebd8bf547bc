package application

import (
	"context"
	"fmt"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// View returns one application of the holder.
func (s *Service) View(ctx context.Context, by actor.Actor, id string) (View, error) {
	var v View
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		r, err := s.own(tx, by, id, look)
		if err != nil {
			return err
		}
		v, err = s.view(tx, r)
		return err
	})
	v.strip()
	return v, err
}

// strip takes out what officers wrote for the record.
func (v *View) strip() {
	for i := range v.Events {
		v.Events[i].Reason = ""
	}
}

// ListOf returns the holder's applications whose links still stand, newest
// first, at most 100. Thrown-away drafts are left out.
func (s *Service) ListOf(ctx context.Context, by actor.Actor) ([]View, error) {
	var list []View
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.May(actor.FileApplication, ""); err != nil {
			return err
		}
		var rows []row
		err := tx.Where("holder = ? AND state <> ?", by.ID, Discarded).Order("created_at DESC, id DESC").Limit(100).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("application: list: %w", err)
		}
		for _, r := range rows {
			if err := s.owns(tx, by, r.RegistrationID); isNotFound(err) {
				continue
			} else if err != nil {
				return err
			}
			v, err := s.view(tx, r)
			if err != nil {
				return err
			}
			v.strip()
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

// view puts together what the holder sees.
func (s *Service) view(tx *store.Tx, r row) (View, error) {
	reg, err := registry.Get(tx, r.RegistrationID)
	if err != nil {
		return View{}, err
	}
	v := View{ID: r.ID, Number: r.number(), Version: r.Version, Kind: r.Kind, Notification: r.notification(), Registration: reg,
		Form: r.Form.V, Prefill: r.Prefill.V, Screen: r.Screen, Screens: screensOf(r.Form.V), Fee: r.fee(), Paper: r.Paper,
		Loss: r.Loss.V, ArrivedAt: r.ArrivedAt.Time, EffectiveOn: r.EffectiveOn, Certificate: r.CertificateID}
	if r.State.Open() {
		v.ExpectedOn = r.DueOn
	}
	if r.State == Draft {
		if err := s.draftView(tx, r, reg, &v); err != nil {
			return v, err
		}
	}
	before, err := was(tx, r, reg)
	if err != nil {
		return v, err
	}
	v.Rows = rowsOf(r, before)
	if v.Status, err = s.status(tx, r); err != nil {
		return v, err
	}
	switch r.State {
	case Returned:
		v.ReturnBy = r.DeadlineOn
	case AwaitingPayment:
		v.PayBy = r.DeadlineOn
	case Rejected, CancelledTimeout:
		v.Decision = &Decision{On: person.DateAt(r.DecidedAt.Time), Reason: r.DecisionReason, Text: r.DecisionText,
			Authority: r.Authority, Defendant: r.Defendant}
	}
	v.Can = s.can(tx, r, v.Status)
	return v, s.details(tx, r, &v)
}

// draftView adds what a draft needs: what is offered, the fee of today, and
// which fields there are.
func (s *Service) draftView(tx *store.Tx, r row, reg registry.Registration, v *View) error {
	today := person.DateAt(tx.Now)
	t, err := termsFor(tx, reg.Qualification, r.Form.V.Items, today)
	if err != nil {
		return err
	}
	if v.Offers, err = offersOf(tx, reg.Qualification, today); err != nil {
		return err
	}
	v.Notification, v.Fee, v.Paper, v.Needs = t.Notification, t.Fee, t.Paper, r.Form.V.needs(t, today)
	v.ExpectedOn = businessDays(today, t.ReviewDays)
	return nil
}

// was returns the entry as it stood before this application changed it.
func was(tx *store.Tx, r row, now registry.Registration) (registry.Particulars, error) {
	if r.State != Registered && r.State != CertificateIssued {
		return now.Particulars, nil
	}
	history, err := registry.History(tx, r.RegistrationID)
	if err != nil {
		return now.Particulars, err
	}
	for _, e := range history {
		if e.Cause.Kind == "application" && e.Cause.Ref == r.ID {
			return e.Before.Particulars, nil
		}
	}
	return now.Particulars, nil
}

// rowsOf is the old → new table. A draft shows what is typed so far.
func rowsOf(r row, before registry.Particulars) []Row {
	var rows []Row
	items := r.items()
	if r.State == Draft {
		items = r.Form.V.Items
	}
	for _, i := range items {
		one := Row{Item: i}
		switch i {
		case Name:
			one.Old, one.New = before.Name.String(), r.AskedName.String()
			one.OldKana, one.NewKana = before.Kana.String(), r.AskedKana.String()
		case Address:
			one.Old, one.New = before.Address.String(), r.AskedAddress.String()
		case Domicile:
			one.Old, one.New = before.Domicile.String(), r.AskedDomicile.String()
		}
		if r.State == Draft {
			one.New = map[Item]string{Name: r.Form.V.Name, Address: r.Form.V.Address, Domicile: r.Form.V.Domicile}[i]
			if i == Name {
				one.NewKana = r.Form.V.Kana
			}
		}
		rows = append(rows, one)
	}
	return rows
}

// status computes the one thing that the holder sees. A mismatch is looked at
// by an officer first and shown as checking until then.
func (s *Service) status(tx *store.Tx, r row) (Status, error) {
	shown := r.State
	if r.State == AwaitingPayment {
		phase, err := s.payments.Phase(tx, r.ID)
		if err != nil {
			return Status{}, fmt.Errorf("application: where the money stands: %w", err)
		}
		shown = Shown(r.State, phase)
	}
	return Status{State: shown, Info: infoFor(shown, r.notification()), Next: r.next()}, nil
}

// Shown is the state on the screen: while money is awaited, what the payment
// lines say.
func Shown(s State, p Phase) State {
	if s != AwaitingPayment {
		return s
	}
	switch p {
	case Processing:
		return PaymentProcessing
	case DeclinedPhase:
		return PaymentFailed
	case SettledPhase:
		return PaymentProcessing // paid; the next step follows in a moment
	}
	return s
}

// infoFor uses the words of a 届出 where nothing is approved or refused.
func infoFor(s State, notification bool) Info {
	i := Of(s)
	if !notification {
		return i
	}
	switch s {
	case ApprovedNoFee:
		i.Ja, i.En = "内容確認済", "Checked"
	case AwaitingPayment:
		i.Hint = [2]string{"届出の内容を確認しました。お支払いのあと登録します。支払うまでは取り下げられます。",
			"Your notification has been checked. It is recorded after payment. You can withdraw until you pay."}
	case Rejected:
		i.Ja, i.En = "確認できませんでした", "Could not be accepted"
		i.Hint = [2]string{"届出の内容を確認できませんでした。理由をご覧ください。", "Your notification could not be accepted. See the reason."}
	}
	return i
}

func (s *Service) can(tx *store.Tx, r row, st Status) Can {
	first := r.PayWhen == registry.PayAtSubmit && r.State.Open() && r.State != ErrorHold
	return Can{
		Edit: r.State == Draft, Submit: r.State == Draft,
		Withdraw: r.State.May(Withdraw) && st.State != PaymentProcessing,
		Pay:      r.fee().Total() > 0 && !r.Overdue && (r.State == AwaitingPayment || first) && st.State != PaymentProcessing,
		Answer:   r.State == Returned, Resubmit: r.State == Returned,
		Copy: r.copyable(tx),
	}
}

// details adds returned items, evidence lines and steps.
func (s *Service) details(tx *store.Tx, r row, v *View) error {
	var returns []returnRow
	if err := tx.Where("application_id = ?", r.ID).Order("round, place").Find(&returns).Error; err != nil {
		return fmt.Errorf("application: read what was returned: %w", err)
	}
	for _, line := range returns {
		v.Returned = append(v.Returned, line.item())
	}
	items, err := evidence.ItemsOf(tx, r.ID)
	if err != nil {
		return err
	}
	for _, i := range items {
		v.Evidence = append(v.Evidence, EvidenceLine{Source: i.Need.Source, Field: i.Need.Field, Done: i.State.Good(), At: i.AskedAt})
	}
	var steps []stepRow
	if err := tx.Where("application_id = ?", r.ID).Order("seq").Find(&steps).Error; err != nil {
		return fmt.Errorf("application: read the steps: %w", err)
	}
	owners := map[string]Owner{"holder": HolderTurn, "officer": OfficerTurn, "system": SystemTurn, "operator": SystemTurn}
	for _, e := range steps {
		v.Events = append(v.Events, Event{Step: e.Step, From: e.FromState, To: e.ToState, At: e.At.Time, By: owners[e.ActorKind], Reason: e.Reason})
	}
	return nil
}
