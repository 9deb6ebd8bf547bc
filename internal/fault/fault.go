// Package fault names what a user can mend. A fault has a kind, which decides
// the HTTP status, and a code, for which the message files hold a sentence in
// Japanese and in English that says what happened and what to do next.
// Everything that is no fault is a defect or an outage: it is logged, and the
// user sees a request number.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Kind says what sort of answer a fault is. A Kind is itself an error, so that
// errors.Is(err, fault.NotFound) asks for any fault of that kind.
type Kind int

const (
	// Invalid: what was sent does not parse or breaks a rule for one value (HTTP 422).
	Invalid Kind = iota + 1
	// Conflict: the thing has moved since the user saw it (409).
	Conflict
	// NotFound: there is no such thing for this user (404); also said of what belongs to somebody else.
	NotFound
	// Forbidden: the user is known and may not do this (403).
	Forbidden
	// Unauthenticated: nobody is logged in, or the login is too old or too weak (401).
	Unauthenticated
	// TooMany: a limit was reached; trying later helps (429).
	TooMany
	// TooLarge: an upload or body is over its limit (413).
	TooLarge
	// Unavailable: an outside party did not answer (503).
	Unavailable
)

// Error returns the kind's name.
func (k Kind) Error() string {
	switch k {
	case Invalid:
		return "invalid"
	case Conflict:
		return "conflict"
	case NotFound:
		return "not found"
	case Forbidden:
		return "forbidden"
	case Unauthenticated:
		return "unauthenticated"
	case TooMany:
		return "too many"
	case TooLarge:
		return "too large"
	case Unavailable:
		return "unavailable"
	}
	return fmt.Sprintf("fault.Kind(%d)", int(k))
}

// Fault is an error that a user can mend. Faults are declared once, beside the
// rule they guard, with New; With and At make copies that carry details.
type Fault struct {
	kind   Kind
	code   string
	field  string
	params map[string]any
	cause  error
}

var (
	mu    sync.Mutex
	codes = map[string]Kind{}
)

// New declares a fault. It panics when the code was declared before: it is
// called from package variables only. Codes read "room.what_happened".
func New(kind Kind, code string) *Fault {
	mu.Lock()
	defer mu.Unlock()
	if _, twice := codes[code]; twice {
		panic("fault: code declared twice: " + code)
	}
	codes[code] = kind
	return &Fault{kind: kind, code: code}
}

// Codes returns every declared code, sorted. The message files are tested against it.
func Codes() []string {
	mu.Lock()
	defer mu.Unlock()
	return slices.Sorted(maps.Keys(codes))
}

// Kind returns the kind that decides the HTTP status.
func (f *Fault) Kind() Kind { return f.kind }

// Code returns the stable code under which the message is found.
func (f *Fault) Code() string { return f.code }

// Field returns the name of the form field or JSON member at fault, or "".
func (f *Fault) Field() string { return f.field }

// Params returns what the message's placeholders are filled with. Never put
// personal data here: faults are logged.
func (f *Fault) Params() map[string]any { return f.params }

// With returns a copy whose message gets the placeholder name filled with value.
func (f *Fault) With(name string, value any) *Fault {
	c := *f
	c.params = maps.Clone(f.params)
	if c.params == nil {
		c.params = map[string]any{}
	}
	c.params[name] = value
	return &c
}

// At returns a copy that says which form field or JSON member is at fault.
func (f *Fault) At(field string) *Fault {
	c := *f
	c.field = field
	return &c
}

// Because returns a copy that wraps cause, for the log only.
func (f *Fault) Because(cause error) *Fault {
	c := *f
	c.cause = cause
	return &c
}

// Error is for logs: code, field and parameters.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.code)
	if f.field != "" {
		fmt.Fprintf(&b, " at %s", f.field)
	}
	for _, k := range slices.Sorted(maps.Keys(f.params)) {
		fmt.Fprintf(&b, " %s=%v", k, f.params[k])
	}
	if f.cause != nil {
		fmt.Fprintf(&b, ": %v", f.cause)
	}
	return b.String()
}

// Unwrap returns the cause given to Because.
func (f *Fault) Unwrap() error { return f.cause }

// Is reports whether target is this fault's kind or a fault of the same code.
func (f *Fault) Is(target error) bool {
	switch t := target.(type) {
	case Kind:
		return t == f.kind
	case *Fault:
		return t.code == f.code
	}
	return false
}

// List is several faults of one form, in the order of its fields.
type List []*Fault

// Error is for logs.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, f := range l {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap lets errors.Is and errors.As look at each fault.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, f := range l {
		errs[i] = f
	}
	return errs
}

// Err returns the list as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// All returns the faults that err consists of, and false when some part of it
// is no fault.
func All(err error) (List, bool) {
	var l List
	if errors.As(err, &l) {
		return l, true
	}
	var f *Fault
	if errors.As(err, &f) {
		return List{f}, true
	}
	return nil, false
}
