package payment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/payment"
	"qualsys/issue/payment/paysim"
	"qualsys/issue/payment/stripe"
	"qualsys/registry/actor"
)

var (
	noon    = time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	hanako  = actor.Holder("login_hanako")
	officer = actor.Officer("login_officer", "welfare", actor.Reviewer)
)

const secret = "whsec_test"

// world is a room for payments with a simulated company beside it.
type world struct {
	t     *testing.T
	db    *store.DB
	clock *clock.Fake
	sim   *paysim.Sim
	pay   *payment.Payments
	jobs  *later
	url   string

	company payment.Provider

	mu      sync.Mutex
	away    bool // the company does not answer
	settled map[string]int
	told    map[string]int // by application and message
}

// each runs test in a world on each engine.
func each(t *testing.T, test func(w *world)) {
	t.Helper()
	c := clock.At(noon)
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		c.Set(noon)
		test(newWorld(t, db, c))
	}, c)
}

func newWorld(t *testing.T, db *store.DB, c *clock.Fake) *world {
	t.Helper()
	w := newWorldAt(t, db, c)
	w.clock = c
	return w
}

func newWorldAt(t *testing.T, db *store.DB, c clock.Clock) *world {
	t.Helper()
	w := &world{t: t, db: db, settled: map[string]int{}, told: map[string]int{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.url = server.URL
	var err error
	w.sim, err = paysim.New(paysim.Config{Key: "sk_test_1", WebhookSecret: secret, Account: "acct_1",
		Base: server.URL, Webhook: server.URL + "/webhooks/stripe", Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	company, err := stripe.New(stripe.Config{Key: "sk_test_1", WebhookSecrets: []string{secret}, Account: "acct_1", API: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.jobs, w.company = &later{}, company
	w.rebuild(w.jobs)
	return w
}

// rebuild makes the room anew over the same database and company.
func (w *world) rebuild(queue jobs.Enqueuer) {
	w.pay = payment.New(payment.Options{DB: w.db, Provider: w.company, Jobs: queue, Listener: w, Teller: w,
		Return: func(application string, paid bool) string {
			return fmt.Sprintf("https://example.jp/my/applications/%s?paid=%t", application, paid)
		}})
}

// lie has the company say something else of payments.
func (w *world) lie(change func(f *payment.Fact)) {
	w.company = lying{w.company, change}
	w.rebuild(w.jobs)
}

// paymentOf returns the payment that settled an application.
func (w *world) paymentOf(application string) (id string) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Table("payment_captures").Where("application = ?", application).Pluck("payment", &id).Error
	}))
	return id
}

// ServeHTTP is both the company and our webhook.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/webhooks/stripe" {
		body, _ := io.ReadAll(r.Body)
		if err := w.pay.Receive(r.Context(), body, r.Header.Get("Stripe-Signature")); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
		}
		return
	}
	w.mu.Lock()
	away := w.away
	w.mu.Unlock()
	if away {
		http.Error(rw, `{"error":{"type":"invalid_request_error","message":"away"}}`, http.StatusTeapot)
		return
	}
	w.sim.Handler().ServeHTTP(rw, r)
}

func (w *world) setAway(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = away
}

// Keep implements payment.Listener.
func (w *world) Keep(*store.Tx, string) error { return nil }

// Settled implements payment.Listener.
func (w *world) Settled(_ *store.Tx, application string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settled[application]++
	return nil
}

// TellPayment implements payment.Teller.
func (w *world) TellPayment(_ *store.Tx, holder, application string, m payment.Message, tax, charge payment.Yen) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told[fmt.Sprintf("%s/%d/%d+%d", application, m, tax, charge)]++
	return nil
}

// later keeps jobs until they are run.
type later struct {
	mu   sync.Mutex
	list []jobs.Args
}

func (l *later) Enqueue(_ *store.Tx, a jobs.Args, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, a)
	return nil
}

func (l *later) take() []jobs.Args {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.list
	l.list = nil
	return out
}

// do runs one job.
func (w *world) do(a jobs.Args) error {
	var id map[string]string
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &id); err != nil {
		return err
	}
	switch ctx := context.Background(); a.Kind() {
	case "payment_apply_event":
		return w.pay.Apply(ctx, id["event"])
	case "payment_send_refund":
		return w.pay.SendRefund(ctx, id["refund"])
	case "payment_close_page":
		return w.pay.ClosePage(ctx, id["checkout"])
	}
	return errors.New("no such job: " + a.Kind())
}

// work runs all jobs, each twice, until none is left.
func (w *world) work() {
	w.t.Helper()
	for list := w.jobs.take(); len(list) > 0; list = w.jobs.take() {
		for _, a := range append(list, list...) {
			if err := w.do(a); err != nil {
				w.t.Fatalf("job %s: %v", a.Kind(), err)
			}
		}
	}
}

func (w *world) write(f func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

// ask requests tax and charge for an application.
func (w *world) ask(application string, tax, charge payment.Yen) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error { return w.pay.Request(tx, officer, claim(application, tax, charge)) })
}

func claim(application string, tax, charge payment.Yen) payment.Claim {
	return payment.Claim{Application: application, Number: "R8-" + application, Holder: hanako.ID, Body: "welfare",
		Language: "ja", Version: 1, Deadline: noon.Add(30 * 24 * time.Hour), Dues: []payment.Due{
			{Kind: payment.Tax, Payee: payment.StatePayee, Amount: tax},
			{Kind: payment.Charge, Payee: "福祉登録センター", Amount: charge},
		}}
}

// page opens a page to pay on and returns its session.
func (w *world) page(application string, only ...payment.Kind) string {
	w.t.Helper()
	url, err := w.pay.Checkout(context.Background(), hanako, application, only...)
	if err != nil {
		w.t.Fatalf("checkout: %v", err)
	}
	return path.Base(url)
}

// deliver sends all events of the company, twice and in any order, and works.
func (w *world) deliver() {
	w.t.Helper()
	if err := w.sim.Deliver(context.Background()); err != nil {
		w.t.Fatalf("deliver: %v", err)
	}
	w.work()
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) basket(application string) (b payment.Basket) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		b, err = w.pay.Of(tx, application)
		return err
	}))
	return b
}

// states writes the lines of an application as "tax captured, charge requested".
func (w *world) states(application string) string {
	w.t.Helper()
	s := ""
	for i, l := range w.basket(application).Lines {
		if i > 0 {
			s += ", "
		}
		s += l.Kind.String() + " " + string(l.State)
	}
	return s
}

func (w *world) count(table, where string, args ...any) (n int64) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Table(table).Where(where, args...).Count(&n).Error
	}))
	return n
}

func (w *world) want(what string, got, want any) {
	w.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// post sends our webhook a body signed with a secret.
func (w *world) post(body, with string, at time.Time) int {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodPost, w.url+"/webhooks/stripe", bytes.NewBufferString(body))
	w.must(err)
	r.Header.Set("Stripe-Signature", paysim.Sign([]byte(body), with, at))
	answer, err := http.DefaultClient.Do(r)
	w.must(err)
	answer.Body.Close()
	return answer.StatusCode
}
