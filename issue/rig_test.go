package issue_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue"
	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

var (
	officer    = actor.Officer("o-1", "sssc", actor.Reviewer, actor.Registrar, actor.Supervisor)
	second     = actor.Officer("o-2", "sssc", actor.Registrar, actor.Supervisor)
	stranger   = actor.Officer("o-9", "elsewhere", actor.Registrar, actor.Supervisor)
	holder     = actor.Holder("h-hanako")
	because    = registry.Cause{Kind: "application", Ref: "a-1"}
	codeSecret = []byte("0123456789abcdef0123456789abcdef")
)

// rig is an issuer with a register of one qualification and parts that break on demand.
type rig struct {
	t        *testing.T
	db       *store.DB
	clock    *clock.Fake
	register *registry.Register
	issuer   *issue.Issuer
	log      *issue.Log
	press    *press
	archive  *archive
	queue    *queue
	heard    []issue.Certificate
	hear     func(tx *store.Tx) error
	key      issue.StatementKey
	dir      string // of the archive
	numbers  int
}

// each runs test on each engine with a rig of its own.
func each(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	c := clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, clock.JST))
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		c.Set(time.Date(2026, 11, 25, 9, 0, 0, 0, clock.JST))
		test(t, newRig(t, db, c))
	}, c)
}

func newRig(t *testing.T, db *store.DB, c *clock.Fake) *rig {
	t.Helper()
	r := &rig{t: t, db: db, clock: c, press: &press{}, queue: &queue{}, key: newKey(t)}
	r.dir = t.TempDir()
	folder, err := issue.NewDirArchive(r.dir)
	must(t, err)
	r.archive = &archive{Archive: folder}
	r.issuer, err = issue.New(r.options(r.key))
	must(t, err)
	r.log = r.issuer.Log()
	r.register = registry.NewRegister(r.issuer)
	must(t, db.Write(context.Background(), func(tx *store.Tx) error {
		_, err := registry.LoadCatalogue(tx, actor.Operator("test"), registry.Catalogue{
			Bodies:    []registry.Body{{ID: "sssc", Name: "福祉登録センター", English: "Centre", Kind: "designated-body"}},
			Registers: []registry.RegisterInfo{{No: 7, Qualification: "kaigo", Body: "sssc", Issuer: "福祉登録センター"}},
			Qualifications: []registry.Qualification{{
				Code: "kaigo", Name: "介護福祉士", English: "Certified Care Worker", CertificateTitle: "介護福祉士資格証",
				Number:    registry.NumberPattern{Pattern: "第{prefix}{n}号", Prefix: "D-"},
				ValidFrom: person.DateOf(2020, 1, 1), Confidence: "high",
			}},
		})
		return err
	}))
	return r
}

func (r *rig) options(keys ...issue.StatementKey) issue.Options {
	return issue.Options{
		DB: r.db, Jobs: r.queue, Press: r.press, Proofreaders: []issue.Proofreader{r.press}, Archive: r.archive,
		Templates: templates{}, Owners: owners{}, Keys: keys, CodeSecret: codeSecret,
		Fill: func(*store.Tx, registry.Registration) (map[string]string, error) { return nil, nil },
		Base: "HTTP://LOCALHOST:8080/Q#", Host: "localhost:8080",
		Listeners: []issue.Listener{issue.ListenerFunc(func(tx *store.Tx, c issue.Certificate) error {
			if r.hear != nil {
				if err := r.hear(tx); err != nil {
					return err
				}
			}
			r.heard = append(r.heard, c)
			return nil
		})},
	}
}

func newKey(t *testing.T) issue.StatementKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	kid, err := cose.KeyIDOf(key.Public())
	must(t, err)
	return issue.StatementKey{KID: kid, Key: key}
}

