package identity

import (
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

// assertionTime is how long a client assertion counts; the digital identity app
// takes five minutes at most.
const assertionTime = 2 * time.Minute

// oauth returns our side of the authorization code flow. The client proves
// itself with a signed assertion among the parameters, never with a secret.
func (p *Party) oauth(known *provider) *oauth2.Config {
	endpoint := known.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &oauth2.Config{ClientID: p.cfg.ClientID, Endpoint: endpoint, RedirectURL: p.cfg.Redirect, Scopes: p.cfg.Scopes}
}

// assertion signs who we are (RFC 7523, OpenID Connect Core 9), for one use.
func (p *Party) assertion(known *provider, now time.Time) (string, error) {
	algorithm, err := assertionAlgorithm(p.cfg.Key.Public())
	if err != nil {
		return "", err
	}
	key := jose.SigningKey{
		Algorithm: jose.SignatureAlgorithm(algorithm),
		Key:       jose.JSONWebKey{Key: cryptosigner.Opaque(p.cfg.Key), KeyID: p.cfg.KeyID, Algorithm: algorithm},
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	audience := known.Endpoint().TokenURL
	if p.cfg.Audience == IssuerAddress {
		audience = p.cfg.Issuer
	}
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: p.cfg.ClientID, Subject: p.cfg.ClientID, Audience: jwt.Audience{audience}, ID: secret(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now.Add(-time.Minute)),
		Expiry: jwt.NewNumericDate(now.Add(assertionTime)),
	}).Serialize()
}

// exchange trades the code for tokens.
func (p *Party) exchange(known *provider, a attemptRow, now time.Time) ([]oauth2.AuthCodeOption, error) {
	assertion, err := p.assertion(known, now)
	if err != nil {
		return nil, err
	}
	return []oauth2.AuthCodeOption{
		oauth2.VerifierOption(a.Verifier),
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", assertion),
	}, nil
}
