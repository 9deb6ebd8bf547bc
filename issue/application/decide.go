package application

import (
	"context"
	"strings"
	"unicode/utf8"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// decide runs one step of an officer on a case as the officer saw it: of the
// officer's body, not their own case, in the version seen.
func (s *Service) decide(ctx context.Context, by actor.Actor, id string, version int, f func(tx *store.Tx, r *row) error) (Case, error) {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := s.of(tx, by, actor.DecideApplication, id, take)
		if err != nil {
			return err
		}
		own, err := s.ownCase(tx, by, r)
		if err != nil {
			return err
		}
		if own {
			return ErrOwnCase
		}
		if err := r.seen(version); err != nil {
			return err
		}
		return f(tx, &r)
	})
	if err != nil {
		return Case{}, err
	}
	return s.Case(ctx, by, id)
}

// Approve approves an application or accepts a notification. The gate of
// SERVICE §2.5 must hold; then money is asked for when it is owed, else the
// register changes at once. note is for the record, and needed where a
// suspension is to be overridden.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id string, version int, note string) (Case, error) {
	if err := s.freshen(ctx, by, id, version); err != nil {
		return Case{}, err
	}
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		if !r.State.May(Approve) {
			return ErrNotNow.With("state", string(r.State))
		}
		note, err := bounded(note)
		if err != nil {
			return err
		}
		facts, err := s.gateFacts(tx, *r, by, note, true)
		if err != nil {
			return err
		}
		if findings := Gate(facts); !Passed(findings) {
			return ErrGate.With("rules", failing(findings))
		}
		if err := checkAttached(tx, r.ID); err != nil {
			return err
		}
		reg, err := registry.Get(tx, r.RegistrationID)
		if err != nil {
			return err
		}
		r.RegistrationVersion = reg.Version // what the officer saw: a move since then would have moved our version too
		r.DecidedBy, r.DecidedAt = by.Kind.String()+":"+by.ID, store.At(tx.Now)
		return s.approve(tx, by, r, note)
	})
}

// approve takes the step that the money asks for.
func (s *Service) approve(tx *store.Tx, by actor.Actor, r *row, note string) error {
	if r.fee().Total() == 0 {
		if err := s.move(tx, by, r, ApproveFree, note); err != nil {
			return err
		}
		return s.scheduleEntry(tx, r)
	}
	phase, err := s.payments.Phase(tx, r.ID)
	if err != nil {
		return err
	}
	if phase == SettledPhase || phase == DisputedPhase {
		if err := s.move(tx, by, r, ApprovePaid, note); err != nil {
			return err
		}
		return s.scheduleEntry(tx, r)
	}
	last := person.DateAt(tx.Now).AddDays(payDays)
	if err := s.request(tx, *r, last); err != nil {
		return err
	}
	r.DeadlineOn = last
	if err := s.move(tx, by, r, Approve, note); err != nil {
		return err
	}
	body, err := registry.GetBody(tx, r.BodyID)
	if err != nil {
		return err
	}
	err = s.tell(tx, *r, "N6", "pay/"+last.String(), map[string]string{"a": yen(r.Tax), "b": yen(r.Charge),
		"body": body.Name, "date": last.String()})
	if err != nil {
		return err
	}
	return s.limit(tx, r, last)
}

// freshen asks the resident register once more whether the person lives, when
// the last answer is older than a day, before money is asked for.
func (s *Service) freshen(ctx context.Context, by actor.Actor, id string, version int) error {
	var claim evidence.Claim
	stale := false
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		r, err := s.of(tx, by, actor.DecideApplication, id, look)
		if err != nil {
			return err
		}
		if r.Version != version || r.State != UnderReview || r.Kind == Reissue {
			return nil // answered below, with a clear reason
		}
		inquiries, err := evidence.InquiriesOf(tx, id)
		if err != nil {
			return err
		}
		reg, err := registry.Get(tx, r.RegistrationID)
		stale = tx.Now.Sub(evidence.AliveAt(inquiries)) > aliveFor
		claim = evidence.Claim{Basis: basis(reg), Person: r.Holder, Registered: factsOf(reg), Asked: r.facts()}
		return err
	})
	if err != nil || !stale {
		return err
	}
	heard := s.inquirer.Inquire(ctx, []evidence.Source{evidence.Resident}, claim)
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		return evidence.Record(tx, by, id, evidence.Life, heard)
	})
	if err == nil && heard[0].Reply.Status == evidence.Silent {
		err = ErrRegistersDown
	}
	return err
}

