package verifier

import (
	"context"
	"fmt"
	"strings"

	"qualsys/pdfcert"
)

// Proofread applies to a file that is about to be released everything that
// File asks of one, but for what only release makes true (issue log, state):
// seal, coverage, chain with its lists, the statement and its key, and that
// text, QR code and frozen content say the same. link is the QR code's text.
// The error names the checks that did not pass, never what the file says.
func (v *Verifier) Proofread(ctx context.Context, data []byte, printed pdfcert.Says, link string) error {
	g := v.begin(ctx, FromFile)
	g.proofread(data, printed, link)
	var bad []string
	for _, id := range []CheckID{CheckStatement, CheckIssuer, CheckDocument, CheckCoverage, CheckAgreement} {
		if c := g.line(id); c.Result != Passed {
			bad = append(bad, strings.TrimSpace(c.Code+" "+strings.Join(c.Fields, " ")))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("verifier: the file fails its own verification: %s", strings.Join(bad, ", "))
	}
	return nil
}

func (g *gathering) proofread(data []byte, printed pdfcert.Says, link string) {
	f, err := pdfcert.Open(data)
	if err == nil {
		err = f.VerifySignature()
	}
	if err != nil {
		g.refused(err)
		return
	}
	g.set(CheckDocument, Passed, "passed", "certificate")
	g.set(CheckCoverage, Passed, "passed", "certificate")
	reading, err := f.Read()
	if err != nil {
		g.unreadable(err)
		return
	}
	if len(reading.Links) != 1 || reading.Links[0] != link {
		g.set(CheckAgreement, Failed, string(pdfcert.Symbol), "certificate")
		return
	}
	if _, st, ok := g.link(link); ok {
		g.alsoSealed(g.chain(f, g.now))
		g.agree(reading, st, &printed)
	}
}
