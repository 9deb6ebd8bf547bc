package page_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qualsys/internal/fault"
	"qualsys/web/page"
)

var errTest = fault.New(fault.Invalid, "pagetest.wrong")

func TestDatesMoneyAndNumbers(t *testing.T) {
	at := time.Date(2026, 11, 23, 0, 12, 0, 0, time.UTC)
	late := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC) // midnight in Japan
	for _, c := range []struct{ got, want string }{
		{page.Date(page.Ja, at), "2026年11月23日（月）"},
		{page.Date(page.En, at), "23 November 2026 (Mon)"},
		{page.Date(page.Ja, late), "2026年11月23日（月）"},
		{page.DateTime(page.Ja, at), "2026年11月23日（月）9:12"},
		{page.DateTime(page.En, at), "23 November 2026 (Mon), 9:12"},
		{page.When(page.Ja, at, at.Add(time.Hour)), "今日9:12"},
		{page.When(page.En, at, at.Add(time.Hour)), "today at 9:12"},
		{page.When(page.Ja, at, at.Add(24*time.Hour)), "2026年11月23日（月）9:12"},
		{page.CivilDate(page.Ja, 19900721), "1990年7月21日"},
		{page.CivilDate(page.En, 19900721), "21 July 1990"},
		{page.CivilDate(page.Ja, 19500000), "1950年（月日不詳）"},
		{page.CivilDate(page.Ja, 19500300), "1950年3月（日不詳）"},
		{page.CivilDate(page.En, 19500000), "1950 (month and day unknown)"},
		{page.CivilDate(page.Ja, 0), ""},
		{page.Deadline(page.Ja, 20261223), "2026年12月23日（水）"},
		{page.Money(page.Ja, 1500), "1,500円"},
		{page.Money(page.En, 1500), "¥1,500"},
		{page.Money(page.En, -1234567), "-¥1,234,567"},
		{page.Money(page.Ja, 0), "0円"},
		{page.Number(-100), "-100"},
		{page.Size(10 << 20), "10 MB"},
		{page.Size(340 << 10), "340 KB"},
		{page.Duration(page.En, 72*time.Hour), "3 days"},
		{page.Duration(page.Ja, 90*time.Second), "90秒"},
		{page.Mask("山田 花子"), "山＊＊＊"},
		{page.Mask("葛\U000E0100城 蓮"), "葛\U000E0100＊＊＊"},
		{page.Mask(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDiffMarksEachCharacter(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"a ladder in place of a mouth", "高橋 太郎", "髙橋 太郎", "-高+髙"},
		{"a variation sequence is a character of its own", "葛城 蓮", "葛\U000E0100城 蓮", "-葛+葛\U000E0100"},
		{"marriage", "山田 花子", "佐藤 花子", "-山田+佐藤"},
		{"the same", "一 一", "一 一", ""},
		{"from nothing", "", "東京都", "+東京都"},
	} {
		from, to := page.Diff(c.from, c.to)
		got := ""
		for _, p := range from {
			if !p.Same {
				got += "-" + p.Text
			}
		}
		for _, p := range to {
			if !p.Same {
				got += "+" + p.Text
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDiffLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "from"), rapid.String().Draw(t, "to")
		from, to := page.Diff(a, b)
		join := func(pieces []page.Piece, only bool) (s string) {
			for _, p := range pieces {
				if p.Same || !only {
					s += p.Text
				}
			}
			return s
		}
		if join(from, false) != a || join(to, false) != b {
			t.Fatalf("pieces of %q and %q don't add up", a, b)
		}
		if join(from, true) != join(to, true) {
			t.Fatalf("what is the same differs: %q, %q", join(from, true), join(to, true))
		}
	})
}

func TestTheLanguageAskedFor(t *testing.T) {
	for header, want := range map[string]page.Lang{
		"": page.Ja, "en": page.En, "en-GB,en;q=0.9": page.En, "ja,en;q=0.5": page.Ja, "en;q=0.5,ja;q=0.9": page.Ja,
		"fr, en;q=0.3": page.En, "zh": page.Ja, "en;q=abc": page.Ja, "*": page.Ja, "en;q=0": page.Ja,
	} {
		if got := page.MatchLang(header); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

func TestPlaceholdersAreFilled(t *testing.T) {
	if got := page.Text(page.Ja, "page.step", page.Params("n", 2, "of", 6)); got != "全6画面のうち2番目" {
		t.Error(got)
	}
	if got := page.Text(page.Ja, "page.no_such_code", nil); got != "page.no_such_code" {
		t.Error(got)
	}
	// What is filled in is not read for placeholders again.
	if got := page.Text(page.En, "page.step", page.Params("n", "{of}", "of", 6)); got != "Screen {of} of 6" {
		t.Error(got)
	}
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	for _, line := range page.Missing(nil) {
		if strings.HasPrefix(line, "page.") || strings.HasPrefix(line, "public.") {
			t.Error(line)
		}
	}
	if bad := page.Missing([]string{"page.no_such_code"}); len(bad) < 2 {
		t.Errorf("a code without sentences is not missed: %v", bad)
	}
}

func TestAFormComesBackWithWhatWasTyped(t *testing.T) {
	v, ok := page.View{Lang: page.Ja}.With(errTest.At("number"), url.Values{"number": {`"><script>x</script>`}})
	if !ok {
		t.Fatal("a fault is a fault")
	}
	html, err := page.Render(context.Background(), page.TextField(v, page.Field{Name: "number", Label: "番号", Value: "old", Hint: "例"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"`, `aria-invalid="true"`, `aria-describedby="f-number-hint f-number-error"`, `id="f-number-error"`} {
		if !strings.Contains(string(html), want) {
			t.Errorf("%s is not in\n%s", want, html)
		}
	}
	if _, ok := (page.View{}).With(http.ErrAbortHandler, nil); ok {
		t.Error("a defect is no fault")
	}
}

func TestAssets(t *testing.T) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	get := func(path, encoding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		page.Assets().ServeHTTP(w, r)
		return w
	}
	plain, packed := get(page.Asset("app.css"), ""), get(page.Asset("app.css"), "gzip, br")
	if plain.Code != 200 || packed.Code != 200 || packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() >= plain.Body.Len() {
		t.Errorf("plain %d of %d bytes, packed %d of %d bytes", plain.Code, plain.Body.Len(), packed.Code, packed.Body.Len())
	}
	for _, h := range []string{"text/css", "immutable"} {
		if !strings.Contains(plain.Header().Get("Content-Type")+plain.Header().Get("Cache-Control"), h) {
			t.Errorf("headers %v lack %s", plain.Header(), h)
		}
	}
	for _, path := range []string{"/assets/", "/assets/.keep", "/assets/manifest.json", "/assets/../page.go", "/assets/nothing.css", page.Asset("app.css") + ".gz"} {
		if w := get(path, ""); w.Code != 404 {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}
