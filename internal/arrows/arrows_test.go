// Package arrows holds the direction in which packages may know each other
// (docs/design.md, "Arrows"). It has no code but this test.
package arrows

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A rule says what packages below from may never reach, directly or through
// others, unless they are below except.
type rule struct {
	from   string
	never  []string
	except []string
	why    string
}

var rules = []rule{
	{from: "registry", never: []string{"issue", "verifier", "pdfcert", "web", "cmd"},
		why: "the register knows no fee and no certificate"},
	{from: "registry/person", never: []string{"registry"}, except: []string{"registry/person"},
		why: "values of a person stand by themselves"},
	{from: "issue", never: []string{"web", "cmd", "verifier"}, why: "who issues does not judge"},
	{from: "issue", never: []string{"pdfcert"}, except: []string{"issue/paper"},
		why: "issue/paper is the one room of issue that knows what a file is"},
	{from: "issue/application", never: []string{"issue/template", "issue/credential", "issue/paper", "issue/statuslist", "issue/keys"},
		why: "an application ends with an entry in the register; certificates hear of it"},
	{from: "issue/credential", never: []string{"registry", "gorm.io", "qualsys/internal/store"},
		why: "a statement is read by people who have no register"},
	{from: "pdfcert", never: []string{"registry", "issue", "verifier", "web", "cmd", "qualsys/internal/store", "gorm.io"},
		why: "a certificate as a file knows nothing of ours"},
	{from: "verifier", never: []string{"registry", "web", "cmd", "qualsys/internal/store", "qualsys/internal/jobs", "gorm.io", "github.com/gin-gonic", "database/sql"},
		why: "employers embed the verifier in programs of their own"},
	{from: "internal", never: []string{"registry", "issue", "verifier", "pdfcert", "web", "cmd"},
		why: "the ground knows nothing of qualifications"},
	{from: "web/page", never: []string{"web/public", "web/holder", "web/officer", "web/api", "gorm.io"},
		why: "pages are shown, they do not ask"},
	{from: "web", never: []string{"cmd"}, why: "cmd wires, nobody knows it"},
}

// gin stays in web: a *gin.Context used as a context is never cancelled.
var ginOnlyBelow = []string{"web", "cmd"}

type goPackage struct {
	ImportPath string
	Deps       []string
	Imports    []string
}

func TestArrows(t *testing.T) {
	packages := list(t)
	if len(packages) < 20 {
		t.Fatalf("only %d packages were listed", len(packages))
	}
	for _, p := range packages {
		at := strings.TrimPrefix(p.ImportPath, "qualsys/")
		for _, r := range rules {
			if !below(at, r.from) || slices.ContainsFunc(r.except, func(e string) bool { return below(at, e) }) {
				continue
			}
			for _, d := range p.Deps {
				for _, n := range r.never {
					if reaches(d, n) && !allowed(d, r.except) {
						t.Errorf("%s reaches %s: %s", at, d, r.why)
					}
				}
			}
		}
		if slices.ContainsFunc(p.Imports, func(i string) bool { return below(i, "github.com/gin-gonic/gin") }) &&
			!slices.ContainsFunc(ginOnlyBelow, func(w string) bool { return below(at, w) }) {
			t.Errorf("%s imports gin, which stays in web", at)
		}
		if slices.Contains(p.Imports, "qualsys/issue") && below(at, "issue/application") {
			t.Errorf("%s imports issue: who needs the other side declares an interface", at)
		}
	}
}

func reaches(dep, never string) bool {
	if never == "database/sql" {
		return dep == never // its driver package is two interfaces, for values that go into columns
	}
	if own, ok := strings.CutPrefix(dep, "qualsys/"); ok {
		return below(own, strings.TrimPrefix(never, "qualsys/"))
	}
	return below(dep, never)
}

func allowed(dep string, except []string) bool {
	own, ok := strings.CutPrefix(dep, "qualsys/")
	return ok && slices.ContainsFunc(except, func(e string) bool { return below(own, e) })
}

func below(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

func list(t *testing.T) []goPackage {
	t.Helper()
	c := exec.Command("go", "list", "-tags", "nomsgpack", "-json=ImportPath,Deps,Imports", "qualsys/...")
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
