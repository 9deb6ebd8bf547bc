package payment

import (
	"fmt"
	"strings"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

type claimRow struct {
	Application string `gorm:"primaryKey"`
	Number      string
	Holder      string
	Body        string
	Language    string
	DeadlineAt  store.Instant
	OpenedAt    store.Instant
	TouchedAt   store.Instant
	SettledAt   store.Instant
	ClosedAt    store.Instant
	Ground      Ground
}

type lineRow struct {
	ID          string `gorm:"primaryKey"`
	Application string
	Kind        Kind
	Version     int
	Payee       string
	Amount      Yen
	State       LineState
	Payment     string // that settled it
	MovedAt     store.Instant
}

type moveRow struct {
	ID      string `gorm:"primaryKey"`
	Line    string
	Was     LineState
	State   LineState
	Step    Step
	Actor   string
	Reason  string
	MovedAt store.Instant
}

type checkoutRow struct {
	ID          string `gorm:"primaryKey"`
	Application string
	Lines       string // kinds, joined by commas
	Amount      Yen
	Language    string
	Session     string // "" until the company answered
	URL         string
	State       pageState
	MadeAt      store.Instant
	ExpiresAt   store.Instant
}

type captureRow struct {
	Payment     string `gorm:"primaryKey"`
	Application string
	Checkout    string
	Amount      Yen
	Meaning     meaning
	BegunAt     store.Instant
	RecordedAt  store.Instant
}

type declineRow struct {
	Try         string `gorm:"primaryKey"`
	Application string
	Reason      string
	RecordedAt  store.Instant
}

type eventRow struct {
	ID         string `gorm:"primaryKey"`
	Kind       string
	Session    string
	Payment    string
	Chargeback Chargeback
	ReceivedAt store.Instant
	AppliedAt  store.Instant
}

type refundRow struct {
	ID          string `gorm:"primaryKey"`
	Application string
	Payment     string
	Amount      Yen
	Ground      Ground
	State       refundState
	Reference   string
	OpenedAt    store.Instant
	DoneAt      store.Instant
}

type taxNoticeRow struct {
	ID          string `gorm:"primaryKey"`
	Application string
	Body        string
	Payment     string
	Amount      Yen
	Ground      Ground
	PaidAt      store.Instant
	OpenedAt    store.Instant
	SentAt      store.Instant
	SentBy      string
}

type receiptRow struct {
	Number      string `gorm:"primaryKey"`
	Application string
	Line        string
	Kind        Kind
	Payee       string
	Amount      Yen
	PaidAt      store.Instant
	IssuedAt    store.Instant
}

type seriesRow struct {
	Name string `gorm:"primaryKey"`
	Last int64
}

type taskRow struct {
	ID          string `gorm:"primaryKey"`
	Body        string
	Application string
	Payment     string
	Kind        TaskKind
	Amount      Yen
	Detail      string
	OpenedAt    store.Instant
	DoneAt      store.Instant
	DoneBy      string
	Note        string
}

func (claimRow) TableName() string     { return "payment_claims" }
func (lineRow) TableName() string      { return "payment_lines" }
func (moveRow) TableName() string      { return "payment_moves" }
func (checkoutRow) TableName() string  { return "payment_checkouts" }
func (captureRow) TableName() string   { return "payment_captures" }
func (declineRow) TableName() string   { return "payment_declines" }
func (eventRow) TableName() string     { return "payment_events" }
func (refundRow) TableName() string    { return "payment_refunds" }
func (taxNoticeRow) TableName() string { return "tax_notices" }
func (receiptRow) TableName() string   { return "payment_receipts" }
func (seriesRow) TableName() string    { return "payment_series" }
func (taskRow) TableName() string      { return "payment_tasks" }

type pageState string

const (
	pageOpen     pageState = "open"
	pageComplete pageState = "complete"
	pageExpired  pageState = "expired"
)

// meaning is what a capture turned out to be.
type meaning string

const (
	settles    meaning = "settles"    // pays at least one line that was owed
	twice      meaning = "double"     // all its lines were paid already
	tooLate    meaning = "late"       // the application had ended
	questioned meaning = "questioned" // not what we asked for
)

type refundState string

const (
	refundDue     refundState = "due"
	refundPending refundState = "pending"
	refundDone    refundState = "refunded"
	refundFailed  refundState = "failed"
)

// hold locks the claim of an application for the rest of the transaction, so
// that what is read of its lines stays true, and returns it.
func hold(tx *store.Tx, application string) (claimRow, error) {
	var c claimRow
	held, err := store.Moved(tx.Model(&claimRow{}).Where("application = ?", application).
		Update("touched_at", store.At(tx.Now)))
	if err != nil {
		return c, err
	}
	if !held {
		return c, store.ErrNone
	}
	return c, store.One(tx.Where("application = ?", application), &c)
}

func linesOf(tx *store.Tx, application string) ([]lineRow, error) {
	var l []lineRow
	err := tx.Where("application = ?", application).Order("kind DESC").Find(&l).Error // tax first
	return l, err
}

// move takes a line one step and writes the step down. It returns false where
// the machine has no such step from where the line stands.
func move(tx *store.Tx, by actor.Actor, l *lineRow, step Step, payment, reason string) (bool, error) {
	to, ok := l.State.Next(l.Kind, step)
	if !ok {
		return false, nil
	}
	if payment == "" {
		payment = l.Payment
	}
	moved, err := store.Moved(tx.Model(&lineRow{}).Where("id = ? AND state = ?", l.ID, l.State).
		Updates(map[string]any{"state": to, "payment": payment, "moved_at": store.At(tx.Now)}))
	if err != nil || !moved {
		return false, err
	}
	m := moveRow{ID: store.NewID(), Line: l.ID, Was: l.State, State: to, Step: step,
		Actor: by.Kind.String() + ":" + by.ID, Reason: reason, MovedAt: store.At(tx.Now)}
	l.State, l.Payment, l.MovedAt = to, payment, m.MovedAt
	return true, tx.Create(&m).Error
}

// once inserts row unless its key is taken, and reports whether it did.
func once(tx *store.Tx, row any) (bool, error) {
	return store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(row))
}

func joinKinds(lines []lineRow) string {
	words := make([]string, len(lines))
	for i, l := range lines {
		words[i] = l.Kind.String()
	}
	return strings.Join(words, ",")
}

func splitKinds(s string) ([]Kind, error) {
	var l []Kind
	for w := range strings.SplitSeq(s, ",") {
		k, err := ParseKind(w)
		if err != nil {
			return nil, fmt.Errorf("payment: lines of a page: %w", err)
		}
		l = append(l, k)
	}
	return l, nil
}
