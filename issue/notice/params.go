package notice

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"qualsys/registry/person"
)

// Parameters that any notice may have beside its own.
const (
	// About says what the notice is about, as "kind:identifier", for the page to link to.
	About = "about"
	// Once makes the notice unique: told to the same login with the same word
	// here, nothing happens.
	Once = "once"
	// ByLetter, when it is not empty, has a letter written although there is an
	// address: a decision goes out electronically only to who has chosen so
	// (デジタル手続法7条). Only kinds that may go by letter look at it.
	ByLetter = "by_letter"
)

// Params are what a notice is filled with, by name. A value is a string, an
// int, Money or a person.Date; a string is read as what the table says the
// parameter is (an amount in digits, a date as person.ParseDate takes it).
// Values are kept as they are and put into words when somebody reads the
// notice, in that reader's language. None but a one-time code goes into a mail.
// Parameters that the kind does not know are left out.
type Params map[string]any

// Money is an amount in whole yen.
type Money int64

// value is how one parameter is kept.
type value struct {
	Text  *string `json:"s,omitempty"`
	Count *int64  `json:"n,omitempty"`
	Money *int64  `json:"y,omitempty"`
	Date  *uint32 `json:"d,omitempty"`
}

// encode checks params against the table and returns those of the table as JSON.
func encode(k Kind, params Params) (string, error) {
	f, ok := forms[k]
	if !ok {
		return "", fmt.Errorf("notice: no such kind: %q", string(k))
	}
	kept := map[string]value{}
	for name, sort := range f.params {
		given, ok := params[name]
		if !ok {
			return "", fmt.Errorf("notice: %s needs the parameter %s", k, name)
		}
		v, err := valueOf(given, sort)
		if err != nil {
			return "", fmt.Errorf("notice: %s, parameter %s: %w", k, name, err)
		}
		kept[name] = v
	}
	b, err := json.Marshal(kept)
	return string(b), err
}

func valueOf(given any, s sort) (value, error) {
	switch v := given.(type) {
	case string:
		return parse(v, s)
	case int:
		if n := int64(v); s == count {
			return value{Count: &n}, nil
		}
	case Money:
		if n := int64(v); s == money {
			return value{Money: &n}, nil
		}
	case person.Date:
		if n := v.Int(); s == date {
			return value{Date: &n}, nil
		}
	}
	return value{}, fmt.Errorf("%T is not what it should be", given)
}

func parse(text string, s sort) (value, error) {
	switch s {
	case count, money:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return value{}, fmt.Errorf("no number: %w", err)
		}
		if s == count {
			return value{Count: &n}, nil
		}
		return value{Money: &n}, nil
	case date:
		d, err := person.ParseDate(text)
		if err != nil {
			return value{}, fmt.Errorf("no date: %w", err)
		}
		n := d.Int()
		return value{Date: &n}, nil
	}
	return value{Text: &text}, nil
}

func optional(params Params, name string) string {
	s, _ := params[name].(string)
	return s
}

// segment is a part of a text that is said only when each of the amounts named
// (a: the tax, b: the charge) is above zero: {?ab}…{/}.
var segment = regexp.MustCompile(`\{\?([a-z]+)\}(.*?)\{/\}`)

// fill puts the kept parameters into words and these into text.
func fill(text, kept string, l Language) (string, error) {
	var values map[string]value
	if err := json.Unmarshal([]byte(kept), &values); err != nil {
		return "", fmt.Errorf("notice: parameters: %w", err)
	}
	text = segment.ReplaceAllStringFunc(text, func(s string) string {
		parts := segment.FindStringSubmatch(s)
		for _, name := range parts[1] {
			if v := values[string(name)]; v.Money != nil && *v.Money == 0 {
				return ""
			}
		}
		return parts[2]
	})
	pairs := make([]string, 0, 2*len(values))
	for name, v := range values {
		pairs = append(pairs, "{"+name+"}", v.in(l))
	}
	return strings.NewReplacer(pairs...).Replace(text), nil
}

// in words the value: 2026年11月26日（木）, 1,500円; Thursday, 26 November 2026, ¥1,500.
func (v value) in(l Language) string {
	switch {
	case v.Text != nil:
		return *v.Text
	case v.Count != nil:
		return strconv.FormatInt(*v.Count, 10)
	case v.Money != nil && l == English:
		return "¥" + thousands(*v.Money)
	case v.Money != nil:
		return thousands(*v.Money) + "円"
	case v.Date != nil:
		return dateIn(*v.Date, l)
	}
	return ""
}

func dateIn(d uint32, l Language) string {
	t := time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
	if l == English {
		return t.Format("Monday, 2 January 2006")
	}
	day := []string{"日", "月", "火", "水", "木", "金", "土"}[t.Weekday()]
	return t.Format("2006年1月2日") + "（" + day + "）"
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
