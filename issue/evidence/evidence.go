// Package evidence asks the resident register and the family register what they
// say of a person, so that nobody has to bring papers, and keeps what was asked,
// what was answered and when. It compares and records; it decides nothing: what
// follows from an answer is the business of issue/application.
package evidence

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"qualsys/internal/fault"
	"qualsys/registry/person"
)

// Source is a register that can be asked.
type Source string

// The registers that are asked. Neither holds what the other does: the resident
// register knows name and address of today, the family register knows the chain
// of names and the domicile (本籍).
const (
	Resident Source = "resident" // 住民基本台帳 (J-LIS 本人確認情報)
	Family   Source = "family"   // 戸籍 (戸籍情報連携システム)
)

// Words returns the name of the source for a reader of lang ("ja" or "en").
func (s Source) Words(lang string) string {
	names := map[Source][2]string{Resident: {"住民票", "Resident register"}, Family: {"戸籍", "Family register"}}
	return pick(names[s], lang)
}

// Answer is what became of one inquiry (DESIGN §2). The zero value is no answer.
type Answer int

// The answers. Only Matched and Variant speak for the applicant; Down says nothing.
const (
	Matched  Answer = iota + 1 // equal, character by character
	Variant                    // glyphs differ, folded equal
	NotYet                     // the register still shows what our register shows, or can't issue yet
	Down                       // the source did not answer
	Unclear                    // the source can't tell: history not on file, several persons, nobody
	Mismatch                   // it says something else
)

var answerNames = [...]string{"", "matched", "variant", "not_yet_reflected", "source_down", "unclear_history", "mismatch"}

// String returns the answer's name as stored.
func (a Answer) String() string {
	if a < Matched || a > Mismatch {
		return fmt.Sprintf("evidence.Answer(%d)", int(a))
	}
	return answerNames[a]
}

// Words returns the answer for a reader of lang ("ja" or "en").
func (a Answer) Words(lang string) string {
	words := [...][2]string{{}, {"一致", "Matches"}, {"一致（字体が異なる）", "Matches (character variant)"},
		{"まだ反映されていません", "Not yet reflected"}, {"照会先が応答しません", "Source did not answer"},
		{"経緯を確認できません", "History unclear"}, {"一致しません", "Does not match"}}
	if a < Matched || a > Mismatch {
		return ""
	}
	return pick(words[a], lang)
}

// Good reports whether the answer speaks for what was asked.
func (a Answer) Good() bool { return a == Matched || a == Variant }

func pick(words [2]string, lang string) string {
	if lang == "en" {
		return words[1]
	}
	return words[0]
}

// Facts are what a register says of a person; absent ones are zero.
type Facts struct {
	Name      person.Name
	BirthDate person.Date
	Address   person.Address
	Domicile  person.Domicile
}

// Question is one inquiry to one source. It carries what the asking body knows
// of the person and the legal ground on which it asks.
type Question struct {
	Reference string // our number of this inquiry; the answer repeats it
	Source    Source
	Basis     string // legal ground, as the source wants to read it
	Person    string // the code under which the networks know the person, or ""
	Known     Facts  // name and birth date as our register has them
}

// ReplyStatus is how the source took the question.
type ReplyStatus string

// What a source may say. Anything else is a defect of the source and treated as down.
const (
	Found       ReplyStatus = "found"
	NotFound    ReplyStatus = "not_found"
	HistoryGap  ReplyStatus = "unclear"      // the history is not on file, or several persons fit
	NotIssuable ReplyStatus = "not_issuable" // an event is being entered; ask again later
	Silent      ReplyStatus = "down"         // ours: the source did not answer
)

// Reply is what the source answered.
type Reply struct {
	Status      ReplyStatus
	Says        Facts
	FormerNames []person.Name // family register: names before, oldest first
	Unreadable  []Field       // what it says there is no value that a register may hold
	Substituted bool          // the source could not show each character and used substitutes (代替文字)
	Dead        bool          // the source says that the person has died
	ChangedOn   person.Date   // since when what it says holds, if it tells
	RequestHash string        // SHA-256 of the request's body, hex
	ReplyHash   string        // SHA-256 of the answer's body, hex
	AskedAt     time.Time
	AnsweredAt  time.Time
}

// Registers asks a source. An error means that no answer was had (down, too
// slow, not understood); what a source says of a person is never an error.
type Registers interface {
	Ask(ctx context.Context, q Question) (Reply, error)
}

// ErrSourceDown says that a register did not answer.
var ErrSourceDown = fault.New(fault.Unavailable, "evidence.source_down")

// Field is a thing that evidence can show.
type Field string

// The fields that evidence is asked for.
const (
	Name      Field = "name"
	BirthDate Field = "birth_date"
	Address   Field = "address"
	Domicile  Field = "domicile"
	Alive     Field = "alive"
)

