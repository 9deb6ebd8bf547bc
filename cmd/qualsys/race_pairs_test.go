package main

import (
	"context"
	"testing"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/registry/person"
)

// pair is two steps that two people take on one application at the same moment.
type pair struct {
	name string
	// ready brings the applications to where the two steps can be taken.
	ready func(h *House, ws []*worker) []*case1
	a, b  func(ctx context.Context, c *case1) error
	// paused: ready leaves nobody working jobs.
	paused bool
}

// case1 is one application of a round.
type case1 struct {
	h *House
	*worker
	application.View
	session string
}

// TestTwoStepsAtOnce takes every pair of steps that can meet on one application
// at the same moment, many times over on many applications at once, and looks
// at the tables afterwards (SECURITY G6).
func TestTwoStepsAtOnce(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *House) {
		ws := h.Workers(times(3, 5, 12))
		h.Paper(ws[0].reg) // whose entries are followed by certificates
		for _, p := range pairs {
			t.Run(p.name, func(t *testing.T) {
				defer func(was testing.TB) { h.t = was }(h.t)
				h.t = t
				for range times(1, 1, 30) {
					p.round(h, ws)
				}
			})
		}
		h.Audited()
	})
}

// round brings an application of each worker to where the steps can be taken,
// takes both for all of them at once, and looks at what came of it.
func (p pair) round(h *House, ws []*worker) {
	h.t.Helper()
	var acts []func() error
	for _, c := range p.ready(h, ws) {
		ctx := h.ctx()
		acts = append(acts, func() error { return p.a(ctx, c) }, func() error { return p.b(ctx, c) })
	}
	for k, err := range Race(acts...) {
		h.Clear([]string{"the first", "the second"}[k%2], err)
	}
	if p.paused {
		h.Resume()
	}
	h.Settle()
	h.Invariants()
	h.All(ws, func(_ int, w *worker) { w.finish() })
	h.Settle()
	h.Invariants()
}

// finish takes back what a worker still has open, so that the next round can begin.
func (w *worker) finish() {
	w.h.t.Helper()
	list, err := w.h.System.cases.ListOf(w.h.ctx(), w.by)
	w.h.must(err)
	for _, v := range list {
		if !v.Status.State.May(application.Withdraw) && v.Status.State.Stored() {
			continue
		}
		_, err := w.h.System.cases.Withdraw(w.h.ctx(), w.by, v.ID, v.Version)
		w.h.must(err)
	}
}

var pairs = []pair{
	{"an officer approves and the holder withdraws", reviewed, approve(0), withdraw, false},
	{"two officers approve", reviewed, approve(0), approve(1), false},
	{"one officer approves and another one rejects", reviewed, approve(0), reject(1), false},
	{"an officer returns and the holder withdraws", reviewed, giveBack, withdraw, false},
	{"the payment is confirmed and the holder withdraws", paid, confirm, withdraw, false},
	{"the payment is confirmed twice", paid, confirm, confirm, false},
	{"the holder opens a page to pay on and withdraws", owing, pay, withdraw, false},
	{"two devices open a page to pay on", owing, pay, pay, false},
	{"the payment is confirmed and an officer closes after the time limit", overdue, confirm, closeLate, false},
	{"the payment is confirmed and an officer gives more time", overdue, confirm, extend, false},
	{"the payment is confirmed and the register changes", paid, confirm, correct, false},
	{"a paid application is entered and the register changes", settled, enter, correct, true},
	{"a paid application is entered and the holder withdraws", settled, enter, withdraw, true},
	{"a paid application is entered twice", settled, enter, enter, true},
	{"an officer approves and the register changes", reviewed, approve(0), correct, false},
	{"two captures of one page", paidTwice, confirm, reconcile, false},
	{"the holder sends what was returned and an officer rejects it", returned, resubmit, reject(0), false},
	{"the holder sends a draft twice", drafted, submit, submit, false},
	{"the holder sends a draft and throws it away", drafted, submit, discard, false},
}

// cases1 pairs workers with their applications.
func cases1(h *House, ws []*worker, views []application.View, sessions []string) []*case1 {
	list := make([]*case1, len(ws))
	for k, w := range ws {
		list[k] = &case1{h: h, worker: w, View: views[k]}
		if sessions != nil {
			list[k].session = sessions[k]
		}
	}
	return list
}

func drafted(h *House, ws []*worker) []*case1 {
	views := make([]application.View, len(ws))
	h.All(ws, func(k int, w *worker) { views[k] = w.Draft() })
	return cases1(h, ws, views, nil)
}

func reviewed(h *House, ws []*worker) []*case1 { return cases1(h, ws, h.Reviewed(ws), nil) }

func owing(h *House, ws []*worker) []*case1 {
	views := h.Reviewed(ws)
	h.All(ws, func(k int, w *worker) {
		_, err := h.System.cases.Approve(h.ctx(), reviewers[0], views[k].ID, views[k].Version, "")
		h.must(err)
		views[k] = w.Look(views[k].ID)
	})
	return cases1(h, ws, views, nil)
}

