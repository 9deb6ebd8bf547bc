package issue

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// Options are what an Issuer works with. All but Random and Listeners must be set.
type Options struct {
	DB           *store.DB
	Jobs         jobs.Enqueuer
	Press        Press
	Proofreaders []Proofreader // all must pass a file before it is released
	Archive      Archive
	Templates    Templates
	Fill         Fill
	Owners       Owners
	// Keys sign statements: the first the new ones, the others those that were
	// prepared before a change of keys.
	Keys []StatementKey
	// CodeSecret keys the digests of codes, 32 bytes.
	CodeSecret []byte
	// Base stands before the statement in the QR code, as credential.Base makes
	// it; Host is printed beside it.
	Base, Host string
	// Listeners hear of every certificate in the transaction that releases it.
	Listeners []Listener
	// Random is where codes and places in the lists come from; nil means crypto/rand.
	Random io.Reader
}

// Issuer makes certificates and keeps their status true. Safe for concurrent use.
type Issuer struct {
	o     Options
	locks locks
}

// New returns an Issuer, or an error that names what is missing.
func New(o Options) (*Issuer, error) {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	switch {
	case o.DB == nil || o.Jobs == nil || o.Press == nil || o.Archive == nil || o.Templates == nil || o.Fill == nil || o.Owners == nil:
		return nil, errors.New("issue: an Issuer needs a database, jobs, press, archive, templates, fill and owners")
	case len(o.Proofreaders) == 0:
		return nil, errors.New("issue: nothing is released without a proofreader")
	case len(o.Keys) == 0:
		return nil, errors.New("issue: no key for statements")
	case len(o.CodeSecret) < 16:
		return nil, errors.New("issue: the secret for codes is shorter than 16 bytes")
	case o.Base == "" || o.Host == "":
		return nil, errors.New("issue: no address to print")
	}
	return &Issuer{o: o}, nil
}

// Hear adds a listener. Call it before anything is issued.
func (i *Issuer) Hear(l Listener) { i.o.Listeners = append(i.o.Listeners, l) }

// Handle says what does the issuer's jobs: issue.resume finishes a certificate
// that was prepared and not released, issue.renew makes a new one after a
// printed item changed, and issue.day follows suspensions, ends and expiries by
// date. Call it before the queue starts.
func (i *Issuer) Handle(q *jobs.Queue) {
	jobs.Handle(q, i.resume)
	jobs.Handle(q, i.renew)
	jobs.Handle(q, func(ctx context.Context, _ dayArgs) error { return i.Day(ctx) })
	jobs.Every(q, time.Hour, dayArgs{})
}

// resumeAfter is how long the caller of Issue has before a job takes over.
const resumeAfter = 20 * time.Second

type resumeArgs struct {
	Certificate ID `json:"certificate"`
}

func (resumeArgs) Kind() string { return "issue.resume" }

type renewArgs struct {
	Registration registry.ID `json:"registration"`
	Version      int         `json:"version"`
	CauseKind    string      `json:"cause_kind"`
	CauseRef     string      `json:"cause_ref"`
}

func (renewArgs) Kind() string { return "issue.renew" }

type dayArgs struct{}

func (dayArgs) Kind() string { return "issue.day" }

// system is who acts in jobs and watchers.
var system = actor.System("issue")

// resume finishes one prepared certificate, whoever began it.
func (i *Issuer) resume(ctx context.Context, a resumeArgs) error {
	var r row
	err := i.o.DB.Read(ctx, func(tx *store.Tx) error {
		return store.One(tx.Where("id = ?", a.Certificate), &r)
	})
	if err != nil || r.State != StatePrepared {
		return ignore(err, store.ErrNone)
	}
	cause := registry.Cause{Kind: r.CauseKind, Ref: r.CauseRef}
	_, err = i.Issue(ctx, system, r.RegistrationID, cause)
	return settled(ctx, r.RegistrationID, err)
}

// renew makes the certificate that follows a change or a decided reissue.
func (i *Issuer) renew(ctx context.Context, a renewArgs) error {
	_, err := i.Issue(ctx, system, a.Registration, registry.Cause{Kind: a.CauseKind, Ref: a.CauseRef})
	return settled(ctx, a.Registration, err)
}

// settled keeps a job from running again when people must mend something
// first: what was refused is on the officers' list, and the next change of the
// registration starts anew.
func settled(ctx context.Context, id registry.ID, err error) error {
	if err == nil || errors.Is(err, ErrKeepsMoving) || errors.Is(err, ErrNotReleased) {
		return err
	}
	if errors.Is(err, fault.Conflict) || errors.Is(err, fault.Invalid) || errors.Is(err, fault.NotFound) || errors.Is(err, ErrMisprint) {
		slog.WarnContext(ctx, "issue: no certificate was made", "registration", id, "error", err)
		return nil
	}
	return err
}

func ignore(err, known error) error {
	if errors.Is(err, known) {
		return nil
	}
	return err
}

// locks make one caller a registration wait for the other in this process, so
// that eight clicks print one file. The database is what keeps processes apart.
type locks struct {
	mu   sync.Mutex
	held map[registry.ID]*held
}

type held struct {
	mu    sync.Mutex
	users int
}

func (l *locks) lock(id registry.ID) (unlock func()) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[registry.ID]*held{}
	}
	h := l.held[id]
	if h == nil {
		h = &held{}
		l.held[id] = h
	}
	h.users++
	l.mu.Unlock()
	h.mu.Lock()
	return func() {
		h.mu.Unlock()
		l.mu.Lock()
		if h.users--; h.users == 0 {
			delete(l.held, id)
		}
		l.mu.Unlock()
	}
}

// key returns the statement key called kid.
func (i *Issuer) key(kid credential.KeyID) (StatementKey, bool) {
	for _, k := range i.o.Keys {
		if k.KID == kid {
			return k, true
		}
	}
	return StatementKey{}, false
}
