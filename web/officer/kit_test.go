package officer_test

import (
	"context"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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
	"qualsys/issue/payment/stripe"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/registry/sample"
	"qualsys/seeds"
	"qualsys/web"
	"qualsys/web/identity"
	identitysim "qualsys/web/identity/sim"
	"qualsys/web/officer"
	"qualsys/web/webtest"
)

// room is the officers' room on a real database with the real services; only
// the parties outside are simulated, and no money moves.
type room struct {
	*webtest.Ground
	t         *testing.T
	queue     *jobs.Queue
	register  *registry.Register
	registers *evidencesim.Registers
	apps      *application.Service
	payments  *payment.Payments
	issuer    *issue.Issuer
	notices   *notice.Notices
	links     *linking.Linking
}

// The officers: of the body that keeps the care workers' register, of another
// one, and one who bears the name of a registrant.
var staff = []identitysim.Person{
	{Subject: "reviewer", Name: "鈴木 恵子", Body: "sssc", Roles: []string{"reviewer"}},
	{Subject: "registrar", Name: "井上 司", Body: "sssc", Roles: []string{"registrar"}},
	{Subject: "supervisor", Name: "田中 誠", Body: "sssc", Roles: []string{"supervisor"}},
	{Subject: "other", Name: "木村 律", Body: "jccpp", Roles: []string{"reviewer", "registrar", "supervisor"}},
	{Subject: "namesake", Name: "山田 花子", Body: "sssc", Roles: []string{"reviewer"}},
}

var demoKeys = sync.OnceValue(func() *keys.Set {
	dir := must(os.MkdirTemp("", "qualsys-officer"))
	defer os.RemoveAll(dir)
	dir = filepath.Join(dir, "keys")
	if err := keys.MakeDemo(dir, "localhost", time.Now()); err != nil {
		panic(err)
	}
	return must(keys.Open(dir))
})

func newRoom(t *testing.T) *room {
	t.Helper()
	c := clock.At(clock.System{}.Now())
	db := testdb.Open(t, c)
	r := &room{t: t, register: registry.NewRegister()}
	r.prepare(db)
	r.queue = must(jobs.New(db))
	r.Ground = webtest.On(t, db, c, web.Options{}, func(g *webtest.Ground) {
		g.Officers = staff
		r.open(g)
	})
	check(t, r.queue.Start(context.WithoutCancel(t.Context()), 2))
	t.Cleanup(func() { check(t, r.queue.Stop(context.Background())) })
	return r
}

// prepare loads the catalogue, the first templates and the sample people.
func (r *room) prepare(db *store.DB) {
	r.t.Helper()
	ctx := r.t.Context()
	_, err := catalog.Load(ctx, db, actor.Operator("test"), seeds.Catalogue)
	check(r.t, err)
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
	_, err = sample.Load(ctx, db, registry.NewRegister(), 84, 0)
	check(r.t, err)
}

// open wires the services as cmd/qualsys does, and adds the room's routes.
func (r *room) open(g *webtest.Ground) {
	t, set := r.t, demoKeys()
	r.notices = must(notice.New(notice.Options{DB: g.DB, Jobs: r.queue, Mail: nowhere{}, Domain: "localhost", Secret: set.CodeSecret}))
	tell := teller{r.notices}
	r.links = must(linking.New(linking.Options{DB: g.DB, Teller: tell, ACR: []string{"aal3"}, OfficerName: func(tx *store.Tx, login string) (person.Name, error) {
		l, err := identity.Get(tx, login)
		if errors.Is(err, store.ErrNone) {
			return person.Name{}, nil // an officer of the tests who never logged in
		}
		return l.Name, err
	}}))
	r.register.Mind(r.links)
	press := &paper.Press{Key: set.Signer, Chain: set.Chain(), Clock: g.Clock}
	r.issuer = must(issue.New(issue.Options{DB: g.DB, Jobs: r.queue, Press: press, Archive: must(issue.NewDirArchive(t.TempDir())),
		Templates: template.Store{}, Fill: func(*store.Tx, registry.Registration) (map[string]string, error) { return nil, nil }, Owners: r.links,
		Proofreaders: []issue.Proofreader{press}, Keys: []issue.StatementKey{{KID: set.Statement.ID, Key: set.Statement}},
		CodeSecret: set.CodeSecret, Base: must(credential.Base("http://localhost:8080")), Host: "localhost:8080"}))
	r.register.Watch(r.issuer)
	company := must(stripe.New(stripe.Config{Key: "sk_test_x", WebhookSecrets: []string{"whsec_x"}, Account: "acct_x", API: "http://localhost:1"}))
	r.payments = payment.New(payment.Options{DB: g.DB, Provider: company, Jobs: r.queue, Teller: tell, Return: func(string, bool) string { return g.Base }})
	r.openApplications(g, tell)
	r.issuer.Handle(r.queue)
	r.apps.Work(r.queue)
	r.payments.Work(r.queue)
	r.notices.Work(r.queue)
	g.Engine.Add(officer.New(officer.Options{DB: g.DB, Applications: r.apps, Payments: r.payments, Certificates: r.issuer,
		Notices: r.notices, Links: r.links, Register: r.register}).Routes()...)
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
	gateway := must(evidence.NewGateway(site.URL, "token", nil))
	r.apps = application.New(application.Config{DB: g.DB, Register: r.register, Inquirer: evidence.NewDesk(gateway, g.Clock),
		Payments: money{r.payments}, Notices: tell, Certificates: r.issuer, Owners: r.links, Interests: r.links, Jobs: r.queue})
	r.payments.Listen(r.apps)
}

