package verifier

import (
	"context"
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
	g.judgeContent(ctx, f)
	return g.answer()
}

// judgeContent goes on with a file whose seal is whole. Who sealed it is judged
// before its pages are read: those of a stranger are nobody's business.
func (g *gathering) judgeContent(ctx context.Context, f *pdfcert.File) {
	issued, err := g.askFile(ctx, f.Digest)
	seal := g.sealedBy(f, issued, err)
	if seal.Result == Failed {
		g.log(issued, err)
		g.Findings[CheckIssuer] = seal
		return
	}
	reading, signed, st, ok := g.read(f)
	g.log(issued, err) // after the statement: a present answer outweighs that its key may be stolen
	if ok {
		err = g.both(ctx, issued, err, signed.Digest())
	}
	g.alsoSealed(seal)
	if !ok {
		return
	}
	g.agree(reading, st, issued.Printed)
	if err == nil || g.result(CheckIssueLog) == Unknown {
		g.state(ctx, signed.Digest(), st)
	}
}

// read reads the pages and the statement in their QR code.
func (g *gathering) read(f *pdfcert.File) (*pdfcert.Reading, credential.Signed, credential.Statement, bool) {
	reading, err := f.Read()
	switch {
	case err != nil:
		g.unreadable(err)
		return nil, nil, credential.Statement{}, false
	case len(reading.Links) != 1:
		g.set(CheckAgreement, Failed, string(pdfcert.Symbol), "certificate")
		return nil, nil, credential.Statement{}, false
	}
	signed, st, ok := g.link(reading.Links[0])
	return reading, signed, st, ok
}

// askFile asks the issue log for these very bytes.
func (g *gathering) askFile(ctx context.Context, sum [32]byte) (Issued, error) {
	if g.v.o.Log == nil {
		return Issued{}, ErrUnavailable
	}
	return g.v.o.Log.File(ctx, sum)
}

// sealedBy judges who sealed the file, at the proven time. A file that is in the
// issue log was proofread when it was released, so what it claims itself counts
// where the log tells no time. While the log can't be asked there is no proven
// time: then an end that came after the claimed one is unknown, not bad.
func (g *gathering) sealedBy(f *pdfcert.File, issued Issued, err error) Finding {
	switch {
	case err == nil && !issued.ReleasedAt.IsZero():
		return g.chain(f, issued.ReleasedAt)
	case err == nil:
		return g.chain(f, f.ClaimedAt)
	}
	seal := g.chain(f, g.now)
	if !errors.Is(err, ErrNotIssued) && seal.Result == Failed && g.chain(f, f.ClaimedAt).Result != Failed {
		seal.Result = Unknown
	}
	return seal
}

// both holds file and statement against the log: both must be there and belong
// together. A file that is missing while its statement is there was altered.
func (g *gathering) both(ctx context.Context, i Issued, err error, statement [32]byte) error {
	switch {
	case err == nil && i.Statement == [32]byte{}: // the log knows files and statements apart
		s, missing := g.v.o.Log.Statement(ctx, statement)
		if missing != nil {
			g.log(s, missing)
		}
		return missing
	case err == nil && i.Statement != statement:
		g.set(CheckIssueLog, Failed, "other_statement", or(i.Source, "issue_log"))
		return ErrNotIssued
	case errors.Is(err, ErrNotIssued):
		if _, known := g.v.o.Log.Statement(ctx, statement); known == nil {
			g.Cause = Altered
			g.set(CheckIssueLog, Failed, "altered", or(i.Source, "issue_log"))
		}
	}
	return err
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

// chain judges who sealed the file, at a proven time.
func (g *gathering) chain(f *pdfcert.File, proven time.Time) Finding {
	if g.list == nil {
		return Finding{Result: Unknown, Code: g.listCode, Source: "trust_list"}
	}
	var pinned pdfcert.Trust
	for _, a := range g.list.Authorities {
		pinned.Roots = append(pinned.Roots, a.Certificate)
		pinned.Intermediates = append(pinned.Intermediates, a.Intermediates...)
		pinned.CRLs = append(pinned.CRLs, a.Lists...)
	}
	_, err := pinned.Path(f, proven, g.now)
	finding := Finding{Result: Failed, Source: "trust_list"}
	switch why := pdfcert.ReasonOf(err); {
	case err == nil:
		return Finding{Result: Passed, Code: "verifier.issuer.passed", Source: "trust_list"}
	case why == pdfcert.RevocationUnknown:
		finding.Result = Unknown
		fallthrough
	default:
		finding.Code = "verifier.issuer." + word(CheckIssuer, string(why))
	}
	return finding
}

// alsoSealed puts what the chain came to beside what the statement's key did:
// the worse of the two is the issuer's.
func (g *gathering) alsoSealed(seal Finding) {
	if seal.Result != Passed && g.result(CheckIssuer) != Failed {
		g.Findings[CheckIssuer] = seal
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
