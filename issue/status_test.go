package issue_test

import (
	"errors"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/credential"
	"qualsys/issue/statuslist"
	"qualsys/registry"
	"qualsys/registry/person"
)

func name(t *testing.T, s string) registry.NameChange {
	return registry.NameChange{To: parse(t, person.ParseName, s)}
}

func address(t *testing.T, s string) registry.AddressChange {
	return registry.AddressChange{To: parse(t, person.ParseAddress, s)}
}

func TestAChangedNameMakesANewCertificate(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		first := r.issue(reg.ID)
		r.apply(reg.ID, name(t, "佐藤 花子"))
		r.status(first, credential.Changed, 0)
		if k, err := r.log.Statement(ctx, first.StatementDigest); err != nil || k.Content.Name.Value != "山田 花子" || !k.InForce {
			t.Errorf("a checker of the old one is told %+v, %v", k.Content.Name, err)
		}
		r.work()
		all := r.list(reg.ID)
		if len(all) != 2 || all[0].Content.Name.Value != "佐藤 花子" || all[0].Cause.Ref != "a-1" {
			t.Fatalf("%d certificates after the jobs", len(all))
		}
		r.status(all[0], credential.Valid, 0)
		r.status(first, credential.Changed, 0)
	})
}

func TestAnAddressThatIsNotPrintedChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		c := r.issue(reg.ID)
		r.apply(reg.ID, address(t, "東京都千代田区霞が関1-2-3"))
		r.status(c, credential.Valid, 0)
		if a := r.queue.take(); a == nil || a.Kind() != "issue.resume" { // its own, from the making
			t.Errorf("a job was written: %v", a)
		}
		if a := r.queue.take(); a != nil {
			t.Errorf("a job was written: %v", a)
		}
		if again := r.issue(reg.ID); again.ID != c.ID {
			t.Error("a new one was made")
		}
	})
}

func TestEachCertificateIsHeldAgainstItsOwnTemplate(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		first := r.issue(reg.ID) // version 1: the domicile
		r.clock.Set(time.Date(2027, 1, 4, 9, 0, 0, 0, clock.JST))
		if c := r.issue(reg.ID); c.ID != first.ID {
			t.Fatal("a new version of the template ended a valid certificate")
		}
		r.apply(reg.ID, registry.DomicileChange{To: parse(t, person.ParseDomicile, "東京都")})
		r.work()
		second := r.list(reg.ID)[0] // version 2: domicile and address
		if second.Content.TemplateVersion != 2 {
			t.Fatalf("made from version %d", second.Content.TemplateVersion)
		}
		r.apply(reg.ID, address(t, "東京都千代田区霞が関1-2-3"))
		r.status(second, credential.Changed, 0)
		r.apply(reg.ID, registry.DomicileChange{To: parse(t, person.ParseDomicile, "千葉県")})
		r.status(first, credential.Valid, 0) // says again what is so
	})
}

func TestOneIsValidAtATime(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		first := r.issue(reg.ID)
		r.apply(reg.ID, name(t, "佐藤 花子"))
		r.apply(reg.ID, name(t, "山田 花子")) // back before anything was made
		r.status(first, credential.Valid, 0)
		r.work()
		if all := r.list(reg.ID); len(all) != 1 {
			t.Fatalf("%d certificates for a change that was undone", len(all))
		}
		r.apply(reg.ID, name(t, "佐藤 花子"))
		r.work()
		r.apply(reg.ID, name(t, "山田 花子"))
		r.work()
		if n := r.count("certificates", "state = 'released' AND status = 'valid'"); n != 1 {
			t.Errorf("%d valid at once", n)
		}
	})
}

