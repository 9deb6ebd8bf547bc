package credential_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qualsys/issue/credential"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func draw(t *rapid.T) credential.Code {
	c, err := credential.NewCode(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 15, 15).Draw(t, "random")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := draw(t)
		slip := strings.NewReplacer("1", rapid.SampledFrom([]string{"1", "I", "l", "i", "L"}).Draw(t, "one"),
			"0", rapid.SampledFrom([]string{"0", "O", "o"}).Draw(t, "zero"))
		wide := strings.Map(func(r rune) rune { return r + 0xfee0 }, string(c))
		for _, typed := range []string{string(c), c.Format(), strings.ToLower(c.Format()), slip.Replace(c.Format()),
			" " + strings.ReplaceAll(c.Format(), "-", "　") + " ", strings.ReplaceAll(c.Format(), "-", "−"), wide} {
			if got, err := credential.ParseCode(typed); err != nil || got != c {
				t.Fatalf("%q: %v, %v", typed, got, err)
			}
		}
		if got, err := credential.CodeFromBytes(c.Bytes()); err != nil || got != c {
			t.Fatalf("bytes: %v, %v", got, err)
		}
	})
}

func TestOneWrongCharacterIsAlwaysFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := []byte(draw(t))
		at := rapid.IntRange(0, 15).Draw(t, "place")
		was := c[at]
		c[at] = alphabet[rapid.IntRange(0, 31).Draw(t, "character")]
		if _, err := credential.ParseCode(string(c)); (err == nil) != (c[at] == was) {
			t.Fatalf("%s at %d: %v", c, at, err)
		}
	})
}

func TestSwappedNeighboursAreFoundButFor0AndZ(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := []byte(draw(t))
		at := rapid.IntRange(0, 14).Draw(t, "place")
		a, b := c[at], c[at+1]
		c[at], c[at+1] = b, a
		blind := a == b || a == '0' && b == 'Z' || a == 'Z' && b == '0'
		if _, err := credential.ParseCode(string(c)); (err == nil) != blind {
			t.Fatalf("%s at %d: %v", c, at, err)
		}
	})
}

func TestWhatIsNoCodeIsToldWhy(t *testing.T) {
	cases := map[string]error{
		"":                       credential.ErrCodeLength,
		"0000-0000-0000-000":     credential.ErrCodeLength,
		"0000-0000-0000-0000-0":  credential.ErrCodeLength,
		"U000-0000-0000-0000":    credential.ErrCodeCharacter,
		"0000-0000-0000-000あ":    credential.ErrCodeCharacter,
		"0000-0000-0000-0001":    credential.ErrCodeCheck,
		strings.Repeat("-", 201): credential.ErrCodeLength,
		"0000_0000_0000_0000":    credential.ErrCodeCharacter,
	}
	for typed, want := range cases {
		if _, err := credential.ParseCode(typed); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", typed, err, want)
		}
	}
	if c, err := credential.ParseCode("0000-0000-0000-0000"); err != nil || c.Bytes() != [10]byte{} {
		t.Errorf("all zeros: %v %v", c, err)
	}
}

func TestTheKeptDigestDependsOnTheSecret(t *testing.T) {
	c, _ := credential.NewCode(rand.Reader)
	one, other, again := c.Digest([]byte("a")), c.Digest([]byte("b")), c.Digest([]byte("a"))
	if one == other || one != again {
		t.Error("digest")
	}
}

func TestACodeNeedsRandomness(t *testing.T) {
	if _, err := credential.NewCode(bytes.NewReader(make([]byte, 14))); err == nil {
		t.Error("made from too little")
	}
}

func FuzzCode(f *testing.F) {
	f.Add("0000-0000-0000-0000")
	f.Add("ｌｌｌｌ　OOOO")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := credential.ParseCode(text)
		if err != nil {
			return
		}
		if again, err := credential.ParseCode(c.Format()); err != nil || again != c {
			t.Fatalf("%q → %q → %q, %v", text, c, again, err)
		}
	})
}
