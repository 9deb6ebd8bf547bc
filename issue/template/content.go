package template

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Content is what one certificate says, frozen when it is prepared. As JSON it
// is stable: the same Content always gives the same bytes, and fields are only
// ever added. Rendering uses nothing else.
type Content struct {
	// Layout is the version of this JSON, now 1.
	Layout int `json:"layout"`
	// Template and TemplateVersion say which template was filled.
	Template        string `json:"template"`
	TemplateVersion int    `json:"template_version"`
	// Qualification is the catalogue's code of the qualification.
	Qualification string `json:"qualification"`
	// Title ①, with the qualification's English name.
	Title   string `json:"title"`
	English string `json:"english,omitempty"`
	// Name ②, Birth ③, Number ④, Date ⑤ as printed.
	Name   Item `json:"name"`
	Birth  Item `json:"birth"`
	Number Item `json:"number"`
	Date   Item `json:"date"`
	// Issuer ⑦.
	Issuer string `json:"issuer"`
	// Rows ⑨, in order, none empty.
	Rows []Row `json:"rows,omitempty"`
	// Notes on the back.
	Notes []Note `json:"notes,omitempty"`
	// Host and Code (in four groups) belong to this certificate alone.
	Host string `json:"host"`
	Code string `json:"code"`
}

// Item is one value of the front with its label in both languages.
type Item struct {
	Label   string `json:"label"`
	English string `json:"english,omitempty"`
	Value   string `json:"value"`
}

// Row is one line of the back.
type Row struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// Note is a sentence on the back in both languages.
type Note struct {
	Text    string `json:"text"`
	English string `json:"english,omitempty"`
}

// layoutVersion is Content.Layout as written now.
const layoutVersion = 1

// JSON returns the stable form that is stored.
func (c Content) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("template: write content: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// ParseContent reads what JSON wrote. An unknown member or a layout of the
// future is an error: a certificate is never printed from half of its content.
func ParseContent(b []byte) (Content, error) {
	var c Content
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Content{}, fmt.Errorf("template: read content: %w", err)
	}
	if c.Layout != layoutVersion {
		return Content{}, fmt.Errorf("template: content of layout %d", c.Layout)
	}
	return c, nil
}

// Printed returns every printed item as label and value, in the order of the
// page, without what belongs to the single certificate (host, code) and
// without the template's version. Two contents with equal Printed say the same.
func (c Content) Printed() []Row {
	rows := []Row{
		{Key: "title", Value: c.Title},
		{Key: "english", Value: c.English},
		{Key: "name", Label: c.Name.Label, Value: c.Name.Value},
		{Key: "birth", Label: c.Birth.Label, Value: c.Birth.Value},
		{Key: "number", Label: c.Number.Label, Value: c.Number.Value},
		{Key: "date", Label: c.Date.Label, Value: c.Date.Value},
		{Key: "issuer", Value: c.Issuer},
	}
	rows = append(rows, c.Rows...)
	for _, n := range c.Notes {
		rows = append(rows, Row{Key: "note", Label: n.English, Value: n.Text})
	}
	return rows
}

// Equal reports whether c and other print the same items: what decides that a
// certificate has become "changed" (DESIGN §4.1).
func (c Content) Equal(other Content) bool {
	a, b := c.Printed(), other.Printed()
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
