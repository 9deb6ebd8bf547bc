package application_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

func TestADraftKeepsWhatWasTypedEvenWhenItIsWrong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		by := actor.Holder(hanako)
		v := w.view(w.app.Start(w.ctx, by, r.ID))
		if len(v.Screens) > 6 {
			t.Errorf("%d screens", len(v.Screens))
		}
		for _, c := range []struct {
			name   string
			screen application.Screen
			fill   func(f *application.Form)
			field  string
			want   *fault.Fault
		}{
			{"nothing chosen", application.Choose, func(f *application.Form) { f.Items = nil }, "items", application.ErrNothing},
			{"a name that no register holds", application.CheckNew, func(f *application.Form) { f.Name = "佐藤\u200b花子" }, "name", nil},
			{"the name that is registered", application.CheckNew, func(f *application.Form) { f.Name = "山田　花子" }, "name", application.ErrSame},
			{"no reading", application.KanaPage, func(f *application.Form) { f.Kana = "" }, "kana", application.ErrKana},
			{"a reading in kanji", application.KanaPage, func(f *application.Form) { f.Kana = "佐藤" }, "kana", nil},
			{"the paper not understood", application.Delivery, func(f *application.Form) { f.Paper = "" }, "paper", application.ErrPaper},
		} {
			t.Run(c.name, func(t *testing.T) {
				good := application.Form{Items: []application.Item{application.Name}, Name: "佐藤　花子", Kana: "さとう　はなこ", Paper: application.Keep}
				for _, s := range []application.Screen{application.Choose, application.CheckNew, application.KanaPage, application.Delivery} {
					v = w.view(w.app.Save(w.ctx, by, v.ID, v.Version, s, good))
				}
				bad := good
				c.fill(&bad)
				after, err := w.app.Save(w.ctx, by, v.ID, v.Version, c.screen, bad)
				list, ok := fault.All(err)
				if !ok || len(list) == 0 || list[0].Field() != c.field || (c.want != nil && !errors.Is(err, c.want)) {
					t.Fatalf("answered %v", err)
				}
				if after.Screen != c.screen || after.Form.Name != bad.Name && c.screen == application.CheckNew || after.Form.Kana != bad.Kana && c.screen == application.KanaPage {
					t.Errorf("screen %s, kept %+v", after.Screen, after.Form)
				}
				if _, err := w.app.Submit(w.ctx, by, after.ID, after.Version); err == nil {
					t.Fatal("sent with a fault")
				}
				v = after
			})
		}
		again := w.view(w.app.Start(w.ctx, by, r.ID))
		if again.ID != v.ID {
			t.Error("a second draft was begun")
		}
		if _, err := w.app.Save(w.ctx, by, v.ID, v.Version-1, application.Choose, v.Form); !errors.Is(err, application.ErrStale) {
			t.Errorf("an old page was saved: %v", err)
		}
	})
}

func TestWhatTheHolderTypesOnOtherScreensIsNotTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		by := actor.Holder(hanako)
		v := w.view(w.app.Start(w.ctx, by, r.ID))
		v = w.view(w.app.Save(w.ctx, by, v.ID, v.Version, application.Choose,
			application.Form{Items: []application.Item{application.Name, "number"}, Name: "佐藤　花子", Electronic: true}))
		if len(v.Form.Items) != 1 || v.Form.Name != "" || v.Form.Electronic {
			t.Errorf("taken: %+v", v.Form)
		}
	})
}

func TestALateFilingIsTakenWithItsReason(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(nurse, "nurse", "第1234567号")
		by := actor.Holder(nurse)
		v := w.view(w.app.Start(w.ctx, by, r.ID))
		f := application.Form{Items: []application.Item{application.Name}, Name: "田中　すゞ子", EventOn: "2026-10-01"}
		v = w.view(w.app.Save(w.ctx, by, v.ID, v.Version, application.Choose, f))
		for on, want := range map[string]*fault.Fault{"": application.ErrEventOn, "2026-02-30": application.ErrEventOn,
			"2026-12-01": application.ErrEventFuture, "2026-10-01": application.ErrLateReason} {
			f.EventOn = on
			var err error
			if v, err = w.app.Save(w.ctx, by, v.ID, v.Version, application.CheckNew, f); !errors.Is(err, want) {
				t.Errorf("%q: %v", on, err)
			}
		}
		f.EventOn = "2026-10-21" // the 30th day is today
		if v = w.view(w.app.Save(w.ctx, by, v.ID, v.Version, application.CheckNew, f)); v.Needs.LateReason {
			t.Errorf("needs %+v", v.Needs)
		}
		f.EventOn, f.LateReason = "2026-10-20", strings.Repeat("長", 501)
		if v, _ = w.app.Save(w.ctx, by, v.ID, v.Version, application.CheckNew, f); v.Needs.DaysLate != 1 {
			t.Errorf("needs %+v", v.Needs)
		}
	})
}

