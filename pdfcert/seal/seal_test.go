package seal_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/font"
	"qualsys/pdfcert/seal"
	"qualsys/pdfcert/sheet"
)

const link = "HTTPS://EXAMPLE.GO.JP/Q#2KCFUQSHFAIHIKQBEYQB2AWBD4YDAMBQGAYDCMZTGM3DSNZYHE4DKNRWGU3TQOBVG4YDCMBRGIZTINJWG44DSMBR2KCFUQSHFAIHIKQBEYQB2AWBD4YDAMBQGAYDCMZTGM3DSNZYHE4DKNRWGU3TQOBVG4YDCMBRGIZTINJWG44DSMBR"

const name = "髙橋　花子"

// sealed makes a certificate now, for tools that ask the clock.
func sealed(t *testing.T) ([]byte, *certtest.Set) {
	t.Helper()
	if _, err := font.Regular(); err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	s := certtest.New(t, time.Now())
	base := base(t)
	out, err := seal.Seal(pdfcert.PKCS7, base, s.SignerKey, s.Chain(), s.At)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out, base) {
		t.Error("the base was changed")
	}
	return out, s
}

func base(t *testing.T) []byte {
	t.Helper()
	b, err := sheet.Draw(pdfcert.Says{
		Title: "看護師資格証", English: "Nurse",
		Name:   pdfcert.Item{Label: "氏名", English: "Name", Value: name},
		Birth:  pdfcert.Item{Label: "生年月日", English: "Date of birth", Value: "1985/04/12"},
		Number: pdfcert.Item{Label: "登録番号", English: "Registration number", Value: "第0123456号"},
		Date:   pdfcert.Item{Label: "登録年月日", English: "Date of registration", Value: "2010/04/01"},
		Issuer: "厚生労働大臣", Host: "example.go.jp", Code: "7K3M-0QRA-9XWZ-004H",
	}, link)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run runs a tool on the file, or skips loudly where there is none.
func run(t *testing.T, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if os.Getenv("QUALSYS_TEST_ALL") != "" {
			t.Fatalf("%s is not installed", tool)
		}
		t.Skipf("SKIPPED LOUDLY: %s is not installed", tool)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", tool, args, err, out)
	}
	return string(out)
}

func put(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func certificates(certs ...*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes()
}

func TestOtherProgramsAgree(t *testing.T) {
	file, s := sealed(t)
	path := put(t, "certificate.pdf", file)
	t.Run("qpdf --check", func(t *testing.T) {
		if out := run(t, "qpdf", "--check", path); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Error(out)
		}
	})
	t.Run("pdfsig", func(t *testing.T) {
		out := run(t, "pdfsig", "-nocert", path)
		for _, want := range []string{"Signature is Valid", "Total document signed", "SHA-256", "adbe.pkcs7.detached"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
	})
	t.Run("mutool sign", func(t *testing.T) {
		if out := run(t, "mutool", "sign", "-v", path); !strings.Contains(out, "The document is unchanged since signing") {
			t.Error(out)
		}
	})
	t.Run("openssl cms", func(t *testing.T) {
		i := bytes.Index(file, []byte(" /Contents<")) + len(" /Contents")
		j := i + bytes.IndexByte(file[i:], '>') + 1
		der := make([]byte, (j-i-2)/2)
		if _, err := hex.Decode(der, file[i+1:j-1]); err != nil {
			t.Fatal(err)
		}
		content := append(bytes.Clone(file[:i]), file[j:]...)
		out := run(t, "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", put(t, "cms.der", der), "-content", put(t, "content", content),
			"-CAfile", put(t, "root.pem", certificates(s.Root)), "-certfile", put(t, "ca.pem", certificates(s.CA)), "-purpose", "any", "-cades", "-out", os.DevNull)
		if !strings.Contains(out, "erification successful") {
			t.Error(out)
		}
	})
	t.Run("pdftotext", func(t *testing.T) {
		out := run(t, "pdftotext", path, "-")
		if !strings.Contains(strings.ReplaceAll(out, " ", "\u3000"), name) || !strings.Contains(out, "第0123456号") {
			t.Error(out)
		}
	})
	t.Run("zbarimg", func(t *testing.T) {
		picture := filepath.Join(t.TempDir(), "page")
		run(t, "pdftoppm", "-r", "300", "-f", "1", "-l", "1", "-png", "-singlefile", path, picture)
		if out := run(t, "zbarimg", "-q", "--raw", picture+".png"); !strings.Contains(out, link+"\n") {
			t.Error(out)
		}
	})
}

func TestKeysAndChainsThatDoNotFitAreRefused(t *testing.T) {
	file, s := sealed(t)
	b := base(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other := certtest.New(t, s.At)
	for name, err := range map[string]error{
		"RSA":                         second(seal.Seal(pdfcert.PKCS7, b, rsaKey, s.Chain(), s.At)),
		"P-384":                       second(seal.Seal(pdfcert.PKCS7, b, p384, s.Chain(), s.At)),
		"another's key":               second(seal.Seal(pdfcert.PKCS7, b, other.SignerKey, s.Chain(), s.At)),
		"no key":                      second(seal.Seal(pdfcert.PKCS7, b, nil, s.Chain(), s.At)),
		"no certificate":              second(seal.Seal(pdfcert.PKCS7, b, s.SignerKey, nil, s.At)),
		"a chain that does not hold":  second(seal.Seal(pdfcert.PKCS7, b, s.SignerKey, []*x509.Certificate{s.Signer, other.CA}, s.At)),
		"another profile":             second(seal.Seal("pades", b, s.SignerKey, s.Chain(), s.At)),
		"a file that is sealed":       second(seal.Seal(pdfcert.PKCS7, file, s.SignerKey, s.Chain(), s.At)),
		"a file that is none of ours": second(seal.Seal(pdfcert.PKCS7, []byte("%PDF-1.4\n%%EOF\n"), s.SignerKey, s.Chain(), s.At)),
		"no file":                     second(seal.Seal(pdfcert.PKCS7, nil, s.SignerKey, s.Chain(), s.At)),
	} {
		if err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func second(_ []byte, err error) error { return err }

func TestEverySignatureHasTheLowerS(t *testing.T) {
	key := certtest.Key(t)
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	digest := make([]byte, 32)
	for range 40 {
		der, err := seal.LowS{Signer: key}.Sign(rand.Reader, digest, crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		var sig struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(der, &sig); err != nil || sig.S.Cmp(half) > 0 || !ecdsa.VerifyASN1(&key.PublicKey, digest, der) {
			t.Fatalf("not a signature with the lower s (%v)", err)
		}
	}
}
