package notice

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed texts
var textFiles embed.FS

// text is what a kind says in one language.
type text struct {
	Title string `yaml:"title"` // also the subject of the mail: it names no qualification
	Text  string `yaml:"text"`
	Mail  string `yaml:"mail"` // no personal data; "" where no mail goes out
}

type textFile struct {
	Footer  string        `yaml:"footer"`
	Notices map[Kind]text `yaml:"notices"`
}

var texts = sync.OnceValues(func() (map[Language]textFile, error) {
	all := map[Language]textFile{}
	for _, l := range []Language{Japanese, English} {
		b, err := textFiles.ReadFile("texts/" + string(l) + ".yaml")
		if err != nil {
			return nil, err
		}
		var f textFile
		if err := yaml.Unmarshal(b, &f); err != nil {
			return nil, fmt.Errorf("notice: texts in %s: %w", l, err)
		}
		all[l] = f
	}
	return all, nil
})

func textOf(k Kind, l Language) (text, error) {
	all, err := texts()
	if err != nil {
		return text{}, err
	}
	t, ok := all[l].Notices[k]
	if !ok {
		return text{}, fmt.Errorf("notice: no text for %s in %q", k, string(l))
	}
	return t, nil
}

func footer(l Language) string {
	all, err := texts()
	if err != nil {
		return "" // textOf has said so before
	}
	return all[l].Footer
}

func replaceDomain(s, domain string) string { return strings.ReplaceAll(s, "{domain}", domain) }
