package verifier

import (
	"slices"
	"time"

	"qualsys/issue/credential"
)

// Age says how recent a learned state is. The zero value is none.
type Age int

// Ages of a state.
const (
	// Present: at most five minutes old.
	Present Age = iota + 1
	// Old: older, and before its list's end.
	Old
	// Outdated: beyond its list's end.
	Outdated
)

// Finding is what one check came to while evidence was gathered.
type Finding struct {
	Result Result
	Code   string
	Fields []string
	Source string
	At     time.Time
}

// Evidence is everything a verdict is made from. Findings holds no status:
// that is State and Age.
type Evidence struct {
	Input    Input
	Findings map[CheckID]Finding
	State    credential.Status // zero: not learned
	Age      Age
	Why      Reason // why a revoked certificate ended, where it is known
	Expired  bool   // its own last day has passed
	Cause    Reason // why it is not genuine, where the gatherer knows better than the checks
}

// result returns what a check came to; a missing one is Unknown.
func (e Evidence) result(id CheckID) Result {
	switch r := e.Findings[id].Result; r {
	case Passed, Failed, NotAsked:
		return r
	}
	return Unknown
}

// genuine are the checks that say whether a certificate is what it seems.
var genuine = []CheckID{CheckStatement, CheckIssuer, CheckDocument, CheckCoverage, CheckAgreement, CheckIssueLog}

// required is what must have passed, by input, before anything good is said.
// The state comes on top.
var required = map[Input][]CheckID{
	FromLink: {CheckStatement, CheckIssuer, CheckIssueLog},
	FromFile: genuine,
	FromCode: {CheckIssueLog},
}

// Judge is the verdict of DESIGN §6: a pure function of the evidence. One
// failed check makes it not genuine. Bad news about a certificate that is
// known to be ours is told even when something else could not be checked; good
// news only when everything required has passed and the state is present.
func Judge(e Evidence) (Verdict, Reason) {
	if slices.ContainsFunc(genuine, func(id CheckID) bool { return e.result(id) == Failed }) {
		return NotGenuine, e.cause()
	}
	if e.ours() {
		switch {
		case e.State == credential.Revoked:
			return Ended, e.why()
		case e.Expired:
			return Ended, Expired
		case e.State == credential.Suspended && (e.Age == Present || e.Age == Old):
			return Suspended, ""
		}
	}
	if e.complete() && e.result(CheckRegister) != Failed {
		switch {
		case e.State == credential.Changed && (e.Age == Present || e.Age == Old):
			return Changed, ""
		case e.State == credential.Valid && e.Age == Present:
			return InForce, ""
		}
	}
	return CannotConfirm, ""
}

// ours reports whether the certificate is known to be one of ours: by the
// issue log, or by a good signature of a good key.
func (e Evidence) ours() bool {
	return e.result(CheckIssueLog) == Passed ||
		e.result(CheckStatement) == Passed && e.result(CheckIssuer) == Passed
}

func (e Evidence) complete() bool {
	ids, known := required[e.Input]
	return known && !slices.ContainsFunc(ids, func(id CheckID) bool { return e.result(id) != Passed })
}

// why is the class of reason for an end; death is never told apart.
func (e Evidence) why() Reason {
	switch e.Why {
	case Reissued, IssuedInError, Expired, NotRegistered:
		return e.Why
	}
	return Unspecified
}

func (e Evidence) cause() Reason {
	if e.Cause != "" {
		return e.Cause
	}
	for _, c := range []struct {
		id  CheckID
		why Reason
	}{{CheckCoverage, Altered}, {CheckDocument, Altered}, {CheckStatement, Forged}, {CheckIssuer, Forged},
		{CheckAgreement, Disagrees}} {
		if e.result(c.id) == Failed {
			return c.why
		}
	}
	return NotIssued
}

// status turns state and age into the check that is shown.
func (e Evidence) status() Finding {
	f, asked := e.Findings[CheckStatus]
	if e.State == 0 {
		if !asked {
			return Finding{Result: NotAsked}
		}
		f.Result = Unknown
		return f
	}
	f.Result, f.Code = Failed, "verifier.status."+e.State.String()
	switch {
	case e.State == credential.Valid && e.Age == Present:
		f.Result = Passed
	case e.State == credential.Valid,
		e.State != credential.Revoked && e.Age != Present && e.Age != Old:
		f.Result, f.Code = Unknown, "verifier.status.old"
	}
	return f
}
