package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

func (p *Payments) close(tx *store.Tx, by actor.Actor, application string, g Ground, keepCharge bool) error {
	switch g {
	case Rejected, Withdrawn, Lapsed, Deceased:
	default:
		return fmt.Errorf("payment: close %s: %q is no ground", application, g)
	}
	if err := by.Check(); err != nil {
		return err
	}
	claim, err := hold(tx, application)
	if errors.Is(err, store.ErrNone) {
		return nil
	} else if err != nil {
		return err
	}
	if !claim.ClosedAt.IsZero() {
		return nil
	}
	if err := tx.Model(&claimRow{}).Where("application = ?", application).
		Updates(map[string]any{"closed_at": store.At(tx.Now), "ground": g}).Error; err != nil {
		return err
	}
	lines, err := linesOf(tx, application)
	if err != nil {
		return err
	}
	var back sums
	for i := range lines {
		gone, err := p.endLine(tx, by, claim, &lines[i], g, keepCharge)
		if err != nil {
			return err
		}
		if gone {
			back.add(lines[i])
		}
	}
	if back != (sums{}) {
		if err := p.tell(tx, claim, ToldReturned, back); err != nil {
			return err
		}
	}
	return p.closeOpenPages(tx, application)
}

// endLine ends one line of an application that ended, and reports whether what
// was paid for it goes back.
func (p *Payments) endLine(tx *store.Tx, by actor.Actor, claim claimRow, l *lineRow, g Ground, keepCharge bool) (bool, error) {
	switch {
	case l.State.Owed() && g == Lapsed:
		_, err := move(tx, by, l, Lapse, "", string(g))
		return false, err
	case l.State.Owed():
		_, err := move(tx, by, l, Void, "", string(g))
		return false, err
	case l.Kind == Charge && keepCharge:
		return false, nil
	}
	moved, err := move(tx, by, l, Return, "", string(g))
	if err != nil || !moved { // contested money is the task's that lies open for it
		return false, err
	}
	var c captureRow
	if err := store.One(tx.Where("payment = ?", l.Payment), &c); err != nil {
		return false, fmt.Errorf("payment: the money of line %s: %w", l.ID, err)
	}
	return true, p.giveBack(tx, claim, c, *l, g)
}

// giveBack begins to return what capture c paid for line l: a charge to the
// card, a tax through the tax office.
func (p *Payments) giveBack(tx *store.Tx, claim claimRow, c captureRow, l lineRow, g Ground) error {
	if l.Kind == Tax {
		_, err := once(tx, &taxNoticeRow{ID: store.NewID(), Application: claim.Application, Body: claim.Body,
			Payment: c.Payment, Amount: l.Amount, Ground: g, PaidAt: c.RecordedAt, OpenedAt: store.At(tx.Now)})
		return err
	}
	r := refundRow{ID: store.NewID(), Application: claim.Application, Payment: c.Payment, Amount: l.Amount,
		Ground: g, State: refundDue, OpenedAt: store.At(tx.Now)}
	if fresh, err := once(tx, &r); err != nil || !fresh {
		return err
	}
	return p.o.Jobs.Enqueue(tx, sendRefund{r.ID}, time.Time{})
}

// SendRefund has the company give a charge back to the card. It may run any
// number of times: the company is given our identifier with it.
func (p *Payments) SendRefund(ctx context.Context, id string) error {
	var r refundRow
	err := p.o.DB.Read(ctx, func(tx *store.Tx) error { return store.One(tx.Where("id = ?", id), &r) })
	if err != nil {
		return fmt.Errorf("payment: refund %s: %w", id, err)
	}
	var f RefundFact
	switch r.State {
	case refundDue:
		f, err = p.o.Provider.Refund(ctx, RefundOrder{ID: r.ID, Payment: r.Payment, Kind: Charge, Amount: r.Amount})
	case refundPending:
		f, err = p.o.Provider.FetchRefund(ctx, r.Reference)
	default:
		return nil
	}
	if err != nil {
		return fmt.Errorf("payment: refund %s: %w", id, err)
	}
	return p.o.DB.Write(ctx, func(tx *store.Tx) error { return p.recordRefund(tx, r, f) })
}

