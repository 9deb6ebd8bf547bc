package pdfcert

import (
	"crypto/x509"
	"time"
)

// Chain checks the signer's own certificate (SECURITY §1.5): a path to one of
// the pinned roots through the given intermediates alone, version 3, no
// authority, key usage and the extended usage documentSigning, valid at time
// at and at the claimed time, on no revocation list of its issuers, whose lists
// must be there, signed, numbered and current at time at. The path found is
// returned, the signer first.
//
// A missing or stale list is the refusal RevocationUnknown: the caller may
// still find the certificate good "as far as can be seen".
func Chain(f *File, roots, intermediates []*x509.Certificate, crls []*x509.RevocationList, at time.Time) ([]*x509.Certificate, error) {
	return nil, refuse(Untrusted, "no chain yet")
}
