package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/seeds"
	"qualsys/web/page"
)

// hardName is a line of seeds/names.yaml.
type hardName struct{ Name, Kana, Print, Why string }

func hardNames(t *testing.T) []hardName {
	t.Helper()
	var file struct{ Names []hardName }
	if err := yaml.Unmarshal(seeds.Names, &file); err != nil {
		t.Fatal(err)
	}
	return file.Names
}

// outcome is what became of a name.
type outcome struct {
	hardName
	where string // "printed", "registered, not printed" or "refused at the door"
	why   *fault.Fault
}

// TestHardNames sees to it that every name of seeds/names.yaml either comes back
// from text, QR code and API byte for byte, or is refused for a stated reason
// before anything is signed. docs/names.md is the list.
func TestHardNames(t *testing.T) {
	h := Start(t, Plan{})
	var list []outcome
	for i, n := range hardNames(t) {
		t.Run(fmt.Sprintf("%02d %s", i, n.Why), func(t *testing.T) { list = append(list, tryName(t, h, i, n)) })
	}
	if t.Failed() {
		return
	}
	golden := filepath.Join("..", "..", "docs", "names.md")
	text := namesList(list)
	if *update {
		h.must(os.WriteFile(golden, []byte(text), 0o644))
	}
	want, err := os.ReadFile(golden)
	h.must(err)
	if string(want) != text {
		t.Errorf("docs/names.md says otherwise (look, then -update):\n%s", text)
	}
}

func tryName(t *testing.T, h *House, i int, n hardName) outcome {
	o := outcome{hardName: n}
	name, err := person.ParseName(n.Name)
	if err != nil {
		o.where, o.why = "refused at the door", oneFault(t, err)
		if n.Print == "true" {
			t.Errorf("may not be registered: %v", err)
		}
		return o
	}
	if name.String() != n.Name {
		t.Fatalf("parsed as %q", name.String())
	}
	r := enrol(t, h, i, name)
	made, err := h.System.issuer.Issue(h.ctx(), clerk, r.ID, registry.Cause{Kind: "test"})
	if err != nil {
		o.where, o.why = "registered, not printed", oneFault(t, err)
		onTheList(t, h, r)
		return o
	}
	o.where = "printed"
	if n.Print == "false" {
		t.Error("is printed")
	}
	_, file, err := h.System.issuer.File(h.ctx(), clerk, made.ID)
	h.must(err)
	comesBack(t, h, file, n.Name)
	return o
}

func oneFault(t *testing.T, err error) *fault.Fault {
	t.Helper()
	all, ok := fault.All(err)
	if !ok || len(all) == 0 {
		t.Fatalf("refused without a reason that could be told: %v", err)
	}
	return all[0]
}

func enrol(t *testing.T, h *House, i int, name person.Name) (r registry.Registration) {
	t.Helper()
	h.Write(func(tx *store.Tx) (err error) {
		r, err = h.System.register.Enrol(tx, actor.Operator("test"), registry.New{Register: 1, Number: fmt.Sprintf("第D-09%05d号", i),
			Particulars:  registry.Particulars{Name: name, BirthDate: 19850412, Domicile: parsed(t, person.ParseDomicile, "東京都")},
			RegisteredOn: 20100401}, registry.Cause{Kind: "test"})
		return err
	})
	if r.Name.String() != name.String() {
		t.Fatalf("registered as %q", r.Name.String())
	}
	return r
}

// onTheList checks that officers see what could not be printed.
func onTheList(t *testing.T, h *House, r registry.Registration) {
	t.Helper()
	h.Read(func(tx *store.Tx) error {
		by := staffOf(r.Body, "test", actor.Reviewer)
		all, err := h.System.issuer.Refusals(tx, by, r.Body)
		for _, one := range all {
			if one.Registration == r.ID && one.Item == "name" {
				return err
			}
		}
		t.Error("no officer is told")
		return err
	})
}

// comesBack reads a name from the file's text, from its QR code and from the API.
func comesBack(t *testing.T, h *House, file []byte, name string) {
	t.Helper()
	p, err := walk.ReadPaper(file)
	h.must(err)
	signed, err := credential.ParseLink(p.Link, []string{h.Config.BaseURL})
	h.must(err)
	st, _, err := signed.Open()
	h.must(err)
	says, _ := h.verify("file", file)["says"].(map[string]any)
	for where, got := range map[string]any{"text": p.Name, "QR code": st.Name, "API": says["name"]} {
		if got != name {
			t.Errorf("%s gives %q, not %q", where, got, name)
		}
	}
	if v := h.verify("link", p.Link); v["verdict"] != "in_force" {
		t.Errorf("its certificate is %v", v["verdict"])
	}
}

// namesList is docs/names.md.
func namesList(list []outcome) string {
	var b strings.Builder
	b.WriteString("# Which names can be printed\n\n" +
		"Every name of `seeds/names.yaml` and what becomes of it: *printed* means that text, QR code and API give it back byte for byte;\n" +
		"*registered, not printed* that the register holds it as it is, no certificate is made, and officers are told which character is\n" +
		"missing; *refused at the door* that it can't be registered. Nothing is ever changed silently, and nothing is signed before this\n" +
		"was asked. A test makes this list (`go test ./cmd/qualsys -run TestHardNames -update`).\n\n")
	counts := map[string]int{}
	for _, o := range list {
		counts[o.where]++
	}
	fmt.Fprintf(&b, "%d names: %d printed, %d registered and not printed, %d refused at the door.\n\n", len(list),
		counts["printed"], counts["registered, not printed"], counts["refused at the door"])
	b.WriteString("| name | code points | what becomes of it | reason given | why it is hard |\n|---|---|---|---|---|\n")
	for _, o := range list {
		reason := ""
		if o.why != nil {
			reason, _, _ = strings.Cut(page.View{Lang: page.En}.FaultText(o.why), ". ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", shown(o.Name), codePoints(o.Name), o.where, cell(reason), cell(o.Why))
	}
	return b.String()
}

// shown is a name as a table can hold it: what can't be seen is left to the
// code points beside it.
func shown(name string) string {
	seen := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x00AD || r == 0x200B || r == 0x202E || r == 0xFFFD || r >= 0xE000 && r <= 0xF8FF {
			return -1
		}
		return r
	}, name)
	return cell(seen)
}

func cell(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, "\\", `\\`, "*", `\*`, "_", `\_`, "`", "\\`").Replace(text)
}

func codePoints(name string) string {
	var out []string
	for _, r := range name {
		out = append(out, fmt.Sprintf("%04X", r))
	}
	return strings.Join(out, " ")
}
