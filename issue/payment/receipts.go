package payment

import (
	"fmt"

	"gorm.io/gorm"

	"qualsys/internal/store"
)

// issueReceipt gives the payee's receipt for a line that was just paid.
func issueReceipt(tx *store.Tx, l lineRow, c captureRow) error {
	number, err := nextNumber(tx, l.Kind)
	if err != nil {
		return fmt.Errorf("payment: receipt: %w", err)
	}
	return tx.Create(&receiptRow{Number: number, Application: l.Application, Line: l.ID, Kind: l.Kind, Payee: l.Payee,
		Amount: l.Amount, PaidAt: c.RecordedAt, IssuedAt: store.At(tx.Now)}).Error
}

// nextNumber returns the next number of a kind of receipt in this year, without
// gaps: the row of the series is locked until the transaction ends.
func nextNumber(tx *store.Tx, k Kind) (string, error) {
	year, _, _ := tx.Today()
	series := fmt.Sprintf("%s-%d", map[Kind]string{Tax: "T", Charge: "R"}[k], year)
	if _, err := once(tx, &seriesRow{Name: series}); err != nil {
		return "", err
	}
	err := tx.Model(&seriesRow{}).Where("name = ?", series).Update("last", gorm.Expr("last + 1")).Error
	if err != nil {
		return "", err
	}
	var s seriesRow
	err = store.One(tx.Where("name = ?", series), &s)
	return fmt.Sprintf("%s-%06d", series, s.Last), err
}

func (p *Payments) receipts(tx *store.Tx, application string) ([]Receipt, error) {
	var rows []receiptRow
	if err := tx.Where("application = ?", application).Order("kind DESC").Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	var claim claimRow
	if err := store.One(tx.Where("application = ?", application), &claim); err != nil {
		return nil, err
	}
	lines, err := linesOf(tx, application)
	states := map[string]LineState{}
	for _, l := range lines {
		states[l.ID] = l.State
	}
	var l []Receipt
	for _, r := range rows {
		l = append(l, Receipt{Number: r.Number, Kind: r.Kind, Application: application, ApplicationNumber: claim.Number,
			Payee: r.Payee, Amount: r.Amount, PaidAt: r.PaidAt.Time, IssuedAt: r.IssuedAt.Time, State: states[r.Line]})
	}
	return l, err
}
