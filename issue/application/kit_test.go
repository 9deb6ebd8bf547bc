package application_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/issue/evidence/sim"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/seeds"
)

// world is a register with sample people, two simulated look-up registers, and
// fakes for money, notices and certificates.
type world struct {
	t         testing.TB
	ctx       context.Context
	db        *store.DB
	clock     *clock.Fake
	register  *registry.Register
	registers *sim.Registers
	inquirer  application.Inquirer
	app       *application.Service
	money     *money
	notices   *notices
	certs     *certificates
	owners    owners
	queue     *queue
}

// the people of SERVICE §6
const (
	hanako = "hanako"
	yoshio = "yoshio"
	ichiro = "ichiro"
	nurse  = "nurse"
)

var people = []sim.Person{
	{Code: hanako, Name: "山田　花子", Kana: "やまだ　はなこ", BirthDate: "1990/07/21", Address: "東京都港区芝1-2-3", Domicile: "東京都"},
	{Code: yoshio, Name: "髙橋　𠮷男", Kana: "たかはし　よしお", BirthDate: "1985/03/15", Address: "千葉県松戸市根本387-5", Domicile: "千葉県"},
	{Code: ichiro, Name: "鈴木　一郎", Kana: "すずき　いちろう", BirthDate: "1978/01/10", Address: "愛知県名古屋市中区三の丸3-1-2", Domicile: "愛知県"},
	{Code: nurse, Name: "佐々木　すゞ子", Kana: "ささき　すずこ", BirthDate: "1988/12/01", Address: "北海道札幌市中央区北3条西6", Domicile: "北海道"},
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	c := clock.At(time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC))
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		c.Set(time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC))
		test(t, newWorld(t, db, c))
	}, c)
}

func newWorld(t testing.TB, db *store.DB, c *clock.Fake) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), db: db, clock: c, money: newMoney(), notices: &notices{}, certs: &certificates{},
		owners: owners{}, queue: &queue{}, register: registry.NewRegister()}
	w.write(func(tx *store.Tx) error {
		_, err := registry.LoadCatalogue(tx, actor.Operator("test"), run())
		return err
	})
	w.registers = sim.New(people, "secret", db.Clock())
	server := httptest.NewServer(w.registers.Handler())
	t.Cleanup(server.Close)
	gateway, err := evidence.NewGateway(server.URL, "secret", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.inquirer = evidence.NewDesk(gateway, db.Clock())
	w.app = application.New(application.Config{DB: db, Register: w.register, Inquirer: w.inquirer,
		Payments: w.money, Notices: w.notices, Certificates: w.certs, Owners: w.owners, Jobs: w.queue})
	w.money.settled = w.app.Settled
	return w
}

// run is the part of the real catalogue that the demonstration runs.
var run = sync.OnceValue(func() registry.Catalogue {
	c, problems := catalog.Parse(seeds.Catalogue)
	if len(problems) > 0 {
		panic(problems[0])
	}
	runs := map[string]bool{}
	c.Qualifications = slices.DeleteFunc(c.Qualifications, func(q registry.Qualification) bool {
		runs[q.Code] = q.Demo || q.Live
		return !runs[q.Code]
	})
	c.Registers = slices.DeleteFunc(c.Registers, func(r registry.RegisterInfo) bool { return !runs[r.Qualification] })
	c.Procedures = slices.DeleteFunc(c.Procedures, func(p registry.ProcedureRow) bool { return !runs[p.Qualification] })
	return c
})

// enrol puts somebody into a register and links their login.
func (w *world) enrol(login, qualification, number string) registry.Registration {
	w.t.Helper()
	p := people[slices.IndexFunc(people, func(p sim.Person) bool { return p.Code == login })]
	var r registry.Registration
	w.write(func(tx *store.Tx) error {
		registers, err := registry.RegistersOf(tx, qualification)
		if err != nil {
			return err
		}
		n := registry.New{Register: registers[0].No, Number: number, RegisteredOn: person.DateOf(2015, 4, 10)}
		n.Name, n.Kana, n.BirthDate = must(person.ParseName(p.Name)), must(person.ParseKana(p.Kana)), must(person.ParseDate(p.BirthDate))
		q, err := registry.QualificationOf(tx, qualification, person.DateAt(tx.Now))
		if err != nil {
			return err
		}
		if q.Registers("domicile_prefecture") {
			n.Domicile = must(person.ParseDomicile(p.Domicile))
		}
		n.Address = must(person.ParseAddress(p.Address))
		r, err = w.register.Enrol(tx, actor.System("sample"), n, registry.Cause{Kind: "sample"})
		return err
	})
	w.owners[r.ID] = append(w.owners[r.ID], login)
	return r
}

