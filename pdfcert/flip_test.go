package pdfcert_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"qualsys/pdfcert"
)

// TestNoChangedByteIsAccepted changes single bytes all over the file: every
// one of the second revision and of the structure, every k-th elsewhere.
func TestNoChangedByteIsAccepted(t *testing.T) {
	s := open(t)
	step := 97
	if testing.Short() {
		step = 997
	}
	work := bytes.Clone(s.sealed)
	try := func(i int, mask byte) {
		work[i] ^= mask
		if _, err := s.accept(work); err == nil {
			t.Errorf("byte %d changed by %02x: ACCEPTED", i, mask)
		} else if pdfcert.ReasonOf(err) == "" {
			t.Errorf("byte %d: refused without a reason: %v", i, err)
		}
		work[i] ^= mask
	}
	for i := 0; i < len(work); i += step {
		try(i, 1<<(i%8))
	}
	for i := len(s.base); i < len(work); i++ {
		try(i, 1<<(i%8))
	}
	for i := gap(work); i < gapEnd(work); i += 3 {
		try(i, 0x20) // capital and small digits
	}
	if !bytes.Equal(work, s.sealed) {
		t.Fatal("the test left the file changed")
	}
}

// TestNoDamagedFileIsAcceptedOrPanics cuts, repeats and mixes pieces of the file.
func TestNoDamagedFileIsAcceptedOrPanics(t *testing.T) {
	s := open(t)
	const seed = 20261125
	r := rand.New(rand.NewPCG(seed, 1))
	g := s.sealed
	for i := range 400 {
		a, b := r.IntN(len(g)), r.IntN(len(g))
		if a > b {
			a, b = b, a
		}
		var file []byte
		switch i % 4 {
		case 0: // a piece missing
			file = append(bytes.Clone(g[:a]), g[b:]...)
		case 1: // a piece twice
			file = append(bytes.Clone(g[:b]), g[a:]...)
		case 2: // a piece of zeros
			file = bytes.Clone(g)
			clear(file[a:b])
		case 3: // two pieces exchanged
			n := min(b-a, len(g)-b, 200)
			file = bytes.Clone(g)
			copy(file[a:a+n], g[b:b+n])
			copy(file[b:b+n], g[a:a+n])
		}
		if bytes.Equal(file, g) {
			continue
		}
		if _, err := s.accept(file); err == nil {
			t.Fatalf("seed %d, case %d: ACCEPTED", seed, i)
		}
	}
}

// TestForeignFilesAreToldApart asks for the reasons that a reader sees first.
func TestForeignFilesAreToldApart(t *testing.T) {
	open(t)
	for name, c := range map[string]struct {
		file string
		want pdfcert.Reason
	}{
		"a PDF of another maker": {"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n", pdfcert.Foreign},
		"one with a script":      {"%PDF-1.4\n1 0 obj\n<< /OpenAction << /S /JavaScript >> >>\nendobj\n%%EOF\n", pdfcert.Foreign},
		"a PDF that is no more":  {"%PDF-", pdfcert.Foreign},
		"a text":                 {"hello", pdfcert.NotPDF},
		"a picture":              {"\x89PNG\r\n\x1a\n", pdfcert.NotPDF},
		"nothing":                {"", pdfcert.NotPDF},
		"a very large file":      {"%PDF-1.7" + strings.Repeat("\x00", pdfcert.MaxSize), pdfcert.Bounds},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := pdfcert.Open([]byte(c.file)); pdfcert.ReasonOf(err) != c.want {
				t.Errorf("%v, expected %s", err, c.want)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	s := open(f)
	f.Add(s.sealed)
	f.Add(s.base)
	f.Add([]byte("%PDF-1.7\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.Equal(file, s.sealed) {
			return
		}
		if _, err := s.accept(file); err == nil {
			t.Error("ACCEPTED")
		}
		if _, err := pdfcert.ReadUnsealed(file); err == nil && !bytes.Equal(file, s.base) {
			// A base is not signed: another one may be read, if its pages are right.
			if _, err := pdfcert.Open(file); err == nil {
				t.Error("a base was taken for a sealed file")
			}
		}
	})
}

// FuzzPage gives arbitrary page contents to the reader, packed as ours are.
func FuzzPage(f *testing.F) {
	s := open(f)
	repaint(f, s.base, 0, func(c string) string { f.Add([]byte(c)); return c + "\n" })
	repaint(f, s.base, 1, func(c string) string { f.Add([]byte(c)); return c + "\n" })
	f.Add([]byte("BT\n1.00 1.00 TD\n/F1 9 Tf 0 Tc\n0.000 0.000 0.000 rg\n[<0001>] TJ\nET\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		base := rebase(t, s.base, 16, func([]byte) []byte {
			return flate("<<\n/Filter/FlateDecode/Length %d\n>>\nstream\n", content)
		})
		if r, err := pdfcert.ReadUnsealed(base); err == nil && len(r.Links) != 1 {
			t.Error("a page without its symbol")
		}
	})
}
