package officer

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/credential"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/sample"
	"qualsys/web/page"
)

// written are the codes that stand in the room's source as they are.
func written(t *testing.T) []string {
	t.Helper()
	code := regexp.MustCompile(`"(officer\.[a-z0-9_]+)"`)
	var codes []string
	for _, pattern := range []string{"*.go", "*.templ"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range code.FindAllStringSubmatch(string(raw), -1) {
				codes = append(codes, m[1])
			}
		}
	}
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(c string) bool {
		return strings.HasSuffix(c, "_") || c == "officer.js" // a beginning of codes; a script
	})
}

// made are the codes that are put together from closed sets.
func made() []string {
	var codes []string
	add := func(prefix string, ends ...string) {
		for _, e := range ends {
			codes = append(codes, prefix+e)
		}
	}
	add("officer.col_", "no", "what", "qualification", "registration", "name", "state", "arrived", "left")
	for s := registry.Active; s <= registry.Lapsed; s++ {
		add("officer.standing_", s.String())
	}
	for s := registry.ProposalOpen; s <= registry.ProposalDeclined; s++ {
		add("officer.proposal_", s.String())
	}
	for s := credential.Valid; s <= credential.Changed; s++ {
		add("officer.status_", s.String())
	}
	for _, k := range []registry.ChangeKind{registry.ChangedEnrolment, registry.ChangedName, registry.ChangedAddress, registry.ChangedDomicile,
		registry.ChangedItems, registry.ChangedCorrection, registry.ChangedSuspension, registry.ChangedRestored, registry.ChangedRemoval,
		registry.ChangedRevocation, registry.ChangedLapse} {
		add("officer.change_", string(k))
	}
	for _, s := range []issue.State{issue.StatePrepared, issue.StateReleased, issue.StateAbandoned, issue.StateFailed} {
		add("officer.certificate_", string(s))
	}
	for _, l := range []application.LossKind{application.Lost, application.Leaked, application.Damaged} {
		add("officer.loss_", string(l))
	}
	for _, s := range []evidence.ReplyStatus{evidence.Found, evidence.NotFound, evidence.HistoryGap, evidence.NotIssuable, evidence.Silent} {
		add("officer.reply_", string(s))
	}
	for _, o := range []application.Owner{application.HolderTurn, application.OfficerTurn, application.SystemTurn, application.OtherTurn, application.NobodysTurn} {
		add("officer.by_", string(o))
	}
	for _, k := range []payment.TaskKind{payment.TaskLate, payment.TaskQuestioned, payment.TaskDisputed, payment.TaskDisputeWon, payment.TaskDisputeLost, payment.TaskRefundFailed} {
		add("officer.task_", string(k))
	}
	for _, r := range []linking.Reason{linking.NoNumber, linking.UnknownNumber, linking.Mismatch, linking.Variant, linking.OtherAddress,
		linking.PartialBirth, linking.Namesake, linking.LinkedAlready, linking.Ended} {
		add("officer.link_reason_", string(r))
	}
	add("officer.cause_", "application", "officer", "proposal", "import", "sample", "rule", "holder")
	add("officer.done_link_", "approve", "refuse")
	for step := range (&Pages{}).steps() {
		add("officer.done_", step)
	}
	for _, g := range grounds(page.View{}) {
		if g.Value != "" {
			add("officer.ground_", g.Value)
		}
	}
	for _, p := range sample.Named() {
		for _, n := range p.Registrations {
			for _, i := range n.Items {
				add("officer.item_", i.Key)
			}
		}
	}
	return codes
}

func TestEveryCodeHasASentence(t *testing.T) {
	for _, bad := range page.Missing(append(written(t), made()...)) {
		if strings.HasPrefix(bad, "officer.") {
			t.Error(bad)
		}
	}
}

// TestNoSentenceIsLeftOver keeps the file to what the pages say.
func TestNoSentenceIsLeftOver(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "page", "messages", "officer.ja.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := yaml.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	used := append(written(t), made()...)
	for code := range texts {
		if !slices.Contains(used, code) && !strings.HasPrefix(code, "officer.item_") {
			t.Errorf("%s is said nowhere", code)
		}
	}
}
