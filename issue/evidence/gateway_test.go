package evidence_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"qualsys/internal/fault"
	"qualsys/issue/evidence"
	"qualsys/issue/evidence/sim"
)

var question = evidence.Question{Reference: "R1", Source: evidence.Family, Basis: "番号法19条", Person: "hanako",
	Known: evidence.Facts{Name: name("山田　花子"), BirthDate: born}}

func registers(t *testing.T) (*sim.Registers, *evidence.Gateway, string) {
	t.Helper()
	r := sim.New([]sim.Person{
		{Code: "hanako", Name: "山田　花子", BirthDate: "1990/07/21", Address: "東京都港区芝1-2-3", Domicile: "東京都"},
		{Code: "twin-1", Name: "高橋　一", BirthDate: "1980/01/01", Address: "東京都港区芝1", Domicile: "東京都"},
		{Code: "twin-2", Name: "髙橋　一", BirthDate: "1980/01/01", Address: "大阪府大阪市北区1", Domicile: "大阪府"},
		{Code: "minoru", Name: "田中　実", BirthDate: "1950/00/00", Address: "東京都港区芝2", Domicile: "東京都"},
	}, "secret", nil)
	s := httptest.NewServer(r.Handler())
	t.Cleanup(s.Close)
	g, err := evidence.NewGateway(s.URL, "secret", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, g, s.URL
}

func TestTheGatewaySaysWhatTheRegistersSay(t *testing.T) {
	r, g, _ := registers(t)
	if err := errors.Join(r.Marry("hanako", "佐藤　花子", ""), r.Move("hanako", "東京都千代田区1"), r.Transfer("hanako", "大阪府")); err != nil {
		t.Fatal(err)
	}
	family, err := g.Ask(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	if family.Says.Name != name("佐藤　花子") || family.Says.Domicile.String() != "大阪府" || !family.Says.Address.IsZero() ||
		len(family.FormerNames) != 1 || len(family.RequestHash) != 64 || len(family.ReplyHash) != 64 {
		t.Errorf("family register: %+v", family)
	}
	q := question
	q.Source = evidence.Resident
	resident, err := g.Ask(t.Context(), q)
	if err != nil || resident.Says.Address.String() != "東京都千代田区1" || !resident.Says.Domicile.IsZero() || resident.FormerNames != nil {
		t.Errorf("resident register: %+v, %v", resident, err)
	}
}

func TestEachFailureIsItsOwnAnswer(t *testing.T) {
	r, g, _ := registers(t)
	if err := r.Marry("hanako", "髙田　花子", ""); err != nil {
		t.Fatal(err)
	}
	for f, want := range map[sim.Failure]evidence.ReplyStatus{sim.None: evidence.Found, sim.Delayed: evidence.Found,
		sim.NotIssued: evidence.NotIssuable, sim.Unclear: evidence.HistoryGap, sim.Substitute: evidence.Found, sim.Down: ""} {
		if err := r.Fail("hanako", "", f); err != nil {
			t.Fatal(err)
		}
		got, err := g.Ask(t.Context(), question)
		if got.Status != want || errors.Is(err, evidence.ErrSourceDown) != (f == sim.Down) {
			t.Errorf("%q: %s, %v", f, got.Status, err)
		}
		switch f {
		case sim.Delayed:
			if got.Says.Name != name("山田　花子") {
				t.Errorf("delayed: %s", got.Says.Name.String())
			}
		case sim.Substitute:
			if got.Says.Name != name("高田　花子") || !got.Substituted {
				t.Errorf("substituted: %s", got.Says.Name.String())
			}
		}
	}
}

func TestWhomAnInquiryIsAbout(t *testing.T) {
	_, g, _ := registers(t)
	for title, c := range map[string]struct {
		code, name string
		birth      string
		want       evidence.ReplyStatus
	}{
		"by code":                     {"minoru", "田中　実", "1950/00/00", evidence.Found},
		"by name and birth date":      {"", "田中　実", "1950/00/00", evidence.Found},
		"an unknown code, but a name": {"nobody", "田中　実", "1950/00/00", evidence.Found},
		"two people fit":              {"", "高橋　一", "1980/01/01", evidence.HistoryGap},
		"one of two, by code":         {"twin-2", "髙橋　一", "1980/01/01", evidence.Found},
		"nobody":                      {"", "田中　実", "1950/01/01", evidence.NotFound},
	} {
		q := question
		q.Person, q.Known.Name, q.Known.BirthDate = c.code, name(c.name), must(parseDate(c.birth))
		if got, err := g.Ask(t.Context(), q); err != nil || got.Status != c.want {
			t.Errorf("%s: %s, %v", title, got.Status, err)
		}
	}
}

func TestAnAnswerThatIsNotUnderstoodIsNoAnswer(t *testing.T) {
	ok := `{"reference":"R1","source":"family","status":"found","record":{"name":"佐藤　花子","birth_date":"1990/07/21"}}`
	for title, c := range map[string]struct {
		status int
		body   string
		good   bool
	}{
		"as agreed":                 {200, ok, true},
		"another reference":         {200, strings.Replace(ok, "R1", "R2", 1), false},
		"another source":            {200, strings.Replace(ok, "family", "resident", 1), false},
		"a status nobody knows":     {200, strings.Replace(ok, "found", "fine", 1), false},
		"found, and nothing in it":  {200, `{"reference":"R1","source":"family","status":"found"}`, false},
		"our own word for silence":  {200, `{"reference":"R1","source":"family","status":"down"}`, false},
		"a date that is none":       {200, strings.Replace(ok, "07/21", "02/30", 1), false},
		"no JSON":                   {200, "<html>", false},
		"half of it":                {200, ok[:40], false},
		"an error that looks right": {500, ok, false},
		"a redirect":                {302, ok, false},
		"more than it may be":       {200, ok + strings.Repeat(" ", 65<<10), false},
		"an empty answer":           {200, "", false},
	} {
		t.Run(title, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer secret" {
					t.Error("no token")
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer s.Close()
			g := must(evidence.NewGateway(s.URL, "secret", nil))
			r, err := g.Ask(t.Context(), question)
			if (err == nil) != c.good || (err != nil && !errors.Is(err, evidence.ErrSourceDown)) {
				t.Errorf("%+v, %v", r, err)
			}
			if err != nil && (strings.Contains(err.Error(), "佐藤") || strings.Contains(err.Error(), "山田")) {
				t.Error("the error names a person")
			}
		})
	}
}

func TestANameThatNoRegisterHoldsIsNotGuessed(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"reference":"R1","source":"family","status":"found","record":{"name":"佐\u200b藤","birth_date":"1990/07/21"}}`)
	}))
	defer s.Close()
	r, err := must(evidence.NewGateway(s.URL, "secret", nil)).Ask(t.Context(), question)
	if err != nil || !r.Says.Name.IsZero() || len(r.Unreadable) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestASourceThatNeverAnswersIsDown(t *testing.T) {
	ctx, giveUp := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server learns that the client has gone only then
		giveUp()
		<-r.Context().Done()
	}))
	defer s.Close()
	if _, err := must(evidence.NewGateway(s.URL, "secret", nil)).Ask(ctx, question); !errors.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestTheSimulatorRefusesWhoHasNoToken(t *testing.T) {
	_, _, url := registers(t)
	g := must(evidence.NewGateway(url, "guess", nil))
	if _, err := g.Ask(t.Context(), question); !errors.Is(err, evidence.ErrSourceDown) {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "ftp://x", "http://", "://"} {
		if _, err := evidence.NewGateway(bad, "t", nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := evidence.NewGateway(url, "", nil); err == nil {
		t.Error("no token is taken")
	}
}
