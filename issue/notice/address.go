package notice

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"

	"golang.org/x/text/width"
)

// Address is an e-mail address; the zero Address is absent. It prints as
// [address] in logs.
type Address struct{ s string }

// ParseAddress takes an e-mail address as people type it, in full width too.
// Outside ASCII, with a name beside it, without a dot in its domain or longer
// than 254 characters it is ErrAddress.
func ParseAddress(s string) (Address, error) {
	s = strings.TrimSpace(width.Narrow.String(s))
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 {
		return Address{}, ErrAddress
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if len(local) > 64 || !strings.Contains(domain, ".") || strings.ContainsAny(s, "\"\\[]()<>,;: ") {
		return Address{}, ErrAddress
	}
	for _, r := range s {
		if r <= ' ' || r >= 0x7f {
			return Address{}, ErrAddress
		}
	}
	return Address{local + "@" + domain}, nil
}

// String returns the address.
func (a Address) String() string { return a.s }

// IsZero reports whether there is none.
func (a Address) IsZero() bool { return a.s == "" }

// Masked shows as much of the address as its owner needs to recognise it.
func (a Address) Masked() string {
	at := strings.LastIndexByte(a.s, '@')
	if at < 1 {
		return ""
	}
	return a.s[:1] + "•••" + a.s[at:]
}

// LogValue keeps the address out of logs.
func (Address) LogValue() slog.Value { return slog.StringValue("[address]") }

// GoString keeps the address out of %#v.
func (Address) GoString() string { return "[address]" }

// Value implements driver.Valuer.
func (a Address) Value() (driver.Value, error) { return a.s, nil }

// Scan implements sql.Scanner.
func (a *Address) Scan(v any) error {
	switch v := v.(type) {
	case string:
		a.s = v
	case []byte:
		a.s = string(v)
	default:
		return fmt.Errorf("notice: an address can't be read from %T", v)
	}
	return nil
}

// GormDataType names the column's type.
func (Address) GormDataType() string { return "text" }
