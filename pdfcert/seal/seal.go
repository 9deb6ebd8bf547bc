// Package seal puts a signature on a certificate file. Profile pkcs7 is made
// with digitorus/pdfsign: an appended revision with a certification signature
// (DocMDP, no changes allowed), P-256 and ASCII strings only. The profile
// PAdES has a room of its own.
package seal

import (
	"crypto"
	"crypto/x509"
	"errors"
	"time"

	"qualsys/pdfcert"
)

// Seal signs pdf with key. The chain begins with the signer's certificate, each
// further one having issued the one before; at is stated as the time of
// signing. What comes out has been read back by pdfcert.Open and its signature
// verified.
func Seal(profile pdfcert.Profile, pdf []byte, key crypto.Signer, chain []*x509.Certificate, at time.Time) ([]byte, error) {
	return nil, errors.New("seal: no profile yet")
}
