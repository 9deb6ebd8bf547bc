package person

import (
	"fmt"
	"time"

	"golang.org/x/text/unicode/norm"

	"qualsys/internal/clock"
)

// Date is a civil date in Japan as the number yyyymmdd. A date of birth may be
// known only in part: then day, or month and day, are 0 ("1950/00/00", as the
// resident register writes it). The zero Date is absent and stored as NULL.
type Date uint32

// The years that a date may lie in; anything else is a slip of the pen.
const (
	firstYear = 1850
	lastYear  = 2199
)

// DateOf returns the date of year, month and day as they are; it checks nothing.
func DateOf(y int, m time.Month, d int) Date { return Date(y*10000 + int(m)*100 + d) }

// DateAt returns the date in Japan at the instant t.
func DateAt(t time.Time) Date { return DateOf(t.In(clock.JST).Date()) }

// ParseDate takes 2026-11-25, 2026/11/25, 2026年11月25日 or 20261125, with
// full-width digits too, and 00 for a day, or a month and day, that nobody
// knows. A day that the calendar doesn't have is refused.
func ParseDate(s string) (Date, error) {
	y, m, d, ok := splitDate(norm.NFKC.String(s))
	if !ok || y < firstYear || y > lastYear || m > 12 || (m == 0 && d != 0) {
		return 0, ErrDate
	}
	if d != 0 {
		if t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC); t.Day() != d {
			return 0, ErrDate
		}
	}
	return DateOf(y, time.Month(m), d), nil
}

// splitDate reads year, month and day from s without asking the calendar.
func splitDate(s string) (y, m, d int, ok bool) {
	var parts [3]int
	field, digits := 0, 0
	plain := len(s) == 8
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if plain && (i == 4 || i == 6) {
				field, digits = field+1, 0
			}
			if digits++; field > 2 || digits > 4 || (field > 0 && digits > 2) {
				return 0, 0, 0, false
			}
			parts[field] = parts[field]*10 + int(r-'0')
		case digits == 0 || !separates(r, field):
			return 0, 0, 0, false
		case field == 2: // the closing 日
			if i+len("日") != len(s) {
				return 0, 0, 0, false
			}
			digits = -1
		default:
			field, digits, plain = field+1, 0, false
		}
	}
	return parts[0], parts[1], parts[2], field == 2 && digits != 0 && parts[0] >= 1000
}

func separates(r rune, field int) bool {
	switch field {
	case 0:
		return r == '-' || r == '/' || r == '.' || r == '年'
	case 1:
		return r == '-' || r == '/' || r == '.' || r == '月'
	}
	return r == '日'
}

// String returns yyyy/mm/dd, with 00 for unknown parts, or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d/%02d/%02d", d.Year(), int(d.Month()), d.Day())
}

// Int returns the number yyyymmdd as it stands in the QR code.
func (d Date) Int() uint32 { return uint32(d) }

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == 0 }

// Year returns the year.
func (d Date) Year() int { return int(d / 10000) }

// Month returns the month, 0 when it is unknown.
func (d Date) Month() time.Month { return time.Month(d / 100 % 100) }

// Day returns the day of the month, 0 when it is unknown.
func (d Date) Day() int { return int(d % 100) }

// Complete reports whether year, month and day are all known.
func (d Date) Complete() bool { return d.Month() != 0 && d.Day() != 0 }

// Before reports whether d is earlier than e. An unknown part counts as earlier
// than any known one.
func (d Date) Before(e Date) bool { return d < e }

// After reports whether d is later than e; see Before.
func (d Date) After(e Date) bool { return d > e }

// AddDays returns the date n days later; an unknown part counts as the first.
func (d Date) AddDays(n int) Date { return DateOf(d.midnight(time.UTC).AddDate(0, 0, n).Date()) }

// Time returns the instant at which the date begins in Japan; an unknown part
// counts as the first.
func (d Date) Time() time.Time { return d.midnight(clock.JST) }

// Weekday returns the day of the week; an unknown part counts as the first.
func (d Date) Weekday() time.Weekday { return d.midnight(time.UTC).Weekday() }

func (d Date) midnight(zone *time.Location) time.Time {
	return time.Date(d.Year(), max(d.Month(), 1), max(d.Day(), 1), 0, 0, 0, 0, zone)
}
