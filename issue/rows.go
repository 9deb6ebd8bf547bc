package issue

import (
	"bytes"
	"crypto/sha256"
	"database/sql/driver"
	"fmt"

	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/person"
)

// row is a certificate as it is stored. Its personal columns are content, code,
// birth_date and statement; they are written by rowOf and release and read by
// certificate and wording only.
type row struct {
	ID                  ID
	RegistrationID      registry.ID
	RegistrationVersion int
	Register            int64
	Qualification       string
	BodyID              registry.BodyID
	Kind                Kind
	TemplateID          string
	TemplateVersion     int
	State               State
	Status              credential.Status
	Content             string
	BirthDate           person.Date
	Code                string
	CodeDigest          []byte
	Kid                 []byte
	StatementDigest     []byte
	StatementPrefix     int
	Statement           blob
	List                int64
	ListIndex           int64
	FileDigest          blob
	FilePrefix          *int
	FileSize            *int64
	IssuedOn            person.Date
	Facts               facts `gorm:"embedded"`
	PreparedBy          string
	CauseKind           string
	CauseRef            string
	PreparedAt          store.Instant
	ReleasedAt          store.Instant
	StatusAt            store.Instant
}

func (row) TableName() string { return "certificates" }

// blob is bytes that may be absent: none are stored as NULL on every engine.
type blob []byte

// Value implements driver.Valuer.
func (b blob) Value() (driver.Value, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return []byte(b), nil
}

// Scan implements sql.Scanner.
func (b *blob) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*b = nil
	case []byte:
		*b = bytes.Clone(v)
	default:
		return fmt.Errorf("issue: bytes from %T", v)
	}
	return nil
}

// prefix returns the first 16 bits of a digest as a number.
func prefix(digest []byte) int { return int(digest[0])<<8 | int(digest[1]) }

// content reads the frozen content.
func (r row) content() (template.Content, error) {
	c, err := template.ParseContent([]byte(r.Content))
	if err != nil {
		return c, fmt.Errorf("issue: certificate %s: %w", r.ID, err)
	}
	return c, nil
}

// wording rebuilds the statement exactly as it was prepared.
func (r row) wording(c template.Content) credential.Statement {
	return credential.Statement{
		Version: credential.Version, Code: credential.Code(r.Code), Register: uint32(r.Register),
		Number: c.Number.Value, Name: c.Name.Value, Birth: r.BirthDate.Int(), Issued: r.IssuedOn.Int(),
		List: uint32(r.List), Index: uint32(r.ListIndex), Expiry: r.Facts.ExpiresOn.Int(),
	}
}

// kid returns the name of the statement's key.
func (r row) kid() (k credential.KeyID) {
	copy(k[:], r.Kid)
	return k
}

// certificate turns the row into what callers see, with the status of a day.
func (r row) certificate(day person.Date) (Certificate, error) {
	content, err := r.content()
	if err != nil {
		return Certificate{}, err
	}
	c := Certificate{
		ID: r.ID, Registration: r.RegistrationID, Qualification: r.Qualification, Body: r.BodyID,
		Register: registry.RegisterNo(r.Register), Kind: r.Kind, State: r.State, Status: credential.Revoked,
		Content: content, Code: credential.Code(r.Code), Statement: credential.Signed(r.Statement),
		Cause: registry.Cause{Kind: r.CauseKind, Ref: r.CauseRef},
		List:  uint32(r.List), Index: uint32(r.ListIndex), IssuedOn: r.IssuedOn, ExpiresOn: r.Facts.ExpiresOn,
		PreparedAt: r.PreparedAt.Time, ReleasedAt: r.ReleasedAt.Time,
	}
	copy(c.StatementDigest[:], r.StatementDigest)
	if r.State == StateReleased {
		if len(r.FileDigest) != sha256.Size || r.FileSize == nil {
			return Certificate{}, fmt.Errorf("issue: released certificate %s has no file", r.ID)
		}
		copy(c.File[:], r.FileDigest)
		c.Size = *r.FileSize
		c.Status, c.Reason = r.Facts.on(day)
	}
	return c, nil
}

// logRow is one line of the issue log.
type logRow struct {
	ID              string
	Event           State
	CertificateID   ID
	StatementDigest []byte
	CodeDigest      []byte
	List            int64
	ListIndex       int64
	FileDigest      blob
	RecordedAt      store.Instant
	AuditLineID     string
}

func (logRow) TableName() string { return "issue_log" }

// refusalRow is a certificate that could not be made.
type refusalRow struct {
	ID                  string
	RegistrationID      registry.ID
	RegistrationVersion int
	BodyID              registry.BodyID
	Kind                Kind
	Item                string
	Glyph               string
	Reason              string
	RefusedAt           store.Instant
}

func (refusalRow) TableName() string { return "refusals" }

// reissueRow is a reissue that was decided.
type reissueRow struct {
	ID             string
	RegistrationID registry.ID
	Kind           Kind
	CauseKind      string
	CauseRef       string
	AskedAt        store.Instant
	CertificateID  *ID
	SettledAt      store.Instant
}

func (reissueRow) TableName() string { return "reissues" }

// attemptRow counts the wrong birth dates typed for a code on one day.
type attemptRow struct {
	CodeDigest []byte
	TriedOn    person.Date
	Wrong      int
}

func (attemptRow) TableName() string { return "code_attempts" }
