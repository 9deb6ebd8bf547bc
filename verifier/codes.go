package verifier

import "qualsys/pdfcert"

// words are what each check can come to: the last part of its code.
var words = map[CheckID][]string{
	CheckStatement: {"passed", "signature", "malformed", "version", "no_key", "foreign", "look_alike", "agency", "damaged"},
	CheckIssuer: {"passed", "unknown_key", "purpose", "register", "outside_days", "compromised", "compromised_logged",
		"trust_list_missing", "trust_list_old", "damaged",
		string(pdfcert.Untrusted), string(pdfcert.Usage), string(pdfcert.OutsideValidity), string(pdfcert.Revoked), string(pdfcert.RevocationUnknown)},
	CheckDocument: {"passed", "damaged", string(pdfcert.NotPDF), string(pdfcert.Foreign), string(pdfcert.Bounds), string(pdfcert.XRef),
		string(pdfcert.Structure), string(pdfcert.ActiveContent), string(pdfcert.CMS), string(pdfcert.BadSignature)},
	CheckCoverage:  {"passed", string(pdfcert.TrailingBytes), string(pdfcert.Revisions), string(pdfcert.ByteRange), string(pdfcert.Coverage)},
	CheckAgreement: {"passed", "differs", "damaged", string(pdfcert.Fonts), string(pdfcert.PageContent), string(pdfcert.Symbol), string(pdfcert.FontsMissing)},
	CheckIssueLog:  {"passed", "not_issued", "altered", "other_statement", "unavailable"},
	CheckStatus:    {"valid", "revoked", "suspended", "changed", "old", "unavailable"},
	CheckRegister:  {"in_force", "not_in_force", "unavailable"},
}

// Fields are what `agreement` can name as differing.
var Fields = []string{"title", "name", "birth", "number", "date", "issuer", "host", "code", "rows", "notes"}

// verdictWords are the last parts of Verification.Message.
var verdictWords = map[Verdict][]string{
	InForce: {""}, Changed: {""}, Suspended: {"", ".until", ".unnamed"},
	Ended:         {".reissued", ".issued_in_error", ".expired", ".not_registered", ".unspecified"},
	NotGenuine:    {".foreign", ".agency", ".damaged", ".altered", ".not_issued", ".forged", ".disagrees", ".look_alike"},
	CannotConfirm: {".unknown", ".valid", ".revoked", ".suspended", ".changed"},
}

// Codes returns every code that an answer can hold, in no order: each has a
// sentence in both message files. Beside those of checks and verdicts there
// are the names of checks (verifier.check.*), of results (verifier.result.*)
// and of fields (verifier.field.*).
func Codes() []string {
	out := []string{"verifier.identity"}
	for id, ws := range words {
		out = append(out, "verifier.check."+string(id))
		for _, w := range append(ws[:len(ws):len(ws)], string(Unknown), string(NotAsked)) {
			out = append(out, "verifier."+string(id)+"."+w)
		}
	}
	for v, ws := range verdictWords {
		for _, w := range ws {
			out = append(out, "verifier.verdict."+string(v)+w)
		}
	}
	for _, r := range []Result{Passed, Failed, Unknown, NotAsked} {
		out = append(out, "verifier.result."+string(r))
	}
	for _, f := range Fields {
		out = append(out, "verifier.field."+f)
	}
	return out
}

// word keeps codes within the declared ones: a reason of the PDF reader that
// no sentence knows becomes "damaged".
func word(id CheckID, w string) string {
	for _, known := range words[id] {
		if known == w {
			return w
		}
	}
	return "damaged"
}
