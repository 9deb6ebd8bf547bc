package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/registry"
	"qualsys/registry/sample"
)

// Scenario 24, at the point that hurts most: the certificate is signed, and its
// file can't be kept; then the program ends. It begins again with the same
// code, and there is one certificate.
func TestSignedAndNotRecorded(t *testing.T) {
	each(t, func(t *testing.T, h *House) {
		hanako := h.Holder(sample.Hanako)
		h.must(hanako.Link())
		archive := filepath.Join(h.Config.Data, "certificates")
		h.must(os.RemoveAll(archive))
		h.must(os.WriteFile(archive, nil, 0o600)) // a disk that refuses
		if _, err := hanako.MakeCertificate(); err == nil {
			t.Fatal("a certificate that could not be kept was handed out")
		}
		if hanako.Page.Status < 500 || !hanako.Page.Says("番号") {
			t.Errorf("she is told %d %s", hanako.Page.Status, hanako.Page.Text())
		}
		before := h.certificates(sample.Hanako)
		if len(before) != 1 || before[0].State != issue.StatePrepared {
			t.Fatalf("recorded: %+v", before)
		}
		h.Shut()
		h.must(os.Remove(archive))
		h.Open()
		h.must(hanako.Get(h.Config.BaseURL + hanako.Entry))
		h.Until("the certificate to be finished", func() bool {
			all := h.certificates(sample.Hanako)
			if all[0].State != issue.StateReleased {
				// what the job does by itself after a while, a press does at once
				_, err := h.System.issuer.Issue(h.ctx(), clerk, h.Registration(sample.Hanako).ID, registry.Cause{Kind: "test"})
				h.must(err)
			}
			return all[0].State == issue.StateReleased
		})
		after := h.certificates(sample.Hanako)
		if len(after) != 1 || after[0].Code != before[0].Code {
			t.Errorf("%d certificates, code %s after %s", len(after), after[0].Code.Format(), before[0].Code.Format())
		}
		p := h.Paper(h.Registration(sample.Hanako).ID)
		h.must(walk.Verify(t.Context(), h.Config.BaseURL, p, "1990/07/21", "in_force"))
		wholeChains(t, h)
	})
}

// certificates are those of somebody called by name, the newest first.
func (h *House) certificates(key string) (all []issue.Certificate) {
	h.t.Helper()
	id := h.Registration(key).ID
	h.Read(func(tx *store.Tx) (err error) {
		all, err = h.System.issuer.List(tx, clerk, id)
		return err
	})
	return all
}

// Suspended by two officers for a time, the same file reads "suspended" until
// the time is over, and is good again after it without being made anew
// (scenario 16, on a register that publishes no end).
func TestSuspendedForATime(t *testing.T) {
	h := Start(t, Plan{})
	r := h.Registration(sample.Hanako)
	p := h.Paper(r.ID)
	h.Measure(r, "measure", "suspension", "from", h.Day(1), "until", h.Day(3))
	for _, day := range []struct {
		after int
		want  string
	}{{0, "in_force"}, {1, "suspended"}, {3, "suspended"}, {4, "in_force"}} {
		h.Clock.Advance(time.Duration(day.after)*24*time.Hour - h.Clock.Shift())
		if v := h.verify("link", p.Link); v["verdict"] != day.want {
			t.Errorf("after %d days it is %v, not %s", day.after, v["verdict"], day.want)
		}
		if v := h.verify("file", p.PDF); v["verdict"] != day.want {
			t.Errorf("after %d days the file is %v, not %s", day.after, v["verdict"], day.want)
		}
	}
}
