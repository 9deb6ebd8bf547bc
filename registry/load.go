package registry

import (
	"encoding/json"
	"fmt"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// Catalogue is what the catalogue file says, checked.
type Catalogue struct {
	Bodies         []Body
	Registers      []RegisterInfo
	Qualifications []Qualification
	Procedures     []ProcedureRow
}

// Loaded counts what a load has added or closed; all zero means that the
// database said the same already.
type Loaded struct{ Bodies, Registers, Qualifications, Procedures, Closed int }

// ErrRowUsed: the file alters a stored row; {row} names it. A change is a new
// row with a later valid_from.
var ErrRowUsed = fault.New(fault.Conflict, "catalog.row_used")

// LoadCatalogue adds to the database what the catalogue has and the database
// has not. A stored row is never altered: only its open end may be closed, with
// valid_to. Another difference is ErrRowUsed, and nothing is loaded.
func LoadCatalogue(tx *store.Tx, by actor.Actor, c Catalogue) (done Loaded, err error) {
	if err := by.May(actor.LoadCatalogue, ""); err != nil {
		return done, err
	}
	bodies := make([]bodyRow, len(c.Bodies))
	for i, b := range c.Bodies {
		bodies[i] = bodyRow{string(b.ID), b.Name, b.English, b.Kind}
	}
	if done.Bodies, err = addRows(tx, bodies, func(row bodyRow) string { return "body " + row.ID }, same); err != nil {
		return done, err
	}
	registers := make([]registerRow, len(c.Registers))
	for i, r := range c.Registers {
		registers[i] = registerRow{r.No, r.Qualification, string(r.Body), r.Issuer, r.IssuerEnglish}
	}
	if done.Registers, err = addRows(tx, registers, func(row registerRow) string { return fmt.Sprint("register ", row.RegisterNo) }, same); err != nil {
		return done, err
	}
	if err := loadQualifications(tx, c.Qualifications, &done); err != nil {
		return done, err
	}
	if err := loadProcedures(tx, c.Procedures, &done); err != nil {
		return done, err
	}
	if done == (Loaded{}) {
		return done, nil
	}
	return done, audit.Record(tx, by, audit.Line{
		Action: "catalogue.loaded", Object: audit.Object{Kind: "catalogue", ID: fmt.Sprint(person.DateAt(tx.Now).Int())},
		Details: map[string]string{"loaded": fmt.Sprint(done)},
	})
}

// addRows inserts the rows that are not stored, and asks agrees about each that
// is: an error of its own ends the load, false is ErrRowUsed.
func addRows[T any](tx *store.Tx, rows []T, name func(T) string, agrees func(stored, row T) (bool, error)) (int, error) {
	var all, fresh []T
	if err := tx.Find(&all).Error; err != nil {
		return 0, err
	}
	stored := make(map[string]T, len(all))
	for _, row := range all {
		stored[name(row)] = row
	}
	for _, row := range rows {
		old, known := stored[name(row)]
		if !known {
			fresh = append(fresh, row)
			continue
		}
		ok, err := agrees(old, row)
		if err == nil && !ok {
			err = ErrRowUsed.With("row", name(row))
		}
		if err != nil {
			return 0, err
		}
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	return len(fresh), tx.Create(&fresh).Error
}

func same[T comparable](stored, row T) (bool, error) { return stored == row, nil }

func loadQualifications(tx *store.Tx, list []Qualification, done *Loaded) (err error) {
	rows := make([]qualificationRow, len(list))
	for i, q := range list {
		content, err := json.Marshal(q)
		if err != nil {
			return err
		}
		rows[i] = qualificationRow{
			ID: fmt.Sprintf("%s/%d", q.Code, q.ValidFrom.Int()), Code: q.Code, ValidFromOn: q.ValidFrom, ValidToOn: q.ValidTo,
			Live: q.Live, Demo: q.Demo, ListOrder: i + 1, Content: string(content),
		}
	}
	name := func(row qualificationRow) string { return "qualification " + row.ID }
	done.Qualifications, err = addRows(tx, rows, name, func(stored, row qualificationRow) (bool, error) {
		to := stored.ValidToOn
		stored.ValidToOn, stored.ListOrder = row.ValidToOn, row.ListOrder // the order is the list's, not the row's
		if stored != row {
			return false, nil
		}
		return closeRow(tx, &qualificationRow{}, row.ID, to, row.ValidToOn, done)
	})
	return err
}

func loadProcedures(tx *store.Tx, list []ProcedureRow, done *Loaded) (err error) {
	rows := make([]procedureRow, len(list))
	for i, p := range list {
		p.ID = fmt.Sprintf("%s/%s/%d", p.Qualification, p.Kind, p.ValidFrom.Int())
		rows[i] = newProcedureRow(p)
	}
	name := func(row procedureRow) string { return "procedure " + row.ID }
	done.Procedures, err = addRows(tx, rows, name, func(stored, row procedureRow) (bool, error) {
		to := stored.ValidToOn
		stored.ValidToOn = row.ValidToOn
		if !sameProcedure(stored, row) {
			return false, nil
		}
		return closeRow(tx, &procedureRow{}, row.ID, to, row.ValidToOn, done)
	})
	return err
}

func sameProcedure(a, b procedureRow) bool {
	same := sameAmount(a.TaxYen, b.TaxYen) && sameAmount(a.ChargeYen, b.ChargeYen)
	a.TaxYen, a.ChargeYen, b.TaxYen, b.ChargeYen = nil, nil, nil, nil
	return same && a == b
}

func sameAmount(a, b *int64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// closeRow gives an open row its end, no earlier than yesterday: the days
// before were lived under it. Any other difference of ends is false.
func closeRow(tx *store.Tx, model any, id string, stored, to person.Date, done *Loaded) (bool, error) {
	if stored == to {
		return true, nil
	}
	if !stored.IsZero() || to.Before(person.DateAt(tx.Now).AddDays(-1)) {
		return false, nil
	}
	done.Closed++
	return store.Moved(tx.Model(model).Where("id = ? AND valid_to_on IS NULL", id).Update("valid_to_on", to))
}
