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

// Files says where the keys are: Dir holds them all under their usual names,
// the others, where set, stand in for one of them.
type Files struct {
	Dir         string
	CA          string // root certificate that verifiers pin, in place of root.crt
	CRL         string // revocation lists of the root and of the issuing CA, in place of ca.crl
	SignerKey   string // key that signs files, in place of signer.key
	SignerChain string // its certificate and then its issuer's, in place of signer.crt and ca.crt
}

// Open opens the set of keys in dir: root.crt (and root.key where it is not
// kept offline), ca.crt (ca.key likewise), ca.crl, signer.crt and signer.key,
// one .key each for statement, status, receipt, audit and test, and the two
// secrets. What is missing or doesn't fit is a fault that names the file.
func Open(dir string) (*Set, error) { return OpenFiles(Files{Dir: dir}) }

// OpenFiles is Open with some files elsewhere.
func OpenFiles(f Files) (*Set, error) {
	var s Set
	if err := s.openCertificates(f); err != nil {
		return nil, err
	}
	var err error
	if s.CRLs, err = OpenCRLs(or(f.CRL, filepath.Join(f.Dir, "ca.crl"))); err != nil {
		return nil, err
	}
	for _, k := range s.keys() {
		if *k.to, err = openKey(f.Dir, k.purpose); err != nil {
			return nil, err
		}
	}
	if s.CodeSecret, err = openSecret(filepath.Join(f.Dir, "code.secret")); err != nil {
		return nil, err
	}
	if s.DecoySecret, err = openSecret(filepath.Join(f.Dir, "decoy.secret")); err != nil {
		return nil, err
	}
	return &s, s.check(f)
}

// openCertificates opens root, CA and signer.
func (s *Set) openCertificates(f Files) (err error) {
	in := func(name string) string { return filepath.Join(f.Dir, name) }
	if f.CA != "" {
		s.Root, err = openCertified(f.CA, "", false)
	} else {
		s.Root, err = openCertified(in("root.crt"), in("root.key"), false)
	}
	if err != nil {
		return err
	}
	chain := or(f.SignerChain, in("signer.crt"))
	if s.Signer, err = openCertified(chain, or(f.SignerKey, in("signer.key")), true); err != nil {
		return err
	}
	certs, err := OpenCertificates(chain)
	if err != nil {
		return err
	}
	if len(certs) > 1 {
		s.CA.Certificate = certs[1]
		return nil
	}
	s.CA, err = openCertified(in("ca.crt"), in("ca.key"), false)
	return err
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
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
func (s *Set) check(f Files) error {
	file := func(name string) string { return filepath.Join(f.Dir, name) }
	root, signer := or(f.CA, file("root.crt")), or(f.SignerChain, file("signer.crt"))
	if err := s.CA.Certificate.CheckSignatureFrom(s.Root.Certificate); err != nil {
		return ErrChain.With("file", file("ca.crt")).With("issuer", root).Because(err)
	}
	if err := s.Signer.Certificate.CheckSignatureFrom(s.CA.Certificate); err != nil {
		return ErrChain.With("file", signer).With("issuer", file("ca.crt")).Because(err)
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

// openCertified opens a certificate and its key; the key may be missing unless
// it is needed, and "" is none.
func openCertified(certFile, keyFile string, needed bool) (Certified, error) {
	certs, err := OpenCertificates(certFile)
	if err != nil {
		return Certified{}, err
	}
	c := Certified{Certificate: certs[0]}
	public, ok := c.Certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return Certified{}, ErrCurve.With("file", certFile)
	}
	if keyFile == "" {
		return c, nil
	}
	key, err := OpenSigner(keyFile)
	if errors.Is(err, ErrMissing) && !needed {
		return c, nil
	}
	if err != nil {
		return Certified{}, err
	}
	if !public.Equal(key.Public()) {
		return Certified{}, ErrPair.With("file", certFile)
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