func (p *Payments) recordRefund(tx *store.Tx, r refundRow, f RefundFact) error {
	to := map[RefundState]refundState{RefundPending: refundPending, RefundDone: refundDone, RefundFailed: refundFailed}[f.State]
	if to == "" {
		return fmt.Errorf("payment: refund %s: no such state: %d", r.ID, f.State)
	}
	values := map[string]any{"state": to, "reference": f.ID}
	if to == refundDone {
		values["done_at"] = store.At(tx.Now)
	}
	claim, err := hold(tx, r.Application)
	if err != nil {
		return err
	}
	moved, err := store.Moved(tx.Model(&refundRow{}).Where("id = ? AND state = ?", r.ID, r.State).Updates(values))
	if err != nil || !moved || to == refundPending {
		return err
	}
	if to == refundFailed {
		return openTask(tx, claim, r.Payment, TaskRefundFailed, r.Amount, f.Why)
	}
	return returned(tx, system, r.Application, r.Payment, Charge)
}

// returned ends the line that payment had settled, if it waits for its money
// to go back; of a second payment no line waits.
func returned(tx *store.Tx, by actor.Actor, application, payment string, k Kind) error {
	lines, err := linesOf(tx, application)
	for i := range lines {
		if lines[i].Payment == payment && lines[i].Kind == k && err == nil {
			_, err = move(tx, by, &lines[i], Returned, "", "")
		}
	}
	return err
}

// taxNoticeSent answers ErrNoTask for a notice that is not there.
func (p *Payments) taxNoticeSent(tx *store.Tx, by actor.Actor, id string) error {
	var n taxNoticeRow
	if err := store.One(tx.Where("id = ?", id), &n); errors.Is(err, store.ErrNone) {
		return ErrNoTask
	} else if err != nil {
		return err
	}
	if err := by.May(actor.RefundMoney, n.Body); err != nil {
		return err
	}
	if _, err := hold(tx, n.Application); err != nil {
		return err
	}
	moved, err := store.Moved(tx.Model(&taxNoticeRow{}).Where("id = ? AND sent_at IS NULL", id).
		Updates(map[string]any{"sent_at": store.At(tx.Now), "sent_by": by.ID}))
	if err != nil || !moved {
		return err
	}
	return returned(tx, by, n.Application, n.Payment, Tax)
}

func (p *Payments) taxNotices(tx *store.Tx, body string, sent bool) ([]TaxNotice, error) {
	q := tx.Where("body = ? AND sent_at IS NULL", body)
	if sent {
		q = tx.Where("body = ? AND sent_at IS NOT NULL", body)
	}
	var rows []taxNoticeRow
	if err := q.Order("opened_at, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	numbers, err := numbersOf(tx, rows)
	var l []TaxNotice
	for _, r := range rows {
		l = append(l, TaxNotice{ID: r.ID, Application: r.Application, ApplicationNumber: numbers[r.Application],
			Body: r.Body, Payment: r.Payment, Amount: r.Amount, Ground: r.Ground, Law: law[r.Ground],
			PaidAt: r.PaidAt.Time, OpenedAt: r.OpenedAt.Time, SentAt: r.SentAt.Time, SentBy: r.SentBy})
	}
	return l, err
}

// law names the item of the Registration and Licence Tax Act that each ground
// falls under (SERVICE §2.6).
var law = map[Ground]string{
	Rejected: "登録免許税法第31条第1項第1号", Withdrawn: "登録免許税法第31条第1項第2号",
	Lapsed: "登録免許税法第31条第1項第2号", Deceased: "登録免許税法第31条第1項第2号",
	double: "登録免許税法第31条第1項第3号", late: "登録免許税法第31条第1項第3号",
}

func numbersOf(tx *store.Tx, rows []taxNoticeRow) (map[string]string, error) {
	numbers := map[string]string{}
	for _, r := range rows {
		if _, ok := numbers[r.Application]; ok {
			continue
		}
		var c claimRow
		if err := store.One(tx.Where("application = ?", r.Application), &c); err != nil {
			return nil, err
		}
		numbers[r.Application] = c.Number
	}
	return numbers, nil
}
