package payment

import (
	"context"
	"errors"
	"time"
)

// Provider is a payment company. Each call may be repeated with equal
// arguments and then has one effect. What it answers is the truth about money;
// what it sends by itself is a hint.
type Provider interface {
	// CreateCheckout makes a page on which o is paid. Calling again with the
	// same order returns the same page.
	CreateCheckout(ctx context.Context, o Order) (Page, error)
	// ExpireCheckout closes an open page, so that nothing can be paid on it.
	// It returns what the page came to: it may have been paid just before.
	ExpireCheckout(ctx context.Context, session string) (Page, error)
	// FetchCheckout tells what became of a page.
	FetchCheckout(ctx context.Context, session string) (Page, error)
	// FetchPayment tells what became of a payment.
	FetchPayment(ctx context.Context, payment string) (Fact, error)
	// PaymentsSince lists the payments begun at or after since, oldest last.
	PaymentsSince(ctx context.Context, since time.Time) ([]Fact, error)
	// Refund gives amount of a payment back to the card it came from.
	Refund(ctx context.Context, o RefundOrder) (RefundFact, error)
	// FetchRefund tells what became of a refund.
	FetchRefund(ctx context.Context, id string) (RefundFact, error)
	// Event verifies a webhook over its raw body (signed at most five minutes
	// before now) and tells what it is about. ErrForged when it does not hold.
	Event(body []byte, signature string, now time.Time) (Event, error)
}

// ErrForged says that a webhook is not signed by the payment company, is too
// old, or speaks of another account or of test money.
var ErrForged = errors.New("payment: webhook refused")

// ErrUnknown says that the payment company knows no such page, payment or refund.
var ErrUnknown = errors.New("payment: unknown to the company")

// Order is one page to be paid on. It holds no personal data.
type Order struct {
	// Checkout is our identifier; it is the idempotency key as well.
	Checkout string
	// Application and Number name what is paid for: our identifier, and the
	// number the holder knows it by.
	Application, Number string
	// Language is "ja" or "en".
	Language string
	Lines    []OrderLine
	// Success and Cancel are where the page sends the browser afterwards.
	Success, Cancel string
	// ExpiresAt is when the page closes; 30 minutes to 24 hours ahead.
	ExpiresAt time.Time
}

// OrderLine is one line on a payment page.
type OrderLine struct {
	Kind   Kind
	Payee  string
	Label  string
	Amount Yen
}

// PageState is what became of a payment page.
type PageState int

// A page is open until it is paid or has run out.
const (
	PageOpen PageState = iota + 1
	PageComplete
	PageExpired
)

// Page is a payment page as the payment company tells it.
type Page struct {
	Session string
	URL     string // empty once it is closed
	State   PageState
	Payment string // the payment made on it, "" while there is none
	Memo    Memo
	Total   Yen
}

// Memo is what we wrote on an order, as it comes back.
type Memo struct{ Checkout, Application, Lines string }

// PaymentState is what became of a payment.
type PaymentState int

// The states of a payment at the payment company.
const (
	PaymentOpen PaymentState = iota + 1 // nothing taken and nothing promised
	PaymentAuthorised
	PaymentCaptured
	PaymentDeclined // the last try failed; another may follow
	PaymentCancelled
)

// Fact is a payment as the payment company tells it.
type Fact struct {
	Payment  string
	State    PaymentState
	Memo     Memo
	Currency string // lower case: jpy
	Received Yen    // taken
	Refunded Yen    // given back so far
	Try      string // the charge of the last try
	Decline  string // the company's word for why the last try failed
	Disputed bool
	At       time.Time // when it was begun
	Live     bool      // real money
}

// RefundOrder is one refund; ID is the idempotency key.
type RefundOrder struct {
	ID      string
	Payment string
	Kind    Kind
	Amount  Yen
}

// RefundState is what became of a refund.
type RefundState int

// The states of a refund at the payment company.
const (
	RefundPending RefundState = iota + 1
	RefundDone
	RefundFailed
)

// RefundFact is a refund as the payment company tells it.
type RefundFact struct {
	ID    string
	State RefundState
	Why   string // of a failure, in the company's word
}

// Event is a webhook that held.
type Event struct {
	ID         string
	Type       string
	Session    string // what it is about: a page …
	Payment    string // … or a payment; both "" when it is about neither
	Chargeback Chargeback
}

// Chargeback is what an event says of a payment that the cardholder contests.
type Chargeback int

// An event that is about no chargeback says NoChargeback.
const (
	NoChargeback Chargeback = iota + 1
	ChargebackOpened
	ChargebackWon
	ChargebackLost
)
