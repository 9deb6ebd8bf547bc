package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// newParty completes and checks cfg.
func newParty(db *store.DB, cfg Config) (*Party, error) {
	if cfg.Kind != actor.KindHolder && cfg.Kind != actor.KindOfficer {
		return nil, errors.New("identity: a provider logs in holders or officers")
	}
	issuer, err := url.Parse(cfg.Issuer)
	if err != nil || issuer.Host == "" || (issuer.Scheme != "https" && issuer.Scheme != "http") {
		return nil, fmt.Errorf("identity: the issuer must be an https address, not %q", cfg.Issuer)
	}
	if issuer.Scheme == "http" && !cfg.AllowHTTP {
		return nil, fmt.Errorf("identity: the issuer %q must be https outside a demonstration", cfg.Issuer)
	}
	if cfg.ClientID == "" || cfg.Redirect == "" || cfg.Key == nil || cfg.KeyID == "" {
		return nil, errors.New("identity: client id, redirect address, key and key id are needed")
	}
	if cfg.Audience != TokenEndpoint && cfg.Audience != IssuerAddress {
		return nil, errors.New("identity: say whether client assertions are addressed to the token endpoint or to the issuer")
	}
	if _, err := assertionAlgorithm(cfg.Key.Public()); err != nil {
		return nil, err
	}
	holder := cfg.Kind == actor.KindHolder
	if cfg.Scopes == nil {
		cfg.Scopes = []string{"openid", "profile"}
		if holder {
			cfg.Scopes = []string{"openid", "name", "address", "birthdate", "gender"}
		}
	}
	if cfg.ACRValues == nil && holder {
		cfg.ACRValues = []string{"aal3", "crl"}
	}
	if cfg.RequireACR == nil && holder {
		cfg.RequireACR = []string{"aal3"}
	}
	if cfg.Algorithms == nil {
		cfg.Algorithms = []string{"ES256", "RS256"}
	}
	if slices.Contains(cfg.Algorithms, "none") || slices.ContainsFunc(cfg.Algorithms, func(a string) bool { return strings.HasPrefix(a, "HS") }) {
		return nil, errors.New("identity: ID tokens must be signed with a public key")
	}
	if cfg.MaxAge == 0 {
		cfg.MaxAge = 15 * time.Minute
	}
	return &Party{cfg: cfg, db: db, discovery: discovery{issuer: cfg.Issuer, http: bounded(cfg.HTTP)}}, nil
}

func assertionAlgorithm(public any) (string, error) {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return "ES256", nil
		}
	case *rsa.PublicKey:
		if k.Size() >= 256 {
			return "RS256", nil
		}
	}
	return "", errors.New("identity: the key for client assertions must be P-256 or RSA of at least 2048 bits")
}

// secret returns 256 random bits in base64url.
func secret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func (p *Party) begin(ctx context.Context, s Start) (string, error) {
	if s.Browser == "" {
		return "", errors.New("identity: an attempt needs the browser's secret")
	}
	known, err := p.discovered(ctx)
	if err != nil {
		return "", ErrProviderAway.Because(err)
	}
	state, nonce, verifier := secret(), secret(), oauth2.GenerateVerifier()
	err = p.db.Write(ctx, func(tx *store.Tx) error {
		return saveAttempt(tx, p.cfg.Issuer, state, nonce, verifier, s)
	})
	if err != nil {
		return "", fmt.Errorf("identity: keep the attempt: %w", err)
	}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("nonce", nonce),
		oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(p.cfg.MaxAge/time.Second))),
	}
	if len(p.cfg.ACRValues) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.cfg.ACRValues, " ")))
	}
	if s.Fresh {
		options = append(options, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	if s.Language != "" {
		options = append(options, oauth2.SetAuthURLParam("ui_locales", s.Language))
	}
	return p.oauth(known).AuthCodeURL(state, options...), nil
}
