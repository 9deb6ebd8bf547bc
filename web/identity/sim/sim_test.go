package sim_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"qualsys/internal/clock"
	"qualsys/web/identity/sim"
)

const back = "http://localhost:1/login/callback"

type ground struct {
	base  string
	clock *clock.Fake
	key   *ecdsa.PrivateKey
	http  *http.Client
}

func start(t *testing.T) ground {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	g := ground{
		base: "http://" + server.Listener.Addr().String(), clock: clock.At(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)),
		http: &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), back) {
				return http.ErrUseLastResponse
			}
			return nil
		}},
	}
	var err error
	if g.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	people := []sim.Person{{Subject: "h", Name: "山田 花子", Birthdate: "1985-03-15", Address: "東京都"}}
	for range 40 {
		people = append(people, sim.Person{Subject: rand.Text(), Name: "佐藤 <b>太郎</b>", Birthdate: "1990-01-01", Address: "大阪府"})
	}
	client := sim.Client{ID: "RP1", RedirectURIs: []string{back}, Key: g.key.Public()}
	s, err := sim.New(sim.Config{Base: g.base, Clock: g.clock, HolderClient: client, OfficerClient: client,
		Holders: func() []sim.Person { return people }, Officers: func() []sim.Person { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = s
	server.Start()
	t.Cleanup(server.Close)
	return g
}

func (g ground) auth(change url.Values) string {
	challenge := sha256.Sum256([]byte("verifier"))
	q := url.Values{"response_type": {"code"}, "scope": {"openid name birthdate"}, "client_id": {"RP1"}, "redirect_uri": {back},
		"state": {"s"}, "nonce": {"n"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}}
	for k, v := range change {
		q[k] = v
	}
	return g.base + "/holder/auth?" + q.Encode()
}

func (g ground) get(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	r, err := g.http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(b)
}

func TestRequestsAreChecked(t *testing.T) {
	g := start(t)
	for name, change := range map[string]url.Values{
		"another client": {"client_id": {"RP2"}}, "another address to go back to": {"redirect_uri": {"https://evil.example/"}},
	} {
		if r, _ := g.get(t, g.auth(change)); r.StatusCode != 400 {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
	for want, change := range map[string]url.Values{
		"unsupported_response_type": {"response_type": {"token"}}, "invalid_scope": {"scope": {"name"}},
	} {
		if r, _ := g.get(t, g.auth(change)); !strings.Contains(r.Header.Get("Location"), "error="+want) {
			t.Errorf("%s: %s", want, r.Header.Get("Location"))
		}
	}
	for _, change := range []url.Values{{"state": {""}}, {"nonce": {strings.Repeat("n", 256)}}, {"code_challenge": {"x"}}, {"code_challenge_method": {"plain"}}} {
		if r, _ := g.get(t, g.auth(change)); !strings.Contains(r.Header.Get("Location"), "error=invalid_request") {
			t.Errorf("%v: %s", change, r.Header.Get("Location"))
		}
	}
}

func TestPage(t *testing.T) {
	g := start(t)
	r, text := g.get(t, g.auth(url.Values{"ui_locales": {"en"}}))
	if r.StatusCode != 200 || !strings.Contains(text, "山田 花子") || !strings.Contains(text, "Who are you logging in as?") {
		t.Errorf("%d %.300s", r.StatusCode, text)
	}
	if strings.Contains(text, "<b>") || !strings.Contains(text, "&lt;b&gt;") {
		t.Error("names are escaped")
	}
	csp := r.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "http://localhost:1") {
		t.Error(csp)
	}
	for _, f := range sim.Failures() {
		if !strings.Contains(text, `value="`+string(f)+`"`) {
			t.Errorf("no button for %s", f)
		}
	}
	_, text = g.get(t, r.Request.URL.String()+"&q="+url.QueryEscape("山田花子"))
	if !strings.Contains(text, "山田 花子") || strings.Contains(text, "佐藤") {
		t.Errorf("the search finds one: %.300s", text)
	}
}

// code goes through the page and returns the code.
func (g ground) code(t *testing.T) string {
	t.Helper()
	r, err := sim.Walk(t.Context(), g.http, g.auth(nil), "h", "")
	if r == nil {
		t.Fatal(err)
	}
	r.Body.Close()
	u, err := r.Location()
	if err != nil || u.Query().Get("state") != "s" || u.Query().Get("iss") != g.base+"/holder" {
		t.Fatal(u, err)
	}
	return u.Query().Get("code")
}

func (g ground) assertion(t *testing.T, key any, change func(*jwt.Claims)) string {
	t.Helper()
	now := g.clock.Now()
	c := jwt.Claims{Issuer: "RP1", Subject: "RP1", Audience: jwt.Audience{g.base + "/holder/token"}, ID: rand.Text(),
		Expiry: jwt.NewNumericDate(now.Add(time.Minute))}
	if change != nil {
		change(&c)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(s).Claims(c).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (g ground) token(t *testing.T, assertion, code, verifier string) (int, map[string]any) {
	t.Helper()
	r, err := g.http.PostForm(g.base+"/holder/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {"RP1"},
		"code": {code}, "redirect_uri": {back}, "code_verifier": {verifier}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	said := map[string]any{}
	if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, said
}

func TestToken(t *testing.T) {
	g := start(t)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]string{
		"none":              "",
		"another's key":     g.assertion(t, other, nil),
		"another client":    g.assertion(t, g.key, func(c *jwt.Claims) { c.Issuer = "RP2" }),
		"another audience":  g.assertion(t, g.key, func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://other.example"} }),
		"an hour of life":   g.assertion(t, g.key, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(g.clock.Now().Add(time.Hour)) }),
		"over":              g.assertion(t, g.key, func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(g.clock.Now().Add(-time.Hour)) }),
		"no end":            g.assertion(t, g.key, func(c *jwt.Claims) { c.Expiry = nil }),
		"no name of itself": g.assertion(t, g.key, func(c *jwt.Claims) { c.ID = "" }),
	} {
		if status, said := g.token(t, a, g.code(t), "verifier"); status != 401 || said["error"] != "invalid_client" {
			t.Errorf("%s: %d %v", name, status, said)
		}
	}
	good, code := g.assertion(t, g.key, nil), g.code(t)
	status, said := g.token(t, good, code, "verifier")
	if status != 200 || said["id_token"] == nil {
		t.Fatal(status, said)
	}
	if status, _ := g.token(t, good, g.code(t), "verifier"); status != 401 {
		t.Errorf("an assertion counts once, got %d", status)
	}
	if status, said := g.token(t, g.assertion(t, g.key, nil), code, "verifier"); status != 400 || said["error"] != "invalid_grant" {
		t.Errorf("a code counts once: %d %v", status, said)
	}
	if status, _ := g.token(t, g.assertion(t, g.key, nil), g.code(t), "another"); status != 400 {
		t.Errorf("the verifier must be the one that was promised, got %d", status)
	}
	access, ok := said["access_token"].(string)
	if !ok {
		t.Fatal(said)
	}
	if status, _ := g.token(t, g.assertion(t, g.key, nil), access, "verifier"); status != 400 {
		t.Errorf("an access token is no code, got %d", status)
	}
	g.userinfo(t, access)
}

func (g ground) userinfo(t *testing.T, access string) {
	t.Helper()
	ask := func(bearer string) (int, string) {
		r, err := http.NewRequest("GET", g.base+"/holder/userinfo", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+bearer)
		a, err := g.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		b, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.StatusCode, strings.TrimSpace(string(b))
	}
	if status, text := ask(access); status != 200 || text != `{"birthdate":"19850315","name":"山田 花子","sub":"h"}` {
		t.Errorf("only what the scopes allow is told: %d %s", status, text)
	}
	if status, _ := ask("access-x"); status != 401 {
		t.Errorf("got %d", status)
	}
	g.clock.Advance(6 * time.Minute)
	if status, _ := ask(access); status != 401 {
		t.Errorf("an access token ends after five minutes, got %d", status)
	}
}

func TestPublishedKeys(t *testing.T) {
	g := start(t)
	_, text := g.get(t, g.base+"/holder/jwks")
	if !strings.Contains(text, `"crv":"P-256"`) || regexp.MustCompile(`"d":`).MatchString(text) {
		t.Error("only the public half is published")
	}
}
