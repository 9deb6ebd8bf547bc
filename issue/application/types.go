package application

import (
	"time"

	"qualsys/internal/fault"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/person"
)

// Kind is what an application is for.
type Kind string

// The kinds. A change may hold several changes and owes one tax.
const (
	Change  Kind = "change"  // 変更
	Reissue Kind = "reissue" // 再交付（紛失・毀損・漏えい）
)

// Words returns the kind for a reader of lang ("ja" or "en").
func (k Kind) Words(lang string) string {
	return pick(map[Kind][2]string{Change: {"登録事項の変更", "Change of entry"}, Reissue: {"再交付", "Reissue"}}[k], lang)
}

// Item is a thing of the entry that can be changed here.
type Item string

// The items.
const (
	Name     Item = "name"
	Address  Item = "address"
	Domicile Item = "domicile"
)

// Items are all items in the order of the screens.
var Items = []Item{Name, Domicile, Address}

// Words returns the item for a reader of lang ("ja" or "en").
func (i Item) Words(lang string) string { return evidence.Field(i).Words(lang) }

// Procedure returns the procedure of the catalogue that changes the item.
func (i Item) Procedure() registry.ProcedureKind {
	return map[Item]registry.ProcedureKind{Name: registry.ProcedureChangeName, Address: registry.ProcedureChangeAddress,
		Domicile: registry.ProcedureChangeDomicile}[i]
}

// Screen is one page of the form. There are at most six.
type Screen string

// The screens in their order. Kana is left out when the name stays.
const (
	Choose   Screen = "choose"   // what is to change
	CheckNew Screen = "check"    // old → new, since when
	KanaPage Screen = "kana"     // the reading of the new name
	Delivery Screen = "delivery" // the paper certificate; decisions by electronic means
	ConfirmP Screen = "confirm"  // everything, with the fee
	Done     Screen = "done"
)

// Form is what the holder typed, as typed: a draft keeps it even when it is wrong.
type Form struct {
	Items      []Item `json:"items"`       // what is to change
	Name       string `json:"name"`        //
	Kana       string `json:"kana"`        // reading of the new name
	Address    string `json:"address"`     //
	Domicile   string `json:"domicile"`    // prefecture, or nationality of a foreigner
	EventOn    string `json:"event_on"`    // when it happened (marriage, move …)
	LateReason string `json:"late_reason"` // 遅延理由, when the time limit of the law has passed
	Paper      Paper  `json:"paper"`       // what she has understood about the paper certificate
	Electronic bool   `json:"electronic"`  // 結果を電子で受け取る (デジタル手続法7条)
}

// Paper is what is to be done with the certificate on paper.
type Paper string

// The ways, and NoPaper for who has none. The catalogue says which one holds.
const (
	Keep    Paper = "keep"
	Give    Paper = "return"
	Destroy Paper = "destroy"
	NoPaper Paper = "none"
)

// Words returns the instruction for a reader of lang ("ja" or "en").
func (p Paper) Words(lang string) string {
	return pick(map[Paper][2]string{
		Keep:    {"紙の登録証は手元に残ります。記載は変更前のままです。", "You keep the paper certificate. It shows the former particulars."},
		Give:    {"紙の登録証は、登録が終わったら登録機関へ返してください。", "Please send the paper certificate back to the body once the change is registered."},
		Destroy: {"紙の登録証は、登録が終わったら裁断して捨ててください。", "Please destroy the paper certificate once the change is registered."},
		NoPaper: {"紙の登録証はありません。", "There is no paper certificate."},
	}[p], lang)
}

// Fee is what an application owes, by payee.
type Fee struct {
	Tax    payment.Yen // 登録免許税, to the state
	Charge payment.Yen // 手数料, to the body
}

// Total returns both together.
func (f Fee) Total() payment.Yen { return f.Tax + f.Charge }

// Offer is a procedure that the holder of a registration can begin today.
type Offer struct {
	Item         Item // empty for a reissue
	Kind         Kind
	Notification bool // 届出: recorded when it agrees, nobody approves it
	Fee          Fee
	Priced       bool   // the amounts are known
	ReviewDays   int    // usual duration, working days; 0: not known
	AtOnce       bool   // recorded within seconds when the registers agree
	DeadlineDays int    // within how many days of the event the law wants it; 0: none counted
	Paper        Paper  // what happens to the paper certificate
	Online       bool   // false: not offered here; Elsewhere says where
	Elsewhere    string // the catalogue's channel: paper, counter, external-url
}

// Prefill is what the resident register said when the draft was begun.
type Prefill struct {
	Asked    bool                 // it was asked
	Status   evidence.ReplyStatus // how it answered
	At       time.Time
	Name     string
	Address  string
	Differs  []Item // where it says otherwise than our register
	Pending  bool   // it shows nothing new: the change has perhaps not been entered yet
	Replaced bool   // it used substitute characters: look at the name closely
}

// Row is one line of the old → new table.
type Row struct {
	Item     Item
	Old, New string
	OldKana  string
	NewKana  string
}

// ReturnItem is one thing to mend, as the officer wrote it.
type ReturnItem struct {
	ID     string
	Item   string // name, kana, address, domicile, family_record, other
	Reason string // code from ReturnReasons
	Text   string // what the holder reads, in Japanese: exactly as shown to the officer
	Note   string // the officer's own words in it
	Ways   []Way  // how it may be answered
	Answer Way    // how it was answered; empty while it is open
	Shown  string // what was given: a file's name, an identifier's last digits, the new value
	Round  int    // the n-th return of this application
}

// Way is a way to answer a returned item.
type Way string

