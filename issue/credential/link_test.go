package credential_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"qualsys/internal/fault"
	"qualsys/issue/credential"
)

var sites = []string{"https://q.example.jp", "http://localhost:8080/"}

func TestALinkOfOursIsReadInAnyCase(t *testing.T) {
	key, kid := newKey(t)
	signed, _ := credential.Sign(widest(t, "山田　花子"), kid, key)
	base, _ := credential.Base(sites[0])
	local, err := credential.Base(sites[1])
	if err != nil || local != "HTTP://LOCALHOST:8080/Q#" {
		t.Fatal(local, err)
	}
	link := signed.Link(base)
	for _, text := range []string{link, strings.ToLower(link), " " + link + "\r\n",
		"https://q.example.jp/Q#" + link[len(base):], signed.Link(local)} {
		got, err := credential.ParseLink(text, sites)
		if err != nil || !bytes.Equal(got, signed) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWhatIsNoLinkOfOursIsToldWhatItIs(t *testing.T) {
	cases := []struct {
		what, text string
		want       *fault.Fault
		host       string
	}{
		{"nothing", "", credential.ErrLinkForeign, ""},
		{"a word", "hello", credential.ErrLinkForeign, ""},
		{"another page of ours", "https://q.example.jp/help", credential.ErrLinkForeign, ""},
		{"another site", "https://example.com/", credential.ErrLinkForeign, ""},
		{"another scheme", "ftp://q.example.jp/Q#AAAA", credential.ErrLinkForeign, ""},
		{"a script", "javascript://q.example.jp/Q#AAAA", credential.ErrLinkForeign, ""},
		{"our host without encryption", "http://q.example.jp/Q#AAAA", credential.ErrLinkHost, "q.example.jp"},
		{"our host with another port", "https://q.example.jp:444/Q#AAAA", credential.ErrLinkHost, "q.example.jp:444"},
		{"a look-alike", "https://q.examp1e.jp/Q#AAAA", credential.ErrLinkHost, "q.examp1e.jp"},
		{"ours as a user's name", "https://q.example.jp@evil.example/Q#AAAA", credential.ErrLinkHost, "q.example.jp@evil.example"},
		{"ours as a subdomain", "https://q.example.jp.evil.example/Q#AAAA", credential.ErrLinkHost, "q.example.jp.evil.example"},
		{"a Cyrillic letter", "https://q.еxample.jp/Q#AAAA", credential.ErrLinkHost, "q.еxample.jp"},
		{"a dotless i", "https://q.example.jp/Q#ıAAA", credential.ErrLinkDamaged, ""},
		{"a long s for S", "https://q.example.jp/Q#ſAAA", credential.ErrLinkDamaged, ""},
		{"a back slash", "https://evil.example\\@q.example.jp/Q#AAAA", credential.ErrLinkForeign, ""},
		{"nothing behind the number sign", "https://q.example.jp/Q#", credential.ErrLinkDamaged, ""},
		{"a digit that Base32 lacks", "https://q.example.jp/Q#AAA1", credential.ErrLinkDamaged, ""},
		{"padding", "https://q.example.jp/Q#AA======", credential.ErrLinkDamaged, ""},
		{"bits left over", "https://q.example.jp/Q#AB", credential.ErrLinkDamaged, ""},
		{"a length that can't be", "https://q.example.jp/Q#AAA", credential.ErrLinkDamaged, ""},
		{"a line break within", "https://q.example.jp/Q#AA\nAA", credential.ErrLinkDamaged, ""},
		{"the Digital Agency's", "https://dqcvs.nqs.go.jp/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", credential.ErrLinkAgency, ""},
		{"the Digital Agency's, long", "https://dqcvs.nqs.go.jp/w/?c=" + strings.Repeat("A", 2000), credential.ErrLinkAgency, ""},
		{"like the Digital Agency's", "https://dqcvs.nqs.go.jp.evil.example/w/?c=AAAA", credential.ErrLinkHost, "dqcvs.nqs.go.jp.evil.example"},
		{"the Digital Agency's as a user's name", "https://dqcvs.nqs.go.jp@evil.example/w/?c=AAAA", credential.ErrLinkHost, "dqcvs.nqs.go.jp@evil.example"},
		{"the Digital Agency's with a dot more", "https://dqcvs.nqs.go.jp./w/?c=AAAA", credential.ErrLinkHost, "dqcvs.nqs.go.jp."},
		{"the Digital Agency's on another port", "https://DQCVS.NQS.GO.JP:8443/W/?C=AAAA", credential.ErrLinkHost, "DQCVS.NQS.GO.JP:8443"},
		{"a long look-alike of the Digital Agency's", "https://dqcvs-nqs.example/w/?c=" + strings.Repeat("A", 2000), credential.ErrLinkHost, "dqcvs-nqs.example"},
		{"another page of the Digital Agency's", "https://dqcvs.nqs.go.jp/help", credential.ErrLinkForeign, ""},
		{"another site of such a path", "https://wiki.example/w/?c=AAAA", credential.ErrLinkForeign, ""},
		{"too long", "https://q.example.jp/Q#" + strings.Repeat("A", 2000), credential.ErrLinkLong, ""},
	}
	for _, c := range cases {
		_, err := credential.ParseLink(c.text, sites)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code() != c.want.Code() {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
			continue
		}
		if host, _ := f.Params()["host"].(string); host != c.host {
			t.Errorf("%s: host %q, want %q", c.what, host, c.host)
		}
	}
}

func TestABaseAddressFitsItsPlace(t *testing.T) {
	for _, site := range []string{"", "q.example.jp", "ftp://q.example.jp", "https://", "https://a b",
		"https://q.example.jp/path", "https://qualification.example.jp", "https://q.例.jp"} {
		if base, err := credential.Base(site); !errors.Is(err, credential.ErrBase) {
			t.Errorf("%q: %q, %v", site, base, err)
		}
	}
}

func FuzzLink(f *testing.F) {
	f.Add("HTTPS://Q.EXAMPLE.JP/Q#GEZDGNBV")
	f.Add("https://dqcvs.nqs.go.jp/w/?c=0oRE")
	f.Fuzz(func(t *testing.T, text string) {
		signed, err := credential.ParseLink(text, sites)
		if err != nil {
			if _, ok := fault.All(err); !ok {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		base, _ := credential.Base(sites[0])
		again, err := credential.ParseLink(signed.Link(base), sites)
		if len(signed.Link(base)) <= credential.MaxLink && (err != nil || !bytes.Equal(again, signed)) {
			t.Fatalf("%q comes back differently: %v", text, err)
		}
	})
}
