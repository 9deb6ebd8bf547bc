package verifier_test

import (
	"testing"

	"qualsys/issue/credential"
	"qualsys/verifier"
)

var (
	inputs  = []verifier.Input{verifier.FromLink, verifier.FromFile, verifier.FromCode}
	results = []verifier.Result{verifier.Passed, verifier.Failed, verifier.Unknown, verifier.NotAsked}
	judged  = []verifier.CheckID{verifier.CheckStatement, verifier.CheckIssuer, verifier.CheckDocument,
		verifier.CheckCoverage, verifier.CheckAgreement, verifier.CheckIssueLog, verifier.CheckRegister}
	states = []credential.Status{0, credential.Valid, credential.Revoked, credential.Suspended, credential.Changed}
	ages   = []verifier.Age{0, verifier.Present, verifier.Old, verifier.Outdated}
)

// everyEvidence calls f with every combination: 3 inputs × 4⁷ findings × 5
// states × 4 ages × 2, in an order that the vectors rely on.
func everyEvidence(f func(verifier.Evidence)) {
	e := verifier.Evidence{Findings: map[verifier.CheckID]verifier.Finding{}}
	var findings func(i int)
	findings = func(i int) {
		if i == len(judged) {
			for _, e.State = range states {
				for _, e.Age = range ages {
					for _, e.Expired = range []bool{false, true} {
						f(e)
					}
				}
			}
			return
		}
		for _, r := range results {
			e.Findings[judged[i]] = verifier.Finding{Result: r}
			findings(i + 1)
		}
	}
	for _, e.Input = range inputs {
		findings(0)
	}
}

// TestEveryCombinationOfEvidence goes through all 1,966,080 of them and asks,
// of each, what DESIGN §6 says must hold. The rules are written here a second
// time and another way round: from the verdict to what it needs.
func TestEveryCombinationOfEvidence(t *testing.T) {
	all, fault := judgeAll()
	if fault != "" {
		t.Fatal(fault)
	}
	for _, v := range []verifier.Verdict{verifier.InForce, verifier.Changed, verifier.Suspended,
		verifier.Ended, verifier.NotGenuine, verifier.CannotConfirm} {
		if all.Counts[string(v)] == 0 {
			t.Errorf("no evidence leads to %s", v)
		}
	}
	t.Log(all.Counts)
}

// wrong says what about a verdict contradicts DESIGN §6, or "".
func wrong(e verifier.Evidence, verdict verifier.Verdict, reason verifier.Reason) string {
	is := func(id verifier.CheckID, r verifier.Result) bool { return e.Findings[id].Result == r }
	passed := func(ids ...verifier.CheckID) bool {
		for _, id := range ids {
			if !is(id, verifier.Passed) {
				return false
			}
		}
		return true
	}
	anyFailed := false
	for _, id := range judged[:6] {
		anyFailed = anyFailed || is(id, verifier.Failed)
	}
	needed := passed(verifier.CheckIssueLog)
	if e.Input != verifier.FromCode {
		needed = needed && passed(verifier.CheckStatement, verifier.CheckIssuer)
	}
	if e.Input == verifier.FromFile {
		needed = needed && passed(verifier.CheckDocument, verifier.CheckCoverage, verifier.CheckAgreement)
	}
	ours := passed(verifier.CheckIssueLog) || passed(verifier.CheckStatement, verifier.CheckIssuer)
	current := e.Age == verifier.Present || e.Age == verifier.Old

	switch {
	case (verdict == verifier.NotGenuine) != anyFailed:
		return "not_genuine means that a check failed, and a failed check means not_genuine"
	case verdict == verifier.InForce && !(needed && e.State == credential.Valid && e.Age == verifier.Present && !e.Expired):
		return "in_force needs everything passed and a present valid state"
	case verdict == verifier.InForce && is(verifier.CheckRegister, verifier.Failed):
		return "in_force against the register"
	case verdict == verifier.Changed && !(needed && e.State == credential.Changed && current && !e.Expired):
		return "changed says the registration is in force: it needs everything"
	case verdict == verifier.Suspended && !(ours && e.State == credential.Suspended && current):
		return "suspended only of ours, and only until exp"
	case verdict == verifier.Ended && !(ours && (e.State == credential.Revoked || e.Expired)):
		return "ended only of ours, revoked or expired"
	case !anyFailed && ours && e.State == credential.Revoked && verdict != verifier.Ended:
		return "a revoked bit ends even from an outdated list"
	case verdict == verifier.Ended && e.State == credential.Revoked && reason != verifier.Unspecified:
		return "no reason is made up"
	case verdict == verifier.Ended && e.State != credential.Revoked && reason != verifier.Expired:
		return "an end without a revoked bit is an expiry"
	case verdict == verifier.CannotConfirm && needed && e.Age == verifier.Present && e.State != 0 &&
		!is(verifier.CheckRegister, verifier.Failed):
		return "everything was known"
	case (reason != "") != (verdict == verifier.Ended || verdict == verifier.NotGenuine):
		return "reasons belong to ended and not_genuine"
	}
	return ""
}

func TestTheReasonOfAnEndIsToldByItsClassAndNoFurther(t *testing.T) {
	for given, want := range map[verifier.Reason]verifier.Reason{
		verifier.Reissued: verifier.Reissued, verifier.IssuedInError: verifier.IssuedInError,
		verifier.Expired: verifier.Expired, verifier.NotRegistered: verifier.NotRegistered,
		"": verifier.Unspecified, "death": verifier.Unspecified, verifier.Altered: verifier.Unspecified,
	} {
		e := verifier.Evidence{Input: verifier.FromCode, State: credential.Revoked, Age: verifier.Present, Why: given,
			Findings: map[verifier.CheckID]verifier.Finding{verifier.CheckIssueLog: {Result: verifier.Passed}}}
		if verdict, reason := verifier.Judge(e); verdict != verifier.Ended || reason != want {
			t.Errorf("%q: %s, %q", given, verdict, reason)
		}
	}
}

func TestNoEvidenceIsNoGoodNews(t *testing.T) {
	if v, _ := verifier.Judge(verifier.Evidence{}); v != verifier.CannotConfirm {
		t.Error(v)
	}
	e := verifier.Evidence{Input: "else", State: credential.Valid, Age: verifier.Present, Findings: map[verifier.CheckID]verifier.Finding{}}
	for _, id := range judged {
		e.Findings[id] = verifier.Finding{Result: verifier.Passed}
	}
	if v, _ := verifier.Judge(e); v != verifier.CannotConfirm {
		t.Errorf("an input nobody knows: %s", v)
	}
	e.Input = verifier.FromFile
	e.Findings[verifier.CheckAgreement] = verifier.Finding{Result: "ok"}
	if v, _ := verifier.Judge(e); v != verifier.CannotConfirm {
		t.Errorf("a result nobody knows: %s", v)
	}
}

func TestTheGravestOfSeveralVerdictsCounts(t *testing.T) {
	order := []verifier.Verdict{verifier.InForce, verifier.Changed, verifier.CannotConfirm, verifier.Suspended,
		verifier.Ended, verifier.NotGenuine}
	exits := []int{0, 3, 6, 4, 5, 7}
	for i, v := range order {
		if v.Gravity() != i || v.Exit() != exits[i] {
			t.Errorf("%s: gravity %d, exit %d", v, v.Gravity(), v.Exit())
		}
	}
	if verifier.Verdict("").Exit() == 0 {
		t.Error("no verdict exits well")
	}
}
