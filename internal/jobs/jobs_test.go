package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
)

type count struct {
	ID string `json:"id"`
}

func (count) Kind() string { return "test.count" }

func TestAJobExistsExactlyWhenItsTransactionCommits(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		q, err := jobs.New(db)
		if err != nil {
			t.Fatal(err)
		}
		var done atomic.Int64
		jobs.Handle(q, func(context.Context, count) error {
			done.Add(1)
			return nil
		})
		mine := errors.New("mine")
		put := func(id string, fail error) error {
			return db.Write(ctx, func(tx *store.Tx) error {
				if err := q.Enqueue(tx, count{id}, time.Time{}); err != nil {
					return err
				}
				return fail
			})
		}
		if err := put("lost", mine); !errors.Is(err, mine) {
			t.Fatal(err)
		}
		for _, id := range []string{"a", "b", "a"} { // the second "a" waits already
			if err := put(id, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Start(ctx, 2); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if err := put("c", nil); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if err := q.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		if n := done.Load(); n != 3 {
			t.Fatalf("%d jobs ran, want 3", n)
		}
	})
}

// TestJobsOfADeadProcessAreBegunAgain: what a killed process was doing, and its
// leadership, don't wait for River's hour.
func TestJobsOfADeadProcessAreBegunAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		first, err := jobs.New(db)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(ctx, func(tx *store.Tx) error {
			for _, id := range []string{"now", "then"} {
				at := time.Time{}
				if id == "then" {
					at = tx.Now.Add(time.Second)
				}
				if err := first.Enqueue(tx, count{id}, at); err != nil {
					return err
				}
			}
			by := `'["nowhere/1/dead"]'`
			if db.Engine() == store.PostgreSQL {
				by = `'{nowhere/1/dead}'`
			} else {
				by = "jsonb(" + by + ")"
			}
			return errors.Join(
				tx.Exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_by = "+by+" WHERE state = 'available'").Error,
				tx.Exec("INSERT INTO river_leader (elected_at, expires_at, leader_id) VALUES (?, ?, 'nowhere/1/dead')",
					"2020-01-01 00:00:00", "2120-01-01 00:00:00").Error)
		})
		if err != nil {
			t.Fatal(err)
		}
		q, err := jobs.New(db)
		if err != nil {
			t.Fatal(err)
		}
		var done atomic.Int64
		jobs.Handle(q, func(context.Context, count) error {
			done.Add(1)
			return nil
		})
		if err := q.Start(ctx, 2); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := q.Stop(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
			}
		}()
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if done.Load() != 2 {
			t.Errorf("%d jobs were done, not 2", done.Load())
		}
	})
}
