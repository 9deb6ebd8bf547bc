// Package docs holds the documents, and this test that what they name is there.
package docs

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"qualsys/verifier"
)

const top = ".."

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(top, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// documents are README.md and everything below docs/ in Markdown.
func documents(t *testing.T) []string {
	t.Helper()
	list := []string{"README.md"}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			list = append(list, filepath.Join("docs", path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var (
	linked  = regexp.MustCompile(`\]\(([^)\s]+)\)|<img src="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	nothing = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for _, doc := range documents(t) {
		text := read(t, doc)
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			u, err := url.Parse(m[1] + m[2])
			if err != nil || u.Scheme != "" {
				continue
			}
			target := doc
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(doc), u.Path)
			}
			if _, err := os.Stat(filepath.Join(top, target)); err != nil {
				t.Errorf("%s: %s is not there", doc, u)
			} else if u.Fragment != "" && !slices.Contains(anchors(read(t, target)), u.Fragment) {
				t.Errorf("%s: %s has no heading %q", doc, target, u.Fragment)
			}
		}
	}
}

// anchors are the names that headings get where the documents are read.
func anchors(text string) (list []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		list = append(list, strings.ReplaceAll(nothing.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return list
}

var code = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")

// said are the words after each occurrence of a program's name in the code of a document.
func said(text string, program *regexp.Regexp) (list []string) {
	for _, block := range code.FindAllString(text, -1) {
		for _, m := range program.FindAllStringSubmatch(block, -1) {
			list = append(list, m[1])
		}
	}
	return list
}

func TestEveryMakeTargetIsThere(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, doc := range documents(t) {
		for _, target := range said(read(t, doc), regexp.MustCompile(`\bmake ([a-z]+)`)) {
			if !regexp.MustCompile(`(?m)^` + target + `:`).MatchString(makefile) {
				t.Errorf("%s: there is no make %s", doc, target)
			}
		}
	}
}

// field is a line of a struct that kong reads: its name and its tag.
var field = regexp.MustCompile("(?m)^\t(\\w+) +[\\w\\[\\]]+ +`([^`]+)`")

func tag(tags, name string) (string, bool) {
	m := regexp.MustCompile(`(?:^| )` + name + `:"([^"]*)"`).FindStringSubmatch(tags)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// kebab is how kong turns a field into a name: BaseURL becomes base-url.
func kebab(name string) string {
	name = regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(strings.TrimRight(name, "_"), "$1-$2")
	return strings.ToLower(name)
}

// program collects the commands and the flags that cmd/qualsys declares.
func program(t *testing.T) (commands, flags []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top, "cmd/qualsys/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range field.FindAllStringSubmatch(string(b), -1) {
			name, named := tag(m[2], "name")
			if !named {
				name = kebab(m[1])
			}
			if _, is := tag(m[2], "cmd"); is {
				commands = append(commands, name)
			} else {
				flags = append(flags, name)
			}
		}
	}
	return commands, flags
}

func TestEveryCommandAndFlagIsThere(t *testing.T) {
	commands, flags := program(t)
	for _, doc := range documents(t) {
		text := read(t, doc)
		for _, c := range said(text, regexp.MustCompile(`(?m)(?:^|[\s/\x60|])qualsys ([a-z]{3,})`)) {
			if !slices.Contains(commands, c) {
				t.Errorf("%s: there is no qualsys %s", doc, c)
			}
		}
		for _, line := range said(text, regexp.MustCompile(`qualsys( [a-z]{3,}[^\n\x60|]*)`)) {
			for _, f := range regexp.MustCompile(` --([a-z][a-z-]+)`).FindAllStringSubmatch(line, -1) {
				if !slices.Contains(flags, f[1]) {
					t.Errorf("%s: qualsys has no --%s", doc, f[1])
				}
			}
		}
	}
}

func TestTheOperatorsTableIsTheProgramsSettings(t *testing.T) {
	guide := read(t, "docs/guide/operator.md")
	config, _, _ := strings.Cut(read(t, "cmd/qualsys/config.go"), "\n}\n")
	n := 0
	for _, m := range field.FindAllStringSubmatch(config, -1) {
		env, set := tag(m[2], "env")
		if !set {
			continue
		}
		n++
		name, named := tag(m[2], "name")
		if !named {
			name = kebab(m[1])
		}
		row := fmt.Sprintf("| `--%s` | `%s` |", name, env)
		if value, has := tag(m[2], "default"); has {
			row += fmt.Sprintf(" `%s` |", value)
		}
		if !strings.Contains(guide, row) {
			t.Errorf("the table lacks %s", row)
		}
	}
	if n < 20 {
		t.Errorf("only %d settings were found in the program", n)
	}
}

// sentences are all messages of the pages in one language.
func sentences(t *testing.T, lang string) (list []string, byCode map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top, "web/page/messages/*."+lang+".yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no messages", err)
	}
	byCode = map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(b, &byCode); err != nil {
			t.Fatal(f, err)
		}
	}
	for _, s := range byCode {
		list = append(list, s)
	}
	return list, byCode
}

func TestTheGuidesUseTheWordsOfThePages(t *testing.T) {
	for lang, quoted := range map[string]*regexp.Regexp{
		"ja": regexp.MustCompile(`「([^」]+)」`), "en": regexp.MustCompile(`“([^”]+)”`),
	} {
		list, _ := sentences(t, lang)
		for _, doc := range []string{"docs/guide/holder.md", "docs/guide/officer.md", "docs/guide/employer.md"} {
			for _, m := range quoted.FindAllStringSubmatch(read(t, doc), -1) {
				words := strings.TrimSuffix(m[1], "…")
				if !slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, words) }) {
					t.Errorf("%s: no page says %q", doc, m[1])
				}
			}
		}
	}
}

func TestEveryCodeOfACheckStandsInItsWords(t *testing.T) {
	_, ja := sentences(t, "ja")
	_, en := sentences(t, "en")
	text := read(t, "docs/verdicts.md")
	for _, c := range verifier.Codes() {
		parts := strings.Split(c, ".")
		if len(parts) != 3 || !slices.Contains(verifier.CheckIDs, verifier.CheckID(parts[1])) {
			continue
		}
		if row := fmt.Sprintf("| `%s` | %s | %s |", c, ja[c], en[c]); !strings.Contains(text, row) {
			t.Errorf("docs/verdicts.md lacks %s", row)
		}
	}
}

func TestEveryDependencyIsAccountedFor(t *testing.T) {
	account := read(t, "docs/adr/0007-dependencies.md")
	direct, _, _ := strings.Cut(read(t, "go.mod"), "\n)\n")
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v`).FindAllStringSubmatch(direct, -1) {
		short := m[1][strings.Index(m[1], "/")+1:]
		if !strings.Contains(account, "`"+m[1]) && !strings.Contains(account, "`…/"+short[strings.LastIndex(short, "/riverdriver/")+1:]) &&
			!strings.Contains(account, "`…/"+short[strings.LastIndex(short, "/")+1:]) {
			t.Errorf("ADR 7 does not account for %s", m[1])
		}
	}
	var npm struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal([]byte(read(t, "package.json")), &npm); err != nil {
		t.Fatal(err)
	}
	for _, list := range []map[string]string{npm.Dependencies, npm.DevDependencies} {
		for name := range list {
			if !strings.Contains(account, "`"+name+"`") {
				t.Errorf("ADR 7 does not account for %s", name)
			}
		}
	}
}