// enrol puts a person into the register.
func (r *rig) enrol(name string) registry.Registration {
	r.t.Helper()
	r.numbers++
	var out registry.Registration
	must(r.t, r.db.Write(context.Background(), func(tx *store.Tx) (err error) {
		out, err = r.register.Enrol(tx, actor.Operator("test"), registry.New{
			Register: 7, Number: fmt.Sprintf("第D-%07d号", r.numbers), RegisteredOn: person.DateOf(2015, 4, 10),
			Particulars: registry.Particulars{
				Name: parse(r.t, person.ParseName, name), BirthDate: person.DateOf(1990, 7, 21),
				Domicile: parse(r.t, person.ParseDomicile, "千葉県"), Address: parse(r.t, person.ParseAddress, "千葉県松戸市根本387-5"),
			},
		}, registry.Cause{Kind: "sample"})
		return err
	}))
	return out
}

// apply changes a registration as it stands now.
func (r *rig) apply(id registry.ID, change registry.Change) registry.Registration {
	r.t.Helper()
	var out registry.Registration
	must(r.t, r.db.Write(context.Background(), func(tx *store.Tx) error {
		now, err := registry.Get(tx, id)
		if err != nil {
			return err
		}
		out, err = r.register.Apply(tx, officer, id, now.Version, change, person.DateAt(tx.Now), because)
		return err
	}))
	return out
}

// measure changes a registration by two persons.
func (r *rig) measure(id registry.ID, change registry.Change, effective person.Date) {
	r.t.Helper()
	must(r.t, r.db.Write(context.Background(), func(tx *store.Tx) error {
		now, err := registry.Get(tx, id)
		if err != nil {
			return err
		}
		p, err := r.register.Propose(tx, officer, id, now.Version, change, effective,
			registry.Cause{Kind: "officer", Ref: "m-1", Reason: "決裁"})
		if err != nil {
			return err
		}
		_, err = r.register.Second(tx, second, p.ID)
		return err
	}))
}

func (r *rig) issue(id registry.ID) issue.Certificate {
	r.t.Helper()
	c, err := r.issuer.Issue(context.Background(), officer, id, because)
	must(r.t, err)
	return c
}

// work does the jobs that wait, and those that they write.
func (r *rig) work() {
	r.t.Helper()
	for args := r.queue.take(); args != nil; args = r.queue.take() {
		must(r.t, r.issuer.Work(context.Background(), args))
	}
}

// get reads a certificate as its status stands now.
func (r *rig) get(id issue.ID) issue.Certificate {
	r.t.Helper()
	var c issue.Certificate
	must(r.t, r.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		c, err = r.issuer.Get(tx, officer, id)
		return err
	}))
	return c
}

// list returns a registration's certificates, the newest first.
func (r *rig) list(id registry.ID) []issue.Certificate {
	r.t.Helper()
	var out []issue.Certificate
	must(r.t, r.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		out, err = r.issuer.List(tx, officer, id)
		return err
	}))
	return out
}

// count counts rows.
func (r *rig) count(table, where string, args ...any) int {
	r.t.Helper()
	var n int64
	must(r.t, r.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Table(table).Where(where, args...).Count(&n).Error
	}))
	return int(n)
}

// write runs f in a transaction.
func (r *rig) write(f func(tx *store.Tx) error) {
	r.t.Helper()
	must(r.t, r.db.Write(context.Background(), f))
}

// status asserts a certificate's status, on its page and in the issue log.
func (r *rig) status(c issue.Certificate, want credential.Status, why issue.Reason) {
	r.t.Helper()
	if now := r.get(c.ID); now.Status != want || now.Reason != why {
		r.t.Errorf("status is %v (%v), want %v (%v)", now.Status, now.Reason, want, why)
	}
	k, err := r.log.Statement(context.Background(), c.StatementDigest)
	must(r.t, err)
	if k.Status != want || k.Reason != why {
		r.t.Errorf("the log says %v (%v), want %v (%v)", k.Status, k.Reason, want, why)
	}
}

// press prints content as JSON, seals with a number that differs each time, and
// can be made to fail or to lie.
type press struct {
	print     func() error
	seal      func() error
	proofread func() error
	misprint  bool
	prints    atomic.Int64
	sealed    atomic.Int64
}

