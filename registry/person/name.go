package person

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"qualsys/internal/fault"
)

// MaxName is the longest name that is taken, in characters (code points).
const MaxName = 100

// Name is a person's name as the register has it: one field, never split by
// force, byte for byte as it was parsed.
type Name struct{ s string }

// ParseName takes a name as a register may hold it: kanji (with variation
// selectors), kana or Latin letters, single spaces between the parts (U+0020 or
// U+3000), and the marks ' - . · ・ inside. It returns one of the ErrName…
// faults for anything else and never repairs. Whether our fonts can print the
// name is not asked here.
func ParseName(s string) (Name, error) {
	switch {
	case s == "":
		return Name{}, ErrNameEmpty
	case !utf8.ValidString(s):
		return Name{}, ErrNameEncoding
	case utf8.RuneCountInString(s) > MaxName:
		return Name{}, ErrNameTooLong.With("max", MaxName)
	}
	var before rune
	position, letters := 0, 0
	for _, r := range s {
		position++
		if f := refuseInName(r, before); f != nil {
			return Name{}, f.With("codepoint", fmt.Sprintf("U+%04X", r)).With("position", position)
		}
		if isNameLetter(r) {
			letters++
		}
		before = r
	}
	switch {
	case isNameSpace(before):
		return Name{}, ErrNameSpace.With("codepoint", fmt.Sprintf("U+%04X", before)).With("position", position)
	case letters == 0:
		return Name{}, ErrNameEmpty
	}
	return Name{s}, nil
}

// refuseInName says why r can't follow before (0 at the beginning), or nil.
func refuseInName(r, before rune) *fault.Fault {
	switch {
	case isNameLetter(r):
		return nil
	case isNameSpace(r):
		if before == 0 || isNameSpace(before) {
			return ErrNameSpace
		}
		return nil
	case isNameMark(r):
		if before == 0 || isNameSpace(before) {
			return ErrNameSymbol
		}
		return nil
	case isIdeographicSelector(r):
		if !unicode.Is(unicode.Han, before) {
			return ErrNameSelector
		}
		return nil
	}
	return refusedRune(r)
}

// refusedRune says why r is in no name at all.
func refusedRune(r rune) *fault.Fault {
	switch {
	case r == utf8.RuneError:
		return ErrNameEncoding
	case r == 0xAD, r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, unicode.Is(unicode.Cf, r):
		return ErrNameInvisible
	case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return ErrNameControl
	case unicode.Is(unicode.Zs, r):
		return ErrNameSpace
	case unicode.Is(unicode.Co, r):
		return ErrNamePrivateUse
	case unicode.Is(unicode.Variation_Selector, r):
		return ErrNameSelector
	case unicode.IsMark(r):
		return ErrNameCombining
	case unicode.Is(unicode.Ps, r), unicode.Is(unicode.Pe, r):
		return ErrNameBracket
	case unicode.IsLetter(r):
		return ErrNameScript
	case unicode.IsNumber(r), unicode.IsPunct(r), unicode.IsSymbol(r):
		return ErrNameSymbol
	}
	return ErrNameUnassigned
}

func isNameSpace(r rune) bool { return r == ' ' || r == '\u3000' }

// isNameLetter reports whether a name may begin with r.
func isNameLetter(r rune) bool {
	switch r {
	case 'ー', '\uFF70', '〆', '\u309B', '\u309C', '\uFF9E', '\uFF9F':
		return true
	}
	if unicode.Is(unicode.Han, r) {
		return true
	}
	return unicode.IsLetter(r) && unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Latin)
}

// isNameMark reports whether r may stand inside a name, after a letter.
func isNameMark(r rune) bool {
	switch r {
	case '\'', '’', '＇', '-', '‐', '－', '.', '．', '·', '・', '･':
		return true
	}
	return false
}

// isIdeographicSelector reports whether r is a selector of the Ideographic
// Variation Database (UTS #37).
func isIdeographicSelector(r rune) bool { return r >= 0xE0100 && r <= 0xE01EF }

// String returns the name byte for byte.
func (n Name) String() string { return n.s }

// IsZero reports whether there is no name.
func (n Name) IsZero() bool { return n.s == "" }

// Fold returns the key by which names are compared and searched; see Fold.
func (n Name) Fold() string { return Fold(n.s) }
