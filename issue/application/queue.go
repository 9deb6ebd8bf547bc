package application

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// recentDays is how long what is done stays in the queue's last bucket.
const recentDays = 14

// openStates are the states of cases that are open.
func openStates() []State {
	var l []State
	for s := range next {
		if s.Open() {
			l = append(l, s)
		}
	}
	return l
}

// statesOf are the states that make a bucket, where states make it.
var statesOf = map[Bucket][]State{
	NewCases:     {Submitted, UnderReview},
	Mismatches:   {EvidenceMismatch},
	WaitingFix:   {Returned},
	WaitingPay:   {AwaitingPayment},
	WaitingElse:  {EvidencePending, EvidenceWait, ApprovedNoFee, PaymentSettled, Scheduled, Registering},
	Held:         {ErrorHold, DuplicateHold},
	DoneRecently: {Registered, CertificateIssued, Rejected, Withdrawn, CancelledTimeout, CancelledDeceased},
}

// of puts the bucket's condition on q.
func (b Bucket) of(q *gorm.DB, today person.Date, since store.Instant) *gorm.DB {
	switch b {
	case NearLimit:
		return q.Where("state IN ? AND (overdue = ? OR (due_on <= ? AND state NOT IN ?))", openStates(), true,
			today.AddDays(nearDays), []State{Returned, AwaitingPayment, Scheduled})
	case DoneRecently:
		return q.Where("state IN ? AND changed_at >= ?", statesOf[b], since)
	case AllOpen:
		return q.Where("state IN ?", openStates())
	}
	return q.Where("state IN ?", statesOf[b])
}

// nearDays is how many days before the end of the standard period a case counts as near.
const nearDays = 3

// Queue returns a page of the cases of the officer's body, those with the
// fewest days left first, with the counts of every bucket.
func (s *Service) Queue(ctx context.Context, by actor.Actor, f Filter) (Queue, error) {
	if f.Bucket == "" {
		f.Bucket = AllOpen
	}
	if f.Limit < 1 || f.Limit > 100 {
		f.Limit = 50
	}
	out := Queue{Bucket: f.Bucket}
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		if err := by.May(actor.ViewApplication, by.Body); err != nil {
			return err
		}
		if by.Kind != actor.KindOfficer {
			return actor.ErrForbidden
		}
		today := person.DateAt(tx.Now)
		since := store.At(tx.Now.AddDate(0, 0, -recentDays))
		for _, b := range Buckets {
			var n int64
			if err := b.of(tx.Model(&row{}).Where("body_id = ?", by.Body), today, since).Count(&n).Error; err != nil {
				return fmt.Errorf("application: count the queue: %w", err)
			}
			out.Counts = append(out.Counts, Count{b, int(n)})
		}
		var rows []row
		err := f.Bucket.of(tx.Where("body_id = ?", by.Body), today, since).Order("overdue DESC, due_on, arrived_at, id").
			Offset(max(f.Offset, 0)).Limit(f.Limit + 1).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("application: read the queue: %w", err)
		}
		if out.More = len(rows) > f.Limit; out.More {
			rows = rows[:f.Limit]
		}
		out.Rows, err = s.queueRows(tx, by, rows)
		return err
	})
	return out, err
}

func (s *Service) queueRows(tx *store.Tx, by actor.Actor, rows []row) ([]QueueRow, error) {
	today := person.DateAt(tx.Now)
	list := make([]QueueRow, len(rows))
	for i, r := range rows {
		reg, err := registry.Get(tx, r.RegistrationID)
		if err != nil {
			return nil, err
		}
		own, err := s.ownCase(tx, by, r)
		if err != nil {
			return nil, err
		}
		st, err := s.status(tx, r)
		if err != nil {
			return nil, err
		}
		list[i] = QueueRow{ID: r.ID, Number: r.number(), Kind: r.Kind, Items: r.items(), Notification: r.notification(),
			Qualification: r.Qualification, RegNumber: reg.Number, Masked: Mask(reg.Name), State: st.State, Info: st.Info, ArrivedAt: r.ArrivedAt.Time,
			DueOn: r.DueOn, DaysLeft: daysBetween(today, r.DueOn), Next: r.next(), Overdue: r.Overdue, Own: own}
	}
	return list, nil
}

// Mask hides a name in lists: the first character of each part stays.
func Mask(n person.Name) string {
	var b strings.Builder
	first := true
	for _, c := range person.Characters(n.String()) {
		switch {
		case c == " " || c == "　":
			first = true
			b.WriteString(c)
		case first:
			first = false
			b.WriteString(c)
		default:
			b.WriteString("＊")
		}
	}
	return b.String()
}