// The ways.
const (
	Amend      Way = "amend"      // type the right value
	Upload     Way = "upload"     // attach PDF, JPEG or PNG
	Identifier Way = "identifier" // the 16-digit 戸籍電子証明書提供用識別符号
	Explain    Way = "explain"    // say in words
)

// Decision is what was decided against the applicant, with the instruction (教示).
type Decision struct {
	On        person.Date
	Reason    string // code from RejectReasons, or the timeout
	Text      string // as sent
	Authority string // to whom a request for review goes (3 months)
	Defendant string // whom to sue (6 months)
}

// Event is one step in the life of an application.
type Event struct {
	Step     Step
	From, To State
	At       time.Time
	By       Owner  // who: holder, officer, system
	Reason   string // a code or a short sentence
}

// Status is the one thing the holder sees, computed from the application and
// its payment lines.
type Status struct {
	State State // may be one of the shown states
	Info  Info
	Next  person.Date // the next date; zero when there is none
}

// View is an application as its holder sees it.
type View struct {
	ID           string
	Number       string // 受付番号; empty while a draft
	Version      int    // send it back with every step
	Kind         Kind
	Notification bool // 届出: the words follow
	Registration registry.Registration
	Offers       []Offer
	Form         Form
	Prefill      Prefill
	Screen       Screen   // where a draft stands
	Screens      []Screen // which screens this draft has
	Needs        Needs
	Rows         []Row
	Fee          Fee
	Paper        Paper
	Loss         Loss
	Status       Status
	ArrivedAt    time.Time
	ExpectedOn   person.Date
	EffectiveOn  person.Date // the date of the entry, once known
	PayBy        person.Date
	Returned     []ReturnItem
	ReturnBy     person.Date
	Decision     *Decision
	Evidence     []EvidenceLine
	Events       []Event // without the reasons, which are for officers
	Certificate  string  // id of the certificate that came out of it, once there is one
	Can          Can
}

// Needs says which fields the draft has to have beside the ticked ones.
type Needs struct {
	Kana, EventOn, LateReason bool
	DaysLate                  int // when LateReason
}

// EvidenceLine tells the holder which source was asked and since when, never
// what it answered.
type EvidenceLine struct {
	Source evidence.Source
	Field  evidence.Field
	Done   bool // nothing more is to be asked
	At     time.Time
}

// Can says what the holder may do now.
type Can struct{ Edit, Submit, Withdraw, Pay, Answer, Resubmit, Copy bool }

// Loss is what a report of loss says.
type Loss struct {
	What      LossKind
	Note      string
	SwitchOff bool // end the old certificate at once, not with the reissue
}

// LossKind is what happened to the certificate.
type LossKind string

// The kinds of loss.
const (
	Lost    LossKind = "lost"
	Leaked  LossKind = "leaked" // sent to the wrong person
	Damaged LossKind = "damaged"
)

// The faults of this room. Each has its message in ja and en.
var (
	ErrNone          = fault.New(fault.NotFound, "application.not_found")
	ErrOpenExists    = fault.New(fault.Conflict, "application.open_exists") // params: id
	ErrStale         = fault.New(fault.Conflict, "application.changed_meanwhile")
	ErrNotNow        = fault.New(fault.Conflict, "application.not_now") // params: state
	ErrNotOffered    = fault.New(fault.Invalid, "application.not_offered")
	ErrNotInForce    = fault.New(fault.Conflict, "application.registration_not_in_force")
	ErrNothing       = fault.New(fault.Invalid, "application.nothing_chosen")
	ErrSame          = fault.New(fault.Invalid, "application.nothing_changes")
	ErrKana          = fault.New(fault.Invalid, "application.kana_needed")
	ErrEventOn       = fault.New(fault.Invalid, "application.event_date_needed")
	ErrEventFuture   = fault.New(fault.Invalid, "application.event_date_in_future")
	ErrLateReason    = fault.New(fault.Invalid, "application.late_reason_needed")
	ErrPaper         = fault.New(fault.Invalid, "application.paper_choice_needed")
	ErrTooLong       = fault.New(fault.Invalid, "application.text_too_long") // params: max
	ErrOwnCase       = fault.New(fault.Forbidden, "application.own_case")
	ErrReason        = fault.New(fault.Invalid, "application.reason_needed")
	ErrNoItems       = fault.New(fault.Invalid, "application.return_items_needed")
	ErrInstruction   = fault.New(fault.Invalid, "application.instruction_needed")
	ErrGate          = fault.New(fault.Conflict, "application.not_ready") // params: rules
	ErrUnanswered    = fault.New(fault.Invalid, "application.items_unanswered")
	ErrLossKind      = fault.New(fault.Invalid, "application.loss_kind_needed")
	ErrFileLarge     = fault.New(fault.TooLarge, "application.file_too_large")
	ErrFileKind      = fault.New(fault.Invalid, "application.file_kind")
	ErrFileBroken    = fault.New(fault.Invalid, "application.file_broken")
	ErrFileActive    = fault.New(fault.Invalid, "application.file_active")
	ErrOtherOpen     = fault.New(fault.Conflict, "application.other_open")
	ErrDeadline      = fault.New(fault.Invalid, "application.deadline_out_of_range")
	ErrTooManyFiles  = fault.New(fault.TooMany, "application.too_many_files")
	ErrIdentifier    = fault.New(fault.Invalid, "application.identifier_digits")
	ErrIdentifierOld = fault.New(fault.Invalid, "application.identifier_too_old")
	ErrIdentifierDay = fault.New(fault.Invalid, "application.identifier_date")
	ErrWay           = fault.New(fault.Invalid, "application.way_not_offered")
	ErrRegistersDown = fault.New(fault.Unavailable, "application.registers_down")
)
