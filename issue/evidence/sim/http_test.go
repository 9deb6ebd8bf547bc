package sim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qualsys/issue/evidence/sim"
)

func serve(t *testing.T) (*sim.Registers, string) {
	t.Helper()
	r := sim.New([]sim.Person{{Code: "hanako", Name: "山田　花子", Kana: "やまだ　はなこ", BirthDate: "1990/07/21",
		Address: "東京都港区芝1-2-3", Domicile: "東京都"}}, "secret", nil)
	s := httptest.NewServer(r.Handler())
	t.Cleanup(s.Close)
	return r, s.URL
}

func TestThePageShowsAndChangesPeople(t *testing.T) {
	r, base := serve(t)
	res, err := http.PostForm(base+"/sim/people/hanako/marry", url.Values{"name": {"佐藤　花子"}, "kana": {"さとう　はなこ"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(page), "佐藤　花子") || !strings.Contains(string(page), "前の氏名 山田　花子") {
		t.Errorf("%d, %v: %.300s", res.StatusCode, err, page)
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	if p, _ := r.Known("hanako"); p.Name != "佐藤　花子" {
		t.Errorf("known as %s", p.Name)
	}
}

func TestActsByJSONAndTheirFaults(t *testing.T) {
	r, base := serve(t)
	for title, c := range map[string]struct {
		path, body string
		want       int
	}{
		"moves":                   {"/sim/people/hanako/move", `{"address":"大阪府大阪市北区1"}`, 200},
		"changes domicile":        {"/sim/people/hanako/domicile", `{"domicile":"大阪府"}`, 200},
		"fails":                   {"/sim/people/hanako/failure", `{"source":"family","failure":"unclear"}`, 200},
		"dies":                    {"/sim/people/hanako/death", `{}`, 200},
		"all down":                {"/sim/down", `{"down":"yes"}`, 200},
		"all back":                {"/sim/down", `{"down":"no"}`, 200},
		"nobody":                  {"/sim/people/taro/move", `{"address":"大阪府"}`, 404},
		"an act that there isn't": {"/sim/people/hanako/promote", `{}`, 404},
		"no name":                 {"/sim/people/hanako/marry", `{}`, 422},
		"a failure of no kind":    {"/sim/people/hanako/failure", `{"failure":"odd"}`, 422},
		"broken":                  {"/sim/people/hanako/move", `{`, 422},
	} {
		res, err := http.Post(base+c.path, "application/json", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d", title, res.StatusCode)
		}
	}
	if p, _ := r.Known("hanako"); p.Address != "大阪府大阪市北区1" || p.Domicile != "大阪府" {
		t.Errorf("known: %+v", p)
	}
	res, err := http.Get(base + "/sim/people")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(b), "hanako") {
		t.Errorf("list: %s, %v", b, err)
	}
}
