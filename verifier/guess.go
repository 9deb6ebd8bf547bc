package verifier

import (
	"context"
	"sync"

	"qualsys/issue/credential"
)

// turns is how many codes can be guessed at in one moment.
const turns = 64

// turn lets one guess at a time through, so that many at once gain nothing.
type turn struct {
	mu     sync.Mutex
	missed credential.Code // a wrong guess that could not be counted yet
}

// guess reports whether the particulars may be shown: the date was right, and
// not five were wrong before. While a wrong guess can't be counted, none is answered.
func (t *turn) guess(ctx context.Context, g Guesses, code credential.Code, right bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.missed != "" {
		if g.Count(ctx, t.missed) != nil {
			return false
		}
		t.missed = ""
	}
	if wrong, err := g.Wrong(ctx, code); err != nil || wrong >= MaxGuesses {
		return false
	}
	if !right && g.Count(ctx, code) != nil {
		t.missed = code
	}
	return right
}
