package credential

import (
	"database/sql/driver"
	"fmt"
)

// Status is what is published about a certificate. The zero value is none: a
// status that was not learned is never "valid".
type Status int

const (
	// Valid: the registration is in force and the certificate says what the register says.
	Valid Status = iota + 1
	// Revoked: reissued, withdrawn, or no longer registered.
	Revoked
	// Suspended: the holder may not practise or use the name for now.
	Suspended
	// Changed: in force, but a printed item has changed since.
	Changed
)

var statusNames = [...]string{"", "valid", "revoked", "suspended", "changed"}

// String returns the status in the word used by table columns and JSON.
func (s Status) String() string {
	if s < Valid || s > Changed {
		return fmt.Sprintf("credential.Status(%d)", int(s))
	}
	return statusNames[s]
}

// Wire returns the two bits under which s is published: 0 valid, 1 revoked,
// 2 suspended, 3 changed. A status that is none counts as revoked: a defect
// must not make a certificate good.
func (s Status) Wire() byte {
	if s < Valid || s > Changed {
		return 1
	}
	return byte(s - Valid)
}

// StatusFromWire is the inverse of Wire; only the two low bits are looked at.
func StatusFromWire(bits byte) Status { return Status(bits&3) + Valid }

// ParseStatus reads the word that String writes.
func ParseStatus(word string) (Status, error) {
	for i, n := range statusNames {
		if n == word && i > 0 {
			return Status(i), nil
		}
	}
	return 0, fmt.Errorf("credential: no status %q", word)
}

// MarshalText writes the word; no word stands for the zero value.
func (s Status) MarshalText() ([]byte, error) {
	if s < Valid || s > Changed {
		return nil, fmt.Errorf("credential: %v has no word", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads the word.
func (s *Status) UnmarshalText(b []byte) (err error) {
	*s, err = ParseStatus(string(b))
	return err
}

// Value stores the word.
func (s Status) Value() (driver.Value, error) {
	b, err := s.MarshalText()
	return string(b), err
}

// Scan reads the word and refuses any other.
func (s *Status) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return s.UnmarshalText([]byte(v))
	case []byte:
		return s.UnmarshalText(v)
	}
	return fmt.Errorf("credential: status from %T", src)
}
