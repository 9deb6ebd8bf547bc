package verifier

import (
	"strings"
	"time"

	"qualsys/issue/credential"
)

// answer judges what was gathered and writes it out.
func (g *gathering) answer() Verification {
	verdict, reason := Judge(g.Evidence)
	v := Verification{Verdict: verdict, Reason: reason, Input: g.Input, CheckedAt: g.now, Host: g.host,
		Identity: "verifier.identity", Etsi: g.etsi(), Hidden: g.hidden}
	for _, id := range CheckIDs {
		v.Checks = append(v.Checks, g.line(id))
	}
	if g.State != 0 && verdict != NotGenuine {
		at := g.asOf
		v.AsOf = &at
		if verdict == CannotConfirm {
			v.LastKnown = &LastKnown{g.State, at}
		}
	}
	if verdict != NotGenuine {
		v.Says = g.says
	}
	if verdict == Suspended {
		v.Term, v.TermEn = g.register.Suspended, g.register.SuspendedEnglish
		if g.register.UntilPublic {
			v.Until = printedDate(g.until)
		}
	}
	v.Message = v.message()
	return v
}

// line is one check as it is shown.
func (g *gathering) line(id CheckID) Check {
	f, ok := g.Findings[id]
	if id == CheckStatus {
		f, ok = g.status(), true
	}
	if !ok {
		f = Finding{Result: NotAsked}
	}
	if f.Result == "" {
		f.Result = Unknown
	}
	if f.Code == "" {
		f.Code = "verifier." + string(id) + "." + string(f.Result)
	}
	c := Check{ID: id, Result: f.Result, Code: f.Code, Fields: f.Fields, Source: f.Source}
	if !f.At.IsZero() {
		at := f.At
		c.At = &at
	}
	return c
}

// message is the code of the sentence that says the verdict.
func (v Verification) message() string {
	parts := []string{"verifier.verdict", string(v.Verdict)}
	switch {
	case v.Reason != "":
		parts = append(parts, string(v.Reason))
	case v.Verdict == CannotConfirm && v.LastKnown != nil:
		parts = append(parts, v.LastKnown.Status.String())
	case v.Verdict == CannotConfirm:
		parts = append(parts, "unknown")
	case v.Verdict == Suspended && v.Term == "":
		parts = append(parts, "unnamed")
	case v.Verdict == Suspended && v.Until != "":
		parts = append(parts, "until")
	}
	return strings.Join(parts, ".")
}

// etsi says in the words of ETSI EN 319 102-1 §5.1.3 what became of the
// signatures, whatever the register says.
func (g *gathering) etsi() ETSI {
	failed := func(id CheckID) bool { return g.result(id) == Failed }
	code := func(id CheckID, word string) bool { return strings.HasSuffix(g.Findings[id].Code, "."+word) }
	switch {
	case g.Input == FromCode:
		return ETSI{"INDETERMINATE", "SIGNED_DATA_NOT_FOUND"}
	case failed(CheckCoverage):
		return ETSI{"TOTAL-FAILED", "HASH_FAILURE"}
	case failed(CheckDocument) && code(CheckDocument, "signature"), failed(CheckStatement) && code(CheckStatement, "signature"):
		return ETSI{"TOTAL-FAILED", "SIG_CRYPTO_FAILURE"}
	case failed(CheckDocument), failed(CheckStatement):
		return ETSI{"TOTAL-FAILED", "FORMAT_FAILURE"}
	case failed(CheckIssuer) && code(CheckIssuer, "revoked"):
		return ETSI{"INDETERMINATE", "REVOKED_NO_POE"}
	case failed(CheckIssuer) && (code(CheckIssuer, "outside_days") || code(CheckIssuer, "outside_validity")):
		return ETSI{"INDETERMINATE", "OUT_OF_BOUNDS_NO_POE"}
	case failed(CheckIssuer):
		return ETSI{"INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"}
	case failed(CheckAgreement), failed(CheckIssueLog):
		return ETSI{"INDETERMINATE", "SIG_CONSTRAINTS_FAILURE"}
	case g.complete():
		return ETSI{Indication: "TOTAL-PASSED"}
	}
	return ETSI{"INDETERMINATE", "TRY_LATER"}
}

// age says how recent a state of asOf is at now.
func age(asOf, expires, now time.Time) Age {
	switch old := now.Sub(asOf); {
	case old < -time.Minute: // our clock or theirs is wrong: not present
		return Old
	case old <= Fresh:
		return Present
	case now.Before(expires):
		return Old
	}
	return Outdated
}

// saysOf is what a statement says, with the public words for its register.
func (g *gathering) saysOf(st credential.Statement) *Says {
	return &Says{
		Qualification: g.register.Qualification, Title: g.register.Name, TitleEnglish: g.register.English,
		Issuer: g.register.Keeper, IssuerEnglish: g.register.KeeperEnglish, Register: st.Register,
		Number: g.register.Printed(st.Number), Name: st.Name, Birth: printedDate(st.Birth),
		Issued: printedDate(st.Issued), Expiry: printedDate(st.Expiry), Code: st.Code.Format(),
	}
}