// checkAttached marks the attachments as checked: approving says so.
func checkAttached(tx *store.Tx, id string) error {
	items, err := evidence.ItemsOf(tx, id)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.State == evidence.Attached {
			err := evidence.Move(tx, id, i.ID, []evidence.ItemState{evidence.Attached}, evidence.AttachedChecked, "")
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// AcceptEvidence accepts one item in writing, for instance a variant of a
// character that the folding does not know. When all are good the case goes to review.
func (s *Service) AcceptEvidence(ctx context.Context, by actor.Actor, id string, version int, item, reason string) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		if !r.State.May(AcceptEvidence) && r.State != UnderReview {
			return ErrNotNow.With("state", string(r.State))
		}
		reason, err := needed(reason)
		if err != nil {
			return err
		}
		from := []evidence.ItemState{evidence.IsMismatch, evidence.IsUnclear, evidence.IsDown, evidence.IsNotYet, evidence.Attached, evidence.IsVariant}
		if err := evidence.Move(tx, id, item, from, evidence.OfficerAccepted, reason); err != nil {
			return err
		}
		if err := s.audited(tx, by, *r, "evidence_accepted"); err != nil {
			return err
		}
		items, err := evidence.ItemsOf(tx, id)
		if err != nil {
			return err
		}
		for _, i := range items {
			if !i.State.Good() && i.State != evidence.Attached {
				return s.write(tx, r, r.State)
			}
		}
		if r.State != UnderReview {
			return s.move(tx, by, r, AcceptEvidence, reason)
		}
		return s.write(tx, r, r.State)
	})
}

// AskAgain asks the registers once more.
func (s *Service) AskAgain(ctx context.Context, by actor.Actor, id string, version int) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		r.AskedAt = store.At(tx.Now)
		if err := s.move(tx, by, r, Ask, "officer"); err != nil {
			return err
		}
		return s.askSoon(tx, *r, tx.Now)
	})
}

// ClearDuplicate lets a held application go on; the other one must have ended.
func (s *Service) ClearDuplicate(ctx context.Context, by actor.Actor, id string, version int, reason string) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		reason, err := needed(reason)
		if err != nil {
			return err
		}
		own := slot(r.RegistrationID, r.Kind)
		var n int64
		if err := tx.Model(&row{}).Where("open_slot = ?", own).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return ErrOtherOpen
		}
		r.OpenSlot = &own
		if err := s.move(tx, by, r, ClearDuplicate, reason); err != nil {
			return err
		}
		return s.askSoon(tx, *r, tx.Now)
	})
}

// Hold stops a case; Reopen takes it up again.
func (s *Service) Hold(ctx context.Context, by actor.Actor, id string, version int, reason string) (Case, error) {
	return s.reasoned(ctx, by, id, version, Hold, reason)
}

// Reopen takes a held case up again: it is decided once more, on the register
// as it is now, and what was paid stays paid.
func (s *Service) Reopen(ctx context.Context, by actor.Actor, id string, version int, reason string) (Case, error) {
	return s.reasoned(ctx, by, id, version, Reopen, reason)
}

func (s *Service) reasoned(ctx context.Context, by actor.Actor, id string, version int, step Step, reason string) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		reason, err := needed(reason)
		if err != nil {
			return err
		}
		return s.move(tx, by, r, step, reason)
	})
}

// needed refuses an empty reason.
func needed(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", ErrReason
	}
	return bounded(text)
}

func bounded(text string) (string, error) {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > MaxText {
		return "", ErrTooLong.With("max", MaxText)
	}
	return text, nil
}
