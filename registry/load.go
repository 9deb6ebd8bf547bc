package registry

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"

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
	for _, b := range c.Bodies {
		row := bodyRow{string(b.ID), b.Name, b.English, b.Kind}
		if err := addRow(tx, &done.Bodies, &row, "body "+row.ID, "id = ?", row.ID); err != nil {
			return done, err
		}
	}
	for _, r := range c.Registers {
		row := registerRow{r.No, r.Qualification, string(r.Body), r.Issuer, r.IssuerEnglish}
		if err := addRow(tx, &done.Registers, &row, fmt.Sprint("register ", r.No), "register_no = ?", r.No); err != nil {
			return done, err
		}
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

// addRow inserts row, or makes sure that the stored one says the same.
func addRow[T comparable](tx *store.Tx, count *int, row *T, name, where string, key any) error {
	var stored T
	switch err := store.One(tx.Where(where, key), &stored); {
	case err == store.ErrNone:
		*count++
		return tx.Create(row).Error
	case err != nil:
		return err
	case stored != *row:
		return ErrRowUsed.With("row", name)
	}
	return nil
}

func loadQualifications(tx *store.Tx, list []Qualification, done *Loaded) error {
	for i, q := range list {
		content, err := json.Marshal(q)
		if err != nil {
			return err
		}
		row := qualificationRow{
			ID: fmt.Sprintf("%s/%d", q.Code, q.ValidFrom.Int()), Code: q.Code, ValidFromOn: q.ValidFrom, ValidToOn: q.ValidTo,
			Live: q.Live, Demo: q.Demo, ListOrder: i + 1, Content: string(content),
		}
		r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if r.Error != nil {
			return r.Error
		}
		if done.Qualifications += int(r.RowsAffected); r.RowsAffected > 0 {
			continue
		}
		var stored qualificationRow
		if err := store.One(tx.Where("id = ?", row.ID), &stored); err != nil {
			return err
		}
		to := stored.ValidToOn
		stored.ValidToOn, stored.ListOrder = row.ValidToOn, row.ListOrder
		if stored != row {
			return ErrRowUsed.With("row", "qualification "+row.ID)
		}
		if err := closeRow(tx, &qualificationRow{}, row.ID, to, row.ValidToOn, done); err != nil {
			return err
		}
	}
	return nil
}

func loadProcedures(tx *store.Tx, list []ProcedureRow, done *Loaded) error {
	for _, p := range list {
		p.ID = fmt.Sprintf("%s/%s/%d", p.Qualification, p.Kind, p.ValidFrom.Int())
		row := newProcedureRow(p)
		r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if r.Error != nil {
			return r.Error
		}
		if done.Procedures += int(r.RowsAffected); r.RowsAffected > 0 {
			continue
		}
		var stored procedureRow
		if err := store.One(tx.Where("id = ?", row.ID), &stored); err != nil {
			return err
		}
		to := stored.ValidToOn
		stored.ValidToOn = row.ValidToOn
		if !sameProcedure(stored, row) {
			return ErrRowUsed.With("row", "procedure "+row.ID)
		}
		if err := closeRow(tx, &procedureRow{}, row.ID, to, row.ValidToOn, done); err != nil {
			return err
		}
	}
	return nil
}

func sameProcedure(a, b procedureRow) bool {
	same := sameAmount(a.TaxYen, b.TaxYen) && sameAmount(a.ChargeYen, b.ChargeYen)
	a.TaxYen, a.ChargeYen, b.TaxYen, b.ChargeYen = nil, nil, nil, nil
	return same && a == b
}

func sameAmount(a, b *int64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// closeRow gives an open row its end, no earlier than yesterday: the days
// before were lived under it.
func closeRow(tx *store.Tx, model any, id string, stored, to person.Date, done *Loaded) error {
	if stored == to {
		return nil
	}
	if !stored.IsZero() || to.Before(person.DateAt(tx.Now).AddDays(-1)) {
		return ErrRowUsed.With("row", id)
	}
	moved, err := store.Moved(tx.Model(model).Where("id = ? AND valid_to_on IS NULL", id).Update("valid_to_on", to))
	if err == nil && !moved {
		err = ErrRowUsed.With("row", id)
	}
	done.Closed++
	return err
}
