package sim

import (
	"slices"
	"strings"

	"qualsys/issue/evidence"
	"qualsys/registry/person"
)

// substitutes are the characters that the simulated resident register cannot
// show, with what it shows instead (代替文字).
var substitutes = strings.NewReplacer("髙", "高", "𠮷", "吉", "﨑", "崎", "邊", "辺", "邉", "辺", "濵", "浜", "德", "徳", "槗", "橋")

// answer is what a register says to an inquiry; false is no answer at all.
func (r *Registers) answer(w evidence.Wire) (evidence.WireAnswer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	a := evidence.WireAnswer{Reference: w.Reference, Source: w.Source}
	found := r.find(w.Person)
	switch {
	case r.down:
		return a, false
	case len(found) == 0:
		a.Status = evidence.NotFound
		return a, true
	case len(found) > 1:
		a.Status = evidence.HistoryGap
		return a, true
	}
	rec := found[0]
	switch rec.fails[w.Source] {
	case Down:
		return a, false
	case Unclear:
		a.Status = evidence.HistoryGap
		return a, true
	case NotIssued:
		a.Status = evidence.NotIssuable
		return a, true
	}
	a.Status, a.Record = evidence.Found, rec.says(w.Source)
	return a, true
}

// find returns whom an inquiry is about: by code, else everybody who was ever
// called so and was born on that day.
func (r *Registers) find(p evidence.WirePerson) []*record {
	if rec := r.by[p.Code]; rec != nil && p.Code != "" {
		return []*record{rec}
	}
	var found []*record
	key := person.Fold(p.Name)
	for _, code := range r.codes {
		rec := r.by[code]
		names := append(slices.Clone(rec.now.FormerNames), rec.now.Name)
		if rec.now.BirthDate == p.BirthDate &&
			slices.ContainsFunc(names, func(n string) bool { return person.Fold(n) == key }) {
			found = append(found, rec)
		}
	}
	return found
}

// says is the record as the source keeps it: the resident register knows the
// address, the family register the domicile and the names before.
func (r *record) says(s evidence.Source) *evidence.WireRecord {
	p, fails := r.now, r.fails[s]
	if fails == Delayed {
		p = r.before
	}
	w := &evidence.WireRecord{Name: p.Name, BirthDate: p.BirthDate, Dead: r.dead}
	if fails != Delayed {
		w.ChangedOn = r.changedOn.String()
	}
	if s == evidence.Family {
		w.Domicile, w.FormerNames = p.Domicile, slices.Clone(p.FormerNames)
	} else {
		w.Address = p.Address
	}
	if fails == Substitute {
		w.Name, w.Address, w.Substituted = substitutes.Replace(w.Name), substitutes.Replace(w.Address), true
	}
	return w
}
