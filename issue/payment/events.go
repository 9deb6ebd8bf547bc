package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"qualsys/internal/store"
)

func (p *Payments) receive(ctx context.Context, body []byte, signature string) error {
	e, err := p.o.Provider.Event(body, signature, p.o.DB.Clock().Now())
	if err != nil {
		return err
	}
	return p.o.DB.Write(ctx, func(tx *store.Tx) error {
		row := eventRow{ID: e.ID, Kind: e.Type, Session: e.Session, Payment: e.Payment, Chargeback: e.Chargeback,
			ReceivedAt: store.At(tx.Now)}
		about := e.Session != "" || e.Payment != ""
		if !about {
			row.AppliedAt = row.ReceivedAt // kept, and nothing follows from it
		}
		fresh, err := once(tx, &row)
		if err != nil || !fresh || !about {
			return err
		}
		return p.o.Jobs.Enqueue(tx, applyEvent{e.ID}, time.Time{})
	})
}

// Apply asks the payment company about what the event with the given id was
// about, and records the answer. It may run any number of times.
func (p *Payments) Apply(ctx context.Context, event string) error {
	var e eventRow
	err := p.o.DB.Read(ctx, func(tx *store.Tx) error { return store.One(tx.Where("id = ?", event), &e) })
	if err != nil {
		return fmt.Errorf("payment: event %s: %w", event, err)
	}
	if !e.AppliedAt.IsZero() {
		return nil
	}
	if err := p.follow(ctx, e); errors.Is(err, ErrUnknown) {
		slog.WarnContext(ctx, "payment: the company knows nothing of what its event is about", "event", e.ID)
	} else if err != nil {
		return fmt.Errorf("payment: event %s: %w", event, err)
	}
	return p.o.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Model(&eventRow{}).Where("id = ? AND applied_at IS NULL", event).Update("applied_at", store.At(tx.Now)).Error
	})
}

func (p *Payments) follow(ctx context.Context, e eventRow) error {
	if e.Session != "" {
		page, err := p.o.Provider.FetchCheckout(ctx, e.Session)
		if err != nil {
			return err
		}
		var c checkoutRow
		err = p.o.DB.Read(ctx, func(tx *store.Tx) error { return store.One(tx.Where("id = ?", page.Memo.Checkout), &c) })
		if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		if c.Session != "" && c.Session != page.Session {
			c = checkoutRow{} // not the page we know by that name: it says nothing about ours
		}
		return p.settlePage(ctx, c, page) // without a row the payment is recorded all the same
	}
	fact, err := p.o.Provider.FetchPayment(ctx, e.Payment)
	if err != nil {
		return err
	}
	return p.o.DB.Write(ctx, func(tx *store.Tx) error {
		if err := p.record(tx, fact); err != nil || e.Chargeback == NoChargeback {
			return err
		}
		return p.chargeback(tx, fact.Payment, e.Chargeback)
	})
}

// settlePage records what the company says of page c: the payment made on it,
// and that it is closed.
func (p *Payments) settlePage(ctx context.Context, c checkoutRow, page Page) error {
	var fact Fact
	if page.Payment != "" {
		var err error
		if fact, err = p.o.Provider.FetchPayment(ctx, page.Payment); err != nil {
			return err
		}
	}
	return p.o.DB.Write(ctx, func(tx *store.Tx) error {
		if page.Payment != "" {
			if err := p.record(tx, fact); err != nil {
				return err
			}
		}
		if c.ID == "" {
			return nil
		}
		return p.turnPage(tx, c, page)
	})
}

// turnPage records the state of a page; lines that wait for a page that ran out
// may be paid on a new one.
func (p *Payments) turnPage(tx *store.Tx, c checkoutRow, page Page) error {
	to := map[PageState]pageState{PageOpen: pageOpen, PageComplete: pageComplete, PageExpired: pageExpired}[page.State]
	if to == "" || to == pageOpen {
		return nil
	}
	if _, err := hold(tx, c.Application); err != nil {
		return err
	}
	moved, err := store.Moved(tx.Model(&checkoutRow{}).Where("id = ? AND state = ?", c.ID, pageOpen).
		Updates(map[string]any{"state": to, "session": page.Session}))
	if err != nil || !moved || to != pageExpired {
		return err
	}
	var others int64
	err = tx.Model(&checkoutRow{}).Where("application = ? AND state = ?", c.Application, pageOpen).Count(&others).Error
	if err != nil || others > 0 {
		return err
	}
	lines, err := linesOf(tx, c.Application)
	for i := range lines {
		if lines[i].State == Processing && err == nil {
			_, err = move(tx, system, &lines[i], Abandon, "", "page "+c.ID)
		}
	}
	return err
}
