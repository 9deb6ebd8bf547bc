package main

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"qualsys/internal/store"
	"qualsys/issue/application"
)

// errBroken is a database that does not answer.
var errBroken = errors.New("test: the connection to the database broke")

// TestTheDatabaseBreaks lets the n-th operation of the way from an application
// to its certificate fail, or the n-th commit succeed and its answer be lost,
// for many n: nobody is told of what did not happen, and after trying again all
// is as if nothing had been (SECURITY G2).
func TestTheDatabaseBreaks(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *House) {
		b := h.breaker()
		w := h.Workers(1)[0]
		h.Paper(w.reg)
		b.walk(w) // whole, to count
		operations, commits := b.operations.Load(), b.commits.Load()
		t.Logf("%d operations, %d commits", operations, commits)
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		dice := rand.New(rand.NewPCG(seed, 3))
		n := times(1, 4, int(operations))
		for k := range n {
			if k%10 == 9 { // a long life makes each change slow
				w = h.Workers(1)[0]
				h.Paper(w.reg)
			}
			b.breakAt(&b.operations, int64(k)*operations/int64(n)+dice.Int64N(max(1, operations/int64(n))), w)
		}
		for k := range min(n, int(commits)) {
			b.breakAt(&b.commits, int64(k)*commits/int64(min(n, int(commits))), w)
		}
		t.Logf("broke %d times", b.broke.Load())
		h.Audited()
	})
}

// breaker counts what is asked of the database, and fails once.
type breaker struct {
	*House
	operations, commits atomic.Int64
	at                  atomic.Int64 // the count at which it breaks; 0: never
	what                atomic.Pointer[atomic.Int64]
	broke               atomic.Int64
}

func (h *House) breaker() *breaker {
	b := &breaker{House: h}
	ask := func(tx *store.Tx) error {
		c := tx.Callback()
		count := func(db *gorm.DB) {
			if b.strikes(&b.operations) {
				_ = db.AddError(errBroken)
			}
		}
		return errors.Join(
			c.Create().Before("gorm:create").Register("test:break", count), c.Query().Before("gorm:query").Register("test:break", count),
			c.Update().Before("gorm:update").Register("test:break", count), c.Delete().Before("gorm:delete").Register("test:break", count),
			c.Raw().Before("gorm:raw").Register("test:break", count), c.Row().Before("gorm:row").Register("test:break", count))
	}
	h.Pause()
	h.Write(ask)
	if h.System.db.Engine() == store.SQLite { // its readers have a handle of their own
		h.Read(ask)
	}
	h.Resume()
	h.System.db.Lose(func() error {
		if b.strikes(&b.commits) {
			return errBroken
		}
		return nil
	})
	h.t.Cleanup(func() { h.System.db.Lose(nil) })
	return b
}

func (b *breaker) strikes(what *atomic.Int64) bool {
	n := what.Add(1)
	if b.what.Load() != what || b.at.Load() != n {
		return false
	}
	b.broke.Add(1)
	return true
}

// breakAt walks the whole way with one thing that breaks.
func (b *breaker) breakAt(what *atomic.Int64, n int64, w *worker) {
	b.t.Helper()
	b.what.Store(what)
	b.at.Store(what.Load() + 1 + n)
	b.walk(w)
	b.at.Store(0)
	b.Invariants()
}

