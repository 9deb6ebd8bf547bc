package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"qualsys/internal/fault"
	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// Faults of key files; each names the file and what was expected of it.
var (
	// ErrMissing: a file is not there.
	ErrMissing = fault.New(fault.NotFound, "keys.file_missing")
	// ErrUnreadable: a file is there and this account may not read it.
	ErrUnreadable = fault.New(fault.Forbidden, "keys.file_unreadable")
	// ErrNotKey: a file that holds no private key in PEM (PKCS#8 or SEC 1).
	ErrNotKey = fault.New(fault.Invalid, "keys.not_a_key")
	// ErrCurve: a key of another kind than ECDSA P-256.
	ErrCurve = fault.New(fault.Invalid, "keys.not_p256")
	// ErrNotCertificate: a file that holds no certificate in PEM.
	ErrNotCertificate = fault.New(fault.Invalid, "keys.not_a_certificate")
	// ErrNotCRL: a file that holds no revocation list.
	ErrNotCRL = fault.New(fault.Invalid, "keys.not_a_crl")
	// ErrPair: a certificate is for another key than the one beside it.
	ErrPair = fault.New(fault.Invalid, "keys.not_a_pair")
	// ErrChain: the certificates do not follow from each other.
	ErrChain = fault.New(fault.Invalid, "keys.chain")
	// ErrTwice: two keys of the set are the same key.
	ErrTwice = fault.New(fault.Conflict, "keys.same_key_twice")
	// ErrSecret: a secret that is not 32 bytes in hexadecimal.
	ErrSecret = fault.New(fault.Invalid, "keys.not_a_secret")
	// ErrMode: others may read a private key.
	ErrMode = fault.New(fault.Forbidden, "keys.others_may_read")
)

// OpenSigner reads a P-256 private key in PEM: PKCS#8 ("PRIVATE KEY") or
// SEC 1 ("EC PRIVATE KEY"). It refuses a file that others may read.
func OpenSigner(path string) (crypto.Signer, error) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o007 != 0 {
		return nil, ErrMode.With("file", path)
	}
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return nil, ErrNotKey.With("file", path)
		}
		if key, ok := parseKey(block); ok {
			ec, isEC := key.(*ecdsa.PrivateKey)
			if !isEC || ec.Curve != elliptic.P256() {
				return nil, ErrCurve.With("file", path)
			}
			return ec, nil
		}
		data = rest
	}
}

func parseKey(block *pem.Block) (any, bool) {
	switch block.Type {
	case "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		return key, err == nil
	case "EC PRIVATE KEY":
		key, err := x509.ParseECPrivateKey(block.Bytes)
		return key, err == nil
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		return key, err == nil
	}
	return nil, false
}

// OpenCertificates reads one or more certificates in PEM, in their order.
func OpenCertificates(path string) ([]*x509.Certificate, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	var out []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, ErrNotCertificate.With("file", path).Because(err)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, ErrNotCertificate.With("file", path)
	}
	return out, nil
}

// OpenCRLs reads the revocation lists in a file: PEM, one or more, or one in DER.
func OpenCRLs(path string) ([]*x509.RevocationList, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	var ders [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "X509 CRL" {
			ders = append(ders, block.Bytes)
		}
	}
	if len(ders) == 0 {
		ders = [][]byte{data}
	}
	var out []*x509.RevocationList
	for _, der := range ders {
		l, err := x509.ParseRevocationList(der)
		if err != nil {
			return nil, ErrNotCRL.With("file", path).Because(err)
		}
		out = append(out, l)
	}
	return out, nil
}

// openKey opens dir/purpose.key as a key for that purpose.
func openKey(dir string, p cose.Purpose) (Key, error) {
	signer, err := OpenSigner(filepath.Join(dir, string(p)+".key"))
	if err != nil {
		return Key{}, err
	}
	return newKey(p, signer)
}

func newKey(p cose.Purpose, signer crypto.Signer) (Key, error) {
	id, err := cose.KeyIDOf(signer.Public())
	if err != nil {
		return Key{}, err
	}
	return Key{ID: id, Purpose: p, Signer: signer}, nil
}

// Published returns the key as the trust list publishes it, without its days of use.
func (k Key) Published() credential.PublicKey {
	return credential.PublicKey{ID: k.ID, Purpose: k.Purpose, Key: k.Signer.Public().(*ecdsa.PublicKey)}
}

func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrMissing.With("file", path)
	case err != nil:
		return nil, ErrUnreadable.With("file", path).Because(err)
	}
	return bytes.TrimLeft(data, " \t\r\n"), nil
}
