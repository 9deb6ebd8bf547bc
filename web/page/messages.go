package page

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"qualsys/internal/clock"
)

//go:embed messages/*.yaml
var messageFiles embed.FS

// Lang is a language that pages speak.
type Lang string

const (
	// Ja is Japanese, the first language of the service.
	Ja Lang = "ja"
	// En is English.
	En Lang = "en"
)

// Langs are the languages that pages speak, the first one first.
var Langs = []Lang{Ja, En}

// ParseLang returns the language named s; everything but "en" is Japanese.
func ParseLang(s string) Lang {
	if s == string(En) {
		return En
	}
	return Ja
}

// Other returns the language that the switch in the header leads to.
func (l Lang) Other() Lang {
	if l == En {
		return Ja
	}
	return En
}

// tag is the value of a lang attribute.
func (l Lang) tag() string {
	if l == En {
		return "en"
	}
	return "ja"
}

// MatchLang chooses a language from an Accept-Language header (RFC 9110
// §12.5.4): English only where it stands before any Japanese, Japanese otherwise.
func MatchLang(header string) Lang {
	best, bestQ := Ja, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, q := strings.TrimSpace(part), 1.0
		if before, weight, ok := strings.Cut(tag, ";"); ok {
			tag = strings.TrimSpace(before)
			if _, err := fmt.Sscanf(strings.TrimSpace(weight), "q=%g", &q); err != nil {
				continue
			}
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if (primary == "ja" || primary == "en") && q > bestQ {
			best, bestQ = Lang(primary), q
		}
	}
	return best
}

type catalogue struct {
	texts  map[Lang]map[string]string
	faults []string
}

// loadMessages reads every file named <room>.<lang>.yaml once.
var loadMessages = sync.OnceValue(func() catalogue {
	c := catalogue{texts: map[Lang]map[string]string{Ja: {}, En: {}}}
	entries, err := messageFiles.ReadDir("messages")
	if err != nil {
		c.faults = append(c.faults, err.Error())
	}
	for _, e := range entries {
		c.read(e.Name())
	}
	return c
})

func (c *catalogue) read(name string) {
	parts := strings.Split(name, ".")
	if len(parts) != 3 || (parts[1] != "ja" && parts[1] != "en") {
		c.faults = append(c.faults, name+": not named <room>.<ja|en>.yaml")
		return
	}
	raw, err := messageFiles.ReadFile(path.Join("messages", name))
	if err != nil {
		c.faults = append(c.faults, err.Error())
		return
	}
	var texts map[string]string
	if err := yaml.Unmarshal(raw, &texts); err != nil {
		c.faults = append(c.faults, name+": "+err.Error())
		return
	}
	into := c.texts[Lang(parts[1])]
	for _, code := range slices.Sorted(maps.Keys(texts)) {
		if _, twice := into[code]; twice {
			c.faults = append(c.faults, name+": "+code+" stands in another file too")
		}
		if strings.TrimSpace(texts[code]) == "" {
			c.faults = append(c.faults, name+": "+code+" is empty")
		}
		into[code] = strings.TrimSpace(texts[code])
	}
}

// Text returns the sentence for code, its placeholders {name} filled from
// params. A code without a sentence comes back as itself: the tests ask for
// every code, so that readers never see one.
func Text(lang Lang, code string, params map[string]any) string {
	text, ok := loadMessages().texts[ParseLang(string(lang))][code]
	if !ok {
		return code
	}
	if len(params) == 0 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(params))
	for _, name := range slices.Sorted(maps.Keys(params)) {
		pairs = append(pairs, "{"+name+"}", say(lang, params[name]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Has reports whether lang has a sentence for code.
func Has(lang Lang, code string) bool {
	_, ok := loadMessages().texts[ParseLang(string(lang))][code]
	return ok
}

// Params makes the placeholders of a sentence from pairs of name and value.
// It panics when a name is no string or has no value: a mistake in the caller.
func Params(pairs ...any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	if len(pairs)%2 != 0 {
		panic("page: Params needs pairs of name and value")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			panic(fmt.Sprintf("page: the name of a placeholder must be a string, not %T", pairs[i]))
		}
		m[name] = pairs[i+1]
	}
	return m
}

// say puts a placeholder's value into words.
func say(lang Lang, value any) string {
	switch x := value.(type) {
	case string:
		return x
	case time.Time:
		return DateTime(lang, x)
	case time.Duration:
		return Duration(lang, x)
	case int:
		return Number(int64(x))
	case int64:
		return Number(x)
	}
	return fmt.Sprint(value)
}

// Missing returns what is wrong with the sentences, one line each: files that
// can't be read, codes that stand twice or in one language only, and those of
// codes that lack a sentence in some language.
func Missing(codes []string) []string {
	c := loadMessages()
	bad := slices.Clone(c.faults)
	want := map[string]bool{}
	for _, code := range codes {
		want[code] = true
	}
	for _, lang := range Langs {
		for code := range c.texts[lang] {
			want[code] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(want)) {
		for _, lang := range Langs {
			if _, ok := c.texts[lang][code]; !ok {
				bad = append(bad, fmt.Sprintf("%s has no sentence in %s", code, lang))
			}
		}
		ja, en := placeholders(c.texts[Ja][code]), placeholders(c.texts[En][code])
		if !slices.Equal(ja, en) {
			bad = append(bad, fmt.Sprintf("%s: placeholders differ: ja %v, en %v", code, ja, en))
		}
	}
	return bad
}

// placeholders lists the names in braces, sorted, each once. {item_en} stands for
// {item} where a value has words of its own in English.
func placeholders(text string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			break
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			break
		}
		names, text = append(names, strings.TrimSuffix(name, "_en")), after
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// tokyo is t on the clock of the people who read it.
func tokyo(t time.Time) time.Time { return t.In(clock.JST) }

// Sentences returns the sentences whose codes begin with one of prefixes, with
// their placeholders, for scripts that fill them in.
func Sentences(lang Lang, prefixes ...string) map[string]string {
	out := map[string]string{}
	for code, text := range loadMessages().texts[ParseLang(string(lang))] {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(code, p) }) {
			out[code] = text
		}
	}
	return out
}
