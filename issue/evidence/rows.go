package evidence

import (
	"encoding/json"
	"fmt"

	"qualsys/internal/store"
)

// itemRow is an item as the database keeps it. The comparisons are the one
// column with personal data, and encode and decode are its one codec.
type itemRow struct {
	ID            string `gorm:"primaryKey"`
	ApplicationID string
	Source        Source
	Field         Field
	State         ItemState
	Comparisons   Comparisons
	Tries         int
	AskedAt       store.Instant
	Note          string
	CreatedAt     store.Instant `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (itemRow) TableName() string { return "evidence_items" }

func (r itemRow) item() Item {
	return Item{ID: r.ID, Application: r.ApplicationID, Need: Need{r.Source, r.Field}, State: r.State,
		Comparisons: r.Comparisons, Tries: r.Tries, AskedAt: r.AskedAt.Time, Note: r.Note}
}

// inquiryRow is one question that was asked. It holds no personal data.
type inquiryRow struct {
	ID            string `gorm:"primaryKey"`
	ApplicationID string
	Source        Source
	Purpose       Purpose
	AskedBy       string
	Basis         string
	Status        ReplyStatus
	Dead          bool
	Substituted   bool
	RequestHash   string
	ReplyHash     string
	AskedAt       store.Instant
	AnsweredAt    store.Instant
}

// TableName names the table.
func (inquiryRow) TableName() string { return "evidence_inquiries" }

func (r inquiryRow) inquiry() Inquiry {
	return Inquiry{ID: r.ID, Application: r.ApplicationID, Source: r.Source, Purpose: r.Purpose, AskedBy: r.AskedBy,
		Basis: r.Basis, Status: r.Status, Dead: r.Dead, Substituted: r.Substituted, RequestHash: r.RequestHash,
		ReplyHash: r.ReplyHash, AskedAt: r.AskedAt.Time, AnsweredAt: r.AnsweredAt.Time}
}

func encode(c Comparisons) (string, error) {
	if c == nil {
		c = Comparisons{}
	}
	b, err := json.Marshal(c)
	return string(b), err
}

func decode(v any, c *Comparisons) error {
	var b []byte
	switch v := v.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	case nil:
		*c = nil
		return nil
	default:
		return fmt.Errorf("evidence: comparisons can't be read from %T", v)
	}
	return json.Unmarshal(b, c)
}

// MarshalText writes the answer's name.
func (a Answer) MarshalText() ([]byte, error) {
	if a < Matched || a > Mismatch {
		return nil, fmt.Errorf("evidence: %d is no answer", int(a))
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads the answer's name and refuses anything else.
func (a *Answer) UnmarshalText(b []byte) error {
	for x := Matched; x <= Mismatch; x++ {
		if x.String() == string(b) {
			*a = x
			return nil
		}
	}
	return fmt.Errorf("evidence: no such answer")
}
