package issue

import (
	"context"
	"fmt"

	"qualsys/internal/jobs"
)

// Work does one job of the issuer at once.
func (i *Issuer) Work(ctx context.Context, args jobs.Args) error {
	switch a := args.(type) {
	case resumeArgs:
		return i.resume(ctx, a)
	case renewArgs:
		return i.renew(ctx, a)
	case dayArgs:
		return i.Day(ctx)
	}
	return fmt.Errorf("no job of the issuer: %T", args)
}
