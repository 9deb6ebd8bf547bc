package registry_test

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"time"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

func TestAChangeMakesAnEntryAndTellsTheWatchers(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		if r.Version != 1 || r.Standing != registry.Active || r.Body != "sssc" || r.Qualification != "certified-care-worker" {
			d.Errorf("enrolled: %+v", r)
		}
		changed := d.apply(r, registry.Combined(
			registry.NameChange{To: name("佐藤 花子"), Kana: kana("さとう はなこ")},
			registry.DomicileChange{To: domicile("東京都")},
			registry.AddressChange{To: address("東京都千代田区九段南1-2-1")}), 20261101)
		if got := d.get(r.ID); !reflect.DeepEqual(got, changed) || got.Version != 2 || got.Name.String() != "佐藤 花子" {
			d.Errorf("%+v\n%+v", got, changed)
		}
		d.must(func(tx *store.Tx) error {
			h, err := registry.History(tx, r.ID)
			if err != nil {
				return err
			}
			if len(h) != 2 || h[1].Before.Name.String() != "山田 花子" || h[1].After.Name.String() != "佐藤 花子" ||
				h[1].EffectiveOn != 20261101 || len(h[1].Kinds) != 3 || h[1].Cause != cause || !h[1].By.Same(system) {
				d.Errorf("%+v", h)
			}
			return nil
		})
		if len(d.told) != 2 || d.told[0].before.ID != "" || d.told[1].before.Name.String() != "山田 花子" || d.told[1].entry.Version != 2 {
			d.Errorf("told %d times", len(d.told))
		}
	})
}

func TestWhatIsRefusedChangesNothing(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		married := registry.NameChange{To: name("佐藤 花子")}
		for _, c := range []struct {
			name      string
			by        actor.Actor
			version   int
			change    registry.Change
			effective person.Date
			cause     registry.Cause
			want      error
		}{
			{"a stale version", system, 2, married, today, cause, registry.ErrStale},
			{"nobody acting", actor.Actor{}, 1, married, today, cause, actor.ErrMissing},
			{"a holder", actor.Holder("h"), 1, married, today, cause, actor.ErrForbidden},
			{"an officer of another body", stranger, 1, married, today, cause, actor.ErrOtherBody},
			{"a reviewer who corrects", actor.Officer("o", "sssc", actor.Reviewer), 1, registry.Correction{BirthDate: 19900712}, today, cause, actor.ErrForbidden},
			{"a measure by one person", registrar, 1, registry.Removal{Reason: "voluntary", On: today}, 0, cause, registry.ErrTwoPersons},
			{"a measure hidden among others", registrar, 1, registry.Combined(married, registry.Removal{On: today}), today, cause, registry.ErrTwoPersons},
			{"the same name", system, 1, registry.NameChange{To: r.Name}, today, cause, registry.ErrNothingChanges},
			{"the same address", system, 1, registry.AddressChange{To: r.Address}, today, cause, registry.ErrNothingChanges},
			{"no effective date", system, 1, married, 0, cause, registry.ErrEffective},
			{"a date known in part", system, 1, married, 20261100, cause, registry.ErrEffective},
			{"tomorrow", system, 1, married, today.AddDays(1), cause, registry.ErrFuture},
			{"before the registration", system, 1, married, 20150409, cause, registry.ErrBeforeRegistration},
			{"no cause", system, 1, married, today, registry.Cause{}, registry.ErrCause},
			{"nothing combined", system, 1, registry.Combined(), today, cause, registry.ErrNothingChanges},
			{"a lapse by an officer", registrar, 1, registry.Lapse{On: today}, 0, cause, actor.ErrForbidden},
		} {
			d.Run(c.name, func(t *testing.T) {
				sub := *d
				sub.T = t
				sub.want(c.want, func(tx *store.Tx) error {
					_, err := d.Apply(tx, c.by, r.ID, c.version, c.change, c.effective, c.cause)
					return err
				})
			})
		}
		if got := d.get(r.ID); !reflect.DeepEqual(got, r) {
			d.Errorf("it moved: %+v", got)
		}
		d.want(registry.ErrNotFound, func(tx *store.Tx) error {
			_, err := d.Apply(tx, system, "nobody", 1, married, today, cause)
			return err
		})
	})
}

