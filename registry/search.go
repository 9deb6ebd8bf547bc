package registry

import (
	"strings"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// Query is what an officer looks for; at least one of Number, Name and
// BirthDate is needed, and all that are given must fit.
type Query struct {
	// Register narrows to one register; 0 means every one of the actor's body.
	Register RegisterNo
	// Number is matched as typed, and as each register's form would write it.
	Number string
	// Name is the beginning of a name or of its reading; variants, widths and spaces don't matter.
	Name      string
	BirthDate person.Date
	// Limit bounds the answer; 0 means 50, the most is 200.
	Limit int
	// After is the id of the last registration of the page before.
	After ID
}

// Search returns the registrations of the actor's body that fit, by id: what
// a body's officer may see is that body's own. An operator or the system sees
// all bodies.
func Search(tx *store.Tx, by actor.Actor, q Query) ([]Registration, error) {
	if err := by.May(actor.SearchRegistration, by.Body); err != nil {
		return nil, err
	}
	if strings.TrimSpace(q.Number+q.Name) == "" && q.BirthDate.IsZero() {
		return nil, ErrQueryTooWide
	}
	find := tx.Where("id > ?", string(q.After))
	if by.Kind == actor.KindOfficer {
		find = find.Where("body_id = ?", by.Body)
	}
	if q.Register != 0 {
		find = find.Where("register_no = ?", q.Register)
	}
	if !q.BirthDate.IsZero() {
		find = find.Where("birth_date = ?", q.BirthDate)
	}
	if key := person.Fold(q.Name); key != "" {
		kana := person.FoldKana(q.Name)
		find = find.Where("((name_fold >= ? AND name_fold < ?) OR (kana_fold >= ? AND kana_fold < ?))", key, key+last, kana, kana+last)
	}
	if strings.TrimSpace(q.Number) != "" {
		numbers, err := spellings(tx, by, q)
		if err != nil {
			return nil, err
		}
		find = find.Where("number IN ?", numbers)
	}
	limit := q.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var rows []registrationRow
	if err := find.Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	return registrations(tx, rows)
}

func registrations(tx *store.Tx, rows []registrationRow) ([]Registration, error) {
	out := make([]Registration, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.registration(person.DateAt(tx.Now)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// last comes after every character that a text may go on with; keys are
// compared byte by byte on both engines, so that an index finds what begins alike.
const last = "\U0010FFFF"

// spellings returns the number as each register of the body would write it.
func spellings(tx *store.Tx, by actor.Actor, q Query) ([]string, error) {
	numbers := []string{strings.TrimSpace(q.Number)}
	registers, err := Registers(tx, BodyID(by.Body))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, r := range registers {
		if seen[r.Qualification] || (q.Register != 0 && q.Register != r.No) {
			continue
		}
		seen[r.Qualification] = true
		qualification, err := QualificationOf(tx, r.Qualification, person.DateAt(tx.Now))
		if err != nil {
			continue // not in force today: its numbers are searched as typed
		}
		if n, err := ParseNumber(qualification.Number, q.Number); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// Namesakes returns every registration of the register whose folded name and
// whose birth date are those given: whoever is to be linked or enrolled is
// asked about more than one.
func Namesakes(tx *store.Tx, register RegisterNo, name person.Name, birth person.Date) ([]Registration, error) {
	var rows []registrationRow
	err := tx.Where("register_no = ? AND name_fold = ? AND birth_date = ?", register, name.Fold(), birth).Order("id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return registrations(tx, rows)
}

// Look returns a registration to an officer of its body and records that it was
// looked at, because of which case.
func Look(tx *store.Tx, by actor.Actor, id ID, because string) (Registration, error) {
	r, err := Get(tx, id)
	if err != nil {
		return r, err
	}
	if err := by.May(actor.ViewRegistration, string(r.Body)); err != nil {
		return Registration{}, err
	}
	return r, audit.Record(tx, by, audit.Line{
		Chain: audit.RegisterChain(uint32(r.Register)), Action: "registry.viewed",
		Object: audit.Object{Kind: "registration", ID: string(id)}, Cause: because,
	})
}
