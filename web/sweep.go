package web

import (
	"context"
	"errors"

	"qualsys/web/identity"
)

// Sweep forgets sessions and login attempts that are over. It is to run every
// hour, and may run any time.
func (e *Engine) Sweep(ctx context.Context) error {
	return errors.Join(e.sessions.Sweep(ctx), identity.Sweep(ctx, e.o.DB))
}
