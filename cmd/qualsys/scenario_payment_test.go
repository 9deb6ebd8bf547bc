package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/payment"
	"qualsys/issue/payment/paysim"
	"qualsys/registry"
	"qualsys/registry/sample"
)

// approved leads 山田 花子 to where her change of name waits for 500 yen.
func approved(h *House) (*walk.Holder, walk.Filed, walk.Paper) {
	h.t.Helper()
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	first, err := hanako.MakeCertificate()
	h.must(err)
	h.must(h.Sims.Registers.Marry(sample.Hanako, "佐藤 花子", "さとう はなこ"))
	filed, err := hanako.ChangeName("佐藤 花子", "さとう はなこ")
	h.must(err)
	h.must(h.Officer("sssc", "reviewer").Approve(filed.Number))
	h.must(hanako.AwaitPayment(filed))
	return hanako, filed, first
}

// atCompany presses pay and stands on the company's page.
func atCompany(h *House, who *walk.Holder, f walk.Filed) (session string) {
	h.t.Helper()
	h.must(who.Send(f.At + "/pay"))
	session, ok := strings.CutPrefix(who.Page.URL.Path, "/pay/")
	if !ok {
		h.t.Fatalf("paying led to %s: %s", who.Page.URL, who.Page.Text())
	}
	return session
}

// onceOnly checks that all of an application's money and effects are there once.
func onceOnly(t *testing.T, h *House, f walk.Filed) {
	t.Helper()
	if h.Clock.Shift() == 0 { // else jobs of other days would be waited for
		h.Settle()
	}
	id := strings.TrimPrefix(f.At, "/my/applications/")
	h.Read(func(tx *store.Tx) error {
		receipts, err := h.System.payments.Receipts(tx, id)
		if err != nil {
			return err
		}
		if len(receipts) != 1 {
			t.Errorf("%d receipts", len(receipts))
		}
		history, err := registry.History(tx, h.Registration(sample.Hanako).ID)
		if err != nil {
			return err
		}
		if len(history) != 2 {
			t.Errorf("%d entries", len(history))
		}
		certificates, err := h.System.issuer.List(tx, clerk, history[0].Registration)
		if len(certificates) != 2 {
			t.Errorf("%d certificates", len(certificates))
		}
		return err
	})
	wholeChains(t, h)
}

// Scenario 9: paid twice at the company; one registration, one receipt, one
// certificate, and the second payment goes back (without the reconciliation).
func TestDoublePayment(t *testing.T) {
	each(t, func(t *testing.T, h *House) {
		hanako, filed, _ := approved(h)
		atCompany(h, hanako, filed)
		h.must(hanako.Send("/twice"))
		_, err := hanako.AwaitCertificate(filed)
		h.must(err)
		h.Until("the second payment to go back", func() bool { return h.company("refunded ¥500") == 1 })
		if n := h.company("succeeded"); n != 2 {
			t.Errorf("the company took money %d times", n)
		}
		h.Until("the notice", func() bool {
			h.must(hanako.Get("/my/inbox"))
			return hanako.Page.Says("二重のお支払いを確認しました")
		})
		onceOnly(t, h, filed)
	})
}

// company counts words on the simulated company's list of payments.
func (h *House) company(words string) int {
	h.t.Helper()
	_, page := h.read(h.Config.StripeURL + "/")
	return strings.Count(string(page), words)
}

// Every event of a payment again and again, in any order and long after, changes
// nothing; what is forged is refused.
func TestEventsTwiceLateOutOfOrderAndForged(t *testing.T) {
	h := Start(t, Plan{})
	hanako, filed, _ := approved(h)
	h.must(hanako.Pay(filed))
	_, err := hanako.AwaitCertificate(filed)
	h.must(err)
	onceOnly(t, h, filed)

	events := h.events()
	if len(events) < 3 {
		t.Fatalf("%d events", len(events))
	}
	slices.Reverse(events)
	for range 3 {
		for _, e := range events {
			if status := h.event(e, h.Config.StripeWebhook, h.Clock.Now()); status != http.StatusOK {
				t.Errorf("an event that was sent before is answered with %d: %.80s", status, e)
			}
		}
	}
	onceOnly(t, h, filed)
	h.Clock.Advance(40 * 24 * time.Hour)
	for _, e := range events {
		if status := h.event(e, h.Config.StripeWebhook, h.Clock.Now()); status != http.StatusOK {
			t.Errorf("a late event is answered with %d", status)
		}
	}
	onceOnly(t, h, filed)

	forged := bytes.ReplaceAll(events[0], []byte(`"livemode":false`), []byte(`"livemode":true`))
	for name, status := range map[string]int{
		"by another secret":     h.event(events[0], "whsec_of_somebody_else", h.Clock.Now()),
		"of an hour ago":        h.event(events[0], h.Config.StripeWebhook, h.Clock.Now().Add(-time.Hour)),
		"of the future":         h.event(events[0], h.Config.StripeWebhook, h.Clock.Now().Add(time.Hour)),
		"that is live":          h.event(forged, h.Config.StripeWebhook, h.Clock.Now()),
		"that is no event":      h.event([]byte(`{"a":1}`), h.Config.StripeWebhook, h.Clock.Now()),
		"that is no JSON":       h.event([]byte(`%%%`), h.Config.StripeWebhook, h.Clock.Now()),
		"without anything":      h.event(nil, h.Config.StripeWebhook, h.Clock.Now()),
		"of another's account":  h.event(bytes.Replace(events[0], []byte(`{`), []byte(`{"account":"acct_other",`), 1), h.Config.StripeWebhook, h.Clock.Now()),
		"larger than any event": h.event(bytes.Repeat([]byte(" "), 300<<10), h.Config.StripeWebhook, h.Clock.Now()),
	} {
		if status < 400 || status >= 500 {
			t.Errorf("an event %s is answered with %d", name, status)
		}
	}
	// signed as it should be, about a payment that the company does not know
	strange := []byte(`{"id":"evt_strange","object":"event","api_version":"x","created":1,"livemode":false,"type":"payment_intent.succeeded",` +
		`"data":{"object":{"id":"pi_nobody","object":"payment_intent","amount":500,"status":"succeeded"}}}`)
	if status := h.event(strange, h.Config.StripeWebhook, h.Clock.Now()); status != http.StatusOK {
		t.Errorf("an event about an unknown payment is answered with %d", status)
	}
	onceOnly(t, h, filed)
}

