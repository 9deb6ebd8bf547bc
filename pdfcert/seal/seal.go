// Package seal puts a signature on a certificate file. Profile pkcs7 is made
// with digitorus/pdfsign: an appended revision with a certification signature
// (DocMDP, no changes allowed), P-256 and ASCII strings only. Another profile
// is another room.
package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"

	"qualsys/pdfcert"
)

// jst is the zone in which the time of signing is stated.
var jst = time.FixedZone("JST", 9*60*60)

// Seal signs pdf, which sheet made, with key. The chain begins with the
// signer's certificate, each further one having issued the one before; at is
// stated as the time of signing, to the second. What comes out has been read
// back by pdfcert.Open and its signature verified.
func Seal(profile pdfcert.Profile, pdf []byte, key crypto.Signer, chain []*x509.Certificate, at time.Time) ([]byte, error) {
	if profile != pdfcert.PKCS7 {
		return nil, fmt.Errorf("seal: no profile %q", profile)
	}
	if err := fits(key, chain); err != nil {
		return nil, err
	}
	sealed, err := pkcs7(pdf, key, chain, at)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	f, err := pdfcert.Open(sealed)
	if err != nil {
		return nil, fmt.Errorf("seal: what was signed cannot be read: %w", err)
	}
	if err := f.VerifySignature(); err != nil {
		return nil, fmt.Errorf("seal: what was signed cannot be verified: %w", err)
	}
	return sealed, nil
}

// fits refuses keys and chains for which pdfsign makes damaged files without an
// error (FACTS §3), and a key that is not that of the certificate.
func fits(key crypto.Signer, chain []*x509.Certificate) error {
	if len(chain) == 0 || key == nil {
		return errors.New("seal: no key or no certificate")
	}
	pub, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return errors.New("seal: profile pkcs7 signs with P-256 only")
	}
	if !pub.Equal(chain[0].PublicKey) {
		return errors.New("seal: the key is not that of the signer's certificate")
	}
	for i := 1; i < len(chain); i++ {
		if err := chain[i-1].CheckSignatureFrom(chain[i]); err != nil {
			return fmt.Errorf("seal: certificate %d of the chain did not issue the one before: %w", i+1, err)
		}
	}
	return nil
}

// pkcs7 lets pdfsign append its revision.
func pkcs7(file []byte, key crypto.Signer, chain []*x509.Certificate, at time.Time) (out []byte, err error) {
	defer func() { // pdfsign and its reader panic on what they don't expect
		if p := recover(); p != nil {
			err = fmt.Errorf("pdfsign: %v", p)
		}
	}()
	in := bytes.NewReader(file)
	reader, err := pdf.NewReader(in, int64(len(file)))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = sign.Sign(in, &b, reader, int64(len(file)), sign.SignData{
		Signature: sign.SignDataSignature{
			CertType:   sign.CertificationSignature,
			DocMDPPerm: sign.DoNotAllowAnyChangesPerms,
			Info:       sign.SignDataSignatureInfo{Name: "Qualsys", Reason: "Certificate of qualification", Date: at.In(jst)},
		},
		Signer:            LowS{key},
		DigestAlgorithm:   crypto.SHA256,
		Certificate:       chain[0],
		CertificateChains: [][]*x509.Certificate{chain},
	})
	return b.Bytes(), err
}
