package pdfcert_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/seal"
)

// sealedBy seals the ordinary base with the signer of a set.
func sealedBy(t *testing.T, s *certtest.Set, base []byte, chain []*x509.Certificate, key *ecdsa.PrivateKey, at time.Time) *pdfcert.File {
	t.Helper()
	f, err := pdfcert.Open(certtest.PDFSign(t, base, seal.LowS{Signer: key}, chain, at))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.VerifySignature(); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhoMaySeal(t *testing.T) {
	base := open(t).base
	none := func(*x509.Certificate) {}
	for name, c := range map[string]struct {
		signer func(*x509.Certificate)
		trust  func(t *testing.T, s *certtest.Set, trust *pdfcert.Trust)
		chain  func(s *certtest.Set) []*x509.Certificate
		sealAt time.Duration
		proven time.Duration
		now    time.Duration
		want   pdfcert.Reason
	}{
		"our signer": {},
		"our signer with the authority not embedded": {chain: func(s *certtest.Set) []*x509.Certificate { return s.Chain()[:1] }},
		"our signer with the root embedded":          {chain: func(s *certtest.Set) []*x509.Certificate { return []*x509.Certificate{s.Signer, s.CA, s.Root} }},
		"the issuing authority itself pinned": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.Roots, p.Intermediates = []*x509.Certificate{s.CA}, nil
		}},
		"another authority": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			other := certtest.New(t, at)
			p.Roots, p.Intermediates = other.Roots(), other.Intermediates()
		}, want: pdfcert.Untrusted},
		"another authority whose intermediate is embedded": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.Intermediates = nil
		}, want: pdfcert.Untrusted},
		"nobody pinned": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) { *p = pdfcert.Trust{} }, want: pdfcert.Untrusted},
		"a certificate for servers": {signer: func(c *x509.Certificate) {
			c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}, want: pdfcert.Usage},
		"a certificate for anything": {signer: func(c *x509.Certificate) {
			c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
		}, want: pdfcert.Usage},
		"a certificate without extended usage": {signer: func(c *x509.Certificate) { c.UnknownExtKeyUsage = nil }, want: pdfcert.Usage},
		"a certificate for e-mail beside documents": {signer: func(c *x509.Certificate) {
			c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{certtest.DocumentSigning}
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
		}},
		"a key for agreement only":     {signer: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }, want: pdfcert.Usage},
		"a key for content commitment": {signer: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment }},
		"an authority as signer":       {signer: func(c *x509.Certificate) { c.IsCA = true; c.KeyUsage |= x509.KeyUsageCertSign }, want: pdfcert.Usage},
		"a key that may sign lists":    {signer: func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCRLSign }, want: pdfcert.Usage},
		"an expired certificate":       {signer: func(c *x509.Certificate) { c.NotAfter = at.Add(-time.Hour) }, sealAt: -2 * time.Hour, want: pdfcert.OutsideValidity},
		"expired, but proven before":   {signer: func(c *x509.Certificate) { c.NotAfter = at.Add(-time.Hour) }, sealAt: -2 * time.Hour, proven: -2 * time.Hour},
		"a certificate of tomorrow":    {signer: func(c *x509.Certificate) { c.NotBefore = at.Add(time.Hour) }, want: pdfcert.OutsideValidity},
		"sealed before it was valid":   {sealAt: -60 * 24 * time.Hour, want: pdfcert.OutsideValidity},
		"sealed in the future":         {sealAt: time.Hour, want: pdfcert.OutsideValidity},
		"a clock a little fast":        {sealAt: time.Minute},
		"no list of the root":          {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) { p.CRLs = p.CRLs[1:] }, want: pdfcert.RevocationUnknown},
		"no list of the authority":     {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) { p.CRLs = p.CRLs[:1] }, want: pdfcert.RevocationUnknown},
		"lists that have run out":      {now: 8 * 24 * time.Hour, want: pdfcert.RevocationUnknown},
		"a list by somebody else": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs[1] = certtest.List(t, s.CA, certtest.New(t, at).CAKey, at, 9)
		}, want: pdfcert.RevocationUnknown},
		"the signer revoked": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs = append(p.CRLs, certtest.List(t, s.CA, s.CAKey, at, 2, s.Signer))
		}, want: pdfcert.Revoked},
		"the signer revoked, and an older list that does not say so": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs = []*x509.RevocationList{certtest.List(t, s.CA, s.CAKey, at, 2, s.Signer), s.CACRL, s.RootCRL}
		}, want: pdfcert.Revoked},
		"the signer revoked after the file was proven": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs = append(p.CRLs, certtest.List(t, s.CA, s.CAKey, at, 2, s.Signer))
		}, sealAt: -3 * time.Hour, proven: -3 * time.Hour},
		"the signer revoked in a list that has run out": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs[1] = certtest.List(t, s.CA, s.CAKey, at.Add(-8*24*time.Hour), 2, s.Signer)
		}, want: pdfcert.Revoked},
		"a list with a broken digest": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs[1] = sha1List(t, s)
		}, want: pdfcert.RevocationUnknown},
		"the authority revoked": {trust: func(t *testing.T, s *certtest.Set, p *pdfcert.Trust) {
			p.CRLs = append(p.CRLs, certtest.List(t, s.Root, s.RootKey, at, 2, s.CA))
		}, want: pdfcert.Revoked},
	} {
		t.Run(name, func(t *testing.T) {
			if c.signer == nil {
				c.signer = none
			}
			s := certtest.New(t, at, c.signer)
			trust := pdfcert.Trust{Roots: s.Roots(), Intermediates: s.Intermediates(), CRLs: s.CRLs()}
			if c.trust != nil {
				c.trust(t, s, &trust)
			}
			chain := s.Chain()
			if c.chain != nil {
				chain = c.chain(s)
			}
			f := sealedBy(t, s, base, chain, s.SignerKey, at.Add(c.sealAt))
			path, err := trust.Path(f, at.Add(c.proven), at.Add(c.now))
			if got := pdfcert.ReasonOf(err); got != c.want || err != nil && got == "" {
				t.Fatalf("got %q (%v), expected %q", got, err, c.want)
			}
			if (c.want == "" || c.want == pdfcert.RevocationUnknown) && (len(path) < 2 || !path[0].Equal(s.Signer)) {
				t.Errorf("a path of %d", len(path))
			}
		})
	}
}

