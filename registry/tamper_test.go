package registry_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/audit"
)

func (d *desk) verify(known ...audit.Head) audit.Report {
	d.Helper()
	report, err := registry.VerifyAudit(context.Background(), d.db, known...)
	if err != nil {
		d.Fatal(err)
	}
	return report
}

func (d *desk) seal() {
	d.Helper()
	if _, err := audit.NewSealer(d.db).Seal(context.Background()); err != nil {
		d.Fatal(err)
	}
}

// lived gives the register a life: people, a change, a measure, looks.
func lived(d *desk) (a, b registry.Registration) {
	a = d.enrol(hanako())
	second := hanako()
	second.Number, second.Name = "第D-0000777号", name("髙橋 𠮷男")
	b = d.enrol(second)
	a = d.apply(a, registry.NameChange{To: name("佐藤 花子")}, 20261101)
	b = d.measure(b, registry.Suspension{From: 20261201, Until: 20270228}, 0)
	for range 3 {
		d.must(func(tx *store.Tx) error { _, err := registry.Look(tx, registrar, a.ID, "case-1"); return err })
	}
	d.seal()
	return a, b
}

func TestAnUntouchedRegisterVerifies(t *testing.T) {
	each(t, func(d *desk) {
		a, _ := lived(d)
		report := d.verify()
		if !report.OK() || report.Lines < 9 || report.Pending != 0 {
			d.Fatalf("%+v", report)
		}
		heads := report.Heads
		d.apply(a, registry.AddressChange{To: address("東京都港区1-1")}, today)
		if report := d.verify(heads...); !report.OK() || report.Pending != 1 {
			d.Errorf("before sealing: %+v", report)
		}
		d.seal()
		d.seal()
		if report := d.verify(heads...); !report.OK() || report.Pending != 0 {
			d.Errorf("after sealing: %+v", report)
		}
	})
}

// tampers are ways to falsify the tables with SQL. {a} and {b} are the ids of
// registrations, {line} is the line of the second entry of a.
var tampers = []struct {
	name string
	sql  []string
	want string
}{
	{"a registration's name", []string{`UPDATE registrations SET name = '別人 花子' WHERE id = '{a}'`}, "registration differs from its entries"},
	{"a search key", []string{`UPDATE registrations SET name_fold = 'X' WHERE id = '{a}'`}, "registration differs from its entries"},
	{"a suspension taken out", []string{`UPDATE registrations SET suspended_from_on = NULL, suspended_until_on = NULL WHERE id = '{b}'`}, "registration differs from its entries"},
	{"a number swapped", []string{`UPDATE registrations SET number = '第D-9999999号' WHERE id = '{a}'`}, "registration differs from its entries"},
	{"a registration moved to another register", []string{`UPDATE registrations SET register_no = 2 WHERE id = '{a}'`}, "registration differs from its entries"},
	{"an entry and the registration with it", []string{
		`UPDATE entries SET patch = '{"name":"別人 花子"}' WHERE registration_id = '{a}' AND version = 2`,
		`UPDATE registrations SET name = '別人 花子', name_fold = '別人花子' WHERE id = '{a}'`}, "entry changed"},
	{"an entry back-dated", []string{`UPDATE entries SET effective_on = 20200101 WHERE registration_id = '{a}' AND version = 2`}, "entry changed"},
	{"another officer put in an entry", []string{`UPDATE entries SET second_id = 'officer-9' WHERE registration_id = '{b}' AND version = 2`}, "entry changed"},
	{"an entry deleted", []string{
		`DELETE FROM entries WHERE registration_id = '{a}' AND version = 2`}, "line without entry"},
	{"an entry deleted with its line and seal", []string{
		`DELETE FROM audit_seals WHERE line_id = '{line}'`, `DELETE FROM audit_lines WHERE id = '{line}'`,
		`DELETE FROM entries WHERE registration_id = '{a}' AND version = 2`}, "deleted"},
	{"an entry invented", []string{
		`INSERT INTO entries SELECT 'x', registration_id, 3, kinds, effective_on, recorded_at, actor_kind, actor_id, actor_body, second_id, cause_kind, cause_ref, cause_reason, patch, audit_line_id FROM entries WHERE registration_id = '{a}' AND version = 2`,
		`UPDATE registrations SET version = 3 WHERE id = '{a}'`}, "entry changed"},
	{"a line's action", []string{`UPDATE audit_lines SET action = 'registry.nothing' WHERE id = '{line}'`}, "changed"},
	{"a line's actor", []string{`UPDATE audit_lines SET actor_id = 'somebody' WHERE id = '{line}'`}, "changed"},
	{"a line's instant", []string{`UPDATE audit_lines SET recorded_at = recorded_at + 1 WHERE id = '{line}'`}, "changed"},
	{"a line's commitment", []string{`UPDATE audit_lines SET commitment = (SELECT commitment FROM audit_lines WHERE action = 'registry.viewed' LIMIT 1) WHERE id = '{line}'`}, "changed"},
	{"a line's salt", []string{`UPDATE audit_salts SET salt = (SELECT salt FROM audit_salts WHERE line_id <> '{line}' LIMIT 1) WHERE line_id = '{line}'`}, "entry changed"},
	{"a line moved to another chain", []string{`UPDATE audit_lines SET chain = 'system' WHERE id = '{line}'`}, "changed"},
	{"a line deleted", []string{`DELETE FROM audit_lines WHERE action = 'registry.viewed'`}, "deleted"},
	{"a line deleted with its seal", []string{
		`DELETE FROM audit_seals WHERE line_id = (SELECT MIN(id) FROM audit_lines WHERE action = 'registry.viewed')`,
		`DELETE FROM audit_lines WHERE id = (SELECT MIN(id) FROM audit_lines WHERE action = 'registry.viewed')`}, "deleted"},
	{"two lines swapped", []string{
		`UPDATE audit_seals SET place = -1 WHERE chain = 'register:1' AND place = 2`,
		`UPDATE audit_seals SET place = 2 WHERE chain = 'register:1' AND place = 3`,
		`UPDATE audit_seals SET place = 3 WHERE chain = 'register:1' AND place = -1`}, "changed"},
	{"the end of a chain cut off", []string{
		`DELETE FROM audit_lines WHERE id IN (SELECT line_id FROM audit_seals WHERE chain = 'register:1' AND place = (SELECT MAX(place) FROM audit_seals WHERE chain = 'register:1'))`,
		`DELETE FROM audit_seals WHERE chain = 'register:1' AND place = (SELECT MAX(place) FROM audit_seals WHERE chain = 'register:1')`}, "head"},
	{"a line put in", []string{
		`INSERT INTO audit_lines SELECT 'x', chain, recorded_at, actor_kind, actor_id, actor_body, action, object_kind, object_id, cause, commitment FROM audit_lines WHERE id = '{line}'`}, "inserted"},
	{"a line put in for the sealer to find, back-dated", []string{
		`INSERT INTO audit_lines SELECT 'x', chain, recorded_at - 7200000000, actor_kind, actor_id, actor_body, 'registry.viewed', 'registration', object_id, cause, commitment FROM audit_lines WHERE id = '{line}'`,
		`INSERT INTO audit_pending VALUES ('x')`}, "backdated"},
	{"a line put in with a seal of its own", []string{
		`INSERT INTO audit_lines SELECT 'x', chain, recorded_at, actor_kind, actor_id, actor_body, 'registry.viewed', 'registration', object_id, cause, commitment FROM audit_lines WHERE id = '{line}'`,
		`INSERT INTO audit_seals SELECT chain, place + 1, 'x', digest, sealed_at FROM audit_seals WHERE chain = 'register:1' ORDER BY place DESC LIMIT 1`,
		`UPDATE audit_chains SET length = length + 1 WHERE chain = 'register:1'`}, "changed"},
	{"a chain's head", []string{`UPDATE audit_chains SET length = length - 1 WHERE chain = 'register:1'`}, "head"},
	{"a whole chain thrown away", []string{
		`DELETE FROM audit_chains WHERE chain = 'register:1'`, `DELETE FROM audit_seals WHERE chain = 'register:1'`,
		`DELETE FROM audit_lines WHERE chain = 'register:1'`}, "entry without line"},
}