// events are all events of the company as it would send them.
func (h *House) events() [][]byte {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.ctx(), http.MethodGet, h.Config.StripeURL+"/v1/events", nil)
	h.must(err)
	r.Header.Set("Authorization", "Bearer "+h.Config.StripeKey)
	resp, err := http.DefaultClient.Do(r)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	var list struct{ Data []json.RawMessage }
	h.must(json.Unmarshal(body, &list))
	var out [][]byte
	for _, e := range list.Data {
		out = append(out, e)
	}
	return out
}

// event sends an event to the webhook, signed with a secret at an instant.
func (h *House) event(body []byte, secret string, at time.Time) int {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.ctx(), http.MethodPost, h.Config.BaseURL+"/webhooks/stripe", bytes.NewReader(body))
	h.must(err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Stripe-Signature", paysim.Sign(body, secret, at))
	r.Header.Set("X-Forwarded-For", nextAddress())
	resp, err := http.DefaultClient.Do(r)
	h.must(err)
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	h.must(err)
	return resp.StatusCode
}

// Paid while we were down, and every event of it lost: what the company says is
// asked for, and nothing is missing.
func TestPaidWhileWeWereDown(t *testing.T) {
	each(t, func(t *testing.T, h *House) {
		hanako, filed, first := approved(h)
		session := atCompany(h, hanako, filed)
		h.Shut()
		h.must(h.Sims.Company.Pay(session))
		h.must(h.Sims.Company.Forget())
		h.Open()
		h.must(hanako.Get(h.Config.BaseURL + filed.At + "?paid=1"))
		_, err := hanako.AwaitCertificate(filed)
		h.must(err)
		onceOnly(t, h, filed)
		h.must(walk.Verify(t.Context(), h.Config.BaseURL, first, "1990/07/21", "changed"))
	})
}

// A card that is declined can be tried again; a page that was left is open
// still; withdrawn, nothing can be paid any more.
func TestDeclinedAbandonedWithdrawn(t *testing.T) {
	h := Start(t, Plan{})
	hanako, filed, first := approved(h)
	atCompany(h, hanako, filed)
	h.must(hanako.Send("/decline"))
	if !hanako.Page.Says("カード会社の確認が取れませんでした") {
		t.Errorf("the company says %s", hanako.Page.Text())
	}
	h.must(hanako.Send("/abandon"))
	h.Until("the refusal to be known", func() bool { h.Settle(); return h.lineState(filed) == payment.Declined })
	h.must(hanako.Get(filed.At))
	if _, err := hanako.Page.Form(filed.At + "/pay"); err != nil {
		t.Errorf("after a refusal she can't try again: %v", err)
	}
	session := atCompany(h, hanako, filed)
	other := h.Holder(sample.Hanako) // another device
	h.must(other.Get(filed.At))
	h.must(other.Follow(filed.At + "/withdraw"))
	h.must(other.Send(filed.At + "/withdraw"))
	h.Settle()
	if s := h.state(filed); s != application.Withdrawn {
		t.Fatalf("withdrawn, the application is %s: %s", s, other.Page.Text())
	}
	if err := h.Sims.Company.Pay(session); err == nil {
		t.Error("the company's page is open although the application was withdrawn")
	}
	h.Settle()
	if h.Registration(sample.Hanako).Version != 1 {
		t.Error("withdrawn, the register changed")
	}
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, first, "1990/07/21", "in_force"))
}

func (h *House) lineState(f walk.Filed) (s payment.LineState) {
	h.t.Helper()
	h.Read(func(tx *store.Tx) error {
		b, err := h.System.payments.Of(tx, strings.TrimPrefix(f.At, "/my/applications/"))
		if err == nil && len(b.Lines) > 0 {
			s = b.Lines[0].State
		}
		return err
	})
	return s
}
