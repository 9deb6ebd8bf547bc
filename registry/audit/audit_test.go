package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
)

var ctx = context.Background()

func record(t *testing.T, db *store.DB, lines ...audit.Line) {
	t.Helper()
	err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := audit.RecordAll(tx, actor.System("test"), lines)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func line(chain audit.Chain, id string) audit.Line {
	return audit.Line{Chain: chain, Action: "test.done", Object: audit.Object{Kind: "thing", ID: id}, Details: map[string]string{"name": "山田 花子"}}
}

func TestSeveralSealersMakeOneChain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		for i := range 30 {
			record(t, db, line("", fmt.Sprint(i)), line(audit.RegisterChain(7), fmt.Sprint(i)))
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, _ = audit.NewSealer(db).Seal(ctx) // who comes second may be told so
			})
		}
		wg.Wait()
		if _, err := audit.NewSealer(db).Seal(ctx); err != nil {
			t.Fatal(err)
		}
		report, err := audit.Verify(ctx, db)
		if err != nil || !report.OK() || report.Lines != 60 || report.Pending != 0 || len(report.Heads) != 2 {
			t.Fatalf("%+v %v", report, err)
		}
		for _, h := range report.Heads {
			if h.Length != 30 || len(h.Digest) != 32 {
				t.Errorf("%+v", h)
			}
		}
	})
}

func TestLinesHoldNoPersonalData(t *testing.T) {
	db := testdb.Open(t)
	record(t, db, line("", "1"), line("", "2"))
	err := db.Read(ctx, func(tx *store.Tx) error {
		var rows []map[string]any
		if err := tx.Table("audit_lines").Find(&rows).Error; err != nil {
			return err
		}
		if strings.Contains(fmt.Sprint(rows), "山田") {
			t.Error("a name stands in a line")
		}
		if fmt.Sprint(rows[0]["commitment"]) == fmt.Sprint(rows[1]["commitment"]) {
			t.Error("equal details must not give equal commitments: names could be tried out")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestALineNeedsAnActorAnActionAndAnObject(t *testing.T) {
	db := testdb.Open(t)
	for name, c := range map[string]struct {
		by   actor.Actor
		line audit.Line
	}{
		"no actor":  {actor.Actor{}, line("", "1")},
		"no action": {actor.System("x"), audit.Line{Object: audit.Object{Kind: "thing", ID: "1"}}},
		"no object": {actor.System("x"), audit.Line{Action: "test.done"}},
	} {
		if err := db.Write(ctx, func(tx *store.Tx) error { return audit.Record(tx, c.by, c.line) }); err == nil {
			t.Errorf("%s: recorded", name)
		}
	}
	if report, err := audit.Verify(ctx, db); err != nil || report.Lines != 0 || !report.OK() {
		t.Errorf("%+v %v", report, err)
	}
	if (audit.Report{}).OK() {
		t.Error("a report that has read nothing is not good")
	}
}

func TestWhatIsRolledBackLeavesNoLine(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		_ = db.Write(ctx, func(tx *store.Tx) error {
			if err := audit.Record(tx, actor.System("x"), line("", "1")); err != nil {
				t.Error(err)
			}
			return fmt.Errorf("no")
		})
		if n, err := audit.NewSealer(db).Seal(ctx); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}