func TestSuspensionFollowsItsDates(t *testing.T) {
	at := func(m time.Month, d, h, min, s int) time.Time { return time.Date(2026, m, d, h, min, s, 0, clock.JST) }
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("鈴木 一郎")
		c := r.issue(reg.ID)
		r.measure(reg.ID, registry.Suspension{From: person.DateOf(2026, 12, 1), Until: person.DateOf(2027, 2, 28)}, 0)
		for _, step := range []struct {
			now  time.Time
			want credential.Status
		}{
			{at(11, 25, 12, 0, 0), credential.Valid},
			{at(11, 30, 23, 59, 59), credential.Valid},
			{at(12, 1, 0, 0, 0), credential.Suspended},
			{time.Date(2027, 2, 28, 23, 59, 59, 0, clock.JST), credential.Suspended},
			{time.Date(2027, 3, 1, 0, 0, 0, 0, clock.JST), credential.Valid},
		} {
			r.clock.Set(step.now)
			r.status(c, step.want, 0) // with no job having run
			k, err := r.log.Statement(ctx, c.StatementDigest)
			must(t, err)
			if until := k.SuspendedUntil; (until == person.DateOf(2027, 2, 28)) != (step.want == credential.Suspended) {
				t.Errorf("%v: suspended until %v", step.now, until)
			}
			must(t, r.issuer.Day(ctx))
			if n := r.count("certificates", "status = ?", step.want.String()); n != 1 {
				t.Errorf("%v: the kept status is another one", step.now)
			}
		}
	})
}

func TestAChangeUnderASuspensionWaitsForItsEnd(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("鈴木 一郎")
		c := r.issue(reg.ID)
		r.measure(reg.ID, registry.Suspension{From: person.DateOf(2026, 11, 25), Until: person.DateOf(2026, 11, 30)}, 0)
		r.apply(reg.ID, name(t, "佐藤 一郎"))
		r.status(c, credential.Suspended, 0)
		r.work()
		if all := r.list(reg.ID); len(all) != 1 {
			t.Fatal("made while suspended")
		}
		r.clock.Set(time.Date(2026, 12, 1, 0, 30, 0, 0, clock.JST))
		r.status(c, credential.Changed, 0)
		must(t, r.issuer.Day(ctx))
		r.work()
		if all := r.list(reg.ID); len(all) != 2 || !all[0].Usable() {
			t.Errorf("%d certificates after the suspension", len(all))
		}
	})
}

func TestRemovalEndsAndNeverSaysWhy(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("田中 実")
		c := r.issue(reg.ID)
		r.measure(reg.ID, registry.Removal{Reason: "deceased", On: person.DateOf(2026, 12, 1)}, 0)
		r.status(c, credential.Valid, 0)
		r.clock.Set(time.Date(2026, 12, 1, 0, 0, 0, 0, clock.JST))
		r.status(c, credential.Revoked, issue.NotRegistered)
		k, err := r.log.Code(ctx, c.Code)
		must(t, err)
		if k.InForce {
			t.Error("the register still stands")
		}
		r.measure(reg.ID, registry.Restoration{}, person.DateOf(2026, 12, 1)) // the report was wrong
		r.status(c, credential.Valid, 0)
	})
}

func TestReissueAfterALoss(t *testing.T) {
	loss := registry.Cause{Kind: "application", Ref: "loss-1"}
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		old := r.issue(reg.ID)
		r.queue.forget()
		for range 2 { // the caller may run twice
			r.write(func(tx *store.Tx) error { return r.issuer.Reissue(tx, reg.ID, loss) })
		}
		r.status(old, credential.Valid, 0)
		r.press.seal = once()
		if err := r.issuer.Work(ctx, r.queue.take()); err == nil {
			t.Fatal("nothing stopped")
		}
		r.status(old, credential.Valid, 0) // until the new one is there
		r.work()
		all := r.list(reg.ID)
		if len(all) != 2 || all[0].Cause.Ref != "loss-1" || !all[0].Usable() {
			t.Fatalf("%d certificates after the reissue", len(all))
		}
		r.status(old, credential.Revoked, issue.Reissued)
		r.write(func(tx *store.Tx) error { return r.issuer.Reissue(tx, reg.ID, loss) })
		r.work()
		if all := r.list(reg.ID); len(all) != 2 {
			t.Errorf("%d certificates after asking once more", len(all))
		}
		r.apply(reg.ID, name(t, "佐藤 花子"))
		r.status(old, credential.Revoked, issue.Reissued)
	})
}

