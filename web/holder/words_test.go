package holder_test

import (
	"regexp"
	"strings"
	"testing"

	"qualsys/web/page"
)

var (
	leakedCode  = regexp.MustCompile(`\b(holder|application|issue|notice|linking|payment|page)\.[a-z]+_?[a-z_]*\b`)
	placeholder = regexp.MustCompile(`\{[a-z_]+\}`)
	japanese    = regexp.MustCompile(`[ぁ-んァ-ヶ]`)
	quoted      = regexp.MustCompile(`(?s)<head>.*?</head>|<figure.*?</figure>|<svg.*?</svg>|lang="ja">[^<]*<|(value|data-[a-z]+)="[^"]*"`)
)

// TestEveryStateHasItsWords renders every story in both languages: no code
// without a sentence, no placeholder without a value.
func TestEveryStateHasItsWords(t *testing.T) {
	for _, s := range page.Stories() {
		if !strings.HasPrefix(s.Name, "holder/") {
			continue
		}
		for _, lang := range page.Langs {
			html, err := page.Render(t.Context(), s.Make(page.View{Lang: lang, Now: page.StoryNow()}))
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			text := quoted.ReplaceAllString(string(html), "<")
			if m := leakedCode.FindString(plain(text)); m != "" && !strings.HasSuffix(m, ".example") {
				t.Errorf("%s %s shows the code %s", s.Name, lang, m)
			}
			if m := placeholder.FindString(plain(text)); m != "" {
				t.Errorf("%s %s shows the placeholder %s", s.Name, lang, m)
			}
			if lang == page.En && !japanese.MatchString(string(html)) && s.Name == "holder/registration" {
				t.Errorf("%s %s: what the register says must stay as it is", s.Name, lang)
			}
		}
	}
}
