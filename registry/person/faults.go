package person

import "qualsys/internal/fault"

// Why a name is not taken. Those about one character carry the placeholders
// codepoint ("U+202E") and position (the number of the character, from 1).
var (
	ErrNameEmpty      = fault.New(fault.Invalid, "person.name_empty")
	ErrNameTooLong    = fault.New(fault.Invalid, "person.name_too_long")
	ErrNameEncoding   = fault.New(fault.Invalid, "person.name_encoding")
	ErrNameControl    = fault.New(fault.Invalid, "person.name_control")
	ErrNameInvisible  = fault.New(fault.Invalid, "person.name_invisible")
	ErrNameSpace      = fault.New(fault.Invalid, "person.name_space")
	ErrNameScript     = fault.New(fault.Invalid, "person.name_script")
	ErrNamePrivateUse = fault.New(fault.Invalid, "person.name_private_use")
	ErrNameBracket    = fault.New(fault.Invalid, "person.name_bracket")
	ErrNameSymbol     = fault.New(fault.Invalid, "person.name_symbol")
	ErrNameUnassigned = fault.New(fault.Invalid, "person.name_unassigned")
	ErrNameSelector   = fault.New(fault.Invalid, "person.name_selector")
	ErrNameCombining  = fault.New(fault.Invalid, "person.name_combining")
)

// Why another value is not taken.
var (
	ErrKana            = fault.New(fault.Invalid, "person.kana_invalid")
	ErrKanaTooLong     = fault.New(fault.Invalid, "person.kana_too_long")
	ErrDate            = fault.New(fault.Invalid, "person.date_invalid")
	ErrAddressEmpty    = fault.New(fault.Invalid, "person.address_empty")
	ErrAddressTooLong  = fault.New(fault.Invalid, "person.address_too_long")
	ErrAddressSign     = fault.New(fault.Invalid, "person.address_sign")
	ErrDomicile        = fault.New(fault.Invalid, "person.domicile_invalid")
	ErrDomicileAddress = fault.New(fault.Invalid, "person.domicile_is_address")
)
