package paysim_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/issue/payment/paysim"
)

var noon = time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)

type company struct {
	t      *testing.T
	sim    *paysim.Sim
	server *httptest.Server
	clock  *clock.Fake
	file   string
}

func open(t *testing.T, webhook string) *company {
	t.Helper()
	c := &company{t: t, clock: clock.At(noon), file: filepath.Join(t.TempDir(), "state", "pay.json")}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.sim.Handler().ServeHTTP(w, r) }))
	t.Cleanup(c.server.Close)
	c.restart(webhook)
	return c
}

// restart begins anew from what is in the file.
func (c *company) restart(webhook string) {
	c.t.Helper()
	var err error
	c.sim, err = paysim.New(paysim.Config{Key: "sk_test_1", WebhookSecret: "whsec_1", Account: "acct_1",
		Base: c.server.URL, Webhook: webhook, File: c.file, Clock: c.clock})
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *company) call(method, path, key, once string, form url.Values) (int, map[string]any) {
	c.t.Helper()
	r, err := http.NewRequest(method, c.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if once != "" {
		r.Header.Set("Idempotency-Key", once)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer a.Body.Close()
	var m map[string]any
	if err := json.NewDecoder(a.Body).Decode(&m); err != nil {
		c.t.Fatal(err)
	}
	return a.StatusCode, m
}

func form(amount string) url.Values {
	return url.Values{"mode": {"payment"}, "success_url": {"https://example.jp/done"}, "cancel_url": {"https://example.jp/back"},
		"locale": {"ja"}, "metadata[checkout]": {"co1"}, "line_items[0][quantity]": {"1"},
		"line_items[0][price_data][currency]": {"jpy"}, "line_items[0][price_data][unit_amount]": {amount},
		"line_items[0][price_data][product_data][name]": {"手数料<script>"}}
}

func TestWrongRequestsAreAnsweredAsTheCompanyDoes(t *testing.T) {
	c := open(t, "")
	dollars, soon := form("500"), form("500")
	dollars.Set("line_items[0][price_data][currency]", "usd")
	soon.Set("expires_at", "1")
	for _, tc := range []struct {
		name, method, path, key string
		form                    url.Values
		status                  int
	}{
		{"wrong key", "POST", "/v1/checkout/sessions", "sk_test_2", form("500"), 401},
		{"no line", "POST", "/v1/checkout/sessions", "sk_test_1", url.Values{"mode": {"payment"}, "success_url": {"x"}}, 400},
		{"no mode", "POST", "/v1/checkout/sessions", "sk_test_1", url.Values{}, 400},
		{"decimals", "POST", "/v1/checkout/sessions", "sk_test_1", form("500.5"), 400},
		{"less than the company takes", "POST", "/v1/checkout/sessions", "sk_test_1", form("49"), 400},
		{"more than the company takes", "POST", "/v1/checkout/sessions", "sk_test_1", form("100000000"), 400},
		{"dollars", "POST", "/v1/checkout/sessions", "sk_test_1", dollars, 400},
		{"closes too soon", "POST", "/v1/checkout/sessions", "sk_test_1", soon, 400},
		{"no such page", "GET", "/v1/checkout/sessions/cs_none", "sk_test_1", nil, 404},
		{"no such payment", "GET", "/v1/payment_intents/pi_none", "sk_test_1", nil, 404},
		{"no such refund", "GET", "/v1/refunds/re_none", "sk_test_1", nil, 404},
		{"refund of nothing", "POST", "/v1/refunds", "sk_test_1", url.Values{"payment_intent": {"pi_none"}}, 404},
		{"no such path", "GET", "/v1/customers", "sk_test_1", nil, 404},
	} {
		status, m := c.call(tc.method, tc.path, tc.key, "", tc.form)
		if e, _ := m["error"].(map[string]any); status != tc.status || e["type"] == "" || e["message"] == "" {
			t.Errorf("%s: %d %v, want %d with an error", tc.name, status, m, tc.status)
		}
	}
}

func TestAnIdempotencyKeyHasOneEffect(t *testing.T) {
	c := open(t, "")
	_, a := c.call("POST", "/v1/checkout/sessions", "sk_test_1", "k1", form("500"))
	_, b := c.call("POST", "/v1/checkout/sessions", "sk_test_1", "k1", form("500"))
	if a["id"] != b["id"] {
		t.Errorf("two pages: %v and %v", a["id"], b["id"])
	}
	if status, _ := c.call("POST", "/v1/checkout/sessions", "sk_test_1", "k1", form("501")); status != 400 {
		t.Errorf("the same key with another amount: %d", status)
	}
}

func TestThePageToPayOn(t *testing.T) {
	c := open(t, "")
	_, s := c.call("POST", "/v1/checkout/sessions", "sk_test_1", "", form("1500"))
	id := s["id"].(string)
	page := c.read("GET", "/pay/"+id)
	for _, want := range []string{"1,500円", "支払う", "カードが断られる", "誤って二重に支払う", "支払わずに戻る", "手数料&lt;script&gt;", `lang="ja"`, "width=device-width"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page := c.read("POST", "/pay/"+id+"/decline"); !strings.Contains(page, "引き落としはされていません") {
		t.Error("a declined card is not said to be declined")
	}
	if to := c.redirect("/pay/" + id + "/abandon"); to != "https://example.jp/back" {
		t.Errorf("leaving leads to %s", to)
	}
	if to := c.redirect("/pay/" + id + "/pay"); to != "https://example.jp/done" {
		t.Errorf("paying leads to %s", to)
	}
	c.restart("")
	if page := c.read("POST", "/pay/"+id+"/pay"); !strings.Contains(page, "閉じました") {
		t.Error("a page that was paid on can be paid on again after a restart")
	}
	if list := c.read("GET", "/"); !strings.Contains(list, "succeeded") || !strings.Contains(list, "chargeback") {
		t.Error("the company's list lacks the payment")
	}
	if gone := c.read("GET", "/pay/none"); !strings.Contains(gone, "ページがありません") {
		t.Error("a page that is not there is not said to be")
	}
}

func (c *company) do(method, path string) *http.Response {
	c.t.Helper()
	r, err := http.NewRequest(method, c.server.URL+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { a.Body.Close() })
	return a
}

func (c *company) read(method, path string) string {
	c.t.Helper()
	b, err := io.ReadAll(c.do(method, path).Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

func (c *company) redirect(path string) string { return c.do("POST", path).Header.Get("Location") }

func TestAPageRunsOut(t *testing.T) {
	c := open(t, "")
	_, s := c.call("POST", "/v1/checkout/sessions", "sk_test_1", "", form("1500"))
	c.clock.Advance(25 * time.Hour)
	if _, s = c.call("GET", "/v1/checkout/sessions/"+s["id"].(string), "sk_test_1", "", nil); s["status"] != "expired" || s["url"] != nil {
		t.Errorf("after a day the page is %v", s["status"])
	}
}

func TestEventsAreDeliveredTwiceAndAgainUntilTheyAreTaken(t *testing.T) {
	got, refuse := map[string]int{}, true
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		var e struct{ ID, Type string }
		_ = json.NewDecoder(r.Body).Decode(&e)
		got[e.Type]++
	}))
	defer hook.Close()
	c := open(t, hook.URL)
	_, s := c.call("POST", "/v1/checkout/sessions", "sk_test_1", "", form("1500"))
	if err := c.sim.Pay(s["id"].(string)); err != nil {
		t.Fatal(err)
	}
	if err := c.sim.Deliver(context.Background()); err == nil {
		t.Error("refused events count as delivered")
	}
	refuse = false
	c.restart(hook.URL) // outstanding events outlive the company
	if err := c.sim.Deliver(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"} {
		if got[kind] != 2 {
			t.Errorf("%s was delivered %d times, want twice", kind, got[kind])
		}
	}
}
