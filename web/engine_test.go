package web_test

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/testdb"
	"qualsys/web"
	"qualsys/web/page"
	"qualsys/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var errTaken = fault.New(fault.Conflict, "webtest.taken")

// more adds routes that misbehave.
func more(g *webtest.Ground) {
	rooms(g)
	g.Engine.Add(
		web.GET("/panic", web.Everybody, func(*gin.Context) error { panic("a bug") }),
		web.GET("/defect", web.Everybody, func(*gin.Context) error { return os.ErrClosed }),
		web.GET("/taken", web.Everybody, func(*gin.Context) error {
			return fault.List{errTaken.At("email"), errTaken.At("name")}
		}),
		web.POST("/form", web.Everybody, func(c *gin.Context) error {
			if err := web.Form(c); err != nil {
				return err
			}
			c.String(http.StatusOK, "sent %s", c.Request.PostForm.Get("a"))
			return nil
		}).Limited(100, 0),
		web.POST("/hook", web.Hooks, func(c *gin.Context) error { c.String(http.StatusOK, "heard"); return nil }),
		web.POST("/wait", web.Everybody, func(c *gin.Context) error {
			<-c.Request.Context().Done()
			return c.Request.Context().Err()
		}).Limited(0, time.Millisecond),
	)
}

func TestRouteTable(t *testing.T) {
	g := webtest.New(t, nil)
	got := strings.Join(g.Engine.Table(), "\n") + "\n"
	const golden = "testdata/routes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the ground's routes are\n%s\nand the list says\n%s", got, want)
	}
}

func TestEngineRefusesToStart(t *testing.T) {
	db := testdb.Open(t, clock.At(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)))
	fresh := func() *web.Engine {
		base, err := url.Parse("http://localhost:8080")
		if err != nil {
			t.Fatal(err)
		}
		e, err := web.New(web.Options{DB: db, Base: base})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := fresh()
	e.Gin().GET("/debug", func(c *gin.Context) {})
	if _, err := e.Handler(); err == nil || !strings.Contains(err.Error(), "/debug") {
		t.Errorf("a route without an entry does not start, got %v", err)
	}
	e = fresh()
	e.Add(web.Route{Method: "POST", Path: "/v1/nothing", Access: web.Everybody})
	if _, err := e.Handler(); err == nil || !strings.Contains(err.Error(), "/v1/nothing") {
		t.Errorf("an entry without a route does not start, got %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a route that lets nobody in is refused")
		}
	}()
	fresh().Add(web.Route{Method: "GET", Path: "/x"})
}

