package sim

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"qualsys/internal/clock"
)

// request is an authorisation request that waits for somebody to be chosen, and
// then what its code and access token stand for.
type request struct {
	State, Nonce, Challenge, Redirect, Language string
	Scopes                                      []string
	Person                                      Person
	Fail                                        Failure
	AuthTime                                    time.Time
	until                                       time.Time
}

// memory keeps requests by name (request id, code, access token) for as long as
// each may live. At most 10,000 of a sort are kept.
type memory struct {
	clock clock.Clock
	mu    sync.Mutex
	open  map[string]request
	used  map[string]time.Time // assertion ids
}

func newMemory(c clock.Clock) memory {
	return memory{clock: c, open: map[string]request{}, used: map[string]time.Time{}}
}

// keep remembers r for d under a new random name that begins with kind.
func (m *memory) keep(kind string, r request, d time.Duration) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	if len(m.open) >= 10_000 {
		for name, old := range m.open {
			if now.After(old.until) || len(m.open) >= 10_000 {
				delete(m.open, name)
			}
		}
	}
	name := kind + "-" + rand.Text()
	r.until = now.Add(d)
	m.open[name] = r
	return name
}

// get finds what is kept under name; once removes it.
func (m *memory) get(name string, once bool) (request, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.open[name]
	if !ok || m.clock.Now().After(r.until) {
		return request{}, false
	}
	if once {
		delete(m.open, name)
	}
	return r, true
}

// first reports whether an assertion's id is new.
func (m *memory) first(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	for old, until := range m.used {
		if now.After(until) {
			delete(m.used, old)
		}
	}
	if _, seen := m.used[id]; seen {
		return false
	}
	m.used[id] = now.Add(10 * time.Minute)
	return true
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		slog.Error("sim: write", "error", err)
	}
}
