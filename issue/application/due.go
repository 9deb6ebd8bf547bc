package application

import (
	"time"

	"qualsys/internal/store"
	"qualsys/registry/person"
)

// The time limits of the service (SERVICE §3.1).
const (
	draftDays   = 90             // a draft is kept
	copyDays    = 90             // a closed application can be copied
	returnDays  = 30             // to mend what was returned
	payDays     = 30             // to pay
	officerDays = 2              // business days for an officer to look at a mismatch or a duplicate
	askFor      = 24 * time.Hour // how long a silent source is asked again before an officer hears of it
	waitTries   = 35             // days to wait for a register to show a change
	aliveFor    = 24 * time.Hour // how old the answer may be that a person lives (SERVICE §2.5 P2)
)

// businessDays returns the day n working days after d. Saturdays and Sundays
// are counted out; public holidays only make the estimate a day early.
func businessDays(d person.Date, n int) person.Date {
	for n > 0 {
		d = d.AddDays(1)
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return d
}

// daysBetween counts the calendar days from a to b; negative when b is earlier.
func daysBetween(a, b person.Date) int {
	return int(b.Time().Sub(a.Time()).Hours() / 24)
}

// rests reports whether the standard period (標準処理期間) stands still: while
// the holder has to act.
func (s State) rests() bool { return s == Returned || s == AwaitingPayment }

// rest stops the standard period when the holder's turn begins and moves its
// end when the turn ends.
func (r *row) rest(now time.Time, from, to State) {
	switch {
	case to.rests() && !from.rests():
		r.RestedAt = store.At(now)
	case from.rests() && !to.rests():
		if !r.RestedAt.IsZero() && !r.DueOn.IsZero() {
			r.DueOn = r.DueOn.AddDays(daysBetween(person.DateAt(r.RestedAt.Time), person.DateAt(now)))
		}
		r.RestedAt, r.DeadlineOn, r.Overdue = store.Instant{}, 0, false
	}
}

// nearOn is the day at which 80 % of the standard period have gone.
func (r row) nearOn() person.Date {
	arrived := person.DateAt(r.ArrivedAt.Time)
	return arrived.AddDays(daysBetween(arrived, r.DueOn) * 4 / 5)
}

// next returns the next date of the state, for whoever looks.
func (r row) next() person.Date {
	switch r.State {
	case Returned, AwaitingPayment:
		return r.DeadlineOn
	case Scheduled:
		return r.EffectiveOn
	case Draft:
		return person.DateAt(r.CreatedAt.Time).AddDays(draftDays)
	case EvidenceWait, EvidencePending:
		return max(r.NextOn, person.DateAt(r.ChangedAt.Time))
	case EvidenceMismatch, DuplicateHold, ErrorHold:
		return businessDays(person.DateAt(r.ChangedAt.Time), officerDays)
	case Submitted, UnderReview:
		return r.DueOn
	case ApprovedNoFee, PaymentSettled, Registering, Registered:
		return person.DateAt(r.ChangedAt.Time)
	}
	return 0
}
