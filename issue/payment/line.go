package payment

import (
	"database/sql/driver"
	"fmt"
	"slices"
)

// Kind says which of the two debts a line is.
type Kind int

// The two debts of an application (SERVICE §2.4).
const (
	// Tax is the registration and licence tax 登録免許税, owed to the state.
	Tax Kind = iota + 1
	// Charge is the charge 手数料, owed to the body.
	Charge
)

// StatePayee is the payee of every tax line.
const StatePayee = "国"

// String returns the word kept in the database.
func (k Kind) String() string {
	switch k {
	case Tax:
		return "tax"
	case Charge:
		return "charge"
	}
	return fmt.Sprintf("payment.Kind(%d)", int(k))
}

// ParseKind reads what String wrote.
func ParseKind(s string) (Kind, error) {
	for _, k := range []Kind{Tax, Charge} {
		if k.String() == s {
			return k, nil
		}
	}
	return 0, fmt.Errorf("payment: no such kind of line: %q", s)
}

// Value implements driver.Valuer.
func (k Kind) Value() (driver.Value, error) {
	if _, err := ParseKind(k.String()); err != nil {
		return nil, err
	}
	return k.String(), nil
}

// Scan implements sql.Scanner and refuses what is no kind.
func (k *Kind) Scan(v any) (err error) {
	*k, err = ParseKind(text(v))
	return err
}

// LineState is where a payment line stands (SERVICE §3.2).
type LineState string

// The states of a payment line.
const (
	Requested    LineState = "requested"      // asked for
	Processing   LineState = "processing"     // a page of the payment company is open
	Declined     LineState = "declined"       // the card was not accepted; may be tried again
	Abandoned    LineState = "abandoned"      // the page ran out unused; may be tried again
	Authorised   LineState = "authorised"     // promised and not yet taken
	Captured     LineState = "captured"       // taken
	InAccount    LineState = "settled"        // in the payee's account
	Reconciled   LineState = "reconciled"     // matched with the payee's bank
	Expired      LineState = "expired"        // the deadline passed unpaid
	Voided       LineState = "voided"         // no longer owed
	RefundDue    LineState = "refund_due"     // a charge to give back to the card
	Refunded     LineState = "refunded"       // given back
	TaxNoticeDue LineState = "tax_notice_due" // a tax of which the tax office must be told
	TaxNoticed   LineState = "tax_notice_sent"
	Disputed     LineState = "disputed" // the cardholder contests it: an officer looks, nothing else changes
	Won          LineState = "won"
	Lost         LineState = "lost"
)

// Step is what moves a line.
type Step string

// The steps of a payment line.
const (
	Ask         Step = "ask"         // a line begins
	Open        Step = "open"        // the holder opens the payment page
	Authorise   Step = "authorise"   // the company says: promised
	Capture     Step = "capture"     // the company says: taken
	Decline     Step = "decline"     // the company says: not accepted
	Abandon     Step = "abandon"     // the page ran out
	Lapse       Step = "lapse"       // the application ended for want of payment
	Void        Step = "void"        // the application ended before payment
	Return      Step = "return"      // the application ended after payment
	Returned    Step = "returned"    // the company has refunded, or the tax office was told
	PayOut      Step = "pay_out"     // in the payee's account
	Reconcile   Step = "reconcile"   // matched with the bank
	Dispute     Step = "dispute"     // chargeback opened
	WinDispute  Step = "win_dispute" // chargeback refused
	LoseDispute Step = "lose_dispute"
)

// unpaid are the steps of a line that is still owed.
func unpaid() map[Step]LineState {
	return map[Step]LineState{
		Open: Processing, Authorise: Authorised, Capture: Captured,
		Decline: Declined, Abandon: Abandoned, Lapse: Expired, Void: Voided,
	}
}

// next is the machine of a payment line. Return leads to RefundDue for a charge
// and to TaxNoticeDue for a tax: see Next.
var next = map[LineState]map[Step]LineState{
	Requested:    unpaid(),
	Processing:   unpaid(),
	Declined:     unpaid(),
	Abandoned:    unpaid(),
	Authorised:   {Capture: Captured, Decline: Declined, Abandon: Abandoned, Lapse: Expired, Void: Voided},
	Captured:     {PayOut: InAccount, Return: RefundDue, Dispute: Disputed},
	InAccount:    {Reconcile: Reconciled, Return: RefundDue, Dispute: Disputed},
	Reconciled:   {Return: RefundDue, Dispute: Disputed},
	RefundDue:    {Returned: Refunded},
	TaxNoticeDue: {Returned: TaxNoticed},
	Disputed:     {WinDispute: Won, LoseDispute: Lost},
	Won:          {Return: RefundDue, PayOut: InAccount},
	Expired:      {}, Voided: {}, Refunded: {}, TaxNoticed: {}, Lost: {},
}

// Next returns where step leads a line of kind k, and false where the machine
// has no such step.
func (s LineState) Next(k Kind, step Step) (LineState, bool) {
	if (k == Tax && s == RefundDue) || (k == Charge && s == TaxNoticeDue) {
		return "", false // no line of this kind stands there
	}
	to, ok := next[s][step]
	if ok && to == RefundDue && k == Tax {
		to = TaxNoticeDue // the state gives its tax back through the tax office only (登録免許税法31条)
	}
	return to, ok
}

// Paid reports whether a line in this state counts as paid. A contested line
// does: a chargeback decides nothing about a registration.
func (s LineState) Paid() bool {
	return slices.Contains([]LineState{Captured, InAccount, Reconciled, Disputed, Won, Lost}, s)
}

// Owed reports whether a line in this state can still be paid.
func (s LineState) Owed() bool {
	return slices.Contains([]LineState{Requested, Processing, Declined, Abandoned, Authorised}, s)
}

// Scan implements sql.Scanner and refuses what is no state.
func (s *LineState) Scan(v any) error {
	*s = LineState(text(v))
	if _, ok := next[*s]; !ok {
		return fmt.Errorf("payment: no such state of a line: %q", string(*s))
	}
	return nil
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}
