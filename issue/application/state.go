// Package application leads an application from a draft to an entry in the
// register: what the holder asks for, what the registers answered, what the
// officer decided, whether it is paid. The states and steps are a table (docs
// print it, a test walks every pair), each step is logged with actor, time and
// reason, and only Register.Apply changes a registration.
//
// It leaves the money to issue/payment, the questions to issue/evidence, the
// words of notices to issue/notice and the certificates to issue; it knows of
// the last only the small interface Certificates.
package application

import (
	"slices"
)

// State is where an application stands (SERVICE §3.1). The empty state is none.
type State string

// The states that are stored.
const (
	Draft             State = "draft"
	Submitted         State = "submitted"
	DuplicateHold     State = "duplicate_hold"
	EvidencePending   State = "evidence_pending"
	EvidenceWait      State = "evidence_wait"
	EvidenceMismatch  State = "evidence_mismatch"
	UnderReview       State = "under_review"
	Returned          State = "returned"
	AwaitingPayment   State = "approved_awaiting_payment"
	ApprovedNoFee     State = "approved_no_fee"
	PaymentSettled    State = "payment_settled"
	Scheduled         State = "scheduled"
	Registering       State = "registering"
	Registered        State = "registered"
	CertificateIssued State = "certificate_reissued"
	Rejected          State = "rejected"
	Withdrawn         State = "withdrawn"
	CancelledTimeout  State = "cancelled_timeout"
	CancelledDeceased State = "cancelled_deceased"
	ErrorHold         State = "error_hold"
	Discarded         State = "discarded"
	PaymentProcessing State = "payment_processing" // shown, never stored: computed from the payment lines
	PaymentFailed     State = "payment_failed"     // shown, never stored
	PaymentDispute    State = "payment_dispute"    // shown to officers, never stored
)

// Step is what moves an application.
type Step string

// The steps.
const (
	Submit         Step = "submit"          // the holder sends it
	HoldDuplicate  Step = "hold_duplicate"  // another application for the same entry is open
	ClearDuplicate Step = "clear_duplicate" // an officer says that it is none
	Ask            Step = "ask"             // the registers are asked
	Wait           Step = "wait"            // a register does not show it yet
	Disagree       Step = "disagree"        // a register says otherwise, or can't tell
	Examine        Step = "examine"         // everything is there: an officer looks
	AcceptEvidence Step = "accept_evidence" // an officer accepts what the registers say
	Confirm        Step = "confirm"         // a notification agrees in everything: recorded without an officer
	Return         Step = "return"          // the holder is asked to mend something
	Resubmit       Step = "resubmit"        // the holder has mended it
	Approve        Step = "approve"         // approved, and money is owed
	ApproveFree    Step = "approve_free"    // approved (申請) or accepted (届出), nothing is owed
	ApprovePaid    Step = "approve_paid"    // approved, and everything was paid when it was sent
	Settle         Step = "settle"          // all payment lines are settled
	Schedule       Step = "schedule"        // registers on a date to come
	Start          Step = "start"           // entering into the register begins
	Register       Step = "register"        // the register has changed
	Issue          Step = "issue"           // the new certificate is out
	Reject         Step = "reject"          // refused, or a notification not accepted
	Withdraw       Step = "withdraw"        // the holder takes it back
	Expire         Step = "expire"          // an officer closes what was left lying
	Decease        Step = "decease"         // death confirmed
	Hold           Step = "hold"            // a condition broke: an officer must look
	Reopen         Step = "reopen"          // the officer takes the held case up again
	Discard        Step = "discard"         // a draft is thrown away
)

