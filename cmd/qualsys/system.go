package main

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/credential"
	"qualsys/issue/evidence"
	"qualsys/issue/keys"
	"qualsys/issue/notice"
	"qualsys/issue/paper"
	"qualsys/issue/payment"
	"qualsys/issue/payment/stripe"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
	"qualsys/verifier"
	"qualsys/web"
	"qualsys/web/api"
	"qualsys/web/holder"
	"qualsys/web/identity"
	"qualsys/web/officer"
	"qualsys/web/page"
	"qualsys/web/public"
)

// system is every room of the program, wired.
type system struct {
	cfg      Config
	clock    clock.Clock
	db       *store.DB
	queue    *jobs.Queue
	keys     *keys.Set
	trust    *published
	register *registry.Register
	issuer   *issue.Issuer
	notices  *notice.Notices
	payments *payment.Payments
	links    *linking.Linking
	cases    *application.Service
	verifier *verifier.Verifier
	engine   *web.Engine
	api      *api.API
}

// open wires every room: the one place where they all meet, for the program
// and for its tests.
func open(ctx context.Context, cfg Config, c clock.Clock) (_ *system, err error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	s := &system{cfg: cfg, clock: c}
	if s.db, err = store.Open(ctx, cfg.Database, store.Options{Clock: c}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.db.Close())
		}
	}()
	for _, step := range []func(context.Context) error{s.openKeys, s.openRegister, s.openIssuer, s.openApplications, s.openVerifier, s.openWeb} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	s.work()
	return s, nil
}

// Close stops working and closes the database.
func (s *system) Close(ctx context.Context) error {
	return errors.Join(s.queue.Stop(ctx), s.db.Close())
}

func (s *system) openKeys(context.Context) (err error) {
	if s.keys, err = keys.Open(s.cfg.Keys); err != nil {
		return err
	}
	if s.keys.Demo() && !s.cfg.Demo {
		return fmt.Errorf("the keys in %s are for demonstrations; make your own (docs/guide/operator.md) or give --demo", s.cfg.Keys)
	}
	if s.trust, err = openTrust(s.cfg.Keys, s.keys.RootKey(), s.clock); err != nil {
		return err
	}
	s.queue, err = jobs.New(s.db)
	return err
}

func (s *system) openRegister(context.Context) error {
	s.register = registry.NewRegister()
	return nil
}

// pressFor is the press that prints and seals with our keys.
func pressFor(k *keys.Set, c clock.Clock) *paper.Press {
	return &paper.Press{Key: k.Signer, Chain: k.Chain(), Clock: c}
}

func (s *system) openIssuer(context.Context) error {
	mailer, err := s.mailer()
	if err != nil {
		return err
	}
	base, err := url.Parse(s.cfg.BaseURL)
	if err != nil {
		return err
	}
	if s.notices, err = notice.New(notice.Options{DB: s.db, Jobs: s.queue, Mail: mailer, Domain: base.Host, Secret: s.derived("notice")}); err != nil {
		return err
	}
	s.links, err = linking.New(linking.Options{DB: s.db, Teller: teller{s.notices}, ACR: []string{cardPresent}, OfficerName: loginName})
	if err != nil {
		return err
	}
	s.register.Mind(s.links)
	archive, err := issue.NewDirArchive(filepath.Join(s.cfg.Data, "certificates"))
	if err != nil {
		return err
	}
	link, err := credential.Base(s.cfg.BaseURL)
	if err != nil {
		return err
	}
	press := pressFor(s.keys, s.clock)
	s.issuer, err = issue.New(issue.Options{
		DB: s.db, Jobs: s.queue, Press: press, Archive: archive, Templates: template.Store{}, Fill: fill, Owners: s.links,
		Proofreaders: []issue.Proofreader{press, selfCheck{s}},
		Keys:         []issue.StatementKey{{KID: s.keys.Statement.ID, Key: s.keys.Statement}},
		CodeSecret:   s.keys.CodeSecret, Base: link, Host: base.Host,
	})
	if err != nil {
		return err
	}
	s.register.Watch(s.issuer)
	return nil
}

