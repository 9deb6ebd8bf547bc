// Package stripe is the payment company Stripe behind payment.Provider, by its
// own library: Checkout Sessions to pay on, PaymentIntents as the truth about
// money, Refunds, and signed events. The same code runs against the simulator
// (issue/payment/paysim): only the address differs.
package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v85"

	"qualsys/issue/payment"
)

// Config says how we stand with Stripe.
type Config struct {
	// Key is the secret key, sk_live_… or sk_test_….
	Key string
	// WebhookSecrets sign the events (whsec_…); more than one while they are rotated.
	WebhookSecrets []string
	// Account is our account, acct_….
	Account string
	// Live is whether money is real. Events and payments of the other kind are refused.
	Live bool
	// API is the base address; "" means Stripe's own.
	API string
	// HTTP talks to the company; nil means a client with a time limit of 20 s.
	HTTP *http.Client
}

// Company is Stripe. It is safe for use by several goroutines.
type Company struct {
	cfg Config
	api *stripego.Client
}

var _ payment.Provider = (*Company)(nil)

// New checks the configuration; it asks nobody. See Check.
func New(cfg Config) (*Company, error) {
	if cfg.Key == "" || len(cfg.WebhookSecrets) == 0 || cfg.Account == "" {
		return nil, errors.New("stripe: key, webhook secret and account must be configured")
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 20 * time.Second}
	}
	b := &stripego.BackendConfig{
		HTTPClient: cfg.HTTP, EnableTelemetry: stripego.Bool(false), MaxNetworkRetries: stripego.Int64(2),
		LeveledLogger: &stripego.LeveledLogger{Level: stripego.LevelNull}, // it would log bodies
	}
	if cfg.API != "" {
		b.URL = stripego.String(cfg.API)
	}
	return &Company{cfg, stripego.NewClient(cfg.Key, stripego.WithBackends(stripego.NewBackendsWithConfig(b)))}, nil
}

// Check asks Stripe whose key we have, and returns an error unless it is the
// configured account's.
func (c *Company) Check(ctx context.Context) error {
	a, err := c.api.V1Accounts.Retrieve(ctx, nil)
	if err != nil {
		return short("account", err)
	}
	if a.ID != c.cfg.Account {
		return fmt.Errorf("stripe: the key belongs to account %s, not to %s", a.ID, c.cfg.Account)
	}
	return nil
}

// Metadata that we write on pages, payments and refunds.
const (
	metaCheckout    = "checkout"
	metaApplication = "application"
	metaLines       = "lines"
	metaRefund      = "refund"
)

// CreateCheckout implements payment.Provider.
func (c *Company) CreateCheckout(ctx context.Context, o payment.Order) (payment.Page, error) {
	p := &stripego.CheckoutSessionCreateParams{
		Mode: stripego.String("payment"), PaymentMethodTypes: []*string{stripego.String("card")},
		ClientReferenceID: stripego.String(o.Checkout), Locale: stripego.String(o.Language),
		SuccessURL: stripego.String(o.Success), CancelURL: stripego.String(o.Cancel),
		ExpiresAt:         stripego.Int64(o.ExpiresAt.Unix()),
		PaymentIntentData: &stripego.CheckoutSessionCreatePaymentIntentDataParams{Description: stripego.String(o.Number)},
	}
	notes := map[string]string{metaCheckout: o.Checkout, metaApplication: o.Application}
	var kinds []string
	for _, l := range o.Lines {
		p.LineItems = append(p.LineItems, lineItem(l))
		kinds = append(kinds, l.Kind.String())
		notes["amount_"+l.Kind.String()] = strconv.FormatInt(int64(l.Amount), 10)
	}
	notes[metaLines] = strings.Join(kinds, ",")
	p.Metadata, p.PaymentIntentData.Metadata = notes, notes
	p.SetIdempotencyKey("checkout-" + o.Checkout)
	s, err := c.api.V1CheckoutSessions.Create(ctx, p)
	return c.page("create checkout", s, err)
}

func lineItem(l payment.OrderLine) *stripego.CheckoutSessionCreateLineItemParams {
	return &stripego.CheckoutSessionCreateLineItemParams{
		Quantity: stripego.Int64(1),
		PriceData: &stripego.CheckoutSessionCreateLineItemPriceDataParams{
			Currency: stripego.String("jpy"), UnitAmount: stripego.Int64(int64(l.Amount)), // no decimals in yen
			ProductData: &stripego.CheckoutSessionCreateLineItemPriceDataProductDataParams{
				Name: stripego.String(l.Label + "（" + l.Payee + "）")},
		},
	}
}

// ExpireCheckout implements payment.Provider. A page that was paid or has run
// out can't be expired any more; then what it came to is the answer.
func (c *Company) ExpireCheckout(ctx context.Context, session string) (payment.Page, error) {
	s, err := c.api.V1CheckoutSessions.Expire(ctx, session, nil)
	var e *stripego.Error
	if errors.As(err, &e) && e.HTTPStatusCode == http.StatusBadRequest {
		return c.FetchCheckout(ctx, session)
	}
	return c.page("expire checkout", s, err)
}

