package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// Open opens the set of keys in dir: root.crt (and root.key where it is not
// kept offline), ca.crt (ca.key likewise), ca.crl, signer.crt and signer.key,
// one .key each for statement, status, receipt, audit and test, and the two
// secrets. What is missing or doesn't fit is a fault that names the file.
func Open(dir string) (*Set, error) {
	var s Set
	var err error
	if s.Root, err = openCertified(dir, "root", false); err != nil {
		return nil, err
	}
	if s.CA, err = openCertified(dir, "ca", false); err != nil {
		return nil, err
	}
	if s.Signer, err = openCertified(dir, "signer", true); err != nil {
		return nil, err
	}
	if s.CRLs, err = OpenCRLs(filepath.Join(dir, "ca.crl")); err != nil {
		return nil, err
	}
	for _, k := range s.keys() {
		if *k.to, err = openKey(dir, k.purpose); err != nil {
			return nil, err
		}
	}
	if s.CodeSecret, err = openSecret(filepath.Join(dir, "code.secret")); err != nil {
		return nil, err
	}
	if s.DecoySecret, err = openSecret(filepath.Join(dir, "decoy.secret")); err != nil {
		return nil, err
	}
	return &s, s.check(dir)
}

type slot struct {
	purpose cose.Purpose
	to      *Key
}

func (s *Set) keys() []slot {
	return []slot{{cose.Statement, &s.Statement}, {cose.Status, &s.Status}, {cose.Receipt, &s.Receipt},
		{cose.Audit, &s.Audit}, {cose.Test, &s.Test}}
}

// check holds what one file can't show: that certificates follow from each
// other and that no key has two purposes.
func (s *Set) check(dir string) error {
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := s.CA.Certificate.CheckSignatureFrom(s.Root.Certificate); err != nil {
		return ErrChain.With("file", file("ca.crt")).With("issuer", file("root.crt")).Because(err)
	}
	if err := s.Signer.Certificate.CheckSignatureFrom(s.CA.Certificate); err != nil {
		return ErrChain.With("file", file("signer.crt")).With("issuer", file("ca.crt")).Because(err)
	}
	seen := map[credential.KeyID]string{}
	add := func(name string, pub crypto.PublicKey) error {
		id, err := cose.KeyIDOf(pub)
		if err != nil {
			return ErrCurve.With("file", file(name)).Because(err)
		}
		if other, twice := seen[id]; twice {
			return ErrTwice.With("file", file(name)).With("other", file(other))
		}
		seen[id] = name
		return nil
	}
	for _, c := range []struct {
		name string
		cert *x509.Certificate
	}{{"root.crt", s.Root.Certificate}, {"ca.crt", s.CA.Certificate}, {"signer.crt", s.Signer.Certificate}} {
		if err := add(c.name, c.cert.PublicKey); err != nil {
			return err
		}
	}
	for _, k := range s.keys() {
		if err := add(string(k.purpose)+".key", k.to.Signer.Public()); err != nil {
			return err
		}
	}
	return nil
}

// Published returns the keys for the trust list. Each may sign for as long as
// the root certificate lasts; who rotates keys sets narrower days.
func (s *Set) Published() []credential.PublicKey {
	var out []credential.PublicKey
	for _, k := range s.keys() {
		p := k.to.Published()
		p.NotBefore, p.NotAfter = s.Root.Certificate.NotBefore, s.Root.Certificate.NotAfter
		out = append(out, p)
	}
	return out
}

// Demo reports whether these are keys for demonstrations, which a real
// installation refuses.
func (s *Set) Demo() bool {
	return strings.Contains(s.Root.Certificate.Subject.CommonName, demoMark)
}

// openCertified opens name.crt and name.key; the key may be missing unless it
// is needed.
func openCertified(dir, name string, needed bool) (Certified, error) {
	path := filepath.Join(dir, name+".crt")
	certs, err := OpenCertificates(path)
	if err != nil {
		return Certified{}, err
	}
	c := Certified{Certificate: certs[0]}
	key, err := OpenSigner(filepath.Join(dir, name+".key"))
	if errors.Is(err, ErrMissing) && !needed {
		if _, ok := c.Certificate.PublicKey.(*ecdsa.PublicKey); !ok {
			return Certified{}, ErrCurve.With("file", path)
		}
		return c, nil
	}
	if err != nil {
		return Certified{}, err
	}
	if !key.Public().(*ecdsa.PublicKey).Equal(c.Certificate.PublicKey) {
		return Certified{}, ErrPair.With("file", path)
	}
	c.Signer = key
	return c, nil
}

// openSecret reads 32 bytes written as 64 hexadecimal digits.
func openSecret(path string) ([]byte, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(b) != 32 {
		return nil, ErrSecret.With("file", path)
	}
	return b, nil
}