func TestEnrolmentIsChecked(t *testing.T) {
	each(t, func(d *desk) {
		d.enrol(hanako())
		for name, c := range map[string]struct {
			edit func(*registry.New)
			want error
		}{
			"the same number again":       {func(*registry.New) {}, registry.ErrNumberTaken},
			"six digits":                  {func(n *registry.New) { n.Number = "第D-123456号" }, registry.ErrNumber},
			"not as the register writes":  {func(n *registry.New) { n.Number = "D-7654321" }, registry.ErrNumber},
			"no name":                     {func(n *registry.New) { n.Name = person.Name{} }, registry.ErrParticulars},
			"no birth date":               {func(n *registry.New) { n.BirthDate = 0 }, registry.ErrParticulars},
			"a registration day in parts": {func(n *registry.New) { n.RegisteredOn = 20150400 }, registry.ErrParticulars},
			"a registration tomorrow":     {func(n *registry.New) { n.RegisteredOn = today.AddDays(1) }, registry.ErrFuture},
			"an item that stands twice": {func(n *registry.New) {
				n.Items = []registry.Item{{Key: "a", Value: "1"}, {Key: "a", Value: "2"}}
			}, registry.ErrParticulars},
			"a register that isn't there": {func(n *registry.New) { n.Register = 99999 }, registry.ErrNoRegister},
		} {
			d.Run(name, func(t *testing.T) {
				sub := *d
				sub.T = t
				n := hanako()
				if c.want != registry.ErrNumberTaken {
					n.Number = "第D-7654321号"
				}
				c.edit(&n)
				sub.want(c.want, func(tx *store.Tx) error {
					_, err := d.Enrol(tx, operator, n, registry.Cause{Kind: "import"})
					return err
				})
			})
		}
	})
}

func TestTwoFormsOfOneVersionMakeOneEntry(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				errs[i] = d.db.Write(context.Background(), func(tx *store.Tx) error {
					_, err := registry.NewRegister().Apply(tx, system, r.ID, 1, registry.NameChange{To: name("佐藤 花子")}, today, cause)
					return err
				})
			})
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			}
		}
		if got := d.get(r.ID); done != 1 || got.Version != 2 {
			d.Errorf("%d succeeded, version %d: %v", done, got.Version, errs)
		}
	})
}

func TestWhatTheRegisterSaidAndWhatWeBelieved(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		enrolled := d.clock.Now()
		d.clock.Advance(time.Hour)
		r = d.apply(r, registry.NameChange{To: name("佐藤 花子")}, 20261101)
		named := d.clock.Now()
		d.clock.Advance(time.Hour)
		// her birth date had always been wrong, and an earlier name of hers became known late
		r = d.apply(r, registry.Correction{BirthDate: 19900712}, 20150410)
		r = d.apply(r, registry.NameChange{To: name("鈴木 花子")}, 20200401)
		if r.Name.String() != "佐藤 花子" || r.BirthDate != 19900712 {
			d.Errorf("an old event must not undo a later one: %s %s", r.Name, r.BirthDate)
		}
		for _, c := range []struct {
			day      person.Date
			believed time.Time
			name     string
			birth    person.Date
		}{
			{today, time.Time{}, "佐藤 花子", 19900712},
			{20261031, time.Time{}, "鈴木 花子", 19900712},
			{20190101, time.Time{}, "山田 花子", 19900712},
			{20261031, named, "山田 花子", 19900721},
			{today, named, "佐藤 花子", 19900721},
			{today, enrolled, "山田 花子", 19900721},
		} {
			if got := d.asOf(r.ID, c.day, c.believed); got.Name.String() != c.name || got.BirthDate != c.birth {
				d.Errorf("on %s as of %s: %s %s", c.day, c.believed, got.Name, got.BirthDate)
			}
		}
		d.want(registry.ErrNotFound, func(tx *store.Tx) error {
			_, err := registry.AsOf(tx, r.ID, 20150409, time.Time{})
			return err
		})
	})
}