// paid is owing, with the money taken and the news of it lost on the way.
func paid(h *House, ws []*worker) []*case1 { return taken(h, ws, h.Sims.Company.Pay) }

func paidTwice(h *House, ws []*worker) []*case1 { return taken(h, ws, h.Sims.Company.PayTwice) }

func taken(h *House, ws []*worker, pay func(string) error) []*case1 {
	views, sessions := h.Approved(ws)
	for _, s := range sessions {
		h.must(pay(s))
		h.must(h.Sims.Company.Forget())
	}
	return cases1(h, ws, views, sessions)
}

// overdue is paid, after the time limit as far as our books go.
func overdue(h *House, ws []*worker) []*case1 {
	list := paid(h, ws)
	for _, c := range list {
		h.Write(func(tx *store.Tx) error {
			return tx.Table("applications").Where("id = ?", c.View.ID).Update("overdue", true).Error
		})
	}
	return list
}

// settled is paid and known to be, while nobody works jobs.
func settled(h *House, ws []*worker) []*case1 {
	list := paid(h, ws)
	h.Pause()
	for _, c := range list {
		h.must(h.System.payments.Confirm(h.ctx(), c.View.ID))
		c.View = c.Look(c.View.ID)
	}
	return list
}

func returned(h *House, ws []*worker) []*case1 {
	list := reviewed(h, ws)
	for _, c := range list {
		ctx := h.ctx()
		h.must(giveBack(ctx, c))
		c.View = c.Look(c.View.ID)
		v, err := h.System.cases.Answer(ctx, c.by, c.View.ID, c.Version, c.Returned[0].ID, application.Answer{Way: application.Explain, Value: "説明します"})
		h.must(err)
		c.View = v
	}
	return list
}

func approve(who int) func(context.Context, *case1) error {
	return func(ctx context.Context, c *case1) error {
		_, err := c.h.System.cases.Approve(ctx, reviewers[who], c.View.ID, c.Version, "")
		return err
	}
}

var rejection = application.Rejection{Reason: "requirements", Text: "要件を確認できません。", Authority: "厚生労働大臣", Defendant: "国"}

func reject(who int) func(context.Context, *case1) error {
	return func(ctx context.Context, c *case1) error {
		_, err := c.h.System.cases.Reject(ctx, reviewers[who], c.View.ID, c.Version, rejection)
		return err
	}
}

func closeLate(ctx context.Context, c *case1) error {
	_, err := c.h.System.cases.Close(ctx, reviewers[0], c.View.ID, c.Version, rejection)
	return err
}

func extend(ctx context.Context, c *case1) error {
	_, err := c.h.System.cases.Extend(ctx, reviewers[0], c.View.ID, c.Version, person.DateAt(c.h.Clock.Now()).AddDays(60))
	return err
}

func giveBack(ctx context.Context, c *case1) error {
	_, err := c.h.System.cases.Return(ctx, reviewers[0], c.View.ID, c.Version, []application.ReturnRequest{{Item: "other", Reason: "other", Text: "説明してください。"}})
	return err
}

func withdraw(ctx context.Context, c *case1) error {
	_, err := c.h.System.cases.Withdraw(ctx, c.by, c.View.ID, c.Version)
	return err
}

func resubmit(ctx context.Context, c *case1) error {
	_, err := c.h.System.cases.Resubmit(ctx, c.by, c.View.ID, c.Version)
	return err
}

func submit(ctx context.Context, c *case1) error {
	_, err := c.h.System.cases.Submit(ctx, c.by, c.View.ID, c.Version)
	return err
}

func discard(ctx context.Context, c *case1) error {
	return c.h.System.cases.Discard(ctx, c.by, c.View.ID, c.Version)
}

func confirm(ctx context.Context, c *case1) error {
	return c.h.System.payments.Confirm(ctx, c.View.ID)
}

func reconcile(ctx context.Context, c *case1) error { return c.h.System.payments.Reconcile(ctx) }

func pay(ctx context.Context, c *case1) error {
	_, err := c.h.System.payments.Checkout(ctx, c.by, c.View.ID)
	return err
}

func enter(ctx context.Context, c *case1) error {
	return c.h.System.cases.Enter(ctx, application.Enter{Application: c.View.ID, N: c.Version})
}

// correct has the register changed past the application, as an officer does.
func correct(ctx context.Context, c *case1) error {
	return c.h.System.db.Write(ctx, func(tx *store.Tx) error {
		r, err := registry.Get(tx, c.reg)
		if err != nil {
			return err
		}
		to, err := person.ParseAddress("東京都千代田区霞が関1-2-" + store.NewID()[30:])
		if err != nil {
			return err
		}
		_, err = c.h.System.register.Apply(tx, clerk, r.ID, r.Version, registry.AddressChange{To: to}, today(tx), registry.Cause{Kind: "officer", Reason: "test"})
		return err
	})
}
