package pdfcert_test

import (
	"testing"

	"qualsys/pdfcert"
	"qualsys/pdfcert/seal"
	"qualsys/pdfcert/sheet"
)

// rate reports operations a second beside the time of one.
func rate(b *testing.B) { b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s") }

func BenchmarkDraw(b *testing.B) {
	open(b)
	for b.Loop() {
		if _, err := sheet.Draw(says(), link); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

func BenchmarkSeal(b *testing.B) {
	s := open(b)
	for b.Loop() {
		if _, err := seal.Seal(pdfcert.PKCS7, s.base, s.SignerKey, s.Chain(), s.At); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

// BenchmarkOpen takes a file apart without a look at signature or pages.
func BenchmarkOpen(b *testing.B) {
	s := open(b)
	for b.Loop() {
		if _, err := pdfcert.Open(s.sealed); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

// BenchmarkVerify adds signature, path and revocation.
func BenchmarkVerify(b *testing.B) {
	s := open(b)
	for b.Loop() {
		f, err := pdfcert.Open(s.sealed)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.VerifySignature(); err != nil {
			b.Fatal(err)
		}
		if _, err := pdfcert.Chain(f, s.Roots(), s.Intermediates(), s.CRLs(), s.At); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}

// BenchmarkVerifyAndRead adds fonts, pages and symbol.
func BenchmarkVerifyAndRead(b *testing.B) {
	s := open(b)
	for b.Loop() {
		if _, err := s.accept(s.sealed); err != nil {
			b.Fatal(err)
		}
	}
	rate(b)
}
