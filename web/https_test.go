package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/identity"
	"qualsys/web/webtest"
)

func TestHTTPS(t *testing.T) {
	g := webtest.New(t, rooms)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse("https://ours.example")
	if err != nil {
		t.Fatal(err)
	}
	holders, err := identity.New(g.DB, identity.Config{Kind: actor.KindHolder, Issuer: g.Provider + "/holder", ClientID: "RP1", Key: key,
		KeyID: "k", Redirect: "https://ours.example/login/callback", Audience: identity.TokenEndpoint, AllowHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	e, err := web.New(web.Options{DB: g.DB, Base: base, Holders: holders})
	if err != nil {
		t.Fatal(err)
	}
	h, err := e.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "https://ours.example/login?return=/my", nil))
	if w.Code != http.StatusSeeOther || w.Header().Get("Strict-Transport-Security") == "" {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatal(cookies)
	}
	c := cookies[0]
	if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("a cookie is bound to this host and to https: %v", c)
	}
	q, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	asked := q.Query()
	for name, want := range map[string]string{
		"response_type": "code", "scope": "openid name address birthdate gender", "client_id": "RP1", "acr_values": "aal3 crl",
		"code_challenge_method": "S256", "redirect_uri": "https://ours.example/login/callback", "max_age": "900",
	} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "https://ours.example/officer/login", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("where officers have no provider, nobody logs in as one, got %d", w.Code)
	}
}
