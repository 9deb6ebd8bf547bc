package issue

import "qualsys/internal/fault"

// What people are told when there is no certificate to be had.
var (
	// ErrNotFound: no such certificate for this reader.
	ErrNotFound = fault.New(fault.NotFound, "issue.no_such_certificate")
	// ErrNotReleased: the certificate is being made; its file can be had in a moment.
	ErrNotReleased = fault.New(fault.Conflict, "issue.not_released_yet")
	// ErrNotInForce: the registration does not stand or is suspended today, so no certificate is made.
	ErrNotInForce = fault.New(fault.Conflict, "issue.registration_not_in_force")
	// ErrNotPrintable: the name (or another item) holds a character that can't
	// be printed and given back exactly; says item, glyph, codepoints and reason.
	ErrNotPrintable = fault.New(fault.Invalid, "issue.name_not_printable")
	// ErrUnprintable: an item can't be printed for another reason than one
	// character, such as its length; says item and reason.
	ErrUnprintable = fault.New(fault.Invalid, "issue.not_printable")
	// ErrNoTemplate: the body has not published what its certificate shows.
	ErrNoTemplate = fault.New(fault.Conflict, "issue.no_template")
	// ErrAwaitsReissue: the holder reported a loss and had the certificate
	// switched off; a new one follows when the body has decided.
	ErrAwaitsReissue = fault.New(fault.Conflict, "issue.awaits_reissue")
	// ErrMisprint: the finished file did not say what it should; it was not released.
	ErrMisprint = fault.New(fault.Unavailable, "issue.misprint")
	// ErrKeepsMoving: the registration changed again and again while the certificate was made.
	ErrKeepsMoving = fault.New(fault.Conflict, "issue.registration_keeps_moving")
	// ErrEnded: the certificate has been ended before.
	ErrEnded = fault.New(fault.Conflict, "issue.already_ended")
)
