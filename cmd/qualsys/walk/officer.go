package walk

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"qualsys/internal/clock"
)

// Officer is an officer who has logged in.
type Officer struct{ *Visitor }

// NewOfficer logs an officer of a body in: "reviewer", "registrar" or "supervisor".
func NewOfficer(ctx context.Context, base, body, who string) (*Officer, error) {
	v := NewVisitor(ctx)
	if err := v.Get(base + "/"); err != nil {
		return nil, err
	}
	if err := LogIn(v, OfficerDoor, body+"-"+who, body+"-"+who); err != nil {
		return nil, err
	}
	return &Officer{v}, nil
}

// Open waits until the case of that number is in the queue, and opens it.
func (o *Officer) Open(number string) error {
	return await(o.ctx, "the case "+number+" in the queue", func() error {
		if err := o.Get("/officer"); err != nil {
			return err
		}
		if err := good(o.Visitor, "the queue"); err != nil {
			return err
		}
		if _, err := o.Page.Link(number); err != nil {
			return fmt.Errorf("%w: %w", errNotYet, err)
		}
		return o.Follow(number)
	})
}

// Approve waits until the case can be decided, and approves it.
func (o *Officer) Approve(number string) error {
	if err := o.Open(number); err != nil {
		return err
	}
	at := o.Page.URL.Path
	if err := await(o.ctx, "the decision on "+number, func() error {
		if err := o.Get(at); err != nil {
			return err
		}
		if err := good(o.Visitor, "the case"); err != nil {
			return err
		}
		if _, err := o.Page.Form(at + "/approve"); err != nil {
			return fmt.Errorf("%w: %w", errNotYet, err)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := o.Send(at + "/approve"); err != nil {
		return err
	}
	return good(o.Visitor, "approving")
}

// Remove removes a registration, as two officers do.
func Remove(ctx context.Context, base, body, number string) error {
	return Measure(ctx, base, body, number, "measure", "removal", "from", today(), "ground", "voluntary", "why", "本人からの申出があったため")
}

// Measure takes a measure of two officers: one proposes with those fields, the
// other decides.
func Measure(ctx context.Context, base, body, number string, fields ...string) error {
	first, err := NewOfficer(ctx, base, body, "registrar")
	if err != nil {
		return err
	}
	if err := first.Propose(number, fields...); err != nil {
		return err
	}
	second, err := NewOfficer(ctx, base, body, "supervisor")
	if err != nil {
		return err
	}
	return second.Second(first.Page.URL.Path)
}

// Propose proposes a measure for a registration and stands on the proposal's page.
func (o *Officer) Propose(number string, fields ...string) error {
	if err := o.Get("/officer/registrations?" + url.Values{"number": {number}}.Encode()); err != nil {
		return err
	}
	if err := o.Follow(number); err != nil {
		return err
	}
	if err := o.Send("/propose", fields...); err != nil {
		return err
	}
	if !strings.HasPrefix(o.Page.URL.Path, "/officer/proposals/") {
		return fmt.Errorf("walk: the proposal led to %s (status %d): %.400s", o.Page.URL.Path, o.Page.Status, o.Page.Text())
	}
	return nil
}

// Second decides for the proposal at an address, as the second person.
func (o *Officer) Second(at string) error {
	if err := o.Get(at); err != nil {
		return err
	}
	if err := o.Send("/second"); err != nil {
		return err
	}
	return good(o.Visitor, "deciding as the second person")
}

// today is the present day in Japan, as people type it.
func today() string { return time.Now().In(clock.JST).Format("2006/01/02") }
