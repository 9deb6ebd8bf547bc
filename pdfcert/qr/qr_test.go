package qr_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qualsys/pdfcert/qr"
)

// link is a QR text of the shape of ours, with n Base32 characters.
func link(n int) string {
	return "HTTPS://EXAMPLE.GO.JP/Q#" + strings.Repeat("MFRGGZDFMZTWQ2LK", n/16+1)[:n]
}

func TestASymbolComesBackAsItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := "HTTP://LOCALHOST:8080/Q#" + rapid.StringMatching(`[A-Z2-7]{200,340}`).Draw(t, "base32")
		s, err := qr.Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := qr.Decode(s.Modules)
		if err != nil || got != text {
			t.Fatalf("%q came back as %q (%v)", text, got, err)
		}
	})
}

func TestPrintedSizes(t *testing.T) {
	for _, c := range []struct {
		name  string
		chars int
	}{{"a short payload", 242}, {"an ordinary payload", 272}, {"the longest payload", 332}, {"a payload larger than any of ours", 900}} {
		t.Run(c.name, func(t *testing.T) {
			s, err := qr.Encode(link(c.chars))
			if err != nil {
				t.Fatal(err)
			}
			const mm = 72 / 25.4
			if s.Module() < 0.4*mm || s.Width() < 30*mm {
				t.Errorf("%d modules of %.3f points: too small", s.Count(), s.Module())
			}
		})
	}
}

func TestTheLongestPayloadIsVersionElevenOrLess(t *testing.T) {
	s, err := qr.Encode("HTTPS://VERIFY.EXAMPLE.JP/Q#" + strings.Repeat("A", 330)) // 206 bytes
	if err != nil {
		t.Fatal(err)
	}
	if s.Count() > 61 {
		t.Errorf("%d modules, more than version 11", s.Count())
	}
}

func TestBarsCoverExactlyTheBlackModules(t *testing.T) {
	s, err := qr.Encode(link(272))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, b := range s.Bars() {
		for x := b.Column; x < b.Column+b.Length; x++ {
			if !s.Modules[b.Row][x] {
				t.Fatalf("bar over a white module at %d,%d", b.Row, x)
			}
			n++
		}
	}
	black := 0
	for _, row := range s.Modules {
		for _, b := range row {
			if b {
				black++
			}
		}
	}
	if n != black {
		t.Errorf("%d modules in bars, %d black", n, black)
	}
}

func TestASymbolWithOneWrongModuleIsRefused(t *testing.T) {
	s, err := qr.Encode(link(272))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < s.Count()*s.Count(); i += 29 {
		y, x := i/s.Count(), i%s.Count()
		s.Modules[y][x] = !s.Modules[y][x]
		if _, err := qr.Decode(s.Modules); err == nil {
			t.Fatalf("module %d,%d is wrong and was accepted", y, x)
		}
		s.Modules[y][x] = !s.Modules[y][x]
	}
}
