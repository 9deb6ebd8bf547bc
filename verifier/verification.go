// Package verifier turns evidence into a verdict: whether a certificate is
// genuine, and what the register says of it now. It gathers (Link, File, Code)
// and judges (Judge), and the two are kept apart: judging is a pure function.
// It knows no database and no web, so that others can embed it; what it needs
// to ask, it asks through IssueLog and StatusSource.
package verifier

import (
	"time"

	"qualsys/issue/credential"
)

// Verdict is the one plain answer (DESIGN §6).
type Verdict string

// The six verdicts.
const (
	InForce       Verdict = "in_force"
	Changed       Verdict = "changed"
	Suspended     Verdict = "suspended"
	Ended         Verdict = "ended"
	NotGenuine    Verdict = "not_genuine"
	CannotConfirm Verdict = "cannot_confirm"
)

// Exit returns the exit code of the command line: 0 in_force, 3 changed,
// 4 suspended, 5 ended, 6 cannot_confirm, 7 not_genuine.
func (v Verdict) Exit() int {
	switch v {
	case InForce:
		return 0
	case Changed:
		return 3
	case Suspended:
		return 4
	case Ended:
		return 5
	case CannotConfirm:
		return 6
	}
	return 7
}

// Gravity orders verdicts: not_genuine is the gravest, then ended, suspended,
// cannot_confirm, changed, in_force.
func (v Verdict) Gravity() int {
	switch v {
	case InForce:
		return 0
	case Changed:
		return 1
	case CannotConfirm:
		return 2
	case Suspended:
		return 3
	case Ended:
		return 4
	}
	return 5
}

// Reason says more about a verdict where its words depend on it. It is part
// of the published answer.
type Reason string

// Reasons of ended. NotRegistered covers removal, cancellation and lapse
// alike, and death, which is never told.
const (
	Reissued      Reason = "reissued"
	IssuedInError Reason = "issued_in_error"
	Expired       Reason = "expired"
	NotRegistered Reason = "not_registered"
	Unspecified   Reason = "unspecified"
)

// Reasons of not_genuine.
const (
	Foreign   Reason = "foreign"    // not one of ours, politely
	Agency    Reason = "agency"     // the Digital Agency's own
	Damaged   Reason = "damaged"    // ours by its looks, unreadable
	Altered   Reason = "altered"    // known code, other bytes
	NotIssued Reason = "not_issued" // however good the signature
	Forged    Reason = "forged"     // signature or issuer wrong
	Disagrees Reason = "disagrees"  // text, QR and issue log differ
	LookAlike Reason = "look_alike" // leads to a site that isn't ours
)

// Input says what was verified.
type Input string

// The three ways in.
const (
	FromLink Input = "link"
	FromFile Input = "file"
	FromCode Input = "code"
)

// Result is what one check came to. The zero value is none and counts as unknown.
type Result string

// Results. Nothing unknown is ever shown as good; nothing unreachable as bad.
const (
	Passed   Result = "passed"
	Failed   Result = "failed"
	Unknown  Result = "unknown"
	NotAsked Result = "not_asked"
)

// CheckID names a check.
type CheckID string

// The eight checks, in the order in which they are shown.
const (
	CheckStatement CheckID = "statement"
	CheckIssuer    CheckID = "issuer"
	CheckDocument  CheckID = "document"
	CheckCoverage  CheckID = "coverage"
	CheckAgreement CheckID = "agreement"
	CheckIssueLog  CheckID = "issue_log"
	CheckStatus    CheckID = "status"
	CheckRegister  CheckID = "register"
)

// CheckIDs is every check in the order in which they are shown.
var CheckIDs = []CheckID{CheckStatement, CheckIssuer, CheckDocument, CheckCoverage,
	CheckAgreement, CheckIssueLog, CheckStatus, CheckRegister}

// Check is one line of the answer. Code is also the message's code.
type Check struct {
	ID     CheckID    `json:"id"`
	Result Result     `json:"result"`
	Code   string     `json:"code"`
	Fields []string   `json:"fields,omitempty"` // which fields differ, never their values
	Source string     `json:"source,omitempty"` // certificate, trust_list, issued_range, issue_log, register
	At     *time.Time `json:"at,omitempty"`     // as of when the source spoke
}

// Says is what the certificate itself says, and the public words for it.
// Never anything newer than the certificate.
type Says struct {
	Qualification string `json:"qualification,omitempty"` // code in the catalogue
	Title         string `json:"title,omitempty"`         // 介護福祉士
	TitleEnglish  string `json:"title_en,omitempty"`
	Issuer        string `json:"issuer,omitempty"`
	IssuerEnglish string `json:"issuer_en,omitempty"`
	Register      uint32 `json:"register,omitempty"`
	Number        string `json:"number,omitempty"`
	Name          string `json:"name,omitempty"`
	Birth         string `json:"birth,omitempty"`  // 1990/04/01, unknown parts as printed
	Issued        string `json:"issued,omitempty"` // 2026/11/25
	Expiry        string `json:"expiry,omitempty"`
	Code          string `json:"code,omitempty"` // in four groups
}

// LastKnown is the last state that could be had when the present one could not.
type LastKnown struct {
	Status credential.Status `json:"status"`
	At     time.Time         `json:"at"`
}

// ETSI is the answer in the words of ETSI EN 319 102-1 and TS 119 102-2.
type ETSI struct {
	Indication    string `json:"indication"`
	SubIndication string `json:"sub_indication,omitempty"`
}

// Verification is the whole answer. It proves what is registered, and never
// that the person who shows the certificate is its holder: Identity says so
// in every answer.
type Verification struct {
	Verdict   Verdict    `json:"verdict"`
	Reason    Reason     `json:"reason,omitempty"`
	Message   string     `json:"message"` // code of the sentence to show
	Input     Input      `json:"input"`
	Checks    []Check    `json:"checks"`
	Says      *Says      `json:"says,omitempty"`
	Hidden    bool       `json:"particulars_hidden,omitempty"` // a code without the right birth date
	AsOf      *time.Time `json:"as_of,omitempty"`              // when the state was published
	CheckedAt time.Time  `json:"checked_at"`
	LastKnown *LastKnown `json:"last_known,omitempty"`
	Term      string     `json:"term,omitempty"` // suspended: the catalogue's word
	TermEn    string     `json:"term_en,omitempty"`
	Until     string     `json:"until,omitempty"` // suspended: only where the qualification publishes it
	Host      string     `json:"host,omitempty"`  // a look-alike's host
	Identity  string     `json:"identity"`        // code of "this is not proof of who stands before you"
	Etsi      ETSI       `json:"etsi"`
}

// Check returns the check called id; one that is missing is Unknown.
func (v Verification) Check(id CheckID) Check {
	for _, c := range v.Checks {
		if c.ID == id {
			return c
		}
	}
	return Check{ID: id, Result: Unknown}
}
