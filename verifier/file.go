package verifier

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"qualsys/issue/credential"
	"qualsys/pdfcert"
)

// File verifies a certificate as a file: the seal, that it covers everything,
// that text, QR code and issue log say the same, that exactly these bytes were
// released, and the state now. Any bytes may be given: what is damaged or
// foreign is an answer, not an error.
func (v *Verifier) File(ctx context.Context, data []byte) Verification {
	g := v.begin(ctx, FromFile)
	f, err := pdfcert.Open(data)
	if err != nil {
		g.refused(err)
		return g.answer()
	}
	if err := f.VerifySignature(); err != nil {
		g.refused(err)
		return g.answer()
	}
	g.set(CheckDocument, Passed, "passed", "certificate")
	g.set(CheckCoverage, Passed, "passed", "certificate")
	g.judgeContent(ctx, f, data)
	return g.answer()
}

// judgeContent goes on with a file whose seal is whole.
func (g *gathering) judgeContent(ctx context.Context, f *pdfcert.File, data []byte) {
	reading, err := f.Read()
	if err != nil {
		g.unreadable(err)
		g.fileLogged(ctx, data, [32]byte{})
		return
	}
	if len(reading.Links) != 1 {
		g.set(CheckAgreement, Failed, string(pdfcert.Symbol), "certificate")
		return
	}
	signed, st, ok := g.link(reading.Links[0])
	if !ok {
		return
	}
	issued, err := g.fileLogged(ctx, data, signed.Digest())
	proven := g.now
	if err == nil && !issued.ReleasedAt.IsZero() {
		proven = issued.ReleasedAt
	}
	g.chain(f, proven)
	g.agree(reading, st, issued.Printed)
	if err == nil || g.result(CheckIssueLog) == Unknown {
		g.state(ctx, signed.Digest(), st)
	}
}

// fileLogged asks the issue log for these very bytes and, where they are
// unknown, whether their certificate is known: then the file was altered.
func (g *gathering) fileLogged(ctx context.Context, data []byte, statement [32]byte) (Issued, error) {
	if g.v.o.Log == nil {
		g.set(CheckIssueLog, Unknown, "unavailable", "")
		return Issued{}, ErrUnavailable
	}
	i, err := g.v.o.Log.File(ctx, sha256.Sum256(data))
	g.log(i, err)
	switch {
	case err == nil && i.Statement != [32]byte{} && statement != [32]byte{} && i.Statement != statement:
		g.set(CheckIssueLog, Failed, "other_statement", or(i.Source, "issue_log"))
		return i, ErrNotIssued
	case err == nil && i.Statement == [32]byte{} && statement != [32]byte{}:
		// The log knows files and statements apart: both must be there.
		s, missing := g.v.o.Log.Statement(ctx, statement)
		if missing != nil {
			g.log(s, missing)
		}
		return i, missing
	case errors.Is(err, ErrNotIssued) && statement != [32]byte{}:
		if _, err := g.v.o.Log.Statement(ctx, statement); err == nil {
			g.Cause = Altered
			g.set(CheckIssueLog, Failed, "altered", or(i.Source, "issue_log"))
		}
	}
	return i, err
}

// refused turns a refusal of the structure or the seal into findings.
func (g *gathering) refused(err error) {
	why := pdfcert.ReasonOf(err)
	g.Cause = Altered
	switch why {
	case pdfcert.NotPDF, pdfcert.Foreign, pdfcert.Bounds:
		g.Cause = Foreign
		g.set(CheckDocument, Failed, word(CheckDocument, string(why)), "certificate")
	case pdfcert.TrailingBytes, pdfcert.Revisions, pdfcert.ByteRange, pdfcert.Coverage:
		g.set(CheckCoverage, Failed, string(why), "certificate")
	case "":
		g.Cause = Damaged
		g.set(CheckDocument, Failed, "damaged", "certificate")
	default:
		g.set(CheckDocument, Failed, word(CheckDocument, string(why)), "certificate")
	}
}

// unreadable turns a refusal of the pages into a finding.
func (g *gathering) unreadable(err error) {
	switch why := pdfcert.ReasonOf(err); why {
	case pdfcert.FontsMissing:
		g.set(CheckAgreement, Unknown, string(why), "certificate")
	default:
		g.set(CheckAgreement, Failed, word(CheckAgreement, string(why)), "certificate")
	}
}

// chain judges who sealed the file, at a proven time where the log knows one.
func (g *gathering) chain(f *pdfcert.File, proven time.Time) {
	if g.list == nil {
		g.Findings[CheckIssuer] = Finding{Result: Unknown, Code: g.listCode, Source: "trust_list"}
		return
	}
	var pinned pdfcert.Trust
	for _, a := range g.list.Authorities {
		pinned.Roots = append(pinned.Roots, a.Certificate)
		pinned.Intermediates = append(pinned.Intermediates, a.Intermediates...)
		pinned.CRLs = append(pinned.CRLs, a.Lists...)
	}
	_, err := pinned.Path(f, proven, g.now)
	if err == nil {
		return // the statement's issuer has been judged already
	}
	switch why := pdfcert.ReasonOf(err); why {
	case pdfcert.RevocationUnknown:
		if g.result(CheckIssuer) != Failed {
			g.set(CheckIssuer, Unknown, string(why), "trust_list")
		}
	default:
		g.set(CheckIssuer, Failed, word(CheckIssuer, string(why)), "trust_list")
	}
}

// agree compares, field by field, what the pages show with what the QR code
// and the issue log say. Only the names of differing fields are told.
func (g *gathering) agree(r *pdfcert.Reading, st credential.Statement, printed *pdfcert.Says) {
	fields := differsFromStatement(r.Says, st, r.Links[0])
	if printed != nil {
		fields = append(fields, differsFromLog(r.Says, *printed)...)
	}
	if len(fields) == 0 {
		g.set(CheckAgreement, Passed, "passed", "certificate")
		return
	}
	g.set(CheckAgreement, Failed, "differs", "certificate")
	f := g.Findings[CheckAgreement]
	f.Fields = unique(fields)
	g.Findings[CheckAgreement] = f
}
