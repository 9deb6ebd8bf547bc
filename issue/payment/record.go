package payment

import (
	"errors"
	"fmt"
	"strings"

	"qualsys/internal/store"
)

// record writes down what the company says of a payment, and does what follows
// from it exactly once, however often and in whatever order it is told.
func (p *Payments) record(tx *store.Tx, f Fact) error {
	switch f.State {
	case PaymentCaptured:
		return p.capture(tx, f)
	case PaymentDeclined:
		return p.decline(tx, f)
	case PaymentAuthorised:
		return p.authorise(tx, f)
	}
	return nil // open or cancelled: nothing was taken
}

// capture records money that was taken.
func (p *Payments) capture(tx *store.Tx, f Fact) error {
	c, claim, err := p.origin(tx, f.Memo)
	if err != nil {
		return err
	}
	var known int64
	if err := tx.Model(&captureRow{}).Where("payment = ?", f.Payment).Count(&known).Error; err != nil || known > 0 {
		return err
	}
	lines, err := pageLines(tx, c)
	if err != nil {
		return err
	}
	m, doubt := judge(f, c, claim, lines)
	row := captureRow{Payment: f.Payment, Application: c.Application, Checkout: f.Memo.Checkout, Amount: f.Received,
		Meaning: m, BegunAt: store.At(f.At), RecordedAt: store.At(tx.Now)}
	if fresh, err := once(tx, &row); err != nil || !fresh {
		return err
	}
	switch m {
	case questioned:
		return openTask(tx, claim, f.Payment, TaskQuestioned, f.Received, doubt)
	case tooLate:
		return p.late(tx, claim, row, lines)
	}
	return p.settle(tx, claim, row, lines)
}

// origin finds the page and the claim that a payment says it belongs to, and
// locks the claim. Either is the zero row when we know no such thing.
func (p *Payments) origin(tx *store.Tx, m Memo) (checkoutRow, claimRow, error) {
	var c checkoutRow
	err := store.One(tx.Where("id = ?", m.Checkout), &c)
	if errors.Is(err, store.ErrNone) {
		return c, claimRow{}, nil
	} else if err != nil {
		return c, claimRow{}, err
	}
	if p.o.Listener == nil {
		return c, claimRow{}, errors.New("payment: nobody listens")
	}
	if err := p.o.Listener.Keep(tx, c.Application); err != nil {
		return c, claimRow{}, fmt.Errorf("payment: keep the application: %w", err)
	}
	claim, err := hold(tx, c.Application)
	return c, claim, err
}

// pageLines returns the lines that page c was for.
func pageLines(tx *store.Tx, c checkoutRow) ([]lineRow, error) {
	if c.ID == "" {
		return nil, nil
	}
	kinds, err := splitKinds(c.Lines)
	if err != nil {
		return nil, err
	}
	all, err := linesOf(tx, c.Application)
	var l []lineRow
	for _, line := range all {
		for _, k := range kinds {
			if line.Kind == k {
				l = append(l, line)
			}
		}
	}
	return l, err
}

// judge says what money that was taken is, compared with what we asked for.
func judge(f Fact, c checkoutRow, claim claimRow, lines []lineRow) (meaning, string) {
	var doubts []string
	doubt := func(wrong bool, format string, args ...any) {
		if wrong {
			doubts = append(doubts, fmt.Sprintf(format, args...))
		}
	}
	if c.ID == "" {
		return questioned, "no such page of ours"
	}
	doubt(f.Currency != "jpy", "currency is %s, not jpy", f.Currency)
	doubt(f.Received != c.Amount, "received %d yen, asked for %d", f.Received, c.Amount)
	doubt(f.Memo.Application != c.Application, "names another application than the page")
	doubt(f.Memo.Lines != c.Lines, "names the lines %q, asked for %q", f.Memo.Lines, c.Lines)
	if len(doubts) > 0 {
		return questioned, strings.Join(doubts, "; ")
	}
	if !claim.ClosedAt.IsZero() {
		return tooLate, ""
	}
	for _, l := range lines {
		if l.State.Owed() {
			return settles, ""
		}
	}
	return twice, ""
}

