package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

const (
	pageLife    = 31 * time.Minute // the company wants 30 at least when the order arrives
	pageLeft    = 2 * time.Minute  // a page with less left is not offered again
	dayTries    = 5                // failed tries of an application in 24 hours (SERVICE §3.1)
	dayPages    = 20               // pages of an application in 24 hours
	aDay        = 24 * time.Hour
	longWindow  = 72 * time.Hour // how far back reconciliation looks for payments, once an hour
	shortWindow = time.Hour      // and in between: longer than a page lives
)

// system is who acts when the payment company has said something.
var system = actor.System("payment")

func (p *Payments) checkout(ctx context.Context, by actor.Actor, application string, only []Kind) (string, error) {
	if err := by.May(actor.Pay, ""); err != nil {
		return "", err
	}
	if open, err := p.openPage(ctx, application, only); err != nil {
		return "", err
	} else if open.Session != "" { // perhaps it was paid a moment ago: ask before sending somebody there again
		page, err := p.o.Provider.FetchCheckout(ctx, open.Session)
		if err != nil {
			return "", ErrAway.Because(err)
		}
		if page.State == PageOpen {
			return page.URL, nil
		}
		if err := p.settlePage(ctx, open, page); err != nil {
			return "", err
		}
	}
	var c checkoutRow
	var o Order
	err := p.o.DB.Write(ctx, func(tx *store.Tx) (err error) {
		c, o, err = p.preparePage(tx, by, application, only)
		return err
	})
	if err != nil {
		return "", err
	}
	return p.createPage(ctx, c, o)
}

// createPage has the company make the page of c. It may be called again for
// the same c, and then finds the same page.
func (p *Payments) createPage(ctx context.Context, c checkoutRow, o Order) (string, error) {
	page, err := p.o.Provider.CreateCheckout(ctx, o)
	if err != nil {
		return "", ErrAway.Because(err)
	}
	ended := false
	err = p.o.DB.Write(ctx, func(tx *store.Tx) error {
		claim, err := hold(tx, c.Application)
		if err != nil {
			return err
		}
		if err := tx.Model(&checkoutRow{}).Where("id = ?", c.ID).
			Updates(map[string]any{"session": page.Session, "url": page.URL}).Error; err != nil {
			return err
		}
		if ended = !claim.ClosedAt.IsZero(); ended { // the application ended while the company made its page
			return p.o.Jobs.Enqueue(tx, closePage{c.ID}, time.Time{})
		}
		return nil
	})
	if err == nil && ended {
		return "", ErrClosed
	}
	return page.URL, err
}

// openPage finds an open page of application for the same lines that has time
// left; the zero row when there is none.
func (p *Payments) openPage(ctx context.Context, application string, only []Kind) (c checkoutRow, err error) {
	err = p.o.DB.Read(ctx, func(tx *store.Tx) error {
		owed, err := owedLines(tx, application, only)
		if err != nil || len(owed) == 0 {
			return err
		}
		err = store.One(tx.Where("application = ? AND state = ? AND lines = ? AND expires_at > ?",
			application, pageOpen, joinKinds(owed), store.At(tx.Now.Add(pageLeft))).Order("made_at DESC"), &c)
		if errors.Is(err, store.ErrNone) {
			return nil
		}
		return err
	})
	return c, err
}

func owedLines(tx *store.Tx, application string, only []Kind) ([]lineRow, error) {
	lines, err := linesOf(tx, application)
	return slices.DeleteFunc(lines, func(l lineRow) bool {
		return !l.State.Owed() || (len(only) > 0 && !slices.Contains(only, l.Kind))
	}), err
}

