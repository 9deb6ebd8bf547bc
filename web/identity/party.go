package identity

import (
	"context"
	"crypto"
	"net/http"
	"net/url"
	"time"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// Audience says what the client assertion is addressed to: providers differ.
type Audience int

// The two readings of OpenID Connect Core 9 and RFC 7523 3.
const (
	TokenEndpoint Audience = iota + 1
	IssuerAddress
)

// Config says how we stand with one identity provider.
type Config struct {
	// Kind is actor.KindHolder or actor.KindOfficer: what sort of login comes out.
	Kind actor.Kind
	// Issuer is the provider's address; discovery is read from below it.
	Issuer string
	// ClientID is the name the provider knows us by.
	ClientID string
	// Key signs client assertions (P-256: ES256, RSA: RS256); KeyID is its kid.
	Key   crypto.Signer
	KeyID string
	// Redirect is the address of our callback, as registered with the provider.
	Redirect string
	// Audience is what client assertions are addressed to.
	Audience Audience
	// Scopes are asked for; nil means openid name address birthdate gender for
	// holders and openid profile for officers.
	Scopes []string
	// ACRValues are asked for, in order of preference; nil means "aal3 crl" for holders.
	ACRValues []string
	// RequireACR are words that must all stand in the acr that comes back; nil
	// means "aal3" for holders and nothing for officers.
	RequireACR []string
	// Algorithms are what ID tokens may be signed with; nil means ES256 and RS256.
	Algorithms []string
	// MaxAge is how long ago the person may have authenticated at most; 0 means 15 minutes.
	MaxAge time.Duration
	// AllowHTTP lets the issuer be http: for simulators only.
	AllowHTTP bool
	// HTTP talks to the provider; nil means a client with a time limit of 10 s.
	HTTP *http.Client
}

// Party is we, as one identity provider sees us: a relying party.
type Party struct {
	cfg Config
	db  *store.DB
	discovery
}

// Start is what a login is begun with.
type Start struct {
	// Return is the path to go to afterwards; already checked to be ours.
	Return string
	// Fresh asks the provider to authenticate again although it knows the person (step-up).
	Fresh bool
	// Login is, for a step-up, the login that must come back; else "".
	Login string
	// Language is "ja" or "en".
	Language string
	// Browser is the secret that the browser brings back in a cookie.
	Browser string
}

// New checks the configuration. The provider is not asked before the first
// login, so that we start while it is away.
func New(db *store.DB, cfg Config) (*Party, error) { return newParty(db, cfg) }

// Origin is the scheme and host of the provider, for the content security policy.
func (p *Party) Origin() string {
	u, err := url.Parse(p.cfg.Issuer)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Begin records a login attempt and returns the address to send the browser to.
// Nonce and PKCE verifier stay here. ErrProviderAway when the provider can't be
// reached.
func (p *Party) Begin(ctx context.Context, s Start) (address string, err error) {
	return p.begin(ctx, s)
}

// Finish takes what the provider sent the browser back with. Each attempt
// counts once, in the browser it began in. It returns who logged in and what
// the attempt was begun with; the latter also beside a fault, as far as known.
func (p *Party) Finish(ctx context.Context, browser string, answer url.Values) (Login, Start, error) {
	return p.finish(ctx, browser, answer)
}
