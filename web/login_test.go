package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/identity"
	"qualsys/web/identity/sim"
	"qualsys/web/page"
	"qualsys/web/webtest"
)

// who answers with who came in.
func who(c *gin.Context) error {
	l, err := web.Login(c)
	if err != nil {
		return err
	}
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	roles := make([]string, len(by.Roles))
	for i, r := range by.Roles {
		roles[i] = string(r)
	}
	c.String(http.StatusOK, "%s|%s|%s|%s|%s|%s", by.Kind, l.Name, l.Birth, l.Address, by.Body, strings.Join(roles, ","))
	return nil
}

func rooms(g *webtest.Ground) {
	fresh := func(c *gin.Context) error {
		if err := web.Fresh(c, g.Clock.Now(), 5*time.Minute); err != nil {
			return err
		}
		return who(c)
	}
	g.Engine.Add(
		web.GET("/", web.Everybody, func(c *gin.Context) error { c.String(http.StatusOK, "start"); return nil }),
		web.GET("/my", web.Holders, who),
		web.GET("/my/secret", web.Holders, fresh),
		web.POST("/my/secret", web.Holders, fresh),
		web.GET("/officer", web.Officers(), who),
		web.GET("/officer/decide", web.Officers(actor.Supervisor), who),
	)
}

func TestLogin(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		g := webtest.On(t, db, db.Clock().(*clock.Fake), web.Options{}, rooms)
		status, text := g.LogIn(t, webtest.Client(), "/my", "hanako", "")
		if want := "holder|山田 花子|1985/03/15|東京都千代田区霞が関１－２－３||"; status != 200 || text != want {
			t.Errorf("a holder who opens a page is led through the login to it: %d %s", status, text)
		}
		status, text = g.LogIn(t, webtest.Client(), "/officer", "keiko", "")
		if want := "officer|鈴木 恵子|||sssc|reviewer,registrar,configurer"; status != 200 || text != want {
			t.Errorf("an officer comes in with body and roles: %d %s", status, text)
		}
	}, clock.At(time.Date(2026, 11, 25, 0, 12, 0, 0, time.UTC)))
}

func TestDoors(t *testing.T) {
	g := webtest.New(t, rooms)
	officer := g.Officer(t, "keiko")
	if status, _ := g.Get(t, officer, "/officer/decide"); status != 404 {
		t.Errorf("what an officer's role does not open is not found, got %d", status)
	}
	if status, _ := g.Get(t, g.Officer(t, "makoto"), "/officer/decide"); status != 200 {
		t.Errorf("a supervisor may, got %d", status)
	}
	noRedirect := *officer
	noRedirect.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if status, _ := g.Get(t, &noRedirect, "/my"); status != 303 {
		t.Errorf("an officer's session opens no holder's door, got %d", status)
	}
	if status, text := g.Do(t, &noRedirect, "GET", "/my", nil, http.Header{"Accept": {"application/json"}}); status != 401 || !strings.Contains(text, "web.login_needed") {
		t.Errorf("a program is told that a login is needed: %d %s", status, text)
	}
}

func TestLoginFailures(t *testing.T) {
	g := webtest.New(t, rooms)
	for fail, want := range map[sim.Failure]string{
		sim.Cancel: "identity.cancelled", sim.Timeout: "identity.timeout", sim.CardRevoked: "identity.card_revoked",
		sim.CardLocked: "identity.card_locked", sim.NoApp: "identity.no_app",
		sim.WrongState: "identity.attempt_unknown", sim.WrongIssuer: "identity.wrong_issuer",
		sim.WrongNonce: "identity.token_untrusted", sim.Expired: "identity.token_untrusted",
		sim.UnknownKey: "identity.token_untrusted", sim.BadSeal: "identity.token_untrusted", sim.WrongClient: "identity.token_untrusted",
		sim.WeakACR: "identity.too_weak", sim.OldAuth: "identity.too_old",
		sim.OtherSub: "identity.claims_unusable", sim.NoClaims: "identity.claims_unusable", sim.Away: "identity.provider_away",
	} {
		t.Run(string(fail), func(t *testing.T) {
			c := webtest.Client()
			status, text := g.LogIn(t, c, "/login?return=/my", "hanako", fail)
			if status < 400 || status == 500 || !strings.Contains(text, page.Text(page.Ja, want, nil)) {
				t.Errorf("got %d %s", status, text)
			}
			if again := `href="/login?return=%2Fmy"`; status == 401 && fail != sim.WrongState && !strings.Contains(text, again) {
				t.Errorf("the way to try again leads back to where it began: %s", text)
			}
			c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			if status, _ := g.Get(t, c, "/my"); status != 303 {
				t.Errorf("nobody is logged in after it, got %d", status)
			}
		})
	}
	covered := 17 + 1 // Slow ends as Away does, when our patience is over
	if n := len(sim.Failures()); n != covered {
		t.Errorf("%d failures are offered, %d tried", n, covered)
	}
	if status, text := g.LogIn(t, webtest.Client(), "/officer/login", "nobody", ""); status != 403 || !strings.Contains(text, page.Text(page.Ja, "identity.no_role", nil)) {
		t.Errorf("an account without a role stays out: %d %s", status, text)
	}
}

