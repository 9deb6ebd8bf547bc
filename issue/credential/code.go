package credential

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"qualsys/internal/fault"
)

// Code is a certificate's number: 15 random characters of Crockford's Base32
// (75 bits) and a check character (Luhn mod 32). Only ParseCode, NewCode and
// CodeFromBytes make one; the zero value is no code.
type Code string

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Faults of typed codes.
var (
	// ErrCodeLength: a code has 16 characters (says how many were read).
	ErrCodeLength = fault.New(fault.Invalid, "credential.code_length")
	// ErrCodeCharacter: a character that no code contains (says which place).
	ErrCodeCharacter = fault.New(fault.Invalid, "credential.code_character")
	// ErrCodeCheck: the check character doesn't fit: a slip of the pen.
	ErrCodeCheck = fault.New(fault.Invalid, "credential.code_check")
)

// NewCode draws a code from random, which must be cryptographically strong.
func NewCode(random io.Reader) (Code, error) {
	var raw [15]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("credential: new code: %w", err)
	}
	b := make([]byte, 15, 16)
	for i := range raw {
		b[i] = alphabet[raw[i]&31]
	}
	return Code(append(b, alphabet[checkDigit(b)])), nil
}

// ParseCode reads a code as people type it: any case, spaces and hyphens
// anywhere, full-width letters, I and L for 1, O for 0.
func ParseCode(text string) (Code, error) {
	if len(text) > 200 {
		return "", ErrCodeLength.With("count", len(text))
	}
	b := make([]byte, 0, 16)
	for _, r := range text {
		if r >= 0xff01 && r <= 0xff5e { // full width
			r -= 0xfee0
		}
		switch {
		case r == ' ' || r == '-' || r == 0x3000 || r == '\t' || r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0x30fc || r == 0xa0:
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		}
		switch r {
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		if r > 127 || strings.IndexByte(alphabet, byte(r)) < 0 {
			return "", ErrCodeCharacter.With("place", len(b)+1)
		}
		b = append(b, byte(r))
	}
	if len(b) != 16 {
		return "", ErrCodeLength.With("count", len(b))
	}
	if alphabet[checkDigit(b[:15])] != b[15] {
		return "", ErrCodeCheck
	}
	return Code(b), nil
}

// Format returns the code as it is printed: "XXXX-XXXX-XXXX-XXXX".
func (c Code) Format() string {
	if len(c) != 16 {
		return string(c)
	}
	return string(c[0:4] + "-" + c[4:8] + "-" + c[8:12] + "-" + c[12:16])
}

// Bytes packs the 16 characters, five bits each, first character in the
// highest bits of the first byte. An invalid code gives zeros.
func (c Code) Bytes() (out [10]byte) {
	if len(c) != 16 {
		return out
	}
	for i := range 2 {
		var v uint64
		for _, ch := range []byte(c[i*8 : i*8+8]) {
			v = v<<5 | uint64(max(strings.IndexByte(alphabet, ch), 0))
		}
		for j := range 5 {
			out[i*5+j] = byte(v >> (32 - 8*j))
		}
	}
	return out
}

// CodeFromBytes unpacks what Bytes packed; the check character must fit.
func CodeFromBytes(b [10]byte) (Code, error) {
	c := make([]byte, 0, 16)
	for i := range 2 {
		var v uint64
		for j := range 5 {
			v = v<<8 | uint64(b[i*5+j])
		}
		for k := range 8 {
			c = append(c, alphabet[v>>(35-5*k)&31])
		}
	}
	if alphabet[checkDigit(c[:15])] != c[15] {
		return "", ErrCodeCheck
	}
	return Code(c), nil
}

// Digest is HMAC-SHA-256 of the code under secret: what is stored, so that a
// copy of the database gives nobody a code to type.
func (c Code) Digest(secret []byte) [32]byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("qualsys/1 code\x00" + string(c)))
	return [32]byte(h.Sum(nil))
}

// LogValue keeps codes out of logs: who knows one can ask about its holder.
func (c Code) LogValue() slog.Value { return slog.StringValue("[code]") }

func (c Code) valid() bool {
	if len(c) != 16 {
		return false
	}
	d, err := CodeFromBytes(c.Bytes())
	return err == nil && d == c
}

// checkDigit is Luhn mod 32 over the values of the characters: it finds every
// single wrong character and every swap of neighbours but 0 with Z.
func checkDigit(body []byte) int {
	sum, factor := 0, 2
	for i := len(body) - 1; i >= 0; i-- {
		v := strings.IndexByte(alphabet, body[i]) * factor
		sum += v/32 + v%32
		factor = 3 - factor
	}
	return (32 - sum%32) % 32
}
