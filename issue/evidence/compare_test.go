package evidence_test

import (
	"testing"

	"qualsys/issue/evidence"
	"qualsys/registry/person"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func name(s string) person.Name { return must(person.ParseName(s)) }

var (
	born  = person.DateOf(1990, 7, 21)
	claim = evidence.Claim{Registered: evidence.Facts{Name: name("山田　花子"), BirthDate: born, Address: must(person.ParseAddress("東京都港区芝1-2-3"))},
		Asked: evidence.Facts{Name: name("髙橋　花子"), Address: must(person.ParseAddress("東京都千代田区霞が関一丁目2番3号"))}}
)

func TestComparing(t *testing.T) {
	says := func(s string) evidence.Reply {
		return evidence.Reply{Status: evidence.Found, Says: evidence.Facts{Name: name(s), BirthDate: born}, FormerNames: []person.Name{name("山田　花子")}}
	}
	with := func(r evidence.Reply, f func(*evidence.Reply)) evidence.Reply { f(&r); return r }
	byName := func(s evidence.Source) evidence.Need { return evidence.Need{Source: s, Field: evidence.Name} }
	at := func(s string) evidence.Reply {
		return evidence.Reply{Status: evidence.Found, Says: evidence.Facts{Name: name("髙橋　花子"), BirthDate: born, Address: must(person.ParseAddress(s))}}
	}
	home := evidence.Need{Source: evidence.Resident, Field: evidence.Address}
	for title, c := range map[string]struct {
		need  evidence.Need
		reply evidence.Reply
		want  evidence.Answer
	}{
		"the same characters":                 {byName(evidence.Resident), says("髙橋　花子"), evidence.Matched},
		"another glyph of the same character": {byName(evidence.Resident), says("高橋　花子"), evidence.Variant},
		"another space":                       {byName(evidence.Resident), says("髙橋 花子"), evidence.Variant},
		"another name":                        {byName(evidence.Resident), says("佐藤　花子"), evidence.Mismatch},
		"still the name of our register":      {byName(evidence.Resident), says("山田　花子"), evidence.NotYet},
		"the chain leads from old to new":     {byName(evidence.Family), says("髙橋　花子"), evidence.Matched},
		"the chain has a gap":                 {byName(evidence.Family), with(says("髙橋　花子"), func(r *evidence.Reply) { r.FormerNames = nil }), evidence.Unclear},
		"somebody else's birth date":          {byName(evidence.Resident), with(says("髙橋　花子"), func(r *evidence.Reply) { r.Says.BirthDate++ }), evidence.Mismatch},
		"dead":                                {byName(evidence.Resident), with(says("髙橋　花子"), func(r *evidence.Reply) { r.Dead = true }), evidence.Mismatch},
		"nobody":                              {byName(evidence.Resident), evidence.Reply{Status: evidence.NotFound}, evidence.Unclear},
		"history unclear":                     {byName(evidence.Family), evidence.Reply{Status: evidence.HistoryGap}, evidence.Unclear},
		"being entered":                       {byName(evidence.Family), evidence.Reply{Status: evidence.NotIssuable}, evidence.NotYet},
		"no answer":                           {byName(evidence.Family), evidence.Reply{Status: evidence.Silent}, evidence.Down},
		"no status at all":                    {byName(evidence.Family), evidence.Reply{}, evidence.Down},
		"the same address written in full":    {home, at("東京都千代田区霞が関１−２−３"), evidence.Variant},
		"the same address":                    {home, at("東京都千代田区霞が関一丁目2番3号"), evidence.Matched},
		"another house":                       {home, at("東京都千代田区霞が関1-2-4"), evidence.Mismatch},
		"still at the old address":            {home, at("東京都港区芝1-2-3"), evidence.NotYet},
		"an address that can't be read":       {home, says("髙橋　花子"), evidence.Unclear},
	} {
		t.Run(title, func(t *testing.T) {
			got := evidence.Compare(c.need, claim, c.reply)
			if got.Answer() != c.want {
				t.Errorf("%s: %+v", got.Answer(), got)
			}
			if got.Answer().Good() != (c.want == evidence.Matched || c.want == evidence.Variant) {
				t.Error("good and yet not")
			}
		})
	}
}

func TestNoAnswerIsNoGoodAnswer(t *testing.T) {
	if evidence.Answer(0).Good() || (evidence.Comparisons{}).Answer().Good() || evidence.ItemState("").Good() {
		t.Error("nothing is taken for good")
	}
	var a evidence.Answer
	if a.UnmarshalText([]byte("yes")) == nil {
		t.Error("an unknown answer is read")
	}
	if _, err := a.MarshalText(); err == nil {
		t.Error("no answer is written")
	}
	for a := evidence.Matched; a <= evidence.Mismatch; a++ {
		if a.Words("ja") == "" || a.Words("en") == "" {
			t.Errorf("%s has no words", a)
		}
	}
}

func parseDate(s string) (person.Date, error) { return person.ParseDate(s) }
