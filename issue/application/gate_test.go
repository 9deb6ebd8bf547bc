package application_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"qualsys/issue/application"
	"qualsys/issue/evidence"
)

func goodFacts() application.Facts {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	return application.Facts{Complete: true, LinkLive: true, AliveAt: now.Add(-time.Hour), Now: now, NeedsAlive: true,
		Evidence: []evidence.ItemState{evidence.IsMatched, evidence.IsVariant, evidence.OfficerAccepted, evidence.AttachedChecked},
		Decided:  true, FeeAsFrozen: true, HasDeadline: true}
}

func TestEachRuleOfTheGateHoldsMoneyBack(t *testing.T) {
	if !application.Passed(application.Gate(goodFacts())) {
		t.Fatalf("good facts don't pass: %+v", application.Gate(goodFacts()))
	}
	for name, c := range map[string]struct {
		rule  string
		spoil func(f *application.Facts)
	}{
		"not complete":                   {"P1", func(f *application.Facts) { f.Complete = false }},
		"the link was ended":             {"P2", func(f *application.Facts) { f.LinkLive = false }},
		"life was asked two days ago":    {"P2", func(f *application.Facts) { f.AliveAt = f.Now.Add(-48 * time.Hour) }},
		"nobody knows whether they live": {"P2", func(f *application.Facts) { f.AliveAt = time.Time{} }},
		"a mismatch":                     {"P3", func(f *application.Facts) { f.Evidence[0] = evidence.IsMismatch }},
		"an attachment nobody looked at": {"P3", func(f *application.Facts) { f.Evidence[0] = evidence.Attached }},
		"a source that never answered":   {"P3", func(f *application.Facts) { f.Evidence[0] = evidence.IsDown }},
		"another application is open":    {"P4", func(f *application.Facts) { f.Duplicate = true }},
		"suspended":                      {"P5", func(f *application.Facts) { f.Barred = true }},
		"nobody decided":                 {"P6", func(f *application.Facts) { f.Decided = false }},
		"another amount than on arrival": {"P7", func(f *application.Facts) { f.FeeAsFrozen = false }},
		"the account is stopped":         {"P8", func(f *application.Facts) { f.Halted = true }},
		"no last day to pay":             {"P9", func(f *application.Facts) { f.HasDeadline = false }},
		"a request for the line is open": {"P10", func(f *application.Facts) { f.OpenRequests = 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			f := goodFacts()
			c.spoil(&f)
			for _, finding := range application.Gate(f) {
				if finding.OK == (finding.Rule == c.rule) {
					t.Errorf("%s: %v", finding.Rule, finding.OK)
				}
				if finding.Words("ja") == "" || finding.Words("en") == "" {
					t.Errorf("%s has no words", finding.Rule)
				}
			}
		})
	}
}

func TestTheGatePassesOnlyWhenAllRulesDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := func(name string) bool { return rapid.Bool().Draw(t, name) }
		f := goodFacts()
		f.Complete, f.LinkLive, f.Duplicate, f.Barred, f.Overridden = b("complete"), b("link"), b("duplicate"), b("barred"), b("override")
		f.Decided, f.FeeAsFrozen, f.Halted, f.HasDeadline = b("decided"), b("frozen"), b("halted"), b("deadline")
		f.OpenRequests = rapid.IntRange(0, 2).Draw(t, "requests")
		want := f.Complete && f.LinkLive && !f.Duplicate && (!f.Barred || f.Overridden) && f.Decided && f.FeeAsFrozen &&
			!f.Halted && f.HasDeadline && f.OpenRequests == 0
		if got := application.Passed(application.Gate(f)); got != want {
			t.Fatalf("passed %v, wanted %v: %+v", got, want, application.Gate(f))
		}
	})
}

func TestWhatThePaymentLinesSayIsShown(t *testing.T) {
	for phase, want := range map[application.Phase]application.State{
		application.NothingAsked: application.AwaitingPayment, application.Asked: application.AwaitingPayment,
		application.Processing: application.PaymentProcessing, application.DeclinedPhase: application.PaymentFailed,
		application.SettledPhase: application.PaymentProcessing,
	} {
		if got := application.Shown(application.AwaitingPayment, phase); got != want {
			t.Errorf("phase %d shows %s, not %s", phase, got, want)
		}
	}
	for _, s := range application.States() {
		if got := application.Shown(s, application.Processing); s != application.AwaitingPayment && got != s {
			t.Errorf("%s is shown as %s", s, got)
		}
	}
}
