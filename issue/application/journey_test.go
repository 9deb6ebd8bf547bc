package application_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry/actor"
)

func marry(f *application.Form) { f.Kana = "さとう　はなこ" }

func TestAMarriageLeadsToAnEntryAfterPayment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		if err := w.registers.Marry(hanako, "佐藤　花子", "さとう　はなこ"); err != nil {
			t.Fatal(err)
		}
		v := w.file(hanako, r.ID, marry)
		if v.Number == "" || v.Fee != (application.Fee{Charge: 500}) || v.Status.State != application.Submitted {
			t.Fatalf("number %q, fee %v, state %s", v.Number, v.Fee, v.Status.State)
		}
		w.work()
		w.wants(hanako, v.ID, application.UnderReview)

		officer := w.officer(r)
		c := w.seen(officer, v.ID)
		if !c.OfficerCan.Approve || len(c.Inquiries) < 3 || !application.Passed(c.Gate) {
			t.Fatalf("can %+v, %d inquiries, gate %+v", c.OfficerCan, len(c.Inquiries), c.Gate)
		}
		if _, err := w.app.Approve(w.ctx, officer, v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		v = w.wants(hanako, v.ID, application.AwaitingPayment)
		if got := w.money.requests[v.ID].Lines; len(got) != 1 || got[0].Kind != payment.Charge || got[0].Amount != 500 {
			t.Fatalf("asked for %+v", got)
		}
		if !v.Can.Pay || v.PayBy != v.Status.Next {
			t.Errorf("can %+v, pay by %s, next %s", v.Can, v.PayBy, v.Status.Next)
		}
		w.pay(v.ID)
		v = w.wants(hanako, v.ID, application.Registered)
		now := w.get(r.ID)
		if now.Name.String() != "佐藤　花子" || now.Kana.String() != "さとう　はなこ" || now.Version != 2 {
			t.Errorf("the entry is %s %s, version %d", now.Name.String(), now.Kana.String(), now.Version)
		}
		if v.Rows[0].Old != "山田　花子" || v.Rows[0].New != "佐藤　花子" {
			t.Errorf("old %s, new %s", v.Rows[0].Old, v.Rows[0].New)
		}
		w.write(func(tx *store.Tx) error { return w.app.Released(tx, r.ID, "C2") })
		w.write(func(tx *store.Tx) error { return w.app.Released(tx, r.ID, "C2") })
		if v = w.wants(hanako, v.ID, application.CertificateIssued); v.Certificate != "C2" {
			t.Errorf("certificate %q", v.Certificate)
		}
		w.told("N3", "N6", "N11")
		checkLog(t, w, v.ID)
	})
}

func TestAFreeAddressIsRecordedWithinSeconds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(yoshio, "certified-care-worker", "第D-0000777号")
		if err := w.registers.Move(yoshio, "東京都千代田区霞が関1-2-2"); err != nil {
			t.Fatal(err)
		}
		v := w.file(yoshio, r.ID, func(*application.Form) {})
		if v.Fee.Total() != 0 || !v.Notification {
			t.Fatalf("fee %v, notification %v", v.Fee, v.Notification)
		}
		w.work()
		w.wants(yoshio, v.ID, application.Registered)
		if got := w.get(r.ID); got.Address.String() != "東京都千代田区霞が関1-2-2" || got.Version != 2 {
			t.Errorf("address %s, version %d", got.Address.String(), got.Version)
		}
		w.told("N12")
		w.write(func(tx *store.Tx) error { return w.app.Released(tx, r.ID, "of something else") })
		w.wants(yoshio, v.ID, application.Registered)
	})
}

func TestTheSameMoveOfAnAttorneyCostsAndWaitsForAnOfficer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(ichiro, "labor-and-social-security-attorney", "第13200001号")
		if err := w.registers.Move(ichiro, "東京都千代田区霞が関1-2-2"); err != nil {
			t.Fatal(err)
		}
		v := w.file(ichiro, r.ID, func(*application.Form) {})
		w.work()
		v = w.wants(ichiro, v.ID, application.UnderReview)
		if v.Fee != (application.Fee{Charge: 2000}) || v.Notification {
			t.Errorf("fee %v, notification %v", v.Fee, v.Notification)
		}
	})
}

func TestANurseHasNoAddressAndOweOneTaxForTwoChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(nurse, "nurse", "第1234567号")
		offers, err := w.app.Offers(w.ctx, actor.Holder(nurse), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(offers, func(o application.Offer) bool { return o.Item == application.Address }) {
			t.Error("an address change is offered to a nurse")
		}
		if err := w.registers.Marry(nurse, "田中　すゞ子", "たなか　すずこ"); err != nil {
			t.Fatal(err)
		}
		if err := w.registers.Transfer(nurse, "東京都"); err != nil {
			t.Fatal(err)
		}
		v := w.file(nurse, r.ID, func(f *application.Form) {
			f.Items = []application.Item{application.Name, application.Domicile}
			f.Kana, f.Domicile, f.EventOn, f.LateReason = "たなか　すずこ", "東京都", "2026-10-01", "長期の出張のため"
		})
		if v.Fee != (application.Fee{Tax: 1000}) {
			t.Errorf("fee %v: one application owes one tax", v.Fee)
		}
		w.work()
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.pay(v.ID)
		w.wants(nurse, v.ID, application.Registered)
		got := w.get(r.ID)
		if got.Name.String() != "田中　すゞ子" || got.Domicile.String() != "東京都" || got.Version != 2 {
			t.Errorf("two changes made version %d: %s, %s", got.Version, got.Name.String(), got.Domicile.String())
		}
	})
}

