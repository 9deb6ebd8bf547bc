package pdfcert_test

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"
)

// TestForgeriesOfTheContainer changes what the signature does not sign: the
// container around it.
func TestForgeriesOfTheContainer(t *testing.T) {
	s := open(t)
	thief := s.thief(t)
	raw := make([]byte, len(container(s.sealed))/2)
	if _, err := hex.Decode(raw, container(s.sealed)); err != nil {
		t.Fatal(err)
	}
	root, rest := parse(raw)
	genuine := root.bytes()
	if !bytes.Equal(append(bytes.Clone(genuine), rest...), raw) {
		t.Fatal("the tree is not the container")
	}
	// data is the SignedData, signer its one SignerInfo.
	edit := func(change func(data, signer *node)) []byte {
		n, _ := parse(genuine)
		data := n.kids[1].kids[0]
		change(data, data.kids[4].kids[0])
		return n.bytes()
	}
	certificates := func(certs ...[]byte) []byte {
		return edit(func(data, _ *node) {
			data.kids[3].kids = nil
			for _, c := range certs {
				data.kids[3].add(c)
			}
		})
	}
	ours, authority := s.Signer.Raw, s.CA.Raw
	for name, changed := range map[string][]byte{
		"the other s":                          edit(func(_, signer *node) { signer.kids[5].body = otherS(t, signer.kids[5].body) }),
		"an unsigned attribute":                edit(func(_, signer *node) { signer.add([]byte{0xa1, 0x02, 0x30, 0x00}) }),
		"an empty set of unsigned ones":        edit(func(_, signer *node) { signer.add([]byte{0xa1, 0x00}) }),
		"the signer's certificate exchanged":   certificates(thief.Signer.Raw, authority),
		"the authority's one exchanged":        certificates(ours, thief.CA.Raw),
		"both exchanged":                       certificates(thief.Signer.Raw, thief.CA.Raw),
		"our root in the file too, twice":      certificates(ours, authority, s.Root.Raw, s.Root.Raw, thief.Root.Raw),
		"a foreign certificate more":           certificates(ours, authority, thief.Root.Raw),
		"no certificate":                       certificates(),
		"certificates in the other order":      certificates(authority, ours),
		"no certificate but the authority's":   certificates(authority),
		"forty certificates":                   certificates(slices.Repeat([][]byte{ours}, 40)...),
		"a changed signature in a certificate": certificates(ours, flip(authority, len(authority)-5)),
		"lists in the container":               edit(func(data, _ *node) { data.kids = slices.Insert(data.kids, 4, &node{tag: 0xa1, body: s.CACRL.Raw}) }),
		"another digest algorithm":             edit(func(_, signer *node) { signer.kids[2].kids[0].body[8] = 2 }),
		"another digest algorithm outside":     edit(func(data, _ *node) { data.kids[1].kids[0].kids[0].body[8] = 3 }),
		"parameters of the algorithm":          edit(func(_, signer *node) { signer.kids[2].add([]byte{5, 0}) }),
		"two digest algorithms":                edit(func(data, _ *node) { data.kids[1].add(data.kids[1].kids[0].bytes()) }),
		"another signature algorithm":          edit(func(_, signer *node) { signer.kids[4].kids[0].body[7] = 3 }),
		"another type of content":              edit(func(data, _ *node) { data.kids[2].kids[0].body[8] = 3 }),
		"a later version":                      edit(func(data, _ *node) { data.kids[0].body[0] = 3 }),
		"a later version of the signer":        edit(func(_, signer *node) { signer.kids[0].body[0] = 3 }),
		"content inside":                       edit(func(data, _ *node) { data.kids[2].add([]byte{0xa0, 4, 4, 2, 'h', 'i'}) }),
		"another serial number":                edit(func(_, signer *node) { signer.kids[1].kids[1].body[3] ^= 1 }),
		"another issuer":                       edit(func(_, signer *node) { signer.kids[1].kids[0].add([]byte{0x31, 0}) }),
		"two signers":                          edit(func(data, signer *node) { data.kids[4].add(signer.bytes()) }),
		"no signer":                            edit(func(data, _ *node) { data.kids[4].kids = nil }),
		"no signed attributes":                 edit(func(_, signer *node) { signer.kids = slices.Delete(signer.kids, 3, 4) }),
		"attributes in another order":          edit(func(_, signer *node) { a := signer.kids[3].kids; a[0], a[1] = a[1], a[0] }),
		"an attribute twice":                   edit(func(_, signer *node) { signer.kids[3].add(signer.kids[3].kids[3].bytes()) }),
		"an attribute less":                    edit(func(_, signer *node) { signer.kids[3].kids = signer.kids[3].kids[1:] }),
		"an attribute more": edit(func(_, signer *node) {
			signer.kids[3].add([]byte{0x30, 0x07, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x31, 0x00})
		}),
		"two values of an attribute":           edit(func(_, signer *node) { v := signer.kids[3].kids[3].kids[1]; v.add(v.kids[0].bytes()) }),
		"another digest":                       edit(func(_, signer *node) { signer.kids[3].kids[3].kids[1].kids[0].body[5] ^= 1 }),
		"another signing time":                 edit(func(_, signer *node) { signer.kids[3].kids[2].kids[1].kids[0].body[9] ^= 1 }),
		"another digest of the certificate":    edit(func(_, signer *node) { signer.kids[3].kids[4].kids[1].kids[0].kids[0].kids[0].kids[0].body[3] ^= 1 }),
		"another signature":                    edit(func(_, signer *node) { signer.kids[5].body[20] ^= 1 }),
		"an empty signature":                   edit(func(_, signer *node) { signer.kids[5].body = nil }),
		"a signature of zeros":                 edit(func(_, signer *node) { signer.kids[5].body = []byte{0x30, 6, 2, 1, 0, 2, 1, 0} }),
		"a byte after the signature's numbers": edit(func(_, signer *node) { signer.kids[5].body = append(signer.kids[5].body, 0) }),
		"indefinite length":                    append(append([]byte{0x30, 0x80}, genuine[4:]...), 0, 0),
		"a length in more bytes than needed":   append([]byte{0x30, 0x83, 0, genuine[2], genuine[3]}, genuine[4:]...),
		"a byte after it":                      append(bytes.Clone(genuine), 1),
		"another container after it":           append(bytes.Clone(genuine), genuine...),
		"that of another file":                 otherContainer(t, s),
		"cut off":                              genuine[:len(genuine)-40],
		"nothing but a sequence":               {0x30, 0x00},
		"a string":                             {0x04, 0x00},
	} {
		t.Run(name, func(t *testing.T) {
			file := contents(s.sealed, hex.EncodeToString(changed))
			if n := len(raw) - len(changed); n >= 0 {
				file = contents(s.sealed, hex.EncodeToString(append(bytes.Clone(changed), make([]byte, n)...)))
			}
			s.refused(t, reRange(t, file))
		})
	}
}

