package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/payment"
	"qualsys/registry/sample"
)

// TestPartiesAway takes each party outside away in the middle of the work: who
// asks is told clearly, nothing is half done, and when the party is back the
// work ends by itself (SECURITY G16–G17).
func TestPartiesAway(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *House) {
		company := h.Between()
		w := h.Workers(1)[0]
		h.Write(func(tx *store.Tx) error {
			return tx.Exec("INSERT INTO notice_settings (login, language, address, verified_at, body, changed_at) VALUES (?, 'ja', ?, ?, '', ?)",
				w.by.ID, w.code+"@example.jp", store.At(tx.Now), store.At(tx.Now)).Error
		})
		h.Paper(w.reg)
		is := func(id string, want ...application.State) {
			t.Helper()
			v := w.Look(id)
			for _, s := range want {
				if v.Status.State == s {
					return
				}
			}
			t.Fatalf("the application is %s, not %v", v.Status.State, want)
		}

		// the resident register: the application waits, and is asked about again
		h.Sims.Registers.Stop(true)
		v := w.File()
		h.Settle()
		is(v.ID, application.EvidencePending)
		h.Sims.Registers.Stop(false)
		h.Until("the review", func() bool {
			h.Hurry("application.ask_registers")
			return w.Look(v.ID).Status.State == application.UnderReview
		})

		// … and once more when the officer decides a day later
		h.Sims.Registers.Stop(true)
		h.Write(func(tx *store.Tx) error {
			return tx.Table("evidence_inquiries").Where("application_id = ?", v.ID).
				Update("answered_at", gorm.Expr("answered_at - ?", (25*time.Hour).Microseconds())).Error
		})
		v = w.Look(v.ID)
		_, err := h.System.cases.Approve(h.ctx(), reviewers[0], v.ID, v.Version, "")
		if !errors.Is(err, application.ErrRegistersDown) {
			t.Fatalf("approving without the register: %v", err)
		}
		is(v.ID, application.UnderReview)
		h.Sims.Registers.Stop(false)

		// the mail server: the notice waits
		h.must(h.Sims.smtp.Close())
		_, err = h.System.cases.Approve(h.ctx(), reviewers[0], v.ID, v.Version, "")
		h.must(err)
		h.Settle()
		if n := h.Sum("mails", "state = 'queued' AND login = ?", w.by.ID); n == 0 {
			t.Error("no mail waits for the mail server")
		}

		// the payment company: no page, and no line that says there is one to wait for
		company.cut.Store(true)
		if _, err := h.System.payments.Checkout(h.ctx(), w.by, v.ID); !errors.Is(err, payment.ErrAway) {
			t.Fatalf("paying without the company: %v", err)
		}
		h.Invariants()
		company.cut.Store(false)
		session := h.PayPage(w, v.ID)
		if n := h.Sum("payment_checkouts", "1 = 1"); n != 1 {
			t.Errorf("%d pages to pay on were made", n)
		}
		h.must(h.Sims.Company.Pay(session))
		company.cut.Store(true)
		h.must(h.Sims.Company.Deliver(h.ctx())) // taken, and nothing can be asked yet
		if err := h.System.payments.Confirm(h.ctx(), v.ID); !errors.Is(err, payment.ErrAway) {
			t.Errorf("confirming without the company: %v", err)
		}
		is(v.ID, application.AwaitingPayment, application.PaymentProcessing)

		// our clock goes back an hour, and everything comes back
		if h.Clock.Now().In(clock.JST).Hour() > 1 { // not to the day before the catalogue
			h.Clock.Advance(-time.Hour)
		}
		company.cut.Store(false)
		h.must(h.Sims.serveMail(h.Config.SMTP))
		h.Until("the certificate, and all mails", func() bool {
			h.Hurry()
			return w.Look(v.ID).Status.State == application.CertificateIssued && h.Sum("mails", "state = 'queued'") == 0
		})
		h.Settle()
		h.Invariants()
		h.Audited()
		if got, want := len(h.Sims.Mail.Mails()), h.Sum("mails", "state = 'sent'"); int64(got) != want {
			t.Errorf("%d mails arrived, not %d", got, want)
		}
	})
}

// TestIdentityAway: who logs in is told that the identity provider does not
// answer, who has logged in goes on, and the next try works.
func TestIdentityAway(t *testing.T) {
	h := Start(t, Plan{})
	inside := h.Holder(sample.Hanako)
	provider := h.Sims.servers[0]
	h.must(provider.Close())
	h.Restart() // so that nothing of the provider is remembered
	v := h.Visitor()
	h.must(v.Get(walk.HolderDoor))
	if v.Page.Status != http.StatusServiceUnavailable || v.Page.Header.Get("Retry-After") == "" {
		t.Errorf("logging in without the provider is answered %d", v.Page.Status)
	}
	if text := v.Page.Text(); strings.Contains(text, "dial tcp") || text == "" {
		t.Errorf("logging in without the provider says %q", text)
	}
	h.must(inside.Get("/my"))
	if inside.Page.Status != http.StatusOK {
		t.Errorf("who has logged in is answered %d", inside.Page.Status)
	}
	h.must(h.Sims.serve(h.Config.HolderIssuer, provider.Handler))
	h.Holder(sample.Hanako)
}
