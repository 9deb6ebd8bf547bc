package pdfcert

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// judge looks at the finished page: no text over another, on the symbol or off
// the page, and every dark line within a zero.
func (p *painter) judge() error {
	var boxes []box
	for _, r := range p.runs {
		b := r.box()
		if !onPage(b) || p.frame != nil && p.frame.meets(b) {
			return refuse(PageContent, "a text off the page or on the symbol")
		}
		for _, o := range boxes {
			if b.meets(o) {
				return refuse(PageContent, "a text over another")
			}
		}
		boxes = append(boxes, b)
	}
	zeros := p.zeros()
	for _, s := range p.strokes {
		if !slices.ContainsFunc(zeros, func(zero box) bool { return zero.holds(s) }) {
			return refuse(PageContent, "a dark line that goes through no zero")
		}
	}
	return nil
}

// box is the room that a run takes, but for spaces at its end.
func (r Run) box() box { return box{r.X, r.Y - 0.22*r.Size, r.X + r.ink, r.Y + 0.86*r.Size} }

// ink is the advance of a text without the spaces at its end.
func (t *typeface) ink(text string, size, tracking float64) float64 {
	seen := strings.TrimRight(text, " \u3000")
	w, _ := t.face.Width(seen, size)
	return w + max(0, float64(utf8.RuneCountInString(seen)-1))*tracking
}

// zeros returns the room of every zero on the page: a dark line must lie within one.
func (p *painter) zeros() []box {
	var zeros []box
	for _, r := range p.runs {
		face := p.faces[0]
		if r.Bold {
			face = p.faces[1]
		}
		n := float64(len([]rune(r.Text)) - 1)
		plain, _ := face.face.Width(r.Text, r.Size)
		tracking := 0.0
		if n > 0 {
			tracking = (r.Width - plain) / n
		}
		x := r.X
		for _, c := range r.Text {
			w, _ := face.face.Width(string(c), r.Size)
			if c == '0' {
				zeros = append(zeros, box{x, r.Y, x + w, r.Y + 0.8*r.Size})
			}
			x += w + tracking
		}
	}
	return zeros
}
