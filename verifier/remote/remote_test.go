package remote_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
	"qualsys/verifier/remote"
	"qualsys/verifier/trust"
)

var start = time.Date(2026, 11, 25, 0, 12, 0, 0, time.UTC)

// server is an installation that serves one trust list and its ranges.
type server struct {
	t            *testing.T
	now          time.Time
	root, status *ecdsa.PrivateKey
	list         trust.List
	entries      []statuslist.Entry
	asked        []string
	fail, fresh  bool
	busy         int       // how many requests are told to come again
	made         time.Time // when the range was made; zero: now
	*httptest.Server
}

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, now: start}
	s.root, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.status, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	k, err := credential.NewPublicKey(cose.Status, &s.status.PublicKey, start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	s.list = trust.List{Seq: 3, Issued: start, NextUpdate: start.AddDate(0, 0, 30), Sites: []string{"https://q.example.jp"},
		Ranges: s.URL + "/issued/", Keys: []credential.PublicKey{k}}
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, r.URL.String())
	s.fresh = r.Header.Get("Cache-Control") == "no-cache"
	switch {
	case s.busy > 0:
		s.busy--
		w.Header().Set("Retry-After", "0")
		http.Error(w, "busy", http.StatusTooManyRequests)
	case s.fail:
		http.Error(w, "away", http.StatusServiceUnavailable)
	case r.URL.Path == "/.well-known/qualsys/trust.cose":
		p, err := s.list.Publish(s.root)
		if err != nil {
			s.t.Error(err)
		}
		w.Write(p.COSE)
	default:
		prefix, err := statuslist.ParsePrefix(strings.TrimPrefix(r.URL.Path, "/issued/"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		at := s.now
		if !s.made.IsZero() {
			at = s.made
		}
		rg, err := statuslist.Build(prefix, s.entries, make([]byte, 32), at)
		if err != nil {
			s.t.Error(err)
		}
		kid, _ := cose.KeyIDOf(s.status.Public())
		b, _ := rg.Sign(kid, s.status)
		w.Write(b)
	}
}

func (s *server) client() *remote.Client {
	return &remote.Client{
		Trust: func(ctx context.Context) (*trust.List, error) {
			return remote.FetchTrust(ctx, s.Client(), s.URL, s.root.Public(), 3)
		},
		HTTP: s.Client(), Now: func() time.Time { return s.now },
	}
}

var digest = [32]byte{0xab, 0xcd, 1, 2, 3}

func TestOnlyFourDigitsAreAskedFor(t *testing.T) {
	s := serve(t)
	s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Changed}}
	c := s.client()
	i, err := c.Statement(t.Context(), digest)
	if err != nil || i.Statement != digest || !i.AsOf.Equal(start) {
		t.Fatal(i, err)
	}
	cur, err := c.Status(t.Context(), digest, 1, 2)
	if err != nil || cur.Status != credential.Changed || cur.Registered != verifier.NotAsked {
		t.Fatal(cur, err)
	}
	if len(s.asked) != 2 || s.asked[1] != "/issued/abcd" {
		t.Errorf("asked for %v: a fresh range is not asked for again", s.asked)
	}
}

func TestWhatIsMissingIsAskedForAgainBeforeItIsCalledNotIssued(t *testing.T) {
	s := serve(t)
	c := s.client()
	if _, err := c.File(t.Context(), digest); !errors.Is(err, verifier.ErrNotIssued) {
		t.Fatal(err)
	}
	s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Valid}}
	if _, err := c.File(t.Context(), digest); err != nil {
		t.Errorf("released since: %v", err)
	}
	s.entries, s.made = nil, start.Add(-6*time.Minute)
	other := s.client()
	if _, err := other.File(t.Context(), digest); !errors.Is(err, verifier.ErrUnavailable) {
		t.Errorf("missing in a range six minutes old: %v", err)
	}
}

// TestARangeFromTheFutureIsNeitherPresentNorKept: a server's clock was wrong for
// a moment.
func TestARangeFromTheFutureIsNeitherPresentNorKept(t *testing.T) {
	s := serve(t)
	c := s.client()
	s.made = start.Add(2 * time.Hour)
	if _, err := c.File(t.Context(), digest); !errors.Is(err, verifier.ErrUnavailable) {
		t.Errorf("missing in a range of the future: %v", err)
	}
	s.made, s.entries = time.Time{}, []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Revoked}}
	s.now = start.Add(time.Minute)
	if cur, err := c.Status(t.Context(), digest, 0, 0); err != nil || cur.Status != credential.Revoked || !cur.AsOf.Equal(s.now) {
		t.Errorf("the right range after it: %+v, %v", cur, err)
	}
}

