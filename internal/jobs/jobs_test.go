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
