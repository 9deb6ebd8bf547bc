package person

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
	"strconv"
)

// What comes from outside (UnmarshalText) passes the door again; what comes
// from our own database (Scan) is taken as it was written, because a rule that
// became stricter must not make old registrations unreadable.

func scanText(v any, s *string) error {
	switch v := v.(type) {
	case nil:
		*s = ""
	case string:
		*s = v
	case []byte:
		*s = string(v)
	default:
		return fmt.Errorf("person: a text can't be read from %T", v)
	}
	return nil
}

// MarshalText writes the name byte for byte.
func (n Name) MarshalText() ([]byte, error) { return []byte(n.s), nil }

// UnmarshalText parses a name; nothing means absent.
func (n *Name) UnmarshalText(b []byte) (err error) {
	if *n = (Name{}); len(b) > 0 {
		*n, err = ParseName(string(b))
	}
	return err
}

// Value implements driver.Valuer.
func (n Name) Value() (driver.Value, error) { return n.s, nil }

// Scan implements sql.Scanner.
func (n *Name) Scan(v any) error { return scanText(v, &n.s) }

// GormDataType names the column's type.
func (Name) GormDataType() string { return "text" }

// LogValue keeps the name out of logs.
func (Name) LogValue() slog.Value { return slog.StringValue("[name]") }

// GoString keeps the name out of %#v.
func (Name) GoString() string { return "[name]" }

// MarshalText writes the reading byte for byte.
func (k Kana) MarshalText() ([]byte, error) { return []byte(k.s), nil }

// UnmarshalText parses a reading; nothing means absent.
func (k *Kana) UnmarshalText(b []byte) (err error) {
	if *k = (Kana{}); len(b) > 0 {
		*k, err = ParseKana(string(b))
	}
	return err
}

// Value implements driver.Valuer.
func (k Kana) Value() (driver.Value, error) { return k.s, nil }

// Scan implements sql.Scanner.
func (k *Kana) Scan(v any) error { return scanText(v, &k.s) }

// GormDataType names the column's type.
func (Kana) GormDataType() string { return "text" }

// LogValue keeps the reading out of logs.
func (Kana) LogValue() slog.Value { return slog.StringValue("[kana]") }

// GoString keeps the reading out of %#v.
func (Kana) GoString() string { return "[kana]" }

// MarshalText writes the address byte for byte.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.s), nil }

// UnmarshalText parses an address; nothing means absent.
func (a *Address) UnmarshalText(b []byte) (err error) {
	if *a = (Address{}); len(b) > 0 {
		*a, err = ParseAddress(string(b))
	}
	return err
}

// Value implements driver.Valuer.
func (a Address) Value() (driver.Value, error) { return a.s, nil }

// Scan implements sql.Scanner.
func (a *Address) Scan(v any) error { return scanText(v, &a.s) }

// GormDataType names the column's type.
func (Address) GormDataType() string { return "text" }

// LogValue keeps the address out of logs.
func (Address) LogValue() slog.Value { return slog.StringValue("[address]") }

// GoString keeps the address out of %#v.
func (Address) GoString() string { return "[address]" }

// MarshalText writes the domicile byte for byte.
func (d Domicile) MarshalText() ([]byte, error) { return []byte(d.s), nil }

// UnmarshalText parses a domicile; nothing means absent.
func (d *Domicile) UnmarshalText(b []byte) (err error) {
	if *d = (Domicile{}); len(b) > 0 {
		*d, err = ParseDomicile(string(b))
	}
	return err
}

// Value implements driver.Valuer.
func (d Domicile) Value() (driver.Value, error) { return d.s, nil }

// Scan implements sql.Scanner.
func (d *Domicile) Scan(v any) error { return scanText(v, &d.s) }

// GormDataType names the column's type.
func (Domicile) GormDataType() string { return "text" }

// LogValue keeps the domicile out of logs.
func (Domicile) LogValue() slog.Value { return slog.StringValue("[domicile]") }

// GoString keeps the domicile out of %#v.
func (Domicile) GoString() string { return "[domicile]" }

// MarshalText writes yyyy/mm/dd.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText parses a date; nothing means absent.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if *d = 0; len(b) > 0 {
		*d, err = ParseDate(string(b))
	}
	return err
}

// Value implements driver.Valuer; no date is NULL.
func (d Date) Value() (driver.Value, error) {
	if d == 0 {
		return nil, nil
	}
	return int64(d), nil
}

// Scan implements sql.Scanner.
func (d *Date) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = 0
	case int64:
		*d = Date(v)
	case int32:
		*d = Date(v)
	case string:
		n, err := strconv.ParseUint(v, 10, 32)
		*d = Date(n)
		return err
	default:
		return fmt.Errorf("person: a date can't be read from %T", v)
	}
	return nil
}

// GormDataType names the column's type.
func (Date) GormDataType() string { return "integer" }

// LogValue keeps the date out of logs: it may be a date of birth.
func (Date) LogValue() slog.Value { return slog.StringValue("[date]") }
