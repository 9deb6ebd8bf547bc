package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/seeds"
)

var operator = actor.Operator("test")

func TestTheCatalogueHasNoMistakes(t *testing.T) {
	c, problems := catalog.Parse(seeds.Catalogue)
	for _, p := range problems {
		t.Errorf("seeds/qualifications.yaml:%s", p)
	}
	live, demo := 0, 0
	for _, q := range c.Qualifications {
		if q.Live {
			live++
		}
		if q.Demo {
			demo++
		}
	}
	if len(c.Qualifications) != 84 || live != 7 || demo != 8 {
		t.Errorf("%d qualifications, %d live, %d run; want 84, 7, 8", len(c.Qualifications), live, demo)
	}
	if len(c.Procedures) != 394 {
		t.Errorf("%d procedures, want 394", len(c.Procedures))
	}
}

func TestRegisterNumbersInPrintedCodesNeverMove(t *testing.T) {
	c, _ := catalog.Parse(seeds.Catalogue)
	numbers := map[string]registry.RegisterNo{}
	for _, r := range c.Registers {
		numbers[r.Qualification+" "+string(r.Body)] = r.No
	}
	for register, want := range map[string]registry.RegisterNo{
		"certified-care-worker sssc": 1, "certified-social-worker sssc": 2, "mental-health-social-worker sssc": 3,
		"certified-public-psychologist jccpp": 4, "labor-and-social-security-attorney sr-federation": 5,
		"health-insurance-doctor rbhw-kantoshinetsu": 8, "health-insurance-pharmacist rbhw-kyushu": 21, "nurse mhlw": 22,
		"nursery-teacher pref-13": 1113,
	} {
		if numbers[register] != want {
			t.Errorf("%s has number %d, want %d", register, numbers[register], want)
		}
	}
}

const small = `bodies:
- {id: pref-13, name: 東京都, english: Tokyo, kind: prefecture}
qualifications:
- code: cook
  name: 調理師
  english: Cook
  law: 調理師法
  ministry: 厚生労働省
  keeper: {kind: prefecture, name: 都道府県知事, per_prefecture: true}
  issuer_title: '{prefecture}知事'
  certificate_title: 調理師資格証
  replaces_original: unknown
  valid_from: 2025-04-01
  register_block: {base: 1000, bodies: pref}
  procedures:
  - procedure: change-name
    who_may_file: [self]
    tax: 0
    charge: 3800
    effective: immediate
    certificate_effect: supersede
    legal_basis: 調理師法
    valid_from: 2025-04-01
    confidence: low
  confidence: medium
`

func TestEachMistakeIsNamedByItsLine(t *testing.T) {
	if problems := catalog.Check([]byte(small)); len(problems) > 0 {
		t.Fatalf("the sample itself is wrong: %v", problems)
	}
	again := "  - procedure: change-name\n    who_may_file: [self]\n    effective: immediate\n    certificate_effect: supersede\n    legal_basis: x\n    valid_from: 2025-06-01\n    confidence: low\n  confidence: medium\n"
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown key", "    tax: 0", "    taxx: 0", "18:5: procedure: unknown key \"taxx\""},
		{"a missing key", "  ministry: 厚生労働省\n", "", "4:3: qualification: \"ministry\" is missing"},
		{"a word outside its set", "supersede", "superseed", "21:25: \"superseed\" is not one of none, supersede"},
		{"an amount below nothing", "charge: 3800", "charge: -1", "19:13: \"-1\" is not a whole number"},
		{"an amount in words", "charge: 3800", "charge: '3800'", "19:13: \"3800\" is not a whole number"},
		{"a date that is none", "valid_from: 2025-04-01\n    confidence", "valid_from: 2025-02-30\n    confidence", "23:17: \"2025-02-30\" is not a date"},
		{"a key that stands twice", "    tax: 0", "    charge: 1\n    tax: 0", "20:5: procedure: key \"charge\" stands twice"},
		{"a code that stands twice", "- {id: pref-13, name: 東京都, english: Tokyo, kind: prefecture}\n", strings.Repeat("- {id: pref-13, name: 東京都, english: Tokyo, kind: prefecture}\n", 2), "3:3: body \"pref-13\" stands twice"},
		{"a body that isn't there", "register_block: {base: 1000, bodies: pref}", "registers: [{register: 5, body: nobody}]", "14:15: register: there is no body \"nobody\""},
		{"rows that overlap", "  confidence: medium\n", again, "25:5: procedure cook change-name: overlaps the row at line 16"},
		{"nothing owed and yet to be paid", "    charge: 3800", "    charge: 0\n    pay_when: approval", "16:5: procedure change-name: pay_when is approval, but nothing is owed"},
		{"no YAML at all", "bodies:", "bodies: [", "line"},
		{"an empty file", small, "", "1:1: the file is empty"},
		{"a list where a mapping belongs", "keeper: {kind: prefecture, name: 都道府県知事, per_prefecture: true}", "keeper: [prefecture]", "9:11: keeper: a mapping is expected"},
		{"run without what it needs", "  valid_from: 2025-04-01\n  register", "  demo: true\n  valid_from: 2025-04-01\n  register", "4:3: qualification cook is run: \"number\" is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := strings.Replace(small, c.old, c.new, 1)
			if file == small {
				t.Fatal("nothing was replaced")
			}
			var said []string
			for _, p := range catalog.Check([]byte(file)) {
				said = append(said, p.String())
			}
			if !strings.Contains(strings.Join(said, "\n"), c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
		})
	}
}

