package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"qualsys/issue/credential/cose"
)

const demoMark = "DEMO"

// documentSigning is the extended key usage of RFC 9336.
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// CRLLife is how long the revocation lists of a demonstration last: as long as
// the trust list that carries them.
const CRLLife = 90 * 24 * time.Hour

// MakeDemo writes a set of keys for demonstrations into dir, as Open reads
// it. host names the installation in the certificates. Files that are there
// already are an error (os.ErrExist): keys are never overwritten.
func MakeDemo(dir, host string, now time.Time) error {
	if _, err := os.Stat(filepath.Join(dir, "root.crt")); err == nil {
		return fmt.Errorf("keys: %s holds keys already: %w", dir, os.ErrExist)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	d := demo{dir: dir, host: host, now: now.UTC().Truncate(time.Second)}
	root := d.authority("root", "Root", nil, 20)
	ca := d.authority("ca", "Issuing CA", root, 10)
	d.signer(ca)
	d.crl(root, ca)
	for _, p := range []cose.Purpose{cose.Statement, cose.Status, cose.Receipt, cose.Audit, cose.Test} {
		d.key(string(p))
	}
	d.key("client") // signs our assertions at the identity providers
	d.secret("code.secret")
	d.secret("decoy.secret")
	return d.err
}

// demo makes one thing after another and stops at the first error.
type demo struct {
	dir, host string
	now       time.Time
	err       error
}

type pair struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func (d *demo) authority(file, name string, issuer *pair, years int) *pair {
	t := &x509.Certificate{
		Subject:               d.subject(name),
		NotAfter:              d.now.AddDate(years, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLen:            0,
		MaxPathLenZero:        issuer != nil,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if issuer == nil {
		t.MaxPathLen = 1
	}
	return d.certify(file, t, issuer)
}

func (d *demo) signer(ca *pair) {
	d.certify("signer", &x509.Certificate{
		Subject:               d.subject("Certificate Signer"),
		NotAfter:              d.now.AddDate(3, 0, 0),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		UnknownExtKeyUsage:    []asn1.ObjectIdentifier{documentSigning},
		CRLDistributionPoints: []string{"http://" + d.host + "/.well-known/qualsys/ca.crl"},
	}, ca)
}

func (d *demo) subject(name string) pkix.Name {
	return pkix.Name{Country: []string{"JP"}, Organization: []string{"Qualsys " + demoMark},
		CommonName: fmt.Sprintf("Qualsys %s %s (%s)", demoMark, name, d.host)}
}

// certify makes a key and its certificate, self-signed without an issuer.
func (d *demo) certify(file string, t *x509.Certificate, issuer *pair) *pair {
	key := d.key(file)
	if d.err != nil {
		return nil
	}
	var serial [16]byte
	if _, d.err = rand.Read(serial[:]); d.err != nil {
		return nil
	}
	t.SerialNumber = new(big.Int).SetBytes(append([]byte{serial[0]&0x3f | 0x40}, serial[1:]...))
	t.NotBefore = d.now.Add(-time.Hour)
	self := pair{key: key, cert: t}
	if issuer == nil {
		issuer = &self
	}
	der, err := x509.CreateCertificate(rand.Reader, t, issuer.cert, &key.PublicKey, issuer.key)
	if err == nil {
		self.cert, err = x509.ParseCertificate(der)
	}
	if err != nil {
		d.err = fmt.Errorf("keys: certificate %s: %w", file, err)
		return nil
	}
	d.write(file+".crt", 0o644, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return &self
}

// crl writes the revocation lists of root and CA, both empty, into ca.crl.
func (d *demo) crl(issuers ...*pair) {
	if d.err != nil {
		return
	}
	var out []byte
	for _, p := range issuers {
		der, err := RevocationList(p.cert, p.key, big.NewInt(1), nil, d.now, d.now.Add(CRLLife))
		if err != nil {
			d.err = err
			return
		}
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
	}
	d.write("ca.crl", 0o644, out)
}

func (d *demo) key(file string) *ecdsa.PrivateKey {
	if d.err != nil {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.err = fmt.Errorf("keys: %w", err)
		return nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		d.err = fmt.Errorf("keys: %w", err)
		return nil
	}
	d.write(file+".key", 0o600, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return key
}

func (d *demo) secret(file string) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil && d.err == nil {
		d.err = err
	}
	d.write(file, 0o600, []byte(hex.EncodeToString(b[:])+"\n"))
}

func (d *demo) write(file string, mode os.FileMode, data []byte) {
	if d.err != nil {
		return
	}
	f, err := os.OpenFile(filepath.Join(d.dir, file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err == nil {
		if _, err = f.Write(data); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		d.err = fmt.Errorf("keys: %w", err)
	}
}
