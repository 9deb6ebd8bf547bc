package payment_test

import (
	"context"
	"errors"
	"fmt"
	"path"
	"testing"
	"time"

	"qualsys/internal/store"
	"qualsys/issue/payment"
	"qualsys/registry/actor"
)

func TestTwoPayeesAreAskedForOnceAndPaidOnOnePage(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		w.ask("a", 1000, 500) // the same again changes nothing
		err := w.db.Write(context.Background(), func(tx *store.Tx) error { return w.pay.Request(tx, officer, claim("a", 1000, 600)) })
		w.want("another amount is refused", errors.Is(err, payment.ErrAsked), true)
		s := w.page("a")
		w.want("the second device's page", w.page("a"), s)
		w.want("lines while the page is open", w.states("a"), "tax processing, charge processing")
		w.must(w.sim.Pay(s))
		w.deliver()
		w.want("lines", w.states("a"), "tax captured, charge captured")
		w.want("settled", w.settled["a"], 1)
		w.want("told", w.told, map[string]int{"a/2/1000+500": 1})
		_, err = w.pay.Checkout(context.Background(), hanako, "a")
		w.want("paying again is refused", errors.Is(err, payment.ErrPaid), true)
		w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
			r, err := w.pay.Receipts(tx, "a")
			w.want("receipts", len(r), 2)
			w.want("record of the tax", fmt.Sprint(r[0].Number, r[0].Payee, r[0].Amount), "T-2026-000001国1,000")
			w.want("receipt of the body", fmt.Sprint(r[1].Number, r[1].Payee, r[1].Amount), "R-2026-000001福祉登録センター500")
			return err
		}))
	})
}

func TestPaidTwice(t *testing.T) {
	for name, twice := range map[string]func(w *world){
		"on one page, by the company's mistake": func(w *world) { w.must(w.sim.PayTwice(w.page("a"))) },
		"on two pages, the first of which could not be closed": func(w *world) {
			first := w.page("a")
			w.clock.Advance(30 * time.Minute) // the first has so little left that another is opened
			second := w.page("a")
			w.jobs.take() // and the job that closes the first is late
			w.must(w.sim.Pay(second))
			w.must(w.sim.Pay(first))
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				w.ask("a", 0, 500)
				twice(w)
				w.deliver()
				w.must(w.pay.Reconcile(context.Background()))
				w.work()
				w.want("lines", w.states("a"), "charge captured")
				w.want("settled", w.settled["a"], 1)
				w.want("receipts", w.count("payment_receipts", "application = ?", "a"), 1)
				w.want("money on record", w.count("payment_captures", "application = ?", "a"), 2)
				w.want("refunded", w.count("payment_refunds", "application = ? AND state = 'refunded'", "a"), 1)
				w.want("told once that it is paid", w.told["a/2/0+500"], 1)
				w.want("told once that it was paid twice", w.told["a/3/0+500"], 1)
			})
		})
	}
}

func TestATaxPaidTwiceGoesBackThroughTheTaxOffice(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 15000, 7200)
		w.must(w.sim.PayTwice(w.page("a")))
		w.deliver()
		var n []payment.TaxNotice
		w.must(w.db.Read(context.Background(), func(tx *store.Tx) (err error) {
			n, err = w.pay.TaxNotices(tx, "welfare", false)
			return err
		}))
		if len(n) != 1 || n[0].Amount != 15000 || n[0].Law != "登録免許税法第31条第1項第3号" || n[0].ApplicationNumber != "R8-a" {
			t.Fatalf("notices to the tax office = %+v", n)
		}
		w.want("refunded to the card", w.count("payment_refunds", "amount = 7200 AND state = 'refunded'"), 1)
		w.want("tax refunded to the card", w.count("payment_refunds", "amount <> 7200"), 0)
		err := w.db.Write(context.Background(), func(tx *store.Tx) error {
			return w.pay.TaxNoticeSent(tx, actor.Officer("x", "other", actor.Reviewer), n[0].ID)
		})
		w.want("another body's officer is refused", errors.Is(err, actor.ErrOtherBody), true)
		w.write(func(tx *store.Tx) error { return w.pay.TaxNoticeSent(tx, officer, n[0].ID) })
		w.want("sent", w.count("tax_notices", "sent_by = ?", officer.ID), 1)
		w.want("the line that was paid first", w.states("a"), "tax captured, charge captured")
	})
}

