package issue_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue"
	"qualsys/registry"
	"qualsys/registry/person"
)

func TestVerifyLogFindsWhatWasTamperedWith(t *testing.T) {
	for what, sql := range map[string]string{
		"a digest in the log":      "UPDATE issue_log SET file_digest = statement_digest WHERE event = 'released'",
		"an instant in the log":    "UPDATE issue_log SET recorded_at = recorded_at - 1 WHERE event = 'released'",
		"a line taken out":         "DELETE FROM issue_log WHERE event = 'released'",
		"a name in the content":    "UPDATE certificates SET content = replace(content, '花子', '花江')",
		"a birth date":             "UPDATE certificates SET birth_date = 19900722",
		"a line put in":            "INSERT INTO issue_log SELECT 'ffff', event, certificate_id || 'x', statement_digest, code_digest, list, list_index, file_digest, recorded_at, audit_line_id FROM issue_log WHERE event = 'released'",
		"a place in a status list": "UPDATE certificates SET list_index = list_index + 1",
	} {
		t.Run(what, func(t *testing.T) {
			c := clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, clock.JST))
			r := newRig(t, testdb.Open(t, c), c)
			r.issue(r.enrol("山田 花子").ID)
			if found, err := issue.VerifyLog(ctx, r.db); err != nil || len(found) != 0 {
				t.Fatalf("before: %v, %v", found, err)
			}
			r.write(func(tx *store.Tx) error {
				if what == "a line put in" { // a line must name a certificate: forge that too
					if err := forge(tx); err != nil {
						return err
					}
				}
				// who can do this can lift the triggers as well
				return errors.Join(tx.Exec("DROP TRIGGER issue_log_is_never_edited").Error,
					tx.Exec("DROP TRIGGER issue_log_is_never_shortened").Error, tx.Exec(sql).Error)
			})
			if found, err := issue.VerifyLog(ctx, r.db); err != nil || len(found) == 0 {
				t.Errorf("after: %v, %v", found, err)
			}
		})
	}
}

// forge copies the one certificate under another id, as somebody with the
// database in hand could.
func forge(tx *store.Tx) error {
	var c map[string]any
	if err := tx.Table("certificates").Take(&c).Error; err != nil {
		return err
	}
	c["id"] = fmt.Sprint(c["id"]) + "x"
	c["status"], c["ended_by"] = "revoked", "withdrawn"
	for _, k := range []string{"code_digest", "statement_digest", "file_digest"} {
		b := append([]byte(nil), c[k].([]byte)...)
		b[0]++
		c[k] = b
	}
	c["list"] = 9
	return tx.Table("certificates").Create(c).Error
}

// TestChangesAndIssuesAtOnce changes a registration and issues for it from many
// goroutines: whatever the order, what is valid in the end says what the
// register says.
func TestChangesAndIssuesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		reg := r.enrol("山田 花子")
		var wg sync.WaitGroup
		for n := range 4 {
			wg.Go(func() {
				for k := range 5 {
					_, err := r.issuer.Issue(ctx, officer, reg.ID, because)
					if err != nil && !errors.Is(err, issue.ErrKeepsMoving) {
						t.Error(err)
					}
					err = r.db.Write(ctx, func(tx *store.Tx) error {
						now, err := registry.Get(tx, reg.ID)
						if err != nil {
							return err
						}
						to, err := person.ParseName(fmt.Sprintf("佐藤 %s%s", []string{"春", "夏", "秋", "冬"}[n], []string{"一", "二", "三", "四", "五"}[k]))
						if err != nil {
							return err
						}
						_, err = r.register.Apply(tx, officer, reg.ID, now.Version, registry.NameChange{To: to}, person.DateAt(tx.Now), because)
						return err
					})
					if err != nil && !errors.Is(err, registry.ErrStale) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		r.work()
		var now registry.Registration
		must(t, r.db.Read(ctx, func(tx *store.Tx) (err error) {
			now, err = registry.Get(tx, reg.ID)
			return err
		}))
		valid := 0
		for _, c := range r.list(reg.ID) {
			if c.State == issue.StatePrepared {
				t.Error("one is left prepared")
			}
			if c.Usable() {
				valid++
				if c.Content.Name.Value != now.Name.String() {
					t.Error("a valid certificate says what the register no longer says")
				}
			}
		}
		if valid != 1 {
			t.Errorf("%d valid, want 1", valid)
		}
		if found, err := issue.VerifyLog(ctx, r.db); err != nil || len(found) != 0 {
			t.Errorf("the log: %v, %v", found, err)
		}
	})
}

// TestWithTheRealQueue makes the new certificate after a change by a job of the
// real queue, in the transaction of the change.
func TestWithTheRealQueue(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		q, err := jobs.New(r.db)
		must(t, err)
		o := r.options(r.key)
		o.Jobs = q
		issuer, err := issue.New(o)
		must(t, err)
		issuer.Handle(q)
		r.register = registry.NewRegister(issuer)
		reg := r.enrol("山田 花子")
		_, err = issuer.Issue(ctx, officer, reg.ID, because)
		must(t, err)
		r.apply(reg.ID, name(t, "佐藤 花子"))
		wait, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		must(t, q.Start(wait, 2))
		must(t, q.Drain(wait))
		must(t, q.Stop(wait))
		if all := r.list(reg.ID); len(all) != 2 || !all[0].Usable() || all[0].Content.Name.Value != "佐藤 花子" {
			t.Errorf("%d certificates after the queue", len(all))
		}
	})
}

// files returns what lies in an archive's folder.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	}))
	return out
}
