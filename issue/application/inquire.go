package application

import (
	"context"
	"errors"
	"time"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/person"
)

// Ask asks the registers what they say and moves the application by the
// answers: prepare, call with no transaction open, record.
func (s *Service) Ask(ctx context.Context, j AskRegisters) error {
	var r row
	var claim evidence.Claim
	var sources []evidence.Source
	err := s.db.Write(ctx, func(tx *store.Tx) (err error) {
		r, claim, sources, err = s.prepareAsk(tx, j)
		return err
	})
	if err != nil || r.State != EvidencePending || r.Version != j.N+1 {
		return ignoreStale(ignoreNone(err))
	}
	heard := s.inquirer.Inquire(ctx, sources, claim)
	return s.db.Write(ctx, func(tx *store.Tx) error {
		now, err := take(tx, j.Application)
		if err != nil {
			return err
		}
		if err := evidence.Record(tx, system, r.ID, evidence.Check, heard); err != nil {
			return err
		}
		if now.State != EvidencePending || now.Version != r.Version {
			return nil // withdrawn or held meanwhile, or this job ran beside its twin
		}
		items, err := evidence.Settle(tx, r.ID, claim, heard)
		if err != nil {
			return err
		}
		return s.follow(tx, &now, items, heard)
	})
}

// askSoon enqueues the next look-up. The job names the version it follows from,
// so that one that runs twice, or late, does nothing.
func (s *Service) askSoon(tx *store.Tx, r row, at time.Time) error {
	n := r.Version
	if r.State == EvidencePending {
		n-- // the version before the step into this state
	}
	return s.jobs.Enqueue(tx, AskRegisters{r.ID, n}, at)
}

// prepareAsk puts the application into evidence_pending, when the registers are
// to be asked now, and says what to ask.
func (s *Service) prepareAsk(tx *store.Tx, j AskRegisters) (r row, c evidence.Claim, sources []evidence.Source, err error) {
	if r, err = take(tx, j.Application); err != nil {
		return
	}
	switch {
	case r.State == EvidencePending && r.Version == j.N+1: // again after a crash, or a silent source
	case (r.State == Submitted || r.State == EvidenceWait) && r.Version == j.N:
		if r.Kind == Reissue {
			err = s.move(tx, system, &r, Examine, "nothing_to_ask")
			return
		}
		r.AskedAt = store.At(tx.Now)
		if err = s.move(tx, system, &r, Ask, ""); err != nil {
			return
		}
	default:
		return
	}
	reg, err := registry.Get(tx, r.RegistrationID)
	if err != nil {
		return
	}
	items, err := evidence.ItemsOf(tx, r.ID)
	c = evidence.Claim{Basis: basis(reg), Person: r.Holder, Registered: factsOf(reg), Asked: r.facts()}
	return r, c, evidence.Sources(items), err
}

// course is where the answers lead.
type course int

const (
	goRecord course = iota + 1 // recorded by rule
	goReview
	goOfficer
	goWait
	goRetry
)

// courseOf decides by the items alone; atOnce says that the catalogue lets a
// notification that agrees in everything be recorded by rule.
func courseOf(items []evidence.Item, atOnce, dead bool) course {
	var wait, down, attached bool
	matched := true
	for _, i := range items {
		switch {
		case i.State == evidence.IsMismatch, i.State == evidence.IsUnclear, i.State == evidence.Refused, i.State == evidence.Expired:
			return goOfficer
		case i.State == evidence.IsNotYet:
			wait = true
		case i.State == evidence.Attached:
			attached = true
		case !i.State.Good():
			down = true
		}
		matched = matched && i.State == evidence.IsMatched
	}
	switch {
	case dead:
		return goOfficer
	case down:
		return goRetry
	case wait:
		return goWait
	case matched && atOnce && !attached && len(items) > 0:
		return goRecord
	}
	return goReview
}

// follow takes the step that the answers lead to.
func (s *Service) follow(tx *store.Tx, r *row, items []evidence.Item, heard []evidence.Heard) error {
	rule, err := s.recordsAtOnce(tx, *r)
	if err != nil {
		return err
	}
	dead, substituted := false, false
	for _, h := range heard {
		dead, substituted = dead || h.Reply.Dead, substituted || h.Reply.Substituted
	}
	switch courseOf(items, rule && !substituted, dead) {
	case goRecord:
		return s.confirm(tx, r)
	case goReview:
		return s.move(tx, system, r, Examine, "")
	case goWait:
		return s.wait(tx, r, items)
	case goRetry:
		if waited := tx.Now.Sub(r.AskedAt.Time); waited < askFor {
			return s.retry(tx, r, waited)
		}
		return s.disagree(tx, r, "source_down")
	}
	return s.disagree(tx, r, "answers")
}

func (s *Service) disagree(tx *store.Tx, r *row, reason string) error {
	if err := s.move(tx, system, r, Disagree, reason); err != nil {
		return err
	}
	return s.tellOfficers(tx, *r, "mismatch")
}

// retry asks a silent source again: after one minute, then later and later, at
// most four hours.
func (s *Service) retry(tx *store.Tx, r *row, waited time.Duration) error {
	at := tx.Now.Add(min(max(waited, time.Minute), 4*time.Hour))
	r.NextOn = person.DateAt(at)
	if err := s.write(tx, r, EvidencePending); err != nil {
		return err
	}
	return s.askSoon(tx, *r, at)
}

// wait asks again tomorrow, for 35 days; then the holder is asked for an extract.
func (s *Service) wait(tx *store.Tx, r *row, items []evidence.Item) error {
	at := tx.Now.Add(24 * time.Hour)
	r.NextOn = person.DateAt(at)
	if err := s.move(tx, system, r, Wait, ""); err != nil {
		return err
	}
	tries := 0
	for _, i := range items {
		if i.State == evidence.IsNotYet {
			tries = max(tries, i.Tries)
		}
	}
	if tries >= waitTries {
		return s.giveBack(tx, system, r, []ReturnRequest{{Item: "family_record", Reason: "not_reflected"}})
	}
	if err := s.tell(tx, *r, "N4", "wait/"+r.NextOn.String(), map[string]string{"date": r.NextOn.String()}); err != nil {
		return err
	}
	return s.askSoon(tx, *r, at)
}

// confirm records a notification that agrees in everything: nobody decides, the
// rule of the catalogue does.
func (s *Service) confirm(tx *store.Tx, r *row) error {
	r.DecidedBy, r.DecidedAt = system.Kind.String()+":"+system.ID, store.At(tx.Now)
	reg, err := registry.Get(tx, r.RegistrationID)
	if err != nil {
		return err
	}
	r.RegistrationVersion = reg.Version
	if err := s.move(tx, system, r, Confirm, "rule:matched"); err != nil {
		return err
	}
	return s.scheduleEntry(tx, r)
}

// recordsAtOnce reports whether every row that the application has kept lets it
// be recorded by rule.
func (s *Service) recordsAtOnce(tx *store.Tx, r row) (bool, error) {
	rows, err := r.frozen(tx)
	if err != nil || r.Kind != Change || len(rows) == 0 {
		return false, err
	}
	for _, p := range rows {
		if !atOnce(p) {
			return false, nil
		}
	}
	return true, nil
}

func ignoreNone(err error) error {
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

// ignoreStale lets a job end when its twin was faster.
func ignoreStale(err error) error {
	if errors.Is(err, ErrStale) {
		return nil
	}
	return err
}
