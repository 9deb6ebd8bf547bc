package verifier_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"testing"

	"qualsys/issue/credential"
	"qualsys/verifier"
)

// BenchmarkLink is a whole verification of a link, next to BenchmarkRaw, the
// one P-256 verification that it can't do without. Compare within one run.
func BenchmarkLink(b *testing.B) {
	w := newWorld(b)
	signed := w.sign(sample(), w.statement)
	w.released[signed.Digest()] = credential.Valid
	v, link := verifier.New(w.options()), w.link(signed)
	for b.Loop() {
		if v.Link(b.Context(), link).Verdict != verifier.InForce {
			b.Fatal("not in force")
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "links/s")
}

func BenchmarkRaw(b *testing.B) {
	k := key(b, "statement")
	sum := sha256.Sum256([]byte("x"))
	sig, err := ecdsa.SignASN1(rand.Reader, k.PrivateKey, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !ecdsa.VerifyASN1(&k.PublicKey, sum[:], sig) {
			b.Fatal("not good")
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "verifies/s")
}

func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	signed := w.sign(sample(), w.statement)
	w.released[signed.Digest()] = credential.Valid
	v := verifier.New(w.options())
	f.Add(w.link(signed))
	f.Add("https://dqcvs.nqs.go.jp/w/?c=0oRE")
	f.Fuzz(func(t *testing.T, text string) {
		got := v.Link(t.Context(), text)
		if got.Verdict == verifier.InForce {
			read, err := credential.ParseLink(text, []string{site})
			if err != nil || read.Digest() != signed.Digest() {
				t.Fatalf("in force: %q", text)
			}
		}
	})
}
