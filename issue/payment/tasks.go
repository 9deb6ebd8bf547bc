package payment

import (
	"errors"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// What can be wrong with an officer's answer.
var (
	ErrNoTask = fault.New(fault.NotFound, "payment.no_such_task")
	ErrNote   = fault.New(fault.Invalid, "payment.note_missing")
)

func openTask(tx *store.Tx, claim claimRow, payment string, k TaskKind, amount Yen, detail string) error {
	_, err := once(tx, &taskRow{ID: store.NewID(), Body: claim.Body, Application: claim.Application, Payment: payment,
		Kind: k, Amount: amount, Detail: detail, OpenedAt: store.At(tx.Now)})
	return err
}

// chargeback opens an officer's task and notes on the line that it is
// contested. Nothing else changes: a registration ends by a decision only.
func (p *Payments) chargeback(tx *store.Tx, payment string, b Chargeback) error {
	var c captureRow
	if err := store.One(tx.Where("payment = ?", payment), &c); errors.Is(err, store.ErrNone) {
		c = captureRow{Payment: payment} // contested before we could record it: the task says so
	} else if err != nil {
		return err
	}
	claim := claimRow{}
	if c.Application != "" {
		var err error
		if claim, err = hold(tx, c.Application); err != nil {
			return err
		}
	}
	kind := map[Chargeback]TaskKind{ChargebackOpened: TaskDisputed, ChargebackWon: TaskDisputeWon, ChargebackLost: TaskDisputeLost}[b]
	step := map[Chargeback]Step{ChargebackOpened: Dispute, ChargebackWon: WinDispute, ChargebackLost: LoseDispute}[b]
	if err := openTask(tx, claim, payment, kind, c.Amount, "chargeback"); err != nil || c.Application == "" {
		return err
	}
	lines, err := linesOf(tx, c.Application)
	for i := range lines {
		if lines[i].Payment == payment && err == nil {
			if step != Dispute { // the end may be told before the beginning
				_, err = move(tx, system, &lines[i], Dispute, "", "")
			}
			if err == nil {
				_, err = move(tx, system, &lines[i], step, "", "")
			}
		}
	}
	return err
}

func (p *Payments) tasks(tx *store.Tx, body string) ([]Task, error) {
	var rows []taskRow
	err := tx.Where("body = ? AND done_at IS NULL", body).Order("opened_at, id").Find(&rows).Error
	var l []Task
	for _, r := range rows {
		l = append(l, Task{ID: r.ID, Body: r.Body, Application: r.Application, Payment: r.Payment, Kind: r.Kind,
			Amount: r.Amount, Detail: r.Detail, OpenedAt: r.OpenedAt.Time, DoneAt: r.DoneAt.Time, DoneBy: r.DoneBy, Note: r.Note})
	}
	return l, err
}

func (p *Payments) done(tx *store.Tx, by actor.Actor, task, note string) error {
	if note == "" {
		return ErrNote.At("note")
	}
	var r taskRow
	if err := store.One(tx.Where("id = ? AND done_at IS NULL", task), &r); errors.Is(err, store.ErrNone) {
		return ErrNoTask
	} else if err != nil {
		return err
	}
	if err := by.May(actor.RefundMoney, r.Body); err != nil {
		return err
	}
	return tx.Model(&taskRow{}).Where("id = ? AND done_at IS NULL", task).
		Updates(map[string]any{"done_at": store.At(tx.Now), "done_by": by.ID, "note": note}).Error
}