// settle pays the lines that are owed and gives back what was paid already.
func (p *Payments) settle(tx *store.Tx, claim claimRow, c captureRow, lines []lineRow) error {
	var back sums
	for i := range lines {
		l := &lines[i]
		moved, err := move(tx, system, l, Capture, c.Payment, "")
		if err != nil {
			return err
		}
		if moved {
			err = issueReceipt(tx, *l, c)
		} else {
			err = p.giveBack(tx, claim, c, *l, double)
			back.add(*l)
		}
		if err != nil {
			return err
		}
	}
	if back != (sums{}) {
		if err := p.tell(tx, claim, ToldTwice, back); err != nil {
			return err
		}
	}
	return p.settled(tx, claim)
}

// settled tells holder and listener, once, when the last line is paid.
func (p *Payments) settled(tx *store.Tx, claim claimRow) error {
	all, err := linesOf(tx, claim.Application)
	if err != nil {
		return err
	}
	var paid sums
	for _, l := range all {
		if !l.State.Paid() {
			return nil
		}
		paid.add(l)
	}
	first, err := store.Moved(tx.Model(&claimRow{}).Where("application = ? AND settled_at IS NULL", claim.Application).
		Update("settled_at", store.At(tx.Now)))
	if err != nil || !first {
		return err
	}
	if err := p.tell(tx, claim, ToldPaid, paid); err != nil {
		return err
	}
	return p.o.Listener.Settled(tx, claim.Application)
}

// late gives back what was paid for an application that had ended.
func (p *Payments) late(tx *store.Tx, claim claimRow, c captureRow, lines []lineRow) error {
	var back sums
	for _, l := range lines {
		if err := p.giveBack(tx, claim, c, l, late); err != nil {
			return err
		}
		back.add(l)
	}
	if err := openTask(tx, claim, c.Payment, TaskLate, c.Amount, "the application had ended: "+string(claim.Ground)); err != nil {
		return err
	}
	return p.tell(tx, claim, ToldLate, back)
}

// decline records a try that failed, and tells of it once.
func (p *Payments) decline(tx *store.Tx, f Fact) error {
	c, claim, err := p.origin(tx, f.Memo)
	if err != nil || c.ID == "" || f.Try == "" {
		return err
	}
	fresh, err := once(tx, &declineRow{Try: f.Try, Application: c.Application, Reason: f.Decline, RecordedAt: store.At(tx.Now)})
	if err != nil || !fresh {
		return err
	}
	lines, err := pageLines(tx, c)
	told := false
	for i := range lines {
		if err == nil {
			var moved bool
			moved, err = move(tx, system, &lines[i], Decline, "", f.Decline)
			told = told || moved || lines[i].State == Declined
		}
	}
	if err != nil || !told {
		return err
	}
	return p.tell(tx, claim, ToldDeclined, sums{})
}

func (p *Payments) authorise(tx *store.Tx, f Fact) error {
	c, _, err := p.origin(tx, f.Memo)
	if err != nil {
		return err
	}
	lines, err := pageLines(tx, c)
	for i := range lines {
		if err == nil {
			_, err = move(tx, system, &lines[i], Authorise, "", "")
		}
	}
	return err
}

// sums are amounts by payee.
type sums struct{ tax, charge Yen }

// add counts a line; the sum over a claim was checked when it was asked for.
func (s *sums) add(l lineRow) {
	if l.Kind == Tax {
		s.tax += l.Amount
	} else {
		s.charge += l.Amount
	}
}

func (p *Payments) tell(tx *store.Tx, claim claimRow, m Message, s sums) error {
	return p.o.Teller.TellPayment(tx, claim.Holder, claim.Application, m, s.tax, s.charge)
}
