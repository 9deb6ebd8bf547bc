package actor_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"qualsys/internal/fault"
	"qualsys/registry/actor"
)

// everybody is one actor of each kind and role, all of body "a".
var everybody = map[string]actor.Actor{
	"holder": actor.Holder("h"), "system": actor.System("s"), "operator": actor.Operator("o"),
	"reviewer": actor.Officer("1", "a", actor.Reviewer), "registrar": actor.Officer("2", "a", actor.Registrar),
	"configurer": actor.Officer("3", "a", actor.Configurer), "supervisor": actor.Officer("4", "a", actor.Supervisor),
	"officer without a role": actor.Officer("5", "a"),
}

// actions reads the constants from the source, so that none is forgotten.
func actions(t *testing.T) (out []actor.Action) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "table.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Action" {
				s, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				out = append(out, actor.Action(s))
			}
		}
		return true
	})
	return out
}

func TestEachActionIsSomebodysAndNoneIsEverybodys(t *testing.T) {
	list := actions(t)
	if len(list) < 20 {
		t.Fatalf("only %d actions seen", len(list))
	}
	for _, action := range list {
		allowed := 0
		for _, by := range everybody {
			if by.May(action, "a") == nil {
				allowed++
			}
		}
		if allowed == 0 || allowed == len(everybody) {
			t.Errorf("%s is allowed to %d of %d", action, allowed, len(everybody))
		}
	}
}

func TestWhatTheTableDoesNotNameIsRefused(t *testing.T) {
	for who, by := range everybody {
		if err := by.May("register.burn", "a"); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("%s: %v", who, err)
		}
	}
	for _, action := range actions(t) {
		for name, by := range map[string]actor.Actor{
			"nobody": {}, "no kind": {ID: "x"}, "no id": {Kind: actor.KindSystem}, "an officer of no body": {Kind: actor.KindOfficer, ID: "x", Roles: []actor.Role{actor.Registrar}},
			"a kind that isn't one": {Kind: 9, ID: "x"},
		} {
			if err := by.May(action, "a"); !errors.Is(err, fault.Unauthenticated) {
				t.Errorf("%s may %s: %v", name, action, err)
			}
		}
		for who, by := range everybody {
			if by.Kind == actor.KindOfficer {
				if err := by.May(action, "b"); !errors.Is(err, fault.NotFound) {
					t.Errorf("%s of another body, %s: %v", who, action, err)
				}
				if by.May(action, "") == nil {
					t.Errorf("%s may %s in the whole installation", who, action)
				}
			}
		}
	}
}

func TestTheLinesThatMatterMost(t *testing.T) {
	for _, c := range []struct {
		who    string
		action actor.Action
		may    bool
	}{
		{"holder", actor.FileApplication, true}, {"holder", actor.DecideApplication, false}, {"holder", actor.ChangeRegistration, false},
		{"reviewer", actor.DecideApplication, true}, {"reviewer", actor.ProposeMeasure, false}, {"reviewer", actor.CorrectEntry, false},
		{"registrar", actor.ProposeMeasure, true}, {"supervisor", actor.SecondMeasure, true}, {"supervisor", actor.ProposeMeasure, false},
		{"configurer", actor.ViewRegistration, false}, {"configurer", actor.EditTemplate, true}, {"operator", actor.ChangeRegistration, false},
		{"system", actor.SecondMeasure, false}, {"officer without a role", actor.ViewRegistration, false},
	} {
		if err := everybody[c.who].May(c.action, "a"); (err == nil) != c.may {
			t.Errorf("%s, %s: %v", c.who, c.action, err)
		}
	}
}

func TestKindsComeBack(t *testing.T) {
	for _, by := range everybody {
		if k, err := actor.ParseKind(by.Kind.String()); err != nil || k != by.Kind {
			t.Error(k, err)
		}
	}
	if _, err := actor.ParseKind("god"); err == nil {
		t.Error("there is no such kind")
	}
}
