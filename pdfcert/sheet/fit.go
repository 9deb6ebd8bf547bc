package sheet

import (
	"qualsys/pdfcert/font"
)

// step is one attempt to fit a text: so many lines at most, at this size.
type step struct {
	lines int
	size  float64
}

// The attempts for each kind of text, from the most generous. Nothing is set
// below 9 points on the front (SERVICE §5.1).
var (
	titleSteps  = []step{{1, 28}, {1, 24}, {1, 20}, {1, 17}, {2, 20}, {2, 17}, {2, 14}}
	nameSteps   = []step{{1, 24}, {1, 16}, {1, 11}, {2, 16}, {2, 13}, {2, 11}, {3, 13}, {3, 11}, {3, 10}, {3, 9}}
	valueSteps  = []step{{1, 14}, {1, 12}, {1, 10.5}, {2, 11}, {2, 9}}
	issuerSteps = []step{{1, 15}, {1, 13}, {1, 11}, {2, 13}, {2, 11}, {2, 9}}
	hostSteps   = []step{{1, 10.5}, {1, 9}, {2, 9}}
)

// fit breaks text into lines by the first step at which it fits into width.
// Tracking is the letter spacing as a share of the size.
func fit(f *font.Face, text string, width, tracking float64, steps []step) ([]string, float64, bool) {
	for _, s := range steps {
		if lines := wrap(f, text, width, s.size, tracking*s.size); lines != nil && len(lines) <= s.lines {
			return lines, s.size, true
		}
	}
	return nil, 0, false
}

// balance breaks a text that takes two lines so that they are of about one
// length, where that needs no third.
func balance(f *font.Face, lines []string, text string, width, size, tracking float64) []string {
	for w := width - size; len(lines) == 2 && w > width/2; w -= size {
		tried := wrap(f, text, w, size, tracking*size)
		if len(tried) != 2 {
			break
		}
		lines = tried
	}
	return lines
}

// wrap breaks text into lines of at most width points. It breaks after a space
// where there is one and between any two characters where there is none;
// spaces stay at the end of their line, so that the lines put together are the
// text again. It returns nil when one character is wider than the line.
func wrap(f *font.Face, text string, width, size, tracking float64) []string {
	var lines []string
	runes := []rune(text)
	for start := 0; start < len(runes); {
		end, brk, at := start, -1, 0.0
		for end < len(runes) {
			w, _ := f.Width(string(runes[end]), size)
			if at+w > width+0.001 && !isSpace(runes[end]) {
				break
			}
			at += w + tracking
			end++
			if end < len(runes) && canBreak(runes[end-1], runes[end]) {
				brk = end
			}
		}
		if end < len(runes) && brk > start {
			end = brk
		}
		if end == start {
			return nil
		}
		lines = append(lines, string(runes[start:end]))
		start = end
	}
	if len(lines) == 0 {
		lines = []string{""}
	}
	return lines
}

func isSpace(r rune) bool { return r == ' ' || r == '\u3000' }

// canBreak reports whether a line may end between two characters: after a
// space, and between characters of which one is wide, but not before a mark
// that must not begin a line or after one that must not end it.
func canBreak(before, after rune) bool {
	if isSpace(after) {
		return false
	}
	if isSpace(before) {
		return true
	}
	for _, r := range "、。，．・：；）」』］〕ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョヶ!?,.:;)]" {
		if after == r {
			return false
		}
	}
	for _, r := range "（「『［〔([" {
		if before == r {
			return false
		}
	}
	return wide(before) || wide(after)
}

func wide(r rune) bool { return r >= 0x2E80 }
