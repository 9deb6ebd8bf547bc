// Package sheet lays out a certificate on two pages of A4 with gopdf: the same
// values give the same bytes. It refuses what it cannot print and give back
// exactly, before anything is signed.
package sheet

import (
	"fmt"

	"qualsys/pdfcert"
)

// Unprintable is a character that cannot be printed, or not given back exactly
// from the file. It names the code point, never the text around it.
type Unprintable struct {
	// Field is the item in question: title, name, number, row 3 …
	Field string
	// Rune is the character.
	Rune rune
	// Why is one of the Why… constants.
	Why Why
}

// Why says what is wrong with a character.
type Why string

// The reasons for which a character is refused.
const (
	NoGlyph     Why = "no_glyph"     // the font has no such character
	Beyond      Why = "beyond_bmp"   // gopdf prints it but copies as another
	Selector    Why = "selector"     // variation selectors are not drawn
	Combining   Why = "combining"    // marks are not placed over their base
	Invisible   Why = "invisible"    // controls, format characters, line breaks
	SharedGlyph Why = "shared_glyph" // two characters of the document would have one glyph
	PrivateUse  Why = "private_use"  // nobody else knows what it is
)

// Error is for logs: field and code point.
func (u *Unprintable) Error() string {
	return fmt.Sprintf("sheet: %s: U+%04X cannot be printed (%s)", u.Field, u.Rune, u.Why)
}

// TooLong is a text that does not fit its place at the smallest lawful size.
// Nothing is ever cut.
type TooLong struct{ Field string }

// Error is for logs.
func (t *TooLong) Error() string { return "sheet: " + t.Field + " does not fit its place" }

// Printable reports whether text by itself can be printed and given back
// exactly: nil, or an *Unprintable.
func Printable(text string) error { return printable("text", text) }

// Check reports whether the whole certificate can be printed and given back
// exactly: nil, an *Unprintable or a *TooLong. An empty link stands for one of
// ordinary length.
func Check(s pdfcert.Says, link string) error {
	if link == "" {
		link = sample
	}
	_, _, err := layOut(s, link)
	return err
}