func TestASuspensionBeginsAndEndsByItsDates(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		r = d.measure(r, registry.Suspension{From: 20261201, Until: 20270228}, 0)
		if r.Standing != registry.Active {
			d.Errorf("before it begins: %s", r.Standing)
		}
		for day, want := range map[person.Date]registry.Standing{
			20261130: registry.Active, 20261201: registry.Suspended, 20270228: registry.Suspended, 20270301: registry.Active,
		} {
			if got := d.asOf(r.ID, day, time.Time{}).Standing; got != want {
				d.Errorf("on %s: %s, want %s", day, got, want)
			}
		}
		break0, err := d.Daybreak(context.Background(), d.db)
		if err != nil || break0 != 0 {
			d.Errorf("nothing begins today: %d %v", break0, err)
		}
		d.told = nil
		d.clock.Set(person.Date(20261203).Time()) // two days late
		if n, err := d.Daybreak(context.Background(), d.db); err != nil || n != 1 || d.get(r.ID).Standing != registry.Suspended {
			d.Errorf("the day it begins: %d %v", n, err)
		}
		if n, err := d.Daybreak(context.Background(), d.db); err != nil || n != 0 {
			d.Errorf("again: %d %v", n, err)
		}
		d.clock.Set(person.Date(20270301).Time())
		if n, err := d.Daybreak(context.Background(), d.db); err != nil || n != 1 || d.get(r.ID).Standing != registry.Active {
			d.Errorf("the day after it ends: %d %v", n, err)
		}
		if len(d.told) != 2 || d.told[0].after.Standing != registry.Suspended || d.told[1].before.Standing != registry.Suspended {
			d.Errorf("told %+v", d.told)
		}
	})
}

func TestMeasures(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		r = d.measure(r, registry.Suspension{From: 20261101}, 0)
		if r.Standing != registry.Suspended {
			d.Error("suspended at once, without end")
		}
		d.want(registry.ErrSuspended, func(tx *store.Tx) error {
			_, err := d.Propose(tx, registrar, r.ID, r.Version, registry.Suspension{From: today}, 0, registry.Cause{Kind: "officer", Reason: "r"})
			return err
		})
		r = d.measure(r, registry.Restoration{}, today)
		if r.Standing != registry.Active || d.asOf(r.ID, 20261110, time.Time{}).Standing != registry.Suspended {
			d.Error("restored from today on, and suspended then all the same")
		}
		d.want(registry.ErrNotSuspended, func(tx *store.Tx) error {
			_, err := d.Propose(tx, registrar, r.ID, r.Version, registry.Restoration{}, today, registry.Cause{Kind: "officer", Reason: "r"})
			return err
		})
		r = d.measure(r, registry.Removal{Reason: "voluntary", On: today}, 0)
		if r.Standing != registry.Removed {
			d.Error("removed")
		}
		d.want(registry.ErrEnded, func(tx *store.Tx) error {
			_, err := d.Apply(tx, system, r.ID, r.Version, registry.AddressChange{To: address("東京都港区1-1")}, today, cause)
			return err
		})
		r = d.apply(r, registry.Correction{Kana: kana("やまた はなこ")}, 20150410)
		r = d.measure(r, registry.Restoration{}, today)
		if r.Standing != registry.Active || r.Version != 6 {
			d.Errorf("%s, version %d", r.Standing, r.Version)
		}
		r = d.measure(r, registry.Revocation{Reason: "decision", On: today.AddDays(5)}, 0)
		if r.Standing != registry.Active || r.StandingOn(today.AddDays(5)) != registry.Revoked {
			d.Error("revoked from its day on")
		}
	})
}

func TestTwoPersons(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		reason := registry.Cause{Kind: "officer", Reason: "本人の申請"}
		removal := registry.Removal{Reason: "voluntary", On: today}
		var p registry.Proposal
		d.want(registry.ErrReason, func(tx *store.Tx) error {
			_, err := d.Propose(tx, registrar, r.ID, 1, removal, 0, registry.Cause{Kind: "officer"})
			return err
		})
		d.want(actor.ErrOtherBody, func(tx *store.Tx) error {
			_, err := d.Propose(tx, stranger, r.ID, 1, removal, 0, reason)
			return err
		})
		d.must(func(tx *store.Tx) (err error) {
			p, err = d.Propose(tx, registrar, r.ID, 1, removal, 0, reason)
			return err
		})
		if d.get(r.ID).Standing != registry.Active || p.After.StandingOn(today) != registry.Removed || p.State != registry.ProposalOpen {
			d.Errorf("a proposal changes nothing: %+v", p)
		}
		d.want(registry.ErrProposed, func(tx *store.Tx) error {
			_, err := d.Propose(tx, colleague, r.ID, 1, removal, 0, reason)
			return err
		})
		for _, c := range []struct {
			by   actor.Actor
			want error
		}{
			{registrar, registry.ErrSamePerson}, {stranger, actor.ErrOtherBody},
			{actor.Officer("officer-1", "sssc", actor.Supervisor), registry.ErrSamePerson},
			{actor.Officer("officer-9", "sssc", actor.Reviewer), actor.ErrForbidden}, {system, actor.ErrForbidden}, {actor.Actor{}, actor.ErrMissing},
		} {
			d.want(c.want, func(tx *store.Tx) error { _, err := d.Second(tx, c.by, p.ID); return err })
		}
		moved := d.apply(r, registry.AddressChange{To: address("東京都港区1-1")}, today)
		d.want(registry.ErrStale, func(tx *store.Tx) error { _, err := d.Second(tx, colleague, p.ID); return err })
		d.must(func(tx *store.Tx) error { return d.Decline(tx, colleague, p.ID, "住所が変わった") })
		d.want(registry.ErrDecided, func(tx *store.Tx) error { _, err := d.Second(tx, colleague, p.ID); return err })
		d.must(func(tx *store.Tx) (err error) {
			p, err = d.Propose(tx, registrar, r.ID, moved.Version, removal, 0, reason)
			return err
		})
		d.must(func(tx *store.Tx) error {
			open, err := registry.OpenProposals(tx, colleague)
			if err != nil || len(open) != 1 || open[0].ID != p.ID {
				d.Errorf("%+v %v", open, err)
			}
			_, err = d.Second(tx, colleague, p.ID)
			return err
		})
		d.must(func(tx *store.Tx) error {
			h, err := registry.History(tx, r.ID)
			last := h[len(h)-1]
			if err != nil || last.By.ID != "officer-1" || last.Second.ID != "officer-2" || last.Cause.Reason != "本人の申請" {
				d.Errorf("%+v %v", last, err)
			}
			all, err := registry.ProposalsFor(tx, colleague, d.told[0].after)
			if err != nil || len(all) != 2 || all[0].State != registry.ProposalCarried || all[1].State != registry.ProposalDeclined {
				d.Errorf("%+v %v", all, err)
			}
			return nil
		})
	})
}

