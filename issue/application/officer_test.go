package application_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// married files a change of name that the registers confirm.
func (w *world) married() (registry.Registration, application.View) {
	w.t.Helper()
	r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
	if err := w.registers.Marry(hanako, "佐藤　花子", "さとう　はなこ"); err != nil {
		w.t.Fatal(err)
	}
	v := w.file(hanako, r.ID, marry)
	w.work()
	return r, w.wants(hanako, v.ID, application.UnderReview)
}

func picture(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestAReturnedApplicationGoesOnAsItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		if err := w.registers.Marry(hanako, "佐藤　花子", ""); err != nil {
			t.Fatal(err)
		}
		if err := w.registers.Fail(hanako, evidence.Family, failure("unclear")); err != nil {
			t.Fatal(err)
		}
		v := w.file(hanako, r.ID, marry)
		w.work()
		v = w.wants(hanako, v.ID, application.EvidenceMismatch)
		number, arrived, due := v.Number, v.ArrivedAt, w.seen(w.officer(r), v.ID).DueOn

		c := w.seen(w.officer(r), v.ID)
		items := []application.ReturnRequest{{Item: "family_record", Reason: "history_unclear", Text: "平成20年以前のものをお願いします。"},
			{Item: "kana", Reason: "kana_missing"}}
		shown, err := w.app.Preview(items, "ja")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.app.Return(w.ctx, w.officer(r), v.ID, c.Version, items); err != nil {
			t.Fatal(err)
		}
		v = w.wants(hanako, v.ID, application.Returned)
		if len(v.Returned) != 2 || v.Returned[0].Text != shown[0] || !strings.HasSuffix(v.Returned[0].Words("en"), items[0].Text) {
			t.Fatalf("sent %+v, shown %q", v.Returned, shown)
		}
		w.told("N5")
		by := actor.Holder(hanako)
		if _, err := w.app.Resubmit(w.ctx, by, v.ID, v.Version); !errors.Is(err, application.ErrUnanswered) {
			t.Errorf("sent again with open items: %v", err)
		}
		for want, a := range map[*fault.Fault]application.Answer{
			application.ErrIdentifier:    {Way: application.Identifier, Number: "123456789012345", IssuedOn: "2026-11-01"},
			application.ErrIdentifierOld: {Way: application.Identifier, Number: "1234567890123456", IssuedOn: "2026-08-01"},
			application.ErrFileKind:      {Way: application.Upload, File: strings.NewReader("MZ\x90")},
			application.ErrWay:           {Way: application.Amend, Value: "x"},
		} {
			if _, err := w.app.Answer(w.ctx, by, v.ID, v.Version, v.Returned[0].ID, a); !errors.Is(err, want) {
				t.Errorf("%v gives %v", a.Way, err)
			}
		}
		w.clock.Advance(72 * time.Hour)
		v = w.view(w.app.Answer(w.ctx, by, v.ID, v.Version, v.Returned[0].ID, application.Answer{Way: application.Upload, File: picture(t)}))
		v = w.view(w.app.Answer(w.ctx, by, v.ID, v.Version, v.Returned[1].ID, application.Answer{Way: application.Amend, Value: "さとう　はな"}))
		v = w.view(w.app.Resubmit(w.ctx, by, v.ID, v.Version))
		w.work()
		v = w.wants(hanako, v.ID, application.UnderReview)
		c = w.seen(w.officer(r), v.ID)
		if v.Number != number || !v.ArrivedAt.Equal(arrived) || c.DueOn != due.AddDays(3) {
			t.Errorf("number %s, arrival %s, due %s after %s", v.Number, v.ArrivedAt, c.DueOn, due)
		}
		if len(c.Attachments) != 1 || c.Attachments[0].Type != "image/png" {
			t.Fatalf("attachments %+v", c.Attachments)
		}
		if _, b, err := w.app.Attachment(w.ctx, w.officer(r), v.ID, c.Attachments[0].ID); err != nil || len(b) == 0 {
			t.Errorf("the attachment: %v", err)
		}
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.pay(v.ID)
		if got := w.get(r.ID).Kana.String(); got != "さとう　はな" {
			t.Errorf("reading %s", got)
		}
		checkLog(t, w, v.ID)
	})
}

