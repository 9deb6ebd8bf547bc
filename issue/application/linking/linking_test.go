package linking_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/application/linking"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/seeds"
)

var (
	noon     = time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	operator = actor.Operator("test")
	cause    = registry.Cause{Kind: "import", Ref: "i1"}
)

// world is a room for links over a register with a few people in it.
type world struct {
	*testing.T
	db       *store.DB
	clock    *clock.Fake
	links    *linking.Linking
	register registry.RegisterInfo
	mu       sync.Mutex
	told     map[string]int
	hanako   registry.Registration
	namesake map[string]person.Name // of officers
}

// TellLink implements linking.Teller.
func (w *world) TellLink(_ *store.Tx, login string, m linking.Message, once string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told[fmt.Sprintf("%s %d", login, m)]++
	return nil
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	c := clock.At(noon)
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		c.Set(noon)
		w := &world{T: t, db: db, clock: c, told: map[string]int{}, namesake: map[string]person.Name{}}
		if _, err := catalog.Load(context.Background(), db, operator, seeds.Catalogue); err != nil {
			t.Fatal(err)
		}
		var err error
		w.links, err = linking.New(linking.Options{DB: db, Teller: w, ACR: []string{"aal3"},
			OfficerName: func(_ *store.Tx, login string) (person.Name, error) { return w.namesake[login], nil }})
		w.must(err)
		w.must(db.Read(context.Background(), func(tx *store.Tx) error {
			all, err := registry.Registers(tx, "")
			for _, r := range all {
				if r.Qualification == "certified-care-worker" {
					w.register = r
				}
			}
			return err
		}))
		w.hanako = w.enrol("第D-0123456号", "山田　花子", "1990/07/21", "")
		test(w)
	}, c)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(f func(tx *store.Tx) error) {
	w.Helper()
	w.must(w.db.Write(context.Background(), f))
}

func (w *world) fails(want error, f func(tx *store.Tx) error) {
	w.Helper()
	if err := w.db.Write(context.Background(), f); !errors.Is(err, want) {
		w.Errorf("error = %v, want %v", err, want)
	}
}

func (w *world) enrol(number, name, birth, address string) (r registry.Registration) {
	w.Helper()
	p := registry.Particulars{Name: w.name(name), BirthDate: w.date(birth)}
	var err error
	p.Kana, err = person.ParseKana("ヤマダ　ハナコ")
	w.must(err)
	p.Domicile, err = person.ParseDomicile("千葉県")
	w.must(err)
	if address != "" {
		p.Address, err = person.ParseAddress(address)
		w.must(err)
	}
	w.write(func(tx *store.Tx) (err error) {
		r, err = registry.NewRegister().Enrol(tx, operator, registry.New{Register: w.register.No, Number: number,
			Particulars: p, RegisteredOn: person.DateOf(2015, 4, 10)}, cause)
		return err
	})
	return r
}

func (w *world) name(s string) person.Name {
	w.Helper()
	n, err := person.ParseName(s)
	w.must(err)
	return n
}

func (w *world) date(s string) person.Date {
	w.Helper()
	d, err := person.ParseDate(s)
	w.must(err)
	return d
}

// login is somebody who has just proved who they are.
func (w *world) login(id, name, birth, address string) linking.Login {
	w.Helper()
	l := linking.Login{ID: id, Issuer: "https://id.example", Subject: "s-" + id, Name: w.name(name), BirthDate: w.date(birth),
		ACR: "aal3", AuthTime: w.clock.Now()}
	if address != "" {
		var err error
		l.Address, err = person.ParseAddress(address)
		w.must(err)
	}
	return l
}

func (w *world) try(l linking.Login, number string) (linking.Outcome, registry.ID, error) {
	return w.links.Link(context.Background(), actor.Holder(l.ID), l, linking.Wish{Register: w.register.No, Number: number})
}

func (w *world) expect(what string, l linking.Login, number string, want linking.Outcome) {
	w.Helper()
	got, id, err := w.try(l, number)
	if err != nil || got != want || (id != "") != (want == linking.Linked) {
		w.Errorf("%s: %d %q, %v; want %d", what, got, id, err, want)
	}
}

