package registry

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// NumberPattern is the form of a register's numbers, from the catalogue.
type NumberPattern struct {
	// Pattern is the number with placeholders: {n} for the digits, {prefix} for
	// Prefix, {prefecture_kanji} and {letter} for one or two characters.
	Pattern string `json:"pattern" yaml:"pattern"`
	Prefix  string `json:"prefix,omitempty" yaml:"prefix"`
	// Digits is how many digits {n} has; 0 means any from 1 to 9.
	Digits int `json:"digits,omitempty" yaml:"digits"`
	// Note says what is not certain about the form.
	Note string `json:"note,omitempty" yaml:"note"`
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Example returns a number of this form that is nobody's.
func (p NumberPattern) Example() string {
	digits := "012345678"
	if p.Digits > 0 {
		digits = ("0123456789012345")[:p.Digits]
	}
	return strings.NewReplacer("{n}", digits, "{prefix}", p.Prefix, "{prefecture_kanji}", "東", "{letter}", "医", "{prefecture}", "13").
		Replace(p.pattern())
}

func (p NumberPattern) pattern() string {
	if p.Pattern == "" {
		return "第{n}号"
	}
	return p.Pattern
}

// compiled holds one expression a pattern; there are fewer than a hundred.
var compiled sync.Map

// expression matches what a person types and captures the parts of the number.
// The fixed characters 第, 号 and - may be missing.
func (p NumberPattern) expression() *regexp.Regexp {
	if e, ok := compiled.Load(p); ok {
		return e.(*regexp.Regexp)
	}
	digits := "([0-9]{1,9})"
	if p.Digits > 0 {
		digits = "([0-9]{" + strconv.Itoa(p.Digits) + "})"
	}
	var b strings.Builder
	b.WriteString("^")
	rest := p.pattern()
	for rest != "" {
		at := placeholder.FindStringIndex(rest)
		if at == nil {
			b.WriteString(optional(rest))
			break
		}
		b.WriteString(optional(rest[:at[0]]))
		switch rest[at[0]:at[1]] {
		case "{n}":
			b.WriteString(digits)
		case "{prefix}":
			b.WriteString("(?:" + strings.ReplaceAll(regexp.QuoteMeta(p.Prefix), "-", "-?") + ")")
		case "{prefecture}":
			b.WriteString("([0-9]{2})")
		case "{letter}":
			b.WriteString("([医歯薬])")
		default: // {prefecture_kanji}: 東, 神奈, …
			b.WriteString(`(\p{Han}{1,2})`)
		}
		rest = rest[at[1]:]
	}
	b.WriteString("$")
	e := regexp.MustCompile(b.String())
	compiled.Store(p, e)
	return e
}

// optional makes fixed characters that people leave out optional.
func optional(fixed string) string {
	var b strings.Builder
	for _, r := range fixed {
		b.WriteString(regexp.QuoteMeta(string(r)) + "?")
	}
	return b.String()
}

// ParseNumber reads a registration number as people type it — full width, in
// small letters, with spaces, without 第, 号 or the hyphen — and returns it as
// the register writes it. What does not fit is ErrNumber with an example; the
// answer says nothing about whether such a number exists.
func ParseNumber(p NumberPattern, typed string) (string, error) {
	if len(typed) > 100 {
		return "", ErrNumber.At("number").With("example", p.Example())
	}
	clean := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u3000', '\t':
			return -1
		case '‐', '‑', '–', '—', '―', '−', 'ー', '－', 'ｰ':
			return '-'
		}
		return r
	}, typed)
	parts := p.expression().FindStringSubmatch(strings.ToUpper(norm.NFKC.String(clean)))
	if parts == nil {
		return "", ErrNumber.At("number").With("example", p.Example())
	}
	next := 0
	return placeholder.ReplaceAllStringFunc(p.pattern(), func(name string) string {
		if name == "{prefix}" {
			return p.Prefix
		}
		next++
		return parts[next]
	}), nil
}
