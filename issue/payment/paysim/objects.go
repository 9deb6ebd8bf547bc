package paysim

// The company's objects as JSON, with the members that its own have as far as
// a payment on a page fills them.

func (s *Sim) sessionJSON(p *session) map[string]any {
	m := map[string]any{
		"id": p.ID, "object": "checkout.session", "amount_subtotal": p.Amount, "amount_total": p.Amount,
		"cancel_url": p.Cancel, "client_reference_id": p.Reference, "created": p.Created, "currency": "jpy",
		"expires_at": p.Expires, "livemode": false, "locale": p.Locale, "metadata": p.Metadata, "mode": "payment",
		"payment_intent": nil, "payment_method_types": []string{"card"}, "payment_status": p.PaymentStatus,
		"status": p.Status, "success_url": p.Success, "url": nil,
	}
	if p.Intent != "" {
		m["payment_intent"] = p.Intent
	}
	if p.Status == "open" {
		m["url"] = s.cfg.Base + "/pay/" + p.ID
	}
	return m
}

func (s *Sim) intentJSON(i *intent, expand bool) map[string]any {
	m := map[string]any{
		"id": i.ID, "object": "payment_intent", "amount": i.Amount, "amount_capturable": 0, "amount_received": i.Received,
		"capture_method": "automatic_async", "confirmation_method": "automatic", "created": i.Created, "currency": "jpy",
		"description": i.Description, "last_payment_error": nil, "latest_charge": nil, "livemode": false,
		"metadata": i.Metadata, "payment_method_types": []string{"card"}, "status": i.Status,
	}
	if i.Charge != "" {
		m["latest_charge"] = i.Charge
		if expand {
			m["latest_charge"] = s.chargeJSON(s.kept.Charges[i.Charge])
		}
	}
	if i.Failure != "" {
		m["last_payment_error"] = map[string]any{"charge": i.Charge, "code": i.Failure, "decline_code": "generic_decline",
			"message": "Your card was declined.", "type": "card_error"}
	}
	return m
}

func (s *Sim) chargeJSON(c *charge) map[string]any {
	m := map[string]any{
		"id": c.ID, "object": "charge", "amount": c.Amount, "amount_captured": 0, "amount_refunded": c.Refunded,
		"captured": c.Status == "succeeded", "created": c.Created, "currency": "jpy", "disputed": c.Disputed,
		"failure_code": nil, "livemode": false, "metadata": c.Metadata, "paid": c.Status == "succeeded",
		"payment_intent": c.Intent, "refunded": c.Refunded == c.Amount, "status": c.Status,
	}
	if c.Status == "succeeded" {
		m["amount_captured"] = c.Amount
	}
	if c.Failure != "" {
		m["failure_code"] = c.Failure
	}
	return m
}

func (s *Sim) refundJSON(r *refund) map[string]any {
	return map[string]any{
		"id": r.ID, "object": "refund", "amount": r.Amount, "charge": r.Charge, "created": r.Created, "currency": "jpy",
		"metadata": r.Metadata, "payment_intent": r.Intent, "reason": r.Reason, "status": r.Status,
	}
}
