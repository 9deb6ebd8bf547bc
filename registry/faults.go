package registry

import "qualsys/internal/fault"

// What a user of the register can mend.
var (
	// ErrNotFound: there is no such registration for this user.
	ErrNotFound = fault.New(fault.NotFound, "registry.not_found")
	// ErrStale: the registration has moved since the user saw it.
	ErrStale = fault.New(fault.Conflict, "registry.changed_meanwhile")
	// ErrEnded: the registration is removed, revoked or lapsed; only a correction or a restoration is possible.
	ErrEnded = fault.New(fault.Conflict, "registry.ended")
	// ErrNothingChanges: the register says already what was asked for.
	ErrNothingChanges = fault.New(fault.Invalid, "registry.nothing_changes")
	// ErrSuspended: a suspension runs or is decided already.
	ErrSuspended = fault.New(fault.Conflict, "registry.already_suspended")
	// ErrNotSuspended: there is nothing to restore.
	ErrNotSuspended = fault.New(fault.Conflict, "registry.nothing_to_restore")
	// ErrTwoPersons: this needs a proposal and a second person.
	ErrTwoPersons = fault.New(fault.Forbidden, "registry.two_persons")
	// ErrSamePerson: who proposed can't be the second person.
	ErrSamePerson = fault.New(fault.Forbidden, "registry.same_person")
	// ErrOwnCase: nobody decides about their own registration.
	ErrOwnCase = fault.New(fault.Forbidden, "registry.own_case")
	// ErrDecided: the proposal was decided already.
	ErrDecided = fault.New(fault.Conflict, "registry.proposal_decided")
	// ErrProposed: another proposal for this registration is open.
	ErrProposed = fault.New(fault.Conflict, "registry.proposal_open")
	// ErrNoProposal: there is no such proposal for this user.
	ErrNoProposal = fault.New(fault.NotFound, "registry.no_proposal")
	// ErrCause: a change needs to say because of what.
	ErrCause = fault.New(fault.Invalid, "registry.cause_missing")
	// ErrReason: a decision needs a reason in words.
	ErrReason = fault.New(fault.Invalid, "registry.reason_missing")
	// ErrEffective: the effective date is missing, incomplete or contradicts the change.
	ErrEffective = fault.New(fault.Invalid, "registry.effective_date")
	// ErrFuture: this change can't take effect later than today.
	ErrFuture = fault.New(fault.Invalid, "registry.effective_in_future")
	// ErrBeforeRegistration: nothing takes effect before the registration itself.
	ErrBeforeRegistration = fault.New(fault.Invalid, "registry.before_registration")
	// ErrPeriod: a suspension ends before it begins.
	ErrPeriod = fault.New(fault.Invalid, "registry.period_reversed")
	// ErrParticulars: name, birth date or registration date is missing.
	ErrParticulars = fault.New(fault.Invalid, "registry.particulars_missing")
	// ErrNumber: the number has not the form of this register; {example} shows it.
	ErrNumber = fault.New(fault.Invalid, "registry.number_format")
	// ErrNumberTaken: the register has that number already.
	ErrNumberTaken = fault.New(fault.Conflict, "registry.number_taken")
	// ErrNoRegister: there is no register with that number.
	ErrNoRegister = fault.New(fault.NotFound, "registry.no_register")
	// ErrNoQualification: the catalogue has no such qualification on that day.
	ErrNoQualification = fault.New(fault.NotFound, "registry.no_qualification")
	// ErrNoProcedure: the qualification has no such procedure on that day.
	ErrNoProcedure = fault.New(fault.NotFound, "registry.no_procedure")
	// ErrQueryTooWide: a search needs at least a name, a number or a birth date.
	ErrQueryTooWide = fault.New(fault.Invalid, "registry.query_too_wide")
)