// cardPresent is the strength of a login with card and secret; linking wants it.
const cardPresent = "aal3"

// loginName tells the name that an identity provider vouched for.
func loginName(tx *store.Tx, login string) (n person.Name, err error) {
	l, err := identity.Get(tx, login)
	return l.Name, err
}

// derived is a secret for one use, from the installation's own.
func (s *system) derived(use string) []byte {
	sum := sha256.Sum256(append([]byte("qualsys "+use+"\x00"), s.keys.CodeSecret...))
	return sum[:]
}

func (s *system) mailer() (notice.Mailer, error) {
	host, port, err := net.SplitHostPort(s.cfg.SMTP)
	if err != nil {
		return nil, fmt.Errorf("--smtp %q: give HOST:PORT", s.cfg.SMTP)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("--smtp %q: the port is no number", s.cfg.SMTP)
	}
	_, domain, ok := strings.Cut(s.cfg.MailFrom, "@")
	if !ok {
		return nil, fmt.Errorf("--mail-from %q: give an e-mail address", s.cfg.MailFrom)
	}
	return notice.SMTP{Host: host, Port: n, From: s.cfg.MailFrom, Domain: domain, Plain: s.cfg.Demo}, nil
}

func (s *system) openApplications(context.Context) error {
	company, err := stripe.New(stripe.Config{Key: s.cfg.StripeKey, WebhookSecrets: []string{s.cfg.StripeWebhook},
		Account: s.cfg.StripeAccount, Live: !s.cfg.Demo, API: s.cfg.StripeURL})
	if err != nil {
		return err
	}
	s.payments = payment.New(payment.Options{DB: s.db, Provider: company, Jobs: s.queue, Teller: teller{s.notices},
		Return: func(id string, paid bool) string {
			to := s.cfg.BaseURL + "/my/applications/" + url.PathEscape(id)
			if paid {
				return to + "?paid=1"
			}
			return to
		}})
	gateway, err := evidence.NewGateway(s.cfg.EvidenceURL, s.cfg.EvidenceToken, nil)
	if err != nil {
		return err
	}
	s.cases = application.New(application.Config{
		DB: s.db, Register: s.register, Inquirer: evidence.NewDesk(gateway, s.clock),
		Payments: money{s.payments, s.notices}, Notices: teller{s.notices}, Certificates: s.issuer,
		Owners: s.links, Interests: s.links, Jobs: s.queue,
	})
	s.payments.Listen(s.cases)
	s.issuer.Hear(issue.ListenerFunc(func(tx *store.Tx, c issue.Certificate) error {
		return s.cases.Released(tx, c.Registration, string(c.ID))
	}))
	return nil
}

func (s *system) openVerifier(context.Context) error {
	l := log{s.issuer.Log()}
	s.verifier = verifier.New(verifier.Options{Trust: s.trust.list, Log: l, States: l,
		Guesses: issue.NewGuesses(s.db, s.keys.CodeSecret), Now: s.clock.Now})
	return nil
}

