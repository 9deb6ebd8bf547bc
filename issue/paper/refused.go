package paper

import (
	"errors"
	"fmt"
	"strings"

	"qualsys/internal/fault"
	"qualsys/issue/template"
	"qualsys/pdfcert/sheet"
)

// What keeps a certificate from being printed. Each names the item (in
// Japanese and English) and the code point, for an officer to act on.
var (
	// ErrNoGlyph: the typeface has no such character.
	ErrNoGlyph = fault.New(fault.Invalid, "paper.no_glyph")
	// ErrNotYet: beyond the basic plane, or a variation sequence; the present
	// press cannot print it and give it back exactly.
	ErrNotYet = fault.New(fault.Invalid, "paper.not_yet")
	// ErrCombining: a mark that would have to be drawn over the one before.
	ErrCombining = fault.New(fault.Invalid, "paper.combining")
	// ErrInvisible: a character that nobody sees.
	ErrInvisible = fault.New(fault.Invalid, "paper.invisible")
	// ErrPrivate: a character of private use (外字).
	ErrPrivate = fault.New(fault.Invalid, "paper.private_use")
	// ErrShared: two characters of the document look the same.
	ErrShared = fault.New(fault.Invalid, "paper.shared_glyph")
	// ErrTooLong: the text does not fit its place at the smallest lawful size.
	ErrTooLong = fault.New(fault.Invalid, "paper.too_long")
)

var byWhy = map[sheet.Why]*fault.Fault{
	sheet.NoGlyph: ErrNoGlyph, sheet.Beyond: ErrNotYet, sheet.Selector: ErrNotYet, sheet.Combining: ErrCombining,
	sheet.Invisible: ErrInvisible, sheet.PrivateUse: ErrPrivate, sheet.SharedGlyph: ErrShared,
}

// refused turns what sheet refuses into faults for people.
func refused(err error, c template.Content) error {
	var char *sheet.Unprintable
	if errors.As(err, &char) {
		f := byWhy[char.Why]
		if f == nil {
			f = ErrNoGlyph
		}
		return named(f, char.Field, c).With("codepoint", fmt.Sprintf("U+%04X", char.Rune)).Because(err)
	}
	var long *sheet.TooLong
	if errors.As(err, &long) {
		return named(ErrTooLong, long.Field, c).Because(err)
	}
	return err
}

// named says which item is meant, in both languages.
func named(f *fault.Fault, field string, c template.Content) *fault.Fault {
	key := strings.TrimSuffix(field, " label")
	names := map[string][2]string{
		"name": {c.Name.Label, c.Name.English}, "birth": {c.Birth.Label, c.Birth.English},
		"number": {c.Number.Label, c.Number.English}, "date": {c.Date.Label, c.Date.English},
		"title": {"資格名称", "Title"}, "english": {"英語の名称", "English name"}, "issuer": {"交付者", "Issuer"},
		"row": {"裏面の記載事項", "Items on the back"}, "rows": {"裏面の記載事項", "Items on the back"},
		"note": {"裏面の注意書き", "Notes on the back"}, "notes": {"裏面の注意書き", "Notes on the back"},
		"host": {"確認先", "Address for verification"}, "code": {"資格者証の番号", "Certificate number"}, "link": {"QRコード", "QR code"},
	}
	n, ok := names[key]
	if !ok || n[0] == "" {
		n[0] = key
	}
	if n[1] == "" {
		n[1] = key
	}
	return f.With("item", n[0]).With("item_en", n[1]).At(key)
}
