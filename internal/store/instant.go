package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Instant is a moment as the database keeps it: a BIGINT of microseconds since
// 1970 in UTC, the same on every engine. The zero Instant is stored as NULL.
type Instant struct{ time.Time }

// At returns the instant of t, to the microsecond.
func At(t time.Time) Instant {
	if t.IsZero() {
		return Instant{}
	}
	return Instant{t.UTC().Truncate(time.Microsecond)}
}

// Value implements driver.Valuer.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (i *Instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i = Instant{}
	case int64:
		*i = Instant{time.UnixMicro(v).UTC()}
	default:
		return fmt.Errorf("store: an instant can't be read from %T", v)
	}
	return nil
}

// GormDataType names the column's type.
func (Instant) GormDataType() string { return "bigint" }
