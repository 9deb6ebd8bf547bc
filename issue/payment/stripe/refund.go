package stripe

import (
	"context"
	"errors"
	"fmt"

	stripego "github.com/stripe/stripe-go/v85"

	"qualsys/issue/payment"
)

// Refund implements payment.Provider.
func (c *Company) Refund(ctx context.Context, o payment.RefundOrder) (payment.RefundFact, error) {
	p := &stripego.RefundCreateParams{
		PaymentIntent: stripego.String(o.Payment), Amount: stripego.Int64(int64(o.Amount)),
		Reason: stripego.String("requested_by_customer"),
	}
	p.AddMetadata(metaRefund, o.ID)
	p.AddMetadata(metaLines, o.Kind.String())
	p.SetIdempotencyKey("refund-" + o.ID)
	r, err := c.api.V1Refunds.Create(ctx, p)
	var e *stripego.Error
	if errors.As(err, &e) && hopeless[e.Code] {
		return payment.RefundFact{State: payment.RefundFailed, Why: string(e.Code)}, nil
	}
	return refundFact(r, err)
}

// hopeless are the answers that no repetition changes: an officer must look.
var hopeless = map[stripego.ErrorCode]bool{
	stripego.ErrorCodeChargeAlreadyRefunded: true,
	stripego.ErrorCodeChargeDisputed:        true,
	stripego.ErrorCodeAmountTooLarge:        true,
}

// FetchRefund implements payment.Provider.
func (c *Company) FetchRefund(ctx context.Context, id string) (payment.RefundFact, error) {
	return refundFact(c.api.V1Refunds.Retrieve(ctx, id, nil))
}

func refundFact(r *stripego.Refund, err error) (payment.RefundFact, error) {
	if err != nil {
		return payment.RefundFact{}, short("refund", err)
	}
	f := payment.RefundFact{ID: r.ID}
	switch r.Status {
	case stripego.RefundStatusSucceeded:
		f.State = payment.RefundDone
	case stripego.RefundStatusPending, stripego.RefundStatusRequiresAction:
		f.State = payment.RefundPending
	case stripego.RefundStatusFailed, stripego.RefundStatusCanceled:
		f.State, f.Why = payment.RefundFailed, string(r.FailureReason)
	default:
		return f, fmt.Errorf("stripe: refund %s: no such state: %q", r.ID, r.Status)
	}
	return f, nil
}
