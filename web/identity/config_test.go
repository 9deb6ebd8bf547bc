package identity_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry/actor"
	"qualsys/web/identity"
)

func TestConfigIsChecked(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := identity.Config{Kind: actor.KindHolder, Issuer: "https://id.example/realms/main", ClientID: "RP1", Key: p256, KeyID: "k",
		Redirect: "https://ours.example/login/callback", Audience: identity.TokenEndpoint}
	for name, spoil := range map[string]func(*identity.Config){
		"":                            func(*identity.Config) {},
		"no kind":                     func(c *identity.Config) { c.Kind = 0 },
		"a kind that does not log in": func(c *identity.Config) { c.Kind = actor.KindSystem },
		"http":                        func(c *identity.Config) { c.Issuer = "http://id.example" },
		"no address":                  func(c *identity.Config) { c.Issuer = "id.example" },
		"no client":                   func(c *identity.Config) { c.ClientID = "" },
		"no key":                      func(c *identity.Config) { c.Key = nil },
		"no audience":                 func(c *identity.Config) { c.Audience = 0 },
		"another curve":               func(c *identity.Config) { c.Key = p384 },
		"Ed25519":                     func(c *identity.Config) { c.Key = ed },
		"unsigned tokens":             func(c *identity.Config) { c.Algorithms = []string{"none"} },
		"tokens with a shared secret": func(c *identity.Config) { c.Algorithms = []string{"HS256"} },
	} {
		c := good
		spoil(&c)
		if _, err := identity.New(nil, c); (err == nil) != (name == "") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if p, err := identity.New(nil, good); err != nil || p.Origin() != "https://id.example" {
		t.Error(p, err)
	}
}

func TestProviderAway(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	party, err := identity.New(testdb.Open(t), identity.Config{Kind: actor.KindHolder, Issuer: "http://localhost:1", ClientID: "RP1",
		Key: key, KeyID: "k", Redirect: redirect, Audience: identity.TokenEndpoint, AllowHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := party.Begin(t.Context(), identity.Start{Browser: "b"}); !errors.Is(err, identity.ErrProviderAway) {
		t.Errorf("a provider that is away is told as such, got %v", err)
	}
}

func TestUnknownLogin(t *testing.T) {
	db := testdb.Open(t, clock.At(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)))
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		_, err := identity.Get(tx, "login_0")
		return err
	})
	if !errors.Is(err, store.ErrNone) {
		t.Errorf("got %v", err)
	}
	if err := identity.Sweep(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if a, b := identity.LoginID("https://a", "b"), identity.LoginID("https://ab", ""); a == b || a != identity.LoginID("https://a", "b") {
		t.Error("a login's id is stable and tells issuer and subject apart")
	}
}
