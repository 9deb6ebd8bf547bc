package holder_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/credential"
	"qualsys/issue/evidence"
	evidencesim "qualsys/issue/evidence/sim"
	"qualsys/issue/keys"
	"qualsys/issue/notice"
	"qualsys/issue/paper"
	"qualsys/issue/payment"
	"qualsys/issue/payment/paysim"
	"qualsys/issue/payment/stripe"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/registry/sample"
	"qualsys/seeds"
	"qualsys/web"
	"qualsys/web/holder"
	"qualsys/web/identity"
	identitysim "qualsys/web/identity/sim"
	"qualsys/web/webtest"
)

// room is the holders' room on a real database with the real services; only the
// parties outside are simulated.
type room struct {
	*webtest.Ground
	t         *testing.T
	queue     *jobs.Queue
	register  *registry.Register
	registers *evidencesim.Registers
	company   *paysim.Sim
	apps      *application.Service
	payments  *payment.Payments
	issuer    *issue.Issuer
	notices   *notice.Notices
	links     *linking.Linking
	mails     *mails
}

// reviewer is an officer of the body that keeps the care workers' register.
var reviewer = actor.Actor{Kind: actor.KindOfficer, ID: "reviewer", Body: "sssc", Roles: []actor.Role{actor.Reviewer}}

// demoKeys are made once: they are the same for all rooms.
var demoKeys = sync.OnceValue(func() *keys.Set {
	dir := filepath.Join(must(os.MkdirTemp("", "qualsys-holder-")), "keys")
	defer os.RemoveAll(filepath.Dir(dir))
	if err := keys.MakeDemo(dir, "localhost", time.Now()); err != nil {
		panic(err)
	}
	return must(keys.Open(dir))
})

