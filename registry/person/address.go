package person

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxAddress is the longest address that is taken, in characters.
const MaxAddress = 200

// Address is a postal address in one line, byte for byte as it was parsed.
type Address struct{ s string }

// ParseAddress takes an address in one line. It refuses what no envelope can
// carry: control and invisible characters, line breaks, private use, symbols
// that are pictures, and spaces at the ends.
func ParseAddress(s string) (Address, error) {
	switch {
	case strings.TrimSpace(s) == "":
		return Address{}, ErrAddressEmpty
	case !utf8.ValidString(s), strings.TrimSpace(s) != s:
		return Address{}, ErrAddressSign
	case utf8.RuneCountInString(s) > MaxAddress:
		return Address{}, ErrAddressTooLong.With("max", MaxAddress)
	}
	for _, r := range s {
		if !isAddressRune(r) {
			return Address{}, ErrAddressSign
		}
	}
	return Address{s}, nil
}

func isAddressRune(r rune) bool {
	switch {
	case r == utf8.RuneError, r > 0x1F000 && r < 0x20000:
		return false
	case isNameSpace(r), isIdeographicSelector(r):
		return true
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.Is(unicode.Han, r) ||
		unicode.Is(unicode.Sm, r) || strings.ContainsRune("゛゜〒", r)
}

// String returns the address byte for byte.
func (a Address) String() string { return a.s }

// IsZero reports whether there is no address.
func (a Address) IsZero() bool { return a.s == "" }

// Fold returns the key by which addresses are compared: variants and widths
// folded, spaces dropped, and 丁目, 番地, 番, 号 written as hyphens.
func (a Address) Fold() string { return foldAddress(a.s) }