// revise makes a new row of a procedure from today on.
func (w *world) revise(qualification string, kind registry.ProcedureKind, f func(p *registry.ProcedureRow)) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error { // the old row ends yesterday, the new one begins today
		today := person.DateAt(tx.Now)
		old, err := registry.Procedure(tx, qualification, kind, today)
		if err != nil {
			return err
		}
		fresh := old
		old.ValidTo, fresh.ValidFrom = today.AddDays(-1), today
		f(&fresh)
		_, err = registry.LoadCatalogue(tx, actor.Operator("test"), registry.Catalogue{Procedures: []registry.ProcedureRow{old, fresh}})
		return err
	})
}

func TestAFeeThatChangesLaterLeavesTheApplicationAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r, v := w.married()
		w.clock.Advance(48 * time.Hour)
		w.revise(r.Qualification, registry.ProcedureChangeName, func(p *registry.ProcedureRow) { p.Charge = 900 })
		offers, err := w.app.Offers(w.ctx, actor.Holder(hanako), r.ID)
		if err != nil || offers[0].Fee.Charge != 900 {
			t.Fatalf("today's fee %+v, %v", offers, err)
		}
		c := w.seen(w.officer(r), v.ID)
		if c, err = w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil || c.Fee.Charge != 500 {
			t.Errorf("fee %v, %v", c.Fee, err)
		}
	})
}

func TestWhereTheCatalogueSaysSoItIsPaidWhenSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		w.revise(r.Qualification, registry.ProcedureChangeName, func(p *registry.ProcedureRow) { p.PayWhen = registry.PayAtSubmit })
		if err := w.registers.Marry(hanako, "佐藤　花子", ""); err != nil {
			t.Fatal(err)
		}
		v := w.file(hanako, r.ID, marry)
		if _, asked := w.money.requests[v.ID]; !asked || !v.Can.Pay {
			t.Fatalf("asked %v, can %+v", asked, v.Can)
		}
		w.pay(v.ID)
		w.wants(hanako, v.ID, application.UnderReview)
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.wants(hanako, v.ID, application.Registered)
	})
}

func TestABodyWithABaseDateRegistersOnIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(ichiro, "labor-and-social-security-attorney", "第13200001号")
		w.clock.Set(time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC))
		w.revise(r.Qualification, registry.ProcedureChangeAddress, func(p *registry.ProcedureRow) { p.Effective = "base_date" })
		if err := w.registers.Move(ichiro, "東京都千代田区霞が関1-2-2"); err != nil {
			t.Fatal(err)
		}
		v := w.file(ichiro, r.ID, func(*application.Form) {})
		w.work()
		c := w.seen(w.officer(r), v.ID)
		if _, err := w.app.Approve(w.ctx, w.officer(r), v.ID, c.Version, ""); err != nil {
			t.Fatal(err)
		}
		w.pay(v.ID)
		v = w.wants(ichiro, v.ID, application.Scheduled)
		if want := person.DateOf(2027, 1, 1); v.Status.Next != want || !v.Can.Withdraw {
			t.Errorf("registers on %s, can %+v", v.Status.Next, v.Can)
		}
		w.clock.Set(time.Date(2026, 12, 31, 14, 59, 59, 0, time.UTC))
		w.work()
		w.wants(ichiro, v.ID, application.Scheduled)
		w.sleep(time.Second)
		w.wants(ichiro, v.ID, application.Registered)
	})
}

func TestOldDraftsAreThrownAwayAndLostJobsStartedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.enrol(hanako, "certified-care-worker", "第D-0123456号")
		draft := w.view(w.app.Start(w.ctx, actor.Holder(hanako), r.ID))
		w.clock.Advance(91 * 24 * time.Hour)
		if err := w.app.Sweep(w.ctx, application.Sweep{}); err != nil {
			t.Fatal(err)
		}
		if v := w.look(hanako, draft.ID); v.Status.State != application.Discarded || v.Form.Name != "" {
			t.Errorf("the draft is %s", v.Status.State)
		}
		if err := w.registers.Marry(hanako, "佐藤　花子", ""); err != nil {
			t.Fatal(err)
		}
		v := w.file(hanako, r.ID, marry)
		w.queue.jobs = nil // lost
		w.clock.Advance(26 * time.Hour)
		if err := w.app.Sweep(w.ctx, application.Sweep{}); err != nil {
			t.Fatal(err)
		}
		w.work()
		w.wants(hanako, v.ID, application.UnderReview)
	})
}
