package verifier_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
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
	save(t, "judge.json", judgeAll())
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

// released is the range of the worked example, with a status for each kind.
func released(t *testing.T, w *world) (credential.Signed, statuslist.Prefix) {
	signed := w.sign(sample(), w.statement)
	d := signed.Digest()
	w.released[d] = credential.Valid
	for i, s := range []credential.Status{credential.Revoked, credential.Suspended, credential.Changed} {
		e := d
		e[5] ^= byte(i + 1)
		w.released[e] = s
	}
	return signed, statuslist.PrefixOf(d)
}

func rangeVectors(t *testing.T, w *world) (out []rangeCase) {
	signed, p := released(t, w)
	good := w.issuedRange(p, at)
	find := map[string]string{}
	for d, s := range w.released {
		find[fmt.Sprintf("%x", d)] = s.String()
	}
	d := signed.Digest()
	d[15] ^= 1
	find[fmt.Sprintf("%x", d)] = "not_issued"
	d[15] ^= 1
	d[16] ^= 1 // beyond the 128 bits that ranges hold
	find[fmt.Sprintf("%x", d)] = "valid"
	out = append(out, rangeCase{"the worked example", p.String(), hex.EncodeToString(good), true, 36, find})
	empty := w.issuedRange(statuslist.Prefix{0xab, 0xcd}, at)
	out = append(out, rangeCase{"nothing but decoys", "abcd", hex.EncodeToString(empty), true, 32, nil})

	bad := func(name string, data []byte) {
		out = append(out, rangeCase{Name: name, Prefix: p.String(), Range: hex.EncodeToString(data)})
	}
	bad("the range of another prefix", empty)
	flipped := bytes.Clone(good)
	flipped[len(flipped)-70] ^= 1
	bad("one bit of a status flipped", flipped)
	m, err := cose.Parse(good, statuslist.MaxBytes)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(purpose cose.Purpose, k fixedKey, payload []byte) []byte {
		b, err := cose.Sign(purpose, kid(t, k), k, payload)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	bad("signed for another purpose", sign(cose.Statement, w.status, m.Payload))
	bad("signed by a statement key", sign(cose.Status, w.statement, m.Payload))
	for _, c := range badRanges(t, m.Payload) {
		bad(c.name+", well signed", sign(cose.Status, w.status, c.payload))
	}
	return out
}

func badRanges(t *testing.T, good []byte) []badPayload {
	var values map[int]any
	if err := cbor.Unmarshal(good, &values); err != nil {
		t.Fatal(err)
	}
	enc, _ := cbor.CoreDetEncOptions().EncMode()
	with := func(k int, v any) []byte {
		m := maps.Clone(values)
		m[k] = v
		b, err := enc.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	digests := values[5].([]byte)
	swapped := append(append(bytes.Clone(digests[16:32]), digests[:16]...), digests[32:]...)
	twice := append(append(bytes.Clone(digests[:16]), digests[:16]...), digests[32:]...)
	return []badPayload{
		{name: "version 2", payload: with(1, 2)},
		{name: "digests out of order", payload: with(5, swapped)},
		{name: "a digest twice", payload: with(5, twice)},
		{name: "half a digest", payload: with(5, digests[:len(digests)-8])},
		{name: "too few states", payload: with(6, values[6].([]byte)[1:])},
		{name: "ends before it begins", payload: with(4, 0)},
		{name: "an unknown member", payload: with(7, 0)},
	}
}

func trustVectors(t *testing.T, w *world) (out []trustCase) {
	p, err := w.list.Publish(w.root)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string, list []byte, seen uint64, fails string) {
		c := trustCase{Name: name, List: hex.EncodeToString(list), Seen: seen, Error: fails}
		if fails == "" {
			c.Seq = w.list.Seq
		}
		out = append(out, c)
	}
	add("the worked example", p.COSE, 0, "")
	add("the same seq again", p.COSE, 7, "")
	add("an older seq than seen", p.COSE, 8, "older")
	flipped := bytes.Clone(p.COSE)
	flipped[100] ^= 1
	add("one bit flipped", flipped, 0, "root")
	other, err := w.list.Publish(key(t, "another root"))
	if err != nil {
		t.Fatal(err)
	}
	add("another root", other.COSE, 0, "root")
	add("nothing", nil, 0, "malformed")
	m, err := cose.Parse(p.COSE, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := cose.Sign(cose.Status, kid(t, w.root), w.root, m.Payload)
	if err != nil {
		t.Fatal(err)
	}
	add("signed for another purpose", wrong, 0, "root")
	enc, _ := cbor.CoreDetEncOptions().EncMode()
	edit := func(name, fails string, change func(doc map[string]any)) {
		var doc map[string]any
		dm, _ := cbor.DecOptions{DefaultMapType: nil}.DecMode()
		if err := dm.Unmarshal(m.Payload, &doc); err != nil {
			t.Fatal(err)
		}
		change(doc)
		payload, err := enc.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		b, err := cose.Sign(cose.Trust, kid(t, w.root), w.root, payload)
		if err != nil {
			t.Fatal(err)
		}
		add(name, b, 0, fails)
	}
	edit("a member that readers don't know", "", func(d map[string]any) { d["later"] = 1 })
	edit("two keys with one kid", "rules", func(d map[string]any) { k := d["keys"].([]any); d["keys"] = append(k, k[0]) })
	edit("a kid that is not its key's", "rules", func(d map[string]any) {
		d["keys"].([]any)[0].(map[any]any)["kid"] = make([]byte, 8)
	})
	edit("a purpose that nobody knows", "rules", func(d map[string]any) { d["keys"].([]any)[0].(map[any]any)["purpose"] = "everything" })
	edit("a life of 91 days", "rules", func(d map[string]any) { d["next_update"] = d["issued"].(uint64) + 91*24*3600 })
	edit("seq 0", "rules", func(d map[string]any) { d["seq"] = 0 })
	edit("one register number twice", "rules", func(d map[string]any) { r := d["registers"].([]any); d["registers"] = append(r, r[0]) })
	edit("another format", "malformed", func(d map[string]any) { d["format"] = "qualsys-trust/2" })
	return out
}

func verifyVectors(t *testing.T, w *world) (out []verifyCase) {
	trustList, err := w.list.Publish(w.root)
	if err != nil {
		t.Fatal(err)
	}
	type expectation struct {
		verdict verifier.Verdict
		reason  verifier.Reason
		check   verifier.CheckID // and the code of the check that decides
		code    string
	}
	add := func(name string, c verifyCase, want expectation) {
		t.Helper()
		c.Name = name
		if c.Now == 0 {
			c.Now = at.Unix()
		}
		c.Expect = c.run(t, w)
		if c.Expect.Verdict != want.verdict || c.Expect.Reason != want.reason || c.Expect.Check(want.check).Code != want.code {
			t.Errorf("%s: %s, %q, %s", name, c.Expect.Verdict, c.Expect.Reason, c.Expect.Check(want.check).Code)
		}
		out = append(out, c)
	}
	list := hex.EncodeToString(trustList.COSE)
	signed, p := released(t, w)
	link := w.link(signed)
	ranges := func(signed credential.Signed, status credential.Status, made time.Time) map[string]string {
		before := w.released
		w.released = map[[32]byte]credential.Status{}
		if status != 0 {
			w.released[signed.Digest()] = status
		}
		q := statuslist.PrefixOf(signed.Digest())
		out := map[string]string{q.String(): hex.EncodeToString(w.issuedRange(q, made))}
		w.released = before
		return out
	}
	at30s, at6m, at25h := at.Add(-30*time.Second), at.Add(-6*time.Minute), at.Add(-25*time.Hour)
	const status, log, issuer, says = verifier.CheckStatus, verifier.CheckIssueLog, verifier.CheckIssuer, verifier.CheckStatement
	for _, c := range []struct {
		name string
		in   verifyCase
		want expectation
	}{
		{"valid", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Valid, at30s)},
			expectation{verifier.InForce, "", status, "verifier.status.valid"}},
		{"changed", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Changed, at30s)},
			expectation{verifier.Changed, "", status, "verifier.status.changed"}},
		{"suspended", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Suspended, at30s)},
			expectation{verifier.Suspended, "", status, "verifier.status.suspended"}},
		{"revoked", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Revoked, at30s)},
			expectation{verifier.Ended, verifier.Unspecified, status, "verifier.status.revoked"}},
		{"valid six minutes ago", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Valid, at6m)},
			expectation{verifier.CannotConfirm, "", status, "verifier.status.old"}},
		{"changed six minutes ago", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Changed, at6m)},
			expectation{verifier.Changed, "", status, "verifier.status.changed"}},
		{"suspended in a list that has ended", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Suspended, at25h)},
			expectation{verifier.CannotConfirm, "", status, "verifier.status.old"}},
		{"revoked in a list that has ended", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Revoked, at25h)},
			expectation{verifier.Ended, verifier.Unspecified, status, "verifier.status.revoked"}},
		{"a range of the future", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Valid, at.Add(2*time.Minute))},
			expectation{verifier.CannotConfirm, "", status, "verifier.status.old"}},
		{"well signed and not in the issue log: a stolen key", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, 0, at30s)},
			expectation{verifier.NotGenuine, verifier.NotIssued, log, "verifier.issue_log.not_issued"}},
		{"not in a range six minutes old", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, 0, at6m)},
			expectation{verifier.CannotConfirm, "", log, "verifier.issue_log.unavailable"}},
		{"no network", verifyCase{Link: link, Trust: list, Ranges: nil},
			expectation{verifier.CannotConfirm, "", log, "verifier.issue_log.unavailable"}},
		{"the range is not a range", verifyCase{Link: link, Trust: list, Ranges: map[string]string{p.String(): "00"}},
			expectation{verifier.CannotConfirm, "", log, "verifier.issue_log.unavailable"}},
		{"no trust list", verifyCase{Link: link, Sites: []string{site}, Ranges: ranges(signed, credential.Valid, at30s)},
			expectation{verifier.CannotConfirm, "", issuer, "verifier.issuer.trust_list_missing"}},
		{"a trust list past its next update", verifyCase{Link: link, Trust: list, Sites: []string{site},
			Now: at.AddDate(0, 0, 61).Unix(), Ranges: nil},
			expectation{verifier.CannotConfirm, "", issuer, "verifier.issuer.trust_list_old"}},
		{"a foreign link", verifyCase{Link: "https://example.com/", Trust: list},
			expectation{verifier.NotGenuine, verifier.Foreign, says, "verifier.statement.foreign"}},
		{"a look-alike", verifyCase{Link: strings.Replace(link, "EXAMPLE", "EXAMP1E", 1), Trust: list},
			expectation{verifier.NotGenuine, verifier.LookAlike, says, "verifier.statement.look_alike"}},
		{"the Digital Agency's own", verifyCase{Link: "https://dqcvs.nqs.go.jp/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", Trust: list},
			expectation{verifier.NotGenuine, verifier.Agency, says, "verifier.statement.agency"}},
		{"a character lost", verifyCase{Link: link[:len(link)-1], Trust: list},
			expectation{verifier.NotGenuine, verifier.Damaged, says, "verifier.statement.damaged"}},
	} {
		add(c.name, c.in, c.want)
	}
	for _, c := range forgeries(t, w) {
		add(c.name, verifyCase{Link: w.link(c.signed), Trust: list, Ranges: ranges(c.signed, c.status, at30s)},
			expectation{c.verdict, c.reason, c.check, c.code})
	}
	return out
}

