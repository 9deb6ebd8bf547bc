// Package sim is an identity provider to try Qualsys with: a real OpenID
// Connect server that asks nobody for a card. It copies the digital identity
// app (デジタル認証アプリ, SERVICE 4.3) for holders and adds an issuer for
// officers; its page lists invented people to log in as, and every way in which
// a login can fail. It proves nothing about anybody: qualsys serve refuses it
// outside the demonstration. It is written by hand and not on a library, because
// its worth lies in tokens that are wrong in one point each; a certified
// provider by others gives the second opinion in identity's tests.
package sim

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"qualsys/internal/clock"
)

// Person is somebody to log in as. For holders Birthdate (1985-03-15) and
// Address are told; for officers Body and Roles are.
type Person struct {
	// Subject is the name that tokens carry; unique within an issuer.
	Subject   string
	Name      string
	Birthdate string
	Address   string
	Gender    string
	// Body is the id of an officer's body, BodyName what people call it.
	Body, BodyName string
	Roles          []string
	// Note tells on the page what this person is good for trying.
	Note string
}

// Client is the one relying party that an issuer knows.
type Client struct {
	ID           string
	RedirectURIs []string
	// Key is the public half of what signs client assertions (P-256 or RSA).
	Key crypto.PublicKey
}

// Config says what to simulate.
type Config struct {
	// Base is our address, such as http://localhost:8091; the issuers are
	// Base/holder and Base/officer.
	Base string
	// Holders and Officers return who can log in, asked each time: the evidence
	// simulator marries and moves people, and their cards follow.
	Holders, Officers func() []Person
	// HolderClient and OfficerClient are who may ask.
	HolderClient, OfficerClient Client
	// Clock tells the time; nil means the machine's.
	Clock clock.Clock
	// Slow is how long a slow answer takes; 0 means 15 s, longer than we wait.
	Slow time.Duration
}

// Server answers for both issuers. It keeps everything in memory.
type Server struct {
	mux *http.ServeMux
}

// New returns the server with fresh keys.
func New(cfg Config) (*Server, error) {
	base, err := url.Parse(cfg.Base)
	if err != nil || base.Host == "" || strings.HasSuffix(cfg.Base, "/") {
		return nil, fmt.Errorf("sim: the base must be an address without a slash at its end, not %q", cfg.Base)
	}
	if cfg.Holders == nil || cfg.Officers == nil {
		return nil, errors.New("sim: say who can log in")
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.Slow == 0 {
		cfg.Slow = 15 * time.Second
	}
	s := &Server{mux: http.NewServeMux()}
	for _, p := range []struct {
		path   string
		people func() []Person
		client Client
	}{{"holder", cfg.Holders, cfg.HolderClient}, {"officer", cfg.Officers, cfg.OfficerClient}} {
		i, err := newIssuer(cfg, p.path, p.people, p.client)
		if err != nil {
			return nil, err
		}
		i.routes(s.mux)
	}
	s.mux.HandleFunc("GET /{$}", index)
	s.mux.HandleFunc("GET /style.css", style)
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	s.mux.ServeHTTP(w, r)
}

// issuer is one OpenID Connect provider.
type issuer struct {
	name   string // its address
	path   string // "holder" or "officer"
	people func() []Person
	client Client
	clock  clock.Clock
	slow   time.Duration
	key    jose.JSONWebKey
	stray  jose.JSONWebKey // signs what nobody can check: it is not among the published keys
	memory memory
}

func newIssuer(cfg Config, path string, people func() []Person, client Client) (*issuer, error) {
	if client.ID == "" || len(client.RedirectURIs) == 0 || client.Key == nil {
		return nil, fmt.Errorf("sim: the client of %s needs an id, a redirect address and a key", path)
	}
	i := &issuer{
		name: cfg.Base + "/" + path, path: "/" + path, people: people, client: client, clock: cfg.Clock, slow: cfg.Slow,
		memory: newMemory(cfg.Clock),
	}
	for _, k := range []*jose.JSONWebKey{&i.key, &i.stray} {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		*k = jose.JSONWebKey{Key: private, KeyID: rand.Text()[:8], Algorithm: "ES256", Use: "sig"}
	}
	return i, nil
}

func (i *issuer) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+i.path+"/.well-known/openid-configuration", i.configuration)
	mux.HandleFunc("GET "+i.path+"/jwks", i.jwks)
	mux.HandleFunc("GET "+i.path+"/auth", i.authorize)
	mux.HandleFunc("GET "+i.path+"/choose", i.choose)
	mux.HandleFunc("POST "+i.path+"/decide", i.decide)
	mux.HandleFunc("POST "+i.path+"/token", i.token)
	mux.HandleFunc("GET "+i.path+"/userinfo", i.userinfo)
}

func (i *issuer) configuration(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, http.StatusOK, map[string]any{
		"issuer":                                           i.name,
		"authorization_endpoint":                           i.name + "/auth",
		"token_endpoint":                                   i.name + "/token",
		"userinfo_endpoint":                                i.name + "/userinfo",
		"jwks_uri":                                         i.name + "/jwks",
		"response_types_supported":                         []string{"code"},
		"grant_types_supported":                            []string{"authorization_code"},
		"subject_types_supported":                          []string{"pairwise"},
		"id_token_signing_alg_values_supported":            []string{"ES256"},
		"scopes_supported":                                 []string{"openid", "name", "address", "birthdate", "gender", "profile"},
		"acr_values_supported":                             []string{"aal2", "aal3"},
		"code_challenge_methods_supported":                 []string{"S256"},
		"token_endpoint_auth_methods_supported":            []string{"private_key_jwt"},
		"token_endpoint_auth_signing_alg_values_supported": []string{"ES256", "RS256"},
		"authorization_response_iss_parameter_supported":   true,
	})
}

func (i *issuer) jwks(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{i.key.Public()}})
}
