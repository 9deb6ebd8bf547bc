package application

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/person"
)

// row is an application as the database keeps it.
type row struct {
	ID                  string `gorm:"primaryKey"`
	Number              *string
	Kind                Kind
	State               State
	Version             int
	Holder              string
	RegistrationID      registry.ID
	RegistrationVersion int
	BodyID              registry.BodyID
	Register            registry.RegisterNo
	Qualification       string
	Act                 string
	DraftSlot           *string
	OpenSlot            *string
	Form                asJSON[Form]
	Prefill             asJSON[Prefill]
	Screen              Screen
	AskedName           person.Name
	AskedKana           person.Kana
	AskedAddress        person.Address
	AskedDomicile       person.Domicile
	EventOn             person.Date
	Loss                asJSON[Loss]
	Procedures          asJSON[[]string]
	Tax                 payment.Yen
	Charge              payment.Yen
	PayWhen             string
	ReviewDays          int
	Effective           string
	Paper               Paper
	Electronic          bool
	DecidedBy           string
	DecisionReason      string
	DecisionText        string
	Authority           string
	Defendant           string
	Round               int
	Overdue             bool
	CertificateID       string
	ArrivedAt           store.Instant
	DueOn               person.Date
	RestedAt            store.Instant
	DeadlineOn          person.Date
	NextOn              person.Date
	EffectiveOn         person.Date
	DecidedAt           store.Instant
	AskedAt             store.Instant
	RegisteredAt        store.Instant
	CreatedAt           store.Instant `gorm:"autoCreateTime:false"`
	ChangedAt           store.Instant
}

// TableName names the table.
func (row) TableName() string { return "applications" }

// moving are the columns that a write may change.
var moving = []string{"number", "state", "version", "registration_version", "act", "draft_slot", "open_slot", "form",
	"prefill", "screen", "asked_name", "asked_kana", "asked_address", "asked_domicile", "event_on", "loss", "procedures",
	"tax", "charge", "pay_when", "review_days", "effective", "paper", "electronic", "decided_by", "decision_reason",
	"decision_text", "authority", "defendant", "round", "overdue", "certificate_id", "arrived_at", "due_on", "rested_at",
	"deadline_on", "next_on", "effective_on", "decided_at", "asked_at", "registered_at", "changed_at"}

func (r row) number() string {
	if r.Number == nil {
		return ""
	}
	return *r.Number
}

func (r row) fee() Fee { return Fee{Tax: r.Tax, Charge: r.Charge} }

func (r row) notification() bool { return r.Act == registry.ActNotification }

// slot is what at most one open application may hold.
func slot(registration registry.ID, k Kind) string { return string(registration) + "/" + string(k) }

// asks reports whether the application asks for a change of the item.
func (r row) asks(i Item) bool {
	switch i {
	case Name:
		return !r.AskedName.IsZero()
	case Address:
		return !r.AskedAddress.IsZero()
	case Domicile:
		return !r.AskedDomicile.IsZero()
	}
	return false
}

// items are the items asked for, in the order of Items.
func (r row) items() []Item {
	var l []Item
	for _, i := range Items {
		if r.asks(i) {
			l = append(l, i)
		}
	}
	return l
}

// stepRow is one step. It is never edited.
type stepRow struct {
	ApplicationID string `gorm:"primaryKey"`
	Seq           int    `gorm:"primaryKey;autoIncrement:false"`
	Step          Step
	FromState     State
	ToState       State
	ActorKind     string
	ActorID       string
	Reason        string
	At            store.Instant
}

// TableName names the table.
func (stepRow) TableName() string { return "application_steps" }

// returnRow is one thing to mend.
type returnRow struct {
	ID            string `gorm:"primaryKey"`
	ApplicationID string
	Round         int
	Place         int
	Item          string
	Reason        string
	Message       string
	Note          string
	Ways          asJSON[[]Way]
	Answer        Way
	Shown         string
	Identifier    string
	IdentifierOn  person.Date
	AnsweredAt    store.Instant
}

// TableName names the table.
func (returnRow) TableName() string { return "application_returns" }

func (r returnRow) item() ReturnItem {
	return ReturnItem{ID: r.ID, Item: r.Item, Reason: r.Reason, Text: r.Message, Note: r.Note, Ways: r.Ways.V,
		Answer: r.Answer, Shown: r.Shown, Round: r.Round}
}

// attachmentRow is a file that a holder gave.
type attachmentRow struct {
	ID            string `gorm:"primaryKey"`
	ApplicationID string
	ReturnID      string
	Name          string
	MediaType     string
	Size          int
	SHA256        string `gorm:"column:sha256"`
	Content       []byte
	At            store.Instant
}

// TableName names the table.
func (attachmentRow) TableName() string { return "application_attachments" }

func (r attachmentRow) attachment() Attachment {
	return Attachment{ID: r.ID, ReturnItem: r.ReturnID, Name: r.Name, Type: r.MediaType, Size: r.Size, SHA256: r.SHA256, At: r.At.Time}
}

// numberRow is the last receipt number of a year.
type numberRow struct {
	Year       int `gorm:"primaryKey;autoIncrement:false"`
	LastNumber int
}

// TableName names the table.
func (numberRow) TableName() string { return "application_numbers" }

// asJSON is a value kept as JSON in one column: the codec of what holders type.
type asJSON[T any] struct{ V T }

// Value implements driver.Valuer.
func (j asJSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan implements sql.Scanner.
func (j *asJSON[T]) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return json.Unmarshal([]byte(v), &j.V)
	case []byte:
		return json.Unmarshal(v, &j.V)
	}
	return fmt.Errorf("application: JSON can't be read from %T", v)
}

// GormDataType names the column's type.
func (asJSON[T]) GormDataType() string { return "text" }

// Scan implements sql.Scanner and refuses what is no state.
func (s *State) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*s = State(v)
	case []byte:
		*s = State(v)
	}
	if !s.Stored() {
		return fmt.Errorf("application: no such state: %q", string(*s))
	}
	return nil
}

// facts are the values asked for as the evidence room calls them.
func (r row) facts() evidence.Facts {
	return evidence.Facts{Name: r.AskedName, Address: r.AskedAddress, Domicile: r.AskedDomicile}
}
