// Package clock is where the program learns what time it is. Rules never read
// the clock of the machine: they are given an instant, so that a test can set it.
package clock

import (
	"sync"
	"time"
)

// JST is the time of Japanese law and of every date that a person reads. Japan
// has no daylight saving time, so a fixed zone needs no zone database.
var JST = time.FixedZone("JST", 9*60*60)

// Clock tells the present instant in UTC.
type Clock interface{ Now() time.Time }

// System is the clock of the machine.
type System struct{}

// Now returns the present instant in UTC, to the microsecond that databases keep.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fake is a clock for tests and simulations: it stands still until moved.
// The zero value stands at the zero instant. Safe for use by several goroutines.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// At returns a fake clock that stands at t.
func At(t time.Time) *Fake { return &Fake{now: t.UTC()} }

// Now returns the instant at which the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.UTC()
}

// Advance moves the clock forward by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}
