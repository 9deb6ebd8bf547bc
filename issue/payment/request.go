package payment

import (
	"errors"
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

func (p *Payments) request(tx *store.Tx, by actor.Actor, c Claim) error {
	if err := by.Check(); err != nil {
		return err
	}
	dues, err := c.dues()
	if err != nil {
		return err
	}
	row := claimRow{Application: c.Application, Number: c.Number, Holder: c.Holder, Body: c.Body, Language: c.Language,
		DeadlineAt: store.At(c.Deadline), OpenedAt: store.At(tx.Now), TouchedAt: store.At(tx.Now)}
	fresh, err := once(tx, &row)
	if err != nil {
		return fmt.Errorf("payment: request: %w", err)
	}
	if !fresh {
		return p.sameRequest(tx, c, dues)
	}
	for _, d := range dues {
		l := lineRow{ID: store.NewID(), Application: c.Application, Kind: d.Kind, Version: c.Version,
			Payee: d.Payee, Amount: d.Amount, State: Requested, MovedAt: store.At(tx.Now)}
		m := moveRow{ID: store.NewID(), Line: l.ID, State: Requested, Step: Ask,
			Actor: by.Kind.String() + ":" + by.ID, MovedAt: l.MovedAt}
		if err := errors.Join(tx.Create(&l).Error, tx.Create(&m).Error); err != nil {
			return fmt.Errorf("payment: request: %w", err)
		}
	}
	return nil
}

// dues returns the debts that amount to something, at most one of each kind,
// after checking the whole claim.
func (c Claim) dues() ([]Due, error) {
	if c.Application == "" || c.Number == "" || c.Holder == "" || c.Body == "" || c.Version < 1 ||
		c.Deadline.IsZero() || (c.Language != "ja" && c.Language != "en") {
		return nil, errors.New("payment: a claim lacks a field")
	}
	var l []Due
	var amounts []Yen
	seen := map[Kind]bool{}
	for _, d := range c.Dues {
		if _, err := NewYen(int64(d.Amount)); err != nil {
			return nil, err
		}
		if d.Amount == 0 {
			continue
		}
		if _, err := ParseKind(d.Kind.String()); err != nil || seen[d.Kind] || d.Payee == "" {
			return nil, fmt.Errorf("payment: a claim names %s twice or without a payee", d.Kind)
		}
		seen[d.Kind] = true
		l, amounts = append(l, d), append(amounts, d.Amount)
	}
	if len(l) == 0 {
		return nil, ErrNothingDue
	}
	_, err := Sum(amounts...)
	return l, err
}

// sameRequest accepts a claim that was made before with the same debts; its
// deadline follows, since an officer may have given more time.
func (p *Payments) sameRequest(tx *store.Tx, c Claim, dues []Due) error {
	old, err := hold(tx, c.Application)
	if err != nil {
		return fmt.Errorf("payment: request: %w", err)
	}
	if !old.ClosedAt.IsZero() {
		return ErrClosed
	}
	lines, err := linesOf(tx, c.Application)
	if err != nil {
		return err
	}
	asked := map[Kind]lineRow{}
	for _, l := range lines {
		asked[l.Kind] = l
	}
	for _, d := range dues {
		if l := asked[d.Kind]; l.Amount != d.Amount || l.Version != c.Version {
			return ErrAsked
		}
	}
	if len(dues) != len(lines) {
		return ErrAsked
	}
	return tx.Model(&claimRow{}).Where("application = ?", c.Application).Update("deadline_at", store.At(c.Deadline)).Error
}

func (p *Payments) basket(tx *store.Tx, application string) (Basket, error) {
	var c claimRow
	if err := store.One(tx.Where("application = ?", application), &c); errors.Is(err, store.ErrNone) {
		return Basket{}, ErrNoClaim
	} else if err != nil {
		return Basket{}, err
	}
	lines, err := linesOf(tx, application)
	if err != nil {
		return Basket{}, err
	}
	var open int64
	err = tx.Model(&checkoutRow{}).Where("application = ? AND state = ? AND expires_at > ?",
		application, pageOpen, store.At(tx.Now)).Count(&open).Error
	b := Basket{Application: application, Number: c.Number, Deadline: c.DeadlineAt.Time, Open: open > 0,
		SettledAt: c.SettledAt.Time, ClosedAt: c.ClosedAt.Time}
	for _, l := range lines {
		b.Lines = append(b.Lines, Line{Kind: l.Kind, Payee: l.Payee, Amount: l.Amount, State: l.State, MovedAt: l.MovedAt.Time})
	}
	return b, err
}
