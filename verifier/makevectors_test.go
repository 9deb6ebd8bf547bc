package verifier_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// makeVectors writes testdata/vectors. What each case must come to is written
// here by hand beside it; the rest of an answer is recorded.
func makeVectors(t *testing.T) {
	w := newWorld(t)
	saveKeys(t, w)
	save(t, "links.json", linkVectors(t, w))
	save(t, "codes.json", codeVectors(t))
	save(t, "ranges.json", rangeVectors(t, w))
	save(t, "trust.json", trustVectors(t, w))
	all, _ := judgeAll()
	save(t, "judge.json", all)
	save(t, "verifications.json", verifyVectors(t, w))
}

func saveKeys(t *testing.T, w *world) {
	var out []keyCase
	for _, k := range []struct {
		name    string
		purpose cose.Purpose
		key     fixedKey
	}{{"root", cose.Trust, w.root}, {"statement", cose.Statement, w.statement}, {"status", cose.Status, w.status},
		{"stolen", cose.Statement, w.stolen}, {"regional", cose.Statement, w.regional}, {"old", cose.Statement, w.old},
		{"test", cose.Test, w.test}} {
		d, err := k.key.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, keyCase{k.name, string(k.purpose), kid(t, k.key).String(), spki(t, k.key), hex.EncodeToString(d)})
	}
	save(t, "keys.json", out)
}

func linkVectors(t *testing.T, w *world) (out []linkCase) {
	sites := []string{site, "http://localhost:8080"}
	good := func(name string, change func(*credential.Statement)) {
		st := sample()
		change(&st)
		signed := w.sign(st, w.statement)
		out = append(out, linkCase{Name: name, Text: w.link(signed), Sites: sites, Says: statement{}.of(st),
			KID: kid(t, w.statement).String(), Digest: fmt.Sprintf("%x", signed.Digest()), Signer: "statement"})
	}
	good("the worked example: 151 bytes", func(*credential.Statement) {})
	good("smallest numbers", func(s *credential.Statement) { s.Register, s.List, s.Index, s.Number, s.Name = 1, 0, 0, "1", "東" })
	good("largest numbers", func(s *credential.Statement) { s.Register, s.List = 1<<32-1, 1<<32-1 })
	good("an expiry", func(s *credential.Statement) { s.Expiry = 20310331 })
	good("birth day unknown", func(s *credential.Statement) { s.Birth = 19500400 })
	good("birth month and day unknown", func(s *credential.Statement) { s.Birth = 19500000 })
	good("sixty Latin letters", func(s *credential.Statement) { s.Name = strings.Repeat("ELIZABETH ", 6) })
	good("variation sequences", func(s *credential.Statement) { s.Name = strings.Repeat("葛\U000E0100", 10) })
	good("beyond the basic plane", func(s *credential.Statement) { s.Name = "𠮷田　髙﨑" })
	good("a compatibility ideograph that must not be normalised", func(s *credential.Statement) { s.Name = "神\uFA19" })
	good("a name of 255 bytes", func(s *credential.Statement) { s.Name = strings.Repeat("山", 85) })
	first := out[0].Text
	again := func(name, text string) {
		c := out[0]
		c.Name, c.Text = name, text
		out = append(out, c)
	}
	again("lower case throughout", strings.ToLower(first))
	again("as a browser writes it", "https://q.example.jp/Q#"+first[len("HTTPS://Q.EXAMPLE.JP/Q#"):])
	again("white space around", " \t"+first+"\r\n")
	again("the other address", "HTTP://LOCALHOST:8080/Q#"+first[len("HTTPS://Q.EXAMPLE.JP/Q#"):])

	bad := func(name, text, code string) {
		out = append(out, linkCase{Name: name, Text: text, Sites: sites, Code: code})
	}
	bad("nothing", "", "credential.link_foreign")
	bad("another site", "https://example.com/", "credential.link_foreign")
	bad("another page of ours", "https://q.example.jp/help", "credential.link_foreign")
	bad("a look-alike host", strings.Replace(first, "EXAMPLE", "EXAMP1E", 1), "credential.link_host")
	bad("our host as user name", strings.Replace(first, "/Q#", "@EVIL.EXAMPLE/Q#", 1), "credential.link_host")
	bad("our host as subdomain", strings.Replace(first, "/Q#", ".EVIL.EXAMPLE/Q#", 1), "credential.link_host")
	bad("our host without encryption", strings.Replace(first, "HTTPS", "HTTP", 1), "credential.link_host")
	bad("our host on another port", strings.Replace(first, ".JP/", ".JP:444/", 1), "credential.link_host")
	bad("a Cyrillic letter in the host", strings.Replace(first, "EXAMPLE", "\u0415XAMPLE", 1), "credential.link_host")
	bad("the Digital Agency's own", "https://dqcvs.nqs.go.jp/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", "credential.link_agency")
	bad("a look-alike of the Digital Agency's", "https://dqcvs.nqs.go.jp.example.com/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", "credential.link_host")
	bad("another site with a path like the Digital Agency's", "https://wiki.example/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", "credential.link_foreign")
	bad("a character lost", first[:len(first)-1], "credential.link_damaged")
	bad("bits left over", first[:len(first)-1]+"B", "credential.link_damaged")
	bad("a digit that Base32 lacks", first[:40]+"1"+first[41:], "credential.link_damaged")
	bad("a long s, which upper-cases to S", first[:40]+"\u017f"+first[41:], "credential.link_damaged")
	bad("too long", first+strings.Repeat("A", 1024), "credential.link_long")
	for _, c := range badPayloads(t) {
		signed, err := cose.Sign(cose.Statement, kid(t, w.statement), w.statement, c.payload)
		if err != nil {
			t.Fatal(err)
		}
		bad(c.name+", well signed", w.link(signed), c.code)
	}
	signed := []byte(w.sign(sample(), w.statement))
	bad("tagged", w.link(append([]byte{0xd2}, signed...)), "credential.statement_malformed")
	bad("a byte behind the message", w.link(append(bytes.Clone(signed), 0)), "credential.statement_malformed")
	alg := bytes.Clone(signed)
	alg[4] = 0x27
	bad("another algorithm (-8)", w.link(alg), "credential.statement_malformed")
	return out
}

