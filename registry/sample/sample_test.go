package sample_test

import (
	"context"
	"reflect"
	"testing"

	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/registry/sample"
	"qualsys/seeds"
)

func TestTheSameSeedGivesTheSamePeople(t *testing.T) {
	a, err := sample.People(1, 500)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := sample.People(1, 500)
	c, _ := sample.People(2, 500)
	if !reflect.DeepEqual(a, b) || reflect.DeepEqual(a, c) || len(a) != 500 {
		t.Errorf("%d people; equal %v, other seed equal %v", len(a), reflect.DeepEqual(a, b), reflect.DeepEqual(a, c))
	}
}

func TestPeopleAreLikely(t *testing.T) {
	people, err := sample.People(1, 5000)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range people {
		names[p.Name.String()] = true
		if len(p.Registrations) == 0 && !p.Birth.IsZero() {
			t.Errorf("somebody holds nothing: born %d", p.Birth)
		}
		for _, r := range p.Registrations {
			if r.RegisteredOn.Year()-p.Birth.Year() < 20 || r.RegisteredOn > 20240331 {
				t.Errorf("registered on %d, born %d", r.RegisteredOn, p.Birth)
			}
			if r.Register == 22 && !r.Address.IsZero() {
				t.Error("the register of nurses holds no address")
			}
		}
	}
	for _, want := range []string{"神\ufa19", "葛\U000E0100城 蓮", "𠮷田 𩸽子", "護\U000E0100田\u3000一\u2f00", "寿限無寿限無五劫擦切海砂利水魚 長助", "null"} {
		if want == "神\ufa19" {
			want = "\ufa19田 隆"
		}
		if !names[want] {
			t.Errorf("%q is not among them", want)
		}
	}
	if names["𰀀 太郎"] {
		t.Error("a name that no font here has is among them")
	}
}

func TestLoadingTwiceChangesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		if _, err := catalog.Load(ctx, db, actor.Operator("test"), seeds.Catalogue); err != nil {
			t.Fatal(err)
		}
		register := registry.NewRegister()
		first, err := sample.Load(ctx, db, register, 1, 300)
		if err != nil || first.People != 300 || first.Registrations < 300 {
			t.Fatalf("%+v %v", first, err)
		}
		again, err := sample.Load(ctx, db, register, 1, 300)
		if err != nil || again != (sample.Made{}) {
			t.Errorf("again: %+v %v", again, err)
		}
		err = db.Read(ctx, func(tx *store.Tx) error {
			r, err := registry.ByNumber(tx, 1, "第D-0123456号")
			if err == nil && (r.Name.String() != "山田 花子" || r.BirthDate != 19900721 || r.RegisteredOn != 20150410 || r.Standing != registry.Active) {
				t.Errorf("%+v", r)
			}
			name, _ := person.ParseName("佐藤健")
			twins, err2 := registry.Namesakes(tx, 1, name, 19850505)
			if err2 != nil || len(twins) != 2 {
				t.Errorf("%d namesakes, %v", len(twins), err2)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		report, err := registry.VerifyAudit(ctx, db)
		if err != nil || len(report.Findings) > 0 {
			t.Errorf("%v %v", report.Findings, err)
		}
	})
}

func BenchmarkLoad5000(b *testing.B) {
	for b.Loop() {
		db := testdb.Open(b)
		ctx := context.Background()
		if _, err := catalog.Load(ctx, db, actor.Operator("test"), seeds.Catalogue); err != nil {
			b.Fatal(err)
		}
		if _, err := sample.Load(ctx, db, registry.NewRegister(), 1, 5000); err != nil {
			b.Fatal(err)
		}
	}
}
