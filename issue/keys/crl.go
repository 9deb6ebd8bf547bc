package keys

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// RevocationList signs a list of revoked certificates (RFC 5280 §5) with its
// number and nextUpdate and returns it in DER.
func RevocationList(issuer *x509.Certificate, key crypto.Signer, number *big.Int,
	revoked []x509.RevocationListEntry, now, next time.Time) ([]byte, error) {
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: number, ThisUpdate: now.UTC().Truncate(time.Second), NextUpdate: next.UTC().Truncate(time.Second),
		RevokedCertificateEntries: revoked,
	}, issuer, key)
	if err != nil {
		return nil, fmt.Errorf("keys: revocation list of %s: %w", issuer.Subject.CommonName, err)
	}
	return der, nil
}

// RenewCRLs writes dir/ca.crl anew, each list with the next number and the
// entries it had, when one of them has less than half its life left at now.
// It needs the keys of root and CA; where one is offline it does nothing.
func (s *Set) RenewCRLs(dir string, now time.Time) error {
	young := true
	for _, l := range s.CRLs {
		young = young && now.Before(l.ThisUpdate.Add(l.NextUpdate.Sub(l.ThisUpdate)/2)) && !now.Before(l.ThisUpdate)
	}
	if young && len(s.CRLs) > 0 || s.Root.Signer == nil || s.CA.Signer == nil {
		return nil
	}
	var out []byte
	var lists []*x509.RevocationList
	for _, c := range []Certified{s.Root, s.CA} {
		number, entries := big.NewInt(0), []x509.RevocationListEntry(nil)
		for _, l := range s.CRLs {
			if l.CheckSignatureFrom(c.Certificate) == nil && l.Number.Cmp(number) > 0 {
				number, entries = l.Number, l.RevokedCertificateEntries
			}
		}
		der, err := RevocationList(c.Certificate, c.Signer, new(big.Int).Add(number, big.NewInt(1)), entries, now, now.Add(CRLLife))
		if err != nil {
			return err
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil {
			return fmt.Errorf("keys: %w", err)
		}
		lists = append(lists, list)
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
	}
	path := filepath.Join(dir, "ca.crl")
	if err := os.WriteFile(path+".new", out, 0o644); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	s.CRLs = lists
	return nil
}
