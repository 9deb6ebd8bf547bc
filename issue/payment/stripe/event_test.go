package stripe_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"qualsys/issue/payment"
	"qualsys/issue/payment/paysim"
)

const body = `{"id":"evt_1","object":"event","api_version":"2026-01-28.clover","livemode":false,"type":"checkout.session.completed",` +
	`"data":{"object":{"id":"cs_1","object":"checkout.session","payment_intent":"pi_1"}}}`

func TestEventsThatDoNotHoldAreRefused(t *testing.T) {
	c := adapter(t, "http://127.0.0.1:1")
	good := paysim.Sign([]byte(body), secret, noon)
	for _, tc := range []struct {
		name, body, signature string
		now                   time.Time
	}{
		{"no signature", body, "", noon},
		{"another secret", body, paysim.Sign([]byte(body), "whsec_other", noon), noon},
		{"one byte changed", strings.Replace(body, "cs_1", "cs_2", 1), good, noon},
		{"signed over five minutes ago", body, good, noon.Add(5*time.Minute + time.Second)},
		{"signed in the future", body, good, noon.Add(-5*time.Minute - time.Second)},
		{"the time replaced", body, strings.Replace(good, "t=", "t=9", 1), noon},
		{"real money where we test", signed(`"livemode":false`, `"livemode":true`), sign(`"livemode":false`, `"livemode":true`), noon},
		{"another account", signed(`"id":"evt_1"`, `"id":"evt_1","account":"acct_other"`), sign(`"id":"evt_1"`, `"id":"evt_1","account":"acct_other"`), noon},
		{"no JSON", "x", paysim.Sign([]byte("x"), secret, noon), noon},
		{"no event", "{}", paysim.Sign([]byte("{}"), secret, noon), noon},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if e, err := c.Event([]byte(tc.body), tc.signature, tc.now); !errors.Is(err, payment.ErrForged) {
				t.Errorf("Event = %+v, %v; want ErrForged", e, err)
			}
		})
	}
}

func signed(old, new string) string { return strings.Replace(body, old, new, 1) }
func sign(old, new string) string   { return paysim.Sign([]byte(signed(old, new)), secret, noon) }

func TestEventsSayWhatTheyAreAbout(t *testing.T) {
	c := adapter(t, "http://127.0.0.1:1")
	for _, tc := range []struct {
		name, kind, object string
		want               payment.Event
	}{
		{"a page", "checkout.session.expired", `{"id":"cs_1"}`, payment.Event{Session: "cs_1"}},
		{"a payment", "payment_intent.succeeded", `{"id":"pi_1"}`, payment.Event{Payment: "pi_1"}},
		{"a payment that was only begun", "payment_intent.created", `{"id":"pi_1"}`, payment.Event{}},
		{"a refund, expanded", "charge.refunded", `{"id":"ch_1","payment_intent":{"id":"pi_1"}}`, payment.Event{Payment: "pi_1"}},
		{"a chargeback", "charge.dispute.created", `{"id":"du_1","payment_intent":"pi_1"}`,
			payment.Event{Payment: "pi_1", Chargeback: payment.ChargebackOpened}},
		{"a chargeback lost", "charge.dispute.closed", `{"id":"du_1","payment_intent":"pi_1","status":"lost"}`,
			payment.Event{Payment: "pi_1", Chargeback: payment.ChargebackLost}},
		{"a chargeback refused", "charge.dispute.closed", `{"id":"du_1","payment_intent":"pi_1","status":"won"}`,
			payment.Event{Payment: "pi_1", Chargeback: payment.ChargebackWon}},
		{"something else", "customer.created", `{"id":"cus_1"}`, payment.Event{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := []byte(`{"id":"evt_1","object":"event","livemode":false,"type":"` + tc.kind + `","data":{"object":` + tc.object + `}}`)
			got, err := c.Event(b, paysim.Sign(b, secret, noon), noon)
			tc.want.ID, tc.want.Type = "evt_1", tc.kind
			if tc.want.Chargeback == 0 {
				tc.want.Chargeback = payment.NoChargeback
			}
			if err != nil || got != tc.want {
				t.Errorf("Event = %+v, %v; want %+v", got, err, tc.want)
			}
		})
	}
}
