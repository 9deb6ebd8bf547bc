package application_test

import (
	"context"
	"testing"
	"time"

	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// TestTheRealQueueDoesTheWork runs the jobs as the program does.
func TestTheRealQueueDoesTheWork(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, nil)
		q, err := jobs.New(db)
		if err != nil {
			t.Fatal(err)
		}
		w.register = registry.NewRegister()
		w.app = application.New(application.Config{DB: db, Register: w.register, Inquirer: w.inquirer, Payments: w.money, Notices: w.notices,
			Certificates: w.certs, Owners: w.owners, Jobs: q})
		w.app.Work(q)
		if err := q.Start(context.Background(), 2); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = q.Stop(context.Background()) })
		r := w.enrol(yoshio, "certified-care-worker", "第D-0000777号")
		if err := w.registers.Move(yoshio, "東京都千代田区霞が関1-2-2"); err != nil {
			t.Fatal(err)
		}
		v := w.file(yoshio, r.ID, func(*application.Form) {})
		if err := q.Drain(w.ctx); err != nil {
			t.Fatal(err)
		}
		w.wants(yoshio, v.ID, application.Registered)
	})
}

func TestTheQueueCountsAndMasks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		w.clock.Advance(time.Hour)
		q, err := w.app.Queue(w.ctx, w.officer(r), application.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(q.Rows) != 1 || q.Rows[0].ID != v.ID || q.Rows[0].Masked != "山＊　花＊" || q.Rows[0].Number != v.Number {
			t.Errorf("rows %+v", q.Rows)
		}
		for _, c := range q.Counts {
			if c.Bucket.Words("ja") == "" || (c.N == 1) != (c.Bucket == application.AllOpen || c.Bucket == application.NewCases) {
				t.Errorf("%s: %d", c.Bucket, c.N)
			}
		}
		if other, err := w.app.Queue(w.ctx, actor.Officer("o", "another", actor.Reviewer), application.Filter{}); err != nil || len(other.Rows) != 0 {
			t.Errorf("another body sees %d, %v", len(other.Rows), err)
		}
		if _, err := w.app.Queue(w.ctx, actor.Holder(hanako), application.Filter{}); err == nil {
			t.Error("a holder sees the queue")
		}
	})
}
