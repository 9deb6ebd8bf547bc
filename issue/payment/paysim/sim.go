// Package paysim is a simulated payment company. It speaks Stripe's own REST
// API (form-encoded requests, the same JSON objects, idempotency keys, signed
// events) and keeps state, so that the very adapter for Stripe runs against it;
// it has a page to pay on with buttons for what can happen; and it delivers
// its events as badly as the world does: twice, out of order, again and again
// until they are taken. No money moves.
package paysim

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"qualsys/internal/clock"
)

// Config says how the company stands with its one customer, us.
type Config struct {
	// Key is the secret key that requests must carry.
	Key string
	// WebhookSecret signs events.
	WebhookSecret string
	// Account is the customer's account.
	Account string
	// Base is the address under which browsers reach the page to pay on.
	Base string
	// Webhook is where events go; "" sends none.
	Webhook string
	// File keeps the state over a restart; "" keeps it in memory.
	File string
	// Clock tells the time; nil means the machine's.
	Clock clock.Clock
	// HTTP delivers events; nil means a client with a time limit of 10 s.
	HTTP *http.Client
	// Copies is how often each event is delivered; 0 means twice.
	Copies int
}

// Sim is the company. It is safe for use by several goroutines.
type Sim struct {
	cfg  Config
	mu   sync.Mutex
	kept state
	wake chan struct{}
}

// state is what the company remembers.
type state struct {
	Sessions map[string]*session
	Payments map[string]*intent
	Charges  map[string]*charge
	Refunds  map[string]*refund
	Answers  map[string]answer // by idempotency key
	Events   []*event
	Order    []string // payments, oldest first
}

type session struct {
	ID, Intent, Status, PaymentStatus  string
	Reference, Locale, Success, Cancel string
	Description                        string
	Amount                             int64
	Created, Expires                   int64
	Metadata, IntentMetadata           map[string]string
	Items                              []item
}

type item struct {
	Name   string
	Amount int64
}

type intent struct {
	ID, Status, Charge, Description, Failure string
	Amount, Received, Created                int64
	Metadata                                 map[string]string
}

type charge struct {
	ID, Intent, Status, Failure string
	Amount, Refunded, Created   int64
	Disputed                    bool
	Metadata                    map[string]string
}

type refund struct {
	ID, Intent, Charge, Status, Reason string
	Amount, Created                    int64
	Metadata                           map[string]string
}

// event is one event and the copies of it that are still to be delivered.
type event struct {
	ID, Type string
	Created  int64
	Object   json.RawMessage
	Due      []time.Time // one for each copy
	Tries    int
}

type answer struct {
	Asked  string // digest of the request
	Status int
	Body   json.RawMessage
}

// New returns a company with the state of its file, if there is one.
func New(cfg Config) (*Sim, error) {
	if cfg.Key == "" || cfg.WebhookSecret == "" || cfg.Account == "" || cfg.Base == "" {
		return nil, errors.New("paysim: key, webhook secret, account and base must be set")
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if cfg.Copies == 0 {
		cfg.Copies = 2
	}
	s := &Sim{cfg: cfg, wake: make(chan struct{}, 1), kept: state{Sessions: map[string]*session{},
		Payments: map[string]*intent{}, Charges: map[string]*charge{}, Refunds: map[string]*refund{}, Answers: map[string]answer{}}}
	if cfg.File == "" {
		return s, nil
	}
	b, err := os.ReadFile(cfg.File)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &s.kept)
	}
	if err != nil {
		return nil, fmt.Errorf("paysim: state: %w", err)
	}
	return s, nil
}

// save writes the state into its file, whole or not at all. The lock is held.
func (s *Sim) save() error {
	if s.cfg.File == "" {
		return nil
	}
	b, err := json.Marshal(s.kept)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.cfg.File), 0o700); err != nil {
		return err
	}
	part := s.cfg.File + ".part"
	if err := os.WriteFile(part, b, 0o600); err != nil {
		return err
	}
	return os.Rename(part, s.cfg.File)
}

// do runs f with the lock held and saves what it did.
func (s *Sim) do(f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	if err := f(); err != nil {
		return err
	}
	return s.save()
}

func (s *Sim) now() time.Time { return s.cfg.Clock.Now() }

// id returns a new identifier such as the company's own look like.
func id(prefix string) string { return prefix + rand.Text()[:24] }
