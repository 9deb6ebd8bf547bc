package notice

import (
	"fmt"
	"maps"
	"slices"
)

// Kind says what a notice tells. The number in the comment is that of SERVICE §8.
type Kind string

// What people are told.
const (
	Linked         Kind = "linked"           // N1
	LinkFailed     Kind = "link_failed"      // N2: an officer could not confirm the link
	Received       Kind = "received"         // N3
	EvidenceWait   Kind = "evidence_wait"    // N4
	Returned       Kind = "returned"         // N5
	PayRequest     Kind = "pay_request"      // N6
	PayReminder    Kind = "pay_reminder"     // N7
	PayDeclined    Kind = "pay_declined"     // N8
	Paid           Kind = "paid"             // N9
	PaidTwice      Kind = "paid_twice"       // N10
	Registered     Kind = "registered"       // N11
	AddressChanged Kind = "address_changed"  // N12
	Rejected       Kind = "rejected"         // N13
	TimedOut       Kind = "timed_out"        // N14
	LossNoted      Kind = "loss_noted"       // N19
	CasesNearLimit Kind = "cases_near_limit" // N22

	// Not in the list of SERVICE §8, and needed beside it.

	Approved     Kind = "approved"      // approved or recorded, nothing to pay
	WithdrawnBy  Kind = "withdrawn"     // the holder's own withdrawal, confirmed
	SwitchedOff  Kind = "switched_off"  // loss reported, and the old certificate ended at once
	Reissued     Kind = "reissued"      // the certificate after a loss is out, the old one has ended
	PaidLate     Kind = "paid_late"     // paid for an application that had ended
	MoneyReturns Kind = "money_returns" // the application ended, what was paid goes back
	LinkAsked    Kind = "link_asked"    // an officer will look at the request to link
	LinkTried    Kind = "link_tried"    // somebody else asked for a registration linked to you
	LinkEnded    Kind = "link_ended"    // your link to a registration was ended
	MailChanged  Kind = "mail_changed"  // the e-mail address was changed; the old one is told too
	MailRemoved  Kind = "mail_removed"  // the e-mail address was removed; the old one is told too
	MailCode     Kind = "mail_code"     // mail only, to the address that is being verified
)

// numbers are the kinds that SERVICE §8 numbers.
var numbers = map[string]Kind{
	"N1": Linked, "N2": LinkFailed, "N3": Received, "N4": EvidenceWait, "N5": Returned, "N6": PayRequest,
	"N7": PayReminder, "N8": PayDeclined, "N9": Paid, "N10": PaidTwice, "N11": Registered,
	"N12": AddressChanged, "N13": Rejected, "N14": TimedOut, "N19": LossNoted, "N22": CasesNearLimit,
}

// ParseKind takes a kind's word or its number in SERVICE §8 ("N3").
func ParseKind(s string) (Kind, error) {
	if k, ok := numbers[s]; ok {
		return k, nil
	}
	if _, ok := forms[Kind(s)]; !ok {
		return "", fmt.Errorf("notice: no such kind: %q", s)
	}
	return Kind(s), nil
}

// channel is a way to tell.
type channel int

const (
	inbox  channel = iota + 1 // P
	mail                      // M
	letter                    // L: where there is no verified address
)

// sort is what a parameter is.
type sort int

const (
	words sort = iota + 1
	count
	money
	date
)

// form is what is known of a kind beside its words.
type form struct {
	channels []channel
	// params are what Tell must be given, and all that inbox text and letter may use.
	params map[string]sort
}

var amounts = map[string]sort{"a": money, "b": money} // a: tax, b: charge, as in SERVICE §8

// forms is the table of SERVICE §8 for the kinds that exist.
var forms = map[Kind]form{
	Linked:         {[]channel{inbox, mail}, nil},
	LinkFailed:     {[]channel{inbox}, nil},
	Received:       {[]channel{inbox, mail}, map[string]sort{"no": words, "date": date}},
	EvidenceWait:   {[]channel{inbox}, map[string]sort{"date": date}},
	Returned:       {[]channel{inbox, mail, letter}, map[string]sort{"n": count, "date": date}},
	PayRequest:     {[]channel{inbox, mail}, map[string]sort{"a": money, "b": money, "body": words, "date": date}},
	PayReminder:    {[]channel{inbox, mail}, map[string]sort{"d": count}},
	PayDeclined:    {[]channel{inbox}, nil},
	Paid:           {[]channel{inbox, mail}, amounts},
	PaidTwice:      {[]channel{inbox, mail}, amounts},
	Registered:     {[]channel{inbox, mail}, nil},
	AddressChanged: {[]channel{inbox, mail}, nil},
	Rejected:       {[]channel{inbox, mail, letter}, map[string]sort{"reason": words, "authority": words, "defendant": words}},
	TimedOut:       {[]channel{inbox, mail}, nil},
	LossNoted:      {[]channel{inbox, mail}, nil},
	CasesNearLimit: {[]channel{inbox, mail}, map[string]sort{"n": count}},

	Approved:     {[]channel{inbox, mail}, nil},
	WithdrawnBy:  {[]channel{inbox, mail}, nil},
	SwitchedOff:  {[]channel{inbox, mail}, nil},
	Reissued:     {[]channel{inbox, mail}, nil},
	PaidLate:     {[]channel{inbox, mail}, amounts},
	MoneyReturns: {[]channel{inbox, mail}, amounts},
	LinkAsked:    {[]channel{inbox}, nil},
	LinkTried:    {[]channel{inbox, mail}, nil},
	LinkEnded:    {[]channel{inbox, mail}, nil},
	MailChanged:  {[]channel{inbox, mail}, nil},
	MailRemoved:  {[]channel{inbox, mail}, nil},
	MailCode:     {[]channel{mail}, map[string]sort{"code": words}},
}

// Kinds returns all kinds, sorted.
func Kinds() []Kind { return slices.Sorted(maps.Keys(forms)) }

// Params returns the names of what Tell must be given for k, sorted.
func (k Kind) Params() []string { return slices.Sorted(maps.Keys(forms[k].params)) }

func (k Kind) goes(c channel) bool { return slices.Contains(forms[k].channels, c) }

// Scan implements sql.Scanner and refuses what is no kind.
func (k *Kind) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*k = Kind(v)
	case []byte:
		*k = Kind(v)
	}
	if _, ok := forms[*k]; !ok {
		return fmt.Errorf("notice: no such kind: %q", string(*k))
	}
	return nil
}