type forgery struct {
	name    string
	signed  credential.Signed
	status  credential.Status
	verdict verifier.Verdict
	reason  verifier.Reason
	check   verifier.CheckID
	code    string
}

func forgeries(t *testing.T, w *world) []forgery {
	expired, early, nurse := sample(), sample(), sample()
	expired.Expiry = 20261124
	lastDay := sample()
	lastDay.Expiry = 20261125
	early.Issued = 20240101
	nurse.Register = 1302
	changed := bytes.Clone(w.sign(sample(), w.statement))
	changed[55] ^= 0x01 // a letter of the name
	if _, _, err := credential.Signed(changed).Open(); err != nil {
		t.Fatal(err)
	}
	const says, issuer, status = verifier.CheckStatement, verifier.CheckIssuer, verifier.CheckStatus
	const valid = credential.Valid
	return []forgery{
		{"a letter of the name changed", changed, 0, verifier.NotGenuine, verifier.Forged, says, "verifier.statement.signature"},
		{"a key that nobody knows", w.sign(sample(), key(t, "nobody")), 0, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.unknown_key"},
		{"a key for another purpose", w.sign(sample(), w.test), 0, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.purpose"},
		{"a key for another register", w.sign(sample(), w.regional), valid, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.register"},
		{"the same key for its own register", w.sign(nurse, w.regional), valid, verifier.InForce, "", issuer, "verifier.issuer.passed"},
		{"a key that had stopped signing", w.sign(sample(), w.old), valid, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.outside_days"},
		{"an old certificate of that key", w.sign(early, w.old), valid, verifier.InForce, "", issuer, "verifier.issuer.passed"},
		{"a stolen key, in the issue log", w.sign(sample(), w.stolen), valid, verifier.InForce, "", issuer, "verifier.issuer.compromised_logged"},
		{"a stolen key, not in the issue log", w.sign(sample(), w.stolen), 0, verifier.NotGenuine, verifier.NotIssued, issuer, "verifier.issuer.compromised"},
		{"expired yesterday", w.sign(expired, w.statement), valid, verifier.Ended, verifier.Expired, status, "verifier.status.valid"},
		{"its last day", w.sign(lastDay, w.statement), valid, verifier.InForce, "", status, "verifier.status.valid"},
	}
}
