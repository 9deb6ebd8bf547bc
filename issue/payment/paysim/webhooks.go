package paysim

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"
)

const maxTries = 12 // of one event, each later than the one before

// emit records an event and the copies of it to deliver: the first soon and
// not always in order, the others a little later. The lock is held.
func (s *Sim) emit(kind string, object any) {
	b, err := json.Marshal(object)
	if err != nil {
		panic(err) // maps of our own: there is nothing that could fail
	}
	e := &event{ID: id("evt_"), Type: kind, Created: s.now().Unix(), Object: b}
	for n := range s.cfg.Copies {
		e.Due = append(e.Due, s.now().Add(time.Duration(n)*time.Second+rand.N(300*time.Millisecond)))
	}
	if s.cfg.Webhook == "" {
		e.Due = nil
	}
	s.kept.Events = append(s.kept.Events, e)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run delivers events until ctx ends.
func (s *Sim) Run(ctx context.Context) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
		if err := s.deliver(ctx, false); err != nil {
			slog.DebugContext(ctx, "paysim: delivery", "error", err)
		}
	}
}

// Deliver sends every copy that is outstanding, due or not, in random order.
// It returns an error when some were not taken; they stay outstanding.
func (s *Sim) Deliver(ctx context.Context) error { return s.deliver(ctx, true) }

// Forget drops the copies that are outstanding, as if they were lost on the way.
func (s *Sim) Forget() error {
	return s.do(func() error {
		for _, e := range s.kept.Events {
			e.Due = nil
		}
		return nil
	})
}

func (s *Sim) deliver(ctx context.Context, all bool) error {
	type copy struct {
		e    *event
		body []byte
	}
	var out []copy
	err := s.do(func() error {
		for _, e := range s.kept.Events {
			for _, due := range e.Due {
				if all || !s.now().Before(due) {
					b, err := json.Marshal(eventJSON(e))
					if err != nil {
						return err
					}
					out = append(out, copy{e, b})
				}
			}
		}
		return nil
	})
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	for _, c := range out {
		failed := s.post(ctx, c.body)
		err = errors.Join(err, failed, s.do(func() error { s.delivered(c.e, failed); return nil }))
	}
	return err
}

// delivered crosses one copy out, or puts it off when it was not taken.
func (s *Sim) delivered(e *event, failed error) {
	if len(e.Due) == 0 {
		return
	}
	e.Due = e.Due[1:]
	if e.Tries++; failed != nil && e.Tries < maxTries {
		e.Due = append(e.Due, s.now().Add(time.Second<<min(e.Tries, 10)))
	}
}

// Sign returns the signature header for an event's raw body at an instant.
func Sign(body []byte, secret string, at time.Time) string {
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(webhook.ComputeSignature(at, body, secret)))
}

func (s *Sim) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.Webhook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Stripe-Signature", Sign(body, s.cfg.WebhookSecret, s.now()))
	answer, err := s.cfg.HTTP.Do(r)
	if err != nil {
		return fmt.Errorf("paysim: webhook: %w", err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode >= 300 {
		return fmt.Errorf("paysim: webhook: %s", answer.Status)
	}
	return nil
}
