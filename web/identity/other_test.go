package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"

	"qualsys/internal/testdb"
	"qualsys/registry/actor"
	"qualsys/web/identity"
)

const redirect = "http://localhost:1/login/callback"

// certified starts a provider that was written by others and certified by the
// OpenID Foundation: a second opinion on how we ask and prove who we are. It
// logs everybody in as Hanako.
func certified(t *testing.T, client *ecdsa.PrivateKey) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	issuer := "http://" + server.Listener.Addr().String()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwks := goidc.JSONWebKeySet{Keys: []goidc.JSONWebKey{{KeyID: "p1", Key: key, Algorithm: "ES256", Use: "sig"}}}
	public := goidc.JSONWebKeySet{Keys: []goidc.JSONWebKey{{KeyID: "k1", Key: client.Public(), Algorithm: "ES256", Use: "sig"}}}
	scopes := "openid name address birthdate gender"
	var known []goidc.Scope
	for _, s := range strings.Fields(scopes) {
		known = append(known, goidc.NewScope(s))
	}
	policy := goidc.NewPolicy("hanako",
		func(*http.Request, *goidc.Client, *goidc.AuthnSession) bool { return true },
		func(_ http.ResponseWriter, _ *http.Request, s *goidc.AuthnSession) (goidc.AuthnStatus, error) {
			s.SetUserID("hanako")
			s.GrantScopes(s.Scopes)
			s.SetIDTokenClaimAuthTime(int(time.Now().Unix()))
			s.SetIDTokenClaimACR("aal3")
			s.SetUserInfoClaim("name", "山田 花子")
			s.SetUserInfoClaim("birthdate", "1985-03-15")
			s.SetUserInfoClaim("address", map[string]any{"formatted": "東京都千代田区霞が関１－２－３"})
			return goidc.StatusSuccess, nil
		})
	p, err := provider.New(goidc.ProfileOpenID, issuer,
		func(context.Context) (goidc.JSONWebKeySet, error) { return jwks, nil },
		provider.WithScopes(known...),
		provider.WithIDTokenSignatureAlgs(goidc.ES256),
		provider.WithUserInfoSignatureAlgs(goidc.ES256),
		provider.WithTokenAuthnMethods(goidc.ClientAuthnPrivateKeyJWT),
		provider.WithPrivateKeyJWTSignatureAlgs(goidc.ES256),
		provider.WithIssuerResponseParameter(),
		provider.WithPKCERequired(goidc.CodeChallengeMethodSHA256),
		provider.WithAuthorizationCodeGrant(),
		provider.WithACRs("aal3", "crl"),
		provider.WithTokenOptions(func(goidc.GrantInfo, *goidc.Client) goidc.TokenOptions {
			return goidc.NewOpaqueTokenOptions(40, 300)
		}),
		provider.WithStaticClient(&goidc.Client{ID: "RP1", ClientMeta: goidc.ClientMeta{
			RedirectURIs: []string{redirect}, GrantTypes: []goidc.GrantType{goidc.GrantAuthorizationCode},
			ResponseTypes: []goidc.ResponseType{goidc.ResponseTypeCode}, ScopeIDs: scopes, PublicJWKS: &public,
			TokenAuthnMethod: goidc.ClientAuthnPrivateKeyJWT, TokenAuthnSigAlg: goidc.ES256,
			IDTokenSigAlg: goidc.ES256,
		}}),
		provider.WithPolicies(policy),
	)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = p.Handler()
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

func TestCertifiedProvider(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issuer := certified(t, key)
	for _, audience := range []identity.Audience{identity.TokenEndpoint, identity.IssuerAddress} {
		party, err := identity.New(testdb.Open(t), identity.Config{
			Kind: actor.KindHolder, Issuer: issuer, ClientID: "RP1", Key: key, KeyID: "k1", Redirect: redirect,
			Audience: audience, AllowHTTP: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		address, err := party.Begin(t.Context(), identity.Start{Return: "/my", Browser: "b"})
		if err != nil {
			t.Fatal(err)
		}
		answer := ask(t, address)
		login, start, err := party.Finish(t.Context(), "b", answer)
		if err != nil {
			t.Fatal(err)
		}
		if login.Name.String() != "山田 花子" || login.Birth != 19850315 || login.Address.String() != "東京都千代田区霞が関１－２－３" ||
			login.ACR != "aal3" || start.Return != "/my" || login.Subject != "hanako" {
			t.Error("what another's provider vouches for is not what comes out")
		}
		if _, _, err := party.Finish(t.Context(), "b", answer); !errors.Is(err, identity.ErrAttempt) {
			t.Errorf("a replay is refused, got %v", err)
		}
	}
}

// ask opens the provider's address and returns what it sends the browser back with.
func ask(t *testing.T, address string) url.Values {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	u, err := r.Location()
	if err != nil || !strings.HasPrefix(u.String(), redirect) {
		t.Fatalf("status %d, %v, %v", r.StatusCode, u, err)
	}
	return u.Query()
}
