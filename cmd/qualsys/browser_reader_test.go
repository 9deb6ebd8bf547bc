package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qualsys/internal/browser"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web/page"
)

// Reader is somebody before a browser, who looks at each page as a tester does.
type Reader struct {
	*browser.Tab
	t       testing.TB
	h       *House
	b       *browser.Browser
	width   int
	lang    page.Lang
	address string // that the requests seem to come from
	linked  map[string]bool
	heard   int // errors that have been told
}

// phonesAndDesks are how people read: Japanese on a phone, English at a desk.
var phonesAndDesks = []struct {
	lang  page.Lang
	width int
}{{page.Ja, 360}, {page.En, 1280}}

// Reader opens a tab for somebody new.
func (h *House) Reader(t testing.TB, b *browser.Browser, lang page.Lang, width int) *Reader {
	t.Helper()
	n := addresses.Add(1)
	r := &Reader{Tab: b.Tab(t), t: t, h: h, b: b, width: width, lang: lang, address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255), linked: map[string]bool{}}
	r.Width(width)
	r.Language(string(lang))
	r.Header("X-Forwarded-For", r.address)
	return r
}

// To opens a page of ours.
func (r *Reader) To(path string) {
	r.t.Helper()
	r.Open(r.h.Config.BaseURL + path)
}

// T is a sentence in the reader's language.
func (r *Reader) T(code string, params ...any) string {
	return page.View{Lang: r.lang}.T(code, params...)
}

// Says fails the test unless the page says all of the words.
func (r *Reader) Says(words ...string) {
	r.t.Helper()
	text := squeeze(r.Text("body"))
	for _, w := range words {
		if !strings.Contains(text, squeeze(w)) {
			r.t.Errorf("%s does not say %q:\n%s", r.URL(), w, r.Text("body"))
		}
	}
}

// SaysNot fails the test when the page says any of the words.
func (r *Reader) SaysNot(words ...string) {
	r.t.Helper()
	text := squeeze(r.Text("body"))
	for _, w := range words {
		if strings.Contains(text, squeeze(w)) {
			r.t.Errorf("%s says %q:\n%s", r.URL(), w, r.Text("body"))
		}
	}
}

var spaces = regexp.MustCompile(`\s+`)

func squeeze(s string) string { return spaces.ReplaceAllString(s, "") }

// refused are the answers that a page gives when it sends a form back; the
// browser logs them as errors, and they are none.
var refused = regexp.MustCompile(`status of (400|401|403|409|413|422|429)`)

// Look looks at the page as it stands: axe-core finds nothing, it fits, its
// links lead somewhere, nothing was asked of strangers, nothing failed.
func (r *Reader) Look(what string) {
	r.t.Helper()
	r.Axe(what)
	r.Fits(what)
	r.Shot(strings.ReplaceAll(r.t.Name(), "/", "-") + " " + what)
	r.noStrangers(what)
	errors := r.Errors()
	for _, e := range errors[r.heard:] {
		if !refused.MatchString(e) {
			r.t.Errorf("%s: %s", what, e)
		}
	}
	r.heard = len(errors)
	r.follow(what)
}

// noStrangers fails the test when another host than ours and the simulators'
// was asked for anything.
func (r *Reader) noStrangers(what string) {
	r.t.Helper()
	if f := r.Foreign(r.h.hosts()...); len(f) > 0 {
		r.t.Errorf("%s: asked of other hosts: %v", what, f)
	}
}

// hosts are all that may be asked: ours, and those of the parties outside.
func (h *House) hosts() (out []string) {
	for _, address := range []string{h.Config.BaseURL, h.Config.HolderIssuer, h.Config.StripeURL, h.Config.MailPage, h.Config.EvidenceURL} {
		u, err := url.Parse(address)
		h.must(err)
		out = append(out, u.Host)
	}
	return out
}

// follow asks for each address that the page links to, with the reader's
// cookies, once for each reader.
func (r *Reader) follow(what string) {
	r.t.Helper()
	for _, a := range r.DeadAnchors() {
		r.t.Errorf("%s: the link %s leads nowhere", what, a)
	}
	var cookies []*http.Cookie
	for _, href := range r.Links() {
		href, _, _ = strings.Cut(href, "#")
		u, err := url.Parse(href)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || r.linked[href] {
			continue
		}
		r.linked[href] = true
		if !slices.Contains(r.h.hosts(), u.Host) {
			continue // a link to a stranger is not followed, only pressed
		}
		if cookies == nil {
			cookies = r.Cookies()
		}
		if status := r.h.status(href, cookies); status >= 400 {
			r.t.Errorf("%s: the link %s is answered with %d", what, href, status)
		}
	}
}

// status is how a GET with those cookies is answered at its end.
func (h *House) status(href string, cookies []*http.Cookie) int {
	h.t.Helper()
	q, err := http.NewRequestWithContext(h.ctx(), http.MethodGet, href, nil)
	h.must(err)
	n := addresses.Add(1)
	q.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
	for _, c := range cookies {
		q.AddCookie(c)
	}
	resp, err := http.DefaultClient.Do(q)
	h.must(err)
	h.must(resp.Body.Close())
	return resp.StatusCode
}

// issued makes the certificate of somebody, and returns it with its link and file.
func (h *House) issued(key string) (issue.Showing, []byte) {
	h.t.Helper()
	by := actor.System("test")
	c, err := h.System.issuer.Issue(h.ctx(), by, h.Registration(key).ID, registry.Cause{Kind: "officer", Reason: "test"})
	h.must(err)
	show, err := h.System.issuer.Show(h.ctx(), by, c.ID)
	h.must(err)
	_, file, err := h.System.issuer.File(h.ctx(), by, c.ID)
	h.must(err)
	return show, file
}

// measure lets two officers who have logged in carry a measure out.
func (h *House) measure(key string, change registry.Change) {
	h.t.Helper()
	r := h.Registration(key)
	var p registry.Proposal
	first, second := h.loggedIn(r.Body, "registrar", actor.Registrar), h.loggedIn(r.Body, "supervisor", actor.Registrar, actor.Supervisor)
	h.Write(func(tx *store.Tx) (err error) {
		p, err = h.System.register.Propose(tx, first, r.ID, r.Version, change, 0, registry.Cause{Kind: "officer", Reason: "test"})
		return err
	})
	h.Write(func(tx *store.Tx) error {
		_, err := h.System.register.Second(tx, second, p.ID)
		return err
	})
}

// loggedIn is an officer who has logged in at least once.
func (h *House) loggedIn(body registry.BodyID, who string, roles ...actor.Role) actor.Actor {
	h.t.Helper()
	h.Officer(body, who)
	var id string
	h.Read(func(tx *store.Tx) error {
		return tx.Table("logins").Select("id").Where("subject = ?", string(body)+"-"+who).Scan(&id).Error
	})
	return staffOf(body, id, roles...)
}

// today is the day in Japan.
func (h *House) today() person.Date { return person.DateAt(h.Clock.Now()) }

// aFile writes data below a folder of the test, for a field that takes files.
func aFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
