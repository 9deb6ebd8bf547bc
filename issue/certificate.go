package issue

import (
	"fmt"
	"log/slog"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/person"
)

// ID names a certificate in our own house: on the holder's and the officers'
// pages, never in public, where only its code and digests are known.
type ID string

// Kind says what sort of certificate of a registration it is.
type Kind string

// Standard is the digital certificate of a qualification, デジタル資格者証, the
// only kind so far.
const Standard Kind = "certificate"

// State is how far the making of a certificate has come. The zero State is none.
type State string

// The states of making.
const (
	// StatePrepared: it has its code and its content, and nobody may have it yet.
	StatePrepared State = "prepared"
	// StateReleased: its file is in the issue log and the holder may have it.
	StateReleased State = "released"
	// StateAbandoned: the registration moved before it was released; it never will be.
	StateAbandoned State = "abandoned"
	// StateFailed: its file did not pass proofreading; it never will be released.
	StateFailed State = "failed"
)

// Scan reads the word and refuses any other.
func (s *State) Scan(v any) error {
	word, err := text(v)
	if err != nil {
		return err
	}
	switch State(word) {
	case StatePrepared, StateReleased, StateAbandoned, StateFailed:
		*s = State(word)
		return nil
	}
	return fmt.Errorf("issue: no state %q", word)
}

func text(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", fmt.Errorf("issue: a word from %T", v)
}

// Digest is a SHA-256.
type Digest = [32]byte

// Certificate is one certificate as it is known in our house.
type Certificate struct {
	ID            ID
	Registration  registry.ID
	Qualification string
	Body          registry.BodyID
	Register      registry.RegisterNo
	Kind          Kind
	State         State
	// Status and Reason are as of the day on which the certificate was read.
	// A certificate that was not released has status Revoked.
	Status credential.Status
	Reason Reason
	// Content is what it says, frozen; Code its number.
	Content template.Content
	Code    credential.Code
	// Statement is the signed statement in its QR code; nil until released.
	Statement credential.Signed
	// StatementDigest, List and Index are how it is known to checkers.
	StatementDigest Digest
	List, Index     uint32
	// File and Size are of the released file; zero until then.
	File Digest
	Size int64
	// IssuedOn is the civil day of issue; ExpiresOn the last day of validity or 0.
	IssuedOn, ExpiresOn person.Date
	// Cause is why it was made: the application or entry that asked for it. Its
	// Reason is not kept.
	Cause registry.Cause
	// PreparedAt and ReleasedAt are instants in UTC; ReleasedAt is zero until then.
	PreparedAt, ReleasedAt time.Time
}

// LogValue keeps personal data and codes out of logs.
func (c Certificate) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(c.ID)), slog.String("state", string(c.State)))
}

// Usable reports whether the holder can show it to somebody and be believed:
// released, and neither ended nor suspended nor changed.
func (c Certificate) Usable() bool { return c.State == StateReleased && c.Status == credential.Valid }
