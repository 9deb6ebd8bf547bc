package evidence

import (
	"qualsys/registry/person"
)

// Compare sets what a source said beside the claim, for one need. It is pure.
// The birth date is always compared: an answer about somebody else speaks for nobody.
func Compare(n Need, c Claim, r Reply) Comparisons {
	switch r.Status {
	case Found:
	case NotIssuable:
		return Comparisons{{Field: n.Field, Asked: c.asked(n.Field), Answer: NotYet}}
	case NotFound, HistoryGap:
		return Comparisons{{Field: n.Field, Asked: c.asked(n.Field), Answer: Unclear}}
	default:
		return Comparisons{{Field: n.Field, Asked: c.asked(n.Field), Answer: Down}}
	}
	all := Comparisons{compareField(n, c, r), compareBirth(c, r)}
	if n.Source == Family && n.Field == Name && !chained(c, r) {
		all[0].Answer = worse(all[0].Answer, Unclear)
	}
	if r.Dead {
		all = append(all, Comparison{Field: Alive, Asked: "alive", Answered: "dead", Answer: Mismatch})
	}
	return all
}

// Answer returns the gravest answer of the list, zero for an empty one.
func (c Comparisons) Answer() Answer {
	var a Answer
	for _, one := range c {
		a = worse(a, one.Answer)
	}
	return a
}

func worse(a, b Answer) Answer { return max(a, b) }

func compareField(n Need, c Claim, r Reply) Comparison {
	asked, was, says := c.asked(n.Field), value(c.Registered, n.Field), value(r.Says, n.Field)
	cmp := Comparison{Field: n.Field, Asked: asked, Answered: says}
	switch {
	case says == "":
		cmp.Answer = Unclear
	case says == asked:
		cmp.Answer = Matched
	case fold(n.Field, says) == fold(n.Field, asked):
		cmp.Answer = Variant
	case was != asked && fold(n.Field, says) == fold(n.Field, was):
		cmp.Answer = NotYet
	default:
		cmp.Answer = Mismatch
	}
	return cmp
}

// fold is the key by which values of a field are compared.
func fold(f Field, s string) string {
	if f == Address {
		if a, err := person.ParseAddress(s); err == nil {
			return a.Fold()
		}
	}
	return person.Fold(s)
}

func compareBirth(c Claim, r Reply) Comparison {
	cmp := Comparison{Field: BirthDate, Asked: c.Registered.BirthDate.String(), Answered: r.Says.BirthDate.String(), Answer: Mismatch}
	if c.Registered.BirthDate == r.Says.BirthDate {
		cmp.Answer = Matched
	}
	return cmp
}

// chained reports whether the family register leads from the name that our
// register has to the one it shows now.
func chained(c Claim, r Reply) bool {
	was := c.Registered.Name.Fold()
	if was == r.Says.Name.Fold() {
		return true
	}
	for _, former := range r.FormerNames {
		if former.Fold() == was {
			return true
		}
	}
	return false
}

// asked is the value that the register shall hold after the change.
func (c Claim) asked(f Field) string {
	if v := value(c.Asked, f); v != "" {
		return v
	}
	return value(c.Registered, f)
}

func value(f Facts, field Field) string {
	switch field {
	case Name:
		return f.Name.String()
	case BirthDate:
		return f.BirthDate.String()
	case Address:
		return f.Address.String()
	case Domicile:
		return f.Domicile.String()
	}
	return ""
}
