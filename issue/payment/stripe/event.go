package stripe

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"qualsys/issue/payment"
)

// tolerance is how old a webhook may be (SECURITY T19), and how far from the
// future it may come.
const tolerance = 5 * time.Minute

// Event implements payment.Provider. Age is judged by now and not by the
// library, which reads the machine's clock and lets events from the future pass.
func (c *Company) Event(body []byte, signature string, now time.Time) (payment.Event, error) {
	e, err := c.signed(body, signature)
	if err != nil {
		return payment.Event{}, fmt.Errorf("%w: %w", payment.ErrForged, err)
	}
	at, err := signedAt(signature)
	switch {
	case err != nil:
		return payment.Event{}, fmt.Errorf("%w: %w", payment.ErrForged, err)
	case now.Sub(at) > tolerance || at.Sub(now) > tolerance:
		return payment.Event{}, fmt.Errorf("%w: signed %s from now", payment.ErrForged, at.Sub(now))
	case e.Livemode != c.cfg.Live:
		return payment.Event{}, fmt.Errorf("%w: live is %t", payment.ErrForged, e.Livemode)
	case e.Account != "" && e.Account != c.cfg.Account:
		return payment.Event{}, fmt.Errorf("%w: it is another account's", payment.ErrForged)
	case e.ID == "" || e.Data == nil:
		return payment.Event{}, fmt.Errorf("%w: no event", payment.ErrForged)
	}
	return about(e)
}

func (c *Company) signed(body []byte, signature string) (e stripego.Event, err error) {
	for _, secret := range c.cfg.WebhookSecrets {
		e, err = webhook.ConstructEventWithOptions(body, signature, secret,
			webhook.ConstructEventOptions{IgnoreTolerance: true, IgnoreAPIVersionMismatch: true})
		if err == nil {
			return e, nil
		}
	}
	return e, err
}

func signedAt(signature string) (time.Time, error) {
	for part := range strings.SplitSeq(signature, ",") {
		if t, ok := strings.CutPrefix(part, "t="); ok {
			n, err := strconv.ParseInt(t, 10, 64)
			return time.Unix(n, 0), err
		}
	}
	return time.Time{}, errors.New("no time in the signature")
}

// about says which page or payment an event concerns.
func about(e stripego.Event) (payment.Event, error) {
	var object struct {
		ID      string          `json:"id"`
		Payment json.RawMessage `json:"payment_intent"`
		Status  string          `json:"status"`
	}
	if err := json.Unmarshal(e.Data.Raw, &object); err != nil {
		return payment.Event{}, fmt.Errorf("%w: %w", payment.ErrForged, err)
	}
	out := payment.Event{ID: e.ID, Type: string(e.Type), Chargeback: payment.NoChargeback}
	kind := string(e.Type)
	switch {
	case strings.HasPrefix(kind, "checkout.session."):
		out.Session = object.ID
	case kind == "payment_intent.created":
	case strings.HasPrefix(kind, "payment_intent."):
		out.Payment = object.ID
	case strings.HasPrefix(kind, "charge."), strings.HasPrefix(kind, "refund."):
		out.Payment = reference(object.Payment)
	}
	switch {
	case kind == "charge.dispute.created":
		out.Chargeback = payment.ChargebackOpened
	case kind == "charge.dispute.closed" && object.Status == "lost":
		out.Chargeback = payment.ChargebackLost
	case kind == "charge.dispute.closed":
		out.Chargeback = payment.ChargebackWon
	}
	return out, nil
}

// reference reads an identifier that may have been expanded into its object.
func reference(raw json.RawMessage) string {
	var id string
	if json.Unmarshal(raw, &id) == nil {
		return id
	}
	var object struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &object) == nil {
		return object.ID
	}
	return ""
}