func TestAStaleApprovalFails(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		c := w.seen(w.officer(r), v.ID)
		w.correct(r)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); !errors.Is(err, application.ErrStale) {
			t.Fatalf("approved what was not seen: %v", err)
		}
		c = w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.pay(v.ID)
		w.wants(hanako, v.ID, application.Registered)
	})
}

// correct moves the registration by another way.
func (w *world) correct(r registry.Registration) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		now, err := registry.Get(tx, r.ID)
		if err != nil {
			return err
		}
		_, err = w.register.Apply(tx, actor.Officer("registrar", string(r.Body), actor.Registrar), r.ID, now.Version,
			registry.Correction{Address: must(person.ParseAddress("東京都港区芝9-9-9"))}, person.DateAt(tx.Now), registry.Cause{Kind: "officer", Reason: "誤記"})
		return err
	})
}

func TestARegisterThatMovedHoldsTheCaseWithTheMoneyOnRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.correct(r)
		w.wants(hanako, v.ID, application.ErrorHold)
		w.pay(v.ID) // the money was under way
		v = w.wants(hanako, v.ID, application.ErrorHold)
		if len(w.money.closed) != 0 {
			t.Error("the money went back by itself")
		}
		w.told("N22")
		c = w.seen(w.officer(r), v.ID)
		if c, _ = w.app.Reopen(w.ctx, w.officer(r), v.ID, c.Version, "訂正を確認した"); c.Status.State != application.UnderReview {
			t.Fatalf("reopened: %s", c.Status.State)
		}
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.wants(hanako, v.ID, application.Registered)
		checkLog(t, w, v.ID)
	})
}

func TestWhoMayNotSeesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		for name, by := range map[string]actor.Actor{
			"another body's officer": actor.Officer("other", "mhlw-nurse", actor.Reviewer),
			"another holder":         actor.Holder(yoshio),
			"the holder as officer":  actor.Holder(hanako),
		} {
			if _, err := w.app.Case(w.ctx, by, v.ID); !errors.Is(err, application.ErrNone) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.app.View(w.ctx, actor.Holder(yoshio), v.ID); !errors.Is(err, application.ErrNone) {
			t.Errorf("another holder's view: %v", err)
		}
		if _, err := w.app.Start(w.ctx, actor.Holder(yoshio), r.ID); !errors.Is(err, application.ErrNone) {
			t.Errorf("another holder's start: %v", err)
		}
		configurer := actor.Officer("c", string(r.Body), actor.Configurer)
		if _, err := w.app.Case(w.ctx, configurer, v.ID); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a configurer: %v", err)
		}
		own := actor.Officer(hanako, string(r.Body), actor.Reviewer)
		c := w.seen(own, v.ID)
		if !c.Own || c.OfficerCan.Approve {
			t.Errorf("own case: %v, can %+v", c.Own, c.OfficerCan)
		}
		if _, err := w.app.Approve(w.ctx, own, v.ID, c.Version, ""); !errors.Is(err, application.ErrOwnCase) {
			t.Errorf("approved one's own case: %v", err)
		}
	})
}

