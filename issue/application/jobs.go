package application

import (
	"context"
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

// Sweep throws old drafts away; run it daily.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "application.sweep" }

// Work lets q do the jobs of applications. Each may run twice.
func (s *Service) Work(q *jobs.Queue) {
	jobs.Handle(q, s.Ask)
	jobs.Handle(q, s.Enter)
	jobs.Handle(q, s.CheckLimit)
	jobs.Handle(q, s.WarnNear)
	jobs.Handle(q, s.SweepDrafts)
	jobs.Every(q, 24*time.Hour, Sweep{})
}

// CheckLimit opens an officer's task when the holder's time limit has passed.
// It never disposes of the application (行政手続法7条).
func (s *Service) CheckLimit(ctx context.Context, j TimeLimit) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := find(tx, j.Application)
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

// SweepDrafts throws away drafts that nobody touched for 90 days.
func (s *Service) SweepDrafts(ctx context.Context, _ Sweep) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		var rows []row
		before := store.At(tx.Now.AddDate(0, 0, -draftDays))
		if err := tx.Where("state = ? AND changed_at < ?", Draft, before).Order("id").Limit(500).Find(&rows).Error; err != nil {
			return fmt.Errorf("application: find old drafts: %w", err)
		}
		for i := range rows {
			if err := s.discard(tx, system, &rows[i], "90_days"); err != nil {
				return err
			}
		}
		return nil
	})
}
