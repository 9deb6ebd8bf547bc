package pdfcert

import (
	"bytes"
	"errors"
	"fmt"

	"qualsys/pdfcert/font"
)

// typeface is one embedded font, as far as it says which text its glyphs are.
type typeface struct {
	face  *font.Face
	order []uint16 // in the order of the file
	text  map[uint16]rune
	drawn map[uint16]bool
}

// readFont reads the widths and the character map of an embedded font and
// holds both against the released font: each glyph must be the one that the
// font gives to the character, so that nobody can show one text and give out
// another. Then the files must be as gopdf writes them of just these glyphs.
func readFont(i int, p *fontParts) (*typeface, error) {
	face, err := releasedFace(i)
	if errors.Is(err, font.ErrMissing) {
		return nil, refuse(FontsMissing, "%v", err)
	}
	if err != nil {
		return nil, err
	}
	t := &typeface{face: face, text: map[uint16]rune{}, drawn: map[uint16]bool{}}
	if err := t.readMap(p.toUnicode); err != nil {
		return nil, err
	}
	if !bytes.Equal(t.widths(), p.widths) {
		return nil, refuse(Fonts, "widths that are not those of the font")
	}
	if !bytes.Equal(t.toUnicode(), p.toUnicode) {
		return nil, refuse(Fonts, "a character map that is not the font's")
	}
	return t, nil
}

// releasedFace returns the font that files embed as their first or second.
func releasedFace(i int) (*font.Face, error) {
	if i == 0 {
		return font.Regular()
	}
	return font.SemiBold()
}

// readMap takes glyphs and characters from the lines <gggg><gggg><cccc>.
func (t *typeface) readMap(b []byte) error {
	_, b, _ = bytes.Cut(b, []byte(" beginbfrange\n"))
	for len(b) > 0 && b[0] == '<' {
		var g, same, r uint16
		line, rest, _ := bytes.Cut(b, []byte("\n"))
		if len(line) != 18 || !hex4(line[1:5], &g) || !hex4(line[7:11], &same) || !hex4(line[13:17], &r) {
			return refuse(Fonts, "a character map of another form")
		}
		b = rest
		if _, twice := t.text[g]; twice || g != same || len(t.order) == maxGlyphs {
			return refuse(Fonts, "a glyph that stands for two characters")
		}
		if want, ok := t.face.Glyph(rune(r)); !ok || want != g {
			return refuse(Fonts, "glyph %d is not the font's for U+%04X", g, r)
		}
		t.text[g] = rune(r)
		t.order = append(t.order, g)
	}
	if len(t.order) == 0 {
		return refuse(Fonts, "a font without characters")
	}
	return nil
}

// widths writes the array of widths as gopdf does.
func (t *typeface) widths() []byte {
	var b []byte
	for _, g := range t.order {
		b = fmt.Appendf(b, "%d[%d]", g, t.face.Advance(g))
	}
	return b
}

// toUnicode writes the character map as gopdf does.
func (t *typeface) toUnicode() []byte {
	low, high := t.order[0], t.order[0]
	for _, g := range t.order {
		low, high = min(low, g), max(high, g)
	}
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n")
	b = fmt.Appendf(b, "1 begincodespacerange\n<%04X><%04X>\nendcodespacerange\n%d beginbfrange\n", low, high, len(t.order))
	for _, g := range t.order {
		b = fmt.Appendf(b, "<%04X><%04X><%04X>\n", g, g, t.text[g])
	}
	return append(b, "endbfrange\nendcmap CMapName currentdict /CMap defineresource pop end end\n"...)
}

// finish checks, after all pages were read, that every glyph of the font was
// drawn and that the embedded outlines are those of the released font.
func (t *typeface) finish(p *fontParts) error {
	if len(t.drawn) != len(t.order) {
		return refuse(Fonts, "%d glyphs, of which %d are drawn", len(t.order), len(t.drawn))
	}
	want := t.face.Subset(t.order)
	if p.size != len(want) {
		return refuse(Fonts, "a font file of another length")
	}
	got, err := inflate(p.file, p.size)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return refuse(Fonts, "outlines that are not those of the font")
	}
	return nil
}

// decode returns the text of a string of glyphs and its advance in thousandths
// of the type size.
func (t *typeface) decode(hex []byte) (string, int, error) {
	if len(hex) == 0 || len(hex)%4 != 0 {
		return "", 0, refuse(PageContent, "a string that is not of whole glyphs")
	}
	var text []rune
	width := 0
	for ; len(hex) > 0; hex = hex[4:] {
		var g uint16
		if !hex4(hex[:4], &g) {
			return "", 0, refuse(PageContent, "a string that is not of capital hexadecimal digits")
		}
		r, ok := t.text[g]
		if !ok {
			return "", 0, refuse(Fonts, "a glyph that has no text")
		}
		t.drawn[g] = true
		text = append(text, r)
		width += t.face.Advance(g)
	}
	return string(text), width, nil
}

// hex4 reads four capital hexadecimal digits.
func hex4(b []byte, v *uint16) bool {
	*v = 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			*v = *v<<4 | uint16(c-'0')
		case c >= 'A' && c <= 'F':
			*v = *v<<4 | uint16(c-'A'+10)
		default:
			return false
		}
	}
	return len(b) == 4
}
