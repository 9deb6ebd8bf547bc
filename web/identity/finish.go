package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"qualsys/internal/fault"
	"qualsys/internal/store"
)

// skew is how far a provider's clock may be ahead of or behind ours.
const skew = time.Minute

func (p *Party) finish(ctx context.Context, browser string, answer url.Values) (Login, Start, error) {
	for _, name := range []string{"state", "code", "error", "iss"} {
		if len(answer[name]) > 1 {
			return Login{}, Start{}, ErrAttempt
		}
	}
	var a attemptRow
	var now time.Time
	err := p.db.Write(ctx, func(tx *store.Tx) (err error) {
		now = tx.Now
		a, err = takeAttempt(tx, p.cfg.Issuer, answer.Get("state"), browser)
		return err
	})
	if err != nil {
		return Login{}, Start{}, err
	}
	login, err := p.check(ctx, a, answer, now)
	if err != nil {
		return Login{}, a.start(), err
	}
	if err := p.db.Write(ctx, func(tx *store.Tx) error { return saveLogin(tx, login) }); err != nil {
		return Login{}, a.start(), fmt.Errorf("identity: keep the login: %w", err)
	}
	return login, a.start(), nil
}

// check turns an answer to attempt a into a login, or says why not.
func (p *Party) check(ctx context.Context, a attemptRow, answer url.Values, now time.Time) (Login, error) {
	known, err := p.discovered(ctx)
	if err != nil {
		return Login{}, ErrProviderAway.Because(err)
	}
	if iss, named := answer.Get("iss"), answer.Has("iss"); (named && iss != p.cfg.Issuer) || (!named && known.namesIssuer) {
		return Login{}, ErrIssuer
	}
	if answer.Has("error") {
		return Login{}, providerFault(answer.Get("error"), answer.Get("error_description"))
	}
	tokens, err := p.tokens(ctx, known, a, answer.Get("code"), now)
	if err != nil {
		return Login{}, err
	}
	token, err := p.idToken(ctx, known, a, tokens, now)
	if err != nil {
		return Login{}, err
	}
	login, err := p.person(ctx, known, tokens, token)
	if err != nil {
		return Login{}, err
	}
	if a.LoginID != "" && a.LoginID != login.ID {
		return Login{}, ErrOtherPerson
	}
	return login, nil
}

func (p *Party) tokens(ctx context.Context, known *provider, a attemptRow, code string, now time.Time) (*oauth2.Token, error) {
	if code == "" || len(code) > 4096 {
		return nil, ErrAttempt
	}
	options, err := p.exchange(known, a, now)
	if err != nil {
		return nil, fmt.Errorf("identity: sign the client assertion: %w", err)
	}
	tokens, err := p.oauth(known).Exchange(p.context(ctx), code, options...)
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode == "invalid_grant": // used, too old, or begun with another verifier
		return nil, ErrAttempt.Because(errors.New("the provider does not take the code"))
	case errors.As(err, &refused) && refused.ErrorCode != "":
		return nil, fmt.Errorf("identity: the provider refuses us: %s", refused.ErrorCode)
	case err != nil:
		return nil, ErrProviderAway.Because(err)
	}
	return tokens, nil
}

// idClaims are the claims of an ID token beside those that go-oidc reads.
type idClaims struct {
	AuthorizedParty string `json:"azp"`
	ACR             string `json:"acr"`
	AuthTime        int64  `json:"auth_time"`
}

// checkedToken is an ID token that has passed all checks.
type checkedToken struct {
	*oidc.IDToken
	idClaims
}

// idToken checks the ID token as OpenID Connect Core 3.1.3.7 wants it, and more
// strictly: a key id is needed, and strength and age of the authentication are ours to judge.
func (p *Party) idToken(ctx context.Context, known *provider, a attemptRow, tokens *oauth2.Token, now time.Time) (checkedToken, error) {
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return checkedToken{}, ErrToken.Because(errors.New("there is none"))
	}
	if err := p.header(raw); err != nil {
		return checkedToken{}, ErrToken.Because(err)
	}
	verifier := oidc.NewVerifier(p.cfg.Issuer, known.keys, &oidc.Config{
		ClientID: p.cfg.ClientID, SupportedSigningAlgs: p.cfg.Algorithms, Now: func() time.Time { return now },
	})
	token, err := verifier.Verify(p.context(ctx), raw)
	if err != nil {
		return checkedToken{}, ErrToken.Because(err)
	}
	t := checkedToken{IDToken: token}
	if err := token.Claims(&t.idClaims); err != nil {
		return checkedToken{}, ErrToken.Because(err)
	}
	if err := p.checkToken(t, a, tokens.AccessToken, now); err != nil {
		return checkedToken{}, err
	}
	return t, p.checkStrength(t, a, now)
}

// header demands a key id: "any of your keys" is not enough.
func (p *Party) header(raw string) error {
	algorithms := make([]jose.SignatureAlgorithm, len(p.cfg.Algorithms))
	for i, a := range p.cfg.Algorithms {
		algorithms[i] = jose.SignatureAlgorithm(a)
	}
	jws, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil {
		return err
	}
	if len(jws.Signatures) != 1 || jws.Signatures[0].Header.KeyID == "" {
		return errors.New("the token names no key")
	}
	return nil
}

func (p *Party) checkToken(t checkedToken, a attemptRow, access string, now time.Time) error {
	wrong := func(what string) error { return ErrToken.Because(errors.New(what)) }
	switch {
	case subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(a.Nonce)) != 1:
		return wrong("nonce")
	case len(t.Audience) > 1 && t.AuthorizedParty == "", t.AuthorizedParty != "" && t.AuthorizedParty != p.cfg.ClientID:
		return wrong("authorized party")
	case t.IssuedAt.After(now.Add(skew)) || t.IssuedAt.Before(now.Add(-10*time.Minute)):
		return wrong("issued at")
	case t.Subject == "" || len(t.Subject) > 255:
		return wrong("subject")
	}
	if t.AccessTokenHash != "" && t.VerifyAccessToken(access) != nil {
		return wrong("access token hash")
	}
	return nil
}

func (p *Party) checkStrength(t checkedToken, a attemptRow, now time.Time) error {
	got := strings.Fields(t.ACR)
	for _, need := range p.cfg.RequireACR {
		if !slices.Contains(got, need) {
			return ErrTooWeak
		}
	}
	at := time.Unix(t.AuthTime, 0)
	switch {
	case t.AuthTime == 0, at.After(now.Add(skew)), now.Sub(at) > p.cfg.MaxAge+skew:
		return ErrTooOld
	case a.Fresh && at.Before(a.CreatedAt.Add(-skew)):
		return ErrTooOld
	}
	return nil
}

// providerFault says in our words what the provider says in OAuth's. The
// description tells apart what has no code of its own (SERVICE 4.3).
func providerFault(code, description string) *fault.Fault {
	d := strings.ToLower(description)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(d, w) })
	}
	switch {
	case has("revoked", "失効"):
		return ErrCardRevoked
	case has("pin", "locked", "ロック"):
		return ErrCardLocked
	case has("timeout", "timed out", "タイムアウト"), code == "login_required", code == "interaction_required":
		return ErrTimeout
	case has("not installed", "no app"):
		return ErrNoApp
	case code == "access_denied":
		return ErrCancelled
	case code == "temporarily_unavailable", code == "server_error":
		return ErrProviderAway
	}
	return ErrProviderRefused
}