func TestEveryFalsificationIsFound(t *testing.T) {
	each(t, func(d *desk) {
		a, b := lived(d)
		var line string
		d.must(func(tx *store.Tx) error {
			return tx.Raw("SELECT audit_line_id FROM entries WHERE registration_id = ? AND version = 2", string(a.ID)).Scan(&line).Error
		})
		fill := strings.NewReplacer("{a}", string(a.ID), "{b}", string(b.ID), "{line}", line)
		for _, c := range tampers {
			d.Run(c.name, func(t *testing.T) {
				var report audit.Report
				undo := fmt.Errorf("put back")
				err := d.db.Write(context.Background(), func(tx *store.Tx) error {
					for _, sql := range c.sql {
						r := tx.Exec(fill.Replace(sql))
						if r.Error != nil || r.RowsAffected == 0 {
							return fmt.Errorf("%s: %d rows, %w", sql, r.RowsAffected, r.Error)
						}
					}
					if err := registry.VerifyAuditIn(tx, &report); err != nil {
						return err
					}
					return undo
				})
				if err != undo {
					t.Fatal(err)
				}
				var found []string
				for _, f := range report.Findings {
					found = append(found, f.String())
					if f.What == c.want {
						return
					}
				}
				t.Errorf("want %q, found %q", c.want, found)
			})
		}
		if report := d.verify(); !report.OK() {
			d.Errorf("put back, and yet: %v", report.Findings)
		}
	})
}

func TestARewrittenChainIsFoundByAHeadKeptOutside(t *testing.T) {
	each(t, func(d *desk) {
		lived(d)
		heads := d.verify().Heads
		d.must(func(tx *store.Tx) error {
			for _, sql := range []string{
				`UPDATE audit_lines SET actor_id = 'somebody' WHERE action = 'registry.viewed'`,
				`INSERT INTO audit_pending SELECT line_id FROM audit_seals`, `DELETE FROM audit_seals`, `DELETE FROM audit_chains`,
			} {
				if err := tx.Exec(sql).Error; err != nil {
					return err
				}
			}
			return nil
		})
		d.seal()
		if report := d.verify(); !report.OK() {
			d.Fatalf("the chain was rewritten wholly, so it fits: %v", report.Findings)
		}
		if report := d.verify(heads...); report.OK() {
			d.Error("the head kept outside must not fit")
		}
	})
}