// settle waits until no job waits to run now.
func (r *room) settle() {
	r.t.Helper()
	check(r.t, r.queue.Drain(r.t.Context()))
}

// nowhere sends no mail.
type nowhere struct{}

func (nowhere) Send(context.Context, notice.Mail) error { return nil }

// teller lets the services tell people, as cmd/qualsys does.
type teller struct{ notices *notice.Notices }

func (t teller) Tell(tx *store.Tx, n application.Notice) error {
	kind, err := notice.ParseKind(n.Code)
	if err != nil {
		return err
	}
	p := notice.Params{notice.Once: n.Once}
	for k, v := range n.Params {
		p[k] = v
	}
	if n.Holder == "" {
		return t.notices.TellOfficers(tx, string(n.Body), kind, p)
	}
	return t.notices.Tell(tx, n.Holder, kind, p)
}

func (teller) TellPayment(*store.Tx, string, string, payment.Message, payment.Yen, payment.Yen) error {
	return nil
}

func (t teller) TellLink(tx *store.Tx, login string, m linking.Message, once string) error {
	kind := map[linking.Message]notice.Kind{linking.ToldLinked: notice.Linked, linking.ToldFailed: notice.LinkFailed,
		linking.ToldAsked: notice.LinkAsked, linking.ToldTried: notice.LinkTried, linking.ToldEnded: notice.LinkEnded}[m]
	return t.notices.Tell(tx, login, kind, notice.Params{notice.Once: once})
}

// money asks for money; nobody pays in these tests.
type money struct{ payments *payment.Payments }

func (m money) Request(tx *store.Tx, r application.PaymentRequest) error {
	claim := payment.Claim{Application: r.Application, Number: r.Number, Holder: r.Holder, Body: string(r.Body), Language: "ja", Version: 1,
		Deadline: r.Deadline.AddDays(1).Time()}
	for _, l := range r.Lines {
		claim.Dues = append(claim.Dues, payment.Due{Kind: l.Kind, Payee: "payee", Amount: l.Amount})
	}
	return m.payments.Request(tx, actor.System("application"), claim)
}

func (m money) Phase(tx *store.Tx, id string) (application.Phase, error) {
	if _, err := m.payments.Of(tx, id); err != nil {
		return application.NothingAsked, nil
	}
	return application.Asked, nil
}

func (m money) Close(tx *store.Tx, id string, _ application.Outcome) error {
	return m.payments.Close(tx, actor.System("application"), id, payment.Rejected, true)
}

// desk is an officer with a browser and the page before them.
type desk struct {
	*room
	client *http.Client
	status int
	page   string
	at     *url.URL
	header http.Header
}

func (r *room) desk(who string) *desk {
	r.t.Helper()
	return &desk{room: r, client: r.Officer(r.t, who)}
}

func (d *desk) take(resp *http.Response, err error) *desk {
	d.t.Helper()
	check(d.t, err)
	defer resp.Body.Close()
	b := must(io.ReadAll(resp.Body))
	d.status, d.page, d.at, d.header = resp.StatusCode, html.UnescapeString(string(b)), resp.Request.URL, resp.Header
	if d.status >= 500 {
		d.t.Fatalf("%s: status %d\n%s", d.at, d.status, plain(d.page))
	}
	if m := regexp.MustCompile(`>\s*(officer\.[a-z_]+)`).FindStringSubmatch(d.page); m != nil {
		d.t.Errorf("%s shows the code %s instead of its sentence", d.at, m[1])
	}
	return d
}

