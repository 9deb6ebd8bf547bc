package registry_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/seeds"
)

// TestAnyLifeOfARegistrationAddsUp lives random lives: whatever changes come in
// whatever order, what the register says now is what history says of today, each
// refusal is a fault, and the audit fits.
func TestAnyLifeOfARegistrationAddsUp(t *testing.T) {
	c := clock.At(today.Time().Add(10 * time.Hour))
	db := testdb.Open(t, c)
	ctx := context.Background()
	if _, err := catalog.Load(ctx, db, operator, seeds.Catalogue); err != nil {
		t.Fatal(err)
	}
	lives := 0
	register := registry.NewRegister()
	rapid.Check(t, func(t *rapid.T) {
		lives++
		n := hanako()
		n.Number = fmt.Sprintf("第D-%07d号", lives)
		var r registry.Registration
		do := func(f func(tx *store.Tx) error) {
			if err := db.Write(ctx, f); err != nil {
				if _, ok := fault.All(err); !ok {
					t.Fatalf("no fault: %v", err)
				}
			}
		}
		do(func(tx *store.Tx) (err error) {
			r, err = register.Enrol(tx, operator, n, registry.Cause{Kind: "import"})
			return err
		})
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			c.Advance(time.Minute)
			change := drawChange(t)
			effective := today.AddDays(-rapid.IntRange(0, 4000).Draw(t, "days"))
			do(func(tx *store.Tx) error { return live(tx, register, &r, change, effective) })
			do(func(tx *store.Tx) error {
				now, err := registry.Get(tx, r.ID)
				if err != nil {
					return err
				}
				history, err := registry.History(tx, r.ID)
				if err != nil {
					return err
				}
				last := history[len(history)-1]
				if !reflect.DeepEqual(now, r) || now.Version != len(history) || !reflect.DeepEqual(last.After, now.State) {
					t.Fatalf("the register says %+v, was left as %+v, history ends in %+v", now, r, last.After)
				}
				far, err := registry.AsOf(tx, r.ID, 21991231, time.Time{})
				if err == nil && !reflect.DeepEqual(far.State, now.State) {
					t.Fatalf("once everything has taken effect: %+v, not %+v", far.State, now.State)
				}
				return err
			})
		}
	})
	report, err := registry.VerifyAudit(ctx, db)
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("%v %v", report.Findings, err)
	}
}

// live makes one change, by two persons where it takes two; a refusal leaves r.
func live(tx *store.Tx, g *registry.Register, r *registry.Registration, change registry.Change, effective person.Date) error {
	after, err := g.Apply(tx, system, r.ID, r.Version, change, effective, cause)
	switch change.(type) {
	case registry.Correction:
		after, err = g.Apply(tx, registrar, r.ID, r.Version, change, effective, cause)
	case registry.Suspension, registry.Removal, registry.Restoration, registry.Revocation:
		if _, carriesDate := change.(registry.Restoration); !carriesDate {
			effective = 0
		}
		var p registry.Proposal
		if p, err = g.Propose(tx, registrar, r.ID, r.Version, change, effective, registry.Cause{Kind: "officer", Reason: "r"}); err == nil {
			after, err = g.Second(tx, colleague, p.ID)
		}
	}
	if err == nil {
		*r = after
	}
	return err
}

func drawChange(t *rapid.T) registry.Change {
	names := []string{"佐藤 花子", "髙橋 花子", "渡邊\U000E0110 花子", "NGUYEN HANAKO", "山田 花子"}
	day := today.AddDays(rapid.IntRange(-500, 500).Draw(t, "day"))
	simple := []registry.Change{
		registry.NameChange{To: name(rapid.SampledFrom(names).Draw(t, "name")), Kana: kana("さとう")},
		registry.AddressChange{To: address(fmt.Sprintf("東京都港区%d-1", rapid.IntRange(1, 3).Draw(t, "house")))},
		registry.DomicileChange{To: domicile(rapid.SampledFrom(person.Prefectures[:5]).Draw(t, "prefecture"))},
		registry.ItemsChange{Items: []registry.Item{{Key: rapid.SampledFrom([]string{"exam_date", "training"}).Draw(t, "key"), Value: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "value")}}},
	}
	return rapid.SampledFrom(append(simple,
		registry.Combined(simple...),
		registry.Correction{BirthDate: day},
		registry.Suspension{From: day, Until: day.AddDays(rapid.IntRange(-5, 90).Draw(t, "length"))},
		registry.Suspension{From: day},
		registry.Restoration{},
		registry.Removal{Reason: "voluntary", On: day},
		registry.Revocation{Reason: "decision", On: day},
	)).Draw(t, "change")
}