// FetchCheckout implements payment.Provider.
func (c *Company) FetchCheckout(ctx context.Context, session string) (payment.Page, error) {
	s, err := c.api.V1CheckoutSessions.Retrieve(ctx, session, nil)
	return c.page("fetch checkout", s, err)
}

func (c *Company) page(doing string, s *stripego.CheckoutSession, err error) (payment.Page, error) {
	if err != nil {
		return payment.Page{}, short(doing, err)
	}
	if s.Livemode != c.cfg.Live {
		return payment.Page{}, fmt.Errorf("stripe: %s: live is %t", doing, s.Livemode)
	}
	p := payment.Page{Session: s.ID, URL: s.URL, Memo: memo(s.Metadata), Total: payment.Yen(s.AmountTotal)}
	if s.PaymentIntent != nil {
		p.Payment = s.PaymentIntent.ID
	}
	switch s.Status {
	case stripego.CheckoutSessionStatusOpen:
		p.State = payment.PageOpen
	case stripego.CheckoutSessionStatusComplete:
		p.State = payment.PageComplete
	case stripego.CheckoutSessionStatusExpired:
		p.State = payment.PageExpired
	default:
		return p, fmt.Errorf("stripe: %s: no such state of a page: %q", doing, s.Status)
	}
	return p, nil
}

func memo(m map[string]string) payment.Memo {
	return payment.Memo{Checkout: m[metaCheckout], Application: m[metaApplication], Lines: m[metaLines]}
}

// FetchPayment implements payment.Provider.
func (c *Company) FetchPayment(ctx context.Context, id string) (payment.Fact, error) {
	p := &stripego.PaymentIntentRetrieveParams{}
	p.AddExpand("latest_charge")
	i, err := c.api.V1PaymentIntents.Retrieve(ctx, id, p)
	if err != nil {
		return payment.Fact{}, short("fetch payment", err)
	}
	return c.fact(i)
}

// PaymentsSince implements payment.Provider.
func (c *Company) PaymentsSince(ctx context.Context, since time.Time) ([]payment.Fact, error) {
	p := &stripego.PaymentIntentListParams{CreatedRange: &stripego.RangeQueryParams{GreaterThanOrEqual: since.Unix()}}
	p.Limit = stripego.Int64(100)
	p.AddExpand("data.latest_charge")
	var l []payment.Fact
	for i, err := range c.api.V1PaymentIntents.List(ctx, p).All(ctx) {
		if err != nil {
			return nil, short("list payments", err)
		}
		f, err := c.fact(i)
		if err != nil {
			return nil, err
		}
		l = append(l, f)
	}
	return l, nil
}

func (c *Company) fact(i *stripego.PaymentIntent) (payment.Fact, error) {
	if i.Livemode != c.cfg.Live {
		return payment.Fact{}, fmt.Errorf("stripe: payment %s: live is %t", i.ID, i.Livemode)
	}
	f := payment.Fact{Payment: i.ID, Memo: memo(i.Metadata), Currency: string(i.Currency),
		Received: payment.Yen(i.AmountReceived), At: time.Unix(i.Created, 0).UTC(), Live: i.Livemode}
	if ch := i.LatestCharge; ch != nil {
		f.Try, f.Refunded, f.Disputed = ch.ID, payment.Yen(ch.AmountRefunded), ch.Disputed
	}
	switch i.Status {
	case stripego.PaymentIntentStatusSucceeded:
		f.State = payment.PaymentCaptured
	case stripego.PaymentIntentStatusRequiresCapture:
		f.State = payment.PaymentAuthorised
	case stripego.PaymentIntentStatusCanceled:
		f.State = payment.PaymentCancelled
	case stripego.PaymentIntentStatusRequiresPaymentMethod:
		f.State = payment.PaymentOpen
		if e := i.LastPaymentError; e != nil {
			f.State, f.Decline = payment.PaymentDeclined, string(e.Code)
			f.Try = first(f.Try, e.ChargeID)
		}
	case stripego.PaymentIntentStatusProcessing, stripego.PaymentIntentStatusRequiresAction,
		stripego.PaymentIntentStatusRequiresConfirmation:
		f.State = payment.PaymentOpen
	default:
		return f, fmt.Errorf("stripe: payment %s: no such state: %q", i.ID, i.Status)
	}
	return f, nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// short keeps of an error of the company what is no personal data: the library
// prints the whole answer.
func short(doing string, err error) error {
	var e *stripego.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("stripe: %s: %w", doing, err)
	}
	if e.HTTPStatusCode == http.StatusNotFound {
		return fmt.Errorf("stripe: %s: %w", doing, payment.ErrUnknown)
	}
	return fmt.Errorf("stripe: %s: %d %s %s, request %s", doing, e.HTTPStatusCode, e.Type, e.Code, e.RequestID)
}
