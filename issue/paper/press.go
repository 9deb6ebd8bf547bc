// Package paper puts a frozen content on paper: it is the one room of issue
// that knows pdfcert. It prints, seals and proofreads, and decides nothing.
package paper

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"

	"qualsys/internal/clock"
	"qualsys/issue/template"
	"qualsys/pdfcert"
	"qualsys/pdfcert/seal"
	"qualsys/pdfcert/sheet"
)

// Press prints and seals certificates. It meets issue.Press.
type Press struct {
	// Key and Chain seal; the chain begins with the key's certificate.
	Key   crypto.Signer
	Chain []*x509.Certificate
	// Clock gives the stated time of signing.
	Clock clock.Clock
}

// Printable reports whether the content can be printed and given back exactly:
// nil, or a fault that names the item and the character. Ask it before
// anything is prepared.
func (p *Press) Printable(c template.Content) error { return refused(sheet.Check(Says(c), ""), c) }

// Print lays out the content with the QR symbol of link and returns the
// unsealed file, which has been read back and compared: what goes to the key
// says what it was to say.
func (p *Press) Print(ctx context.Context, c template.Content, link string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pdf, err := sheet.Draw(Says(c), link)
	if err != nil {
		return nil, refused(err, c)
	}
	r, err := pdfcert.ReadUnsealed(pdf)
	if err != nil {
		return nil, fmt.Errorf("paper: print: %w", err)
	}
	if err := compare(r, c, link); err != nil {
		return nil, fmt.Errorf("paper: print: %w", err)
	}
	return pdf, nil
}

// Seal signs what Print made. It may talk to a key far away.
func (p *Press) Seal(ctx context.Context, pdf []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return seal.Seal(pdfcert.PKCS7, pdf, p.Key, p.Chain, p.Clock.Now())
}

// Proofread takes the sealed file apart with the strict reader and compares
// text and QR symbol, item by item, with the content it was to show.
func (p *Press) Proofread(ctx context.Context, pdf []byte, c template.Content, link string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return Proofread(pdf, c, link)
}
