package keys_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"qualsys/internal/fault"
	"qualsys/issue/credential/cose"
	"qualsys/issue/keys"
)

var now = time.Date(2026, 11, 25, 0, 12, 0, 0, time.UTC)

func demo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := keys.MakeDemo(dir, "localhost", now); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheDemonstrationSetOpens(t *testing.T) {
	dir := demo(t)
	s, err := keys.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Demo() {
		t.Error("not known as a demonstration set")
	}
	if len(s.Published()) != 5 || len(s.CodeSecret) != 32 || len(s.DecoySecret) != 32 || len(s.CRLs) != 2 {
		t.Errorf("%d keys, %d lists", len(s.Published()), len(s.CRLs))
	}
	for _, k := range s.Published() {
		if id, err := cose.KeyIDOf(k.Key); err != nil || id != k.ID || !k.Purpose.Valid() {
			t.Errorf("%s: %v %v", k.Purpose, id, err)
		}
	}
	if err := keys.MakeDemo(dir, "localhost", now); !errors.Is(err, os.ErrExist) {
		t.Errorf("written over: %v", err)
	}
	for _, f := range []string{"root.key", "statement.key", "code.secret"} {
		info, err := os.Stat(filepath.Join(dir, f))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info.Mode(), err)
		}
	}
}