// Words returns the field's name for a reader of lang ("ja" or "en").
func (f Field) Words(lang string) string {
	names := map[Field][2]string{Name: {"氏名", "Name"}, BirthDate: {"生年月日", "Date of birth"},
		Address: {"住所", "Address"}, Domicile: {"本籍（都道府県・国籍）", "Domicile (prefecture or nationality)"}, Alive: {"生存", "Alive"}}
	return pick(names[f], lang)
}

// Need is one thing that a source shall show.
type Need struct {
	Source Source
	Field  Field
}

// Claim is what an application asserts and the questions are about.
type Claim struct {
	Basis      string // legal ground
	Person     string // code of the person for the networks, or ""
	Registered Facts  // what our register says now
	Asked      Facts  // what it shall say; zero where nothing changes
}

// Heard is what one source answered to one claim, before it is kept.
type Heard struct {
	Question Question
	Reply    Reply
}

// Comparison sets one field of the claim beside what the source says.
type Comparison struct {
	Field    Field  `json:"field"`
	Asked    string `json:"asked"`
	Answered string `json:"answered"`
	Answer   Answer `json:"answer"`
}

// Comparisons is a list of comparisons as one column keeps it: personal data.
type Comparisons []Comparison

// ItemState is the state of an evidence item (SERVICE §3.3).
type ItemState string

// The states of an item.
const (
	Needed          ItemState = "needed"
	AutoRequested   ItemState = "auto_requested"
	IsMatched       ItemState = "matched"
	IsVariant       ItemState = "variant"
	IsMismatch      ItemState = "mismatch"
	IsUnclear       ItemState = "unclear_history"
	IsDown          ItemState = "source_down"
	IsNotYet        ItemState = "not_yet_reflected"
	OfficerAccepted ItemState = "officer_accepted"
	Attached        ItemState = "attached"
	AttachedChecked ItemState = "attached_checked"
	Refused         ItemState = "rejected"
	Expired         ItemState = "expired"
)

// Good reports whether the item needs nobody's attention any more.
func (s ItemState) Good() bool {
	return s == IsMatched || s == IsVariant || s == OfficerAccepted || s == AttachedChecked
}

// Words returns the state for a reader of lang ("ja" or "en").
func (s ItemState) Words(lang string) string { return pick(itemWords[s], lang) }

var itemWords = map[ItemState][2]string{
	Needed: {"照会前", "Not asked yet"}, AutoRequested: {"照会中", "Being asked"},
	IsMatched: {"一致", "Matches"}, IsVariant: {"一致（字体が異なる）", "Matches (character variant)"},
	IsMismatch: {"一致しません", "Does not match"}, IsUnclear: {"経緯を確認できません", "History unclear"},
	IsDown: {"照会先が応答しません", "Source did not answer"}, IsNotYet: {"まだ反映されていません", "Not yet reflected"},
	OfficerAccepted: {"職員が確認しました", "Accepted by an officer"}, Attached: {"添付で確認します", "Attachment to be checked"},
	AttachedChecked: {"添付を確認しました", "Attachment checked"}, Refused: {"認められません", "Not accepted"},
	Expired: {"期限切れ", "Too old"},
}

// stateOf maps an answer to the item's state.
var stateOf = map[Answer]ItemState{Matched: IsMatched, Variant: IsVariant, NotYet: IsNotYet,
	Down: IsDown, Unclear: IsUnclear, Mismatch: IsMismatch}

// Item is one thing that one source shall show for one application.
type Item struct {
	ID          string
	Application string
	Need        Need
	State       ItemState
	Comparisons Comparisons // what stood side by side when it was last asked; personal data
	Tries       int         // how often it was asked
	AskedAt     time.Time   // zero when never
	Note        string      // the officer's reason, when one accepted or refused it
}

// Inquiry is the record of one question: who asked what source, on what ground,
// when, and the digests of both bodies. It holds no personal data.
type Inquiry struct {
	ID          string
	Application string
	Source      Source
	Purpose     Purpose
	AskedBy     string // kind:id of the actor
	Basis       string
	Status      ReplyStatus
	Dead        bool
	Substituted bool
	RequestHash string
	ReplyHash   string
	AskedAt     time.Time // when the question went out
	AnsweredAt  time.Time // when the answer was in; zero when none came
}

// Purpose says what a question was asked for.
type Purpose string

// The purposes of an inquiry.
const (
	Prefill Purpose = "prefill" // to fill the holder's own form
	Check   Purpose = "check"   // to compare an application
	Life    Purpose = "life"    // whether the person is alive, before money is asked for
)

// Value implements driver.Valuer.
func (c Comparisons) Value() (driver.Value, error) { return encode(c) }

// Scan implements sql.Scanner.
func (c *Comparisons) Scan(v any) error { return decode(v, c) }
