package paper_test

import (
	"context"
	"testing"
)

// BenchmarkCertificate prints, seals and proofreads one certificate: what
// issuing costs beside the database and the statement's signature.
func BenchmarkCertificate(b *testing.B) {
	p := press(b)
	c := content("山田　太郎")
	ctx := context.Background()
	for b.Loop() {
		pdf, err := p.Print(ctx, c, link)
		if err != nil {
			b.Fatal(err)
		}
		sealed, err := p.Seal(ctx, pdf)
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Proofread(ctx, sealed, c, link); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "certificates/s")
}

// BenchmarkPrintAndSeal leaves the proofreading of the sealed file out.
func BenchmarkPrintAndSeal(b *testing.B) {
	p := press(b)
	c := content("山田　太郎")
	ctx := context.Background()
	for b.Loop() {
		pdf, err := p.Print(ctx, c, link)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Seal(ctx, pdf); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "certificates/s")
}
