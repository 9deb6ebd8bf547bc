package sheet

import (
	"unicode"

	"qualsys/pdfcert/font"
)

// printable checks each character of a text by itself.
func printable(field, text string) error {
	f, err := font.Regular()
	if err != nil {
		return err
	}
	return glyphs(f, field, text)
}

// glyphs checks each character of a text against one face.
func glyphs(f *font.Face, field, text string) error {
	for _, r := range text {
		if why := refuse(f, r); why != "" {
			return &Unprintable{Field: field, Rune: r, Why: why}
		}
	}
	return nil
}

// refuse says why a character cannot be printed and given back, or "".
func refuse(f *font.Face, r rune) Why {
	switch {
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return Selector
	case r >= 0xE000 && r <= 0xF8FF, r >= 0xF0000:
		return PrivateUse
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc):
		return Combining
	case r == unicode.ReplacementChar, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return Invisible
	case r > 0xFFFF:
		return Beyond
	}
	g, ok := f.Glyph(r)
	if !ok {
		return NoGlyph
	}
	if f.Blank(g) && r != ' ' && r != '\u3000' {
		return Invisible // other spaces look alike and wrap differently
	}
	return ""
}

// used remembers which character each glyph of the document stands for: the
// file can give back only one for each.
type used map[*font.Face]map[uint16]rune

// add takes up a text, or refuses a character whose glyph already stands for another.
func (u used) add(f *font.Face, field, text string) error {
	if u[f] == nil {
		u[f] = map[uint16]rune{}
	}
	for _, r := range text {
		g, ok := f.Glyph(r)
		if !ok {
			return &Unprintable{Field: field, Rune: r, Why: NoGlyph}
		}
		if had, taken := u[f][g]; taken && had != r {
			return &Unprintable{Field: field, Rune: r, Why: SharedGlyph}
		}
		u[f][g] = r
	}
	return nil
}
