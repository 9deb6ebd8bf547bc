package application

import (
	"errors"
	"fmt"
	"slices"

	"qualsys/internal/store"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/person"
)

// baseDate says of a row that it takes effect on the body's next base date.
const baseDate = "base_date"

// usualDays is the standard period where the catalogue knows none, in working days.
const usualDays = 20

// terms are what the catalogue's rows of one day say of an application.
type terms struct {
	Items        []Item   // what may be asked for
	Rows         []string // ids of the rows that hold
	Notification bool     // 届出, when every part is one
	Fee          Fee
	PayFirst     bool // money is asked for when it is sent, not after approval
	ReviewDays   int
	DeadlineDays int
	LateReason   bool
	BaseDate     bool // registers on a base date
	Paper        Paper
}

// termsFor reads the rows of a day: of the items that are ticked, or for none
// ticked of everything that is offered.
func termsFor(tx *store.Tx, qualification string, ticked []Item, on person.Date) (terms, error) {
	var t terms
	var rows []registry.ProcedureRow
	for _, i := range Items {
		p, err := registry.Procedure(tx, qualification, i.Procedure(), on)
		if errors.Is(err, registry.ErrNoProcedure) {
			continue
		}
		if err != nil {
			return t, fmt.Errorf("application: %w", err)
		}
		if !p.Online() {
			continue
		}
		t.Items = append(t.Items, i)
		if slices.Contains(ticked, i) {
			rows = append(rows, p)
		}
	}
	t.merge(rows)
	return t, nil
}

// merge puts the rows of one application together. However many changes it
// holds it owes one tax and one charge: the dearest of each, not the sum
// (登録免許税 is per application of change).
func (t *terms) merge(rows []registry.ProcedureRow) {
	t.Notification = len(rows) > 0
	for _, p := range rows {
		t.Rows = append(t.Rows, p.ID)
		t.Notification = t.Notification && p.Act == registry.ActNotification
		t.Fee.Tax = max(t.Fee.Tax, payment.Yen(p.Tax))
		t.Fee.Charge = max(t.Fee.Charge, payment.Yen(p.Charge))
		t.PayFirst = t.PayFirst || p.PayWhen == registry.PayAtSubmit
		t.ReviewDays = max(t.ReviewDays, p.ReviewDays)
		if d := p.Deadline.Days; d > 0 && (t.DeadlineDays == 0 || d < t.DeadlineDays) {
			t.DeadlineDays = d
		}
		t.LateReason = t.LateReason || p.Deadline.LateReason
		t.BaseDate = t.BaseDate || p.Effective == baseDate
		t.Paper = stricter(t.Paper, paperOf(p))
	}
	if t.Paper == "" {
		t.Paper = Keep
	}
	if t.ReviewDays == 0 {
		t.ReviewDays = usualDays
	}
}

func paperOf(p registry.ProcedureRow) Paper {
	switch p.OldCertificate {
	case "return":
		return Give
	case "destroy":
		return Destroy
	}
	return Keep
}

// stricter returns the way that asks more of the holder.
func stricter(a, b Paper) Paper {
	order := []Paper{"", Keep, Destroy, Give}
	if slices.Index(order, a) >= slices.Index(order, b) {
		return a
	}
	return b
}

// reissueTerms reads what a new digital certificate after a loss costs. The
// reissue of the paper (channel paper or counter) is another procedure, filed
// elsewhere: where the catalogue has no row for the digital one, it is free.
func reissueTerms(tx *store.Tx, qualification string, on person.Date) (terms, error) {
	var t terms
	p, err := registry.Procedure(tx, qualification, registry.ProcedureReissue, on)
	switch {
	case err != nil && !errors.Is(err, registry.ErrNoProcedure):
		return t, fmt.Errorf("application: %w", err)
	case err == nil && p.Online():
		t.merge([]registry.ProcedureRow{p})
	default:
		t.merge(nil)
	}
	return t, nil
}

// offersOf lists what can be begun on a day, and says of the rest that it is
// not done here.
func offersOf(tx *store.Tx, qualification string, on person.Date) ([]Offer, error) {
	rows, err := registry.Procedures(tx, qualification, on)
	if err != nil {
		return nil, fmt.Errorf("application: %w", err)
	}
	var offers []Offer
	for _, p := range rows {
		o := Offer{Kind: Change, Fee: Fee{payment.Yen(p.Tax), payment.Yen(p.Charge)}, ReviewDays: p.ReviewDays,
			DeadlineDays: p.Deadline.Days, Paper: paperOf(p), Online: p.Online(), Priced: p.Priced(),
			Notification: p.Act == registry.ActNotification, AtOnce: atOnce(p), Elsewhere: p.Channel}
		switch at := slices.IndexFunc(Items, func(i Item) bool { return i.Procedure() == p.Kind }); {
		case at >= 0:
			o.Item = Items[at]
		default:
			continue
		}
		offers = append(offers, o)
	}
	again, err := reissueTerms(tx, qualification, on)
	if err != nil {
		return nil, err
	}
	offers = append(offers, Offer{Kind: Reissue, Fee: again.Fee, ReviewDays: again.ReviewDays, Priced: true, Online: true, Paper: Keep})
	slices.SortStableFunc(offers, func(a, b Offer) int { return rank(a) - rank(b) })
	return offers, nil
}

func rank(o Offer) int {
	if o.Kind == Reissue {
		return len(Items)
	}
	return slices.Index(Items, o.Item)
}

// atOnce reports whether a notification that agrees with the registers is
// recorded by rule: it costs nothing, touches no printed item and needs no paper.
func atOnce(p registry.ProcedureRow) bool {
	return p.Act == registry.ActNotification && p.Free() && p.CertificateEffect == registry.CertificateNone &&
		len(p.EvidenceAttach) == 0 && p.Effective != baseDate
}

// linesOf are the debts of an application; nothing is no debt.
func linesOf(r row) []PaymentLine {
	var lines []PaymentLine
	cause := ""
	if len(r.Procedures.V) > 0 {
		cause = r.Procedures.V[0]
	}
	if r.Tax > 0 {
		lines = append(lines, PaymentLine{payment.Tax, r.Tax, cause})
	}
	if r.Charge > 0 {
		lines = append(lines, PaymentLine{payment.Charge, r.Charge, cause})
	}
	return lines
}

// frozen reads the rows that the application has kept since it arrived.
func (r row) frozen(tx *store.Tx) ([]registry.ProcedureRow, error) {
	rows := make([]registry.ProcedureRow, 0, len(r.Procedures.V))
	for _, id := range r.Procedures.V {
		p, err := registry.ProcedureByID(tx, id)
		if err != nil {
			return nil, fmt.Errorf("application: the frozen row %s: %w", id, err)
		}
		rows = append(rows, p)
	}
	return rows, nil
}

// effectiveDay is the day from which an application that is complete on day
// shall hold. Base-date bodies register on the 1st, with the 25th as the last
// day for the next one.
func (r row) effectiveDay(day person.Date) person.Date {
	if r.Effective != baseDate {
		return day
	}
	months := 1
	if day.Day() > 25 {
		months = 2
	}
	first := person.DateOf(day.Year(), day.Month(), 1).Time()
	return person.DateAt(first.AddDate(0, months, 0))
}
