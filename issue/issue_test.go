package issue_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/credential"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

var ctx = context.Background()

func TestIssueMakesOneCertificateThatTheLogKnows(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		c := r.issue(reg.ID)
		if !c.Usable() || c.Content.Name.Value != "山田 花子" || c.IssuedOn != person.DateOf(2026, 11, 25) {
			t.Fatalf("not what was to be issued: %+v", c)
		}
		if again := r.issue(reg.ID); again.ID != c.ID || again.File != c.File {
			t.Error("a download makes no second certificate")
		}
		got, file, err := r.issuer.File(ctx, holder, c.ID)
		must(t, err)
		if int64(len(file)) != got.Size || got.File != c.File {
			t.Error("the file is not the released one")
		}
		for what, ask := range map[string]func() (issue.Known, error){
			"statement": func() (issue.Known, error) { return r.log.Statement(ctx, c.StatementDigest) },
			"file":      func() (issue.Known, error) { return r.log.File(ctx, c.File) },
			"code":      func() (issue.Known, error) { return r.log.Code(ctx, c.Code) },
		} {
			k, err := ask()
			must(t, err)
			st, _, err := c.Statement.Open()
			must(t, err)
			if k.Statement != st || k.Status != credential.Valid || !k.InForce || k.FileDigest != c.File || k.ReleasedAt != r.clock.Now() {
				t.Errorf("asked by %s the log says %+v", what, k)
			}
		}
		show, err := r.issuer.Show(ctx, holder, c.ID)
		must(t, err)
		if signed, err := credential.ParseLink(show.Link, []string{"http://localhost:8080"}); err != nil || signed.Digest() != c.StatementDigest {
			t.Errorf("the link shown is not the statement's: %v", err)
		}
		if len(r.heard) != 1 || r.heard[0].Cause.Ref != "a-1" {
			t.Errorf("listeners heard %d times", len(r.heard))
		}
		if n := r.count("issue_log", "certificate_id = ?", c.ID); n != 2 {
			t.Errorf("%d lines in the issue log, want prepared and released", n)
		}
	})
}

func TestWhoMayHaveACertificate(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		for name, by := range map[string]actor.Actor{
			"a holder of something else": actor.Holder("h-other"), "an officer of another body": stranger,
			"a configurer": actor.Officer("o-3", "sssc", actor.Configurer), "nobody": {},
		} {
			if _, err := r.issuer.Issue(ctx, by, reg.ID, because); err == nil {
				t.Errorf("%s had a certificate issued", name)
			}
		}
		c := r.issue(reg.ID)
		for name, by := range map[string]actor.Actor{"a holder of something else": actor.Holder("h-other"), "an officer of another body": stranger} {
			if _, _, err := r.issuer.File(ctx, by, c.ID); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want not found", name, err)
			}
			must(t, r.db.Read(ctx, func(tx *store.Tx) error {
				if _, err := r.issuer.List(tx, by, reg.ID); !errors.Is(err, fault.NotFound) {
					t.Errorf("%s lists: %v, want not found", name, err)
				}
				return nil
			}))
		}
		if _, _, err := r.issuer.File(ctx, officer, "no-such"); !errors.Is(err, issue.ErrNotFound) {
			t.Errorf("an invented id: %v", err)
		}
	})
}

func TestEightAtOnceMakeOneCertificate(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		// A second issuer over the same database is another process.
		other, err := issue.New(r.options(r.key))
		must(t, err)
		var wg sync.WaitGroup
		got := make([]issue.Certificate, 8)
		errs := make([]error, 8)
		for n := range got {
			wg.Go(func() {
				maker := r.issuer
				if n%2 == 1 {
					maker = other
				}
				got[n], errs[n] = maker.Issue(ctx, officer, reg.ID, because)
			})
		}
		wg.Wait()
		for n, err := range errs {
			must(t, err)
			if got[n].ID != got[0].ID || got[n].File != got[0].File {
				t.Error("two certificates at once")
			}
		}
		if n := r.count("issue_log", "event = 'released'"); n != 1 {
			t.Errorf("%d certificates released, want 1", n)
		}
		if n := r.count("certificates", "state = 'prepared'"); n != 0 {
			t.Errorf("%d left prepared", n)
		}
	})
}

func TestTwoPersonsOfOneNameHaveTwoCertificates(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		a, b := r.issue(r.enrol("佐藤 花子").ID), r.issue(r.enrol("佐藤 花子").ID)
		if a.Code == b.Code || a.StatementDigest == b.StatementDigest || a.File == b.File || a.Index == b.Index {
			t.Error("two persons of equal name and birth date share something")
		}
	})
}

