package holder

import (
	"qualsys/issue/application"
	"qualsys/registry/person"
	"qualsys/web/page"
)

// orNone writes a value, or that there is none.
func orNone(v page.View, s string) string {
	if s == "" {
		return v.T("page.empty")
	}
	return s
}

// itemOptions are the things that can change, with what the register says now
// and what it costs.
func itemOptions(v page.View, d draftPage) []page.Option {
	h := held{Registration: d.Registration, Of: d.Of, Kept: d.Kept}
	var options []page.Option
	for _, o := range d.offers() {
		hint := v.T("holder.choose_now", "value", orNone(v, d.now(o.Item)))
		if d.differs(o.Item) {
			hint = v.T("holder.choose_differs", "value", orNone(v, d.now(o.Item)))
		}
		options = append(options, page.Option{Value: string(o.Item), Label: application.ItemWords(string(o.Item), lang(v)),
			Hint: sentences(v, hint, v.T("holder.choose_fee", "fee", feeWords(v, h, o))), Chosen: d.asks(o.Item)})
	}
	return options
}

// newHint says where the value in the field comes from, or how to write it.
func newHint(v page.View, d draftPage, i application.Item) string {
	if d.differs(i) {
		return v.T("holder.from_resident", "time", page.DateTime(v.Lang, d.Prefill.At))
	}
	return v.T("holder.hint_" + string(i))
}

// paperOptions are the two answers about the paper certificate: what the
// catalogue asks, understood, or that there is none.
func paperOptions(v page.View, d draftPage) []page.Option {
	asked := d.Paper
	if asked == "" || asked == application.NoPaper {
		asked = application.Keep
	}
	return []page.Option{
		{Value: string(asked), Label: v.T("holder.paper_" + string(asked)), Hint: asked.Words(lang(v)), Chosen: d.Form.Paper == asked},
		{Value: string(application.NoPaper), Label: v.T("holder.paper_none"), Chosen: d.Form.Paper == application.NoPaper},
	}
}

// confirmRows are what stands beside the table of old and new, each with the way
// to change it.
func confirmRows(v page.View, d draftPage) []page.Row {
	at := func(s application.Screen) string { return d.path() + "?screen=" + string(s) }
	rows := []page.Row{{Label: v.T("holder.what_changes"), Value: itemList(v, d.Form.Items), Change: at(application.Choose)}}
	if d.Form.EventOn != "" || d.Needs.EventOn {
		rows = append(rows, page.Row{Label: v.T("holder.event_on"), Value: typedDate(v, d.Form.EventOn), Change: at(application.CheckNew)})
	}
	if d.Form.LateReason != "" {
		rows = append(rows, page.Row{Label: v.T("holder.late_reason"), Value: d.Form.LateReason, Change: at(application.CheckNew)})
	}
	return append(rows,
		page.Row{Label: v.T("holder.paper"), Value: d.Form.Paper.Words(lang(v)), Change: at(application.Delivery)},
		page.Row{Label: v.T("holder.electronic_label"), Value: electronicWords(v, d.Form.Electronic), Change: at(application.Delivery)})
}

// typedDate writes a date that was typed as all dates are written, or as typed.
func typedDate(v page.View, s string) string {
	d, err := person.ParseDate(s)
	if err != nil {
		return s
	}
	return day(v, d)
}

func electronicWords(v page.View, yes bool) string {
	if yes {
		return v.T("holder.electronic")
	}
	return v.T("holder.by_letter")
}