// walk takes a worker from a draft to the certificate, each step until it is
// done, as somebody does who tries again when told that something went wrong.
func (b *breaker) walk(w *worker) {
	h := b.House
	h.t.Helper()
	cases, ctx := h.System.cases, h.ctx()
	var id string
	var before int64
	b.quietly(func() { before = h.Sum("applications", "holder = ? AND number IS NOT NULL", w.by.ID) })
	name := w.marry()
	state := func() application.State { // as the tables have it
		var s []application.State
		b.quietly(func() {
			h.Read(func(tx *store.Tx) error {
				return tx.Table("applications").Where("id = ?", id).Pluck("state", &s).Error
			})
		})
		if len(s) == 0 {
			return ""
		}
		return s[0]
	}
	b.until("the draft", func() error {
		v, err := cases.Start(ctx, w.by, w.reg)
		if err == nil {
			id = v.ID
		}
		return err
	}, func() bool { return state() == application.Draft })
	b.until("sending", func() error {
		v, err := cases.View(ctx, w.by, id)
		if err != nil {
			return err
		}
		if v, err = w.fill(v, name); err != nil {
			return err
		}
		_, err = cases.Submit(ctx, w.by, id, v.Version)
		return err
	}, func() bool { s := state(); return s != application.Draft })
	b.await("the review", func() bool { return state() == application.UnderReview })
	b.until("the decision", func() error {
		v, err := cases.Case(ctx, reviewers[0], id)
		if err != nil {
			return err
		}
		_, err = cases.Approve(ctx, reviewers[0], id, v.Version, "")
		return err
	}, func() bool { return state() == application.AwaitingPayment })
	var session string
	b.until("the page to pay on", func() error {
		address, err := h.System.payments.Checkout(ctx, w.by, id)
		if err == nil {
			session = last(address)
		}
		return err
	}, func() bool { return session != "" })
	h.must(h.Sims.Company.Pay(session))
	b.until("the payment", func() error { return h.System.payments.Confirm(ctx, id) }, func() bool {
		return slices.Contains([]application.State{application.PaymentSettled, application.Registered, application.CertificateIssued}, state())
	})
	b.await("the certificate", func() bool { return state() == application.CertificateIssued })
	b.quietly(func() {
		h.Settle()
		if n := h.Sum("applications", "holder = ? AND number IS NOT NULL", w.by.ID); n != before+1 {
			h.t.Errorf("%d applications, not %d", n, before+1)
		}
		if n := h.Sum("entries", "cause_ref = ?", id); n != 1 {
			h.t.Errorf("%d entries of one application", n)
		}
		if n := h.Sum("payment_captures", "application = ? AND meaning = 'settles'", id); n != 1 {
			h.t.Errorf("%d captures of one application", n)
		}
	})
}

// until tries a step again and again until it says that it is done; then its
// effect must be there.
func (b *breaker) until(what string, step func() error, there func() bool) {
	b.t.Helper()
	for range 4 {
		err := step()
		if err == nil {
			if !there() {
				b.t.Fatalf("%s: said to be done, and is not", what)
			}
			return
		}
		if there() { // done, and the answer was lost
			return
		}
		b.Clear(what, broken(err))
	}
	b.t.Fatalf("%s: does not come about", what)
}

// broken leaves out the error that was made on purpose.
func broken(err error) error {
	if errors.Is(err, errBroken) {
		return nil
	}
	return err
}

// await waits for what jobs do, and has those that failed tried again at once.
func (b *breaker) await(what string, there func() bool) {
	b.t.Helper()
	b.Until(what, func() bool {
		b.Hurry()
		return there()
	})
}

// quietly looks at something without breaking it.
func (b *breaker) quietly(look func()) {
	at := b.at.Swap(0)
	ops := b.operations.Load()
	look()
	b.operations.Store(ops)
	b.at.Store(at)
}

// Hurry has jobs that failed, or wait for a later hour, done now.
func (h *House) Hurry(kinds ...string) {
	h.t.Helper()
	err := h.System.db.Write(h.t.Context(), func(tx *store.Tx) error {
		q := tx.Table("river_job").Where("state = 'retryable'")
		if len(kinds) > 0 {
			q = tx.Table("river_job").Where("state IN ('retryable', 'scheduled') AND kind IN ?", kinds)
		}
		return q.Updates(map[string]any{"state": "available", "scheduled_at": gorm.Expr("CURRENT_TIMESTAMP")}).Error
	})
	if broken(err) != nil {
		h.t.Fatal(err)
	}
}
