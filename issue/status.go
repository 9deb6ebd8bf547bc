package issue

import (
	"fmt"

	"qualsys/issue/credential"
	"qualsys/registry"
	"qualsys/registry/person"
)

// Reason is why a certificate can no longer be used, as far as a checker is
// told: never what happened to the person. The zero Reason is none.
type Reason int

// The reasons, by what a checker reads.
const (
	// Reissued: another certificate takes its place after a loss or a leak. It
	// says nothing about the registration.
	Reissued Reason = iota + 1
	// IssuedInError: it was withdrawn. It says nothing about the registration.
	IssuedInError
	// NotRegistered: the registration no longer stands; why is never told.
	NotRegistered
	// Expired: the certificate's own validity is over. It says nothing about the registration.
	Expired
)

var reasonWords = [...]string{"", "reissued", "issued_in_error", "not_registered", "expired"}

// String returns the word used by columns and JSON; "" for none.
func (r Reason) String() string {
	if r < 0 || int(r) >= len(reasonWords) {
		return fmt.Sprintf("issue.Reason(%d)", int(r))
	}
	return reasonWords[r]
}

// What can be done to a certificate itself.
const (
	byReissue    = "reissued"
	byWithdrawal = "withdrawn"
)

// facts are all that a certificate's status follows from. Each is kept with the
// certificate and brought up to date in the transaction that changes it, so
// that the status of any day is a matter of reading one row.
type facts struct {
	EndedBy        string      // what was done to the certificate itself: reissued, withdrawn, or empty
	EndsOn         person.Date // first day on which the registration no longer stands; 0: stands
	SuspendedFrom  person.Date // 0: not suspended
	SuspendedUntil person.Date // last day; 0: open
	ExpiresOn      person.Date // last day of the certificate's own validity; 0: none
	Differs        bool        // its own template would print something else now
}

// on returns the status on a civil day in Japan: revoked before suspended
// before changed before valid, always computed as a whole (DESIGN §4.1).
func (f facts) on(day person.Date) (credential.Status, Reason) {
	switch {
	case f.EndedBy == byReissue:
		return credential.Revoked, Reissued
	case f.EndedBy != "": // byWithdrawal, and a word that nobody knows is no better
		return credential.Revoked, IssuedInError
	case f.EndsOn != 0 && !day.Before(f.EndsOn):
		return credential.Revoked, NotRegistered
	case f.ExpiresOn != 0 && day.After(f.ExpiresOn):
		return credential.Revoked, Expired
	case f.SuspendedFrom != 0 && !day.Before(f.SuspendedFrom) &&
		(f.SuspendedUntil == 0 || !day.After(f.SuspendedUntil)):
		return credential.Suspended, 0
	case f.Differs:
		return credential.Changed, 0
	}
	return credential.Valid, 0
}

// dated reports whether the status may change by the mere passing of days.
func (f facts) dated() bool { return f.EndsOn != 0 || f.SuspendedFrom != 0 || f.ExpiresOn != 0 }

// about returns the facts with what the registration says now of its standing.
// Whether the content differs is another matter.
func (f facts) about(r registry.Registration) facts {
	f.EndsOn, f.SuspendedFrom, f.SuspendedUntil = r.End.On, r.Suspension.From, r.Suspension.Until
	return f
}
