package notice

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"qualsys/registry/person"
)

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// names returns the placeholders of a text, sorted.
func names(s string) []string {
	var l []string
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if m[1] != "domain" {
			l = append(l, m[1])
		}
	}
	slices.Sort(l)
	return slices.Compact(l)
}

// TestEveryKindHasItsWords looks at every kind in both languages.
func TestEveryKindHasItsWords(t *testing.T) {
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []Language{Japanese, English} {
		for k := range all[l].Notices {
			if _, ok := forms[k]; !ok {
				t.Errorf("%s: words for %s, which is no kind", l, k)
			}
		}
		if !strings.Contains(all[l].Footer, "{domain}") {
			t.Errorf("%s: the footer does not say where the notice is", l)
		}
		for _, k := range Kinds() {
			w := all[l].Notices[k]
			if w.Title == "" || (k.goes(inbox) && w.Text == "") || k.goes(mail) != (w.Mail != "") {
				t.Errorf("%s %s: title %q, text %q, mail %q", l, k, w.Title, w.Text, w.Mail)
			}
			if len(names(w.Title)) > 0 || (k != MailCode && len(names(w.Mail)) > 0) {
				t.Errorf("%s %s: title or mail has placeholders", l, k)
			}
			if k.goes(inbox) && !slices.Equal(names(w.Text), k.Params()) {
				t.Errorf("%s %s: the text fills in %v, the table says %v", l, k, names(w.Text), k.Params())
			}
			if strings.Contains(w.Mail, "http") {
				t.Errorf("%s %s: the mail has a link", l, k)
			}
		}
	}
}

// TestTellWantsWhatTheTableSays: no notice goes out with a hole in it.
func TestTellWantsWhatTheTableSays(t *testing.T) {
	good := map[sort]any{words: "x", count: 3, money: Money(500), date: person.DateOf(2026, 12, 26)}
	asText := map[sort]any{words: "x", count: "3", money: "500", date: "2026/12/26"}
	bad := map[sort]any{words: 3, count: "three", money: "¥500", date: "soon"}
	for k, f := range forms {
		for name := range f.params {
			for _, tc := range []struct {
				what  string
				value any
				ok    bool
			}{{"typed", good[f.params[name]], true}, {"as text", asText[f.params[name]], true}, {"wrong", bad[f.params[name]], false}, {"absent", nil, false}} {
				p := Params{"more": "is left out"}
				for other, s := range f.params {
					p[other] = good[s]
				}
				if p[name] = tc.value; tc.value == nil {
					delete(p, name)
				}
				kept, err := encode(k, p)
				if (err == nil) != tc.ok || strings.Contains(kept, "left out") {
					t.Errorf("%s, %s %s: %q, %v", k, name, tc.what, kept, err)
				}
			}
		}
	}
	if _, err := encode("nothing", nil); err == nil {
		t.Error("a kind that does not exist was told")
	}
}

func TestKindsHaveTheNumbersOfTheService(t *testing.T) {
	for _, n := range []string{"N1", "N2", "N3", "N4", "N5", "N6", "N8", "N9", "N10", "N11", "N12", "N13", "N14", "N19", "N22"} {
		if k, err := ParseKind(n); err != nil || forms[k].channels == nil {
			t.Errorf("%s is %q, %v", n, k, err)
		}
	}
	if _, err := ParseKind("N99"); err == nil {
		t.Error("N99 is a kind")
	}
}

func TestAddresses(t *testing.T) {
	for typed, want := range map[string]string{
		"hanako@example.jp": "hanako@example.jp", " Hanako@EXAMPLE.jp ": "Hanako@example.jp",
		"ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ": "hanako@example.jp", "a.b+c@sub.example.co.jp": "a.b+c@sub.example.co.jp",
	} {
		if a, err := ParseAddress(typed); err != nil || a.String() != want {
			t.Errorf("%q = %q, %v; want %q", typed, a, err, want)
		}
	}
	for _, typed := range []string{"", "hanako", "@example.jp", "hanako@", "hanako@localhost", "花子@example.jp", "hanako@例え.jp",
		"Hanako <hanako@example.jp>", "a@b.jp, c@d.jp", "a b@example.jp", "a@example.jp\r\nBcc: x@y.jp", "\"a b\"@example.jp",
		strings.Repeat("a", 65) + "@example.jp", "a@" + strings.Repeat("b.", 130) + "jp", "a@[127.0.0.1]"} {
		if a, err := ParseAddress(typed); err == nil {
			t.Errorf("%q was taken as %q", typed, a)
		}
	}
	if m := (Address{"hanako@example.jp"}).Masked(); m != "h•••@example.jp" {
		t.Errorf("masked = %s", m)
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("hanako@example.jp")
	f.Add("a@b.c\r\nBcc: d@e.f")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if b, err := ParseAddress(a.String()); err != nil || a != b || strings.ContainsAny(a.String(), "\r\n <>,") {
			t.Errorf("%q reads back as %q, %v", a, b, err)
		}
	})
}

func TestAmountsOfNothingAreNotSaid(t *testing.T) {
	for _, tc := range []struct {
		a, b   Money
		ja, en string
	}{
		{1000, 500, "お支払いを確認しました。登録免許税 1,000円、手数料 500円。領収書", "Payment confirmed: registration and licence tax ¥1,000, charge ¥500. Receipt"},
		{1000, 0, "お支払いを確認しました。登録免許税 1,000円。領収書", "Payment confirmed: registration and licence tax ¥1,000. Receipt"},
		{0, 500, "お支払いを確認しました。手数料 500円。領収書", "Payment confirmed: charge ¥500. Receipt"},
	} {
		kept, err := encode(Paid, Params{"a": tc.a, "b": tc.b})
		if err != nil {
			t.Fatal(err)
		}
		for l, want := range map[Language]string{Japanese: tc.ja, English: tc.en} {
			w, err := textOf(Paid, l)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := fill(w.Text, kept, l); err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("%d+%d in %s = %q, %v", tc.a, tc.b, l, got, err)
			}
		}
	}
}