func TestTheApplicationEnds(t *testing.T) {
	for _, tc := range []struct {
		name        string
		before      func(w *world)
		ground      payment.Ground
		keep        bool
		after       func(w *world)
		states      string
		refund, tax int64
		tasks       int64
	}{
		{name: "unpaid and withdrawn", ground: payment.Withdrawn, states: "tax voided, charge voided"},
		{name: "unpaid and lapsed", ground: payment.Lapsed, states: "tax expired, charge expired"},
		{name: "paid and withdrawn", before: pay, ground: payment.Withdrawn, states: "tax tax_notice_due, charge refunded", refund: 1, tax: 1},
		{name: "paid and rejected after review", before: pay, ground: payment.Rejected, keep: true,
			states: "tax tax_notice_due, charge captured", tax: 1},
		{name: "tax paid, charge declined, lapsed", before: payTaxOnly, ground: payment.Lapsed,
			states: "tax tax_notice_due, charge expired", tax: 1},
		{name: "paid after it was withdrawn", before: func(w *world) { w.page("a") }, ground: payment.Withdrawn,
			after: func(w *world) { w.jobs.take(); pay2(w) }, states: "tax voided, charge voided", refund: 1, tax: 1, tasks: 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, func(w *world) {
				w.ask("a", 1000, 500)
				if tc.before != nil {
					tc.before(w)
				}
				for range 2 {
					w.write(func(tx *store.Tx) error { return w.pay.Close(tx, officer, "a", tc.ground, tc.keep) })
				}
				if tc.after != nil {
					tc.after(w)
				}
				w.work()
				w.want("lines", w.states("a"), tc.states)
				w.want("refunds", w.count("payment_refunds", "state = 'refunded' AND amount = 500"), tc.refund)
				w.want("notices to the tax office", w.count("tax_notices", "amount = 1000"), tc.tax)
				w.want("tasks", w.count("payment_tasks", "kind = 'late' AND amount = 1500"), tc.tasks)
				_, err := w.pay.Checkout(context.Background(), hanako, "a")
				w.want("paying is refused", errors.Is(err, payment.ErrClosed), true)
			})
		})
	}
}

func pay(w *world) {
	w.must(w.sim.Pay(w.page("a")))
	w.deliver()
}

// pay2 pays on the page that was opened before the application ended.
func pay2(w *world) {
	var url string
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Table("payment_checkouts").Where("application = ?", "a").Pluck("url", &url).Error
	}))
	w.must(w.sim.Pay(path.Base(url)))
	w.deliver()
}

func payTaxOnly(w *world) {
	w.must(w.sim.Pay(w.page("a", payment.Tax)))
	w.deliver()
	w.must(w.sim.Decline(w.page("a", payment.Charge)))
	w.deliver()
	w.want("told of the decline", w.told["a/1/0+0"], 1)
	w.want("half paid is not settled", w.settled["a"], 0)
}

func TestAnOpenPageIsClosedWhenTheApplicationEnds(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		w.write(func(tx *store.Tx) error { return w.pay.Close(tx, hanako, "a", payment.Withdrawn, false) })
		w.work()
		if err := w.sim.Pay(s); err == nil {
			t.Error("the page could still be paid on")
		}
		w.deliver()
		w.want("open pages", w.count("payment_checkouts", "state = 'open'"), 0)
	})
}

func TestDeclinedThenPaid(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		w.must(w.sim.Decline(s))
		w.deliver()
		w.want("lines", w.states("a"), "tax declined, charge declined")
		w.want("told", w.told["a/1/0+0"], 1)
		w.want("the page is still the same", w.page("a"), s)
		w.must(w.sim.Pay(s))
		w.deliver()
		w.want("lines", w.states("a"), "tax captured, charge captured")
		w.want("settled", w.settled["a"], 1)
	})
}

func TestTriesAreLimitedAndTheDayAfterTheyAreNot(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		for range 5 {
			s := w.page("a")
			w.must(w.sim.Decline(s))
			w.deliver()
			w.must(w.sim.Expire(s))
			w.deliver()
		}
		_, err := w.pay.Checkout(context.Background(), hanako, "a")
		w.want("the sixth is refused", errors.Is(err, payment.ErrTries), true)
		w.clock.Advance(25 * time.Hour)
		w.page("a")
	})
}

func TestDeadline(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		w.clock.Set(noon.Add(30*24*time.Hour + time.Second))
		_, err := w.pay.Checkout(context.Background(), hanako, "a")
		w.want("after the deadline", errors.Is(err, payment.ErrDeadline), true)
		w.must(w.pay.Reconcile(context.Background()))
		w.want("the page ran out", w.states("a"), "tax abandoned, charge abandoned")
		if err := w.sim.Pay(s); err == nil {
			t.Error("a page that ran out was paid on")
		}
	})
}

func TestNobodyPaysForWhatWasNotAsked(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.pay.Checkout(context.Background(), hanako, "none")
		w.want("no claim", errors.Is(err, payment.ErrNoClaim), true)
		w.ask("a", 1000, 500)
		_, err = w.pay.Checkout(context.Background(), officer, "a")
		w.want("an officer does not pay", err == nil, false)
		_, err = w.pay.Checkout(context.Background(), actor.Actor{}, "a")
		w.want("nobody does not pay", errors.Is(err, actor.ErrMissing), true)
		for _, c := range []payment.Claim{claim("z", 0, 0), claim("z", -1, 500), claim("z", payment.MaxYen, 1)} {
			err := w.db.Write(context.Background(), func(tx *store.Tx) error { return w.pay.Request(tx, officer, c) })
			if err == nil {
				t.Errorf("%+v was asked for", c.Dues)
			}
		}
	})
}

func TestMoreTimeFromAnOfficerIsMoreTimeToPay(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		c := claim("a", 1000, 500)
		w.clock.Set(c.Deadline.Add(time.Hour))
		_, err := w.pay.Checkout(context.Background(), hanako, "a")
		w.want("after the deadline", errors.Is(err, payment.ErrDeadline), true)
		c.Deadline = c.Deadline.AddDate(0, 0, 30)
		w.write(func(tx *store.Tx) error { return w.pay.Request(tx, officer, c) })
		_, err = w.pay.Checkout(context.Background(), hanako, "a")
		w.want("after it was moved", err, nil)
	})
}
