// Package look is how pages are looked at in tests: it serves the stories that
// rooms register, opens each in a real browser at the widths of a phone and a
// desk, in both languages, and asks axe-core.
package look

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"qualsys/internal/browser"
	"qualsys/web/page"
)

// Policy is the strict content security policy under which stories are looked at.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Handler serves the stories below /stories/<name>?lang=, and the bundle.
func Handler() http.Handler {
	m := http.NewServeMux()
	m.Handle("/assets/", page.Assets())
	m.HandleFunc("/stories/{name...}", func(w http.ResponseWriter, r *http.Request) {
		s, ok := page.StoryNamed(r.PathValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		v := page.View{Lang: page.ParseLang(r.URL.Query().Get("lang")), Now: page.StoryNow(), Path: r.URL.RequestURI(), Demo: true}
		html, err := page.Render(r.Context(), s.Make(v))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", Policy)
		w.Write(html)
	})
	return m
}

// Stories looks at every story whose name begins with prefix: nothing may be
// found by axe-core, nothing may be too wide, too small to touch or to read,
// nothing may be asked of another host, and no script may fail. With
// QUALSYS_SHOTS set, pictures are left there, dark ones too.
func Stories(t *testing.T, prefix string) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	b := browser.New(t)
	server := httptest.NewServer(Handler())
	t.Cleanup(server.Close)
	host, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, s := range page.Stories() {
		if !strings.HasPrefix(s.Name, prefix) {
			continue
		}
		found = true
		t.Run(s.Name, func(t *testing.T) {
			tab := b.Tab(t)
			for _, lang := range page.Langs {
				at := server.URL + "/stories/" + url.PathEscape(s.Name) + "?lang=" + string(lang)
				for _, width := range []int{360, 1280} {
					tab.Width(width)
					tab.Open(at)
					tab.Axe(string(lang))
					tab.Fits(string(lang))
					tab.Shot(s.Name + " " + string(lang))
				}
				if os.Getenv("QUALSYS_SHOTS") != "" || lang == page.Ja {
					tab.Dark(true)
					tab.Axe(string(lang) + " dark")
					tab.Shot(s.Name + " " + string(lang) + " dark")
					tab.Dark(false)
				}
			}
			if f := tab.Foreign(host.Host); len(f) > 0 {
				t.Errorf("asked of other hosts: %v", f)
			}
			if e := tab.Errors(); len(e) > 0 {
				t.Errorf("errors: %v", e)
			}
		})
	}
	if !found {
		t.Fatalf("no story begins with %q", prefix)
	}
}
