package pdfcert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"time"
)

// documentSigning is the extended key usage of RFC 9336.
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// skew is how far the clocks of signer and verifier may differ.
const skew = 5 * time.Minute

// Trust is what a verifier has pinned. Nothing that a file brings along is
// ever added to it.
type Trust struct {
	Roots, Intermediates []*x509.Certificate
	CRLs                 []*x509.RevocationList
}

// Chain is Trust.Path with one time for both questions.
func Chain(f *File, roots, intermediates []*x509.Certificate, crls []*x509.RevocationList, at time.Time) ([]*x509.Certificate, error) {
	return Trust{Roots: roots, Intermediates: intermediates, CRLs: crls}.Path(f, at, at)
}

// Path checks the signer's own certificate (SECURITY §1.5): a path to one of
// the pinned roots through the pinned intermediates alone, version 3, no
// authority, key usage and the extended usage documentSigning. Every
// certificate must have been valid at the proven time, which is that of the
// issue log, and the signer's also at the time that the file claims, which may
// not lie after now. No certificate may have been revoked by the proven time;
// the lists of all issuers must be there, signed by them, numbered, and
// current now. The path is returned, the signer first.
//
// A missing or stale list is RevocationUnknown, and the path is returned with
// it: the caller may still find the file genuine as far as can be seen.
func (t Trust) Path(f *File, proven, now time.Time) ([]*x509.Certificate, error) {
	if err := usable(f.Signer); err != nil {
		return nil, err
	}
	if err := t.known(f.Embedded[1:]); err != nil {
		return nil, err
	}
	path, err := t.build(f.Signer, proven)
	if err != nil {
		return nil, err
	}
	claimed := f.ClaimedAt
	if claimed.After(now.Add(skew)) || claimed.Before(f.Signer.NotBefore.Truncate(time.Second)) || claimed.After(f.Signer.NotAfter) {
		return nil, refuse(OutsideValidity, "the claimed time of signing lies outside the certificate's validity or in the future")
	}
	for i := 0; i+1 < len(path); i++ {
		if err := t.unrevoked(path[i], path[i+1], proven, now); err != nil {
			if ReasonOf(err) == RevocationUnknown {
				return path, err
			}
			return nil, err
		}
	}
	return path, nil
}

// usable checks what the signer's certificate says of itself.
func usable(c *x509.Certificate) error {
	switch {
	case c.Version != 3:
		return refuse(Usage, "the signer's certificate is of version %d", c.Version)
	case c.IsCA || c.KeyUsage&(x509.KeyUsageCertSign|x509.KeyUsageCRLSign) != 0:
		return refuse(Usage, "the signer is an authority")
	case c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return refuse(Usage, "the key may not sign")
	case !slices.ContainsFunc(c.UnknownExtKeyUsage, documentSigning.Equal):
		return refuse(Usage, "the key is not for documents")
	case len(c.UnhandledCriticalExtensions) > 0:
		return refuse(Usage, "a critical extension that is not understood")
	}
	return nil
}

// known checks that each further certificate in the file is a pinned one, byte
// for byte: nothing else belongs there.
func (t Trust) known(embedded []*x509.Certificate) error {
	for _, c := range embedded {
		if !slices.ContainsFunc(slices.Concat(t.Intermediates, t.Roots), c.Equal) {
			return refuse(Untrusted, "a certificate that belongs to no pinned authority")
		}
	}
	return nil
}

// build finds the path at a time.
func (t Trust) build(signer *x509.Certificate, at time.Time) ([]*x509.Certificate, error) {
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range t.Roots {
		roots.AddCert(c)
	}
	for _, c := range t.Intermediates {
		intermediates.AddCert(c)
	}
	paths, err := signer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		if invalid, ok := err.(x509.CertificateInvalidError); ok && invalid.Reason == x509.Expired {
			return nil, refuse(OutsideValidity, "a certificate was not valid at the time in question")
		}
		return nil, refuse(Untrusted, "no path to a pinned authority")
	}
	for _, c := range paths[0] {
		if !strong(c) {
			return nil, refuse(Untrusted, "a key of the path is too weak")
		}
	}
	return paths[0], nil
}

// strong reports whether a key is RSA of 2048 bits (e ≥ 65537) or ECDSA of 256 and up.
func strong(c *x509.Certificate) bool {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && k.E >= 65537
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize >= 256
	}
	return false
}

// unrevoked looks a certificate up in the newest current list of its issuer.
// That it stands on one that has run out is no better.
func (t Trust) unrevoked(c, issuer *x509.Certificate, proven, now time.Time) error {
	var newest *x509.RevocationList
	stale := false
	for _, l := range t.CRLs {
		if !bytes.Equal(l.RawIssuer, issuer.RawSubject) || l.Number == nil || odd(l) || weak(l) || l.CheckSignatureFrom(issuer) != nil {
			continue
		}
		stale = stale || lists(l, c, proven)
		if l.NextUpdate.IsZero() || l.NextUpdate.Before(now) || l.ThisUpdate.After(now.Add(skew)) {
			continue
		}
		if newest == nil || l.Number.Cmp(newest.Number) > 0 {
			newest = l
		}
	}
	switch {
	case newest == nil && stale, newest != nil && lists(newest, c, proven):
		return refuse(Revoked, "a certificate of the path is on its issuer's list")
	case newest == nil:
		return refuse(RevocationUnknown, "no current list of an issuer")
	}
	return nil
}

// lists reports whether a list says that c was revoked by the proven time.
func lists(l *x509.RevocationList, c *x509.Certificate, proven time.Time) bool {
	return slices.ContainsFunc(l.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool {
		return e.SerialNumber.Cmp(c.SerialNumber) == 0 && !e.RevocationTime.After(proven)
	})
}

// weak reports whether a list is signed over a broken digest, which x509 bears
// in lists, though in no certificate.
func weak(l *x509.RevocationList) bool {
	switch l.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.MD5WithRSA, x509.MD2WithRSA, x509.DSAWithSHA1:
		return true
	}
	return false
}

// odd reports whether a list has a critical extension: it may then not be
// about all certificates of its issuer.
func odd(l *x509.RevocationList) bool {
	for _, e := range l.Extensions {
		if e.Critical {
			return true
		}
	}
	return false
}