// get opens a page.
func (d *desk) get(path string) *desk {
	d.t.Helper()
	return d.take(d.client.Get(d.Base + path))
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// post sends a form, with the version that the page before carries.
func (d *desk) post(path string, pairs ...string) *desk {
	d.t.Helper()
	f := url.Values{}
	if m := versionField.FindStringSubmatch(d.page); m != nil {
		f.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return d.take(d.client.PostForm(d.Base+path, f))
}

// says fails unless the page holds all the words.
func (d *desk) says(words ...string) *desk {
	d.t.Helper()
	for _, w := range words {
		if !strings.Contains(d.page, w) {
			d.t.Errorf("%s (status %d) does not say %q\n%s", d.at, d.status, w, plain(d.page))
		}
	}
	return d
}

// silent fails when the page holds one of the words.
func (d *desk) silent(words ...string) *desk {
	d.t.Helper()
	for _, w := range words {
		if strings.Contains(d.page, w) {
			d.t.Errorf("%s says %q", d.at, w)
		}
	}
	return d
}

// stands fails unless the page has the status and its address begins so.
func (d *desk) stands(status int, path string) *desk {
	d.t.Helper()
	if d.status != status || !strings.HasPrefix(d.at.Path, path) {
		d.t.Fatalf("status %d at %s, want %d at %s\n%s", d.status, d.at, status, path, plain(d.page))
	}
	return d
}

// find returns the first thing on the page that the expression captures.
func (d *desk) find(expression string) string {
	d.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(d.page)
	if m == nil {
		d.t.Fatalf("%s holds no %s\n%s", d.at, expression, plain(d.page))
	}
	return m[1]
}

var tags = regexp.MustCompile(`(?s)<head>.*?</head>|<svg.*?</svg>|<[^>]*>`)

func plain(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

// login is what the identity provider says of a sample person.
func (r *room) login(key string) linking.Login {
	p, _ := sample.NamedAs(key)
	return linking.Login{ID: key, Issuer: "test", Subject: key, Name: p.Name, BirthDate: p.Birth, Address: p.Address, ACR: "aal3", AuthTime: r.Clock.Now()}
}

// linked links a sample person to their first registration.
func (r *room) linked(key string) registry.ID {
	r.t.Helper()
	p, _ := sample.NamedAs(key)
	n := p.Registrations[0]
	out, id, err := r.links.Link(r.t.Context(), actor.Holder(key), r.login(key), linking.Wish{Register: n.Register, Number: n.Number})
	check(r.t, err)
	if out != linking.Linked {
		r.t.Fatalf("%s was not linked", key)
	}
	return id
}

// file sends a change of a linked person and lets the registers answer.
func (r *room) file(key string, id registry.ID, fill func(*application.Form)) application.View {
	r.t.Helper()
	by, ctx := actor.Holder(key), r.t.Context()
	v := must(r.apps.Start(ctx, by, id))
	f := v.Form
	fill(&f)
	for _, screen := range []application.Screen{application.Choose, application.CheckNew, application.KanaPage, application.Delivery} {
		f.Paper = v.Paper
		v = must(r.apps.Save(ctx, by, v.ID, v.Version, screen, f))
	}
	v = must(r.apps.Submit(ctx, by, v.ID, v.Version))
	r.settle()
	return must(r.apps.View(ctx, by, v.ID))
}

// marry files Hanako's change of name; the registers say what is given.
func (r *room) marry(registered string) application.View {
	r.t.Helper()
	id := r.linked("hanako")
	check(r.t, r.registers.Marry("hanako", registered, "さとう　はなこ"))
	return r.file("hanako", id, func(f *application.Form) {
		f.Items, f.Name, f.Kana, f.EventOn = []application.Item{application.Name}, "佐藤　花子", "さとう　はなこ", r.Clock.Now().Format("2006-01-02")
	})
}

func (r *room) state(key, id string) application.State {
	r.t.Helper()
	return must(r.apps.View(r.t.Context(), actor.Holder(key), id)).Status.State
}

// must ends the test with a panic where the setting up fails.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
