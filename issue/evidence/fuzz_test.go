package evidence

import (
	"testing"

	"qualsys/registry/person"
)

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"reference":"R1","source":"family","status":"found","record":{"name":"佐藤　花子","birth_date":"1990/07/21"}}`))
	f.Add([]byte(`{"reference":"R1","source":"family","status":"unclear"}`))
	f.Add([]byte(`[]`))
	n, err := person.ParseName("山田　花子")
	if err != nil {
		f.Fatal(err)
	}
	claim := Claim{Registered: Facts{Name: n, BirthDate: person.DateOf(1990, 7, 21)}, Asked: Facts{Name: n}}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Reply
		if err := read(b, Question{Reference: "R1", Source: Family}, &r); err != nil {
			return
		}
		a := Compare(Need{Family, Name}, claim, r).Answer()
		if a < Matched || a > Mismatch {
			t.Errorf("no answer: %v", a)
		}
		if a.Good() && (r.Status != Found || r.Says.BirthDate != claim.Registered.BirthDate) {
			t.Errorf("good, of %+v", r)
		}
	})
}