// callback logs in without following the way back, and returns its address.
func callback(t *testing.T, g *webtest.Ground, c *http.Client, path string) string {
	t.Helper()
	var back string
	stop := *c
	stop.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.Contains(r.URL.Path, "/callback") {
			back = r.URL.RequestURI()
			return http.ErrUseLastResponse
		}
		return nil
	}
	answer, err := sim.Walk(t.Context(), &stop, g.Base+path, "hanako", "")
	if err != nil || back == "" {
		t.Fatal("no way back", err)
	}
	answer.Body.Close()
	return back
}

func TestReplay(t *testing.T) {
	g := webtest.New(t, rooms)
	c := webtest.Client()
	back := callback(t, g, c, "/login?return=/my")

	if status, text := g.Get(t, webtest.Client(), back); status != 401 || !strings.Contains(text, page.Text(page.Ja, "identity.attempt_unknown", nil)) {
		t.Errorf("the answer counts only in the browser that asked: %d %s", status, text)
	}
	if status, _ := g.Get(t, c, strings.Replace(back, "/login/", "/officer/login/", 1)); status != 401 {
		t.Errorf("an answer to one issuer's question is none to the other's, got %d", status)
	}
	if status, text := g.Get(t, c, back); status != 200 || !strings.HasPrefix(text, "holder|") {
		t.Fatalf("in that browser it counts: %d %s", status, text)
	}
	if status, _ := g.Get(t, c, back); status != 401 {
		t.Errorf("and it counts once, got %d", status)
	}
	old := callback(t, g, c, "/login")
	g.Clock.Advance(11 * time.Minute)
	if status, _ := g.Get(t, c, old); status != 401 {
		t.Errorf("an answer after eleven minutes is too late, got %d", status)
	}
	used, err := url.Parse(callback(t, g, c, "/login"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := used.Query()
	q.Set("code", first.Query().Get("code"))
	if status, text := g.Get(t, c, used.Path+"?"+q.Encode()); status != 401 || !strings.Contains(text, page.Text(page.Ja, "identity.attempt_unknown", nil)) {
		t.Errorf("a used code with a new state is refused by the provider: %d %s", status, text)
	}
	for _, bad := range []string{"/login/callback", "/login/callback?state=x&state=y&code=z", "/login/callback?code=x&state=" + strings.Repeat("a", 5000)} {
		if status, _ := g.Get(t, c, bad); status != 401 {
			t.Errorf("%.60s: got %d", bad, status)
		}
	}
}

func TestSessionIsNewAtLogin(t *testing.T) {
	g := webtest.New(t, rooms)
	c := webtest.Client()
	base, err := url.Parse(g.Base)
	if err != nil {
		t.Fatal(err)
	}
	c.Jar.SetCookies(base, []*http.Cookie{{Name: "qualsys", Value: "planted-by-somebody-else", Path: "/"}})
	g.LogIn(t, c, "/login?return=/my", "hanako", "")
	first := cookie(c, base)
	if first == "planted-by-somebody-else" || len(first) < 40 {
		t.Fatalf("the session keeps a planted token: %q", first)
	}
	g.LogIn(t, c, "/login?fresh=1&return=/my", "hanako", "")
	if second := cookie(c, base); second == first {
		t.Error("a step-up keeps the token")
	}
	c.Jar.SetCookies(base, []*http.Cookie{{Name: "qualsys", Value: first, Path: "/"}})
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if status, _ := g.Get(t, c, "/my"); status != 303 {
		t.Errorf("the old token still opens, got %d", status)
	}
}

func cookie(c *http.Client, base *url.URL) string {
	for _, one := range c.Jar.Cookies(base) {
		if one.Name == "qualsys" {
			return one.Value
		}
	}
	return ""
}

func TestStepUp(t *testing.T) {
	g := webtest.New(t, rooms)
	c := g.Holder(t, "hanako")
	if status, text := g.Get(t, c, "/my/secret"); status != 200 || !strings.HasPrefix(text, "holder|") {
		t.Fatalf("just after the login nothing more is asked: %d %s", status, text)
	}
	g.Clock.Advance(6 * time.Minute)
	if status, text := g.LogIn(t, c, "/my/secret", "hanako", ""); status != 200 || !strings.HasPrefix(text, "holder|") {
		t.Errorf("later the login is asked again, and leads back: %d %s", status, text)
	}
	g.Clock.Advance(6 * time.Minute)
	if status, text := g.LogIn(t, c, "/my/secret", "taro", ""); status != 403 || !strings.Contains(text, page.Text(page.Ja, "identity.other_person", nil)) {
		t.Errorf("somebody else's card does not do: %d %s", status, text)
	}
	if status, _ := g.Get(t, c, "/my"); status != 200 {
		t.Errorf("the session from before lives on, got %d", status)
	}
}

func TestEveryCodeHasItsSentences(t *testing.T) {
	for _, code := range fault.Codes() {
		room, _, _ := strings.Cut(code, ".")
		if room != "web" && room != "identity" && room != "api" {
			continue
		}
		for _, lang := range page.Langs {
			if !page.Has(lang, code) {
				t.Errorf("%s has no sentence in %s", code, lang)
			}
		}
	}
}

// loginOf returns the id of a holder's login.
func loginOf(t *testing.T, g *webtest.Ground, subject string) string {
	t.Helper()
	return identity.LoginID(g.Provider+"/holder", subject)
}
