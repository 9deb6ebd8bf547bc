package person

import (
	"unicode"
)

// Mark says on which side of a comparison a piece of text stands.
type Mark int

// The marks of a Segment.
const (
	// Same: in both texts.
	Same Mark = iota + 1
	// Removed: only in the first text.
	Removed
	// Added: only in the second text.
	Added
)

// Segment is a piece of a comparison: characters with one mark.
type Segment struct {
	Mark Mark
	Text string
}

// Diff compares two texts character by character and returns the pieces in
// reading order: Same and Removed together spell a, Same and Added spell b. A
// character is what a reader sees as one: a kanji and its variation selector, a
// letter and its accents, a half-width kana and its voicing mark.
func Diff(a, b string) []Segment {
	return mergeSegments(compare(Characters(a), Characters(b)))
}

// compare walks a table of longest common subsequences.
func compare(x, y []string) []Segment {
	common := make([][]int, len(x)+1)
	for i := range common {
		common[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []Segment
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			out = append(out, Segment{Same, x[i]})
			i, j = i+1, j+1
		case j == len(y) || (i < len(x) && common[i+1][j] >= common[i][j+1]):
			out = append(out, Segment{Removed, x[i]})
			i++
		default:
			out = append(out, Segment{Added, y[j]})
			j++
		}
	}
	return out
}

func mergeSegments(in []Segment) []Segment {
	var out []Segment
	for _, s := range in {
		if n := len(out); n > 0 && out[n-1].Mark == s.Mark {
			out[n-1].Text += s.Text
		} else {
			out = append(out, s)
		}
	}
	return out
}

// Characters splits a text into what a reader sees as single characters.
func Characters(s string) []string {
	var out []string
	start := 0
	for i, r := range s {
		if i > start && !extends(r) {
			out = append(out, s[start:i])
			start = i
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// extends reports whether r belongs to the character before it.
func extends(r rune) bool {
	return unicode.IsMark(r) || unicode.Is(unicode.Variation_Selector, r) || r == '\uFF9E' || r == '\uFF9F' || r == '\u200D'
}
