package holder

import (
	"slices"
	"strings"

	"qualsys/issue/application"
	"qualsys/issue/payment"
	"qualsys/registry/person"
	"qualsys/web/page"
)

// lang is the reader's language as services spell it.
func lang(v page.View) string {
	if v.Lang == page.En {
		return "en"
	}
	return "ja"
}

// caseTitle names an application: 氏名・本籍の変更.
func caseTitle(v page.View, a application.View) string {
	if a.Kind == application.Reissue {
		return v.T("holder.reissue")
	}
	items := a.Form.Items
	if len(items) == 0 {
		return v.T("holder.change")
	}
	return v.T("holder.change_of", "items", itemList(v, items))
}

// itemList joins the words for items: 氏名・住所, name and address.
func itemList(v page.View, items []application.Item) string {
	words := make([]string, len(items))
	for i, one := range items {
		words[i] = v.T("holder.item_" + string(one))
	}
	return listed(v, words)
}

// sentences puts sentences one after the other; empty ones are left out.
func sentences(v page.View, all ...string) string {
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	if v.Lang == page.En {
		return strings.Join(all, " ")
	}
	return strings.Join(all, "")
}

// listed joins words: 氏名・住所, name and address.
func listed(v page.View, words []string) string {
	if v.Lang != page.En {
		return strings.Join(words, "・")
	}
	if n := len(words); n > 2 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, " and ")
}

// stateWord is the state's word in the reader's language.
func stateWord(v page.View, a application.View) string {
	if v.Lang == page.En {
		return a.Status.Info.En
	}
	return a.Status.Info.Ja
}

// hint is what happens next, as the state's table says it.
func hint(v page.View, a application.View) string { return a.Status.Info.HintWords(lang(v)) }

// line is the qualification's name, with the receipt number once there is one.
func (c caseLine) line(v page.View) string {
	if c.Number == "" {
		return c.Name
	}
	return v.T("holder.numbered", "name", c.Name, "number", c.Number)
}

func yen(v page.View, y payment.Yen) string { return page.Money(v.Lang, int64(y)) }

// due writes a day on which somebody must act, with its weekday.
func due(v page.View, d person.Date) string { return page.Deadline(v.Lang, d.Int()) }

// day writes a date of the law.
func day(v page.View, d person.Date) string { return page.CivilDate(v.Lang, d.Int()) }

// feeRows are the two debts, each with its payee, and both together. A debt of
// nothing is left out.
func feeRows(v page.View, fee application.Fee, body string) []page.Row {
	var rows []page.Row
	if fee.Tax > 0 {
		rows = append(rows, page.Row{Label: v.T("holder.tax"), Value: v.T("holder.to_payee", "amount", yen(v, fee.Tax), "payee", v.T("holder.state"))})
	}
	if fee.Charge > 0 {
		rows = append(rows, page.Row{Label: v.T("holder.charge"), Value: v.T("holder.to_payee", "amount", yen(v, fee.Charge), "payee", body)})
	}
	if fee.Total() == 0 {
		return []page.Row{{Label: v.T("holder.fee"), Value: v.T("holder.free")}}
	}
	return append(rows, page.Row{Label: v.T("holder.total"), Value: yen(v, fee.Total())})
}

// changesOf is the table of old and new.
func changesOf(v page.View, a application.View) []page.Change {
	var rows []page.Change
	for _, r := range a.Rows {
		rows = append(rows, page.Change{Label: application.ItemWords(string(r.Item), lang(v)), From: r.Old, To: r.New})
		if r.Item == application.Name && r.NewKana != "" {
			rows = append(rows, page.Change{Label: v.T("holder.kana"), From: r.OldKana, To: r.NewKana})
		}
	}
	return rows
}

// onlyAddress reports whether nothing that is printed is to change.
func onlyAddress(a application.View) bool {
	return a.Kind == application.Change && len(a.Form.Items) > 0 &&
		!slices.ContainsFunc(a.Form.Items, func(i application.Item) bool { return i != application.Address })
}
