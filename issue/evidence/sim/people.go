// Package sim is a resident register and a family register for demonstrations
// and tests: an HTTP service of its own that speaks the protocol of
// issue/evidence, knows the sample people, and has a page and an API to marry
// and move them and to make the registers fail in the ways that real ones do.
// It is no part of a real installation, which refuses to start with it.
package sim

import (
	"errors"
	"slices"
	"sync"
	"time"

	"qualsys/internal/clock"
	"qualsys/issue/evidence"
	"qualsys/registry/person"
)

// Person is somebody whom the registers know.
type Person struct {
	Code        string // how the networks and the page call the person; unique
	Name        string
	Kana        string
	BirthDate   string // yyyy/mm/dd, 00 for unknown parts
	Address     string
	Domicile    string // prefecture or nationality
	FormerNames []string
}

// Failure is a way in which a register fails for one person.
type Failure string

// The failures. Delayed keeps answering what was true before the last change.
const (
	None       Failure = ""
	Delayed    Failure = "delayed"
	NotIssued  Failure = "not_issuable"
	Unclear    Failure = "unclear"
	Down       Failure = "down"
	Substitute Failure = "substitute"
)

// Failures are all of them in the order of the page.
var Failures = []Failure{None, Delayed, NotIssued, Unclear, Down, Substitute}

var failureWords = map[Failure]string{None: "なし", Delayed: "まだ反映されない", NotIssued: "発行できない（記載中）",
	Unclear: "経緯が不明", Down: "応答しない", Substitute: "代替文字を使う"}

// record is a person as both registers have it, now and before the last change.
type record struct {
	now, before Person
	dead        bool
	changedOn   person.Date
	fails       map[evidence.Source]Failure
}

// Registers are the two simulated registers. Safe for several goroutines.
type Registers struct {
	mu    sync.Mutex
	clock clock.Clock
	token string
	codes []string
	by    map[string]*record
	down  bool
	asked int
}

// ErrNobody says that the registers know no such person.
var ErrNobody = errors.New("evidence simulator: no such person")

// New returns registers that know people and answer whoever brings token.
// A person with a code seen before replaces the earlier one. nil for c is the
// machine's clock.
func New(people []Person, token string, c clock.Clock) *Registers {
	if c == nil {
		c = clock.System{}
	}
	r := &Registers{clock: c, token: token, by: map[string]*record{}}
	for _, p := range people {
		r.Add(p)
	}
	return r
}

// Add makes p known, or replaces what is known under the same code.
func (r *Registers) Add(p Person) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by[p.Code] == nil {
		r.codes = append(r.codes, p.Code)
	}
	r.by[p.Code] = &record{now: p, before: p, fails: map[evidence.Source]Failure{}}
}

// Marry gives the person a new name; the former one stays in the family register.
func (r *Registers) Marry(code, name, kana string) error {
	if _, err := person.ParseName(name); err != nil {
		return err
	}
	return r.change(code, func(p *Person) {
		p.FormerNames = append(slices.Clone(p.FormerNames), p.Name)
		p.Name, p.Kana = name, kana
	})
}

// Move gives the person a new address.
func (r *Registers) Move(code, address string) error {
	if _, err := person.ParseAddress(address); err != nil {
		return err
	}
	return r.change(code, func(p *Person) { p.Address = address })
}

// Transfer moves the person's domicile (転籍), or changes the nationality.
func (r *Registers) Transfer(code, domicile string) error {
	if _, err := person.ParseDomicile(domicile); err != nil {
		return err
	}
	return r.change(code, func(p *Person) { p.Domicile = domicile })
}

// Die records a death, or takes a false report back.
func (r *Registers) Die(code string, dead bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.by[code]
	if rec == nil {
		return ErrNobody
	}
	rec.dead = dead
	return nil
}

// Fail makes one register, or with no source both, fail for a person.
func (r *Registers) Fail(code string, source evidence.Source, f Failure) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.by[code]
	if rec == nil {
		return ErrNobody
	}
	if !slices.Contains(Failures, f) {
		return errors.New("evidence simulator: no such failure")
	}
	for _, s := range []evidence.Source{evidence.Resident, evidence.Family} {
		if source == "" || source == s {
			rec.fails[s] = f
		}
	}
	return nil
}

// Stop makes both registers down for everybody, or brings them back.
func (r *Registers) Stop(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// Asked returns how many inquiries were answered or refused so far.
func (r *Registers) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// Known returns what the registers hold of a person now.
func (r *Registers) Known(code string) (Person, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec := r.by[code]; rec != nil {
		return rec.now, true
	}
	return Person{}, false
}

func (r *Registers) change(code string, f func(*Person)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.by[code]
	if rec == nil {
		return ErrNobody
	}
	rec.before = rec.now
	f(&rec.now)
	rec.changedOn = person.DateAt(r.clock.Now().Add(-time.Minute))
	return nil
}
