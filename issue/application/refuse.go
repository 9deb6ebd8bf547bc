package application

import (
	"context"
	"strconv"
	"strings"

	"qualsys/internal/store"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Reject refuses an application, or does not accept a notification. The holder
// gets the reason and the instruction (教示): to whom a request for review goes
// within three months, and whom to sue within six (行政不服審査法82条, 行政事件訴訟法46条).
func (s *Service) Reject(ctx context.Context, by actor.Actor, id string, version int, d Rejection) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		return s.end(tx, by, r, Reject, OutcomeRejected, d)
	})
}

// Close closes what was left lying after its time limit. A timer never does:
// an officer decides, and for an 申請 that is a refusal with its instruction.
func (s *Service) Close(ctx context.Context, by actor.Actor, id string, version int, d Rejection) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		if !r.Overdue {
			return ErrNotNow.With("state", string(r.State))
		}
		return s.end(tx, by, r, Expire, OutcomeTimeout, d)
	})
}

func (s *Service) end(tx *store.Tx, by actor.Actor, r *row, step Step, o Outcome, d Rejection) error {
	reason, ok := reasonOf(RejectReasons, d.Reason)
	text, err := bounded(d.Text)
	switch {
	case err != nil:
		return err
	case !ok, text == "":
		return ErrReason.At("text")
	case strings.TrimSpace(d.Authority) == "" || strings.TrimSpace(d.Defendant) == "":
		return ErrInstruction.At("authority")
	}
	if d.Authority, err = bounded(d.Authority); err != nil {
		return err
	}
	if d.Defendant, err = bounded(d.Defendant); err != nil {
		return err
	}
	r.DecisionReason, r.DecisionText = d.Reason, joinText(reason.Ja, text)
	r.Authority, r.Defendant = d.Authority, d.Defendant
	r.DecidedBy, r.DecidedAt = by.Kind.String()+":"+by.ID, store.At(tx.Now)
	if err := s.move(tx, by, r, step, d.Reason); err != nil {
		return err
	}
	if err := s.payments.Close(tx, r.ID, o); err != nil {
		return err
	}
	return s.tell(tx, *r, "N13", "rejected", map[string]string{"reason": r.DecisionText, "authority": r.Authority, "defendant": r.Defendant})
}

// Extend gives the holder until a later day to mend or to pay.
func (s *Service) Extend(ctx context.Context, by actor.Actor, id string, version int, until person.Date) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		today := person.DateAt(tx.Now)
		if !until.Complete() || !until.After(today) || until.After(today.AddDays(366)) {
			return ErrDeadline.At("until")
		}
		if !r.State.rests() {
			return ErrNotNow.With("state", string(r.State))
		}
		r.DeadlineOn, r.Overdue = until, false
		if err := s.write(tx, r, r.State); err != nil {
			return err
		}
		if r.State == AwaitingPayment {
			if err := s.request(tx, *r, until); err != nil {
				return err
			}
		}
		if err := s.audited(tx, by, *r, "extended"); err != nil {
			return err
		}
		return s.limit(tx, r, until)
	})
}

// instruction proposes who reviews and who is sued: of a designated body the
// minister and the body, of the state the minister and the state. The officer
// sees it and may write it otherwise.
func instruction(q registry.Qualification, body registry.Body) (authority, defendant string) {
	authority = minister(q.Ministry)
	switch body.Kind {
	case "national":
		return authority, "国"
	case "prefecture":
		return authority, strings.TrimSuffix(body.Name, "知事")
	}
	return authority, body.Name
}

// minister names the minister of a ministry: 厚生労働省 → 厚生労働大臣.
func minister(ministry string) string {
	first, _, _ := strings.Cut(ministry, "・")
	if name, ok := strings.CutSuffix(first, "省"); ok {
		return name + "大臣"
	}
	if first == "" {
		return "主務大臣"
	}
	return first + "の長"
}

func yen(y payment.Yen) string { return strconv.FormatInt(int64(y), 10) }