func load(t *testing.T, db *store.DB, file []byte) registry.Loaded {
	t.Helper()
	done, err := catalog.Load(context.Background(), db, operator, file)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestLoadingTwiceChangesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		if first := load(t, db, seeds.Catalogue); first.Qualifications != 84 || first.Procedures != 394 {
			t.Errorf("first load: %+v", first)
		}
		if second := load(t, db, seeds.Catalogue); second != (registry.Loaded{}) {
			t.Errorf("second load changed %+v", second)
		}
	})
}

func TestAFeeThatChangesOnADateIsANewRow(t *testing.T) {
	now := clock.At(time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC))
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		load(t, db, []byte(small))
		more := strings.Replace(small, "    valid_from: 2025-04-01\n    confidence: low\n", `    valid_from: 2025-04-01
    valid_to: 2027-03-31
    confidence: low
  - procedure: change-name
    who_may_file: [self]
    tax: 0
    charge: 4100
    effective: immediate
    certificate_effect: supersede
    legal_basis: 調理師法
    valid_from: 2027-04-01
    confidence: low
`, 1)
		if done := load(t, db, []byte(more)); done != (registry.Loaded{Procedures: 1, Closed: 1}) {
			t.Errorf("the new row: %+v", done)
		}
		if done := load(t, db, []byte(more)); done != (registry.Loaded{}) {
			t.Errorf("again: %+v", done)
		}
		for on, want := range map[person.Date]int64{20260101: 3800, 20270331: 3800, 20270401: 4100} {
			err := db.Read(context.Background(), func(tx *store.Tx) error {
				p, err := registry.Procedure(tx, "cook", registry.ProcedureChangeName, on)
				if err == nil && (p.Charge != want || !p.Priced()) {
					err = fmt.Errorf("on %s: %d yen, want %d", on, p.Charge, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	}, now)
}

func TestAStoredRowIsNeverEdited(t *testing.T) {
	now := clock.At(time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC))
	db := testdb.Open(t, now)
	load(t, db, []byte(small))
	for name, edit := range map[string][2]string{
		"its fee":                        {"charge: 3800", "charge: 3900"},
		"its name":                       {"name: 調理師", "name: 調理人"},
		"an end in the past":             {"    confidence: low", "    valid_to: 2026-01-01\n    confidence: low"},
		"the body of its register":       {"english: Tokyo", "english: Edo"},
		"an amount that becomes unknown": {"    charge: 3800\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Load(context.Background(), db, operator, []byte(strings.Replace(small, edit[0], edit[1], 1)))
			if f, ok := fault.All(err); !ok || f[0].Code() != "catalog.row_used" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOnlyAnOperatorLoads(t *testing.T) {
	db := testdb.Open(t)
	for _, by := range []actor.Actor{{}, actor.Holder("h"), actor.Officer("o", "sssc", actor.Registrar)} {
		if _, err := catalog.Load(context.Background(), db, by, []byte(small)); err == nil {
			t.Errorf("%v loaded the catalogue", by.Kind)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("bodies: &a [*a]\nqualifications: {}"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, p := range catalog.Check(file) {
			if p.Line < 0 || p.Message == "" {
				t.Errorf("a problem without place or words: %+v", p)
			}
		}
	})
}
