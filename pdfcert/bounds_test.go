package pdfcert_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/seal"
)

// TestPagesThatWouldTakeLongToReadAreRefused seals pages as anybody could with
// a key of their own. Each would have a reader compare everything with
// everything.
func TestPagesThatWouldTakeLongToReadAreRefused(t *testing.T) {
	s := open(t)
	thief := certtest.New(t, at)
	cut := func(c string) (drawing, glyph string) {
		return c[:strings.Index(c, "BT\n")], c[strings.Index(c, "[<")+2:][:4]
	}
	small := func(x, y float64, glyphs string) string {
		return fmt.Sprintf("BT\n%.2f %.2f TD\n/F2 6 Tf 0 Tc\n0.086 0.110 0.157 rg\n[<%s>] TJ\nET\n", x, y, glyphs)
	}
	for name, change := range map[string]func(string) string{
		"ten thousand dark lines": func(c string) string {
			return "0.000 0.000 0.000 RG\n0.10 w\n" + strings.Repeat("q\n1 1 m 1 2 l S\nQ\n", 10000) + c
		},
		"ten thousand light lines": func(c string) string {
			return "0.900 0.900 0.900 RG\n0.10 w\n" + strings.Repeat("q\n1 1 m 1 2 l S\nQ\n", 10000) + c
		},
		"five thousand texts": func(c string) string {
			drawing, glyph := cut(c)
			for i := range 5000 {
				drawing += small(float64(i%90*6), float64(i/90*6+10), glyph)
			}
			return drawing
		},
		"a text of a million characters": func(c string) string {
			drawing, glyph := cut(c)
			return drawing + small(1, 1, strings.Repeat(glyph, 200000))
		},
		"a symbol of ten thousand bars too many": func(c string) string {
			i := strings.Index(c, "BT\n")
			bar := barBlock.FindAllString(c, -1)[1]
			return c[:i] + strings.Repeat(bar, 32000) + c[i:]
		},
		"a line of a million words": func(c string) string { return strings.Repeat("1 ", 1<<20) + c },
		"a million empty lines":     func(c string) string { return c + strings.Repeat("\n", 2<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			base := repaint(t, s.base, 0, change)
			f, err := pdfcert.Open(certtest.PDFSign(t, base, seal.LowS{Signer: thief.SignerKey}, thief.Chain(), s.At))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Read(); pdfcert.ReasonOf(err) != pdfcert.Bounds {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestAFontNeverInflatesToMoreThanItSays packs zeros behind a font.
func TestAFontNeverInflatesToMoreThanItSays(t *testing.T) {
	s := open(t)
	base := rebase(t, s.base, 6, func(body []byte) []byte {
		i := bytes.Index(body, []byte("/Length1 ")) + len("/Length1 ")
		var size int
		if _, err := fmt.Sscanf(string(body[i:]), "%d", &size); err != nil {
			t.Fatal(err)
		}
		return flate(fmt.Sprintf("<</Length %%d\n/Filter /FlateDecode\n/Length1 %d\n>>\nstream\n", size), make([]byte, 15<<20))
	})
	if _, err := pdfcert.ReadUnsealed(base); pdfcert.ReasonOf(err) != pdfcert.Bounds {
		t.Errorf("%v", err)
	}
}