type badPayload struct {
	name    string
	payload []byte
	code    string
}

func badPayloads(t *testing.T) []badPayload {
	st := sample()
	good, err := st.Payload()
	if err != nil {
		t.Fatal(err)
	}
	var values map[int]any
	if err := cbor.Unmarshal(good, &values); err != nil {
		t.Fatal(err)
	}
	enc, _ := cbor.CoreDetEncOptions().EncMode()
	with := func(k int, v any) []byte {
		m := maps.Clone(values)
		m[k] = v
		if v == nil {
			delete(m, k)
		}
		b, err := enc.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const malformed, content = "credential.statement_malformed", "credential.statement_content"
	code := st.Code.Bytes()
	swapped := append([]byte{good[0]}, good[3:15]...)
	swapped = append(append(swapped, good[1:3]...), good[15:]...)
	return []badPayload{
		{"version 2", with(1, 2), "credential.statement_version"},
		{"version 0", with(1, 0), malformed},
		{"no name", with(5, nil), malformed},
		{"an unknown member", with(10, 1), malformed},
		{"expiry written as 0", with(9, 0), malformed},
		{"members in another order", swapped, malformed},
		{"version in two bytes", append([]byte{good[0], 1, 0x18, 1}, good[3:]...), malformed},
		{"a byte behind the map", append(bytes.Clone(good), 0), malformed},
		{"a code of nine bytes", with(2, code[:9]), malformed},
		{"a code whose check doesn't fit", with(2, append(bytes.Clone(code[:9]), code[9]^1)), malformed},
		{"three numbers for the status", with(8, []int{3, 1, 1}), malformed},
		{"a register beyond 32 bits", with(3, uint64(1)<<32), malformed},
		{"a birth date in floating point", with(6, 19900401.5), malformed},
		{"register 0", with(3, 0), content},
		{"an empty name", with(5, ""), content},
		{"a name of 256 bytes", with(5, strings.Repeat("a", 256)), content},
		{"a line break in the name", with(5, "山田\n花子"), content},
		{"a direction mark in the name", with(5, "山田\u202e花子"), content},
		{"30 February", with(6, 19900230), content},
		{"an issue date without a day", with(7, 20261100), content},
		{"an index beyond the list", with(8, []int{3, 1 << 17}), content},
	}
}

func codeVectors(t *testing.T) (out []codeCase) {
	c := sample().Code
	good := func(name, typed string, code credential.Code) {
		out = append(out, codeCase{Name: name, Typed: typed, Reads: string(code), Bytes: fmt.Sprintf("%x", code.Bytes())})
	}
	bad := func(name, typed, code string) { out = append(out, codeCase{Name: name, Typed: typed, Code: code}) }
	good("as printed", c.Format(), c)
	good("lower case, spaces", strings.ToLower(strings.ReplaceAll(c.Format(), "-", " ")), c)
	good("full width", strings.Map(func(r rune) rune { return r + 0xfee0 }, string(c)), c)
	good("Japanese long mark for a hyphen", strings.ReplaceAll(c.Format(), "-", "ー"), c)
	zeros := credential.Code("0000000000000000")
	good("all zeros", "0000-0000-0000-0000", zeros)
	good("letters O for zeros", "OOOO-oooo-0000-0000", zeros)
	slip, err := credential.ParseCode("1111-1111-1111-1111")
	for tail := 0; err != nil; tail++ {
		slip, err = credential.ParseCode("111111111111111" + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[tail:tail+1])
	}
	good("I and L for ones", "ILil-1111-1111-111"+string(slip[15]), slip)
	flip := []byte(c)
	flip[5], flip[6] = flip[6], flip[5]
	bad("two neighbours swapped", string(flip), "credential.code_check")
	bad("one wrong character", "Z"+string(c[1:]), "credential.code_check")
	bad("a letter U", "U"+string(c[1:]), "credential.code_character")
	bad("kana", "あ"+string(c[1:]), "credential.code_character")
	bad("one too few", string(c[:15]), "credential.code_length")
	bad("one too many", string(c)+"0", "credential.code_length")
	bad("nothing", "", "credential.code_length")
	return out
}