func TestTheSignersCertificateIsForDocumentsOnly(t *testing.T) {
	s, err := keys.Open(demo(t))
	if err != nil {
		t.Fatal(err)
	}
	c := s.Signer.Certificate
	if c.Version != 3 || c.IsCA || c.KeyUsage != x509.KeyUsageDigitalSignature || len(c.ExtKeyUsage) != 0 ||
		len(c.UnknownExtKeyUsage) != 1 || c.UnknownExtKeyUsage[0].String() != "1.3.6.1.5.5.7.3.36" {
		t.Errorf("usage %v %v %v", c.KeyUsage, c.ExtKeyUsage, c.UnknownExtKeyUsage)
	}
	roots, middle := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(s.Root.Certificate)
	middle.AddCert(s.CA.Certificate)
	if _, err := c.Verify(x509.VerifyOptions{Roots: roots, Intermediates: middle, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		t.Error(err)
	}
	for _, l := range s.CRLs {
		if l.Number == nil || l.NextUpdate.IsZero() {
			t.Error("a list without number or next update")
		}
		if l.CheckSignatureFrom(s.CA.Certificate) != nil && l.CheckSignatureFrom(s.Root.Certificate) != nil {
			t.Error("a list of nobody's")
		}
	}
}

func TestAnIndependentToolAcceptsTheChain(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("SKIPPED: no openssl on this machine")
	}
	dir := demo(t)
	out, err := exec.Command(openssl, "verify", "-attime", "1795565520", "-crl_check_all", "-x509_strict",
		"-CAfile", filepath.Join(dir, "root.crt"), "-untrusted", filepath.Join(dir, "ca.crt"),
		"-CRLfile", filepath.Join(dir, "ca.crl"), filepath.Join(dir, "signer.crt")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRevocationListsAreRenewedBeforeTheyEnd(t *testing.T) {
	dir := demo(t)
	s, err := keys.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	was := s.CRLs[0].NextUpdate
	if err := s.RenewCRLs(dir, now.Add(time.Hour)); err != nil || s.CRLs[0].NextUpdate != was {
		t.Errorf("renewed too early: %v", err)
	}
	later := now.Add(50 * 24 * time.Hour)
	if err := s.RenewCRLs(dir, later); err != nil {
		t.Fatal(err)
	}
	again, err := keys.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range again.CRLs {
		if l.Number.Int64() != 2 || !l.NextUpdate.Equal(later.Add(keys.CRLLife)) {
			t.Errorf("number %v until %v", l.Number, l.NextUpdate)
		}
	}
}

func TestAWrongFileIsNamedWithWhatToDo(t *testing.T) {
	write := func(name string, data []byte, mode os.FileMode) func(string) {
		return func(dir string) {
			os.Remove(filepath.Join(dir, name))
			if err := os.WriteFile(filepath.Join(dir, name), data, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	rsaDER, _ := x509.MarshalPKCS8PrivateKey(rsaKey)
	wide, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	wideDER, _ := x509.MarshalECPrivateKey(wide)
	copyOf := func(from, to string) func(string) {
		return func(dir string) {
			b, err := os.ReadFile(filepath.Join(dir, from))
			if err != nil {
				t.Fatal(err)
			}
			write(to, b, 0o600)(dir)
		}
	}
	other := demo(t)
	foreign := func(name string) func(string) {
		return func(dir string) {
			b, _ := os.ReadFile(filepath.Join(other, name))
			write(name, b, 0o600)(dir)
		}
	}
	cases := []struct {
		what, file string
		spoil      func(dir string)
		want       *fault.Fault
	}{
		{"missing key", "statement.key", func(d string) { os.Remove(filepath.Join(d, "statement.key")) }, keys.ErrMissing},
		{"missing certificate", "root.crt", func(d string) { os.Remove(filepath.Join(d, "root.crt")) }, keys.ErrMissing},
		{"missing signer key", "signer.key", func(d string) { os.Remove(filepath.Join(d, "signer.key")) }, keys.ErrMissing},
		{"not PEM", "audit.key", write("audit.key", []byte("hello"), 0o600), keys.ErrNotKey},
		{"a certificate for a key", "test.key", copyOf("root.crt", "test.key"), keys.ErrNotKey},
		{"an RSA key", "status.key", write("status.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: rsaDER}), 0o600), keys.ErrCurve},
		{"a P-384 key", "status.key", write("status.key", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: wideDER}), 0o600), keys.ErrCurve},
		{"a key others may read", "status.key", func(d string) { os.Chmod(filepath.Join(d, "status.key"), 0o644) }, keys.ErrMode},
		{"one key for two purposes", "status.key", copyOf("statement.key", "status.key"), keys.ErrTwice},
		{"another's signer key", "signer.crt", foreign("signer.key"), keys.ErrPair},
		{"another's CA", "ca.crt", func(d string) { foreign("ca.crt")(d); foreign("ca.key")(d) }, keys.ErrChain},
		{"no revocation list", "ca.crl", write("ca.crl", []byte("x"), 0o600), keys.ErrNotCRL},
		{"a short secret", "code.secret", write("code.secret", []byte("abcd"), 0o600), keys.ErrSecret},
	}
	for _, c := range cases {
		dir := demo(t)
		c.spoil(dir)
		_, err := keys.Open(dir)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code() != c.want.Code() {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
			continue
		}
		if file, _ := f.Params()["file"].(string); !strings.HasSuffix(file, c.file) {
			t.Errorf("%s: names %q", c.what, file)
		}
	}
}

func TestTheRootKeyMayStayOffline(t *testing.T) {
	dir := demo(t)
	for _, f := range []string{"root.key", "ca.key"} {
		if err := os.Remove(filepath.Join(dir, f)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := keys.Open(dir)
	if err != nil || s.Root.Signer != nil || s.RootKey() == nil {
		t.Fatal(err)
	}
	if err := s.RenewCRLs(dir, now.AddDate(1, 0, 0)); err != nil {
		t.Error(err)
	}
	if !slices.Contains(s.Chain(), s.CA.Certificate) {
		t.Error("the chain lacks the CA")
	}
}

func TestFilesMayLieElsewhere(t *testing.T) {
	dir, other := demo(t), demo(t)
	chain := filepath.Join(t.TempDir(), "chain.pem")
	var both []byte
	for _, f := range []string{"signer.crt", "ca.crt"} {
		b, err := os.ReadFile(filepath.Join(other, f))
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, b...)
	}
	if err := os.WriteFile(chain, both, 0o600); err != nil {
		t.Fatal(err)
	}
	f := keys.Files{Dir: dir, CA: filepath.Join(other, "root.crt"), CRL: filepath.Join(other, "ca.crl"),
		SignerKey: filepath.Join(other, "signer.key"), SignerChain: chain}
	s, err := keys.OpenFiles(f)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := keys.Open(other)
	own, _ := keys.Open(dir)
	if !s.Signer.Certificate.Equal(want.Signer.Certificate) || s.Statement.ID != own.Statement.ID {
		t.Error("not the files that were named")
	}
	f.CA = ""
	if _, err := keys.OpenFiles(f); !errors.Is(err, keys.ErrChain) {
		t.Errorf("a chain to another root: %v", err)
	}
}
