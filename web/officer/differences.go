package officer

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/registry/person"
	"qualsys/web/page"
)

// Pair is two characters that stand in the same place of two values and differ;
// either may be missing.
type Pair struct{ Asked, Other string }

// pairsShown bounds how many characters are shown enlarged: past it, two values
// are different, and no comparison of glyphs helps.
const pairsShown = 4

// pairs are the characters in which an answer differs from what is asked, to be
// shown enlarged side by side: the eye can't tell 髙 from 高 in a line of text.
// None for values that differ as a whole.
func pairs(c application.Cell) []Pair {
	if c.Answer != evidence.Variant && c.Answer != evidence.Mismatch {
		return nil
	}
	return pairsOf(c.Segments)
}

// namePairs are the characters in which card and register differ.
func namePairs(c page.Change) []Pair { return pairsOf(person.Diff(c.From, c.To)) }

func pairsOf(segments []person.Segment) []Pair {
	var out []Pair
	var asked, other []string
	flush := func() {
		for i := 0; i < max(len(asked), len(other)); i++ {
			out = append(out, Pair{nth(asked, i), nth(other, i)})
		}
		asked, other = nil, nil
	}
	for _, s := range segments {
		switch s.Mark {
		case person.Removed:
			asked = append(asked, visible(s.Text)...)
		case person.Added:
			other = append(other, visible(s.Text)...)
		default:
			flush()
		}
	}
	flush()
	if len(out) > pairsShown {
		return nil
	}
	return out
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// visible are the characters of a text but its spaces.
func visible(s string) []string { return person.Characters(strings.Join(strings.Fields(s), "")) }

// codepoints writes a character as U+9AD9, a sequence as U+845B U+E0100.
func codepoints(s string) string {
	var list []string
	for _, r := range s {
		list = append(list, fmt.Sprintf("U+%04X", r))
	}
	return strings.Join(list, " ")
}

// differs reports whether a line of the comparison has something that an officer
// must have seen before deciding.
func differs(c application.Column) bool {
	if c.Changes {
		return true
	}
	for _, cell := range c.Evidence {
		if cell.Answer != evidence.Matched {
			return true
		}
	}
	return false
}

// disagreements counts the answers that are not what is asked for.
func (it CaseView) disagreements() int {
	n := 0
	for _, c := range it.Columns {
		for _, cell := range c.Evidence {
			if cell.Answer != evidence.Matched {
				n++
			}
		}
	}
	return n
}

// changed marks what differs between two values. Where little is common, such as
// between two addresses, the whole is new: single characters that happen to be
// in both would only distract.
func changed(from, to string) (before, after []page.Piece) {
	before, after = page.Diff(from, to)
	same := 0
	for _, p := range after {
		if p.Same {
			same += utf8.RuneCountInString(p.Text)
		}
	}
	if 3*same < max(utf8.RuneCountInString(from), utf8.RuneCountInString(to)) && from != "" && to != "" {
		return []page.Piece{{Text: from}}, []page.Piece{{Text: to}}
	}
	return before, after
}

// pieces turns the register's segments into those of the page: the answer, with
// what is not in the application marked.
func pieces(segments []person.Segment) []page.Piece {
	var out []page.Piece
	for _, s := range segments {
		switch s.Mark {
		case person.Same:
			out = append(out, page.Piece{Text: s.Text, Same: true})
		case person.Added:
			out = append(out, page.Piece{Text: s.Text})
		}
	}
	return out
}

// answeredAt is when a source answered last, in words; "" when it has not.
func (it CaseView) answeredAt(v page.View, s evidence.Source) string {
	at := ""
	for _, q := range it.Inquiries {
		if q.Source == s && !q.AnsweredAt.IsZero() {
			at = page.When(v.Lang, q.AnsweredAt, v.Now)
		}
	}
	return at
}

// tone is how the answer of a source looks.
func tone(a evidence.Answer) page.Kind {
	switch a {
	case evidence.Matched:
		return page.Success
	case evidence.Variant:
		return page.Warning
	case evidence.Mismatch:
		return page.Alarm
	}
	return page.Info
}
