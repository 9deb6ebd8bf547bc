// Package webtest gives tests of web's rooms a running engine with a database,
// a clock that stands still and a simulated identity provider, and clients that
// log in there.
package webtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/identity"
	"qualsys/web/identity/sim"
)

// Ground is a running engine.
type Ground struct {
	DB     *store.DB
	Clock  *clock.Fake
	Engine *web.Engine
	// Base is the engine's address, Provider the simulator's.
	Base, Provider string
	// Holders and Officers are who can log in; tests may change them.
	Holders, Officers []sim.Person
}

// Hanako is a holder, Keiko an officer with every role but supervisor, Makoto a supervisor.
var (
	Hanako = sim.Person{Subject: "hanako", Name: "山田 花子", Birthdate: "1985-03-15", Address: "東京都千代田区霞が関１－２－３", Gender: "2"}
	Taro   = sim.Person{Subject: "taro", Name: "佐藤 太郎", Birthdate: "1990-12-01", Address: "北海道札幌市中央区北一条西２", Gender: "1"}
	Keiko  = sim.Person{Subject: "keiko", Name: "鈴木 恵子", Body: "sssc", BodyName: "試験センター", Roles: []string{"reviewer", "registrar", "configurer"}}
	Makoto = sim.Person{Subject: "makoto", Name: "田中 誠", Body: "sssc", BodyName: "試験センター", Roles: []string{"supervisor"}}
	Nobody = sim.Person{Subject: "nobody", Name: "無役 一郎", Body: "sssc", Roles: []string{"janitor"}}
)

// New starts a ground on a new SQLite database. add declares the room's routes.
func New(t testing.TB, add func(*Ground)) *Ground {
	t.Helper()
	c := clock.At(time.Date(2026, 11, 25, 0, 12, 0, 0, time.UTC))
	return On(t, testdb.Open(t, c), c, web.Options{}, add)
}

// On starts a ground on db, whose clock is c; options complete the engine's.
func On(t testing.TB, db *store.DB, c *clock.Fake, o web.Options, add func(*Ground)) *Ground {
	t.Helper()
	g := &Ground{DB: db, Clock: c, Holders: []sim.Person{Hanako, Taro}, Officers: []sim.Person{Keiko, Makoto, Nobody}}
	site, provider := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	g.Base, g.Provider = "http://"+site.Listener.Addr().String(), "http://"+provider.Listener.Addr().String()
	o.DB, o.Base = db, must(url.Parse(g.Base))(t)
	g.identity(t, provider, &o)
	if o.Limits == (web.Limits{}) {
		o.Limits = web.Limits{General: -1, VerificationRate: -1, LoginRate: -1}
	}
	g.Engine = must(web.New(o))(t)
	if add != nil {
		add(g)
	}
	site.Config.Handler = must(g.Engine.Handler())(t)
	site.Start()
	t.Cleanup(site.Close)
	return g
}

// identity starts the simulated provider and tells the engine of it.
func (g *Ground) identity(t testing.TB, provider *httptest.Server, o *web.Options) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	back := map[string]string{"holder": g.Base + "/login/callback", "officer": g.Base + "/officer/login/callback"}
	provider.Config.Handler = must(sim.New(sim.Config{
		Base: g.Provider, Clock: g.Clock, Slow: time.Hour,
		Holders:       func() []sim.Person { return g.Holders },
		Officers:      func() []sim.Person { return g.Officers },
		HolderClient:  sim.Client{ID: "RP1", RedirectURIs: []string{back["holder"]}, Key: key.Public()},
		OfficerClient: sim.Client{ID: "RP2", RedirectURIs: []string{back["officer"]}, Key: key.Public()},
	}))(t)
	provider.Start()
	t.Cleanup(provider.Close)
	cfg := identity.Config{
		Kind: actor.KindHolder, Issuer: g.Provider + "/holder", ClientID: "RP1", Key: key, KeyID: "k1",
		Redirect: back["holder"], Audience: identity.TokenEndpoint, AllowHTTP: true,
		HTTP: &http.Client{Timeout: 5 * time.Second},
	}
	o.Holders = must(identity.New(g.DB, cfg))(t)
	cfg.Kind, cfg.Issuer, cfg.ClientID = actor.KindOfficer, g.Provider+"/officer", "RP2"
	cfg.Redirect, cfg.Audience = back["officer"], identity.IssuerAddress
	o.Officers = must(identity.New(g.DB, cfg))(t)
}

// Client returns a browser of sorts: it keeps cookies and follows redirects.
func Client() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // never: there are no options
	}
	return &http.Client{Jar: jar}
}

// Holder returns a client that has logged in as a holder.
func (g *Ground) Holder(t testing.TB, subject string) *http.Client {
	t.Helper()
	c := Client()
	g.LogIn(t, c, "/login?return=/", subject, "")
	return c
}

// Officer returns a client that has logged in as an officer.
func (g *Ground) Officer(t testing.TB, subject string) *http.Client {
	t.Helper()
	c := Client()
	g.LogIn(t, c, "/officer/login?return=/", subject, "")
	return c
}

// LogIn logs client in at path and returns the status and page it led to.
func (g *Ground) LogIn(t testing.TB, client *http.Client, path, subject string, fail sim.Failure) (int, string) {
	t.Helper()
	answer, err := sim.Walk(t.Context(), client, g.Base+path, subject, fail)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, answer)
}

// Get fetches a path, and returns status and page after all redirects.
func (g *Ground) Get(t testing.TB, client *http.Client, path string) (int, string) {
	t.Helper()
	return g.Do(t, client, http.MethodGet, path, nil, nil)
}

// Post sends a form.
func (g *Ground) Post(t testing.TB, client *http.Client, path string, form url.Values) (int, string) {
	t.Helper()
	return g.Do(t, client, http.MethodPost, path, strings.NewReader(form.Encode()),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// Do sends any request.
func (g *Ground) Do(t testing.TB, client *http.Client, method, path string, body io.Reader, h http.Header) (int, string) {
	t.Helper()
	r := must(http.NewRequestWithContext(context.Background(), method, g.Base+path, body))(t)
	for k, v := range h {
		r.Header[k] = v
	}
	return read(t, must(client.Do(r))(t))
}

func read(t testing.TB, answer *http.Response) (int, string) {
	t.Helper()
	defer answer.Body.Close()
	return answer.StatusCode, string(must(io.ReadAll(answer.Body))(t))
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
