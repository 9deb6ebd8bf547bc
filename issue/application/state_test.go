package application_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qualsys/issue/application"
)

var update = flag.Bool("update", false, "write docs/states.md anew")

// kinds of ends, for the walk below
var ends = []application.State{application.CertificateIssued, application.Rejected, application.Withdrawn,
	application.CancelledTimeout, application.CancelledDeceased, application.Discarded}

func TestEveryPairOfStateAndStep(t *testing.T) {
	for _, s := range application.States() {
		if !s.Stored() {
			continue
		}
		for _, step := range application.Steps() {
			to, ok := s.Next(step)
			if ok != s.May(step) {
				t.Errorf("%s, %s: Next and May disagree", s, step)
			}
			if !ok {
				if to != "" {
					t.Errorf("%s, %s: refused and yet leads to %s", s, step, to)
				}
				continue
			}
			if !to.Stored() || to == s {
				t.Errorf("%s, %s leads to %q", s, step, to)
			}
		}
	}
}

func TestNoStateIsWithoutOwnerWordsAndNextDate(t *testing.T) {
	for _, s := range application.States() {
		i := application.Of(s)
		if i.Owner == "" || i.Owner.Words("ja") == "" || i.Ja == "" || i.En == "" || i.HintWords("ja") == "" || i.HintWords("en") == "" {
			t.Errorf("%s: %+v", s, i)
		}
		if s.Stored() && !s.Ended() && i.Timer == "" {
			t.Errorf("%s has no next date", s)
		}
		if s.Ended() != (i.Owner == application.NobodysTurn) {
			t.Errorf("%s ends, and yet it is the turn of %s", s, i.Owner)
		}
	}
}

func TestEveryStateIsReachedAndEveryOpenOneEnds(t *testing.T) {
	reached := reach(application.Draft)
	for _, s := range application.States() {
		if s.Stored() && !reached[s] {
			t.Errorf("%s is never reached", s)
		}
		if !s.Stored() {
			continue
		}
		from, out := reach(s), s.Ended()
		for _, e := range ends {
			out = out || from[e]
		}
		if !out {
			t.Errorf("%s never ends", s)
		}
	}
}

func TestNothingIsRegisteredBesideItsEntry(t *testing.T) {
	for _, s := range application.States() {
		for _, step := range application.Steps() {
			to, ok := s.Next(step)
			if ok && to == application.Registered && s != application.Registering {
				t.Errorf("%s, %s registers", s, step)
			}
			if ok && to == application.Registering && s != application.ApprovedNoFee && s != application.PaymentSettled && s != application.Scheduled {
				t.Errorf("%s, %s enters without a decision", s, step)
			}
			if ok && to == application.Withdrawn && (s == application.Registering || s == application.Registered) {
				t.Errorf("%s can be withdrawn", s)
			}
		}
	}
}

func TestWalksNeverLeaveTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := application.Draft
		decided, sent := false, false
		for _, step := range rapid.SliceOfN(rapid.SampledFrom(application.Steps()), 1, 60).Draw(t, "steps") {
			to, ok := s.Next(step)
			if !ok {
				continue
			}
			sent = sent || step == application.Submit
			switch step {
			case application.Approve, application.ApproveFree, application.ApprovePaid, application.Confirm:
				decided = true
			case application.Reopen, application.Return:
				decided = false
			}
			if to == application.Registered && (!decided || !sent) {
				t.Fatalf("registered without a decision")
			}
			s = to
		}
	})
}

func reach(s application.State) map[application.State]bool {
	seen := map[application.State]bool{s: true}
	todo := []application.State{s}
	for len(todo) > 0 {
		s, todo = todo[0], todo[1:]
		for _, step := range application.Steps() {
			if to, ok := s.Next(step); ok && !seen[to] {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return seen
}

// TestTheDocumentShowsTheTable keeps docs/states.md; go test -update writes it.
func TestTheDocumentShowsTheTable(t *testing.T) {
	const file = "../../docs/states.md"
	want := document()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/states.md is behind the table: go test ./issue/application -run Document -update")
	}
}

func document() string {
	var b strings.Builder
	b.WriteString("# 申請の状態 / States of an application\n\n")
	b.WriteString("Printed from the table in `issue/application/state.go` and `words.go`; do not edit. `go test ./issue/application -run Document -update` writes it anew.\n\n")
	b.WriteString("\"Shown\" states are never stored: they are computed from the payment lines while a payment is awaited. The holder sees one status; five steps lead from 受付 to 資格者証.\n\n")
	b.WriteString("## States\n\n| state | 画面表示 | screen | whose turn | bar | next date | what the holder reads |\n|---|---|---|---|---|---|---|\n")
	for _, s := range application.States() {
		i := application.Of(s)
		name := "`" + string(s) + "`"
		if !s.Stored() {
			name += " (shown)"
		}
		bar := "–"
		if i.Bar > 0 {
			bar = fmt.Sprintf("%d %s", i.Bar, application.BarWords("ja")[i.Bar-1])
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s<br>%s |\n", name, i.Ja, i.En, i.Owner, bar, i.Timer, i.HintWords("ja"), i.HintWords("en"))
	}
	b.WriteString("\n## Steps\n\n| from | step | to |\n|---|---|---|\n")
	for _, s := range application.States() {
		for _, step := range application.Steps() {
			if to, ok := s.Next(step); ok {
				fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", s, step, to)
			}
		}
	}
	b.WriteString("\nEvery pair that is not listed is refused (`application.not_now`), and a test walks all of them.\n")
	return b.String()
}
