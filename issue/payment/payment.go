package payment

import (
	"context"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// Listener is who asked for the money: it hears that all of it has come in, in
// the transaction that records the last of it, and exactly once.
type Listener interface {
	// Keep keeps the application from moving until tx ends. It is called before
	// the claim is locked: whoever holds both took the application first
	// (docs/adr/0009-lock-order.md).
	Keep(tx *store.Tx, application string) error
	// Settled tells that all is paid.
	Settled(tx *store.Tx, application string) error
}

// Teller tells a holder what became of a payment. tax and charge are the
// amounts concerned; a line that is not concerned is 0.
type Teller interface {
	TellPayment(tx *store.Tx, holder, application string, m Message, tax, charge Yen) error
}

// Message is what a holder is told.
type Message int

// What a holder is told about money (SERVICE §8).
const (
	ToldDeclined Message = iota + 1 // N8
	ToldPaid                        // N9
	ToldTwice                       // N10
	ToldLate                        // paid for an application that had ended
	ToldReturned                    // the application ended and what was paid goes back
)

// Options are what New is given; all must be set, Listener also by Listen.
type Options struct {
	DB       *store.DB
	Provider Provider
	Jobs     jobs.Enqueuer
	Listener Listener
	Teller   Teller
	// Return makes the address that the payment page sends the browser to;
	// paid says by which of its two ways.
	Return func(application string, paid bool) string
}

// Payments keeps what applications owe. It is safe for use by several goroutines.
type Payments struct{ o Options }

// New returns the room's service.
func New(o Options) *Payments { return &Payments{o: o} }

// Listen says who hears of settled applications; call it before anything runs.
// It exists because listener and payments need each other.
func (p *Payments) Listen(l Listener) { p.o.Listener = l }

// Claim is what one application owes, asked for once.
type Claim struct {
	Application string // identifier of the application
	Number      string // the number the holder knows it by (受付番号)
	Holder      string // the login that owes and is told
	Body        string // the body whose officers look after the money
	Language    string // "ja" or "en": of the payment page
	Version     int    // version of the price rows; the same for one request
	Deadline    time.Time
	Dues        []Due
}

// Due is one debt of a claim. Debts of nothing are left out.
type Due struct {
	Kind   Kind
	Payee  string // who is owed: StatePayee for a tax, the body's name for a charge
	Amount Yen
}

// What can be wrong with a request for money.
var (
	ErrNothingDue = fault.New(fault.Invalid, "payment.nothing_due")
	ErrAsked      = fault.New(fault.Conflict, "payment.already_asked")
	ErrNoClaim    = fault.New(fault.NotFound, "payment.nothing_asked")
	ErrPaid       = fault.New(fault.Conflict, "payment.already_paid")
	ErrClosed     = fault.New(fault.Conflict, "payment.closed")
	ErrDeadline   = fault.New(fault.Conflict, "payment.deadline_passed")
	ErrTries      = fault.New(fault.TooMany, "payment.too_many_tries")
	ErrAway       = fault.New(fault.Unavailable, "payment.company_away")
)

// Request asks for the money of c, once per application and version: the same
// request again changes nothing but the deadline, another amount is ErrAsked. ErrNothingDue when
// no amount is above zero.
func (p *Payments) Request(tx *store.Tx, by actor.Actor, c Claim) error {
	return p.request(tx, by, c)
}

// Checkout returns the address of a page on which the lines of application that
// are still owed are paid; with only given, of those kinds. A page that is open
// already is returned again, so that two devices pay on one page. ErrNoClaim,
// ErrPaid, ErrClosed, ErrDeadline; ErrTries after five failed tries or twenty pages in 24 hours; ErrAway.
// That by may pay for the application is the caller's to check.
func (p *Payments) Checkout(ctx context.Context, by actor.Actor, application string, only ...Kind) (string, error) {
	return p.checkout(ctx, by, application, only)
}

// Receive takes a webhook: it verifies the raw body, writes the event into the
// inbox once, and has it applied by a job. An event that was here before is no
// error; ErrForged is one.
func (p *Payments) Receive(ctx context.Context, body []byte, signature string) error {
	return p.receive(ctx, body, signature)
}

// Confirm asks the payment company at once what became of the open pages of
// application, for the moment the holder comes back from one.
func (p *Payments) Confirm(ctx context.Context, application string) error {
	return p.confirm(ctx, application)
}

// Reconcile asks the payment company about every page that is still open and
// every payment of the last three days, so that a lost webhook is found. It
// applies again the events that were received and not applied.
func (p *Payments) Reconcile(ctx context.Context) error { return p.reconcile(ctx, longWindow) }

// Ground says why an application ended without a registration.
type Ground string

// The grounds of 登録免許税法31条 as far as an application can meet them.
const (
	Rejected  Ground = "rejected"  // 却下
	Withdrawn Ground = "withdrawn" // 取下げ
	Lapsed    Ground = "lapsed"    // 期限切れ、職員が取り下げを確認
	Deceased  Ground = "deceased"  // 死亡
	// the two below arise here and are not given to Close
	double Ground = "double" // 過誤納: paid twice
	late   Ground = "late"   // paid after the end
)

// Close ends the claim of an application that ends without registration: lines
// not paid are voided or expired, a tax that was paid is notified to the tax
// office, a charge that was paid is refunded unless keepCharge (the body has
// done its review: SERVICE §2.6). Open pages are closed by a job; money that
// comes in all the same goes back. Without a claim, or closed before, it does nothing.
func (p *Payments) Close(tx *store.Tx, by actor.Actor, application string, g Ground, keepCharge bool) error {
	return p.close(tx, by, application, g, keepCharge)
}

// Basket is what an application owes and where each line stands.
type Basket struct {
	Application string
	Number      string
	Deadline    time.Time
	Lines       []Line
	Open        bool      // a payment page is open
	SettledAt   time.Time // zero: not all paid
	ClosedAt    time.Time // zero: not closed
}

// Line is one debt and where it stands.
type Line struct {
	Kind    Kind
	Payee   string
	Amount  Yen
	State   LineState
	MovedAt time.Time
}

// Total is what the basket's lines amount to, paid or not.
func (b Basket) Total() Yen {
	var t Yen
	for _, l := range b.Lines {
		t += l.Amount // the sum was checked when it was asked for
	}
	return t
}

// Of returns what application owes; ErrNoClaim when it was asked for nothing.
func (p *Payments) Of(tx *store.Tx, application string) (Basket, error) {
	return p.basket(tx, application)
}

// Receipt is a receipt of a body (領収書) or a record of a tax paid (納付記録).
type Receipt struct {
	Number            string // R-2026-000001 or T-2026-000001, without gaps in a year
	Kind              Kind
	Application       string
	ApplicationNumber string
	Payee             string
	Amount            Yen
	PaidAt            time.Time
	IssuedAt          time.Time
	State             LineState // of its line: a refund shows here
}

// Receipts returns the receipts of application, one per payee, tax first.
func (p *Payments) Receipts(tx *store.Tx, application string) ([]Receipt, error) {
	return p.receipts(tx, application)
}

// TaskKind says what about money an officer must look at.
type TaskKind string

// What an officer is asked to look at.
const (
	TaskLate         TaskKind = "late"       // paid for an application that had ended
	TaskQuestioned   TaskKind = "questioned" // amount, currency or application are not what we asked for
	TaskDisputed     TaskKind = "disputed"   // chargeback
	TaskDisputeWon   TaskKind = "dispute_won"
	TaskDisputeLost  TaskKind = "dispute_lost"
	TaskRefundFailed TaskKind = "refund_failed"
)

// Task is a matter of money for an officer.
type Task struct {
	ID, Body, Application, Payment string
	Kind                           TaskKind
	Amount                         Yen
	Detail                         string // in English, for the record: what was expected, what came
	OpenedAt                       time.Time
	DoneAt                         time.Time // zero: open
	DoneBy, Note                   string
}

// Tasks returns the open matters of body, oldest first; body "" returns those
// that belong to no application we know.
func (p *Payments) Tasks(tx *store.Tx, body string) ([]Task, error) { return p.tasks(tx, body) }

// Done closes a matter with the officer's note. ErrNoTask when it is not open
// or not of the officer's body.
func (p *Payments) Done(tx *store.Tx, by actor.Actor, task, note string) error {
	return p.done(tx, by, task, note)
}

// TaxNotice is what the tax office is told of a tax to give back (還付通知,
// 登録免許税法31条1項).
type TaxNotice struct {
	ID, Application, ApplicationNumber, Body, Payment string
	Amount                                            Yen
	Ground                                            Ground
	Law                                               string // the item of the law that is the ground
	PaidAt, OpenedAt                                  time.Time
	SentAt                                            time.Time // zero: not sent
	SentBy                                            string
}

// TaxNotices returns the notices of body that the tax office was not sent yet,
// or with sent those that it was, oldest first.
func (p *Payments) TaxNotices(tx *store.Tx, body string, sent bool) ([]TaxNotice, error) {
	return p.taxNotices(tx, body, sent)
}

// TaxNoticeSent records that by has sent a notice to the tax office.
func (p *Payments) TaxNoticeSent(tx *store.Tx, by actor.Actor, id string) error {
	return p.taxNoticeSent(tx, by, id)
}

// Work registers the room's jobs: applying events, refunds, closing pages, and
// reconciliation: of the last hour every two minutes, in full every hour.
func (p *Payments) Work(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, j applyEvent) error { return p.Apply(ctx, j.Event) })
	jobs.Handle(q, func(ctx context.Context, j sendRefund) error { return p.SendRefund(ctx, j.Refund) })
	jobs.Handle(q, func(ctx context.Context, j closePage) error { return p.ClosePage(ctx, j.Checkout) })
	jobs.Handle(q, func(ctx context.Context, _ reconcileNew) error { return p.reconcile(ctx, shortWindow) })
	jobs.Handle(q, func(ctx context.Context, _ reconcileAll) error { return p.Reconcile(ctx) })
	jobs.Every(q, 2*time.Minute, reconcileNew{})
	jobs.Every(q, time.Hour, reconcileAll{})
}

type (
	applyEvent struct {
		Event string `json:"event"`
	}
	sendRefund struct {
		Refund string `json:"refund"`
	}
	closePage struct {
		Checkout string `json:"checkout"`
	}
	reconcileNew struct{}
	reconcileAll struct{}
)

// Kind names the job.
func (applyEvent) Kind() string { return "payment_apply_event" }

// Kind names the job.
func (sendRefund) Kind() string { return "payment_send_refund" }

// Kind names the job.
func (closePage) Kind() string { return "payment_close_page" }

// Kind names the job.
func (reconcileNew) Kind() string { return "payment_reconcile_new" }

// Kind names the job.
func (reconcileAll) Kind() string { return "payment_reconcile" }
