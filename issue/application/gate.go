package application

import (
	"slices"
	"strings"
	"time"

	"qualsys/issue/evidence"
)

// Finding is one rule of the gate before money is asked for (SERVICE §2.5).
type Finding struct {
	Rule string // "P1" … "P10"
	OK   bool
	Ja   string
	En   string
}

// Words returns what the rule asks, in lang ("ja" or "en").
func (f Finding) Words(lang string) string { return pick([2]string{f.Ja, f.En}, lang) }

// Facts are what the gate looks at. It is filled inside one transaction, so that
// all of it is true at once.
type Facts struct {
	Complete     bool // arrived, numbered, and says what is asked
	LinkLive     bool // the holder's login still belongs to the registration
	AliveAt      time.Time
	Now          time.Time
	Evidence     []evidence.ItemState
	Duplicate    bool // another open application for the same entry
	Barred       bool // suspended or ended
	Overridden   bool // an officer took the bar into account, in writing
	Decided      bool // an officer who is not the applicant, or the rule, decides now
	FeeAsFrozen  bool // the amounts are those of the rows of the day of arrival
	Halted       bool // the body's account or its reconciliation is stopped
	HasDeadline  bool // the last day to pay lies ahead
	OpenRequests int  // payment requests already open for one line, beside the one to come
	PayFirst     bool // paid when sent: P3 and P6 fall away
	NeedsAlive   bool // false where nothing is asked of the registers at all
}

// Gate judges the facts: every rule must hold before money is asked for, and
// before the register is changed without money. It is pure.
func Gate(f Facts) []Finding {
	good := !slices.ContainsFunc(f.Evidence, func(s evidence.ItemState) bool { return !s.Good() })
	alive := !f.AliveAt.IsZero() && f.Now.Sub(f.AliveAt) <= aliveFor
	return []Finding{
		{"P1", f.Complete, "申請がそろっている", "The application is complete"},
		{"P2", f.LinkLive && (alive || !f.NeedsAlive), "本人の利用登録が有効で、24時間以内に生存を確認した", "The login is linked and the person was alive within the last 24 hours"},
		{"P3", good || f.PayFirst, "照会がすべて一致、または職員が書面で認めた", "All evidence agrees or was accepted in writing"},
		{"P4", !f.Duplicate, "同じ登録の別の手続が進んでいない", "No other application for the same entry is open"},
		{"P5", !f.Barred || f.Overridden, "停止・消除などの支障がない", "No suspension, removal or other bar"},
		{"P6", f.Decided || f.PayFirst, "職員の決定がある", "An officer has decided"},
		{"P7", f.FeeAsFrozen, "金額は受付の日のもの", "The amount is that of the day of arrival"},
		{"P8", !f.Halted, "機関の口座と照合が止まっていない", "The body's account and reconciliation are running"},
		{"P9", f.HasDeadline, "支払いの期限がある", "There is a last day to pay"},
		{"P10", f.OpenRequests == 0, "支払いの依頼は一つだけ", "There is exactly one request for payment"},
	}
}

// Passed reports whether all rules hold.
func Passed(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return !f.OK })
}

// failing names the rules that do not hold.
func failing(findings []Finding) string {
	var l []string
	for _, f := range findings {
		if !f.OK {
			l = append(l, f.Rule)
		}
	}
	return strings.Join(l, ", ")
}
