package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qualsys/internal/store"
)

// batch bounds what one run of reconciliation takes up; the next takes the rest.
const batch = 500

func (p *Payments) confirm(ctx context.Context, application string) error {
	open, err := p.openPages(ctx, "application = ?", application)
	if err != nil {
		return err
	}
	for _, c := range open {
		if err := p.look(ctx, c); err != nil {
			return ErrAway.Because(err)
		}
	}
	return nil
}

func (p *Payments) reconcile(ctx context.Context, window time.Duration) error {
	open, err := p.openPages(ctx, "1 = 1")
	errs := []error{err, p.applyForgotten(ctx)}
	for _, c := range open {
		if err := p.look(ctx, c); err != nil {
			errs = append(errs, fmt.Errorf("payment: page %s: %w", c.ID, err))
		}
	}
	return errors.Join(append(errs, p.lookAtPayments(ctx, window), p.sendRefunds(ctx))...)
}

func (p *Payments) openPages(ctx context.Context, where string, args ...any) (l []checkoutRow, err error) {
	err = p.o.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.Where("state = ?", pageOpen).Where(where, args...).Order("made_at").Limit(batch).Find(&l).Error
	})
	return l, err
}

// look asks what became of an open page. A page whose making broke off between
// the company and us is asked for again: the same order finds the same page.
func (p *Payments) look(ctx context.Context, c checkoutRow) error {
	if c.Session != "" {
		page, err := p.o.Provider.FetchCheckout(ctx, c.Session)
		if err != nil {
			return err
		}
		return p.settlePage(ctx, c, page)
	}
	if !p.o.DB.Clock().Now().Before(c.ExpiresAt.Time) { // nobody was ever shown its address
		return p.o.DB.Write(ctx, func(tx *store.Tx) error { return p.turnPage(tx, c, Page{State: PageExpired}) })
	}
	return nil // Checkout offers it again while it holds
}

func (p *Payments) applyForgotten(ctx context.Context) error {
	var events []eventRow
	err := p.o.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.Where("applied_at IS NULL AND received_at < ?", store.At(tx.Now.Add(-time.Minute))).
			Order("received_at").Limit(batch).Find(&events).Error
	})
	errs := []error{err}
	for _, e := range events {
		errs = append(errs, p.Apply(ctx, e.ID))
	}
	return errors.Join(errs...)
}

// lookAtPayments finds what was taken without our hearing of it, a second
// payment for the same page above all.
func (p *Payments) lookAtPayments(ctx context.Context, window time.Duration) error {
	facts, err := p.o.Provider.PaymentsSince(ctx, p.o.DB.Clock().Now().Add(-window))
	errs := []error{err}
	for _, f := range facts {
		if f.Memo.Checkout == "" {
			continue // not from our pages
		}
		errs = append(errs, p.recordNew(ctx, f))
	}
	return errors.Join(errs...)
}

func (p *Payments) recordNew(ctx context.Context, f Fact) error {
	var known int64
	err := p.o.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.Model(&captureRow{}).Where("payment = ?", f.Payment).Count(&known).Error
	})
	if err != nil || known > 0 {
		return err
	}
	return p.o.DB.Write(ctx, func(tx *store.Tx) error { return p.record(tx, f) })
}

func (p *Payments) sendRefunds(ctx context.Context) error {
	var open []refundRow
	err := p.o.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.Where("state IN ?", []refundState{refundDue, refundPending}).Order("opened_at").Limit(batch).Find(&open).Error
	})
	errs := []error{err}
	for _, r := range open {
		errs = append(errs, p.SendRefund(ctx, r.ID))
	}
	return errors.Join(errs...)
}
