package pdfcert_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/font"
	"qualsys/pdfcert/seal"
	"qualsys/pdfcert/sheet"
)

var at = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

const link = "HTTP://LOCALHOST:8080/Q#2KCFUQSHFAIHIKQBEYQB2AWBD4YDAMBQGAYDCMZTGM3DSNZYHE4DKNRWGU3TQOBVG4YDCMBRGIZTINJWG44DSMBR"

// says is an ordinary certificate.
func says() pdfcert.Says {
	return pdfcert.Says{
		Title: "介護福祉士資格証", English: "Certified Care Worker",
		Name:   pdfcert.Item{Label: "氏名", English: "Name", Value: "山田　太郎"},
		Birth:  pdfcert.Item{Label: "生年月日", English: "Date of birth", Value: "1985/04/12"},
		Number: pdfcert.Item{Label: "登録番号", English: "Registration number", Value: "第D-0123456号"},
		Date:   pdfcert.Item{Label: "登録年月日", English: "Date of registration", Value: "2010/04/01"},
		Issuer: "公益財団法人社会福祉振興・試験センター", Host: "localhost:8080", Code: "7K3M-0QRA-9XWZ-004H",
		Rows:  []pdfcert.Row{{Label: "本籍地都道府県（国籍）", Value: "東京都"}},
		Notes: []pdfcert.Note{{Text: "この資格者証は、法令の登録証・免許証に代わるものではありません。", English: "This certificate does not replace the certificate or licence prescribed by law."}},
	}
}

// shop is a genuine certificate, what it was made from, and who is trusted.
type shop struct {
	*certtest.Set
	base, sealed []byte
}

var once = sync.OnceValue(func() *shop { return &shop{} })

// open makes the shop once for all tests, or skips without a typeface.
func open(t testing.TB) *shop {
	t.Helper()
	if _, err := font.Regular(); err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	s := once()
	if s.sealed == nil {
		s.Set = certtest.New(t, at)
		s.base = draw(t, says())
		s.sealed = s.seal(t, s.base)
	}
	return s
}

