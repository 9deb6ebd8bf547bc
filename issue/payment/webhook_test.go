package payment_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/payment"
)

func TestALostWebhookIsFound(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		w.must(w.sim.PayTwice(w.page("a")))
		w.must(w.sim.Forget())
		w.must(w.pay.Reconcile(context.Background()))
		w.work()
		w.want("settled", w.settled["a"], 1)
		w.want("the second payment was found too", w.count("payment_captures", "meaning = 'double'"), 1)
		w.want("and refunded", w.count("payment_refunds", "state = 'refunded'"), 1)
		w.want("and the tax office is to be told", w.count("tax_notices", "1 = 1"), 1)
	})
}

func TestWhoComesBackFromThePageIsToldAtOnce(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		w.must(w.sim.Pay(w.page("a")))
		w.must(w.pay.Confirm(context.Background(), "a"))
		w.want("settled before any webhook", w.settled["a"], 1)
		w.deliver()
		w.want("settled after all of them", w.settled["a"], 1)
	})
}

func TestTheCompanyIsAway(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		w.must(w.sim.Pay(s))
		w.must(w.sim.Deliver(context.Background()))
		w.setAway(true)
		for _, a := range w.jobs.take() {
			if err := w.do(a); err == nil {
				t.Error("an event was applied without asking the company")
			}
		}
		w.want("nothing is believed", w.settled["a"], 0)
		w.setAway(false)
		w.clock.Advance(2 * time.Minute)
		w.must(w.pay.Reconcile(context.Background()))
		w.want("settled once it answers", w.settled["a"], 1)
		w.want("events left", w.count("payment_events", "applied_at IS NULL"), 0)
	})
}

// TestOrdersThatReachedTheCompanyAndNotUs: the answer got lost, the same order
// finds the same page.
func TestAnOrderWhoseAnswerGotLostIsNotMadeTwice(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		w.write(func(tx *store.Tx) error {
			return tx.Table("payment_checkouts").Where("1 = 1").Updates(map[string]any{"session": "", "url": ""}).Error
		})
		w.want("page", w.page("a"), s)
	})
}

func TestForgedWebhooksHaveNoEffect(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		body := fmt.Sprintf(`{"id":"evt_f","object":"event","livemode":false,"type":"checkout.session.completed","data":{"object":{"id":%q}}}`, s)
		w.want("another secret", w.post(body, "whsec_other", noon), http.StatusBadRequest)
		w.want("too old", w.post(body, secret, noon.Add(-6*time.Minute)), http.StatusBadRequest)
		w.want("rightly signed and untrue", w.post(body, secret, noon), http.StatusOK)
		w.want("about what the company does not know", w.post(strings.ReplaceAll(strings.Replace(body, "evt_f", "evt_g", 1), s, "cs_none"), secret, noon), http.StatusOK)
		w.work()
		w.want("lines", w.states("a"), "tax processing, charge processing")
		w.want("events in the inbox", w.count("payment_events", "1 = 1"), 2)
	})
}

// lying changes what the company says of payments.
type lying struct {
	payment.Provider
	change func(f *payment.Fact)
}

func (l lying) FetchPayment(ctx context.Context, id string) (payment.Fact, error) {
	f, err := l.Provider.FetchPayment(ctx, id)
	l.change(&f)
	return f, err
}

func TestMoneyThatFitsNowhereIsKeptForAnOfficer(t *testing.T) {
	for _, tc := range []struct {
		name, detail string
		change       func(f *payment.Fact)
	}{
		{"another amount", "received 1 yen, asked for 1500", func(f *payment.Fact) { f.Received = 1 }},
		{"another currency", "currency is usd, not jpy", func(f *payment.Fact) { f.Currency = "usd" }},
		{"another application", "names another application than the page", func(f *payment.Fact) { f.Memo.Application = "b" }},
		{"other lines", `names the lines "tax", asked for "tax,charge"`, func(f *payment.Fact) { f.Memo.Lines = "tax" }},
		{"a page that is not ours", "no such page of ours", func(f *payment.Fact) { f.Memo.Checkout = "none" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, func(w *world) {
				w.lie(tc.change)
				w.ask("a", 1000, 500)
				w.ask("b", 1000, 500)
				w.must(w.sim.Pay(w.page("a")))
				w.deliver()
				w.want("settled", len(w.settled), 0)
				w.want("money on record", w.count("payment_captures", "meaning = 'questioned'"), 1)
				w.want("task", w.count("payment_tasks", "kind = 'questioned' AND detail = ?", tc.detail), 1)
				w.want("the other application", w.states("b"), "tax requested, charge requested")
			})
		})
	}
}

func TestAChargebackOpensATaskAndChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		s := w.page("a")
		w.must(w.sim.Pay(s))
		w.deliver()
		id := w.paymentOf("a")
		w.must(w.sim.Contest(id))
		w.deliver()
		w.want("lines", w.states("a"), "tax disputed, charge disputed")
		w.want("settled", w.settled["a"], 1)
		var tasks []payment.Task
		w.must(w.db.Read(context.Background(), func(tx *store.Tx) (err error) {
			tasks, err = w.pay.Tasks(tx, "welfare")
			return err
		}))
		if len(tasks) != 1 || tasks[0].Kind != payment.TaskDisputed || tasks[0].Amount != 1500 {
			t.Fatalf("tasks = %+v", tasks)
		}
		w.write(func(tx *store.Tx) error { return w.pay.Done(tx, officer, tasks[0].ID, "answered the bank") })
		w.must(w.sim.Decide(id, false))
		w.deliver()
		w.want("lines", w.states("a"), "tax lost, charge lost")
		w.want("settled is settled", w.basket("a").SettledAt.IsZero(), false)
		w.want("open tasks", w.count("payment_tasks", "done_at IS NULL AND kind = 'dispute_lost'"), 1)
	})
}

func TestARefundThatCanNotBeMadeGoesToAnOfficer(t *testing.T) {
	each(t, func(w *world) {
		w.ask("a", 1000, 500)
		w.must(w.sim.PayTwice(w.page("a")))
		w.must(w.sim.Deliver(context.Background()))
		for _, a := range w.jobs.take() {
			w.must(w.do(a))
		}
		var second string
		w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
			return tx.Table("payment_refunds").Pluck("payment", &second).Error
		}))
		w.must(w.sim.Contest(second))
		w.work()
		w.want("tasks", w.count("payment_tasks", "kind = 'refund_failed' AND amount = 500"), 1)
		w.want("settled", w.settled["a"], 1)
	})
}

// TestAThousandWebhooks is goal G3 in small: doubled, shuffled, late, some
// payments made twice, forged ones between, eight workers.
func TestAThousandWebhooks(t *testing.T) {
	const applications, forged, workers = 220, 100, 8
	each(t, func(w *world) {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 1))
		twice := 0
		for n := range applications {
			a := fmt.Sprintf("a%03d", n)
			w.ask(a, 1000, 500)
			s := w.page(a)
			if r.IntN(5) == 0 {
				w.must(w.sim.Decline(s))
			}
			if r.IntN(10) == 0 {
				twice++
				w.must(w.sim.PayTwice(s))
			} else {
				w.must(w.sim.Pay(s))
			}
		}
		for n := range forged {
			body := fmt.Sprintf(`{"id":"evt_forged%d","livemode":false,"type":"payment_intent.succeeded","data":{"object":{"id":"pi_%d"}}}`, n, n)
			w.want("forged", w.post(body, "whsec_wrong", noon), http.StatusBadRequest)
		}
		w.must(w.sim.Deliver(context.Background()))
		for list := w.jobs.take(); len(list) > 0; list = w.jobs.take() {
			list = append(list, list...)
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			w.race(workers, list)
		}
		defer func() {
			if t.Failed() {
				t.Logf("seed %d", seed)
			}
		}()
		if n := w.count("payment_events", "1 = 1"); n < 900 {
			t.Errorf("only %d events", n)
		}
		w.want("events left", w.count("payment_events", "applied_at IS NULL"), 0)
		w.want("applications settled", len(w.settled), applications)
		for a, n := range w.settled {
			if n != 1 {
				t.Errorf("%s was settled %d times", a, n)
			}
		}
		w.want("lines paid", w.count("payment_lines", "state = 'captured'"), 2*applications)
		w.want("receipts", w.count("payment_receipts", "1 = 1"), 2*applications)
		w.want("without gaps", w.count("payment_receipts", "number = ?", fmt.Sprintf("R-2026-%06d", applications)), 1)
		w.want("payments", w.count("payment_captures", "1 = 1"), applications+twice)
		w.want("refunds", w.count("payment_refunds", "state = 'refunded'"), twice)
		w.want("notices to the tax office", w.count("tax_notices", "1 = 1"), twice)
	})
}

// race runs jobs on several workers; a job that fails is run again.
func (w *world) race(workers int, list []jobs.Args) {
	work := make(chan jobs.Args)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for a := range work {
				for try := 0; ; try++ {
					err := w.do(a)
					if err == nil {
						break
					}
					if try == 5 {
						w.t.Errorf("job %s: %v", a.Kind(), err)
						break
					}
				}
			}
		})
	}
	for _, a := range list {
		work <- a
	}
	close(work)
	wg.Wait()
}

// TestOnTheRealQueue: River runs the jobs and the company delivers by itself.
func TestOnTheRealQueue(t *testing.T) {
	c := clock.System{}
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorldAt(t, db, c)
		q, err := jobs.New(db)
		w.must(err)
		w.rebuild(q)
		w.pay.Work(q)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w.must(q.Start(ctx, 4))
		defer func() { w.must(q.Stop(context.Background())) }()
		cl := claim("a", 1000, 500)
		cl.Deadline = c.Now().Add(time.Hour)
		w.write(func(tx *store.Tx) error { return w.pay.Request(tx, officer, cl) })
		w.must(w.sim.PayTwice(w.page("a")))
		w.must(w.sim.Deliver(ctx))
		w.must(q.Drain(ctx))
		w.want("settled", w.settled["a"], 1)
		w.want("refunds", w.count("payment_refunds", "state = 'refunded'"), 1)
	})
}
