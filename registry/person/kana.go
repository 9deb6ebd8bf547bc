package person

import (
	"unicode"
	"unicode/utf8"
)

// MaxKana is the longest reading that is taken, in characters.
const MaxKana = 150

// Kana is the reading of a name, byte for byte as it was parsed.
type Kana struct{ s string }

// ParseKana takes a reading in hiragana or katakana (full or half width) with
// single spaces and middle dots between its parts. Latin letters are refused: a
// reading is what is spoken in Japanese.
func ParseKana(s string) (Kana, error) {
	if utf8.RuneCountInString(s) > MaxKana {
		return Kana{}, ErrKanaTooLong.With("max", MaxKana)
	}
	var before rune
	for _, r := range s {
		switch {
		case isKana(r):
		case isNameSpace(r) && before != 0 && !isNameSpace(before):
		case (r == '・' || r == '･') && before != 0:
		default:
			return Kana{}, ErrKana
		}
		before = r
	}
	if before == 0 || isNameSpace(before) {
		return Kana{}, ErrKana
	}
	return Kana{s}, nil
}

func isKana(r rune) bool {
	switch r {
	case 'ー', '\uFF70', '\uFF9E', '\uFF9F':
		return true
	}
	return unicode.IsLetter(r) && unicode.In(r, unicode.Hiragana, unicode.Katakana)
}

// String returns the reading byte for byte.
func (k Kana) String() string { return k.s }

// IsZero reports whether there is no reading.
func (k Kana) IsZero() bool { return k.s == "" }

// Fold returns the key by which readings are compared and searched: hiragana
// without spaces and middle dots.
func (k Kana) Fold() string { return FoldKana(k.s) }