func TestErrors(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	g := webtest.New(t, more)
	c := webtest.Client()
	json := http.Header{"Accept": {"application/json"}, "Accept-Language": {"en"}}
	for _, test := range []struct {
		name, method, path, body string
		h                        http.Header
		status                   int
		contains                 string
	}{
		{"an unknown address is a page", "GET", "/nothing?name=secret", "", nil, 404, page.Text(page.Ja, "web.no_page", nil)},
		{"in English for who reads English", "GET", "/nothing", "", http.Header{"Accept-Language": {"en-GB,en;q=0.9"}}, 404, "There is nothing to show"},
		{"a slash too many is no other page", "GET", "/my/", "", nil, 404, ""},
		{"an unknown address is a problem for a program", "GET", "/v1/nothing", "", nil, 404, `"code":"web.no_page"`},
		{"another method", "PUT", "/form", "", json, 405, `"status":405`},
		{"a panic is a defect with a number", "GET", "/panic", "", json, 500, `"code":"web.defect"`},
		{"a defect tells nothing of itself", "GET", "/defect", "", json, 500, `"request":"`},
		{"each field at fault is named", "GET", "/taken", "", json, 409, `"field":"name"`},
		{"what is announced as too large is not read", "POST", "/form", "a=" + strings.Repeat("x", 200), json, 413, `"code":"web.too_large"`},
		{"a form that is none", "POST", "/form", "a=%zz", json, 422, `"code":"web.form_unreadable"`},
		{"work that takes too long", "POST", "/wait", "", json, 503, `"code":"web.slow"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
			for k, v := range test.h {
				h[k] = v
			}
			status, text := g.Do(t, c, test.method, test.path, strings.NewReader(test.body), h)
			if status != test.status || !strings.Contains(text, test.contains) || strings.Contains(text, "a bug") || strings.Contains(text, "file already closed") {
				t.Errorf("got %d %s", status, text)
			}
		})
	}
	// a body without a length is cut off while it is read
	status, text := g.Do(t, c, "POST", "/form", struct{ *strings.Reader }{strings.NewReader("a=" + strings.Repeat("x", 200))},
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}})
	if status != 413 || !strings.Contains(text, "web.too_large") {
		t.Errorf("got %d %s", status, text)
	}
	if strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "/nothing") || !strings.Contains(log.String(), `"route":"/defect"`) {
		t.Error("the log names routes by pattern, and neither paths nor queries")
	}
}

func TestHeaders(t *testing.T) {
	g := webtest.New(t, more)
	r, err := webtest.Client().Get(g.Base + "/")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		"Strict-Transport-Security": "", "X-Frame-Options": "DENY",
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; manifest-src 'self'; form-action 'self' " + g.Provider + "; frame-ancestors 'none'; base-uri 'none'",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(r.Header.Get("X-Request-Id")) != 12 {
		t.Error("each request has a number")
	}
}

func TestCrossOrigin(t *testing.T) {
	g := webtest.New(t, more)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	post := func(path string, h http.Header) int {
		for k, v := range form {
			h[k] = v
		}
		status, _ := g.Do(t, webtest.Client(), "POST", path, strings.NewReader("a=1"), h)
		return status
	}
	foreign := func() http.Header {
		return http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}
	}
	if got := post("/form", foreign()); got != 403 {
		t.Errorf("a form on another site's page is refused, got %d", got)
	}
	if got := post("/form", http.Header{"Origin": {"https://evil.example"}}); got != 403 {
		t.Errorf("so is an older browser's, got %d", got)
	}
	if got := post("/form", http.Header{"Sec-Fetch-Site": {"same-origin"}}); got != 200 {
		t.Errorf("our own form goes through, got %d", got)
	}
	if got := post("/hook", foreign()); got != 200 {
		t.Errorf("a webhook stands for itself, got %d", got)
	}
	if got := post("/logout", foreign()); got != 403 {
		t.Errorf("nobody logs others out, got %d", got)
	}
}

func TestLanguage(t *testing.T) {
	g := webtest.New(t, more)
	c := webtest.Client()
	g.Post(t, c, "/language", url.Values{"lang": {"en"}, "return": {"//evil.example/"}})
	if _, text := g.Get(t, c, "/nothing"); !strings.Contains(text, `<html lang="en"`) {
		t.Errorf("the choice is remembered: %.200s", text)
	}
	g.Post(t, c, "/language", url.Values{"lang": {"ja"}})
	if _, text := g.Get(t, c, "/nothing"); !strings.Contains(text, `<html lang="ja"`) {
		t.Errorf("and changed back: %.200s", text)
	}
}

func TestSessions(t *testing.T) {
	g := webtest.New(t, rooms)
	phone, desk := g.Holder(t, "hanako"), g.Holder(t, "hanako")
	g.Holder(t, "taro")
	stop := func(c *http.Client) *http.Client {
		d := *c
		d.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return &d
	}
	open := func(c *http.Client) bool { s, _ := g.Get(t, stop(c), "/my"); return s == 200 }
	all := g.Engine.Sessions()
	login := loginOf(t, g, "hanako")
	list, err := all.List(t.Context(), login)
	if err != nil || len(list) != 2 || list[0].Agent != "? / ?" {
		t.Fatalf("both browsers are listed: %v %v", list, err)
	}
	if err := all.Revoke(t.Context(), loginOf(t, g, "taro"), list[1].ID); err == nil {
		t.Error("nobody ends another's session")
	}
	if err := all.Revoke(t.Context(), login, list[1].ID); err != nil {
		t.Fatal(err)
	}
	if open(phone) || !open(desk) {
		t.Error("the first one is out, the other in")
	}
	phone = g.Holder(t, "hanako")
	list, err = all.List(t.Context(), login)
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if n, err := all.RevokeOthers(t.Context(), login, list[0].ID); n != 1 || err != nil || open(desk) || !open(phone) {
		t.Errorf("all others are out: %d %v", n, err)
	}
	g.Clock.Advance(29 * time.Minute)
	if !open(phone) {
		t.Error("29 minutes without use are borne")
	}
	g.Clock.Advance(31 * time.Minute)
	if open(phone) {
		t.Error("31 are not")
	}
	phone = g.Holder(t, "hanako")
	for range 12 * 3 { // every 20 minutes for twelve hours
		g.Clock.Advance(20 * time.Minute)
		g.Get(t, stop(phone), "/my")
	}
	if open(phone) {
		t.Error("after twelve hours a session ends however much it is used")
	}
	phone = g.Holder(t, "hanako")
	g.Post(t, phone, "/logout", nil)
	if open(phone) {
		t.Error("logging out ends it")
	}
	g.Clock.Advance(72 * time.Hour)
	if err := all.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestOneAddressNeverTakesAllPlacesForVerification holds uploads open, as
// a slow or hostile client does: others are served all the same.
func TestOneAddressTakesAtMostHalfOfThePlacesForVerification(t *testing.T) {
	db := testdb.Open(t, clock.At(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)))
	inside, leave := make(chan struct{}), make(chan struct{})
	o := web.Options{TrustedProxies: []string{"127.0.0.1"}, Limits: web.Limits{General: -1, VerificationRate: -1, LoginRate: -1, Verifications: 4, Wait: time.Millisecond}}
	g := webtest.On(t, db, db.Clock().(*clock.Fake), o, func(g *webtest.Ground) {
		rooms(g)
		g.Engine.Add(web.GET("/hold", web.Everybody, func(c *gin.Context) error {
			inside <- struct{}{}
			<-leave
			return nil
		}).In(web.Verification))
	})
	from := func(address string) int {
		s, _ := g.Do(t, webtest.Client(), "GET", "/hold", nil, http.Header{"X-Forwarded-For": {address}})
		return s
	}
	done := make(chan int)
	for _, address := range []string{"203.0.113.7", "203.0.113.7", "203.0.113.7"} {
		go func() { done <- from(address) }()
		<-inside
	}
	if s := from("203.0.113.7"); s != 503 {
		t.Errorf("an address that holds three of four places is told to come again, got %d", s)
	}
	go func() { done <- from("198.51.100.1") }()
	<-inside
	close(leave)
	for range 4 {
		if s := <-done; s != 200 {
			t.Errorf("who was inside is served, got %d", s)
		}
	}
	go func() { done <- from("203.0.113.7") }()
	<-inside
	if s := <-done; s != 200 {
		t.Errorf("whose requests are over may come again, got %d", s)
	}
}

func TestLimits(t *testing.T) {
	db := testdb.Open(t, clock.At(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)))
	inside, leave := make(chan struct{}), make(chan struct{})
	g := webtest.On(t, db, db.Clock().(*clock.Fake), web.Options{Limits: web.Limits{LoginRate: 0.001, Everything: 1}}, func(g *webtest.Ground) {
		rooms(g)
		g.Engine.Add(web.GET("/hold", web.Everybody, func(c *gin.Context) error {
			inside <- struct{}{}
			<-leave
			return nil
		}))
	})
	done := make(chan int)
	go func() {
		s, _ := g.Get(t, webtest.Client(), "/hold")
		done <- s
	}()
	<-inside
	r, err := webtest.Client().Get(g.Base + "/")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Errorf("who finds the pool full is told to come again: %d", r.StatusCode)
	}
	close(leave)
	if s := <-done; s != 200 {
		t.Errorf("who was inside is served, got %d", s)
	}
	c := webtest.Client()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var got []int
	for range 3 {
		s, _ := g.Do(t, c, "GET", "/login", nil, http.Header{"X-Forwarded-For": {fmt.Sprintf("203.0.113.%d", len(got))}})
		got = append(got, s)
	}
	if !slices.Equal(got, []int{303, 429, 429}) {
		t.Errorf("logins from one address are limited, whatever it says of itself, got %v", got)
	}
}