// TestABusyServerIsAskedAgain: whoever verifies a hundred files must not read
// that a good one can't be confirmed.
func TestABusyServerIsAskedAgain(t *testing.T) {
	s := serve(t)
	s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Valid}}
	list, err := s.client().Trust(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := s.client()
	c.Trust = func(context.Context) (*trust.List, error) { return list, nil }
	s.busy = 2
	if _, err := c.Statement(t.Context(), digest); err != nil {
		t.Error(err)
	}
	s.busy = 3
	if _, err := c.File(t.Context(), [32]byte{1}); !errors.Is(err, verifier.ErrUnavailable) || s.busy != 0 {
		t.Errorf("three times busy: %v", err)
	}
}

func TestNoCacheOnTheWayAnswers(t *testing.T) {
	s := serve(t)
	if _, err := s.client().File(t.Context(), digest); !errors.Is(err, verifier.ErrNotIssued) || !s.fresh {
		t.Errorf("%v; asked for anew: %v", err, s.fresh)
	}
}

// TestAStatusKeySpeaksInItsDaysOnly: a key that has ended or may be in other
// hands says nothing any more, whatever date it puts on a range.
func TestAStatusKeySpeaksInItsDaysOnly(t *testing.T) {
	for name, spoil := range map[string]func(*server){
		"a key that has ended":         func(s *server) { s.list.Keys[0].NotAfter = start.Add(-time.Hour) },
		"a key that has not begun":     func(s *server) { s.list.Keys[0].NotBefore = start.Add(time.Hour) },
		"a key that is in other hands": func(s *server) { s.list.Keys[0].CompromisedFrom = start.Add(-time.Hour) },
		"a date from before it was stolen": func(s *server) {
			s.list.Keys[0].CompromisedFrom, s.made = start.Add(-time.Minute), start.Add(-2*time.Minute)
		},
	} {
		s := serve(t)
		s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Valid}}
		spoil(s)
		if _, err := s.client().Statement(t.Context(), digest); !errors.Is(err, verifier.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := serve(t)
	s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Valid}}
	s.list.Keys[0].CompromisedFrom = start.Add(time.Hour) // known beforehand
	if _, err := s.client().Statement(t.Context(), digest); err != nil {
		t.Errorf("before it was stolen: %v", err)
	}
}

func TestAnOldAnswerIsKeptForWhenTheNetworkIsAway(t *testing.T) {
	s := serve(t)
	s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Valid}}
	c := s.client()
	if _, err := c.Statement(t.Context(), digest); err != nil {
		t.Fatal(err)
	}
	list, err := c.Trust(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Trust = func(context.Context) (*trust.List, error) { return list, nil }
	s.fail, s.now = true, start.Add(time.Hour)
	cur, err := c.Status(t.Context(), digest, 0, 0)
	if err != nil || cur.Status != credential.Valid || !cur.AsOf.Equal(start) {
		t.Errorf("%+v, %v", cur, err)
	}
	if _, err := c.Statement(t.Context(), [32]byte{1}); !errors.Is(err, verifier.ErrUnavailable) {
		t.Errorf("a range never seen: %v", err)
	}
}

func TestAPlayedBackRangeIsRefused(t *testing.T) {
	s := serve(t)
	s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Revoked}}
	c := s.client()
	if _, err := c.Status(t.Context(), digest, 0, 0); err != nil {
		t.Fatal(err)
	}
	s.entries[0].Status, s.made = credential.Valid, start.Add(-time.Minute)
	s.now = start.Add(2 * time.Minute)
	cur, err := c.Status(t.Context(), digest, 0, 0)
	if err != nil || cur.Status != credential.Revoked {
		t.Errorf("%+v, %v", cur, err)
	}
}

func TestAnswersThatAreNoneAreUnavailableAndNeverBad(t *testing.T) {
	for name, spoil := range map[string]func(*server, *remote.Client){
		"an error page":      func(s *server, _ *remote.Client) { s.fail = true },
		"no server":          func(s *server, _ *remote.Client) { s.Close() },
		"another status key": func(s *server, _ *remote.Client) { s.status, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader) },
		"an old trust list":  func(s *server, _ *remote.Client) { s.now = start.AddDate(0, 0, 31) },
		"another root":       func(s *server, _ *remote.Client) { s.root, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader) },
		"a seq played back":  func(s *server, _ *remote.Client) { s.list.Seq = 2 },
		"an odd address":     func(s *server, c *remote.Client) { s.list.Ranges = s.URL + "/elsewhere/" },
	} {
		s := serve(t)
		s.entries = []statuslist.Entry{{Digest: statuslist.Short(digest), Status: credential.Valid}}
		c := s.client()
		root := s.root.Public()
		c.Trust = func(ctx context.Context) (*trust.List, error) {
			return remote.FetchTrust(ctx, s.Client(), s.URL, root, 3)
		}
		spoil(s, c)
		if _, err := c.Statement(t.Context(), digest); !errors.Is(err, verifier.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := serve(t).client().Code(t.Context(), ""); !errors.Is(err, verifier.ErrNotAsked) {
		t.Errorf("code: %v", err)
	}
}
