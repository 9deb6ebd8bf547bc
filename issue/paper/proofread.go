package paper

import (
	"fmt"
	"slices"
	"strings"

	"qualsys/issue/template"
	"qualsys/pdfcert"
)

// Says turns frozen content into what a sheet shows.
func Says(c template.Content) pdfcert.Says {
	s := pdfcert.Says{
		Title: c.Title, English: c.English, Issuer: c.Issuer, Host: c.Host, Code: c.Code,
		Name: item(c.Name), Birth: item(c.Birth), Number: item(c.Number), Date: item(c.Date),
	}
	for _, r := range c.Rows {
		s.Rows = append(s.Rows, pdfcert.Row{Label: r.Label, Value: r.Value})
	}
	for _, n := range c.Notes {
		s.Notes = append(s.Notes, pdfcert.Note{Text: n.Text, English: n.English})
	}
	return s
}

func item(i template.Item) pdfcert.Item {
	return pdfcert.Item{Label: i.Label, English: i.English, Value: i.Value}
}

// Proofread opens the sealed file with the strict reader, verifies its
// signature, reads text and QR symbol and compares each item with c and link.
// An error means that the file must never be released; it names the items that
// differ, never what they say.
func Proofread(pdf []byte, c template.Content, link string) error {
	f, err := pdfcert.Open(pdf)
	if err != nil {
		return fmt.Errorf("paper: proofread: %w", err)
	}
	r, err := f.Read()
	if err != nil {
		return fmt.Errorf("paper: proofread: %w", err)
	}
	if err := compare(r, c, link); err != nil {
		return fmt.Errorf("paper: proofread: %w", err)
	}
	return nil
}

// Differs is what a file shows otherwise than its content: the items' names.
type Differs []string

// Error is for logs.
func (d Differs) Error() string { return "the file differs in " + strings.Join(d, ", ") }

// compare holds what was read against what was to be shown, byte for byte.
func compare(r *pdfcert.Reading, c template.Content, link string) error {
	var d Differs
	want, got := Says(c), r.Says
	for _, i := range []struct {
		name      string
		want, got any
	}{
		{"title", want.Title, got.Title}, {"english", want.English, got.English},
		{"name", want.Name, got.Name}, {"birth", want.Birth, got.Birth},
		{"number", want.Number, got.Number}, {"date", want.Date, got.Date},
		{"issuer", want.Issuer, got.Issuer}, {"host", want.Host, got.Host}, {"code", want.Code, got.Code},
	} {
		if i.want != i.got {
			d = append(d, i.name)
		}
	}
	if !slices.Equal(want.Rows, got.Rows) {
		d = append(d, "rows")
	}
	if !slices.Equal(want.Notes, got.Notes) {
		d = append(d, "notes")
	}
	if !slices.Equal(r.Links, []string{link}) {
		d = append(d, "symbol")
	}
	if len(d) > 0 {
		return d
	}
	return nil
}
