package registry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/seeds"
)

var (
	operator  = actor.Operator("test")
	system    = actor.System("application")
	registrar = actor.Officer("officer-1", "sssc", actor.Registrar)
	colleague = actor.Officer("officer-2", "sssc", actor.Registrar)
	stranger  = actor.Officer("officer-3", "jccpp", actor.Registrar, actor.Reviewer, actor.Supervisor)
	cause     = registry.Cause{Kind: "application", Ref: "a-1"}
)

// desk is a register on a database with the catalogue in it.
type desk struct {
	*testing.T
	db    *store.DB
	clock *clock.Fake
	*registry.Register
	told []told
}

type told struct {
	before, after registry.Registration
	entry         registry.Entry
}

// RegistrationMoved notes what a watcher is told.
func (d *desk) RegistrationMoved(_ *store.Tx, before, after registry.Registration, e registry.Entry) error {
	d.told = append(d.told, told{before, after, e})
	return nil
}

// today is the day on which tests happen.
const today person.Date = 20261120

func each(t *testing.T, test func(d *desk)) {
	t.Helper()
	c := clock.At(today.Time().Add(10 * time.Hour))
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		c.Set(today.Time().Add(10 * time.Hour))
		d := &desk{T: t, db: db, clock: c}
		d.Register = registry.NewRegister(d)
		if _, err := catalog.Load(context.Background(), db, operator, seeds.Catalogue); err != nil {
			t.Fatal(err)
		}
		test(d)
	}, c)
}

func (d *desk) write(f func(tx *store.Tx) error) error {
	d.Helper()
	return d.db.Write(context.Background(), f)
}

func (d *desk) must(f func(tx *store.Tx) error) {
	d.Helper()
	if err := d.write(f); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) want(want error, f func(tx *store.Tx) error) {
	d.Helper()
	if err := d.write(f); !errors.Is(err, want) {
		d.Errorf("got %v, want %v", err, want)
	}
}

func name(s string) person.Name {
	n, err := person.ParseName(s)
	if err != nil {
		panic(err)
	}
	return n
}

func kana(s string) person.Kana {
	k, err := person.ParseKana(s)
	if err != nil {
		panic(err)
	}
	return k
}

func address(s string) person.Address {
	a, err := person.ParseAddress(s)
	if err != nil {
		panic(err)
	}
	return a
}

func domicile(s string) person.Domicile {
	v, err := person.ParseDomicile(s)
	if err != nil {
		panic(err)
	}
	return v
}

func hanako() registry.New {
	return registry.New{
		Register: 1, Number: "第D-0123456号", RegisteredOn: 20150410,
		Particulars: registry.Particulars{
			Name: name("山田 花子"), Kana: kana("やまだ はなこ"), BirthDate: 19900721, Domicile: domicile("神奈川県"),
			Address: address("東京都世田谷区三軒茶屋2-14-7"), Items: []registry.Item{{Key: "exam_date", Value: "2015/03"}},
		},
	}
}

func (d *desk) enrol(n registry.New) (r registry.Registration) {
	d.Helper()
	d.must(func(tx *store.Tx) (err error) {
		r, err = d.Enrol(tx, operator, n, registry.Cause{Kind: "import"})
		return err
	})
	return r
}

func (d *desk) apply(r registry.Registration, c registry.Change, effective person.Date) (out registry.Registration) {
	d.Helper()
	by := system
	for _, k := range c.Kinds() {
		if k == registry.ChangedCorrection {
			by = registrar
		}
	}
	d.must(func(tx *store.Tx) (err error) {
		out, err = d.Apply(tx, by, r.ID, r.Version, c, effective, cause)
		return err
	})
	return out
}

func (d *desk) get(id registry.ID) (r registry.Registration) {
	d.Helper()
	d.must(func(tx *store.Tx) (err error) { r, err = registry.Get(tx, id); return err })
	return r
}

func (d *desk) asOf(id registry.ID, day person.Date, believed time.Time) (r registry.Registration) {
	d.Helper()
	d.must(func(tx *store.Tx) (err error) { r, err = registry.AsOf(tx, id, day, believed); return err })
	return r
}

// measure has two officers carry a measure out.
func (d *desk) measure(r registry.Registration, c registry.Change, effective person.Date) (out registry.Registration) {
	d.Helper()
	d.must(func(tx *store.Tx) error {
		p, err := d.Propose(tx, registrar, r.ID, r.Version, c, effective, registry.Cause{Kind: "officer", Reason: "決定書のとおり"})
		if err != nil {
			return err
		}
		out, err = d.Second(tx, colleague, p.ID)
		return err
	})
	return out
}