func TestACertificateThatIsSignedByNobodyOfOurs(t *testing.T) {
	s := open(t)
	key := certtest.Key(t)
	self := certtest.Issue(t, certtest.SignerTemplate(at), nil, &key.PublicKey, key)
	f := sealedBy(t, s.Set, s.base, []*x509.Certificate{self}, key, at)
	_, err := pdfcert.Chain(f, s.Roots(), s.Intermediates(), s.CRLs(), at)
	if pdfcert.ReasonOf(err) != pdfcert.Untrusted {
		t.Errorf("self-signed: %v", err)
	}
	thief := s.thief(t)
	f = sealedBy(t, thief, s.base, thief.Chain(), thief.SignerKey, at)
	_, err = pdfcert.Chain(f, s.Roots(), s.Intermediates(), s.CRLs(), at)
	if pdfcert.ReasonOf(err) != pdfcert.Untrusted {
		t.Errorf("an authority of the same names: %v", err)
	}
}

// sha1List is the authority's list, signed over SHA-1.
func sha1List(t *testing.T, s *certtest.Set) *x509.RevocationList {
	t.Helper()
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{SignatureAlgorithm: x509.ECDSAWithSHA1, Number: big.NewInt(9),
		ThisUpdate: at.Add(-time.Hour), NextUpdate: at.AddDate(0, 0, 7)}, s.CA, s.CAKey)
	if err != nil {
		t.Fatal(err)
	}
	l, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
