package application

import (
	"time"

	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/person"
)

// Bucket is a group of the officers' queue (SERVICE §1.3).
type Bucket string

// The buckets, in the order of the page.
const (
	AllOpen      Bucket = "all"
	NewCases     Bucket = "new"      // 新着
	Mismatches   Bucket = "mismatch" // 照合不一致
	WaitingFix   Bucket = "returned" // 補正待ち
	WaitingPay   Bucket = "payment"  // 支払待ち
	WaitingElse  Bucket = "waiting"  // 照会待ち
	NearLimit    Bucket = "near"     // 期限間近: at 80 % of the standard period or past a deadline
	Held         Bucket = "held"     // 職員確認中・重複
	DoneRecently Bucket = "done"     // 完了
)

// Buckets are all buckets in the order of the page.
var Buckets = []Bucket{AllOpen, NewCases, Mismatches, Held, NearLimit, WaitingFix, WaitingPay, WaitingElse, DoneRecently}

// Words returns the bucket for a reader of lang ("ja" or "en").
func (b Bucket) Words(lang string) string {
	return pick(map[Bucket][2]string{AllOpen: {"すべて", "All open"}, NewCases: {"新着・審査", "New and under review"},
		Mismatches: {"照合不一致", "Mismatch"}, WaitingFix: {"補正待ち", "Returned"}, WaitingPay: {"支払待ち", "Awaiting payment"},
		WaitingElse: {"照会・登録待ち", "Waiting for others"}, NearLimit: {"期限間近", "Near the limit"}, Held: {"保留・重複", "On hold"},
		DoneRecently: {"完了", "Done"}}[b], lang)
}

// Count is how many cases a bucket holds.
type Count struct {
	Bucket Bucket
	N      int
}

// QueueRow is one case in the officers' queue. The name is masked.
type QueueRow struct {
	ID            string
	Number        string
	Kind          Kind
	Items         []Item
	Notification  bool
	Qualification string // code
	RegNumber     string // registration number
	Masked        string // 山＊ ＊＊
	State         State  // may be one of the shown states
	Info          Info
	ArrivedAt     time.Time
	DueOn         person.Date // standard period ends; zero when none runs
	DaysLeft      int         // negative: past
	Next          person.Date // the next date of its state
	Overdue       bool        // a time limit of the holder has passed: an officer must close or extend
	Own           bool        // the officer's own case: somebody else must do it
}

// Queue is a page of cases and the counts of all buckets.
type Queue struct {
	Bucket Bucket
	Counts []Count
	Rows   []QueueRow
	More   bool // there are more than were listed
}

// Filter is what an officer asks the queue for.
type Filter struct {
	Bucket Bucket // zero: AllOpen
	Offset int
	Limit  int // 1–100; 0: 50
}

// Column is one field of the case, side by side.
type Column struct {
	Item       string // name, kana, birth_date, address, domicile
	Changes    bool   // the applicant wants to change it
	Registered string
	Asked      string // equal to Registered when it stays
	Evidence   []Cell
}

// Cell is what one source says of one field, with the differences to what is asked.
type Cell struct {
	ItemID   string // evidence item, for accepting it
	Source   evidence.Source
	State    evidence.ItemState
	Answer   evidence.Answer
	Text     string
	Segments []person.Segment // Asked → Text, piece by piece
}

// Attachment is a file that the holder gave.
type Attachment struct {
	ID         string
	ReturnItem string
	Name       string // ours: "attachment-1.pdf"
	Type       string // application/pdf, image/jpeg or image/png
	Size       int
	SHA256     string
	At         time.Time
}

// Reason is a reason that an officer can choose; the texts are sent as they are.
type Reason struct {
	Code   string
	Item   string // the item it is usually about
	Ja, En string
	Ways   []Way // for returns
}

// Words returns the reason's text in lang ("ja" or "en").
func (r Reason) Words(lang string) string { return pick([2]string{r.Ja, r.En}, lang) }

// Case is an application as the officer sees it.
type Case struct {
	View                           // what the holder sees
	Holder      string             // login id
	Body        registry.BodyID    //
	Columns     []Column           // asked, register, evidence
	Items       []evidence.Item    //
	Inquiries   []evidence.Inquiry // what was asked, answered and when
	Attachments []Attachment
	Identifiers []Identified
	EventOn     person.Date // when it happened, if asked
	LateReason  string
	Electronic  bool // the outcome may be told by electronic means; else a letter has to go out as well
	DueOn       person.Date
	DaysLeft    int
	Gate        []Finding // what stands between this case and the request for money
	Own         bool      // the officer's own case
	Overdue     bool
	Substituted bool // a source used substitute characters
	ReturnList  []Reason
	RejectList  []Reason
	Authority   string // default of the instruction: review
	Defendant   string // default of the instruction: suit
	OfficerCan  OfficerCan
	Others      []QueueRow // other open applications for the same registration
}

// Identified is a 16-digit identifier that the holder gave.
type Identified struct {
	ReturnItem string
	Number     string
	IssuedOn   person.Date
}

// OfficerCan says what the officer may do now.
type OfficerCan struct{ Approve, Return, Reject, AcceptEvidence, AskAgain, Close, Extend, Reopen, Hold, ClearDuplicate bool }

// Asked is one item that an officer returns.
type ReturnRequest struct {
	Item   string
	Reason string // code from the list
	Text   string // free text added below the reason, sent as it is
}

// Rejection is a refusal with its reason and the instruction of 行政不服審査法82条
// and 行政事件訴訟法46条.
type Rejection struct {
	Reason    string // code from the list
	Text      string // the reason in words, sent as it is; needed
	Authority string // request for review: to whom, within three months
	Defendant string // suit: against whom, within six months
}
