package pdfcert_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/font"
	"qualsys/pdfcert/seal"
)

// TestPagesThatLieAreRefusedEvenUnderOurOwnSeal seals pages that show one
// thing and say another: by a thief of the key, or by a mistake of ours.
func TestPagesThatLieAreRefusedEvenUnderOurOwnSeal(t *testing.T) {
	s := open(t)
	front := func(change func(string) string) func(*testing.T) []byte {
		return func(t *testing.T) []byte { return repaint(t, s.base, 0, change) }
	}
	before := func(text string) func(*testing.T) []byte {
		return front(func(c string) string { return strings.Replace(c, "BT\n", text+"BT\n", 1) })
	}
	after := func(text string) func(*testing.T) []byte {
		return front(func(c string) string { return c + text })
	}
	first := func(old, new string) func(*testing.T) []byte {
		return front(func(c string) string { return strings.Replace(c, old, new, 1) })
	}
	cmap := func(old, new string) func(*testing.T) []byte {
		return func(t *testing.T) []byte {
			return remap(t, s.base, 0, func(m string) string { return strings.Replace(m, old, new, 1) })
		}
	}
	regular, err := font.Regular()
	if err != nil {
		t.Fatal(err)
	}
	tail := lastText(t, s)
	for name, c := range map[string]struct {
		forge   func(*testing.T) []byte
		reasons []pdfcert.Reason
	}{
		"a white area over the name":     {after("1.000 1.000 1.000 rg\nq\n190.00 440.00 200.00 40.00 re f\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a white area under all":         {before("1.000 1.000 1.000 rg\nq\n190.00 440.00 200.00 40.00 re f\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a black area":                   {before("0.000 0.000 0.000 rg\nq\n190.00 440.00 200.00 40.00 re f\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a line through the name":        {before("0.000 0.000 0.000 RG\n0.60 w\nq\n190.00 450.00 m 300.00 450.00 l S\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a thick light line":             {before("0.900 0.900 0.900 RG\n30.00 w\nq\n190.00 450.00 m 300.00 450.00 l S\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a name drawn with lines":        {before("0.100 0.100 0.100 RG\n0.60 w\nq\n190.00 600.00 m 195.00 620.00 l S\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a name drawn with curves":       {before("0.100 0.100 0.100 RG\n0.30 w\nq\n190.00 600.00 m 195.00 620.00 l 200.00 600.00 l  s\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a Bézier curve":                 {before("q\n1.00 1.00 m 2.00 2.00 3.00 3.00 4.00 4.00 c S\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a filled curve":                 {before("q\n1.00 1.00 m 20.00 20.00 l 30.00 3.00 l  f\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"white text":                     {first("0.086 0.110 0.157 rg\n[<", "1.000 1.000 1.000 rg\n[<"), []pdfcert.Reason{pdfcert.PageContent}},
		"pale text":                      {first("0.086 0.110 0.157 rg\n[<", "0.800 0.800 0.800 rg\n[<"), []pdfcert.Reason{pdfcert.PageContent}},
		"tiny text":                      {first("/F1 24 Tf", "/F1 1 Tf"), []pdfcert.Reason{pdfcert.PageContent}},
		"huge text":                      {first("/F1 24 Tf", "/F1 240 Tf"), []pdfcert.Reason{pdfcert.PageContent}},
		"a text off the page":            {first("196.00 ", "-196.00 "), []pdfcert.Reason{pdfcert.PageContent}},
		"a text over another":            {after(tail), []pdfcert.Reason{pdfcert.PageContent}},
		"a text on the symbol":           {after(strings.Replace(tail, "196.00 ", "440.00 ", 1)), []pdfcert.Reason{pdfcert.PageContent}},
		"a text more, beside the form":   {after(strings.Replace(tail, "196.00 ", "196.00 7", 1)), []pdfcert.Reason{pdfcert.PageContent}},
		"letters pushed apart":           {first("/F1 24 Tf 0 Tc", "/F1 24 Tf 60 Tc"), []pdfcert.Reason{pdfcert.PageContent}},
		"letters pushed into each other": {first("/F1 24 Tf 0 Tc", "/F1 24 Tf -24 Tc"), []pdfcert.Reason{pdfcert.PageContent}},
		"another way of showing text": {front(func(c string) string {
			return regexp.MustCompile(`\[<([0-9A-F]+)>\] TJ`).ReplaceAllString(c, "<$1> Tj")
		}), []pdfcert.Reason{pdfcert.PageContent}},
		"kerning":                        {front(func(c string) string { return regexp.MustCompile(`\[<([0-9A-F]{4})`).ReplaceAllString(c, "[<$1>900<") }), []pdfcert.Reason{pdfcert.PageContent}},
		"an invisible way of showing":    {first("BT\n", "BT\n3 Tr\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"raised text":                    {first("BT\n", "BT\n50 Ts\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"narrowed text":                  {first("BT\n", "BT\n1 Tz\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a turned page":                  {before("-1 0 0 -1 595 842 cm\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a clipped page":                 {before("q\n0.00 0.00 1.00 1.00 re W n\nQ\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a drawing from elsewhere":       {before("/X1 Do\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a picture in the page":          {before("BI /W 1 /H 1 ID x EI\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a graphics state":               {before("/GS1 gs\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a shading":                      {before("/Sh1 sh\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"replaced text":                  {before("/Span << /ActualText (x) >> BDC\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"optional content":               {before("/OC /x BDC\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"an unclosed block":              {after("q\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a comment":                      {before("% x\n"), []pdfcert.Reason{pdfcert.PageContent}},
		"a font that is not there":       {first("/F1 ", "/F3 "), []pdfcert.Reason{pdfcert.PageContent}},
		"a glyph that is not in the map": {front(func(c string) string { return regexp.MustCompile(`\[<[0-9A-F]{4}`).ReplaceAllString(c, "[<FFFF") }), []pdfcert.Reason{pdfcert.Fonts}},
		"small digits": {front(func(c string) string {
			return regexp.MustCompile(`<[0-9A-F]+>`).ReplaceAllStringFunc(c, strings.ToLower)
		}), []pdfcert.Reason{pdfcert.PageContent}},
		"half a glyph":                     {front(func(c string) string { return regexp.MustCompile(`\[<[0-9A-F]{2}`).ReplaceAllString(c, "[<") }), []pdfcert.Reason{pdfcert.PageContent}},
		"a huge number":                    {first("196.00 ", "1e9 "), []pdfcert.Reason{pdfcert.PageContent}},
		"not a number":                     {first("196.00 ", "NaN "), []pdfcert.Reason{pdfcert.PageContent}},
		"the items exchanged":              {front(func(c string) string { return exchangeTexts(c) }), nil},
		"values beside other labels":       {front(func(c string) string { return exchangeHeights(c, 6, 9) }), []pdfcert.Reason{pdfcert.PageContent}},
		"two lines of the grid exchanged":  {front(func(c string) string { return exchangeHeights(exchangeHeights(exchangeHeights(c, 5, 8), 6, 9), 7, 10) }), []pdfcert.Reason{pdfcert.PageContent}},
		"the whole text a second time":     {front(func(c string) string { return c + c[strings.Index(c, "BT\n"):] }), nil},
		"a page without text":              {front(func(c string) string { return c[:strings.Index(c, "BT\n")] }), nil},
		"an empty page":                    {front(func(string) string { return "" }), nil},
		"no symbol":                        {front(func(c string) string { return regexp.MustCompile(`q\n[^\n]* re f\nQ\n`).ReplaceAllString(c, "") }), []pdfcert.Reason{pdfcert.Symbol}},
		"a symbol with a module less":      {front(dropBar), []pdfcert.Reason{pdfcert.Symbol}},
		"a symbol with its bars exchanged": {front(swapBars), []pdfcert.Reason{pdfcert.Symbol}},
		"a second white frame":             {front(secondFrame), []pdfcert.Reason{pdfcert.PageContent}},
		"a symbol on the back": {func(t *testing.T) []byte {
			return repaint(t, s.base, 1, func(c string) string { return "1.000 1.000 1.000 rg\nq\n300.00 300.00 90.00 90.00 re f\nQ\n" + c })
		}, []pdfcert.Reason{pdfcert.PageContent}},
		"a character map that says another": {cmap("<5C71>", "<5CB3>"), []pdfcert.Reason{pdfcert.Fonts}},
		"a map of a space":                  {cmap("<5C71>", "<0020>"), []pdfcert.Reason{pdfcert.Fonts}},
		"a map that runs over characters":   {cmap("beginbfrange\n", "beginbfrange\n<0001><0009><0020>\n"), []pdfcert.Reason{pdfcert.Fonts}},
		"a map with a comment":              {cmap("endbfrange", "endbfrange\n%x"), []pdfcert.Reason{pdfcert.Fonts}},
		"a map of single characters":        {cmap("beginbfrange", "beginbfchar"), []pdfcert.Reason{pdfcert.Fonts}},
		"a character twice in the map":      {func(t *testing.T) []byte { return remap(t, s.base, 0, repeatLine) }, []pdfcert.Reason{pdfcert.Fonts}},
		"an empty map":                      {func(t *testing.T) []byte { return remap(t, s.base, 0, func(string) string { return "" }) }, []pdfcert.Reason{pdfcert.Fonts}},
		"other widths": {func(t *testing.T) []byte {
			return rebase(t, s.base, 8, func(b []byte) []byte { return bytes.Replace(b, []byte("[1000]"), []byte("[2000]"), 1) })
		}, []pdfcert.Reason{pdfcert.Fonts}},
		"other outlines":                   {func(t *testing.T) []byte { return refont(t, s.base, otherOutline(t, s, regular)) }, []pdfcert.Reason{pdfcert.Fonts}},
		"more outlines than are drawn":     {func(t *testing.T) []byte { return refont(t, s.base, regular.Subset([]uint16{1, 2, 3})) }, []pdfcert.Reason{pdfcert.Fonts}},
		"a font that inflates without end": {func(t *testing.T) []byte { return refont(t, s.base, make([]byte, 17<<20)) }, []pdfcert.Reason{pdfcert.Fonts, pdfcert.Bounds}},
		"a page that inflates without end": {front(func(string) string { return strings.Repeat(" ", 17<<20) }), []pdfcert.Reason{pdfcert.Bounds}},
		"a stream with bytes behind it":    {func(t *testing.T) []byte { return trailing(t, s.base) }, []pdfcert.Reason{pdfcert.Structure}},
	} {
		t.Run(name, func(t *testing.T) {
			base := c.forge(t)
			if bytes.Equal(base, s.base) {
				t.Fatal("nothing was changed")
			}
			if _, err := pdfcert.ReadUnsealed(base); err == nil {
				t.Fatal("ACCEPTED unsealed")
			}
			s.refused(t, certtest.PDFSign(t, base, seal.LowS{Signer: s.SignerKey}, s.Chain(), s.At), c.reasons...)
		})
	}
}

// TestOddBasesUnderOurOwnSealAreRefused seals files of another structure.
func TestOddBasesUnderOurOwnSealAreRefused(t *testing.T) {
	s := open(t)
	with := func(n int, old, new string) []byte {
		return rebase(t, s.base, n, func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) })
	}
	for name, base := range map[string][]byte{
		"a script":                     with(1, "/Pages 2 0 R\n", "/Pages 2 0 R\n  /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>\n"),
		"an action of a page":          with(15, "/Parent 2 0 R\n", "/Parent 2 0 R\n  /AA << /O << /S /URI /URI (http://x) >> >>\n"),
		"an annotation":                with(15, "/Parent 2 0 R\n", "/Parent 2 0 R\n  /Annots [<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>]\n"),
		"a link":                       with(15, "/Parent 2 0 R\n", "/Parent 2 0 R\n  /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://x) >> >>]\n"),
		"optional content":             with(1, "/Pages 2 0 R\n", "/Pages 2 0 R\n  /OCProperties << /D << >> >>\n"),
		"an embedded file":             with(1, "/Pages 2 0 R\n", "/Pages 2 0 R\n  /Names << /EmbeddedFiles << >> >>\n"),
		"a language":                   with(1, "/Pages 2 0 R\n", "/Pages 2 0 R\n  /Lang (ja)\n"),
		"an outline":                   with(3, "/Count 0", "/Count 1"),
		"a font more":                  with(4, "/F2 14 0 R\n", "/F2 14 0 R\n\t\t/F3 9 0 R\n"),
		"a form in the resources":      with(4, "/XObject <<\n", "/XObject <<\n\t\t/X1 16 0 R\n"),
		"a graphics state":             with(4, "/ExtGState <<\n", "/ExtGState <<\n\t\t/GS1 << /ca 0 >>\n"),
		"a font of another name":       with(9, "/BaseFont /NotoSerifJP-Regular", "/BaseFont /NotoSerifJP-Regulaa"),
		"a map of glyphs to outlines":  with(8, "/Type /Font\n", "/CIDToGIDMap 5 0 R\n/Type /Font\n"),
		"another width of all glyphs":  with(8, "/Type /Font\n", "/DW 0\n/Type /Font\n"),
		"vertical writing":             with(9, "/Identity-H", "/Identity-V"),
		"another font file":            with(7, "/FontFile2 6 0 R", "/FontFile2 11 0 R"),
		"contents of an array":         with(15, "/Contents  16 0 R", "/Contents [16 0 R]"),
		"resources of the page itself": with(15, "/Resources 4 0 R", "/Resources << >>"),
		"a unit of the user":           with(15, "/Parent 2 0 R\n", "/Parent 2 0 R\n  /UserUnit 2\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if bytes.Equal(base, s.base) {
				t.Fatal("nothing was changed")
			}
			s.refused(t, certtest.PDFSign(t, base, seal.LowS{Signer: s.SignerKey}, s.Chain(), s.At))
		})
	}
}

var textBlock = regexp.MustCompile(`BT\n[^\n]*\n[^\n]*\n[^\n]*\n[^\n]*\nET\n`)

// lastText is the last piece of text on the front.
func lastText(t *testing.T, s *shop) string {
	var last string
	repaint(t, s.base, 0, func(c string) string {
		all := textBlock.FindAllString(c, -1)
		last = all[len(all)-1]
		return c + "\n"
	})
	return last
}

// exchangeTexts puts the glyphs of the birth date where the number stands.
func exchangeTexts(c string) string {
	all := textBlock.FindAllString(c, -1)
	a, b := all[4], all[3] // value and label of the name
	c = strings.Replace(c, a, "@@@@", 1)
	c = strings.Replace(c, b, a, 1)
	return strings.Replace(c, "@@@@", b, 1)
}

var height = regexp.MustCompile(`(BT\n[^ ]+ )([^ ]+)( TD)`)

// exchangeHeights puts two texts at each other's height.
func exchangeHeights(c string, i, j int) string {
	all := height.FindAllStringSubmatchIndex(c, -1)
	a, b := all[i], all[j]
	return c[:a[4]] + c[b[4]:b[5]] + c[a[5]:b[4]] + c[a[4]:a[5]] + c[b[5]:]
}

var barBlock = regexp.MustCompile(`q\n[^\n]* re f\nQ\n`)

func dropBar(c string) string {
	all := barBlock.FindAllStringIndex(c, -1)
	return c[:all[40][0]] + c[all[40][1]:]
}

func swapBars(c string) string {
	all := barBlock.FindAllStringIndex(c, -1)
	a, b := all[40], all[41]
	return c[:a[0]] + c[b[0]:b[1]] + c[a[0]:a[1]] + c[b[1]:]
}

func secondFrame(c string) string {
	all := barBlock.FindAllStringIndex(c, -1)
	return c[:all[0][1]] + c[all[0][0]:]
}

// repeatLine says one glyph twice in a character map.
func repeatLine(m string) string {
	line := regexp.MustCompile(`<[0-9A-F]{4}><[0-9A-F]{4}><[0-9A-F]{4}>\n`).FindString(m)
	return strings.Replace(m, line, line+line, 1)
}

// refont embeds another font file.
func refont(t *testing.T, base, file []byte) []byte {
	return rebase(t, base, 6, func([]byte) []byte {
		return flate(fmt.Sprintf("<</Length %%d\n/Filter /FlateDecode\n/Length1 %d\n>>\nstream\n", len(file)), file)
	})
}

// otherOutline is the genuine font file with one outline changed.
func otherOutline(t *testing.T, s *shop, f *font.Face) []byte {
	t.Helper()
	from, to := object(t, s.base, 5)
	var gids []uint16
	for _, m := range regexp.MustCompile(`<([0-9A-F]{4})><`).FindAllStringSubmatch(string(s.base[from:to]), -1) {
		var g uint16
		fmt.Sscanf(m[1], "%X", &g)
		gids = append(gids, g)
	}
	b := bytes.Clone(f.Subset(gids))
	b[len(b)/3] ^= 0x40
	return b
}

// trailing puts bytes behind the end of the deflated front, within its stream.
func trailing(t *testing.T, base []byte) []byte {
	return rebase(t, base, 16, func(body []byte) []byte {
		_, rest, _ := bytes.Cut(body, []byte("stream\n"))
		packed := append(bytes.TrimSuffix(rest, []byte("\nendstream\n")), "hidden"...)
		return append(append(fmt.Appendf(nil, "<<\n/Filter/FlateDecode/Length %d\n>>\nstream\n", len(packed)), packed...), "\nendstream\n"...)
	})
}