var errPrint = fault.New(fault.Invalid, "test.glyph")

func (p *press) Printable(c template.Content) error {
	for _, g := range c.Name.Value {
		if g > 0xffff {
			return errPrint.With("item", "氏名").With("codepoint", fmt.Sprintf("U+%04X", g)).At("name")
		}
	}
	return nil
}

func (p *press) Print(_ context.Context, c template.Content, link string) ([]byte, error) {
	p.prints.Add(1)
	if p.print != nil {
		if err := p.print(); err != nil {
			return nil, err
		}
	}
	if p.misprint {
		c.Name.Value += "?"
	}
	b, err := c.JSON()
	return append(append(b, '\n'), link...), err
}

func (p *press) Seal(_ context.Context, pdf []byte) ([]byte, error) {
	if p.seal != nil {
		if err := p.seal(); err != nil {
			return nil, err
		}
	}
	return fmt.Appendf(bytes.Clone(pdf), "\nsealed %d", p.sealed.Add(1)), nil
}

func (p *press) Proofread(_ context.Context, pdf []byte, c template.Content, link string) error {
	if p.proofread != nil {
		if err := p.proofread(); err != nil {
			return err
		}
	}
	b, _ := c.JSON()
	if !strings.HasPrefix(string(pdf), string(b)+"\n"+link+"\nsealed ") {
		return errors.New("the file does not say what it should")
	}
	return nil
}

// archive can be made to fail.
type archive struct {
	issue.Archive
	put func() error
}

func (a *archive) Put(ctx context.Context, file []byte) ([32]byte, error) {
	if a.put != nil {
		if err := a.put(); err != nil {
			return [32]byte{}, err
		}
	}
	return a.Archive.Put(ctx, file)
}

// queue keeps jobs in memory.
type queue struct {
	mu   sync.Mutex
	args []jobs.Args
	err  error
}

func (q *queue) Enqueue(_ *store.Tx, args jobs.Args, _ time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.args = append(q.args, args)
	}
	return q.err
}

func (q *queue) take() jobs.Args {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.args) == 0 {
		return nil
	}
	a := q.args[0]
	q.args = q.args[1:]
	return a
}

func (q *queue) forget() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.args = nil
}

// templates are two versions: the first shows the domicile on the back, the
// second, from 2027 on, the address as well.
type templates struct{}

func design(id string, version int, from uint32, back ...template.Field) template.Template {
	label := func(s string) template.Label { return template.Label{Text: s} }
	return template.Template{ID: id, Qualification: "kaigo", Version: version, ValidFrom: from, Design: template.Design{
		Title: "介護福祉士資格証", Name: label("氏名"), Birth: label("生年月日"), Number: label("登録番号"), Date: label("登録年月日"),
		Day: template.Registered, Issuer: "福祉登録センター", Back: back,
	}}
}

var versions = []template.Template{
	design("kaigo/1", 1, 20200101, template.Field{Key: "domicile", Label: "本籍地"}),
	design("kaigo/2", 2, 20270101, template.Field{Key: "domicile", Label: "本籍地"}, template.Field{Key: "address", Label: "住所"}),
}

func (templates) At(_ *store.Tx, _ string, day person.Date) (template.Template, error) {
	if day.Int() >= versions[1].ValidFrom {
		return versions[1], nil
	}
	return versions[0], nil
}

func (templates) Version(_ *store.Tx, id string) (template.Template, error) {
	for _, v := range versions {
		if v.ID == id {
			return v, nil
		}
	}
	return template.Template{}, fmt.Errorf("no template %s", id)
}

// owners knows one holder, who owns everything.
type owners struct{}

var errNotYours = fault.New(fault.NotFound, "test.not_yours")

func (owners) Owns(_ *store.Tx, by actor.Actor, _ registry.ID) error {
	if by.ID != holder.ID {
		return errNotYours
	}
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func parse[T any](t *testing.T, f func(string) (T, error), s string) T {
	t.Helper()
	v, err := f(s)
	must(t, err)
	return v
}
