package font_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"

	"github.com/signintech/gopdf"

	"qualsys/pdfcert/font"
)

// faces returns both weights, or skips when the build has none.
func faces(t *testing.T) []*font.Face {
	t.Helper()
	r, err := font.Regular()
	if err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	b, err := font.SemiBold()
	if err != nil {
		t.Fatal(err)
	}
	return []*font.Face{r, b}
}

func TestTheCharacterMapAgreesWithTheOneThatPrints(t *testing.T) {
	for _, f := range faces(t) {
		pdf := &gopdf.GoPdf{}
		pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
		if err := pdf.AddTTFFontData("f", f.Data); err != nil {
			t.Fatal(err)
		}
		if err := pdf.SetFont("f", "", 10); err != nil {
			t.Fatal(err)
		}
		for r := rune(1); r < 0xFFFF; r++ {
			if r >= 0xD800 && r < 0xE000 {
				continue
			}
			theirs, err := pdf.IsCurrFontContainGlyph(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, ours := f.Glyph(r); ours != theirs {
				t.Errorf("%s: U+%04X: here %v, gopdf %v", f.Name, r, ours, theirs)
			}
		}
	}
}

func TestTheSubsetIsTheOneThatGopdfEmbeds(t *testing.T) {
	text := "介護福祉士資格証 山田 太郎 髙﨑邊德 ABCÁÍÉ 0123456789/第号－ー々ゞ"
	for _, f := range faces(t) {
		pdf := &gopdf.GoPdf{}
		pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
		if err := pdf.AddTTFFontData("f", f.Data); err != nil {
			t.Fatal(err)
		}
		pdf.AddPage()
		if err := pdf.SetFont("f", "", 10); err != nil {
			t.Fatal(err)
		}
		if err := pdf.Text(text); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := pdf.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		_, rest, _ := bytes.Cut(out.Bytes(), []byte("/Length1"))
		_, rest, _ = bytes.Cut(rest, []byte("stream\n"))
		z, err := zlib.NewReader(bytes.NewReader(rest))
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		var gids []uint16
		for _, r := range text {
			g, ok := f.Glyph(r)
			if !ok {
				t.Fatalf("no glyph for U+%04X", r)
			}
			gids = append(gids, g)
		}
		if ours := f.Subset(gids); !bytes.Equal(ours, theirs) {
			t.Errorf("%s: %d bytes here, %d embedded", f.Name, len(ours), len(theirs))
			for i := range min(len(ours), len(theirs)) {
				if ours[i] != theirs[i] {
					t.Fatalf("first difference at %d", i)
				}
			}
		}
	}
}

func TestAFontThatIsCutOffIsAnErrorAndNoPanic(t *testing.T) {
	f := faces(t)[0]
	for _, n := range []int{0, 4, 12, 100, 300, 5000, 200_000, len(f.Data) / 2} {
		if _, err := font.Parse("cut", f.Data[:n]); err == nil {
			t.Errorf("the first %d bytes were taken for a font", n)
		}
	}
}