func (w *world) officer() actor.Actor {
	return actor.Officer("officer-1", string(w.register.Body), actor.Reviewer)
}

func (w *world) open() (l []linking.Request) {
	w.Helper()
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		l, err = w.links.Requests(tx, w.officer())
		return err
	}))
	return l
}

func (w *world) count(table, where string, args ...any) (n int64) {
	w.Helper()
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) error { return tx.Table(table).Where(where, args...).Count(&n).Error }))
	return n
}

// TestTheFirstLink is scenario 1, with the number as people type it (scenario 20).
func TestTheFirstLink(t *testing.T) {
	for _, typed := range []string{"第D-0123456号", "D0123456", "第D0123456号", "第Ｄ－０１２３４５６号", " d-0123456 "} {
		t.Run(typed, func(t *testing.T) {
			each(t, func(w *world) {
				l := w.login("login1", "山田　花子", "1990/07/21", "千葉県松戸市1-1")
				w.expect("first", l, typed, linking.Linked)
				w.expect("again", l, typed, linking.Linked)
				if w.told["login1 1"] != 1 {
					w.Errorf("told %v", w.told)
				}
				w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
					ids, err := w.links.Registrations(tx, actor.Holder("login1"))
					if err != nil || len(ids) != 1 || ids[0] != w.hanako.ID {
						w.Errorf("registrations = %v, %v", ids, err)
					}
					return w.links.Owns(tx, actor.Holder("login1"), w.hanako.ID)
				}))
				for _, other := range []actor.Actor{actor.Holder("login2"), w.officer()} {
					w.fails(linking.ErrNotYours, func(tx *store.Tx) error { return w.links.Owns(tx, other, w.hanako.ID) })
				}
				if n := w.count("audit_lines", "action = 'link.made'"); n != 1 {
					w.Errorf("%d audit lines", n)
				}
			})
		})
	}
}

