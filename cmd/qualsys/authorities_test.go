package main

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"qualsys/issue/keys"
	"qualsys/pdfcert"
	"qualsys/verifier/trust"
)

// TestAuthoritiesNamedOnTheCommandLine: the root alone, the issuing authority
// alone, both in either order, and strangers.
func TestAuthoritiesNamedOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	m, err := newMaterial(dir)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := m.file(t.Context())
	if err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	f, err := pdfcert.Open(pdf)
	if err != nil {
		t.Fatal(err)
	}
	strangers := filepath.Join(dir, "strangers")
	if err := keys.MakeDemo(strangers, "localhost", time.Now()); err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(dir, "keys")
	root, ca, stranger := filepath.Join(ours, "root.crt"), filepath.Join(ours, "ca.crt"), filepath.Join(strangers, "root.crt")
	join := func(name string, files ...string) string {
		var all []byte
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, all, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		ca, crl string
		reason  pdfcert.Reason
	}{
		"nobody named":                     {"", "", ""},
		"the root":                         {root, "", ""},
		"the root, and the lists":          {root, filepath.Join(ours, "ca.crl"), ""},
		"the issuing authority":            {ca, "", ""},
		"both":                             {join("both.pem", root, ca), "", ""},
		"both, the other way round":        {join("round.pem", ca, root), "", ""},
		"a stranger of the same name":      {stranger, "", pdfcert.Untrusted},
		"strangers, all of the same names": {join("strangers.pem", stranger, filepath.Join(strangers, "ca.crt")), "", pdfcert.Untrusted},
		"a stranger's lists":               {"", filepath.Join(strangers, "ca.crl"), pdfcert.RevocationUnknown},
		"the signer, who is no authority":  {filepath.Join(ours, "signer.crt"), "", pdfcert.Untrusted},
	} {
		list := &trust.List{Authorities: []trust.Authority{trust.AuthorityOf(m.set.Root.Certificate, m.set.CA.Certificate, m.set.CRLs)}}
		if err := (&verifyCommand{CA: c.ca, CRL: c.crl}).replaceAuthorities(list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a := list.Authorities[0]
		_, err := pdfcert.Chain(f, []*x509.Certificate{a.Certificate}, a.Intermediates, a.Lists, time.Now())
		if pdfcert.ReasonOf(err) != c.reason || err != nil && c.reason == "" {
			t.Errorf("%s: %v, expected %q", name, err, c.reason)
		}
	}
	if err := (&verifyCommand{CA: join("empty.pem")}).replaceAuthorities(&trust.List{}); !errors.Is(err, keys.ErrNotCertificate) {
		t.Errorf("an empty file: %v", err)
	}
}