func TestARefusalCarriesItsReasonAndInstruction(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		c := w.seen(w.officer(r), v.ID)
		if c.Authority != "厚生労働大臣" || c.Defendant == "" {
			t.Errorf("proposed: %q, %q", c.Authority, c.Defendant)
		}
		d := application.Rejection{Reason: "not_proven", Text: "戸籍の届出が確認できません。", Authority: c.Authority}
		if _, err := w.app.Reject(w.ctx, w.officer(r), v.ID, c.Version, d); !errors.Is(err, application.ErrInstruction) {
			t.Errorf("refused without instruction: %v", err)
		}
		d.Defendant = c.Defendant
		if _, err := w.app.Reject(w.ctx, w.officer(r), v.ID, c.Version, d); err != nil {
			t.Fatal(err)
		}
		v = w.wants(hanako, v.ID, application.Rejected)
		if v.Decision == nil || !strings.HasSuffix(v.Decision.Text, d.Text) || v.Decision.Authority != d.Authority {
			t.Errorf("decision %+v", v.Decision)
		}
		w.told("N13")
		if _, err := w.app.Start(w.ctx, actor.Holder(hanako), r.ID); err != nil {
			t.Errorf("a new one can't be begun: %v", err)
		}
	})
}

func TestATimerOpensATaskAndDisposesOfNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.sleep(32 * 24 * time.Hour)
		v = w.wants(hanako, v.ID, application.AwaitingPayment)
		if v.Can.Pay {
			t.Error("can still be paid")
		}
		w.told("N14")
		q, err := w.app.Queue(w.ctx, w.officer(r), application.Filter{Bucket: application.NearLimit})
		if err != nil || len(q.Rows) != 1 || !q.Rows[0].Overdue {
			t.Fatalf("queue %+v, %v", q, err)
		}
		c = w.seen(w.officer(r), v.ID)
		if c, err = w.app.Extend(w.ctx, w.officer(r), v.ID, c.Version, person.DateOf(2027, 1, 20)); err != nil || c.Overdue {
			t.Fatalf("extended: %v, overdue %v", err, c.Overdue)
		}
		w.sleep(40 * 24 * time.Hour)
		c = w.seen(w.officer(r), v.ID)
		_, err = w.app.Close(w.ctx, w.officer(r), v.ID, c.Version, application.Rejection{Reason: "not_paid", Text: "期限までに納付がありませんでした。",
			Authority: c.Authority, Defendant: c.Defendant})
		if err != nil {
			t.Fatal(err)
		}
		v = w.wants(hanako, v.ID, application.CancelledTimeout)
		if w.money.closed[v.ID] != application.OutcomeTimeout || !v.Can.Copy {
			t.Errorf("money %v, can %+v", w.money.closed, v.Can)
		}
		copied := w.view(w.app.CopyToDraft(w.ctx, actor.Holder(hanako), v.ID))
		if copied.Form.Kana != "さとう　はなこ" || copied.ID == v.ID {
			t.Errorf("copied %+v", copied.Form)
		}
	})
}

func TestADuplicateByAnotherLoginIsHeld(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, first := w.married()
		var open *fault.Fault
		if _, err := w.app.Start(w.ctx, actor.Holder(hanako), r.ID); !errors.As(err, &open) || open.Params()["id"] != first.ID {
			t.Fatalf("begun twice: %v", err)
		}
		w.owners[r.ID] = append(w.owners[r.ID], "hanako-2")
		v := w.file("hanako-2", r.ID, func(f *application.Form) {
			f.Items, f.Name, f.Kana = []application.Item{application.Name}, "佐藤　花子", "さとう　はなこ"
		})
		w.work()
		v = w.wants("hanako-2", v.ID, application.DuplicateHold)
		c := w.seen(w.officer(r), v.ID)
		if len(c.Others) != 1 || c.Others[0].ID != first.ID {
			t.Errorf("others %+v", c.Others)
		}
		if _, err := w.app.ClearDuplicate(w.ctx, w.officer(r), v.ID, c.Version, "別の手続"); !errors.Is(err, application.ErrOtherOpen) {
			t.Errorf("cleared while the other is open: %v", err)
		}
		if _, err := w.app.Withdraw(w.ctx, actor.Holder(hanako), first.ID, first.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := w.app.ClearDuplicate(w.ctx, w.officer(r), v.ID, c.Version, "別の手続"); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.wants("hanako-2", v.ID, application.UnderReview)
	})
}