func TestSwitchedOffAtOnce(t *testing.T) {
	loss := registry.Cause{Kind: "application", Ref: "loss-1"}
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		old := r.issue(reg.ID)
		r.work()
		r.write(func(tx *store.Tx) error { return r.issuer.SwitchOff(tx, reg.ID, loss) })
		r.write(func(tx *store.Tx) error { return r.issuer.SwitchOff(tx, reg.ID, loss) })
		r.status(old, credential.Revoked, issue.Reissued)
		if _, err := r.issuer.Issue(ctx, holder, reg.ID, because); !errors.Is(err, issue.ErrAwaitsReissue) {
			t.Errorf("a holder fetches a new one before the decision: %v", err)
		}
		r.write(func(tx *store.Tx) error { return r.issuer.Reissue(tx, reg.ID, loss) })
		r.work()
		c, err := r.issuer.Issue(ctx, holder, reg.ID, because)
		must(t, err)
		if c.ID == old.ID || !c.Usable() {
			t.Error("no new one after the decision")
		}
	})
}

func TestWithdrawn(t *testing.T) {
	mistake := registry.Cause{Kind: "officer", Ref: "w-1", Reason: "番号の誤り"}
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		c := r.issue(reg.ID)
		for _, by := range []struct {
			who  string
			kind fault.Kind
			err  error
		}{
			{"the holder", fault.Forbidden, r.db.Write(ctx, func(tx *store.Tx) error { return r.issuer.Withdraw(tx, holder, c.ID, mistake) })},
			{"another body", fault.NotFound, r.db.Write(ctx, func(tx *store.Tx) error { return r.issuer.Withdraw(tx, stranger, c.ID, mistake) })},
		} {
			if !errors.Is(by.err, by.kind) {
				t.Errorf("%s withdraws: %v", by.who, by.err)
			}
		}
		r.write(func(tx *store.Tx) error { return r.issuer.Withdraw(tx, officer, c.ID, mistake) })
		r.status(c, credential.Revoked, issue.IssuedInError)
		err := r.db.Write(ctx, func(tx *store.Tx) error { return r.issuer.Withdraw(tx, officer, c.ID, mistake) })
		if !errors.Is(err, issue.ErrEnded) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if again := r.issue(reg.ID); again.ID == c.ID || !again.Usable() {
			t.Error("an officer issues anew")
		}
	})
}

func TestTheIssuedRangeIsAlwaysThePresent(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		c := r.issue(reg.ID)
		look := func(digest [32]byte) (credential.Status, bool) {
			entries, err := r.log.Range(ctx, statuslist.PrefixOf(digest))
			must(t, err)
			built, err := statuslist.Build(statuslist.PrefixOf(digest), entries, codeSecret, r.clock.Now())
			must(t, err)
			return built.Find(digest)
		}
		for _, digest := range [][32]byte{c.StatementDigest, c.File} {
			if s, ok := look(digest); !ok || s != credential.Valid {
				t.Errorf("a released digest reads %v, %v", s, ok)
			}
		}
		r.apply(reg.ID, name(t, "佐藤 花子"))
		for _, digest := range [][32]byte{c.StatementDigest, c.File} {
			if s, ok := look(digest); !ok || s != credential.Changed {
				t.Errorf("after the change it reads %v, %v", s, ok)
			}
		}
		r.press.seal = func() error { return errCrash }
		_ = r.issuer.Work(ctx, r.queue.take())
		for a := r.queue.take(); a != nil; a = r.queue.take() {
			_ = r.issuer.Work(ctx, a)
		}
		open := r.list(reg.ID)[0]
		if open.State != issue.StatePrepared {
			t.Fatalf("the newest is %s", open.State)
		}
		if _, ok := look(open.StatementDigest); ok {
			t.Error("a prepared certificate is in the range")
		}
	})
}
