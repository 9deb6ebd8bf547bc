package registry

import (
	"fmt"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// New is a registration to be.
type New struct {
	Register RegisterNo
	// Number is the registration number in the form of the register; see ParseNumber.
	Number string
	Particulars
	RegisteredOn person.Date
}

// Enrol makes a registration (新規登録), effective on its day of registration.
// A number that the register has already is ErrNumberTaken.
func (g *Register) Enrol(tx *store.Tx, by actor.Actor, n New, cause Cause) (Registration, error) {
	made, err := g.EnrolAll(tx, by, []New{n}, cause)
	if err != nil {
		return Registration{}, err
	}
	if len(made) == 0 {
		return Registration{}, ErrNumberTaken.At("number")
	}
	return made[0], nil
}

// EnrolAll makes many registrations of one cause and returns those that are
// new: one whose register and number exist already is left as it is and left
// out, so that loading twice changes nothing.
func (g *Register) EnrolAll(tx *store.Tx, by actor.Actor, list []New, cause Cause) ([]Registration, error) {
	if cause.Kind == "" {
		return nil, ErrCause
	}
	registers := map[RegisterNo]registerRow{}
	patterns := map[string]NumberPattern{}
	var fresh []writing
	for _, n := range list {
		w, err := g.enrolment(tx, by, n, cause, registers, patterns)
		if err != nil {
			return nil, err
		}
		inserted, err := insertRegistration(tx, w)
		if err != nil {
			return nil, err
		}
		if inserted {
			fresh = append(fresh, w)
		}
	}
	return g.recordEnrolments(tx, by, fresh)
}

func insertRegistration(tx *store.Tx, w writing) (bool, error) {
	row := newRegistrationRow(w.before, w.effective)
	row.UpdatedAt = store.At(tx.Now)
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if r.Error != nil {
		return false, fmt.Errorf("registry: enrol: %w", r.Error)
	}
	return r.RowsAffected > 0, nil
}

// enrolment checks one new registration; the result's before is what will be.
func (g *Register) enrolment(tx *store.Tx, by actor.Actor, n New, cause Cause,
	registers map[RegisterNo]registerRow, patterns map[string]NumberPattern) (writing, error) {
	reg, ok := registers[n.Register]
	if !ok {
		var err error
		if reg, err = registerOf(tx, n.Register); err != nil {
			return writing{}, err
		}
		if err = by.May(actor.Enrol, reg.BodyID); err != nil {
			return writing{}, err
		}
		q, err := QualificationOf(tx, reg.Qualification, person.DateAt(tx.Now))
		if err != nil {
			return writing{}, err
		}
		registers[n.Register], patterns[reg.Qualification] = reg, q.Number
	}
	if number, err := ParseNumber(patterns[reg.Qualification], n.Number); err != nil || number != n.Number {
		return writing{}, ErrNumber.At("number").With("example", patterns[reg.Qualification].Example())
	}
	switch {
	case n.Name.IsZero():
		return writing{}, ErrParticulars.At("name")
	case n.BirthDate.IsZero():
		return writing{}, ErrParticulars.At("birth_date")
	case !n.RegisteredOn.Complete():
		return writing{}, ErrParticulars.At("registered_on")
	case n.RegisteredOn.After(person.DateAt(tx.Now)):
		return writing{}, ErrFuture.At("registered_on")
	case repeats(n.Items):
		return writing{}, ErrParticulars.At("items")
	}
	r := Registration{
		ID: ID(store.NewID()), Register: n.Register, Qualification: reg.Qualification, Body: BodyID(reg.BodyID),
		Number: n.Number, Version: 1, State: State{Particulars: n.Particulars}, RegisteredOn: n.RegisteredOn,
	}
	r.Standing = r.StandingOn(person.DateAt(tx.Now))
	return writing{
		by: by, before: r, kinds: []ChangeKind{ChangedEnrolment}, patch: enrolmentPatch(r), effective: n.RegisteredOn, cause: cause,
	}, nil
}

// repeats reports whether a key stands twice, or is empty.
func repeats(items []Item) bool {
	seen := map[string]bool{"": true}
	for _, i := range items {
		if seen[i.Key] {
			return true
		}
		seen[i.Key] = true
	}
	return false
}

func enrolmentPatch(r Registration) patch {
	p := patch{
		Register: r.Register, Number: r.Number, RegisteredOn: r.RegisteredOn.Int(),
		Name: new(r.Name.String()), BirthDate: new(r.BirthDate.Int()),
	}
	if !r.Kana.IsZero() {
		p.Kana = new(r.Kana.String())
	}
	if !r.Domicile.IsZero() {
		p.Domicile = new(r.Domicile.String())
	}
	if !r.Address.IsZero() {
		p.Address = new(r.Address.String())
	}
	if len(r.Items) > 0 {
		p.Items = new(r.Items)
	}
	return p
}

// recordEnrolments writes entries and audit lines in batches and tells the watchers.
func (g *Register) recordEnrolments(tx *store.Tx, by actor.Actor, fresh []writing) ([]Registration, error) {
	if len(fresh) == 0 {
		return nil, nil
	}
	made := make([]Registration, len(fresh))
	rows := make([]entryRow, len(fresh))
	lines := make([]audit.Line, len(fresh))
	for i, w := range fresh {
		var err error
		if rows[i], err = w.entryRow(tx, w.before); err != nil {
			return nil, err
		}
		made[i], lines[i] = w.before, rows[i].auditLine(w.before.Register)
	}
	ids, err := audit.RecordAll(tx, by, lines)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].AuditLineID = ids[i]
	}
	if err := tx.Create(&rows).Error; err != nil {
		return nil, fmt.Errorf("registry: write entries: %w", err)
	}
	for i, r := range made {
		e, err := rows[i].entry()
		if err != nil {
			return nil, err
		}
		e.After = r.State
		if err := g.tell(tx, Registration{}, r, e); err != nil {
			return nil, err
		}
	}
	return made, nil
}