func draw(t testing.TB, s pdfcert.Says) []byte {
	t.Helper()
	b, err := sheet.Draw(s, link)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *shop) seal(t testing.TB, base []byte) []byte {
	t.Helper()
	b, err := seal.Seal(pdfcert.PKCS7, base, s.SignerKey, s.Chain(), s.At)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// accept does all that a verifier does with a file, but for the issue log.
func (s *shop) accept(file []byte) (*pdfcert.Reading, error) {
	f, err := pdfcert.Open(file)
	if err != nil {
		return nil, err
	}
	if err := f.VerifySignature(); err != nil {
		return nil, err
	}
	if _, err := pdfcert.Chain(f, s.Roots(), s.Intermediates(), s.CRLs(), s.At); err != nil {
		return nil, err
	}
	return f.Read()
}

// refused fails the test when a forgery passes.
func (s *shop) refused(t *testing.T, file []byte, reasons ...pdfcert.Reason) {
	t.Helper()
	if bytes.Equal(file, s.sealed) {
		t.Fatal("the forgery is the genuine file")
	}
	_, err := s.accept(file)
	if err == nil {
		t.Fatal("ACCEPTED")
	}
	got := pdfcert.ReasonOf(err)
	if got == "" {
		t.Fatalf("refused without a reason: %v", err)
	}
	for _, r := range reasons {
		if r == got {
			return
		}
	}
	if len(reasons) > 0 {
		t.Errorf("refused because of %s (%v), expected %v", got, err, reasons)
	}
}

// swap replaces the n-th occurrence (from 0, or from the end with −1) of a text.
func swap(t testing.TB, file []byte, old, new string, n int) []byte {
	t.Helper()
	parts := bytes.Split(file, []byte(old))
	if n < 0 {
		n = len(parts) - 1 + n
	}
	if n < 0 || n+1 >= len(parts) {
		t.Fatalf("there is no %q", old)
	}
	var b bytes.Buffer
	for i, p := range parts {
		b.Write(p)
		if i == n {
			b.WriteString(new)
		} else if i+1 < len(parts) {
			b.WriteString(old)
		}
	}
	return b.Bytes()
}

// object returns the body of an object of the base, between "obj" and "endobj".
func object(t testing.TB, base []byte, n int) (from, to int) {
	t.Helper()
	head := fmt.Sprintf("\n%d 0 obj\n", n)
	from = bytes.Index(base, []byte(head))
	if from < 0 {
		t.Fatalf("no object %d", n)
	}
	from += len(head)
	to = from + bytes.Index(base[from:], []byte("endobj\n\n"))
	return from, to
}

// rebase changes one object of the base and writes a right cross-reference
// table for the result.
func rebase(t testing.TB, base []byte, n int, change func(body []byte) []byte) []byte {
	t.Helper()
	from, to := object(t, base, n)
	body := change(bytes.Clone(base[from:to]))
	out := append(bytes.Clone(base[:from]), body...)
	out = append(out, base[to:bytes.LastIndex(base, []byte("xref\n0 19"))]...)
	return xref(t, out, 18)
}

// xref appends the table to objects.
func xref(t testing.TB, objects []byte, last int) []byte {
	start := len(objects)
	b := fmt.Appendf(objects, "xref\n0 %d\n0000000000 65535 f \n", last+1)
	for n := 1; n <= last; n++ {
		b = fmt.Appendf(b, "%010d 00000 n \n", bytes.Index(objects, fmt.Appendf(nil, "\n%d 0 obj\n", n))+1)
	}
	return fmt.Appendf(b, "trailer\n<<\n/Size %d\n/Root 1 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", last+1, start)
}

// repaint changes the content of a page (0 or 1).
func repaint(t testing.TB, base []byte, page int, change func(content string) string) []byte {
	t.Helper()
	return rebase(t, base, 16+2*page, func(body []byte) []byte {
		_, rest, _ := bytes.Cut(body, []byte("stream\n"))
		z, err := zlib.NewReader(bytes.NewReader(rest))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		changed := change(string(content))
		if changed == string(content) {
			t.Fatal("the page was not changed")
		}
		return flate("<<\n/Filter/FlateDecode/Length %d\n>>\nstream\n", []byte(changed))
	})
}

// flate writes a deflated stream with its dictionary.
func flate(dict string, content []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(content)
	z.Close()
	out := fmt.Appendf(nil, dict, b.Len())
	out = append(out, b.Bytes()...)
	return append(out, "\nendstream\n"...)
}

// remap changes the character map of a font (0 or 1).
func remap(t testing.TB, base []byte, i int, change func(string) string) []byte {
	t.Helper()
	return rebase(t, base, 5+5*i, func(body []byte) []byte {
		_, rest, _ := strings.Cut(string(body), "stream\n")
		cmap := change(strings.TrimSuffix(rest, "endstream\n"))
		return fmt.Appendf(nil, "<<\n/Length %d\n>>\nstream\n%sendstream\n", len(cmap), cmap)
	})
}

// reRange writes the range that belongs to the signature's place in the file,
// as a forger would after moving things.
func reRange(t testing.TB, file []byte) []byte {
	t.Helper()
	a := bytes.Index(file, []byte(" /Contents<")) + len(" /Contents")
	b := a + bytes.IndexByte(file[a:], '>') + 1
	from := bytes.Index(file, []byte("/ByteRange ["))
	to := bytes.Index(file, []byte(" /Contents<"))
	text := "/ByteRange [0 " + strconv.Itoa(a) + " " + strconv.Itoa(b) + " " + strconv.Itoa(len(file)-b) + "]"
	if len(text) > to-from {
		t.Fatal("no room for the range")
	}
	return append(append(bytes.Clone(file[:from]), text+strings.Repeat(" ", to-from-len(text))...), file[to:]...)
}
