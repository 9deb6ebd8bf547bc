package verifier_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"qualsys/verifier"
)

func TestEveryCodeHasASentenceInBothLanguages(t *testing.T) {
	want := append(verifier.Codes(), verifier.ErrBirth.Code())
	var placeholders [2]map[string][]string
	for i, lang := range []string{"ja", "en"} {
		b, err := os.ReadFile(filepath.Join("..", "web", "page", "messages", "verifier."+lang+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]string
		if err := yaml.Unmarshal(b, &messages); err != nil {
			t.Fatal(err)
		}
		placeholders[i] = map[string][]string{}
		for _, code := range want {
			if messages[code] == "" {
				t.Errorf("%s: no sentence for %s", lang, code)
			}
			placeholders[i][code] = regexp.MustCompile(`\{\w+\}`).FindAllString(messages[code], -1)
			slices.Sort(placeholders[i][code])
		}
		for code := range messages {
			if !slices.Contains(want, code) {
				t.Errorf("%s: a sentence for %s, which no answer holds", lang, code)
			}
		}
	}
	for _, code := range want {
		if !slices.Equal(placeholders[0][code], placeholders[1][code]) {
			t.Errorf("%s: %v in Japanese, %v in English", code, placeholders[0][code], placeholders[1][code])
		}
	}
}

func TestEveryCodeOfTheVectorsIsDeclared(t *testing.T) {
	codes := verifier.Codes()
	for _, c := range load[verifyCase](t, "verifications.json") {
		for _, check := range c.Expect.Checks {
			if !slices.Contains(codes, check.Code) {
				t.Errorf("%s: %s", c.Name, check.Code)
			}
		}
		if !slices.Contains(codes, c.Expect.Message) {
			t.Errorf("%s: %s", c.Name, c.Expect.Message)
		}
	}
}

// TestTheVerifierStaysEmbeddable: whoever embeds it gets no database, no web
// and nothing of the register.
func TestTheVerifierStaysEmbeddable(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "qualsys/verifier", "qualsys/verifier/remote").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"qualsys/verifier", "qualsys/pdfcert", "qualsys/issue/credential", "qualsys/issue/statuslist",
		"qualsys/internal/fault", "qualsys/internal/clock"}
	for dep := range strings.FieldsSeq(string(out)) {
		for _, bad := range []string{"gorm", "gin-gonic", "database/sql/", "modernc", "pgx", "riverqueue", "qualsys/internal/store", "qualsys/registry", "qualsys/web"} {
			if strings.Contains(dep, bad) && dep != "database/sql/driver" {
				t.Errorf("the verifier depends on %s", dep)
			}
		}
		if strings.HasPrefix(dep, "qualsys/") && !slices.ContainsFunc(allowed, func(a string) bool { return dep == a || strings.HasPrefix(dep, a+"/") }) {
			t.Errorf("the verifier depends on %s", dep)
		}
	}
}
