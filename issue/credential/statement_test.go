package credential_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"

	"qualsys/internal/fault"
	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

func newKey(t testing.TB) (*ecdsa.PrivateKey, credential.KeyID) {
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

// widest returns a statement whose numbers take as many bytes as they will in
// the field: register in three bytes, index in five, number of nine characters.
func widest(t testing.TB, name string) credential.Statement {
	t.Helper()
	code, err := credential.NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return credential.Statement{Version: 1, Code: code, Register: 1301, Number: "D-1234567", Name: name,
		Birth: 19900401, Issued: 20261125, List: 3, Index: 131071}
}

func TestAStatementHasTheSizeThatThePrintedSymbolWasPlannedFor(t *testing.T) {
	key, kid := newKey(t)
	cases := []struct {
		what, name string
		want       int
	}{
		{"a name of five characters", "山田　花子", 151},
		{"ten kanji and a space", "勅使河原　小早川太郎左", 170},
		{"eighteen characters", "寿限無寿限無五劫擦切海砂利水魚水行末", 191},
		{"sixty Latin letters", strings.Repeat("ELIZABETH ", 6), 197},
		{"ten variation sequences", strings.Repeat("葛\U000E0100", 10), 207},
	}
	for _, c := range cases {
		for _, expiry := range []uint32{0, 20310331} {
			st := widest(t, c.name)
			st.Expiry = expiry
			signed, err := credential.Sign(st, kid, key)
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			if expiry != 0 {
				want += 6
			}
			if len(signed) != want {
				t.Errorf("%s, expiry %d: %d bytes, want %d", c.what, expiry, len(signed), want)
			}
		}
	}
}

func TestAStatementIsReadBackAsItWasSigned(t *testing.T) {
	key, kid := newKey(t)
	rapid.Check(t, func(t *rapid.T) {
		code, _ := credential.NewCode(rand.Reader)
		st := credential.Statement{
			Version: 1, Code: code,
			Register: rapid.Uint32Range(1, 1<<32-1).Draw(t, "register"),
			Number:   rapid.StringMatching(`[\p{Han}A-Z0-9-]{1,15}`).Draw(t, "number"),
			Name:     rapid.StringMatching(`[\p{Han}\p{Hiragana}A-Za-z　]{1,60}`).Draw(t, "name"),
			Birth:    rapid.SampledFrom([]uint32{19900401, 19500000, 19500400, 20000229}).Draw(t, "birth"),
			Issued:   rapid.SampledFrom([]uint32{20261125, 20240229}).Draw(t, "issued"),
			List:     rapid.Uint32().Draw(t, "list"),
			Index:    rapid.Uint32Range(0, credential.ListSize-1).Draw(t, "index"),
			Expiry:   rapid.SampledFrom([]uint32{0, 20310331}).Draw(t, "expiry"),
		}
		if len(st.Name) > credential.MaxName || len(st.Number) > credential.MaxNumber {
			t.Skip()
		}
		signed, err := credential.Sign(st, kid, key)
		if err != nil {
			t.Fatal(err)
		}
		got, id, err := signed.Open()
		if err != nil || got != st || id != kid {
			t.Fatalf("read %+v, %v, %v", got, id, err)
		}
		if err := signed.Verify(key.Public()); err != nil {
			t.Fatal(err)
		}
		before, err := st.Digest(kid)
		if err != nil || before != signed.Digest() {
			t.Fatalf("digest before signing %x, after %x", before, signed.Digest())
		}
		base, _ := credential.Base("https://q.example.jp")
		again, err := credential.ParseLink(signed.Link(base), []string{"https://q.example.jp"})
		if err != nil || !bytes.Equal(again, signed) {
			t.Fatalf("link: %v", err)
		}
	})
}

func TestWhatMayNotStandInAStatementIsRefusedByName(t *testing.T) {
	cases := []struct {
		field string
		spoil func(*credential.Statement)
	}{
		{"code", func(s *credential.Statement) { s.Code = "" }},
		{"code", func(s *credential.Statement) { s.Code = s.Code[:15] + "U" }},
		{"register", func(s *credential.Statement) { s.Register = 0 }},
		{"number", func(s *credential.Statement) { s.Number = "" }},
		{"number", func(s *credential.Statement) { s.Number = strings.Repeat("1", 65) }},
		{"name", func(s *credential.Statement) { s.Name = "" }},
		{"name", func(s *credential.Statement) { s.Name = strings.Repeat("山", 86) }},
		{"name", func(s *credential.Statement) { s.Name = "山田\n花子" }},
		{"name", func(s *credential.Statement) { s.Name = "山田\u202e花子" }},
		{"name", func(s *credential.Statement) { s.Name = "山田\xff" }},
		{"birth", func(s *credential.Statement) { s.Birth = 0 }},
		{"birth", func(s *credential.Statement) { s.Birth = 19900231 }},
		{"birth", func(s *credential.Statement) { s.Birth = 19900015 }},
		{"issued", func(s *credential.Statement) { s.Issued = 20261100 }},
		{"issued", func(s *credential.Statement) { s.Issued = 20250229 }},
		{"index", func(s *credential.Statement) { s.Index = credential.ListSize }},
		{"expiry", func(s *credential.Statement) { s.Expiry = 20310000 }},
	}
	key, kid := newKey(t)
	for _, c := range cases {
		st := widest(t, "山田　花子")
		c.spoil(&st)
		_, err := credential.Sign(st, kid, key)
		var f *fault.Fault
		if !errors.As(err, &f) || !errors.Is(err, credential.ErrContent) || f.Field() != c.field {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}

// TestOnlyTheCanonicalEncodingIsRead signs other encodings of the same values
// with the right key: they must not be read.
func TestOnlyTheCanonicalEncodingIsRead(t *testing.T) {
	key, kid := newKey(t)
	st := widest(t, "山田　花子")
	good, err := st.Payload()
	if err != nil {
		t.Fatal(err)
	}
	code := st.Code.Bytes()
	loose, _ := cbor.EncOptions{}.EncMode()
	enc := func(v any) []byte { b, _ := loose.Marshal(v); return b }
	type m = map[any]any
	values := m{1: 1, 2: code[:], 3: 1301, 4: "D-1234567", 5: "山田　花子", 6: 19900401, 7: 20261125, 8: []int{3, 131071}}
	with := func(k, v any) []byte {
		c := m{k: v}
		for a, b := range values {
			if a != k {
				c[a] = b
			}
		}
		b, _ := cbor.CanonicalEncOptions().EncMode()
		out, _ := b.Marshal(c)
		return out
	}
	cases := map[string][]byte{
		"keys in another order":       append([]byte{0xa8, 0x02, 0x4a}, append(code[:], append([]byte{0x01, 0x01}, good[15:]...)...)...),
		"trailing byte":               append(bytes.Clone(good), 0),
		"version in two bytes":        append([]byte{0xa8, 0x01, 0x18, 0x01}, good[3:]...),
		"an unknown member":           with(10, 1),
		"expiry written as 0":         with(9, 0),
		"a text for the code":         with(2, "0123456789"),
		"a code of 9 bytes":           with(2, code[:9]),
		"a code with a wrong check":   with(2, append(bytes.Clone(code[:9]), code[9]^1)),
		"three numbers in status":     with(8, []int{1, 2, 3}),
		"one number in status":        with(8, []int{1}),
		"a negative register":         with(3, -1),
		"a register beyond 32 bits":   with(3, uint64(1)<<33),
		"a floating-point birth date": with(6, 19900401.0),
		"a tagged name":               with(5, cbor.Tag{Number: 1, Content: 1}),
		"null":                        enc(nil),
		"an array":                    enc([]int{1, 2, 3}),
	}
	if !bytes.Equal(with(1, 1), good) {
		t.Fatal("the test's own encoding of the good case differs")
	}
	for name, payload := range cases {
		signed, err := cose.Sign(cose.Statement, kid, key, payload)
		if err != nil {
			t.Fatal(err)
		}
		if st, _, err := credential.Signed(signed).Open(); !errors.Is(err, credential.ErrMalformed) {
			t.Errorf("%s: %v %v", name, st, err)
		}
	}
	signed, _ := cose.Sign(cose.Statement, kid, key, with(1, 2))
	if _, _, err := credential.Signed(signed).Open(); !errors.Is(err, credential.ErrVersion) {
		t.Errorf("version 2: %v", err)
	}
}

func TestAStatementPrintsNothingPersonalInLogs(t *testing.T) {
	var b bytes.Buffer
	st := widest(t, "山田　花子")
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "statement", st, "code", st.Code)
	if strings.Contains(b.String(), "山田") || strings.Contains(b.String(), string(st.Code)) {
		t.Error(b.String())
	}
}

func TestBytesThatAreNoStatementHaveNoDigest(t *testing.T) {
	if (credential.Signed("nonsense")).Digest() != [32]byte{} {
		t.Error("a digest of nonsense")
	}
}

func FuzzSigned(f *testing.F) {
	key, kid := newKey(f)
	good, _ := credential.Sign(widest(f, "山田　花子"), kid, key)
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, kid, err := credential.Signed(data).Open()
		if err != nil {
			return
		}
		again, err := st.Payload()
		if err != nil {
			t.Fatalf("read and can't be written: %v", err)
		}
		m, _ := cose.Parse(data, credential.MaxSigned)
		if !bytes.Equal(m.Payload, again) || m.KID != kid {
			t.Fatal("read from an encoding that is not ours")
		}
	})
}

func Example() {
	base, _ := credential.Base("https://q.example.jp")
	fmt.Println(base)
	// Output: HTTPS://Q.EXAMPLE.JP/Q#
}