// next is the whole machine: where a step leads from where.
var next = map[State]map[Step]State{
	Draft: {Submit: Submitted, Discard: Discarded},
	Submitted: {HoldDuplicate: DuplicateHold, Ask: EvidencePending, Examine: UnderReview, Return: Returned,
		Reject: Rejected, Withdraw: Withdrawn, Hold: ErrorHold, Decease: CancelledDeceased},
	DuplicateHold: {ClearDuplicate: Submitted, Reject: Rejected, Withdraw: Withdrawn, Hold: ErrorHold, Decease: CancelledDeceased},
	EvidencePending: {Wait: EvidenceWait, Disagree: EvidenceMismatch, Examine: UnderReview, Confirm: ApprovedNoFee,
		Withdraw: Withdrawn, Hold: ErrorHold, Decease: CancelledDeceased},
	EvidenceWait: {Ask: EvidencePending, Return: Returned, Reject: Rejected, Withdraw: Withdrawn, Hold: ErrorHold,
		Decease: CancelledDeceased},
	EvidenceMismatch: {Ask: EvidencePending, AcceptEvidence: UnderReview, Return: Returned, Reject: Rejected,
		Withdraw: Withdrawn, Hold: ErrorHold, Decease: CancelledDeceased},
	UnderReview: {Approve: AwaitingPayment, ApproveFree: ApprovedNoFee, ApprovePaid: PaymentSettled, Return: Returned,
		Reject: Rejected, Withdraw: Withdrawn, Hold: ErrorHold, Decease: CancelledDeceased},
	Returned: {Resubmit: Submitted, Withdraw: Withdrawn, Expire: CancelledTimeout, Reject: Rejected, Hold: ErrorHold,
		Decease: CancelledDeceased},
	AwaitingPayment: {Settle: PaymentSettled, Withdraw: Withdrawn, Expire: CancelledTimeout, Reject: Rejected,
		Hold: ErrorHold, Decease: CancelledDeceased},
	ApprovedNoFee: {Schedule: Scheduled, Start: Registering, Withdraw: Withdrawn, Hold: ErrorHold,
		Decease: CancelledDeceased},
	PaymentSettled: {Schedule: Scheduled, Start: Registering, Withdraw: Withdrawn, Hold: ErrorHold,
		Decease: CancelledDeceased},
	Scheduled:   {Start: Registering, Withdraw: Withdrawn, Hold: ErrorHold, Decease: CancelledDeceased},
	Registering: {Register: Registered, Hold: ErrorHold},
	Registered:  {Issue: CertificateIssued},
	ErrorHold:   {Reopen: UnderReview, Reject: Rejected, Withdraw: Withdrawn, Decease: CancelledDeceased},

	CertificateIssued: {}, Rejected: {}, Withdrawn: {}, CancelledTimeout: {}, CancelledDeceased: {}, Discarded: {},
}

// Next returns where step leads from s, and whether it may be taken there.
func (s State) Next(step Step) (State, bool) {
	to, ok := next[s][step]
	return to, ok
}

// May reports whether step may be taken from s.
func (s State) May(step Step) bool { _, ok := s.Next(step); return ok }

// Stored reports whether s is a state that the database may hold.
func (s State) Stored() bool { _, ok := next[s]; return ok }

// Open reports whether something is still to happen before the outcome is
// known: sent, and neither registered nor ended.
func (s State) Open() bool {
	return s.Stored() && s != Draft && s != Registered && len(next[s]) > 0
}

// Ended reports whether nothing can follow.
func (s State) Ended() bool { return s.Stored() && len(next[s]) == 0 }

// States returns every state that can be shown, in the order of the table.
func States() []State {
	states := make([]State, 0, len(infos))
	for _, i := range infos {
		states = append(states, i.State)
	}
	return states
}

// Steps returns every step, in the order of the list above.
func Steps() []Step { return slices.Clone(steps) }

var steps = []Step{Submit, HoldDuplicate, ClearDuplicate, Ask, Wait, Disagree, Examine, AcceptEvidence, Confirm, Return,
	Resubmit, Approve, ApproveFree, ApprovePaid, Settle, Schedule, Start, Register, Issue, Reject, Withdraw, Expire,
	Decease, Hold, Reopen, Discard}
