package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/registry/person"
)

// AskRegisters asks the registers for one application. N only tells one round
// from the next.
type AskRegisters struct {
	Application string `json:"application"`
	N           int    `json:"n"`
}

// Kind names the job.
func (AskRegisters) Kind() string { return "application.ask_registers" }

// Enter enters one application into the register.
type Enter struct {
	Application string `json:"application"`
	N           int    `json:"n"`
}

// Kind names the job.
func (Enter) Kind() string { return "application.enter" }

// TimeLimit looks whether a time limit of the holder has passed.
type TimeLimit struct {
	Application string `json:"application"`
	N           int    `json:"n"`
}

// Kind names the job.
func (TimeLimit) Kind() string { return "application.time_limit" }

// PeriodEnding tells the officers that 80 % of the standard period have gone.
type PeriodEnding struct {
	Application string `json:"application"`
}

// Kind names the job.
func (PeriodEnding) Kind() string { return "application.near_limit" }

// Sweep throws old drafts away and starts again what waits for a job that was
// lost; run it hourly.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "application.sweep" }

// Work lets q do the jobs of applications. Each may run twice.
func (s *Service) Work(q *jobs.Queue) {
	jobs.Handle(q, s.Ask)
	jobs.Handle(q, s.Enter)
	jobs.Handle(q, s.CheckLimit)
	jobs.Handle(q, s.WarnNear)
	jobs.Handle(q, s.Sweep)
	jobs.Every(q, time.Hour, Sweep{})
}

// CheckLimit opens an officer's task when the holder's time limit has passed.
// It never disposes of the application (行政手続法7条).
func (s *Service) CheckLimit(ctx context.Context, j TimeLimit) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := take(tx, j.Application)
		if err != nil {
			return ignoreNone(err)
		}
		today := person.DateAt(tx.Now)
		if !r.State.rests() || r.Overdue || r.DeadlineOn.IsZero() || !r.DeadlineOn.Before(today) {
			return nil // answered, told already, or the limit was moved
		}
		r.Overdue = true
		if err := s.write(tx, &r, r.State); err != nil {
			return ignoreStale(err)
		}
		if err := s.audited(tx, system, r, "overdue"); err != nil {
			return err
		}
		if err := s.tell(tx, r, "N14", fmt.Sprintf("overdue/%d", r.DeadlineOn.Int()), nil); err != nil {
			return err
		}
		return s.tellOfficers(tx, r, "overdue")
	})
}

// limit sets the holder's time limit and the timer that looks at it: on the
// morning after the last day.
func (s *Service) limit(tx *store.Tx, r *row, last person.Date) error {
	return s.jobs.Enqueue(tx, TimeLimit{r.ID, int(last.Int())}, last.AddDays(1).Time())
}

// WarnNear tells the officers of the body that a case nears its standard period.
func (s *Service) WarnNear(ctx context.Context, j PeriodEnding) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := find(tx, j.Application)
		if err != nil {
			return ignoreNone(err)
		}
		if !r.State.Open() || r.State.rests() || r.State == Scheduled || person.DateAt(tx.Now).Before(r.nearOn()) {
			return nil
		}
		n := Notice{Code: "N22", Body: r.BodyID, Application: r.ID, Params: map[string]string{"n": "1"}, Once: r.ID + "/near"}
		return s.notices.Tell(tx, n)
	})
}

// Sweep throws away drafts that nobody touched for 90 days, and enqueues again
// what has waited for a job longer than any job waits.
func (s *Service) Sweep(ctx context.Context, _ Sweep) error {
	return errors.Join(
		s.each(ctx, draftDays*24*time.Hour, []State{Draft}, func(tx *store.Tx, r *row) error {
			return s.discard(tx, system, r, "90_days")
		}),
		s.each(ctx, 25*time.Hour, []State{Submitted, EvidencePending, EvidenceWait}, func(tx *store.Tx, r *row) error {
			return s.askSoon(tx, *r, tx.Now)
		}),
		s.each(ctx, time.Hour, []State{ApprovedNoFee, PaymentSettled, Scheduled}, func(tx *store.Tx, r *row) error {
			return s.jobs.Enqueue(tx, Enter{r.ID, r.Version}, tx.Now)
		}))
}

// each does something with every application that has stood still for d in one
// of the states, each in a transaction of its own.
func (s *Service) each(ctx context.Context, d time.Duration, states []State, do func(*store.Tx, *row) error) error {
	var rows []row
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = before(tx, d, states...)
		return err
	})
	errs := []error{err}
	for _, seen := range rows {
		errs = append(errs, s.db.Write(ctx, func(tx *store.Tx) error {
			r, err := take(tx, seen.ID)
			if err != nil || r.Version != seen.Version {
				return ignoreNone(err)
			}
			return do(tx, &r)
		}))
	}
	return errors.Join(errs...)
}

// before finds what has stood still for d in one of the states.
func before(tx *store.Tx, d time.Duration, states ...State) ([]row, error) {
	var rows []row
	err := tx.Where("state IN ? AND changed_at < ?", states, store.At(tx.Now.Add(-d))).Order("changed_at, id").Limit(500).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("application: find what stands still: %w", err)
	}
	return rows, nil
}
