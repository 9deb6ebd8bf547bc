package paysim

import (
	"errors"
	"time"
)

// What can be wrong with an act on a page.
var (
	errGone   = errors.New("paysim: no such page")
	errClosed = errors.New("paysim: the page is closed")
	errFunds  = errors.New("paysim: more than was paid")
	errCharge = errors.New("paysim: the payment is contested")
)

// Pay pays the page session once.
func (s *Sim) Pay(session string) error { return s.do(func() error { return s.pay(session, 1) }) }

// PayTwice pays the page session and takes the money a second time, as a
// company does that loses its own answer.
func (s *Sim) PayTwice(session string) error { return s.do(func() error { return s.pay(session, 2) }) }

// Decline tries to pay the page session with a card that is not accepted.
func (s *Sim) Decline(session string) error {
	return s.do(func() error {
		p, err := s.openSession(session)
		if err != nil {
			return err
		}
		i := s.intentOf(p)
		c := s.try(i, "failed", "card_declined")
		i.Status, i.Failure = "requires_payment_method", "card_declined"
		s.emit("charge.failed", s.chargeJSON(c))
		s.emit("payment_intent.payment_failed", s.intentJSON(i, false))
		return nil
	})
}

// Expire lets the page session run out.
func (s *Sim) Expire(session string) error {
	return s.do(func() error {
		p, err := s.openSession(session)
		if err != nil {
			return err
		}
		s.expire(p)
		return nil
	})
}

// Contest opens a chargeback on a payment, as its cardholder's bank does.
func (s *Sim) Contest(payment string) error {
	return s.dispute(payment, "charge.dispute.created", "needs_response")
}

// Decide ends a chargeback; won says that the money stays with us.
func (s *Sim) Decide(payment string, won bool) error {
	status := "lost"
	if won {
		status = "won"
	}
	return s.dispute(payment, "charge.dispute.closed", status)
}

func (s *Sim) dispute(payment, event, status string) error {
	return s.do(func() error {
		i := s.kept.Payments[payment]
		if i == nil || s.kept.Charges[i.Charge] == nil {
			return errGone
		}
		c := s.kept.Charges[i.Charge]
		c.Disputed = true
		s.emit(event, map[string]any{"id": id("du_"), "object": "dispute", "amount": c.Amount, "charge": c.ID,
			"created": s.now().Unix(), "currency": "jpy", "livemode": false, "metadata": map[string]string{},
			"payment_intent": i.ID, "reason": "fraudulent", "status": status})
		return nil
	})
}

func (s *Sim) openSession(key string) (*session, error) {
	p := s.kept.Sessions[key]
	switch {
	case p == nil:
		return nil, errGone
	case p.Status != "open":
		return nil, errClosed
	}
	return p, nil
}

// intentOf returns the payment of a page, and begins one when there is none.
func (s *Sim) intentOf(p *session) *intent {
	if i := s.kept.Payments[p.Intent]; i != nil {
		return i
	}
	i := s.newIntent(p)
	p.Intent = i.ID
	return i
}

func (s *Sim) newIntent(p *session) *intent {
	i := &intent{ID: id("pi_"), Status: "requires_payment_method", Amount: p.Amount, Created: s.now().Unix(),
		Description: p.Description, Metadata: p.IntentMetadata}
	s.kept.Payments[i.ID] = i
	s.kept.Order = append(s.kept.Order, i.ID)
	s.emit("payment_intent.created", s.intentJSON(i, false))
	return i
}

func (s *Sim) try(i *intent, status, failure string) *charge {
	c := &charge{ID: id("ch_"), Intent: i.ID, Status: status, Failure: failure, Amount: i.Amount,
		Created: s.now().Unix(), Metadata: i.Metadata}
	s.kept.Charges[c.ID] = c
	i.Charge = c.ID
	return c
}

func (s *Sim) pay(key string, times int) error {
	p, err := s.openSession(key)
	if err != nil {
		return err
	}
	s.take(s.intentOf(p))
	p.Status, p.PaymentStatus = "complete", "paid"
	s.emit("checkout.session.completed", s.sessionJSON(p))
	for range times - 1 {
		s.take(s.newIntent(p))
	}
	return nil
}

func (s *Sim) take(i *intent) {
	c := s.try(i, "succeeded", "")
	i.Status, i.Received, i.Failure = "succeeded", i.Amount, ""
	s.emit("charge.succeeded", s.chargeJSON(c))
	s.emit("payment_intent.succeeded", s.intentJSON(i, false))
}

func (s *Sim) expire(p *session) {
	p.Status = "expired"
	s.emit("checkout.session.expired", s.sessionJSON(p))
}

// sweep lets pages run out whose time has come. The lock is held.
func (s *Sim) sweep() {
	for _, p := range s.kept.Sessions {
		if p.Status == "open" && !s.now().Before(time.Unix(p.Expires, 0)) {
			s.expire(p)
		}
	}
}

// giveBack refunds amount of a payment; the lock is held.
func (s *Sim) giveBack(payment string, amount int64, reason string, metadata map[string]string) (*refund, error) {
	i := s.kept.Payments[payment]
	if i == nil || i.Status != "succeeded" {
		return nil, errGone
	}
	c := s.kept.Charges[i.Charge]
	if amount == 0 {
		amount = c.Amount - c.Refunded
	}
	switch {
	case c.Disputed:
		return nil, errCharge
	case amount < 1 || amount > c.Amount-c.Refunded:
		return nil, errFunds
	}
	c.Refunded += amount
	r := &refund{ID: id("re_"), Intent: i.ID, Charge: c.ID, Status: "succeeded", Reason: reason, Amount: amount,
		Created: s.now().Unix(), Metadata: metadata}
	s.kept.Refunds[r.ID] = r
	s.emit("refund.created", s.refundJSON(r))
	s.emit("charge.refunded", s.chargeJSON(c))
	return r, nil
}
