package officer

import (
	"slices"
	"strconv"

	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/web/page"
)

// facts are the lines on top of the case.
func (it CaseView) facts(v page.View) []page.Row {
	lang := string(v.Lang)
	kind := v.T(yes(it.Notification, "officer.kind_notification", "officer.kind_application"), "what", it.Kind.Words(lang))
	rows := []page.Row{
		{Label: v.T("officer.col_what"), Value: kind},
		{Label: v.T("officer.col_qualification"), Value: it.Names[it.Registration.Qualification]},
		{Label: v.T("officer.col_registration"), Value: it.Registration.Number},
		{Label: v.T("officer.col_arrived"), Value: page.DateTime(v.Lang, it.ArrivedAt)},
	}
	add := func(label, value string) { rows = append(rows, page.Row{Label: v.T(label), Value: value}) }
	if !it.DueOn.IsZero() {
		add("officer.due", page.Deadline(v.Lang, it.DueOn.Int()))
	}
	if !it.Case.EventOn.IsZero() {
		add("officer.event_on", page.CivilDate(v.Lang, it.Case.EventOn.Int()))
	}
	if it.LateReason != "" {
		add("officer.late_reason", it.LateReason)
	}
	add("officer.electronic", v.T(yes(it.Electronic, "officer.electronic_yes", "officer.electronic_no")))
	if it.Fee.Total() > 0 {
		add("officer.fee", feeWords(v, it.Fee))
	}
	if it.Kind == application.Reissue {
		add("officer.loss", v.T("officer.loss_"+string(it.Loss.What)))
		add("officer.loss_note", it.Loss.Note)
	}
	return rows
}

// feeWords are the lines that are owed, each by its name.
func feeWords(v page.View, f application.Fee) string {
	tax, charge := page.Money(v.Lang, int64(f.Tax)), page.Money(v.Lang, int64(f.Charge))
	switch {
	case f.Tax == 0:
		return v.T("officer.fee_charge", "charge", charge)
	case f.Charge == 0:
		return v.T("officer.fee_tax", "tax", tax)
	}
	return v.T("officer.fee_lines", "tax", tax, "charge", charge)
}

func yes(b bool, then, otherwise string) string {
	if b {
		return then
	}
	return otherwise
}

func stateTone(it CaseView) page.Kind {
	if it.Own || application.Of(it.Status.State).Owner != application.OfficerTurn {
		return page.Info
	}
	return page.Warning
}

// runs reports whether the standard period of the case still counts.
func (it CaseView) runs() bool {
	return !it.DueOn.IsZero() && application.Of(it.Status.State).Owner == application.OfficerTurn
}

func dueTone(days int) page.Kind {
	switch {
	case days < 0:
		return page.Alarm
	case days <= 3:
		return page.Warning
	}
	return page.Info
}

// left is how long until the standard period ends.
func left(v page.View, days int) string {
	switch {
	case days < 0:
		return v.T("officer.days_past", "count", -days)
	case days == 0:
		return v.T("officer.days_today")
	}
	return v.T("officer.days_left", "count", days)
}

// waits says what the case waits for, when it is not an officer's turn.
func (it CaseView) waits(v page.View) string {
	if it.Status.Next.IsZero() {
		return v.T("officer.not_your_turn")
	}
	return v.T("officer.not_your_turn_until", "date", page.Deadline(v.Lang, it.Status.Next.Int()))
}

// after says what an approval or a recording brings about.
func (it CaseView) after(v page.View) string {
	switch {
	case it.Fee.Total() > 0:
		return v.T(yes(it.Notification, "officer.after_record_pay", "officer.after_pay"), "amount", page.Money(v.Lang, int64(it.Fee.Total())))
	case it.Notification:
		return v.T("officer.after_record")
	}
	return v.T("officer.after_now")
}

// open are the rules of the gate that do not hold.
func (it CaseView) open() []application.Finding {
	return slices.DeleteFunc(slices.Clone(it.Gate), func(f application.Finding) bool { return f.OK })
}

// acceptable are the items of evidence that an officer can accept in writing.
func (it CaseView) acceptable() []evidence.Item {
	if !it.OfficerCan.AcceptEvidence {
		return nil
	}
	from := []evidence.ItemState{evidence.IsMismatch, evidence.IsUnclear, evidence.IsDown, evidence.IsNotYet, evidence.Attached}
	return slices.DeleteFunc(slices.Clone(it.Items), func(i evidence.Item) bool { return !slices.Contains(from, i.State) })
}

func acceptOptions(v page.View, items []evidence.Item) []page.Option {
	out := make([]page.Option, len(items))
	for i, e := range items {
		out[i] = page.Option{Value: e.ID, Label: acceptWords(v, e)}
	}
	return out
}

func acceptWords(v page.View, e evidence.Item) string {
	lang := string(v.Lang)
	return v.T("officer.accept_item", "source", e.Need.Source.Words(lang), "field", e.Need.Field.Words(lang), "state", e.State.Words(lang))
}

// inquiryRows are what was asked, answered and when.
func (it CaseView) inquiryRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Inquiries))
	for i, q := range it.Inquiries {
		answered := v.T("officer.no_answer")
		if !q.AnsweredAt.IsZero() {
			answered = page.DateTime(v.Lang, q.AnsweredAt)
		}
		rows[i] = []page.Cell{{Text: q.Source.Words(string(v.Lang))}, {Text: v.T("officer.reply_" + string(q.Status))},
			{Text: page.DateTime(v.Lang, q.AskedAt)}, {Text: answered}, {Text: q.Basis}}
	}
	return rows
}

func columns(v page.View, codes ...string) []page.Column {
	out := make([]page.Column, len(codes))
	for i, code := range codes {
		out[i].Text = v.T(code)
	}
	return out
}

func (it CaseView) eventRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Events))
	for i, e := range it.Events {
		rows[i] = []page.Cell{{Text: page.DateTime(v.Lang, e.At)}, {Text: e.To.Words(string(v.Lang))}, {Text: v.T("officer.by_" + string(e.By))}}
	}
	return rows
}

func (it CaseView) otherRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Others))
	for i, r := range it.Others {
		rows[i] = []page.Cell{{Text: r.Number, Href: caseAddress(r.ID)}, {Text: what(v, r)}, {Text: r.State.Words(string(v.Lang))}}
	}
	return rows
}

func rejectOptions(v page.View, it CaseView) []page.Option {
	var out []page.Option
	for _, r := range it.RejectList {
		out = append(out, page.Option{Value: r.Code, Label: r.Words(string(v.Lang))})
	}
	return out
}

// returnID is the id of the n-th reason's box; the first one bears the field's
// own, so that the summary of faults leads there.
func returnID(n int) string {
	if n == 0 {
		return page.FieldID("returns")
	}
	return page.FieldID("returns") + "-" + strconv.Itoa(n)
}

// holdStep is the step that the form of holding takes without its buttons.
func (it CaseView) holdStep() string {
	switch {
	case it.OfficerCan.Reopen:
		return "reopen"
	case it.OfficerCan.ClearDuplicate:
		return "clear"
	}
	return "hold"
}

// refuseWords is what the button says that sends a refusal.
func (it CaseView) refuseWords() string {
	switch {
	case it.Tried == "close":
		return "officer.close_send"
	case it.Notification:
		return "officer.refuse_send_record"
	}
	return "officer.refuse_send"
}
