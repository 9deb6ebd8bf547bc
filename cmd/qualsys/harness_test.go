package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/clock"
	"qualsys/internal/testdb"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/sample"
)

// House is the whole program as it is run, with every party outside simulated,
// on ports of its own. Scenario and browser tests stand on it.
type House struct {
	t      testing.TB
	Config Config
	// Clock is everybody's: ours and the simulators'.
	Clock  *Shifted
	System *system
	Sims   *simulators
	// Log is what the program has logged since it was started.
	Log *Lines

	halt   context.CancelFunc
	served chan error
}

// Plan says what kind of house to start. The zero Plan is SQLite, the sample
// people that are called by name, and the machine's time.
type Plan struct {
	PostgreSQL bool
	// People is how many people the register holds; those called by name and
	// those of seeds/names.yaml are always there.
	People int
	// Before is called with the settings, before anything starts.
	Before func(*Config)
}

// Start starts the program and all simulators, and stops them with the test.
func Start(t testing.TB, p Plan) *House {
	t.Helper()
	dir := t.TempDir()
	h := &House{t: t, Clock: &Shifted{}, Log: &Lines{}, Config: Config{
		Demo: true, Database: "sqlite:" + filepath.Join(dir, "qualsys.db"), Data: dir, Keys: filepath.Join(dir, "keys"),
		HolderClientID: "RP00000001", OfficerClientID: "RP00000002", HolderACR: "aal3 crl", Workers: 4,
		Proxies: []string{"127.0.0.1"}, // so that tests may come from many addresses
	}}
	at := func() string { return "localhost:" + strconv.Itoa(freePort(t)) }
	us, identity := at(), at()
	h.Config.BaseURL, h.Config.Listen = "http://"+us, listenAt(us)
	h.Config.HolderIssuer, h.Config.OfficerIssuer = "http://"+identity+"/holder", "http://"+identity+"/officer"
	h.Config.StripeURL, h.Config.EvidenceURL, h.Config.MailPage = "http://"+at(), "http://"+at(), "http://"+at()
	h.Config.SMTP = at()
	if p.PostgreSQL {
		h.Config.Database = testdb.PostgreSQLAddress(t)
	}
	h.Config = h.Config.Complete()
	if p.Before != nil {
		p.Before(&h.Config)
	}
	h.hush()
	if !p.PostgreSQL && p.People == 0 {
		h.copySeed()
	}
	h.must(prepareDemo(t.Context(), h.Config, h.Clock, p.People, func(string) {}))
	client, err := clientKey(h.Config.Keys)
	h.must(err)
	h.Sims, err = simulate(context.WithoutCancel(t.Context()), h.Config, h.Clock, client, "all", p.People)
	h.must(err)
	t.Cleanup(func() { h.must(h.Sims.Close()) })
	h.Open()
	t.Cleanup(h.Shut)
	return h
}

// Open starts the program on what is there; Start has done it the first time.
func (h *House) Open() {
	h.t.Helper()
	ctx, halt := context.WithCancel(context.WithoutCancel(h.t.Context()))
	s, err := open(ctx, h.Config, h.Clock)
	h.must(err)
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() { served <- s.serve(ctx, true, func(string) { close(ready) }) }()
	select {
	case err := <-served:
		halt()
		h.t.Fatal(err)
	case <-ready:
	}
	h.System, h.halt, h.served = s, halt, served
}

// Shut stops the program as a signal does; the parties outside go on.
func (h *House) Shut() {
	h.t.Helper()
	if h.halt == nil {
		return
	}
	h.halt()
	h.halt = nil
	h.must(<-h.served)
}

// Restart is Shut and Open.
func (h *House) Restart() {
	h.t.Helper()
	h.Shut()
	h.Open()
}

// Settle waits until no job waits to run now.
func (h *House) Settle() {
	h.t.Helper()
	h.must(h.System.queue.Drain(h.ctx()))
}

