package main

import (
	"encoding/json"
	"testing"

	"qualsys/cmd/qualsys/walk"
)

// TestTheWalk is what make demo does, on both databases.
func TestTheWalk(t *testing.T) {
	for name, plan := range map[string]Plan{"sqlite": {}, "postgres": {PostgreSQL: true}} {
		t.Run(name, func(t *testing.T) {
			h := Start(t, plan)
			w := walk.Walk{Base: h.Config.BaseURL, Evidence: h.Config.EvidenceURL, Mail: h.Config.MailPage,
				Step: func(words string) { t.Log(words) }}
			left, err := w.Run(t.Context())
			h.must(err)
			if left.Verification["verdict"] != "in_force" {
				t.Errorf("what the walk leaves is %v", left.Verification["verdict"])
			}
			if _, err := json.Marshal(left.Verification); err != nil {
				t.Error(err)
			}
			p, err := walk.ReadPaper(left.Certificate)
			h.must(err)
			h.must(walk.Verify(t.Context(), h.Config.BaseURL, p, "1990/07/21", "in_force"))
			if !plan.PostgreSQL {
				outsiders(t, h, p, "高橋 花子", "1990/07/21", "第D-0123456号")
			}
		})
	}
}
