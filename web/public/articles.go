package public

import (
	"strconv"

	"github.com/a-h/templ"

	"qualsys/web/page"
)

// part is a section of an article. Its paragraphs are the sentences named
// <code>_1, _2 …, its list those named <code>_li_1 …, as many as there are.
type part struct {
	id    string
	name  string
	table func(page.View) templ.Component
}

func (p part) code() string { return "public." + p.name }

func (p part) paragraphs(v page.View) []string { return numbered(v, p.code()+"_") }
func (p part) list(v page.View) []string       { return numbered(v, p.code()+"_li_") }

func numbered(v page.View, prefix string) []string {
	var out []string
	for n := 1; page.Has(v.Lang, prefix+strconv.Itoa(n)); n++ {
		out = append(out, v.T(prefix+strconv.Itoa(n)))
	}
	return out
}

var helpParts = []part{
	{id: "check", name: "help_check"},
	{id: "results", name: "help_results", table: verdictTable},
	{id: "unreadable", name: "help_unreadable"},
	{id: "fake", name: "help_fake"},
	{id: "change", name: "help_change"},
	{id: "pay", name: "help_pay"},
	{id: "certificate", name: "help_certificate"},
	{id: "lost", name: "help_lost"},
	{id: "login", name: "help_login"},
}

var privacyParts = []part{
	{id: "who-sees", name: "privacy_who", table: whoSees},
	{id: "qr", name: "privacy_qr"},
	{id: "sent", name: "privacy_sent"},
	{id: "registers", name: "privacy_registers"},
	{id: "payment", name: "privacy_payment"},
	{id: "kept", name: "privacy_kept", table: howLong},
	{id: "cookies", name: "privacy_cookies"},
	{id: "rights", name: "privacy_rights"},
}

// whoRows and keptRows are tables of two columns, as many rows as there are sentences.
func whoRows(v page.View) [][]page.Cell  { return pairs(v, "public.who_", "public.sees_") }
func keptRows(v page.View) [][]page.Cell { return pairs(v, "public.what_", "public.kept_") }

func pairs(v page.View, first, second string) [][]page.Cell {
	var rows [][]page.Cell
	right := numbered(v, second)
	for i, left := range numbered(v, first) {
		rows = append(rows, []page.Cell{{Text: left}, {Text: right[i]}})
	}
	return rows
}
