package verifier_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
)

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
