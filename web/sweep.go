package web

import (
	"context"
	"errors"

	"qualsys/web/identity"
)

// Sweep is the job that forgets sessions and login attempts that are over. It
// is to run every hour; Engine.Sweep does it.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "web.sweep" }

// Sweep forgets sessions and login attempts that are over. It may run any time,
// also twice.
func (e *Engine) Sweep(ctx context.Context) error {
	return errors.Join(e.sessions.Sweep(ctx), identity.Sweep(ctx, e.o.DB))
}