type own struct{ id registry.ID }

func (o own) OwnCase(_ *store.Tx, by actor.Actor, id registry.ID) (bool, error) {
	return by.ID == "officer-2" && id == o.id, nil
}

func TestNobodyDecidesTheirOwnCase(t *testing.T) {
	each(t, func(d *desk) {
		r := d.enrol(hanako())
		d.Mind(own{r.ID})
		d.want(registry.ErrOwnCase, func(tx *store.Tx) error {
			_, err := d.Apply(tx, colleague, r.ID, 1, registry.NameChange{To: name("佐藤 花子")}, today, cause)
			return err
		})
		d.want(registry.ErrOwnCase, func(tx *store.Tx) error {
			p, err := d.Propose(tx, registrar, r.ID, 1, registry.Removal{On: today}, 0, registry.Cause{Kind: "officer", Reason: "r"})
			if err != nil {
				return err
			}
			_, err = d.Second(tx, colleague, p.ID)
			return err
		})
	})
}

func TestSearch(t *testing.T) {
	each(t, func(d *desk) {
		d.enrol(hanako())
		yoshio := hanako()
		yoshio.Number, yoshio.Name, yoshio.Kana, yoshio.BirthDate = "第D-0000777号", name("髙橋 𠮷男"), kana("たかはし よしお"), 19850315
		d.enrol(yoshio)
		other := hanako()
		other.Register, other.Number = 4, "第100号"
		d.enrol(other)
		for _, c := range []struct {
			name string
			by   actor.Actor
			q    registry.Query
			want int
		}{
			{"variants", registrar, registry.Query{Name: "高橋吉男"}, 1},
			{"the beginning", registrar, registry.Query{Name: "髙"}, 1},
			{"the reading in katakana", registrar, registry.Query{Name: "タカハシ"}, 1},
			{"number as typed", registrar, registry.Query{Number: "Ｄ－０１２３４５６"}, 1},
			{"number and another birth date", registrar, registry.Query{Number: "D-0123456", BirthDate: 19900101}, 0},
			{"birth date", registrar, registry.Query{BirthDate: 19900721}, 1},
			{"another body", stranger, registry.Query{Name: "山田"}, 1},
			{"all bodies", operator, registry.Query{Name: "山田花子"}, 2},
			{"a sign that patterns know", registrar, registry.Query{Name: "%"}, 0},
		} {
			d.must(func(tx *store.Tx) error {
				found, err := registry.Search(tx, c.by, c.q)
				if len(found) != c.want {
					d.Errorf("%s: %d found, want %d", c.name, len(found), c.want)
				}
				return err
			})
		}
		d.want(registry.ErrQueryTooWide, func(tx *store.Tx) error { _, err := registry.Search(tx, registrar, registry.Query{}); return err })
		d.want(actor.ErrForbidden, func(tx *store.Tx) error {
			_, err := registry.Search(tx, actor.Holder("h"), registry.Query{Name: "山"})
			return err
		})
	})
}
