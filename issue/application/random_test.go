package application_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// TestWhateverHappensTheInvariantsHold lets holder, officer, payment company,
// registers and clock do anything in any order, and looks at SERVICE §3.1 after
// each act.
func TestWhateverHappensTheInvariantsHold(t *testing.T) {
	c := clock.At(time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC))
	w := newWorld(t, testdb.Open(t, c), c)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		login := fmt.Sprintf("holder-%d", n)
		p := people[0]
		p.Code = login
		w.registers.Add(p)
		r := w.enrolAs(login, p.Name, fmt.Sprintf("第D-%07d号", n))
		if err := w.registers.Marry(login, "佐藤　花子", ""); err != nil {
			t.Fatal(err)
		}
		v := w.file(login, r.ID, marry)
		l := &life{w: w, t: t, reg: r, login: login, id: v.ID, number: v.Number, arrived: v.ArrivedAt}
		for range rapid.IntRange(1, 25).Draw(t, "acts") {
			l.act(rapid.SampledFrom(acts).Draw(t, "act"))
			l.check()
		}
	})
}

var acts = []string{"work", "work", "day", "approve", "approve", "approve stale", "return", "answer", "resubmit", "reject", "pay", "pay",
	"withdraw", "correct", "reopen", "hold", "close", "accept", "ask again", "source down", "source up", "release", "settled again"}

// life is one application with everybody who acts on it.
type life struct {
	w       *world
	t       *rapid.T
	reg     registry.Registration
	login   string
	id      string
	number  string
	arrived time.Time
}

func (w *world) enrolAs(login, name, number string) registry.Registration {
	var r registry.Registration
	w.write(func(tx *store.Tx) error {
		registers, err := registry.RegistersOf(tx, "certified-care-worker")
		if err != nil {
			return err
		}
		n := registry.New{Register: registers[0].No, Number: number, RegisteredOn: person.DateOf(2015, 4, 10)}
		n.Name, n.Kana, n.BirthDate = must(person.ParseName(name)), must(person.ParseKana("やまだ　はなこ")), must(person.ParseDate("1990/07/21"))
		n.Address = must(person.ParseAddress("東京都港区芝1-2-3"))
		r, err = w.register.Enrol(tx, actor.System("sample"), n, registry.Cause{Kind: "sample"})
		return err
	})
	w.owners[r.ID] = []string{login}
	return r
}

// act does one thing. A fault is an answer; anything else is a defect.
func (l *life) act(name string) {
	w, officer, by := l.w, l.w.officer(l.reg), actor.Holder(l.login)
	c, err := w.app.Case(w.ctx, officer, l.id)
	if err != nil {
		l.t.Fatal(err)
	}
	refusal := application.Rejection{Reason: "other", Text: "理由", Authority: "大臣", Defendant: "国"}
	switch name {
	case "work":
		w.work()
	case "day":
		w.sleep(time.Duration(rapid.IntRange(1, 40).Draw(l.t, "days")) * 24 * time.Hour)
	case "approve":
		_, err = w.app.Approve(w.ctx, officer, l.id, c.Version, "")
	case "approve stale":
		if _, err = w.app.Approve(w.ctx, officer, l.id, c.Version-1, ""); err == nil {
			l.t.Fatal("a stale approval was taken")
		}
	case "return":
		_, err = w.app.Return(w.ctx, officer, l.id, c.Version, []application.ReturnRequest{{Item: "kana", Reason: "kana_missing"}})
	case "answer":
		for _, item := range c.Returned {
			if item.Answer == "" {
				_, err = w.app.Answer(w.ctx, by, l.id, c.Version, item.ID, application.Answer{Way: application.Amend, Value: "さとう　はな"})
				break
			}
		}
	case "resubmit":
		_, err = w.app.Resubmit(w.ctx, by, l.id, c.Version)
	case "reject":
		_, err = w.app.Reject(w.ctx, officer, l.id, c.Version, refusal)
	case "close":
		_, err = w.app.Close(w.ctx, officer, l.id, c.Version, refusal)
	case "pay":
		if w.money.phase[l.id] == application.Asked {
			w.money.phase[l.id] = application.SettledPhase
			w.write(func(tx *store.Tx) error { return w.app.Settled(tx, l.id) })
		}
	case "settled again":
		if w.money.phase[l.id] == application.SettledPhase {
			w.write(func(tx *store.Tx) error { return w.app.Settled(tx, l.id) })
		}
	case "withdraw":
		_, err = w.app.Withdraw(w.ctx, by, l.id, c.Version)
	case "correct":
		w.write(func(tx *store.Tx) error {
			now, err := registry.Get(tx, l.reg.ID)
			if err != nil {
				return err
			}
			to := must(person.ParseAddress(fmt.Sprintf("東京都港区芝%d-1", now.Version)))
			_, err = w.register.Apply(tx, actor.Officer("registrar", string(now.Body), actor.Registrar), now.ID, now.Version,
				registry.Correction{Address: to}, person.DateAt(tx.Now), registry.Cause{Kind: "officer", Reason: "誤記"})
			return err
		})
	case "reopen":
		_, err = w.app.Reopen(w.ctx, officer, l.id, c.Version, "確認した")
	case "hold":
		_, err = w.app.Hold(w.ctx, officer, l.id, c.Version, "確認する")
	case "accept":
		for _, i := range c.Items {
			if !i.State.Good() {
				_, err = w.app.AcceptEvidence(w.ctx, officer, l.id, c.Version, i.ID, "書面で確認した")
				break
			}
		}
	case "ask again":
		_, err = w.app.AskAgain(w.ctx, officer, l.id, c.Version)
	case "source down":
		err = w.registers.Fail(l.login, evidence.Family, failure("down"))
	case "source up":
		err = w.registers.Fail(l.login, "", failure(""))
	case "release":
		w.write(func(tx *store.Tx) error { return w.app.Released(tx, l.reg.ID, "C") })
	}
	if _, ok := fault.All(err); err != nil && !ok {
		l.t.Fatalf("%s: %v", name, err)
	}
}

// check holds the invariants of SERVICE §3.1.
func (l *life) check() {
	w := l.w
	v := w.look(l.login, l.id)
	state := v.Status.State
	entered := w.get(l.reg.ID).Name.String() == "佐藤　花子"
	done := state == application.Registered || state == application.CertificateIssued
	phase := w.money.phase[l.id]
	switch {
	case entered != done:
		l.t.Fatalf("the register changed: %v, the application is %s", entered, state)
	case done && phase != application.SettledPhase:
		l.t.Fatalf("registered, and the money is in phase %d", phase)
	case (state == application.Rejected || state == application.Withdrawn || state == application.CancelledTimeout) &&
		phase == application.SettledPhase:
		l.t.Fatalf("%s with the money kept", state)
	case v.Number != l.number || !v.ArrivedAt.Equal(l.arrived):
		l.t.Fatalf("number or arrival moved")
	case v.Status.Info.Owner == "" || (v.Status.Next.IsZero() && !state.Ended()):
		l.t.Fatalf("%s without owner or next date", state)
	}
	if len(v.Events) > 0 {
		at := application.Draft
		for _, e := range v.Events {
			if e.From != at || e.By == "" || e.At.IsZero() {
				l.t.Fatalf("step %+v does not follow %s", e, at)
			}
			at = e.To
		}
	}
}