func TestALossEndsTheOldAndMakesANewCertificate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		by := actor.Holder(hanako)
		if _, err := w.app.ReportLoss(w.ctx, by, r.ID, application.Loss{}, true); !errors.Is(err, application.ErrLossKind) {
			t.Errorf("a loss of nothing: %v", err)
		}
		v := w.view(w.app.ReportLoss(w.ctx, by, r.ID, application.Loss{What: application.Leaked, Note: "別の人に送った", SwitchOff: true}, true))
		if len(w.certs.off) != 1 {
			t.Error("the old certificate was not switched off at once")
		}
		w.told("switched_off", "N3")
		w.work()
		w.wants(hanako, v.ID, application.UnderReview)
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.wants(hanako, v.ID, application.Registered)
		if !slices.Equal(w.certs.reissued, []registry.ID{r.ID}) {
			t.Errorf("reissued %v", w.certs.reissued)
		}
		w.write(func(tx *store.Tx) error { return w.app.Released(tx, r.ID, "C3") })
		w.wants(hanako, v.ID, application.CertificateIssued)
		w.told("reissued")
	})
}

// end ends a registration by two persons.
func (w *world) end(r registry.Registration, reason string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		one := actor.Officer("one", string(r.Body), actor.Registrar)
		p, err := w.register.Propose(tx, one, r.ID, r.Version, registry.Removal{Reason: reason, On: person.DateAt(tx.Now)}, 0,
			registry.Cause{Kind: "officer", Reason: "届出"})
		if err != nil {
			return err
		}
		_, err = w.register.Second(tx, actor.Officer("two", string(r.Body), actor.Supervisor), p.ID)
		return err
	})
}

func TestTheEndOfARegistrationFreezesWhatIsOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		w.end(r, "voluntary")
		w.wants(hanako, v.ID, application.ErrorHold)
		if _, err := w.app.Start(w.ctx, actor.Holder(hanako), r.ID); !errors.Is(err, application.ErrNotInForce) {
			t.Errorf("begun for an ended registration: %v", err)
		}
	})
}

func TestADeathEndsWhatIsOpenAndTellsNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		told := len(w.notices.list)
		w.end(r, "deceased")
		w.wants(hanako, v.ID, application.CancelledDeceased)
		if w.money.closed[v.ID] != application.OutcomeDeceased || len(w.notices.list) != told {
			t.Errorf("money %v, notices %v", w.money.closed, w.notices.codes())
		}
	})
}

func TestAPersonReportedDeadIsNotApproved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		w.clock.Advance(25 * time.Hour) // the answer that she lives has become old
		if err := w.registers.Die(hanako, true); err != nil {
			t.Fatal(err)
		}
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); !errors.Is(err, application.ErrGate) {
			t.Fatalf("approved: %v", err)
		}
		w.registers.Stop(true)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); !errors.Is(err, application.ErrRegistersDown) {
			t.Errorf("approved while nobody can tell: %v", err)
		}
		w.registers.Stop(false)
		if err := w.registers.Die(hanako, false); err != nil { // a false report
			t.Fatal(err)
		}
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Errorf("not approved after the report was taken back: %v", err)
		}
	})
}

func TestOneCanWithdrawUntilTheEntry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		if _, err := w.app.Withdraw(w.ctx, actor.Holder(hanako), v.ID, v.Version-1); !errors.Is(err, application.ErrStale) {
			t.Errorf("withdrew what was not seen: %v", err)
		}
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		v = w.look(hanako, v.ID)
		if _, err := w.app.Withdraw(w.ctx, actor.Holder(hanako), v.ID, v.Version); err != nil {
			t.Fatal(err)
		}
		w.pay(v.ID) // too late: it goes back
		w.wants(hanako, v.ID, application.Withdrawn)
		if w.money.closed[v.ID] != application.OutcomeWithdrawn || w.get(r.ID).Version != 1 {
			t.Errorf("money %v, version %d", w.money.closed, w.get(r.ID).Version)
		}
	})
}