func newRoom(t *testing.T) *room {
	t.Helper()
	t.Parallel()
	c := clock.At(clock.System{}.Now())
	db := testdb.Open(t, c)
	r := &room{t: t, register: registry.NewRegister(), mails: &mails{}}
	r.prepare(db)
	queue := must(jobs.New(db))
	r.queue = queue
	r.Ground = webtest.On(t, db, c, web.Options{}, func(g *webtest.Ground) {
		g.Holders = people()
		r.open(g)
	})
	if err := queue.Start(context.WithoutCancel(t.Context()), 4); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := queue.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// people are the sample people that are called by name, as their cards say them.
func people() []identitysim.Person {
	var all []identitysim.Person
	for _, p := range sample.Named() {
		all = append(all, identitysim.Person{Subject: p.Key, Name: p.Name.String(), Birthdate: strings.ReplaceAll(p.Birth.String(), "/", ""),
			Address: p.Address.String(), Gender: "2"})
	}
	return all
}

// prepare loads the catalogue, the first templates and the sample people.
func (r *room) prepare(db *store.DB) {
	r.t.Helper()
	ctx := r.t.Context()
	check(r.t, must1(catalog.Load(ctx, db, actor.Operator("test"), seeds.Catalogue)))
	check(r.t, db.Write(ctx, func(tx *store.Tx) error {
		list, err := registry.Qualifications(tx, person.DateAt(tx.Now))
		if err != nil {
			return err
		}
		var plain []template.Plain
		for _, q := range list {
			plain = append(plain, template.Plain{Qualification: q.Code, Name: q.Name, English: q.English, Title: q.CertificateTitle,
				Issuer: q.IssuerTitle, DateLabel: q.DateLabel, Particulars: q.Particulars, ReplacesOriginal: q.ReplacesOriginal})
		}
		_, err = template.Store{}.Seed(tx, plain, person.DateAt(tx.Now))
		return err
	}))
	check(r.t, must1(sample.Load(ctx, db, registry.NewRegister(), 84, 0)))
}

// open wires the services as cmd/qualsys does, and adds the room's routes.
func (r *room) open(g *webtest.Ground) {
	t, set := r.t, demoKeys()
	r.notices = get(notice.New(notice.Options{DB: g.DB, Jobs: r.queue, Mail: r.mails, Domain: "localhost", Secret: set.CodeSecret}))(t)
	tell := teller{r.notices}
	r.links = get(linking.New(linking.Options{DB: g.DB, Teller: tell, ACR: []string{"aal3"}, OfficerName: func(tx *store.Tx, login string) (person.Name, error) {
		l, err := identity.Get(tx, login)
		if errors.Is(err, store.ErrNone) { // officers of these tests have never logged in
			err = nil
		}
		return l.Name, err
	}}))(t)
	press := &paper.Press{Key: set.Signer, Chain: set.Chain(), Clock: g.Clock}
	base := get(credential.Base("http://localhost:8080"))(t)
	r.issuer = get(issue.New(issue.Options{DB: g.DB, Jobs: r.queue, Press: press, Archive: get(issue.NewDirArchive(t.TempDir()))(t),
		Templates: template.Store{}, Fill: func(*store.Tx, registry.Registration) (map[string]string, error) { return nil, nil }, Owners: r.links,
		Proofreaders: []issue.Proofreader{press}, Keys: []issue.StatementKey{{KID: set.Statement.ID, Key: set.Statement}},
		CodeSecret: set.CodeSecret, Base: base, Host: "localhost:8080"}))(t)
	r.register.Watch(r.issuer)
	r.openMoney(g, tell)
	r.openApplications(g, tell)
	r.issuer.Handle(r.queue)
	r.apps.Work(r.queue)
	r.payments.Work(r.queue)
	r.notices.Work(r.queue)
	g.Engine.Add(holder.New(holder.Options{DB: g.DB, Applications: r.apps, Payments: r.payments, Certificates: r.issuer, Notices: r.notices,
		Links: r.links, Sessions: g.Engine.Sessions(), Speak: g.Engine.SetLanguage}).Routes()...)
}

func (r *room) openMoney(g *webtest.Ground, tell teller) {
	site := httptest.NewUnstartedServer(nil)
	at := "http://" + site.Listener.Addr().String()
	r.company = get(paysim.New(paysim.Config{Key: "sk_test_x", WebhookSecret: "whsec_x", Account: "acct_x", Base: at, Clock: g.Clock}))(r.t)
	site.Config.Handler = r.company.Handler()
	site.Start()
	r.t.Cleanup(site.Close)
	adapter := get(stripe.New(stripe.Config{Key: "sk_test_x", WebhookSecrets: []string{"whsec_x"}, Account: "acct_x", API: at}))(r.t)
	r.payments = payment.New(payment.Options{DB: g.DB, Provider: adapter, Jobs: r.queue, Teller: tell, Return: func(id string, paid bool) string {
		to := g.Base + "/my/applications/" + id
		if paid {
			to += "?paid=1"
		}
		return to
	}})
}

func (r *room) openApplications(g *webtest.Ground, tell teller) {
	var known []evidencesim.Person
	for _, p := range sample.Named() {
		known = append(known, evidencesim.Person{Code: p.Key, Name: p.Name.String(), Kana: p.Kana.String(), BirthDate: p.Birth.String(),
			Address: p.Address.String(), Domicile: p.Domicile.String()})
	}
	r.registers = evidencesim.New(known, "token", g.Clock)
	site := httptest.NewServer(r.registers.Handler())
	r.t.Cleanup(site.Close)
	gateway := get(evidence.NewGateway(site.URL, "token", nil))(r.t)
	r.apps = application.New(application.Config{DB: g.DB, Register: r.register, Inquirer: evidence.NewDesk(gateway, g.Clock),
		Payments: money{r.payments}, Notices: tell, Certificates: r.issuer, Owners: r.links, Interests: r.links, Jobs: r.queue})
	r.payments.Listen(r.apps)
	r.issuer.Hear(issue.ListenerFunc(func(tx *store.Tx, c issue.Certificate) error {
		return r.apps.Released(tx, c.Registration, string(c.ID))
	}))
}

// The log says nothing in these tests: faults are seen on the pages.
func init() { slog.SetDefault(slog.New(slog.DiscardHandler)) }

// settle waits until no job waits to run now.
func (r *room) settle() {
	r.t.Helper()
	check(r.t, r.queue.Drain(r.t.Context()))
}

// mails keeps what is sent.
type mails struct {
	mu  sync.Mutex
	all []notice.Mail
}

func (m *mails) Send(_ context.Context, one notice.Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, one)
	return nil
}

// to returns what was sent to an address, the last first.
func (m *mails) to(address string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	text := ""
	for _, one := range m.all {
		if one.To == address {
			text = one.Subject + "\n" + one.Body + "\n" + text
		}
	}
	return text
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func must1[T any](_ T, err error) error { return err }

func get[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