// preparePage checks that application may be paid for, records a new page, or
// finds one that was recorded and perhaps never reached the company.
func (p *Payments) preparePage(tx *store.Tx, by actor.Actor, application string, only []Kind) (checkoutRow, Order, error) {
	var c checkoutRow
	claim, err := hold(tx, application)
	if errors.Is(err, store.ErrNone) {
		return c, Order{}, ErrNoClaim
	} else if err != nil {
		return c, Order{}, err
	}
	owed, err := payable(tx, claim, only)
	if err != nil {
		return c, Order{}, err
	}
	err = store.One(tx.Where("application = ? AND state = ? AND lines = ? AND expires_at > ?", application, pageOpen,
		joinKinds(owed), store.At(tx.Now.Add(pageLeft))).Order("made_at DESC"), &c)
	if !errors.Is(err, store.ErrNone) {
		return c, p.order(claim, c, owed), err
	}
	if err := withinTries(tx, application); err != nil {
		return c, Order{}, err
	}
	if err := p.closeOpenPages(tx, application); err != nil {
		return c, Order{}, err
	}
	var total Yen
	for i := range owed {
		if total, err = total.Add(owed[i].Amount); err != nil {
			return c, Order{}, err
		}
		if _, err := move(tx, by, &owed[i], Open, "", ""); err != nil {
			return c, Order{}, err
		}
	}
	c = checkoutRow{ID: store.NewID(), Application: application, Lines: joinKinds(owed), Amount: total,
		Language: claim.Language, State: pageOpen, MadeAt: store.At(tx.Now),
		ExpiresAt: store.At(tx.Now.Add(pageLife).Truncate(time.Second))}
	return c, p.order(claim, c, owed), tx.Create(&c).Error
}

// payable returns the lines that can be paid now, or says why there are none.
func payable(tx *store.Tx, claim claimRow, only []Kind) ([]lineRow, error) {
	switch {
	case !claim.ClosedAt.IsZero():
		return nil, ErrClosed
	case !claim.SettledAt.IsZero():
		return nil, ErrPaid
	case tx.Now.After(claim.DeadlineAt.Time):
		return nil, ErrDeadline
	}
	owed, err := owedLines(tx, claim.Application, only)
	if err == nil && len(owed) == 0 {
		err = ErrPaid
	}
	return owed, err
}

func withinTries(tx *store.Tx, application string) error {
	var tries, pages int64
	yesterday := store.At(tx.Now.Add(-aDay))
	err := errors.Join(
		tx.Model(&declineRow{}).Where("application = ? AND recorded_at > ?", application, yesterday).Count(&tries).Error,
		tx.Model(&checkoutRow{}).Where("application = ? AND made_at > ?", application, yesterday).Count(&pages).Error)
	if err == nil && (tries >= dayTries || pages >= dayPages) {
		return ErrTries
	}
	return err
}

// closeOpenPages has a job close the pages of application that are still open.
func (p *Payments) closeOpenPages(tx *store.Tx, application string) error {
	var open []checkoutRow
	if err := tx.Where("application = ? AND state = ?", application, pageOpen).Find(&open).Error; err != nil {
		return err
	}
	for _, c := range open {
		if err := p.o.Jobs.Enqueue(tx, closePage{c.ID}, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

func (p *Payments) order(claim claimRow, c checkoutRow, lines []lineRow) Order {
	o := Order{Checkout: c.ID, Application: c.Application, Number: claim.Number, Language: c.Language,
		Success: p.o.Return(c.Application, true), Cancel: p.o.Return(c.Application, false), ExpiresAt: c.ExpiresAt.Time}
	for _, l := range lines {
		o.Lines = append(o.Lines, OrderLine{Kind: l.Kind, Payee: l.Payee, Label: label(l.Kind, c.Language), Amount: l.Amount})
	}
	return o
}

// label names a line on the company's page and on receipts.
func label(k Kind, language string) string {
	switch {
	case k == Tax && language == "en":
		return "Registration and licence tax"
	case k == Tax:
		return "登録免許税"
	case language == "en":
		return "Handling charge"
	}
	return "手数料"
}

// ClosePage closes a page at the company, so that it can't be paid any more,
// and records what it came to.
func (p *Payments) ClosePage(ctx context.Context, id string) error {
	var c checkoutRow
	err := p.o.DB.Read(ctx, func(tx *store.Tx) error { return store.One(tx.Where("id = ?", id), &c) })
	if err != nil {
		return fmt.Errorf("payment: close page %s: %w", id, err)
	}
	if c.State != pageOpen || c.Session == "" { // without a session reconciliation looks after it
		return nil
	}
	page, err := p.o.Provider.ExpireCheckout(ctx, c.Session)
	if err != nil {
		return fmt.Errorf("payment: close page %s: %w", id, err)
	}
	return p.settlePage(ctx, c, page)
}
