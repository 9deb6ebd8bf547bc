package person

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// variantsTable lists characters that are variants of one another, one group a
// line; its head names the sources.
//
//go:embed variants.txt
var variantsTable string

// variants leads from a variant to the character that stands for its group.
var variants = parseVariants(variantsTable)

func parseVariants(table string) map[rune]rune {
	m := map[rune]rune{}
	for line := range strings.Lines(table) {
		line, _, _ = strings.Cut(line, "#")
		var head rune
		for _, r := range strings.TrimSpace(line) {
			switch {
			case head == 0:
				head = r
			case !unicode.IsSpace(r):
				m[r] = head
			}
		}
	}
	return m
}

// Fold returns the key by which names are compared and searched: compatibility
// forms and widths made one (NFKC), variation selectors and spaces dropped,
// variants of a kanji replaced by the commonest one (髙 by 高, 﨑 by 崎, 𠮷 by 吉),
// accents dropped and letters raised, hyphens, apostrophes and middle dots made
// one. Equal keys mean "may be the same name", never "is": whoever decides sees
// both as they are. The key is never shown or printed.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(norm.NFKC.String(dropSelectors(s))) {
		if r = foldRune(r); r != 0 {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// dropSelectors runs before normalising, which would else keep a selector
// between a kanji and what it is composed with.
func dropSelectors(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, s)
}

// foldRune returns what stands for r, or 0 for what is dropped.
func foldRune(r rune) rune {
	r = unicode.ToUpper(r)
	if v, ok := variants[r]; ok {
		return v
	}
	switch {
	case r == '\u3099', r == '\u309A': // voicing distinguishes; it is composed again
		return r
	case unicode.IsSpace(r), unicode.IsMark(r):
		return 0
	}
	return r
}

// FoldKana makes a reading hiragana without spaces and middle dots.
func FoldKana(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '・':
			return -1
		case r >= 'ァ' && r <= 'ヶ', r == 'ヽ', r == 'ヾ':
			return r - ('ァ' - 'ぁ')
		}
		return r
	}, norm.NFKC.String(s))
}

var addressMarks = strings.NewReplacer("丁目", "-", "番地", "-", "番", "-", "号", "", "の", "-", "ノ", "-")

// foldAddress makes an address comparable: see Address.Fold.
func foldAddress(s string) string {
	s = addressMarks.Replace(Fold(s))
	var b strings.Builder
	before := rune('-')
	for _, r := range s {
		switch r {
		case '‐', '−', 'ー', '―', '—':
			r = '-'
		}
		if d := strings.IndexRune("〇一二三四五六七八九", r); d >= 0 && d%3 == 0 {
			r = rune('0' + d/3)
		}
		if r != '-' || before != '-' {
			b.WriteRune(r)
		}
		before = r
	}
	return strings.TrimSuffix(b.String(), "-")
}
