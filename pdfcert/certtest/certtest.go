// Package certtest makes certificate authorities, keys and sealed files for
// tests: a root, an issuing authority with its lists, and a signer.
package certtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"
)

// DocumentSigning is the extended key usage of RFC 9336.
var DocumentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// Set is an authority of three levels at a fixed time.
type Set struct {
	Root, CA, Signer          *x509.Certificate
	RootKey, CAKey, SignerKey *ecdsa.PrivateKey
	// At is the time around which everything is valid.
	At time.Time
	// RootCRL and CACRL are current at At and list nobody.
	RootCRL, CACRL *x509.RevocationList
}

// Chain is what is embedded in a file.
func (s *Set) Chain() []*x509.Certificate { return []*x509.Certificate{s.Signer, s.CA} }

// Roots, Intermediates and CRLs are what a verifier has pinned.
func (s *Set) Roots() []*x509.Certificate { return []*x509.Certificate{s.Root} }

// Intermediates are the issuing authorities.
func (s *Set) Intermediates() []*x509.Certificate { return []*x509.Certificate{s.CA} }

// CRLs are the lists of root and issuing authority.
func (s *Set) CRLs() []*x509.RevocationList { return []*x509.RevocationList{s.RootCRL, s.CACRL} }

// New makes a set valid around at. Each change may alter the signer's template
// before it is issued.
func New(t testing.TB, at time.Time, changes ...func(signer *x509.Certificate)) *Set {
	t.Helper()
	s := &Set{At: at, RootKey: Key(t), CAKey: Key(t), SignerKey: Key(t)}
	s.Root = Issue(t, Authority("Test Root", at, 10), nil, &s.RootKey.PublicKey, s.RootKey)
	s.CA = Issue(t, Authority("Test CA", at, 5), s.Root, &s.CAKey.PublicKey, s.RootKey)
	signer := SignerTemplate(at)
	for _, change := range changes {
		change(signer)
	}
	s.Signer = Issue(t, signer, s.CA, &s.SignerKey.PublicKey, s.CAKey)
	s.RootCRL = List(t, s.Root, s.RootKey, at, 1)
	s.CACRL = List(t, s.CA, s.CAKey, at, 1)
	return s
}

// Key makes a P-256 key.
func Key(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Authority is the template of an authority valid for years around at.
func Authority(name string, at time.Time, years int) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Country: []string{"JP"}, Organization: []string{"Qualsys Test"}, CommonName: name},
		NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(years, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// SignerTemplate is the template of a signer's certificate.
func SignerTemplate(at time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Country: []string{"JP"}, Organization: []string{"Qualsys Test"}, CommonName: "Test Signer"},
		NotBefore: at.AddDate(0, -1, 0), NotAfter: at.AddDate(3, 0, 0), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, UnknownExtKeyUsage: []asn1.ObjectIdentifier{DocumentSigning},
	}
}

// Issue makes a certificate; without an issuer it is self-signed.
func Issue(t testing.TB, template, issuer *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	if issuer == nil {
		issuer = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// List makes a revocation list that is current at at.
func List(t testing.TB, issuer *x509.Certificate, key *ecdsa.PrivateKey, at time.Time, number int64, revoked ...*x509.Certificate) *x509.RevocationList {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: at.Add(-time.Hour), NextUpdate: at.AddDate(0, 0, 7)}
	for _, c := range revoked {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: at.Add(-2 * time.Hour)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, issuer, key)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err)
	}
	return n
}

// PDFSign seals anything with digitorus/pdfsign and looks at nothing, as a
// thief of the key could.
func PDFSign(t testing.TB, base []byte, key crypto.Signer, chain []*x509.Certificate, at time.Time) []byte {
	t.Helper()
	in := bytes.NewReader(base)
	reader, err := pdf.NewReader(in, int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	err = sign.Sign(in, &b, reader, int64(len(base)), sign.SignData{
		Signature: sign.SignDataSignature{
			CertType: sign.CertificationSignature, DocMDPPerm: sign.DoNotAllowAnyChangesPerms,
			Info: sign.SignDataSignatureInfo{Name: "Qualsys", Reason: "Certificate of qualification", Date: at.In(time.FixedZone("JST", 9*60*60))},
		},
		Signer: key, DigestAlgorithm: crypto.SHA256, Certificate: chain[0], CertificateChains: [][]*x509.Certificate{chain},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
