package registry

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"qualsys/registry/person"
)

// patch is what an entry sets, as it is stored: absent members stay as they
// were. Putting patches one after another never fails, so that history can be
// read for any day; what is allowed is asked before a patch is made.
type patch struct {
	Register     RegisterNo   `json:"register,omitempty"` // these three at enrolment only
	Number       string       `json:"number,omitempty"`
	RegisteredOn uint32       `json:"registered_on,omitempty"`
	Name         *string      `json:"name,omitempty"`
	Kana         *string      `json:"kana,omitempty"`
	BirthDate    *uint32      `json:"birth_date,omitempty"`
	Domicile     *string      `json:"domicile,omitempty"`
	Address      *string      `json:"address,omitempty"`
	Items        *[]Item      `json:"items,omitempty"`
	Suspension   *periodPatch `json:"suspension,omitempty"`
	End          *endPatch    `json:"end,omitempty"`
}

type periodPatch struct {
	From  uint32 `json:"from,omitempty"`
	Until uint32 `json:"until,omitempty"`
}

type endPatch struct {
	On     uint32   `json:"on,omitempty"`
	As     Standing `json:"as,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

func (p patch) text() (string, error) {
	b, err := json.Marshal(p)
	return string(b), err
}

func parsePatch(s string) (p patch, err error) {
	if err = json.Unmarshal([]byte(s), &p); err != nil {
		err = fmt.Errorf("registry: an entry's patch: %w", err)
	}
	return p, err
}

// onto returns the state with the patch put on it. Values were parsed when the
// patch was made and are taken as they are.
func (p patch) onto(s State) State {
	if p.Name != nil {
		_ = s.Name.Scan(*p.Name) // a string is always taken
	}
	if p.Kana != nil {
		_ = s.Kana.Scan(*p.Kana)
	}
	if p.BirthDate != nil {
		s.BirthDate = person.Date(*p.BirthDate)
	}
	if p.Domicile != nil {
		_ = s.Domicile.Scan(*p.Domicile)
	}
	if p.Address != nil {
		_ = s.Address.Scan(*p.Address)
	}
	if p.Items != nil {
		s.Items = append([]Item(nil), *p.Items...) // none is nil
	}
	if p.Suspension != nil {
		s.Suspension = Suspension{person.Date(p.Suspension.From), person.Date(p.Suspension.Until)}
	}
	if p.End != nil {
		s.End = End{person.Date(p.End.On), p.End.As, p.End.Reason}
	}
	return s
}

// merge puts later over p.
func (p patch) merge(later patch) patch {
	p.Name = cmp.Or(later.Name, p.Name)
	p.Kana = cmp.Or(later.Kana, p.Kana)
	p.BirthDate = cmp.Or(later.BirthDate, p.BirthDate)
	p.Domicile = cmp.Or(later.Domicile, p.Domicile)
	p.Address = cmp.Or(later.Address, p.Address)
	p.Items = cmp.Or(later.Items, p.Items)
	p.Suspension = cmp.Or(later.Suspension, p.Suspension)
	p.End = cmp.Or(later.End, p.End)
	return p
}

// step is a patch with the two things that decide its place.
type step struct {
	patch
	effective person.Date
	version   int
}

// fold puts patches on an empty state in the order in which they took effect;
// of one day, in the order in which they were recorded.
func fold(steps []step) State {
	slices.SortStableFunc(steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.effective, b.effective), cmp.Compare(a.version, b.version))
	})
	var s State
	for _, p := range steps {
		s = p.onto(s)
	}
	return s
}

func steps(rows []entryRow) ([]step, error) {
	out := make([]step, len(rows))
	for i, row := range rows {
		p, err := parsePatch(row.Patch)
		if err != nil {
			return nil, err
		}
		out[i] = step{p, row.EffectiveOn, row.Version}
	}
	return out, nil
}

func (c NameChange) patch(before State, _ person.Date) (patch, error) {
	if c.To.IsZero() {
		return patch{}, ErrParticulars.At("name")
	}
	if c.To == before.Name && (c.Kana.IsZero() || c.Kana == before.Kana) {
		return patch{}, ErrNothingChanges.At("name")
	}
	p := patch{Name: new(c.To.String())}
	if !c.Kana.IsZero() {
		p.Kana = new(c.Kana.String())
	}
	return p, nil
}

func (c AddressChange) patch(before State, _ person.Date) (patch, error) {
	if c.To.IsZero() || c.To == before.Address {
		return patch{}, ErrNothingChanges.At("address")
	}
	return patch{Address: new(c.To.String())}, nil
}

func (c DomicileChange) patch(before State, _ person.Date) (patch, error) {
	if c.To.IsZero() || c.To == before.Domicile {
		return patch{}, ErrNothingChanges.At("domicile")
	}
	return patch{Domicile: new(c.To.String())}, nil
}

func (c ItemsChange) patch(before State, _ person.Date) (patch, error) {
	items := slices.Clone(before.Items)
	for _, set := range c.Items {
		at := slices.IndexFunc(items, func(i Item) bool { return i.Key == set.Key })
		switch {
		case set.Key == "":
			return patch{}, ErrParticulars.At("items")
		case set.Value == "" && at >= 0:
			items = slices.Delete(items, at, at+1)
		case set.Value == "":
		case at >= 0:
			items[at] = set
		default:
			items = append(items, set)
		}
	}
	if slices.Equal(items, before.Items) {
		return patch{}, ErrNothingChanges.At("items")
	}
	if items == nil {
		items = []Item{}
	}
	return patch{Items: &items}, nil
}

func (c Correction) patch(before State, _ person.Date) (patch, error) {
	var p patch
	if !c.Name.IsZero() && c.Name != before.Name {
		p.Name = new(c.Name.String())
	}
	if !c.Kana.IsZero() && c.Kana != before.Kana {
		p.Kana = new(c.Kana.String())
	}
	if !c.BirthDate.IsZero() && c.BirthDate != before.BirthDate {
		p.BirthDate = new(c.BirthDate.Int())
	}
	if !c.Domicile.IsZero() && c.Domicile != before.Domicile {
		p.Domicile = new(c.Domicile.String())
	}
	if !c.Address.IsZero() && c.Address != before.Address {
		p.Address = new(c.Address.String())
	}
	if p == (patch{}) {
		return p, ErrNothingChanges
	}
	return p, nil
}

func (s Suspension) patch(before State, effective person.Date) (patch, error) {
	switch {
	case !s.Until.IsZero() && (!s.Until.Complete() || s.Until.Before(s.From)):
		return patch{}, ErrPeriod.At("until")
	case !before.Suspension.From.IsZero() && (before.Suspension.Until.IsZero() || !before.Suspension.Until.Before(effective)):
		return patch{}, ErrSuspended
	}
	return patch{Suspension: &periodPatch{s.From.Int(), s.Until.Int()}}, nil
}

func (Restoration) patch(before State, effective person.Date) (patch, error) {
	var p patch
	if !before.End.On.IsZero() {
		p.End = &endPatch{}
		return p, nil
	}
	was := before.Suspension
	switch {
	case was.From.IsZero(), !was.Until.IsZero() && was.Until.Before(effective):
		return p, ErrNotSuspended
	case !was.From.Before(effective): // lifted before it began
		p.Suspension = &periodPatch{}
	default:
		p.Suspension = &periodPatch{was.From.Int(), effective.AddDays(-1).Int()}
	}
	return p, nil
}

func (r Removal) patch(State, person.Date) (patch, error) {
	return patch{End: &endPatch{r.On.Int(), Removed, r.Reason}}, nil
}

func (r Revocation) patch(State, person.Date) (patch, error) {
	return patch{End: &endPatch{r.On.Int(), Revoked, r.Reason}}, nil
}

func (l Lapse) patch(State, person.Date) (patch, error) {
	return patch{End: &endPatch{l.On.Int(), Lapsed, ""}}, nil
}

func (c combined) patch(before State, effective person.Date) (patch, error) {
	var all patch
	if len(c) == 0 {
		return all, ErrNothingChanges
	}
	if isMeasure(c.Kinds()) {
		return all, ErrTwoPersons
	}
	for _, part := range c {
		p, err := part.patch(all.onto(before), effective)
		if err != nil {
			return patch{}, err
		}
		all = all.merge(p)
	}
	return all, nil
}
