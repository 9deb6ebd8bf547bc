package verifier_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"qualsys/issue/credential"
	"qualsys/verifier"
)

// desk is a world whose log knows one code, and counts guesses.
type desk struct {
	*world
	st     credential.Statement
	digest [32]byte
	wrong  atomic.Int32
	broken bool
}

func newDesk(t testing.TB) *desk {
	d := &desk{world: newWorld(t), st: sample()}
	d.digest = d.sign(d.st, d.statement).Digest()
	d.released[d.digest] = credential.Valid
	return d
}

func (d *desk) Code(_ context.Context, c credential.Code) (verifier.Issued, error) {
	if d.away {
		return verifier.Issued{}, errors.New("no database")
	}
	if c != d.st.Code {
		return verifier.Issued{}, verifier.ErrNotIssued
	}
	return verifier.Issued{Statement: d.digest, Kept: &d.st}, nil
}

func (d *desk) Wrong(context.Context, credential.Code) (int, error) { return int(d.wrong.Load()), nil }

func (d *desk) Count(context.Context, credential.Code) error {
	if d.broken {
		return errors.New("disk full")
	}
	d.wrong.Add(1)
	return nil
}

func (d *desk) verifier() *verifier.Verifier {
	o := d.options()
	o.Log, o.Guesses = d, d
	return verifier.New(o)
}

func (d *desk) ask(t testing.TB, v *verifier.Verifier, birth string) verifier.Verification {
	t.Helper()
	got, err := v.Code(context.Background(), d.st.Code.Format(), birth)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestACodeTellsTheVerdictAndTheQualificationAlone(t *testing.T) {
	d := newDesk(t)
	v := d.ask(t, d.verifier(), "")
	expect(t, v, verifier.InForce, "", verifier.CheckIssueLog, "verifier.issue_log.passed")
	if !v.Hidden || v.Says.Title != "介護福祉士" || v.Says.Name != "" || v.Says.Number != "" || v.Says.Birth != "" || v.Says.Code != "" {
		t.Errorf("%+v", v.Says)
	}
	if v.Check(verifier.CheckStatement).Result != verifier.NotAsked || v.Check(verifier.CheckDocument).Result != verifier.NotAsked {
		t.Errorf("%+v", v.Checks)
	}
}

func TestTheRightBirthDateShowsTheParticulars(t *testing.T) {
	d := newDesk(t)
	v := d.verifier()
	for _, typed := range []string{"1990/04/01", "1990-4-1", "19900401", "1990年4月1日", "１９９０／０４／０１", "1990.04.01"} {
		if got := d.ask(t, v, typed); got.Hidden || got.Says.Name != d.st.Name {
			t.Errorf("%s: %+v", typed, got.Says)
		}
	}
	for _, typed := range []string{"1990", "April 1", "1990/13/01", "1990/04/99", "1990/04", "-1990/04/01", "1990/004/01"} {
		if _, err := v.Code(t.Context(), d.st.Code.Format(), typed); !errors.Is(err, verifier.ErrBirth) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestFiveWrongBirthDatesHideTheParticularsAndNeverTheVerdict(t *testing.T) {
	d := newDesk(t)
	v := d.verifier()
	for range 5 {
		if got := d.ask(t, v, "1990/04/02"); !got.Hidden || got.Verdict != verifier.InForce {
			t.Fatalf("%+v", got)
		}
	}
	if got := d.ask(t, v, "1990/04/01"); !got.Hidden || got.Verdict != verifier.InForce || got.Says.Name != "" {
		t.Errorf("after five: %+v", got.Says)
	}
}

func TestManyGuessesAtOnceGainNothing(t *testing.T) {
	d := newDesk(t)
	v := d.verifier()
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() { d.ask(t, v, "1990/04/02") })
	}
	group.Wait()
	if n := d.wrong.Load(); n != verifier.MaxGuesses {
		t.Errorf("%d dates were tried", n)
	}
}

func TestWhileGuessesCannotBeCountedNoneIsAnswered(t *testing.T) {
	d := newDesk(t)
	v := d.verifier()
	d.broken = true
	d.ask(t, v, "1990/04/02")
	if got := d.ask(t, v, "1990/04/01"); !got.Hidden {
		t.Error("answered")
	}
	d.broken = false
	if got := d.ask(t, v, "1990/04/01"); got.Hidden || d.wrong.Load() != 1 {
		t.Errorf("counted %d", d.wrong.Load())
	}
}

func TestACodeThatNobodyHasAndOneThatCannotBeAskedForAreToldApart(t *testing.T) {
	d := newDesk(t)
	v := d.verifier()
	other, err := v.Code(t.Context(), "0000-0000-0000-0000", "1990/04/01")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, other, verifier.NotGenuine, verifier.NotIssued, verifier.CheckIssueLog, "verifier.issue_log.not_issued")
	if _, err := v.Code(t.Context(), "0000-0000-0000-0001", ""); !errors.Is(err, credential.ErrCodeCheck) {
		t.Errorf("a slip of the pen: %v", err)
	}
	d.away = true
	expect(t, d.ask(t, v, ""), verifier.CannotConfirm, "", verifier.CheckIssueLog, "verifier.issue_log.unavailable")
}

// reported is a status source that tells more than ranges do.
type reported struct{ verifier.Current }

func (r reported) Status(context.Context, [32]byte, uint32, uint32) (verifier.Current, error) {
	return r.Current, nil
}

func TestWhatTheRegisterSaysIsToldByItsClassOnly(t *testing.T) {
	d := newDesk(t)
	ask := func(c verifier.Current) verifier.Verification {
		o := d.options()
		o.Log, o.Guesses, o.States = d, d, reported{c}
		return d.ask(t, verifier.New(o), "1990/04/01")
	}
	v := ask(verifier.Current{Status: credential.Revoked, Why: verifier.NotRegistered, Registered: verifier.Failed})
	expect(t, v, verifier.Ended, verifier.NotRegistered, verifier.CheckRegister, "verifier.register.not_in_force")
	v = ask(verifier.Current{Status: credential.Suspended, Until: 20270331, Registered: verifier.Passed})
	expect(t, v, verifier.Suspended, "", verifier.CheckStatus, "verifier.status.suspended")
	if v.Until != "2027/03/31" || v.Term != "名称使用停止" || v.Message != "verifier.verdict.suspended.until" {
		t.Errorf("%+v", v)
	}
	d.list.Registers[0].UntilPublic = false
	if v = ask(verifier.Current{Status: credential.Suspended, Until: 20270331}); v.Until != "" {
		t.Error("an end that is not public was told")
	}
	v = ask(verifier.Current{Status: credential.Valid, Registered: verifier.Failed})
	expect(t, v, verifier.CannotConfirm, "", verifier.CheckRegister, "verifier.register.not_in_force")
	v = ask(verifier.Current{Registered: verifier.Passed})
	expect(t, v, verifier.CannotConfirm, "", verifier.CheckStatus, "verifier.status.unavailable")
}