// node is an element of DER.
type node struct {
	tag  byte
	body []byte
	kids []*node
	raw  []byte
}

// parse takes one element apart, its kids as well where it is constructed.
func parse(b []byte) (*node, []byte) {
	var v asn1.RawValue
	rest, err := asn1.Unmarshal(b, &v)
	if err != nil {
		panic(err)
	}
	n := &node{tag: b[0]}
	if !v.IsCompound {
		n.body = bytes.Clone(v.Bytes)
		return n, rest
	}
	for in := v.Bytes; len(in) > 0; {
		var kid *node
		kid, in = parse(in)
		n.kids = append(n.kids, kid)
	}
	return n, rest
}

func (n *node) add(raw []byte) { n.kids = append(n.kids, &node{raw: raw}) }

func (n *node) bytes() []byte {
	if n.raw != nil {
		return n.raw
	}
	body := bytes.Clone(n.body)
	for _, k := range n.kids {
		body = append(body, k.bytes()...)
	}
	switch size := len(body); {
	case size < 0x80:
		return append([]byte{n.tag, byte(size)}, body...)
	case size < 0x100:
		return append([]byte{n.tag, 0x81, byte(size)}, body...)
	default:
		return append([]byte{n.tag, 0x82, byte(size >> 8), byte(size)}, body...)
	}
}

// otherS replaces s by n − s, which verifies as well.
func otherS(t *testing.T, der []byte) []byte {
	t.Helper()
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		t.Fatal(err)
	}
	sig.S.Sub(elliptic.P256().Params().N, sig.S)
	out, err := asn1.Marshal(sig)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
