// Package template says what a body's certificate shows: title, items and
// their labels, issuer, and the rows of the back. A template is a version:
// published, valid from a day, never edited. What one certificate says is
// frozen from it as Content.
package template

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"qualsys/internal/fault"
)

// MaxRows is how many rows the back of a certificate has room for.
const MaxRows = 20

// PrintedDate writes a civil date (yyyymmdd, unknown parts 0) as it stands on a
// certificate: 1990/04/01, 1950/04(日不詳), 1950年(月日不詳), or "" for 0.
func PrintedDate(date uint32) string {
	y, m, d := date/10000, date/100%100, date%100
	switch {
	case date == 0:
		return ""
	case m == 0:
		return fmt.Sprintf("%04d年(月日不詳)", y)
	case d == 0:
		return fmt.Sprintf("%04d/%02d(日不詳)", y, m)
	}
	return fmt.Sprintf("%04d/%02d/%02d", y, m, d)
}

// DateKind says which day stands at ⑤. The body picks one; the register keeps all.
type DateKind int

// The days that a certificate can bear.
const (
	// Registered: 登録年月日, the day of registration.
	Registered DateKind = iota + 1
	// Issued: 交付年月日 or 発行年月日, the day this certificate was made.
	Issued
	// Awarded: 授与・合格・修了年月日, the day of the act that gave the qualification.
	Awarded
)

// Template is one published version of what a qualification's certificate
// shows. The holder cannot vary it.
type Template struct {
	// ID names the version for ever; Qualification is the catalogue's code.
	ID            string
	Qualification string
	// Version counts from 1 within the qualification; ValidFrom is the civil
	// day (yyyymmdd) from which certificates are made from it.
	Version   int
	ValidFrom uint32
	Design
}

// Design is what a configurer decides.
type Design struct {
	// Title ① and the qualification's English name. Title and Issuer may hold
	// {placeholders} that the registration's body or kind fills.
	Title   string `json:"title"`
	English string `json:"english,omitempty"`
	// Name, Birth, Number, Date are the labels of ② to ⑤.
	Name   Label `json:"name"`
	Birth  Label `json:"birth"`
	Number Label `json:"number"`
	Date   Label `json:"date"`
	// Day says which day stands at ⑤.
	Day DateKind `json:"day"`
	// Issuer ⑦, one only.
	Issuer string `json:"issuer"`
	// Back lists ⑨ in order; a row whose value is empty is left out.
	Back []Field `json:"back,omitempty"`
	// Notes are the sentences on the back.
	Notes []Note `json:"notes,omitempty"`
}

// Label is an item's name in both languages.
type Label struct {
	Text    string `json:"text"`
	English string `json:"english,omitempty"`
}

// Field is a row of the back: Key is "domicile", "address", "registered_on",
// "issued_on", "fixed" (with Value), or the key of one of the registration's
// own items.
type Field struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	// Value is printed as it stands when Key is "fixed".
	Value string `json:"value,omitempty"`
}

// Source is what a registration and its body give to a certificate, as plain
// values. Dates are yyyymmdd with unknown parts 0.
type Source struct {
	Name, Number        string
	Birth, RegisteredOn uint32
	// IssuedOn is the civil day on which this certificate was made; a later
	// comparison passes the same day again.
	IssuedOn uint32
	// AwardedOn is the day of the examination, award or completion, or 0.
	AwardedOn         uint32
	Domicile, Address string
	// Items are the registration's other items by key, in the register's order.
	Items []SourceItem
	// Fill gives the placeholders of title and issuer: prefecture, bureau,
	// municipality, institution, registrar, kind, grade.
	Fill map[string]string
}

// SourceItem is one further item of a registration.
type SourceItem struct{ Key, Value string }

// Faults of a template or of what is to be filled into it.
var (
	// ErrIncomplete: the registration lacks what the certificate must show.
	ErrIncomplete = fault.New(fault.Invalid, "template.incomplete")
	// ErrUnfilled: title or issuer holds a placeholder that the body does not fill.
	ErrUnfilled = fault.New(fault.Invalid, "template.unfilled")
	// ErrTooManyRows: more rows on the back than there is room for.
	ErrTooManyRows = fault.New(fault.Invalid, "template.too_many_rows")
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Freeze fills template t with what the registration says and returns the
// content of one certificate. Host and code are the certificate's own.
func Freeze(t Template, s Source, host, code string) (Content, error) {
	title, err := fill(t.Title, s.Fill, "title")
	if err != nil {
		return Content{}, err
	}
	issuer, err := fill(t.Issuer, s.Fill, "issuer")
	if err != nil {
		return Content{}, err
	}
	c := Content{
		Layout: layoutVersion, Template: t.ID, TemplateVersion: t.Version, Qualification: t.Qualification,
		Title: title, English: t.English, Issuer: issuer, Host: host, Code: code,
		Name:   t.Name.with(s.Name),
		Birth:  t.Birth.with(PrintedDate(s.Birth)),
		Number: t.Number.with(s.Number),
		Date:   t.Date.with(PrintedDate(s.day(t.Day))),
		Notes:  slices.Clone(t.Notes),
	}
	for _, must := range []struct{ item, value string }{
		{"name", c.Name.Value}, {"birth", c.Birth.Value}, {"number", c.Number.Value}, {"date", c.Date.Value},
	} {
		if must.value == "" {
			return Content{}, ErrIncomplete.With("item", must.item)
		}
	}
	for _, f := range t.Back {
		if v := s.value(f); v != "" {
			c.Rows = append(c.Rows, Row{Key: f.Key, Label: f.Label, Value: v})
		}
	}
	if len(c.Rows) > MaxRows {
		return Content{}, ErrTooManyRows.With("rows", len(c.Rows)).With("most", MaxRows)
	}
	return c, nil
}

// with makes an item of the label and a value.
func (l Label) with(value string) Item {
	return Item{Label: l.Text, English: l.English, Value: value}
}

// day returns the day that stands at ⑤.
func (s Source) day(k DateKind) uint32 {
	switch k {
	case Registered:
		return s.RegisteredOn
	case Issued:
		return s.IssuedOn
	case Awarded:
		if s.AwardedOn != 0 {
			return s.AwardedOn
		}
		return s.RegisteredOn
	}
	return 0
}

// value returns what stands in a row of the back, or "".
func (s Source) value(f Field) string {
	switch f.Key {
	case "fixed":
		return f.Value
	case "domicile":
		return s.Domicile
	case "address":
		return s.Address
	case "registered_on":
		return PrintedDate(s.RegisteredOn)
	case "issued_on":
		return PrintedDate(s.IssuedOn)
	}
	var all []string
	for _, i := range s.Items {
		if i.Key == f.Key && i.Value != "" {
			all = append(all, i.Value)
		}
	}
	return strings.Join(all, "、")
}

// fill replaces the placeholders of text.
func fill(text string, values map[string]string, item string) (string, error) {
	for _, k := range slices.Sorted(maps.Keys(values)) {
		text = strings.ReplaceAll(text, "{"+k+"}", values[k])
	}
	if open := placeholder.FindString(text); open != "" {
		return "", ErrUnfilled.With("item", item).With("placeholder", strings.Trim(open, "{}"))
	}
	return text, nil
}

// Digest is the SHA-256 over the design's JSON: two versions with one digest
// print the same.
func (d Design) Digest() ([32]byte, error) {
	b, err := d.json()
	return sha256.Sum256(b), err
}

// json is the form that is stored and digested.
func (d Design) json() ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("template: write design: %w", err)
	}
	return b, nil
}
