package stripe_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/issue/payment"
	"qualsys/issue/payment/paysim"
	"qualsys/issue/payment/stripe"
)

const (
	key     = "sk_test_123"
	secret  = "whsec_test"
	account = "acct_test"
)

var noon = time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)

// company is a payment company under test.
type company struct {
	adapter *stripe.Company
	sim     *paysim.Sim // nil where the company keeps no state
	begun   time.Time
	api     string
}

func simulated(t *testing.T) company {
	t.Helper()
	var sim *paysim.Sim
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { sim.Handler().ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	var err error
	sim, err = paysim.New(paysim.Config{Key: key, WebhookSecret: secret, Account: account, Base: server.URL, Clock: clock.At(noon)})
	if err != nil {
		t.Fatal(err)
	}
	return company{adapter(t, server.URL), sim, noon, server.URL}
}

func adapter(t *testing.T, api string) *stripe.Company {
	t.Helper()
	c, err := stripe.New(stripe.Config{Key: key, WebhookSecrets: []string{"whsec_old", secret}, Account: account, API: api})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mocked starts stripe-mock, which knows the shapes of Stripe's API and keeps
// no state. Where it can't be started the test is skipped, and says so.
func mocked(t *testing.T) company {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	path, err := exec.Command("go", "tool", "-n", "stripe-mock").Output()
	if err != nil {
		t.Skipf("SKIPPED FOR LACK OF STRIPE-MOCK: %v", err)
	}
	mock := exec.Command(string(path[:len(path)-1]), "-http-addr", address)
	if err := mock.Start(); err != nil {
		t.Skipf("SKIPPED FOR LACK OF STRIPE-MOCK: %v", err)
	}
	t.Cleanup(func() { _ = mock.Process.Kill(); _ = mock.Wait() })
	for ctx, cancel := context.WithTimeout(t.Context(), time.Minute); ; {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			cancel()
			break
		}
		if ctx.Err() != nil {
			cancel()
			t.Skip("SKIPPED FOR LACK OF STRIPE-MOCK: it does not answer")
		}
	}
	return company{adapter(t, "http://"+address), nil, time.Now(), address}
}

func order(c company) payment.Order {
	return payment.Order{Checkout: "co1", Application: "app1", Number: "R8-000123", Language: "ja",
		Success: "https://example.jp/my/applications/app1?paid=1", Cancel: "https://example.jp/my/applications/app1",
		ExpiresAt: c.begun.Add(31 * time.Minute), Lines: []payment.OrderLine{
			{Kind: payment.Tax, Payee: "国", Label: "登録免許税", Amount: 1000},
			{Kind: payment.Charge, Payee: "福祉登録センター", Label: "手数料", Amount: 500},
		}}
}

func TestContract(t *testing.T) {
	for name, start := range map[string]func(*testing.T) company{"simulated company": simulated, "stripe-mock": mocked} {
		t.Run(name, func(t *testing.T) { contract(t, start(t)) })
	}
}

// contract is what every payment company must do; what needs a memory is asked
// only of one that has one.
func contract(t *testing.T, c company) {
	ctx := t.Context()
	o := order(c)
	page, err := c.adapter.CreateCheckout(ctx, o)
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	if page.Session == "" || page.State == 0 {
		t.Fatalf("created page = %+v", page)
	}
	if got, err := c.adapter.FetchCheckout(ctx, page.Session); err != nil || got.Session == "" {
		t.Fatalf("fetch page = %+v, %v", got, err)
	}
	if _, err := c.adapter.PaymentsSince(ctx, c.begun.Add(-time.Hour)); err != nil {
		t.Errorf("list payments: %v", err)
	}
	if c.sim != nil {
		remembers(t, c, o, page)
		return
	}
	if _, err := c.adapter.FetchPayment(ctx, "pi_123"); err != nil {
		t.Errorf("fetch payment: %v", err)
	}
	if f, err := c.adapter.Refund(ctx, payment.RefundOrder{ID: "r1", Payment: "pi_123", Kind: payment.Charge, Amount: 500}); err != nil || f.ID == "" {
		t.Errorf("refund = %+v, %v", f, err)
	}
	if f, err := c.adapter.FetchRefund(ctx, "re_123"); err != nil || f.ID == "" {
		t.Errorf("fetch refund = %+v, %v", f, err)
	}
	if p, err := c.adapter.ExpireCheckout(ctx, page.Session); err != nil || p.Session == "" {
		t.Errorf("expire = %+v, %v", p, err)
	}
}

func remembers(t *testing.T, c company, o payment.Order, page payment.Page) {
	t.Helper()
	ctx := t.Context()
	if page.URL == "" || page.State != payment.PageOpen || page.Total != 1500 || page.Memo.Lines != "tax,charge" {
		t.Errorf("created page = %+v", page)
	}
	if again, err := c.adapter.CreateCheckout(ctx, o); err != nil || again.Session != page.Session {
		t.Errorf("the same order made page %+v, %v; want %s again", again, err, page.Session)
	}
	if err := c.sim.Pay(page.Session); err != nil {
		t.Fatal(err)
	}
	paid, err := c.adapter.FetchCheckout(ctx, page.Session)
	if err != nil || paid.State != payment.PageComplete || paid.Payment == "" {
		t.Fatalf("paid page = %+v, %v", paid, err)
	}
	f, err := c.adapter.FetchPayment(ctx, paid.Payment)
	want := payment.Memo{Checkout: "co1", Application: "app1", Lines: "tax,charge"}
	if err != nil || f.State != payment.PaymentCaptured || f.Received != 1500 || f.Currency != "jpy" || f.Memo != want || f.Try == "" {
		t.Errorf("payment = %+v, %v", f, err)
	}
	if p, err := c.adapter.ExpireCheckout(ctx, page.Session); err != nil || p.State != payment.PageComplete {
		t.Errorf("expiring a paid page = %+v, %v; want complete", p, err)
	}
	refunds(t, c, paid.Payment)
	if _, err := c.adapter.FetchPayment(ctx, "pi_none"); err == nil {
		t.Error("a payment that is not there was found")
	}
	if l, err := c.adapter.PaymentsSince(ctx, noon); err != nil || len(l) != 1 || l[0].Payment != paid.Payment {
		t.Errorf("payments = %+v, %v", l, err)
	}
}

func refunds(t *testing.T, c company, paid string) {
	t.Helper()
	ctx := t.Context()
	r := payment.RefundOrder{ID: "r1", Payment: paid, Kind: payment.Charge, Amount: 500}
	for range 2 { // the second time finds the first
		f, err := c.adapter.Refund(ctx, r)
		if err != nil || f.State != payment.RefundDone {
			t.Fatalf("refund = %+v, %v", f, err)
		}
		if g, err := c.adapter.FetchRefund(ctx, f.ID); err != nil || g.State != payment.RefundDone {
			t.Errorf("fetched refund = %+v, %v", g, err)
		}
	}
	if f, err := c.adapter.FetchPayment(ctx, paid); err != nil || f.Refunded != 500 {
		t.Errorf("after one refund, done twice, %d yen went back (%v); want 500", f.Refunded, err)
	}
	f, err := c.adapter.Refund(ctx, payment.RefundOrder{ID: "r2", Payment: paid, Kind: payment.Charge, Amount: 1001})
	if err != nil || f.State != payment.RefundFailed {
		t.Errorf("a refund of more than is left = %+v, %v; want failed", f, err)
	}
}

func TestManyPaymentsAreListedPageByPage(t *testing.T) {
	c := simulated(t)
	for n := range 130 {
		o := order(c)
		o.Checkout = fmt.Sprintf("co%d", n)
		page, err := c.adapter.CreateCheckout(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.sim.Pay(page.Session); err != nil {
			t.Fatal(err)
		}
	}
	l, err := c.adapter.PaymentsSince(t.Context(), noon)
	if err != nil || len(l) != 130 {
		t.Errorf("listed %d payments, %v; want 130", len(l), err)
	}
}

func TestCheckRefusesAnotherAccountsKey(t *testing.T) {
	c := simulated(t)
	if err := c.adapter.Check(t.Context()); err != nil {
		t.Errorf("our own key: %v", err)
	}
	other, err := stripe.New(stripe.Config{Key: key, WebhookSecrets: []string{secret}, Account: "acct_other", API: c.api})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Check(t.Context()); err == nil {
		t.Error("a key of another account passed")
	}
}
