package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/issue/payment/paysim"
	"qualsys/registry/actor"
	"qualsys/registry/sample"
)

// TestAHundredTimesTheSame sends each form that changes something a hundred
// times at the same moment: it has one effect, and whoever is not answered as
// the first one is told clearly why (SECURITY G5).
func TestAHundredTimesTheSame(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *House) {
		n := times(10, 40, 100)
		want := func(what string, got, want int64) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %d, not %d", what, got, want)
			}
		}
		h.Workers(0)
		reg := h.Registration(sample.Hanako)
		hanako := h.Holder(sample.Hanako)
		h.must(hanako.Get("/my/link"))
		h.Storm(hanako.Visitor, n, "/my/link", "register", fmt.Sprint(reg.Register), "number", reg.Number)
		want("links", h.Sum("links", "registration = ?", string(reg.ID)), 1)
		want("told of the link", h.Sum("notices", "kind = 'linked'"), 1)

		w := &worker{h: h, code: sample.Hanako, by: actor.Holder(h.login("holder")), reg: reg.ID}
		draft := w.Draft()
		at := "/my/applications/" + draft.ID
		h.must(hanako.Get(at))
		h.Storm(hanako.Visitor, n, at+"/submit")
		want("applications", h.Sum("applications", "number IS NOT NULL"), 1)
		want("numbers taken", h.Sum("application_numbers", "last_number = 1"), 1)
		h.Settle()

		reviewer := h.Officer("sssc", "reviewer")
		desk := "/officer/applications/" + draft.ID
		h.must(reviewer.Get(desk))
		h.Storm(reviewer.Visitor, n, desk+"/approve")
		want("decisions", h.Sum("application_steps", "step = 'approve'"), 1)
		want("requests for money", h.Sum("payment_claims", "1 = 1"), 1)

		h.must(hanako.Get(at))
		ends := h.Storm(hanako.Visitor, n, at+"/pay")
		want("pages to pay on", h.Sum("payment_checkouts", "1 = 1"), 1)
		pages := 0
		for end := range ends {
			if !strings.HasPrefix(end, h.Config.BaseURL) {
				pages++
			}
		}
		want("pages that people were led to", int64(pages), 1)

		session := h.PayPage(w, draft.ID)
		h.must(h.Sims.Company.Pay(session))
		h.must(h.Sims.Company.Forget())
		h.sameLetter(n)
		h.Settle()
		want("captures", h.Sum("payment_captures", "1 = 1"), 1)
		want("entries", h.Sum("entries", "cause_kind = 'application'"), 1)

		registrar, supervisor := h.Officer("sssc", "registrar"), h.Officer("sssc", "supervisor")
		h.must(registrar.Get("/officer/registrations/" + string(reg.ID)))
		h.Storm(registrar.Visitor, n, "/propose", "measure", "removal", "from", h.Clock.Now().Format("2006/01/02"), "ground", "voluntary", "why", "本人からの申出")
		want("proposals", h.Sum("proposals", "1 = 1"), 1)
		var proposal string
		h.Read(func(tx *store.Tx) error { return tx.Table("proposals").Pluck("id", &proposal).Error })
		h.must(supervisor.Get("/officer/proposals/" + proposal))
		h.Storm(supervisor.Visitor, n, "/second")
		want("removals", h.Sum("entries", "second_id <> '' AND registration_id = ?", string(reg.ID)), 1)
		h.Settle()
		h.Invariants()
		h.Audited()
	})
}

// login returns the login that was made last.
func (h *House) login(kind string) (id string) {
	h.t.Helper()
	h.Read(func(tx *store.Tx) error {
		return tx.Table("logins").Where("kind = ? AND issuer <> 'test'", kind).Order("first_at DESC").Limit(1).Pluck("id", &id).Error
	})
	return id
}

// Storm sends a form of the page before v from n tabs at once, and returns where
// the tabs ended and how many each. No answer may be a defect.
func (h *House) Storm(v *walk.Visitor, n int, form string, pairs ...string) map[string]int {
	h.t.Helper()
	f, err := v.Page.Form(form)
	h.must(err)
	for k := 0; k+1 < len(pairs); k += 2 {
		f.Set(pairs[k], pairs[k+1])
	}
	var mu sync.Mutex
	statuses, ends, done := map[int]int{}, map[string]int{}, 0
	acts := make([]func() error, n)
	for k := range acts {
		tab := v.Tab()
		acts[k] = func() error {
			if err := tab.Submit(f); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[tab.Page.Status]++
			if tab.Page.URL.Path != f.Action { // led on: where it led may have been too busy to show
				done++
			}
			if tab.Page.Status == http.StatusOK {
				ends[tab.Page.URL.String()]++
			}
			return nil
		}
	}
	for _, err := range Race(acts...) {
		h.must(err)
	}
	for status := range statuses {
		if status >= 500 && status != http.StatusServiceUnavailable {
			h.t.Errorf("%s at once: answered with %d", form, status)
		}
	}
	if done == 0 {
		h.t.Errorf("%s at once: nobody was told that it is done", form)
	}
	h.t.Logf("%s: %v, ended at %v, as %.120s", form, statuses, slices.Sorted(maps.Values(ends)), slices.Collect(maps.Keys(ends)))
	return ends
}

// sameLetter sends one event of the company n times at once.
func (h *House) sameLetter(n int) {
	h.t.Helper()
	told := (&line{h: h, company: h.Config.StripeURL}).told()
	body := encoded(h.t, told[0])
	acts := make([]func() error, n)
	for k := range acts {
		acts[k] = func() error {
			l := letter{body: body, signature: paysim.Sign(body, h.Config.StripeWebhook, h.Clock.Now())}
			if status := h.post(l); status != http.StatusOK {
				return fmt.Errorf("the same event is answered %d", status)
			}
			return nil
		}
	}
	for _, err := range Race(acts...) {
		h.must(err)
	}
	if got := h.Sum("payment_events", "id = ?", told[0]["id"]); got != 1 {
		h.t.Errorf("one event is kept %d times", got)
	}
}
