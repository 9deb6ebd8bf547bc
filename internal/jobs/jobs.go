// Package jobs puts work into the database and does it later, on any machine.
// A job is a row in the caller's transaction: it exists exactly when what it
// follows from has been committed. Any job may run twice. Arguments hold
// identifiers, never personal data.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"qualsys/internal/store"
)

// Args are a job's arguments; Kind names the job and never changes once used.
type Args = river.JobArgs

// Enqueuer puts a job into the caller's transaction, to run at once or, when
// at is not zero, not before then. An equal job that waits already is not doubled.
type Enqueuer interface {
	Enqueue(tx *store.Tx, args Args, at time.Time) error
}

// Queue enqueues jobs and works them.
type Queue struct {
	db      *store.DB
	workers *river.Workers
	period  []*river.PeriodicJob
	sqlite  *river.Client[*sql.Tx] // enqueues; nil on PostgreSQL
	pg      *river.Client[pgx.Tx]  // enqueues; nil on SQLite
	id      string                 // of this process, while it works
	working client                 // nil until Start
	rest    func()                 // stops saying that we are alive
}

// client is what both kinds of River's clients can do.
type client interface {
	Start(context.Context) error
	Stop(context.Context) error
	JobList(context.Context, *river.JobListParams) (*river.JobListResult, error)
}

// New returns a queue in db that only enqueues until Start.
func New(db *store.DB) (*Queue, error) {
	q := &Queue{db: db, workers: river.NewWorkers()}
	cfg := &river.Config{Logger: slog.Default()}
	var err error
	if db.Engine() == store.PostgreSQL {
		q.pg, err = river.NewClient(riverpgxv5.New(db.Pool()), cfg)
	} else {
		q.sqlite, err = river.NewClient(riversqlite.New(db.Writer()), cfg)
	}
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return q, nil
}

// open returns a client that works jobs.
func (q *Queue) open(cfg *river.Config) (client, error) {
	if q.db.Engine() == store.PostgreSQL {
		return river.NewClient(riverpgxv5.New(q.db.Pool()), cfg)
	}
	return river.NewClient(riversqlite.New(q.db.Writer()), cfg)
}

// Enqueue implements Enqueuer.
func (q *Queue) Enqueue(tx *store.Tx, args Args, at time.Time) error {
	if !at.After(tx.Now) {
		at = time.Time{} // a job with a time of its own waits for the scheduler, which looks every five seconds
	}
	o := &river.InsertOpts{ScheduledAt: at, MaxAttempts: 25, UniqueOpts: river.UniqueOpts{
		ByArgs: true,
		ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		},
	}}
	var err error
	if q.pg != nil {
		err = tx.PGX(func(t pgx.Tx) error {
			_, err := q.pg.InsertTx(tx.Context(), t, args, o)
			return err
		})
	} else {
		_, err = q.sqlite.InsertTx(tx.Context(), tx.SQL(), args, o)
	}
	if err != nil {
		return fmt.Errorf("jobs: enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

type worker[T Args] struct {
	river.WorkerDefaults[T]
	do func(context.Context, T) error
}

func (w worker[T]) Work(ctx context.Context, job *river.Job[T]) error { return w.do(ctx, job.Args) }
func (worker[T]) Timeout(*river.Job[T]) time.Duration                 { return 5 * time.Minute }

// Handle says what does jobs of T's kind. Call it before Start. An error makes
// the job run again, later and later.
func Handle[T Args](q *Queue, do func(context.Context, T) error) {
	river.AddWorker(q.workers, worker[T]{do: do})
}

// Every enqueues args each interval, and once at the start; it must be handled as well.
func Every(q *Queue, interval time.Duration, args Args) {
	q.period = append(q.period, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Start begins to work jobs until Stop; workers is how many run at once. Jobs
// that a process left when it died are begun again, now and from now on.
func (q *Queue) Start(ctx context.Context, workers int) (err error) {
	q.id = newID()
	cfg := &river.Config{
		ID:                q.id,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:           q.workers,
		PeriodicJobs:      q.period,
		FetchCooldown:     50 * time.Millisecond,
		FetchPollInterval: 200 * time.Millisecond,
		Logger:            slog.New(quiet{slog.Default().Handler()}),
	}
	if q.working, err = q.open(cfg); err != nil {
		q.working = nil
		return fmt.Errorf("jobs: %w", err)
	}
	here.Store(q.id, true)
	if err := q.pulse(ctx); err != nil {
		return fmt.Errorf("jobs: begin: %w", err)
	}
	pulse, end := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		q.live(pulse)
	}()
	q.rest = func() {
		end()
		<-done
	}
	return q.working.Start(ctx)
}

// Stop waits for running jobs and stops working.
func (q *Queue) Stop(ctx context.Context) error {
	if q.working == nil {
		return nil
	}
	if err := q.working.Stop(ctx); err != nil {
		return err
	}
	q.working = nil
	if q.rest != nil {
		q.rest()
	}
	here.Delete(q.id)
	return q.db.Write(ctx, func(tx *store.Tx) error { return tx.Where("id = ?", q.id).Delete(&aliveRow{}).Error })
}

// Drain waits until no job is waiting to run now, so that a test sees what the
// jobs did. Start must have been called. It returns an error when a job was given up.
func (q *Queue) Drain(ctx context.Context) error {
	for {
		var open, lost int64
		err := q.db.Read(ctx, func(tx *store.Tx) error {
			soon := tx.Now.Add(time.Second)
			due := "state IN ('available','running') OR (state IN ('scheduled','retryable') AND scheduled_at <= ?)"
			var at any = soon
			if tx.Engine() == store.SQLite {
				at = soon.UTC().Format("2006-01-02 15:04:05.999")
			}
			return errors.Join(
				tx.Table("river_job").Where(due, at).Count(&open).Error,
				tx.Table("river_job").Where("state = 'discarded'").Count(&lost).Error)
		})
		switch {
		case err != nil:
			return err
		case lost > 0:
			return fmt.Errorf("jobs: %d job(s) were given up", lost)
		case open == 0:
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
