package issue_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/registry"
	"qualsys/registry/person"
)

var errCrash = errors.New("the power is gone")

// once returns a failure that happens the first time only.
func once() func() error {
	done := false
	return func() error {
		if done {
			return nil
		}
		done = true
		return errCrash
	}
}

// breaks are all the places at which the making of a certificate can stop.
var breaks = map[string]func(r *rig, cancel context.CancelFunc){
	"before the preparation is committed": func(r *rig, _ context.CancelFunc) { r.queue.err = errCrash },
	"while it prints":                     func(r *rig, cancel context.CancelFunc) { r.press.print = crash(cancel) },
	"while it seals":                      func(r *rig, _ context.CancelFunc) { r.press.seal = once() },
	"while it proofreads":                 func(r *rig, cancel context.CancelFunc) { r.press.proofread = crash(cancel) },
	"while it archives":                   func(r *rig, _ context.CancelFunc) { r.archive.put = once() },
	"while it records": func(r *rig, _ context.CancelFunc) {
		fail := once()
		r.hear = func(*store.Tx) error { return fail() }
	},
	"when it commits": func(r *rig, cancel context.CancelFunc) {
		fail := once()
		r.hear = func(*store.Tx) error {
			if fail() != nil {
				cancel()
			}
			return nil
		}
	},
}

// crash ends the caller's context the first time, as a stopping process does.
func crash(cancel context.CancelFunc) func() error {
	fail := once()
	return func() error {
		err := fail()
		if err != nil {
			cancel()
		}
		return err
	}
}

func TestAStopAnywhereLeavesOneCodeAndOneCertificate(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for name, stop := range breaks {
			for _, again := range []string{"by the job", "by asking again"} {
				t.Run(name+", finished "+again, func(t *testing.T) {
					r.t = t
					r.stopAndFinish(stop, again == "by the job")
				})
			}
		}
	})
}

// stopAndFinish lets the making of a certificate stop and has it finished.
func (r *rig) stopAndFinish(stop func(*rig, context.CancelFunc), byJob bool) {
	t := r.t
	r.press.print, r.press.seal, r.press.proofread, r.archive.put, r.hear = nil, nil, nil, nil, nil
	reg := r.enrol("山田 花子")
	dying, cancel := context.WithCancel(ctx)
	defer cancel()
	stop(r, cancel)
	if _, err := r.issuer.Issue(dying, officer, reg.ID, because); err == nil {
		t.Fatal("nothing stopped")
	}
	r.queue.err = nil
	before := r.list(reg.ID)
	if byJob && len(before) > 0 {
		r.work()
	} else {
		r.issue(reg.ID)
	}
	after := r.list(reg.ID)
	if len(after) != 1 || !after[0].Usable() {
		t.Fatalf("%d certificates", len(after))
	}
	if len(before) == 1 && (before[0].Code != after[0].Code || before[0].StatementDigest != after[0].StatementDigest) {
		t.Error("the code or the statement is another one")
	}
	if n := r.count("issue_log", "certificate_id = ? AND event = 'released'", after[0].ID); n != 1 {
		t.Errorf("%d releases in the log", n)
	}
	_, file, err := r.issuer.File(ctx, officer, after[0].ID)
	must(t, err)
	if int64(len(file)) != after[0].Size {
		t.Error("the file is not the released one")
	}
	r.work() // every job once more
	if len(r.list(reg.ID)) != 1 {
		t.Error("the jobs made another one")
	}
}

func TestTheRegistrationMovesWhileItIsPrinted(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		fail := once()
		r.press.seal = func() error {
			if fail() != nil {
				r.apply(reg.ID, registry.NameChange{To: parse(t, person.ParseName, "佐藤 花子")})
			}
			return nil
		}
		c := r.issue(reg.ID)
		if c.Content.Name.Value != "佐藤 花子" || !c.Usable() {
			t.Fatalf("issued under the old name")
		}
		if n := r.count("certificates", "state = 'abandoned'"); n != 1 {
			t.Errorf("%d abandoned, want the one of the old name", n)
		}
		if n := r.count("issue_log", "event = 'released'"); n != 1 {
			t.Errorf("%d released, want 1", n)
		}
		if kept := files(t, r.dir); len(kept) != 1 {
			t.Errorf("%d files in the archive: what is never released must go", len(kept))
		}
		r.work()
		if got := r.list(reg.ID); len(got) != 1 || got[0].ID != c.ID {
			t.Errorf("the jobs of the move made %d certificates", len(got))
		}
	})
}

func TestTheRegistrationMovesAfterACrash(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		r.press.seal = once()
		if _, err := r.issuer.Issue(ctx, officer, reg.ID, because); err == nil {
			t.Fatal("nothing stopped")
		}
		r.apply(reg.ID, registry.AddressChange{To: parse(t, person.ParseAddress, "東京都千代田区霞が関1-2-3")})
		r.work() // the maker is gone: the move itself sees to the new one
		got := r.list(reg.ID)
		if len(got) != 1 || !got[0].Usable() {
			t.Fatalf("after the jobs %d certificates", len(got))
		}
	})
}

func TestAKeyThatIsGone(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		r.press.seal = once()
		if _, err := r.issuer.Issue(ctx, officer, reg.ID, because); err == nil {
			t.Fatal("nothing stopped")
		}
		other, err := issue.New(r.options(newKey(t)))
		must(t, err)
		if _, err := other.Issue(ctx, officer, reg.ID, because); !errors.Is(err, issue.ErrNotReleased) {
			t.Errorf("just prepared by somebody with another key: %v", err)
		}
		r.clock.Advance(2 * time.Minute)
		c, err := other.Issue(ctx, officer, reg.ID, because)
		must(t, err)
		rotated, err := issue.New(r.options(newKey(t), r.key))
		must(t, err)
		if again, err := rotated.Issue(ctx, officer, reg.ID, because); err != nil || again.ID != c.ID {
			t.Errorf("after a change of keys the valid one stays: %v", err)
		}
	})
}

func TestArchive(t *testing.T) {
	dir := t.TempDir()
	a, err := issue.NewDirArchive(dir)
	must(t, err)
	digest, err := a.Put(ctx, []byte("one"))
	must(t, err)
	if again, err := a.Put(ctx, []byte("one")); again != digest || err != nil {
		t.Errorf("putting twice: %v", err)
	}
	if file, err := a.Get(ctx, digest); string(file) != "one" || err != nil {
		t.Errorf("got %q, %v", file, err)
	}
	kept := files(t, dir)
	if len(kept) != 1 {
		t.Fatalf("files %v", kept)
	}
	must(t, os.WriteFile(kept[0], []byte("two"), 0o600))
	if _, err := a.Get(ctx, digest); err == nil || errors.Is(err, issue.ErrNotKept) {
		t.Errorf("a damaged file: %v", err)
	}
	must(t, a.Drop(ctx, digest))
	must(t, a.Drop(ctx, digest))
	if _, err := a.Get(ctx, digest); !errors.Is(err, issue.ErrNotKept) {
		t.Errorf("a dropped file: %v", err)
	}
}