func (w *world) write(f func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.ctx, f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) get(id registry.ID) registry.Registration {
	w.t.Helper()
	var r registry.Registration
	err := w.db.Read(w.ctx, func(tx *store.Tx) (err error) { r, err = registry.Get(tx, id); return })
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// work does every job that is due, each twice.
func (w *world) work() {
	w.t.Helper()
	for {
		due := w.queue.due(w.clock.Now())
		if len(due) == 0 {
			return
		}
		for _, args := range due {
			for range 2 {
				if err := w.do(args); err != nil {
					w.t.Fatalf("%s: %v", args.Kind(), err)
				}
			}
		}
	}
}

func (w *world) do(args jobs.Args) error {
	switch j := args.(type) {
	case application.AskRegisters:
		return w.app.Ask(w.ctx, j)
	case application.Enter:
		return w.app.Enter(w.ctx, j)
	case application.TimeLimit:
		return w.app.CheckLimit(w.ctx, j)
	case application.PeriodEnding:
		return w.app.WarnNear(w.ctx, j)
	case application.Sweep:
		return w.app.Sweep(w.ctx, j)
	}
	return fmt.Errorf("no such job: %T", args)
}

// sleep moves the clock and does what has become due.
func (w *world) sleep(d time.Duration) {
	w.t.Helper()
	w.clock.Advance(d)
	w.work()
}

// file fills and sends a change, screen by screen.
func (w *world) file(login string, id registry.ID, fill func(f *application.Form)) application.View {
	w.t.Helper()
	by := actor.Holder(login)
	v := w.view(w.app.Start(w.ctx, by, id))
	f := v.Form
	fill(&f)
	for _, screen := range []application.Screen{application.Choose, application.CheckNew, application.KanaPage, application.Delivery} {
		f.Paper = v.Paper
		v = w.view(w.app.Save(w.ctx, by, v.ID, v.Version, screen, f))
	}
	return w.view(w.app.Submit(w.ctx, by, v.ID, v.Version))
}

func (w *world) view(v application.View, err error) application.View {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) look(login, id string) application.View {
	w.t.Helper()
	return w.view(w.app.View(w.ctx, actor.Holder(login), id))
}

func (w *world) wants(login, id string, s application.State) application.View {
	w.t.Helper()
	v := w.look(login, id)
	if v.Status.State != s {
		w.t.Fatalf("the application is %s, not %s", v.Status.State, s)
	}
	return v
}

func (w *world) officer(r registry.Registration) actor.Actor {
	return actor.Officer("officer", string(r.Body), actor.Reviewer)
}

func (w *world) seen(by actor.Actor, id string) application.Case {
	w.t.Helper()
	c, err := w.app.Case(w.ctx, by, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// owners links logins to registrations.
type owners map[registry.ID][]string

func (o owners) Owns(_ *store.Tx, by actor.Actor, id registry.ID) error {
	if slices.Contains(o[id], by.ID) {
		return nil
	}
	return registry.ErrNotFound
}

// money stands in for issue/payment.
type money struct {
	requests map[string]application.PaymentRequest
	phase    map[string]application.Phase
	closed   map[string]application.Outcome
	settled  func(tx *store.Tx, application string) error
}

func newMoney() *money {
	return &money{map[string]application.PaymentRequest{}, map[string]application.Phase{}, map[string]application.Outcome{}, nil}
}

func (m *money) Request(_ *store.Tx, r application.PaymentRequest) error {
	m.requests[r.Application] = r
	if m.phase[r.Application] == 0 {
		m.phase[r.Application] = application.Asked
	}
	return nil
}

func (m *money) Phase(_ *store.Tx, id string) (application.Phase, error) {
	if p := m.phase[id]; p != 0 {
		return p, nil
	}
	return application.NothingAsked, nil
}

func (m *money) Close(_ *store.Tx, id string, o application.Outcome) error {
	if _, asked := m.requests[id]; asked {
		m.closed[id] = o
		if m.phase[id] == application.SettledPhase {
			m.phase[id] = application.ReturningPhase
		}
	}
	return nil
}

// pay settles all lines and tells the application, several times.
func (w *world) pay(id string) {
	w.t.Helper()
	w.money.phase[id] = application.SettledPhase
	for range 2 {
		w.write(func(tx *store.Tx) error { return w.money.settled(tx, id) })
	}
	w.work()
}

// notices keeps what was told.
type notices struct{ list []application.Notice }

func (n *notices) Tell(_ *store.Tx, one application.Notice) error {
	if one.Once == "" || (one.Holder == "") == (one.Body == "") {
		return fmt.Errorf("a notice without addressee or name: %+v", one)
	}
	if !slices.ContainsFunc(n.list, func(o application.Notice) bool { return o.Once == one.Once && o.Code == one.Code }) {
		n.list = append(n.list, one)
	}
	return nil
}

func (n *notices) codes() []string {
	var l []string
	for _, one := range n.list {
		l = append(l, one.Code)
	}
	return l
}

func (w *world) told(codes ...string) {
	w.t.Helper()
	for _, c := range codes {
		if !slices.Contains(w.notices.codes(), c) {
			w.t.Errorf("notice %s was not sent; only %v", c, w.notices.codes())
		}
	}
}

// certificates stands in for issue.
type certificates struct {
	reissued, off []registry.ID
	fail          error
}

func (c *certificates) Reissue(_ *store.Tx, id registry.ID, cause registry.Cause) error {
	if c.fail != nil {
		return c.fail
	}
	c.reissued = append(c.reissued, id)
	return nil
}

func (c *certificates) SwitchOff(_ *store.Tx, id registry.ID, cause registry.Cause) error {
	c.off = append(c.off, id)
	return nil
}

// queue keeps jobs until their time has come.
type queue struct {
	jobs []waiting
}

type waiting struct {
	args jobs.Args
	at   time.Time
}

func (q *queue) Enqueue(_ *store.Tx, args jobs.Args, at time.Time) error {
	q.jobs = append(q.jobs, waiting{args, at})
	return nil
}

func (q *queue) due(now time.Time) []jobs.Args {
	var due []jobs.Args
	q.jobs = slices.DeleteFunc(q.jobs, func(w waiting) bool {
		if w.at.After(now) {
			return false
		}
		due = append(due, w.args)
		return true
	})
	return due
}

func failure(f string) sim.Failure { return sim.Failure(f) }
