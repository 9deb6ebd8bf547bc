// Package keys opens the keys that Qualsys signs with, from PEM files in one
// folder, and makes a set for demonstrations. Keys are crypto.Signer to
// everybody else; each has one purpose.
package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// Key is a signing key with its one purpose.
type Key struct {
	ID      credential.KeyID
	Purpose cose.Purpose
	crypto.Signer
}

// Certified is a key with its certificate.
type Certified struct {
	crypto.Signer
	Certificate *x509.Certificate
}

// Set is every key of one installation.
type Set struct {
	// Root signs the trust list and is the anchor of the files' chain; its key
	// is nil where it is kept offline.
	Root Certified
	// CA issues the signer's certificate; its key is nil where it is kept elsewhere.
	CA Certified
	// CRLs are the revocation lists of root and CA.
	CRLs []*x509.RevocationList
	// Signer signs files.
	Signer Certified

	Statement, Status, Receipt, Audit, Test Key

	// CodeSecret keys the digests of codes; DecoySecret makes the decoys of
	// issued ranges. 32 bytes each.
	CodeSecret, DecoySecret []byte
}

// RootKey returns the public root key that verifiers pin.
func (s *Set) RootKey() *ecdsa.PublicKey { return s.Root.Certificate.PublicKey.(*ecdsa.PublicKey) }

// Chain returns the certificates to embed in a file: the signer's, then the CA's.
func (s *Set) Chain() []*x509.Certificate {
	return []*x509.Certificate{s.Signer.Certificate, s.CA.Certificate}
}
