package cose_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"

	gocose "github.com/veraison/go-cose"
	"pgregory.net/rapid"

	"qualsys/issue/credential/cose"
)

func newKey(t testing.TB) (*ecdsa.PrivateKey, cose.KeyID) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	kid, err := cose.KeyIDOf(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return key, kid
}

func TestAnIndependentLibraryReadsAndVerifiesOurMessages(t *testing.T) {
	key, kid := newKey(t)
	verifier, err := gocose.NewVerifier(gocose.AlgorithmES256, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 23, 24, 255, 256, 65535, 65536} {
		payload := bytes.Repeat([]byte{'p'}, n)
		signed, err := cose.Sign(cose.Status, kid, key, payload)
		if err != nil {
			t.Fatal(err)
		}
		var m gocose.UntaggedSign1Message
		if err := m.UnmarshalCBOR(signed); err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		if got, _ := m.Headers.Protected[gocose.HeaderLabelKeyID].([]byte); !bytes.Equal(got, kid[:]) {
			t.Errorf("%d bytes: kid %x", n, got)
		}
		if !bytes.Equal(m.Payload, payload) {
			t.Errorf("%d bytes: payload differs", n)
		}
		if err := (*gocose.Sign1Message)(&m).Verify(cose.Status.AAD(), verifier); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		again, err := m.MarshalCBOR()
		if err != nil || !bytes.Equal(again, signed) {
			t.Errorf("%d bytes: its encoding differs from ours: %v", n, err)
		}
	}
}

func TestAKeyForOnePurposeDoesNotVerifyForAnother(t *testing.T) {
	key, kid := newKey(t)
	all := []cose.Purpose{cose.Statement, cose.Status, cose.Receipt, cose.Audit, cose.Test, cose.Trust}
	for _, p := range all {
		signed, err := cose.Sign(p, kid, key, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := cose.Parse(signed, len(signed))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range all {
			if err := m.Verify(q, key.Public()); (err == nil) != (p == q) {
				t.Errorf("signed as %s, verified as %s: %v", p, q, err)
			}
		}
	}
}

func TestOnlyTheOneShapeIsRead(t *testing.T) {
	key, kid := newKey(t)
	good, err := cose.Sign(cose.Test, kid, key, bytes.Repeat([]byte{1}, 30))
	if err != nil {
		t.Fatal(err)
	}
	edit := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(good)) }
	cases := map[string][]byte{
		"nothing":            nil,
		"cut short":          good[:len(good)-1],
		"a byte too many":    append(bytes.Clone(good), 0),
		"tagged":             append([]byte{0xd2}, good...),
		"indefinite array":   edit(func(b []byte) []byte { b[0] = 0x9f; return append(b, 0xff) }),
		"another algorithm":  edit(func(b []byte) []byte { b[4] = 0x27; return b }),
		"unprotected header": edit(func(b []byte) []byte { b[15] = 0xa1; return b }),
		"long head":          edit(func(b []byte) []byte { return append(append(b[:16:16], 0x59, 0, 30), b[18:]...) }),
		"text for payload":   edit(func(b []byte) []byte { b[16] = 0x78; return b }),
		"65-byte signature":  edit(func(b []byte) []byte { b[49] = 65; return append(b, 0) }),
	}
	for name, data := range cases {
		if _, err := cose.Parse(data, 4096); !errors.Is(err, cose.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := cose.Parse(good, len(good)-1); !errors.Is(err, cose.ErrMalformed) {
		t.Errorf("over the limit: %v", err)
	}
}

func TestTheOtherFormOfASignatureHasTheSameDigest(t *testing.T) {
	key, kid := newKey(t)
	good, err := cose.Sign(cose.Test, kid, key, []byte("payload"))
	if err != nil {
		t.Fatal(err)
	}
	twin := bytes.Clone(good)
	s := new(big.Int).SetBytes(twin[len(twin)-32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(twin[len(twin)-32:])
	a, _ := cose.Parse(good, 4096)
	b, _ := cose.Parse(twin, 4096)
	if a.Verify(cose.Test, key.Public()) != nil || b.Verify(cose.Test, key.Public()) != nil {
		t.Fatal("both forms verify")
	}
	if a.Digest() != b.Digest() {
		t.Error("digests differ")
	}
}

func TestKeysOfOtherKindsAreRefused(t *testing.T) {
	big, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	r, _ := rsa.GenerateKey(rand.Reader, 2048)
	if _, err := cose.KeyIDOf(big.Public()); err == nil {
		t.Error("P-384 has a key id")
	}
	if _, err := cose.Sign(cose.Test, cose.KeyID{}, r, nil); err == nil {
		t.Error("RSA signs")
	}
	if err := (cose.Message{Signature: make([]byte, 64)}).Verify(cose.Test, r.Public()); err == nil {
		t.Error("RSA verifies")
	}
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	key, kid := newKey(t)
	good, err := cose.Sign(cose.Statement, kid, key, []byte("what the certificate says"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(good)*8-1).Draw(t, "bit")
		bad := bytes.Clone(good)
		bad[at/8] ^= 1 << (at % 8)
		m, err := cose.Parse(bad, 4096)
		if err == nil && m.KID == kid && m.Verify(cose.Statement, key.Public()) == nil {
			t.Fatalf("bit %d flipped and still good", at)
		}
	})
}

func FuzzParse(f *testing.F) {
	key, kid := newKey(f)
	good, _ := cose.Sign(cose.Statement, kid, key, []byte("seed"))
	f.Add(good)
	f.Add(append([]byte{0xd2}, good...))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := cose.Parse(data, 1<<16)
		if err != nil {
			return
		}
		var other gocose.UntaggedSign1Message
		if err := other.UnmarshalCBOR(data); err != nil {
			t.Fatalf("we read what go-cose refuses: %v", err)
		}
		if !bytes.Equal(other.Payload, m.Payload) || !bytes.Equal(other.Signature, m.Signature) {
			t.Fatal("read differently")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	key, kid := newKey(b)
	signed, _ := cose.Sign(cose.Statement, kid, key, make([]byte, 80))
	for b.Loop() {
		m, err := cose.Parse(signed, 512)
		if err != nil || m.Verify(cose.Statement, key.Public()) != nil {
			b.Fatal("not good")
		}
	}
}
