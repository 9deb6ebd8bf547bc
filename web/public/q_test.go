package public_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qualsys/internal/browser"
	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
	"qualsys/verifier/remote"
	"qualsys/verifier/trust"
	"qualsys/web/page"
	"qualsys/web/page/look"
	"qualsys/web/public"
)

// site is a verification site of its own keys, with everything /Q needs.
type site struct {
	*httptest.Server
	t                       *testing.T
	root, statement, status *ecdsa.PrivateKey
	trust                   []byte
	verifier                *verifier.Verifier

	mu       sync.Mutex
	released map[[32]byte]credential.Status
	asked    []string
	age      time.Duration // how old ranges are
	away     atomic.Bool   // nothing but pages answers
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, root: newKey(t), statement: newKey(t), status: newKey(t), released: map[[32]byte]credential.Status{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	now := time.Now()
	list := trust.List{
		Seq: 1, Issued: now.Add(-time.Hour), NextUpdate: now.Add(30 * 24 * time.Hour),
		Sites: []string{s.URL}, Ranges: s.URL + "/issued/",
		Keys: []credential.PublicKey{s.public(cose.Statement, s.statement), s.public(cose.Status, s.status)},
		Registers: []trust.Register{{
			Number: 7, Qualification: "kaigo", Name: "介護福祉士", English: "Certified Care Worker", Title: "介護福祉士資格証",
			Keeper: "社会福祉振興・試験センター", KeeperEnglish: "Center of Social Welfare", NumberPattern: "第{n}号", Suspended: "名称使用停止",
		}},
	}
	p, err := list.Publish(s.root)
	if err != nil {
		t.Fatal(err)
	}
	s.trust = p.COSE
	open := func(ctx context.Context) (*trust.List, error) { return trust.Open(s.trust, s.root.Public(), 0) }
	client := &remote.Client{Trust: open}
	s.verifier = verifier.New(verifier.Options{Trust: open, Log: client, States: client, Now: time.Now})
	return s
}

func (s *site) public(p cose.Purpose, k *ecdsa.PrivateKey) credential.PublicKey {
	s.t.Helper()
	pk, err := credential.NewPublicKey(p, &k.PublicKey, time.Now().Add(-1000*time.Hour), time.Now().Add(1000*time.Hour))
	if err != nil {
		s.t.Fatal(err)
	}
	return pk
}

// issue signs a statement for name and releases it with a status.
func (s *site) issue(name string, status credential.Status) (link string) {
	s.t.Helper()
	code, err := credential.NewCode(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	kid, err := cose.KeyIDOf(s.statement.Public())
	if err != nil {
		s.t.Fatal(err)
	}
	y, m, d := time.Now().UTC().Date()
	signed, err := credential.Sign(credential.Statement{
		Version: 1, Code: code, Register: 7, Number: "D-0123456", Name: name, Birth: 19900721,
		Issued: uint32(y*10000 + int(m)*100 + d), List: 1, Index: 42,
	}, kid, s.statement)
	if err != nil {
		s.t.Fatal(err)
	}
	if status != 0 {
		s.mu.Lock()
		s.released[signed.Digest()] = status
		s.mu.Unlock()
	}
	return signed.Link(strings.ToUpper(s.URL) + "/Q#")
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.String()+" "+r.Referer())
	s.mu.Unlock()
	w.Header().Set("Content-Security-Policy", look.Policy)
	switch {
	case strings.HasPrefix(r.URL.Path, "/assets/"):
		page.Assets().ServeHTTP(w, r)
	case r.URL.Path == "/Q":
		root, err := x509.MarshalPKIXPublicKey(s.root.Public())
		if err != nil {
			s.t.Error(err)
		}
		v := page.View{Lang: page.MatchLang(r.Header.Get("Accept-Language")), Now: time.Now()}
		html, err := page.Render(r.Context(), public.QPage(v, public.Pinned{Root: root, Trust: "/.well-known/qualsys/trust.cose", Sites: []string{s.URL}}))
		if err != nil {
			s.t.Error(err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(html)
	case s.away.Load():
		panic(http.ErrAbortHandler) // as when the network is gone
	case r.URL.Path == "/.well-known/qualsys/trust.cose":
		w.Write(s.trust)
	case strings.HasPrefix(r.URL.Path, "/issued/"):
		w.Write(s.rangeOf(strings.TrimPrefix(r.URL.Path, "/issued/")))
	case r.Method == "POST" && r.URL.Path == "/v1/verifications":
		var in struct{ Link string }
		if err := json.Unmarshal(body, &in); err != nil {
			s.t.Error(err)
		}
		json.NewEncoder(w).Encode(s.verifier.Link(r.Context(), in.Link))
	default:
		http.NotFound(w, r)
	}
}

func (s *site) rangeOf(text string) []byte {
	prefix, err := statuslist.ParsePrefix(text)
	if err != nil {
		s.t.Error(err)
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var entries []statuslist.Entry
	for sum, status := range s.released {
		if statuslist.PrefixOf(sum) == prefix {
			entries = append(entries, statuslist.Entry{Digest: statuslist.Short(sum), Status: status})
		}
	}
	r, err := statuslist.Build(prefix, entries, []byte("0123456789abcdef"), time.Now().Add(-s.age))
	if err != nil {
		s.t.Error(err)
		return nil
	}
	kid, err := cose.KeyIDOf(s.status.Public())
	if err != nil {
		s.t.Error(err)
	}
	raw, err := r.Sign(kid, s.status)
	if err != nil {
		s.t.Error(err)
	}
	return raw
}

func TestTheQRPage(t *testing.T) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	b := browser.New(t)
	long := page.HardNames[2]
	for _, c := range []struct {
		name   string
		status credential.Status
		person string
		change func(*site, string) string
		want   page.Verdict
	}{
		{name: "a genuine certificate is in force", status: credential.Valid, person: "山田 花子", want: page.InForce},
		{name: "a long name is quoted whole", status: credential.Valid, person: long, want: page.InForce},
		{name: "markup in a name stays text", status: credential.Valid, person: page.HardNames[10], want: page.InForce},
		{name: "a changed one says so and no more", status: credential.Changed, person: "山田 花子", want: page.Changed},
		{name: "a suspended one", status: credential.Suspended, person: "𠮷田 𩸽子", want: page.Suspended},
		{name: "a revoked one", status: credential.Revoked, person: "山田 花子", want: page.Ended},
		{name: "a good signature that was never released", person: "山田 花子", want: page.NotGenuine},
		{name: "one flipped character", status: credential.Valid, person: "山田 花子", want: page.NotGenuine, change: func(_ *site, link string) string {
			i := len(link) - 60
			flipped := byte('A')
			if link[i] == 'A' {
				flipped = 'B'
			}
			return link[:i] + string(flipped) + link[i+1:]
		}},
		{name: "half a link", status: credential.Valid, person: "山田 花子", want: page.NotGenuine, change: func(_ *site, link string) string { return link[:len(link)/2] }},
		{name: "an old list is no present state", status: credential.Valid, person: "山田 花子", want: page.CannotConfirm, change: func(s *site, link string) string {
			s.age = 2 * time.Hour
			return link
		}},
		{name: "without network it can't be confirmed", status: credential.Valid, person: "山田 花子", want: page.CannotConfirm, change: func(s *site, link string) string {
			s.away.Store(true)
			return link
		}},
		{name: "another root key is not believed", status: credential.Valid, person: "山田 花子", want: page.CannotConfirm, change: func(s *site, link string) string {
			s.root = newKey(s.t)
			return link
		}},
		{name: "lower case, as some scanners write it", status: credential.Valid, person: "山田 花子", want: page.InForce, change: func(_ *site, link string) string {
			before, after, _ := strings.Cut(link, "#")
			return before + "#" + strings.ToLower(after)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			link := s.issue(c.person, c.status)
			if c.change != nil {
				link = c.change(s, link)
			}
			tab := b.Tab(t)
			tab.Width(360)
			tab.Language("ja")
			tab.Open(strings.Replace(link, strings.ToUpper(s.URL), s.URL, 1))
			tab.Wait("[data-answer] .band")
			if !tab.Has(".band-" + string(c.want)) {
				t.Errorf("want %s, the page says: %s", c.want, tab.Text("main"))
			}
			if at := tab.URL(); at != s.URL+"/Q" {
				t.Errorf("the address still reads %s", at)
			}
			if c.want == page.InForce && tab.Text(".says-name") != c.person {
				t.Errorf("name reads %q", tab.Text(".says-name"))
			}
			s.neverLearned(link)
			if c.change == nil || c.want == page.InForce {
				s.sameAsVerifier(tab, link)
			}
			tab.Axe(c.name)
			tab.Fits(c.name)
			tab.Shot("q " + c.name)
			if c.want == page.InForce {
				tab.Print(true)
				tab.Shot("print " + c.name)
				tab.Print(false)
			}
			host, _ := url.Parse(s.URL)
			if f := tab.Foreign(host.Host); len(f) > 0 {
				t.Errorf("asked of other hosts: %v", f)
			}
		})
	}
}

// neverLearned holds the promise: what stands behind "#" reaches no server.
func (s *site) neverLearned(link string) {
	s.t.Helper()
	_, fragment, _ := strings.Cut(link, "#")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if strings.Contains(strings.ToUpper(a), strings.ToUpper(fragment[:min(len(fragment), 24)])) {
			s.t.Errorf("the server learned: %s", a)
		}
	}
}

// sameAsVerifier compares what the browser shows with the page that the server
// makes of its own verification of the same link.
func (s *site) sameAsVerifier(tab *browser.Tab, link string) {
	s.t.Helper()
	v := s.verifier.Link(context.Background(), link)
	html, err := page.Render(context.Background(), public.VerdictPage(page.View{Lang: page.Ja}, public.Answer{Verification: v, Now: time.Now()}))
	if err != nil {
		s.t.Fatal(err)
	}
	const read = `(root) => [...root.querySelectorAll('.band-words, .says-what, .says-name, .next p:not([data-slot=server-note]), .check-name, .check-text, .summary dt, .summary dd')]
  .map(e => e.textContent.replace(/\s+/g, '')).filter(t => t)`
	raw, err := json.Marshal(string(html))
	if err != nil {
		s.t.Fatal(err)
	}
	want := browser.Eval[[]string](tab, "("+read+")(new DOMParser().parseFromString("+string(raw)+", 'text/html'))")
	got := browser.Eval[[]string](tab, "("+read+")(document.querySelector('[data-answer]'))")
	if len(want) != len(got) {
		s.t.Errorf("the server's page has %d parts, the browser's %d:\n%v\n%v", len(want), len(got), want, got)
		return
	}
	for i := range want {
		if withoutMinute(want[i]) != withoutMinute(got[i]) {
			s.t.Errorf("the server writes %q, the browser %q", want[i], got[i])
		}
	}
}

// withoutMinute drops the time of day, which may have moved on between the two.
func withoutMinute(s string) string {
	before, after, ok := strings.Cut(s, "）")
	if !ok || !strings.Contains(before, "年") {
		return s
	}
	_, rest, _ := strings.Cut(after, "現在")
	return before + rest
}

func TestTheQRPageAsksTheServerOnlyWhenTold(t *testing.T) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	s := newSite(t)
	tab := browser.New(t).Tab(t)
	link := s.issue("山田 花子", credential.Valid)
	tab.Open(strings.Replace(link, strings.ToUpper(s.URL), s.URL, 1))
	tab.Wait("[data-slot=server]")
	s.neverLearned(link)
	tab.Click("[data-slot=server]")
	browser.Eval[bool](tab, `new Promise(done => { const look = () => document.querySelector('[data-slot=server]') ? requestAnimationFrame(look) : done(true); look(); })`)
	if !tab.Has(".band-in_force") {
		t.Errorf("the page says: %s", tab.Text("main"))
	}
	if e := tab.Errors(); len(e) > 0 {
		t.Error(e)
	}
}

func TestTheQRPageWithoutScriptsAndWithoutCode(t *testing.T) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	s := newSite(t)
	b := browser.New(t)
	bare := b.Tab(t)
	bare.Scripts(false)
	bare.Open(s.URL + "/Q#ABCDEFGH")
	bare.Shot("q without scripts")
	if text := bare.Text("noscript"); !strings.Contains(text, "16") {
		t.Errorf("without scripts the page says %q", bare.Text("main"))
	}
	empty := b.Tab(t)
	empty.Open(s.URL + "/Q")
	empty.Wait("[data-empty]")
	empty.Axe("empty")
}
