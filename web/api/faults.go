package api

import "qualsys/internal/fault"

// What a program that calls us can mend.
var (
	// ErrUnreadable: the body is no JSON object or no form of several parts.
	ErrUnreadable = fault.New(fault.Invalid, "api.body_unreadable")
	// ErrMember: the body has a member that we don't know, or one of another type.
	ErrMember = fault.New(fault.Invalid, "api.unknown_member")
	// ErrOneOf: exactly one of link, code and file is needed.
	ErrOneOf = fault.New(fault.Invalid, "api.one_of")
	// ErrBirthAlone: a birth date goes with a code only.
	ErrBirthAlone = fault.New(fault.Invalid, "api.birth_date_without_code")
	// ErrBase64: the file is not Base64.
	ErrBase64 = fault.New(fault.Invalid, "api.file_not_base64")
	// ErrTooLong: a text is longer than anything of ours; placeholder {limit} in bytes.
	ErrTooLong = fault.New(fault.Invalid, "api.text_too_long")
	// ErrMediaType: the body is of a type that is not taken here.
	ErrMediaType = fault.New(fault.Invalid, "api.media_type")
	// ErrQuery: a parameter is unknown or wrong.
	ErrQuery = fault.New(fault.Invalid, "api.parameter")
	// ErrKey: the Idempotency-Key is not 1–255 printable characters.
	ErrKey = fault.New(fault.Invalid, "api.idempotency_key")
	// ErrKeyReused: the Idempotency-Key came before with another body.
	ErrKeyReused = fault.New(fault.Invalid, "api.idempotency_key_reused")
)
