package page

import (
	"strings"
	"unicode"
)

// Piece is a run of characters of an old or a new value; Same tells whether the
// other side has it too.
type Piece struct {
	Text string
	Same bool
}

// Diff compares two values character by character (a character with its
// variation selector or combining marks is one) and returns both in pieces.
// Characters that look alike and are not the same, such as 高 and 髙, differ.
func Diff(from, to string) (before, after []Piece) {
	a, b := graphemes(from), graphemes(to)
	// Values of a form are short; past this the table would only cost memory.
	if len(a)*len(b) > 1_000_000 {
		return []Piece{{from, from == to}}, []Piece{{to, from == to}}
	}
	keepA, keepB := common(a, b)
	return pieces(a, keepA), pieces(b, keepB)
}

// common marks the characters of a longest common subsequence.
func common(a, b []string) (inA, inB []bool) {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	inA, inB = make([]bool, len(a)), make([]bool, len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			inA[i], inB[j] = true, true
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return inA, inB
}

func pieces(chars []string, same []bool) []Piece {
	var out []Piece
	for i, c := range chars {
		if n := len(out); n > 0 && out[n-1].Same == same[i] {
			out[n-1].Text += c
			continue
		}
		out = append(out, Piece{c, same[i]})
	}
	return out
}

// graphemes splits s into characters as a reader counts them: a base with the
// variation selectors and combining marks that follow it.
func graphemes(s string) []string {
	var out []string
	var cur strings.Builder
	for _, r := range s {
		if cur.Len() > 0 && !follows(r) {
			out = append(out, cur.String())
			cur.Reset()
		}
		cur.WriteRune(r)
	}
	if cur.Len() > 0 {
		out = append(out, cur.String())
	}
	return out
}

// follows reports whether r belongs to the character before it.
func follows(r rune) bool {
	return unicode.Is(unicode.Variation_Selector, r) || unicode.In(r, unicode.Mn, unicode.Me)
}