func TestARegisterThatIsNotUpToDateIsAskedDaily(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		if err := w.registers.Marry(hanako, "佐藤　花子", "さとう　はなこ"); err != nil {
			t.Fatal(err)
		}
		if err := w.registers.Fail(hanako, "", failure("delayed")); err != nil {
			t.Fatal(err)
		}
		v := w.file(hanako, r.ID, func(f *application.Form) {
			f.Items, f.Name, f.Kana = []application.Item{application.Name}, "佐藤　花子", "さとう　はなこ"
		})
		if !v.Prefill.Pending {
			t.Error("the holder isn't told that the resident register shows nothing new")
		}
		w.work()
		v = w.wants(hanako, v.ID, application.EvidenceWait)
		arrived, number := v.ArrivedAt, v.Number
		w.sleep(24 * time.Hour)
		w.wants(hanako, v.ID, application.EvidenceWait)
		if err := w.registers.Fail(hanako, "", failure("")); err != nil {
			t.Fatal(err)
		}
		w.sleep(24 * time.Hour)
		v = w.wants(hanako, v.ID, application.UnderReview)
		if !v.ArrivedAt.Equal(arrived) || v.Number != number {
			t.Error("waiting changed number or arrival")
		}
		w.told("N4")
	})
}

func TestARegisterThatNeverShowsItIsAnsweredByAReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		v := w.file(hanako, r.ID, func(f *application.Form) {
			f.Items, f.Name, f.Kana = []application.Item{application.Name}, "佐藤　花子", "さとう　はなこ"
		})
		w.work()
		for range 36 {
			w.sleep(24 * time.Hour)
		}
		v = w.wants(hanako, v.ID, application.Returned)
		if len(v.Returned) != 1 || !slices.Contains(v.Returned[0].Ways, application.Identifier) {
			t.Errorf("returned %+v", v.Returned)
		}
		w.told("N5")
	})
}

func TestASilentSourceIsAskedAgainAndThenGivenToAnOfficer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		w.registers.Stop(true)
		v := w.file(hanako, r.ID, func(f *application.Form) {
			f.Items, f.Name, f.Kana = []application.Item{application.Name}, "佐藤　花子", "さとう　はなこ"
		})
		w.work()
		w.wants(hanako, v.ID, application.EvidencePending)
		for range 200 {
			w.sleep(10 * time.Minute)
		}
		w.wants(hanako, v.ID, application.EvidenceMismatch)
		w.told("N22")
		c := w.seen(w.officer(r), v.ID)
		if !slices.ContainsFunc(c.Items, func(i evidence.Item) bool { return i.State == evidence.IsDown }) {
			t.Errorf("items %+v", c.Items)
		}
		w.registers.Stop(false)
		if err := w.registers.Marry(hanako, "佐藤　花子", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.app.AskAgain(w.ctx, w.officer(r), v.ID, c.Version); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.wants(hanako, v.ID, application.UnderReview)
	})
}

func TestVariantCharactersAreNoMismatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(yoshio, "certified-care-worker", "第D-0000777号")
		if err := w.registers.Marry(yoshio, "髙木　𠮷男", "たかぎ　よしお"); err != nil {
			t.Fatal(err)
		}
		if err := w.registers.Fail(yoshio, evidence.Resident, failure("substitute")); err != nil {
			t.Fatal(err)
		}
		v := w.file(yoshio, r.ID, func(f *application.Form) {
			f.Items, f.Name, f.Kana = []application.Item{application.Name}, "髙木　𠮷男", "たかぎ　よしお"
		})
		w.work()
		w.wants(yoshio, v.ID, application.UnderReview)
		c := w.seen(w.officer(r), v.ID)
		if !c.Substituted || !slices.ContainsFunc(c.Items, func(i evidence.Item) bool { return i.State == evidence.IsVariant }) {
			t.Errorf("substituted %v, items %+v", c.Substituted, c.Items)
		}
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.pay(v.ID)
		if got := w.get(r.ID).Name.String(); got != "髙木　𠮷男" {
			t.Errorf("the register holds %s", got)
		}
	})
}

func TestAMismatchIsShownCharacterByCharacter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		if err := w.registers.Marry(hanako, "佐藤　花子", ""); err != nil {
			t.Fatal(err)
		}
		v := w.file(hanako, r.ID, func(f *application.Form) { f.Name, f.Kana = "佐籐　花子", "さとう　はなこ" })
		w.work()
		w.wants(hanako, v.ID, application.EvidenceMismatch)
		c := w.seen(w.officer(r), v.ID)
		var pieces []string
		for _, s := range c.Columns[0].Evidence[0].Segments {
			pieces = append(pieces, s.Text)
		}
		if got := strings.Join(pieces, "|"); got != "佐|籐|藤|　花子" {
			t.Errorf("segments %s", got)
		}
		w.told("N22")
	})
}

// checkLog holds the invariants of every application's log: steps follow each
// other and each has actor, time and state.
func checkLog(t *testing.T, w *world, id string) {
	t.Helper()
	type step struct{ Step, FromState, ToState, ActorKind, ActorID string }
	var steps []step
	w.write(func(tx *store.Tx) error {
		return tx.Table("application_steps").Where("application_id = ?", id).Order("seq").Find(&steps).Error
	})
	at := application.Draft
	for _, s := range steps {
		if application.State(s.FromState) != at || s.ActorKind == "" || s.ActorID == "" {
			t.Errorf("step %+v does not follow %s", s, at)
		}
		to, ok := at.Next(application.Step(s.Step))
		if !ok || to != application.State(s.ToState) {
			t.Errorf("step %+v is not in the table", s)
		}
		at = to
	}
}