// TestWhatGoesToAnOfficer: the answer is the same for all of it.
func TestWhatGoesToAnOfficer(t *testing.T) {
	for _, tc := range []struct {
		name, who, birth, address, number string
		before                            func(w *world)
		reason                            linking.Reason
	}{
		{name: "a number that does not exist", number: "第D-9999999号", reason: linking.UnknownNumber},
		{name: "another's number", who: "鈴木　一郎", reason: linking.Mismatch},
		{name: "another birth date", birth: "1990/07/12", reason: linking.Mismatch},
		{name: "no number", number: "-", reason: linking.NoNumber},
		{name: "a variant of the name", who: "髙橋　𠮷男", number: "第D-0000777号", reason: linking.Variant,
			before: func(w *world) { w.enrol("第D-0000777号", "高橋　吉男", "1990/07/21", "") }},
		{name: "another address", address: "東京都千代田区1-1", number: "第D-0000001号", who: "佐藤　一",
			before: func(w *world) { w.enrol("第D-0000001号", "佐藤　一", "1990/07/21", "千葉県松戸市1-1") }, reason: linking.OtherAddress},
		{name: "a namesake of the same birth date", reason: linking.Namesake,
			before: func(w *world) { w.enrol("第D-0000002号", "山田　花子", "1990/07/21", "") }},
		{name: "linked to another login", reason: linking.LinkedAlready, before: func(w *world) {
			w.expect("the first", w.login("first", "山田　花子", "1990/07/21", ""), "D0123456", linking.Linked)
		}},
		{name: "a birth date that is not known in full", who: "田中　実", birth: "1950/00/00", number: "第D-0000003号", reason: linking.PartialBirth,
			before: func(w *world) { w.enrol("第D-0000003号", "田中　実", "1950/00/00", "") }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			each(t, func(w *world) {
				if tc.before != nil {
					tc.before(w)
				}
				l := w.login("login1", first(tc.who, "山田　花子"), first(tc.birth, "1990/07/21"), tc.address)
				number := first(tc.number, "第D-0123456号")
				if number == "-" {
					number = ""
				}
				w.expect(tc.name, l, number, linking.Asked)
				open := w.open()
				if len(open) != 1 || open[0].Reason != tc.reason || open[0].Name != l.Name || w.told["login1 3"] != 1 {
					w.Errorf("requests = %+v, told %v; want %s", open, w.told, tc.reason)
				}
				if linked := w.count("links", "login = 'login1'"); linked != 0 {
					w.Errorf("%d links", linked)
				}
				if tc.reason == linking.LinkedAlready && w.told["first 4"] != 1 {
					w.Errorf("the linked person was not told: %v", w.told)
				}
			})
		})
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestAnAddressWrittenOtherwiseIsTheSame(t *testing.T) {
	each(t, func(w *world) {
		w.enrol("第D-0000001号", "佐藤　一", "1980/01/01", "千葉県松戸市根本387-5")
		w.expect("full width", w.login("login1", "佐藤　一", "1980/01/01", "千葉県松戸市根本３８７－５"), "D0000001", linking.Linked)
	})
}

func TestLoginsThatCanNotBeReliedOn(t *testing.T) {
	each(t, func(w *world) {
		good := w.login("login1", "山田　花子", "1990/07/21", "")
		weak, old, future, nobody, other := good, good, good, good, good
		weak.ACR = "aal1"
		old.AuthTime = noon.Add(-16 * time.Minute)
		future.AuthTime = noon.Add(2 * time.Minute)
		nobody.Name = person.Name{}
		other.ID = "login2"
		for _, tc := range []struct {
			name  string
			login linking.Login
			want  error
		}{{"too weak", weak, linking.ErrWeak}, {"too old", old, linking.ErrOld}, {"from the future", future, linking.ErrOld}, {"no name", nobody, linking.ErrClaims}} {
			if _, _, err := w.try(tc.login, "D0123456"); !errors.Is(err, tc.want) {
				w.Errorf("%s: %v, want %v", tc.name, err, tc.want)
			}
		}
		_, _, err := w.links.Link(context.Background(), actor.Holder("login1"), other, linking.Wish{Register: w.register.No})
		if !errors.Is(err, linking.ErrClaims) {
			w.Errorf("another's claims: %v", err)
		}
		if _, _, err := w.links.Link(context.Background(), w.officer(), good, linking.Wish{Register: w.register.No}); err == nil {
			w.Error("an officer linked")
		}
	})
}

func TestTriesAreLimitedByLoginAndNeverByRegistration(t *testing.T) {
	each(t, func(w *world) {
		impostor := w.login("bad", "鈴木　一郎", "1978/01/10", "")
		for range 3 {
			w.expect("a mismatch", impostor, "D0123456", linking.Asked)
		}
		if _, _, err := w.try(impostor, "D0123456"); !errors.Is(err, linking.ErrLocked) {
			w.Errorf("the fourth: %v, want ErrLocked", err)
		}
		if n := len(w.open()); n != 1 {
			w.Errorf("%d requests lie open for one wish", n)
		}
		if n := w.count("audit_lines", "action = 'link.locked'"); n != 1 {
			w.Errorf("%d audit lines", n)
		}
		w.expect("the owner is not locked out", w.login("good", "山田　花子", "1990/07/21", ""), "D0123456", linking.Linked)
		w.clock.Advance(24*time.Hour + time.Second)
		impostor.AuthTime = w.clock.Now()
		w.expect("a day later", impostor, "D0123456", linking.Asked)
	})
}

func TestTenTriesAnHour(t *testing.T) {
	each(t, func(w *world) {
		l := w.login("login1", "山田　花子", "1990/07/21", "")
		for range 10 {
			if _, _, err := w.try(l, "第D-123456789012号"); !errors.Is(err, registry.ErrNumber) {
				w.Fatalf("a number that has not the form: %v", err)
			}
		}
		if _, _, err := w.try(l, "D0123456"); !errors.Is(err, linking.ErrTries) {
			w.Errorf("the eleventh: %v, want ErrTries", err)
		}
		w.clock.Advance(time.Hour + time.Second)
		l.AuthTime = w.clock.Now()
		w.expect("an hour later", l, "D0123456", linking.Linked)
	})
}

func TestAnOfficerDecides(t *testing.T) {
	each(t, func(w *world) {
		w.expect("before the subject changed", w.login("old", "山田　花子", "1990/07/21", ""), "D0123456", linking.Linked)
		w.expect("after", w.login("new", "山田　花子", "1990/07/21", ""), "D0123456", linking.Asked)
		id := w.open()[0].ID
		w.write(func(tx *store.Tx) error {
			r, who, err := w.links.Request(tx, w.officer(), id)
			if err == nil && (len(who) != 1 || who[0].ID != w.hanako.ID || who[0].Holder != "old" || r.Number != "第D-0123456号") {
				w.Errorf("request = %+v, candidates %+v", r, who)
			}
			return err
		})
		stranger := actor.Officer("o", "other", actor.Reviewer)
		w.fails(actor.ErrOtherBody, func(tx *store.Tx) error { return w.links.Approve(tx, stranger, id, w.hanako.ID, "") })
		w.fails(actor.ErrForbidden, func(tx *store.Tx) error { return w.links.Approve(tx, actor.Holder("new"), id, w.hanako.ID, "") })
		w.fails(linking.ErrRegister, func(tx *store.Tx) error { return w.links.Approve(tx, w.officer(), id, "none", "") })
		self := actor.Officer("new", string(w.register.Body), actor.Reviewer)
		w.fails(linking.ErrOwnCase, func(tx *store.Tx) error { return w.links.Approve(tx, self, id, w.hanako.ID, "") })
		w.namesake["officer-2"] = w.name("山田花子")
		namesake := actor.Officer("officer-2", string(w.register.Body), actor.Reviewer)
		w.fails(linking.ErrOwnCase, func(tx *store.Tx) error { return w.links.Approve(tx, namesake, id, w.hanako.ID, "") })
		w.write(func(tx *store.Tx) error {
			own, err := w.links.OwnCase(tx, namesake, w.hanako.ID)
			if !own {
				w.Error("a namesake's case is not seen as perhaps their own")
			}
			return err
		})
		w.write(func(tx *store.Tx) error { return w.links.Approve(tx, w.officer(), id, w.hanako.ID, "paper seen") })
		w.fails(linking.ErrDecided, func(tx *store.Tx) error { return w.links.Refuse(tx, w.officer(), id, "no") })
		w.write(func(tx *store.Tx) error { return w.links.Owns(tx, actor.Holder("new"), w.hanako.ID) })
		w.fails(linking.ErrNotYours, func(tx *store.Tx) error { return w.links.Owns(tx, actor.Holder("old"), w.hanako.ID) })
		if w.told["old 5"] != 1 || w.told["new 1"] != 1 {
			w.Errorf("told %v", w.told)
		}
	})
}

func TestRefusingAndUnlinking(t *testing.T) {
	each(t, func(w *world) {
		w.expect("no number", w.login("login1", "鈴木　一郎", "1978/01/10", ""), "", linking.Asked)
		id := w.open()[0].ID
		w.fails(linking.ErrNote, func(tx *store.Tx) error { return w.links.Refuse(tx, w.officer(), id, " ") })
		w.write(func(tx *store.Tx) error { return w.links.Refuse(tx, w.officer(), id, "nobody of that name") })
		if w.told["login1 2"] != 1 || len(w.open()) != 0 {
			w.Errorf("told %v, open %v", w.told, w.open())
		}
		w.fails(linking.ErrNoRequest, func(tx *store.Tx) error { return w.links.Refuse(tx, w.officer(), "none", "x") })
		l := w.login("login2", "山田　花子", "1990/07/21", "")
		w.expect("linked", l, "D0123456", linking.Linked)
		w.fails(linking.ErrNotYours, func(tx *store.Tx) error { return w.links.Unlink(tx, actor.Holder("login1"), w.hanako.ID) })
		w.write(func(tx *store.Tx) error { return w.links.Unlink(tx, actor.Holder("login2"), w.hanako.ID) })
		w.fails(linking.ErrNotYours, func(tx *store.Tx) error { return w.links.Owns(tx, actor.Holder("login2"), w.hanako.ID) })
		w.expect("and linked anew", l, "D0123456", linking.Linked)
	})
}