func TestANameThatCannotBePrinted(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("𠮷野 家康")
		for range 2 {
			_, err := r.issuer.Issue(ctx, officer, reg.ID, because)
			var f *fault.Fault
			if !errors.As(err, &f) || !errors.Is(err, issue.ErrNotPrintable) {
				t.Fatalf("got %v", err)
			}
			if f.Params()["glyph"] != "𠮷" || f.Params()["codepoints"] != "U+20BB7" || f.Params()["reason"] != "test.glyph" {
				t.Errorf("the fault says %v", f.Params())
			}
		}
		if r.press.prints.Load() != 0 || r.count("certificates", "1 = 1") != 0 {
			t.Error("something was prepared or printed")
		}
		refusals := func() (out []issue.Refusal) {
			must(t, r.db.Read(ctx, func(tx *store.Tx) (err error) {
				out, err = r.issuer.Refusals(tx, officer, "sssc")
				return err
			}))
			return out
		}
		if got := refusals(); len(got) != 1 || got[0].Glyph != "𠮷" || got[0].Item != "name" || got[0].Codepoint != "U+20BB7" {
			t.Errorf("officers see %+v", got)
		}
		r.apply(reg.ID, registry.NameChange{To: parse(t, person.ParseName, "吉野 家康")})
		if got := refusals(); len(got) != 0 {
			t.Errorf("after the change officers still see %+v", got)
		}
	})
}

func TestAMisprintIsNeverReleased(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		r.press.misprint = true
		if _, err := r.issuer.Issue(ctx, officer, reg.ID, because); !errors.Is(err, issue.ErrMisprint) {
			t.Fatalf("got %v", err)
		}
		r.work()
		r.press.misprint = false
		if _, err := r.issuer.Issue(ctx, holder, reg.ID, because); !errors.Is(err, issue.ErrMisprint) {
			t.Errorf("a holder tries again before anybody has looked: %v", err)
		}
		if n := r.count("issue_log", "event = 'released'"); n != 0 {
			t.Error("a misprint was released")
		}
		if c := r.issue(reg.ID); !c.Usable() {
			t.Error("an officer tries again")
		}
	})
}

func TestWhatIsNotInForceGetsNone(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		r.measure(reg.ID, registry.Removal{Reason: "voluntary", On: person.DateOf(2026, 11, 25)}, 0)
		if _, err := r.issuer.Issue(ctx, officer, reg.ID, because); !errors.Is(err, issue.ErrNotInForce) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTheIssueLogIsOnlyAddedTo(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.issue(r.enrol("山田 花子").ID)
		for _, sql := range []string{"UPDATE issue_log SET list = 9", "DELETE FROM issue_log"} {
			if err := r.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(sql).Error }); err == nil {
				t.Errorf("%s went through", sql)
			}
		}
	})
}

func TestNothingUnreleasedIsKnown(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		r.press.seal = func() error { return errors.New("the key is away") }
		if _, err := r.issuer.Issue(ctx, officer, reg.ID, because); err == nil {
			t.Fatal("issued without a key")
		}
		c := r.list(reg.ID)[0]
		for what, err := range map[string]error{
			"statement": second2(r.log.Statement(ctx, c.StatementDigest)), "code": second2(r.log.Code(ctx, c.Code)),
			"no file": second2(r.log.File(ctx, [32]byte{})),
		} {
			if !errors.Is(err, issue.ErrNotIssued) {
				t.Errorf("a prepared certificate by its %s: %v", what, err)
			}
		}
		if _, _, err := r.issuer.File(ctx, officer, c.ID); !errors.Is(err, issue.ErrNotReleased) {
			t.Errorf("its file: %v", err)
		}
		if c.Status != credential.Revoked || c.Usable() {
			t.Errorf("a prepared certificate counts as %v", c.Status)
		}
	})
}

func second2[T any](_ T, err error) error { return err }

func TestGuessesAreCountedByDay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := r.issue(r.enrol("山田 花子").ID)
		g := issue.NewGuesses(r.db, codeSecret)
		for range 5 {
			must(t, g.Count(ctx, c.Code))
		}
		if n, err := g.Wrong(ctx, c.Code); n != 5 || err != nil {
			t.Errorf("%d wrong guesses, %v", n, err)
		}
		r.clock.Set(time.Date(2026, 11, 26, 0, 0, 0, 0, clock.JST))
		if n, err := g.Wrong(ctx, c.Code); n != 0 || err != nil {
			t.Errorf("on the next day %d wrong guesses, %v", n, err)
		}
		must(t, g.Count(ctx, c.Code))
		if n := r.count("code_attempts", "1 = 1"); n != 1 {
			t.Errorf("%d days kept, want 1", n)
		}
	})
}