func (s *system) openWeb(ctx context.Context) error {
	if err := page.Built(); err != nil {
		return err
	}
	base, err := url.Parse(s.cfg.BaseURL)
	if err != nil {
		return err
	}
	client, err := keys.OpenSigner(filepath.Join(s.cfg.Keys, "client.key"))
	if err != nil {
		return err
	}
	party := func(kind actor.Kind, issuer, id, callback, acr string) (*identity.Party, error) {
		return identity.New(s.db, identity.Config{Kind: kind, Issuer: issuer, ClientID: id, Key: client, KeyID: keyID(client),
			Redirect: s.cfg.BaseURL + callback, Audience: identity.TokenEndpoint, ACRValues: strings.Fields(acr), AllowHTTP: s.cfg.Demo})
	}
	holders, err := party(actor.KindHolder, s.cfg.HolderIssuer, s.cfg.HolderClientID, "/login/callback", s.cfg.HolderACR)
	if err != nil {
		return err
	}
	officers, err := party(actor.KindOfficer, s.cfg.OfficerIssuer, s.cfg.OfficerClientID, "/officer/login/callback", "")
	if err != nil {
		return err
	}
	s.engine, err = web.New(web.Options{DB: s.db, Base: base, TrustedProxies: s.cfg.Proxies, Holders: holders, Officers: officers,
		FormOrigins: s.formOrigins(), Demo: s.cfg.Demo, Welcome: s.welcome, Limits: s.limits()})
	if err != nil {
		return err
	}
	root, err := x509.MarshalPKIXPublicKey(s.keys.RootKey())
	if err != nil {
		return err
	}
	s.engine.Add(public.New(s.verifier, public.Pinned{Root: root, Trust: "/.well-known/qualsys/trust.cose"}).Routes()...)
	s.engine.Add(holder.New(holder.Options{DB: s.db, Applications: s.cases, Payments: s.payments, Certificates: s.issuer,
		Notices: s.notices, Links: s.links, Sessions: s.engine.Sessions(), Speak: s.engine.SetLanguage, Demo: s.cfg.Demo}).Routes()...)
	s.engine.Add(officer.New(officer.Options{DB: s.db, Applications: s.cases, Payments: s.payments, Certificates: s.issuer,
		Notices: s.notices, Links: s.links, Register: s.register}).Routes()...)
	s.engine.Add(s.routes()...)
	s.api, err = api.Mount(s.engine, s.db, s.verifier)
	return err
}

// limits are web's own, but in the demo, where everybody comes from one
// address and whole test suites are run, people are not told to slow down.
func (s *system) limits() web.Limits {
	if !s.cfg.Demo {
		return web.Limits{}
	}
	return web.Limits{General: 1000, VerificationRate: 1000, LoginRate: 100}
}

// welcome remembers an officer, so that the body's officers can be told things.
func (s *system) welcome(ctx context.Context, l identity.Login) error {
	if l.Kind != actor.KindOfficer {
		return nil
	}
	return s.db.Write(ctx, func(tx *store.Tx) error { return s.notices.KnowOfficer(tx, l.Actor(), "") })
}

// formOrigins are where forms of ours may lead: identity providers and the
// payment page.
func (s *system) formOrigins() []string {
	origins := []string{"https://checkout.stripe.com"}
	if s.cfg.Demo {
		origins = nil
	}
	for _, address := range []string{s.cfg.HolderIssuer, s.cfg.OfficerIssuer, s.cfg.StripeURL} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			origins = append(origins, u.Scheme+"://"+u.Host)
		}
	}
	return origins
}

// sealAudit links committed audit lines into their chains.
type sealAudit struct{}

// Kind names the job.
func (sealAudit) Kind() string { return "audit.seal" }

// daybreak follows standings that change by their dates.
type daybreak struct{}

// Kind names the job.
func (daybreak) Kind() string { return "registry.daybreak" }

// sweepWeb forgets sessions and login attempts that have ended.
type sweepWeb struct{}

// Kind names the job.
func (sweepWeb) Kind() string { return "web.sweep" }

// work says what does each kind of job.
func (s *system) work() {
	s.issuer.Handle(s.queue)
	s.cases.Work(s.queue)
	s.payments.Work(s.queue)
	s.notices.Work(s.queue)
	sealer := audit.NewSealer(s.db)
	jobs.Handle(s.queue, func(ctx context.Context, _ sealAudit) error {
		_, err := sealer.Seal(ctx)
		return err
	})
	jobs.Every(s.queue, 5*time.Second, sealAudit{})
	jobs.Handle(s.queue, func(ctx context.Context, _ daybreak) error {
		_, err := s.register.Daybreak(ctx, s.db)
		return err
	})
	jobs.Every(s.queue, time.Minute, daybreak{})
	jobs.Handle(s.queue, func(ctx context.Context, _ sweepWeb) error {
		return errors.Join(s.engine.Sweep(ctx), s.api.Sweep(ctx))
	})
	jobs.Every(s.queue, time.Hour, sweepWeb{})
}

// keyID names a key for identity providers: the beginning of the digest of its
// public half.
func keyID(key crypto.Signer) string {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "qualsys"
	}
	sum := sha256.Sum256(der)
	return fmt.Sprintf("%x", sum[:8])
}