// Until waits until ok, as long as the test may take: for what comes from
// outside, such as an event of the payment company.
func (h *House) Until(what string, ok func() bool) {
	h.t.Helper()
	ctx := h.ctx()
	for !ok() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("in vain: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// patienceOfTests is how long anything may take before a test says that it
// doesn't happen: long, since machines can be busy.
const patienceOfTests = 2 * time.Minute

// ctx ends when nobody would wait any longer.
func (h *House) ctx() context.Context {
	ctx, stop := context.WithTimeout(h.t.Context(), patienceOfTests)
	h.t.Cleanup(stop)
	return ctx
}

func (h *House) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// addresses counts the visitors, each of whom comes from an address of their
// own, so that they don't use up each other's limits.
var addresses atomic.Uint32

func nextAddress() string {
	n := addresses.Add(1)
	return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
}

// Visitor is somebody with a browser, on the landing page.
func (h *House) Visitor() *walk.Visitor {
	h.t.Helper()
	v := walk.NewVisitor(h.t.Context())
	v.Header = http.Header{"X-Forwarded-For": {nextAddress()}}
	h.must(v.Get(h.Config.BaseURL + "/"))
	return v
}

// Holder is somebody who has logged in: sample.Hanako and others.
func (h *House) Holder(key string) *walk.Holder {
	h.t.Helper()
	p, ok := sample.NamedAs(key)
	if !ok {
		h.t.Fatalf("nobody is called %s", key)
	}
	n := p.Registrations[0]
	who, err := walk.As(h.Visitor(), walk.Person{Subject: key, Name: p.Name.String(), Birth: p.Birth.String(),
		Register: strconv.FormatUint(uint64(n.Register), 10), Number: n.Number})
	h.must(err)
	return who
}

// Officer is an officer of a body who has logged in: "reviewer", "registrar" or
// "supervisor".
func (h *House) Officer(body registry.BodyID, who string) *walk.Officer {
	h.t.Helper()
	v := h.Visitor()
	h.must(walk.LogIn(v, walk.OfficerDoor, string(body)+"-"+who, string(body)+"-"+who))
	return &walk.Officer{Visitor: v}
}

// staffOf is the officer whom Officer logs in, for the services.
func staffOf(body registry.BodyID, login string, roles ...actor.Role) actor.Actor {
	return actor.Actor{Kind: actor.KindOfficer, ID: login, Body: string(body), Roles: roles}
}

// seed is a prepared SQLite database, made once for all tests: schema,
// catalogue and the people called by name. Its files are kept by name.
var seed struct {
	once  sync.Once
	files map[string][]byte
	err   error
}

// copySeed lays the prepared database where the house's own will be.
func (h *House) copySeed() {
	h.t.Helper()
	seed.once.Do(func() { seed.files, seed.err = makeSeed(h.Config, h.Clock) })
	h.must(seed.err)
	for name, data := range seed.files {
		h.must(os.WriteFile(filepath.Join(h.Config.Data, name), data, 0o600))
	}
}

func makeSeed(cfg Config, c clock.Clock) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "qualsys-seed-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg.Database, cfg.Data, cfg.Keys = "sqlite:"+filepath.Join(dir, "qualsys.db"), dir, filepath.Join(dir, "keys")
	if err := prepareDemo(context.Background(), cfg, c, 0, func(string) {}); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{"qualsys.db", "qualsys.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		files[name] = data
	}
	return files, nil
}

// freePort returns a port that nobody listens on, outside the range from which
// the machine takes ports for connections.
func freePort(t testing.TB) int {
	t.Helper()
	for range 200 {
		port := 20000 + rand.N(12000)
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("no port is free")
	return 0
}

// Shifted is the machine's clock, moved on by tests.
type Shifted struct{ by atomic.Int64 }

// Now returns the present instant as the test wants it.
func (c *Shifted) Now() time.Time { return clock.System{}.Now().Add(time.Duration(c.by.Load())) }

// Advance moves the clock forward.
func (c *Shifted) Advance(d time.Duration) { c.by.Add(int64(d)) }

// Shift is how far the clock was moved.
func (c *Shifted) Shift() time.Duration { return time.Duration(c.by.Load()) }

// Lines keeps what is logged.
type Lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *Lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String returns all of it.
func (l *Lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// hush sends the log to h.Log, and shows its end when the test has failed.
// Tests of this package that start houses therefore don't run side by side.
func (h *House) hush() {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(h.Log, nil)))
	h.t.Cleanup(func() {
		slog.SetDefault(before)
		if !h.t.Failed() {
			return
		}
		for _, line := range lastLines(h.Log.String(), 40) {
			h.t.Log(line)
		}
	})
}

func lastLines(text string, n int) []string {
	var out []string
	for line := range bytes.Lines([]byte(text)) {
		if bytes.Contains(line, []byte(`"web: request"`)) && !bytes.Contains(line, []byte(`"status":5`)) {
			continue
		}
		out = append(out, string(bytes.TrimSpace(line)))
	}
	return out[max(0, len(out)-n):]
}

// read returns what an address answers, whatever it is.
func (h *House) read(address string) (int, []byte) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.ctx(), http.MethodGet, address, nil)
	h.must(err)
	resp, err := http.DefaultClient.Do(r)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp.StatusCode, body
}
