package issue

import (
	"testing"

	"pgregory.net/rapid"

	"qualsys/issue/credential"
	"qualsys/registry/person"
)

// TestStatusOverAllFacts walks every combination of facts: revoked before
// suspended before changed before valid.
func TestStatusOverAllFacts(t *testing.T) {
	today := person.DateOf(2026, 11, 25)
	dates := []person.Date{0, today.AddDays(-2), today.AddDays(-1), today, today.AddDays(1)}
	for _, ended := range []string{"", byReissue, byWithdrawal, "?"} {
		for _, ends := range dates {
			for _, from := range dates {
				for _, until := range dates {
					for _, last := range dates {
						for _, differs := range []bool{false, true} {
							f := facts{ended, ends, from, until, last, differs}
							got, why := f.on(today)
							revoked := ended != "" || ends != 0 && ends <= today || last != 0 && last < today
							suspended := from != 0 && from <= today && (until == 0 || until >= today)
							want := credential.Valid
							switch {
							case revoked:
								want = credential.Revoked
							case suspended:
								want = credential.Suspended
							case differs:
								want = credential.Changed
							}
							if got != want || (why != 0) != revoked {
								t.Fatalf("%+v: %v (%v), want %v", f, got, why, want)
							}
						}
					}
				}
			}
		}
	}
}

// TestAnEndIsForEver draws facts and days: what was done to a certificate
// itself never wears off.
func TestAnEndIsForEver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Map(rapid.IntRange(0, 4000), func(n int) person.Date { return person.DateOf(2020, 1, 1).AddDays(n) })
		f := facts{
			EndedBy: rapid.SampledFrom([]string{byReissue, byWithdrawal}).Draw(t, "ended"), EndsOn: day.Draw(t, "ends"),
			SuspendedFrom: day.Draw(t, "from"), SuspendedUntil: day.Draw(t, "until"), Differs: rapid.Bool().Draw(t, "differs"),
		}
		if s, why := f.on(day.Draw(t, "today")); s != credential.Revoked || why == NotRegistered || why == Expired {
			t.Fatalf("%+v reads %v (%v)", f, s, why)
		}
	})
}
