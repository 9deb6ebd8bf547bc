package registry

import (
	"slices"

	"qualsys/registry/person"
)

// ChangeKind names a sort of change, in entries, tables and the API.
type ChangeKind string

// The sorts of changes.
const (
	ChangedEnrolment  ChangeKind = "enrolment"
	ChangedName       ChangeKind = "name"
	ChangedAddress    ChangeKind = "address"
	ChangedDomicile   ChangeKind = "domicile"
	ChangedItems      ChangeKind = "items"
	ChangedCorrection ChangeKind = "correction"
	ChangedSuspension ChangeKind = "suspension"
	ChangedRestored   ChangeKind = "restoration"
	ChangedRemoval    ChangeKind = "removal"
	ChangedRevocation ChangeKind = "revocation"
	ChangedLapse      ChangeKind = "lapse"
)

// Change is a lawful way to change a registration. The set is closed: the types
// of this package are all there are.
type Change interface {
	// Kinds returns the sorts of change, one unless it is Combined.
	Kinds() []ChangeKind
	// patch returns what the change does to before when it takes effect on a
	// day, or the fault that forbids it.
	patch(before State, effective person.Date) (patch, error)
}

// dated is a change that itself says when it takes effect.
type dated interface{ effectiveOn() person.Date }

// NameChange is a change of name (氏名変更): To with its reading.
type NameChange struct {
	To   person.Name
	Kana person.Kana
}

// AddressChange is a change of address (住所変更).
type AddressChange struct{ To person.Address }

// DomicileChange is a change of the prefecture of domicile or of the nationality (本籍地変更).
type DomicileChange struct{ To person.Domicile }

// ItemsChange sets other items (⑨) by key; an item with an empty value is taken
// out. Items that are not named stay.
type ItemsChange struct{ Items []Item }

// Correction corrects what was wrong from the effective date on (職権訂正). Zero
// fields stay as they are.
type Correction struct {
	Name      person.Name
	Kana      person.Kana
	BirthDate person.Date
	Domicile  person.Domicile
	Address   person.Address
}

// Suspension is a suspension of practice or of the use of the title (停止), from
// From through Until, after which it ends by itself. A zero Until means until it
// is lifted by a Restoration. Two persons.
type Suspension struct{ From, Until person.Date }

// Restoration lifts a suspension from the effective date on, or undoes a removal,
// revocation or lapse (回復). Two persons.
type Restoration struct{}

// Removal ends a registration (消除): on request, by death, or because a ground
// ceased. On is the first day without registration. Two persons.
type Removal struct {
	Reason string
	On     person.Date
}

// Revocation takes a registration away by a decision (取消). Two persons.
type Revocation struct {
	Reason string
	On     person.Date
}

// Lapse ends a registration whose term ran out (満了). By the system only.
type Lapse struct{ On person.Date }

type combined []Change

// Combined makes one change of several, written as one entry (and owing one
// tax). Two-person measures can't be combined with anything.
func Combined(changes ...Change) Change {
	if len(changes) == 1 {
		return changes[0]
	}
	return combined(changes)
}

// Kinds returns the sort of this change.
func (NameChange) Kinds() []ChangeKind { return []ChangeKind{ChangedName} }

// Kinds returns the sort of this change.
func (AddressChange) Kinds() []ChangeKind { return []ChangeKind{ChangedAddress} }

// Kinds returns the sort of this change.
func (DomicileChange) Kinds() []ChangeKind { return []ChangeKind{ChangedDomicile} }

// Kinds returns the sort of this change.
func (ItemsChange) Kinds() []ChangeKind { return []ChangeKind{ChangedItems} }

// Kinds returns the sort of this change.
func (Correction) Kinds() []ChangeKind { return []ChangeKind{ChangedCorrection} }

// Kinds returns the sort of this change.
func (Suspension) Kinds() []ChangeKind { return []ChangeKind{ChangedSuspension} }

// Kinds returns the sort of this change.
func (Restoration) Kinds() []ChangeKind { return []ChangeKind{ChangedRestored} }

// Kinds returns the sort of this change.
func (Removal) Kinds() []ChangeKind { return []ChangeKind{ChangedRemoval} }

// Kinds returns the sort of this change.
func (Revocation) Kinds() []ChangeKind { return []ChangeKind{ChangedRevocation} }

// Kinds returns the sort of this change.
func (Lapse) Kinds() []ChangeKind { return []ChangeKind{ChangedLapse} }

// Kinds returns the sorts of all parts.
func (c combined) Kinds() []ChangeKind {
	var kinds []ChangeKind
	for _, part := range c {
		kinds = append(kinds, part.Kinds()...)
	}
	return kinds
}

func (s Suspension) effectiveOn() person.Date { return s.From }
func (r Removal) effectiveOn() person.Date    { return r.On }
func (r Revocation) effectiveOn() person.Date { return r.On }
func (l Lapse) effectiveOn() person.Date      { return l.On }

// covers reports whether the suspension runs on a day.
func (s Suspension) covers(day person.Date) bool {
	return !s.From.IsZero() && !day.Before(s.From) && (s.Until.IsZero() || !day.After(s.Until))
}

// measures are the changes that need two persons.
var measures = []ChangeKind{ChangedSuspension, ChangedRestored, ChangedRemoval, ChangedRevocation}

func isMeasure(kinds []ChangeKind) bool {
	return slices.ContainsFunc(kinds, func(k ChangeKind) bool { return slices.Contains(measures, k) })
}

// survives reports whether a change may be made to a registration that has ended.
func survives(kinds []ChangeKind) bool {
	return slices.Contains(kinds, ChangedCorrection) || slices.Contains(kinds, ChangedRestored)
}
