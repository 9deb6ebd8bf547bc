package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var (
	weekdaysJa = [...]string{"日", "月", "火", "水", "木", "金", "土"}
	weekdaysEn = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
)

// Date writes the day of t in Japan: 2026年11月23日（月）, 23 November 2026 (Mon).
func Date(lang Lang, t time.Time) string {
	t = tokyo(t)
	if lang == En {
		return fmt.Sprintf("%d %s %d (%s)", t.Day(), t.Month(), t.Year(), weekdaysEn[t.Weekday()])
	}
	return fmt.Sprintf("%d年%d月%d日（%s）", t.Year(), int(t.Month()), t.Day(), weekdaysJa[t.Weekday()])
}

// DateTime writes day and time of t in Japan: 2026年11月23日（月）9:12,
// 23 November 2026 (Mon), 9:12.
func DateTime(lang Lang, t time.Time) string {
	if lang == En {
		return Date(lang, t) + ", " + Clock(t)
	}
	return Date(lang, t) + Clock(t)
}

// Clock writes the time of day of t in Japan: 9:12.
func Clock(t time.Time) string {
	t = tokyo(t)
	return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute())
}

// When writes t as people say it on the same day: 今日9:12, today at 9:12;
// on any other day with its date.
func When(lang Lang, t, now time.Time) string {
	a, b := tokyo(t), tokyo(now)
	if a.Year() != b.Year() || a.YearDay() != b.YearDay() {
		return DateTime(lang, t)
	}
	if lang == En {
		return "today at " + Clock(t)
	}
	return "今日" + Clock(t)
}

// CivilDate writes a date of the law, given as yyyymmdd with 0 for unknown
// parts: 1990年7月21日, 1950年（月日不詳）. It has no weekday: it is a name of a
// day, not an appointment. Zero writes as "".
func CivilDate(lang Lang, yyyymmdd uint32) string {
	y, m, d := int(yyyymmdd/10000), int(yyyymmdd/100%100), int(yyyymmdd%100)
	en := lang == En
	switch {
	case yyyymmdd == 0:
		return ""
	case y == 0 && en:
		return "unknown year"
	case y == 0:
		return "年不詳"
	case m == 0 && en:
		return fmt.Sprintf("%d (month and day unknown)", y)
	case m == 0:
		return fmt.Sprintf("%d年（月日不詳）", y)
	case d == 0 && en:
		return fmt.Sprintf("%s %d (day unknown)", time.Month(m), y)
	case d == 0:
		return fmt.Sprintf("%d年%d月（日不詳）", y, m)
	case en:
		return fmt.Sprintf("%d %s %d", d, time.Month(m), y)
	}
	return fmt.Sprintf("%d年%d月%d日", y, m, d)
}

// Deadline writes a date of the law with its weekday, for days on which
// somebody must act: 2026年12月23日（水）. Unknown parts fall back to CivilDate.
func Deadline(lang Lang, yyyymmdd uint32) string {
	y, m, d := int(yyyymmdd/10000), int(yyyymmdd/100%100), int(yyyymmdd%100)
	if y == 0 || m == 0 || d == 0 {
		return CivilDate(lang, yyyymmdd)
	}
	// Noon in UTC is the same day in Japan.
	return Date(lang, time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC))
}

// Money writes an amount of yen: 1,500円, ¥1,500.
func Money(lang Lang, yen int64) string {
	if lang == En {
		if yen < 0 {
			return "-¥" + Number(-yen)
		}
		return "¥" + Number(yen)
	}
	return Number(yen) + "円"
}

// Number writes n with a comma between each three digits.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}

// Duration writes how long something takes, in the largest whole unit.
func Duration(lang Lang, d time.Duration) string {
	n, ja, en := int64(d/time.Second), "秒", "second"
	switch {
	case d >= 48*time.Hour:
		n, ja, en = int64(d/(24*time.Hour)), "日", "day"
	case d >= 2*time.Hour:
		n, ja, en = int64(d/time.Hour), "時間", "hour"
	case d >= 2*time.Minute:
		n, ja, en = int64(d/time.Minute), "分", "minute"
	}
	if lang != En {
		return Number(n) + ja
	}
	if n != 1 {
		en += "s"
	}
	return Number(n) + " " + en
}

// Size writes the size of a file as systems show it: 1.2 MB, 340 KB (of 1,024).
func Size(bytes int64) string {
	const mega = 1 << 20
	if bytes < mega {
		return Number((bytes+1023)/1024) + " KB"
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(bytes)/mega, 'f', 1, 64), ".0") + " MB"
}

// Mask hides a name in lists: its first character and then a fixed mark, so
// that not even its length is told.
func Mask(name string) string {
	g := graphemes(name)
	if len(g) == 0 {
		return ""
	}
	return g[0] + "＊＊＊"
}
