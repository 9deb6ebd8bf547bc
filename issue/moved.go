package issue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/person"
)

// RegistrationMoved implements registry.Watcher: in the transaction of the
// change, what was being made is abandoned, every certificate ever issued for
// the registration is re-evaluated, and where a printed item has changed under
// a certificate, a job for the new one is written.
func (i *Issuer) RegistrationMoved(tx *store.Tx, before, after registry.Registration, e registry.Entry) error {
	if before.ID == "" { // enrolled just now: nothing was ever issued
		return nil
	}
	// First of all, and before the rows are read: it waits for a release that
	// is being recorded at this moment, whose certificate is then read below.
	open := false
	if before.Version != after.Version || after.Standing != registry.Active {
		var err error
		if open, err = abandon(tx, after.ID); err != nil {
			return err
		}
	}
	return i.evaluate(tx, after, open, registry.Cause{Kind: e.Cause.Kind, Ref: e.Cause.Ref})
}

// abandon gives up what is prepared for a registration.
func abandon(tx *store.Tx, id registry.ID) (bool, error) {
	moved, err := store.Moved(tx.Model(&row{}).Where("registration_id = ? AND state = ?", id, StatePrepared).
		Update("state", StateAbandoned))
	if err != nil {
		return false, fmt.Errorf("issue: abandon what was prepared: %w", err)
	}
	return moved, nil
}

// evaluate computes the status of all released certificates of a registration
// and sees to it that a new one is made where one is due. open says that one
// was being made when the registration moved.
func (i *Issuer) evaluate(tx *store.Tx, r registry.Registration, open bool, cause registry.Cause) error {
	rows, err := certificatesOf(tx, r.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	today := person.DateAt(tx.Now)
	latest, anyValid := credential.Status(0), false
	var moved []row
	for _, c := range rows { // the newest first
		if c.State != StateReleased {
			continue
		}
		was, status := c, c.Status
		c.Facts = c.Facts.about(r)
		if c.Facts.Differs, err = i.differs(tx, c, r); err != nil {
			return err
		}
		if c.Status, _ = c.Facts.on(today); c.Status == credential.Valid && anyValid {
			// two would be good at once after a change was undone: the newer one is
			c.Facts.Differs, c.Status = true, credential.Changed
		}
		anyValid = anyValid || c.Status == credential.Valid
		if latest == 0 {
			latest = c.Status
		}
		if c.Facts != was.Facts || c.Status != status || c.Facts.dated() {
			moved = append(moved, c)
		}
	}
	if err := keep(tx, moved); err != nil {
		return err
	}
	return i.follow(tx, r, open || latest == credential.Changed && !anyValid, cause)
}

// keep writes what evaluate found: those that are valid last, since a
// registration has one valid certificate at a time.
func keep(tx *store.Tx, moved []row) error {
	for _, valid := range []bool{false, true} {
		for _, c := range moved {
			if (c.Status == credential.Valid) != valid {
				continue
			}
			err := tx.Model(&row{}).Where("id = ? AND state = ?", c.ID, StateReleased).Updates(map[string]any{
				"status": c.Status, "ends_on": c.Facts.EndsOn, "suspended_from": c.Facts.SuspendedFrom, "suspended_until": c.Facts.SuspendedUntil,
				"differs": c.Facts.Differs, "status_at": store.At(tx.Now),
			}).Error
			if err != nil {
				return fmt.Errorf("issue: keep the status of %s: %w", c.ID, err)
			}
		}
	}
	return nil
}

// follow writes the job that makes the next certificate, when one is due and
// the registration is in force.
func (i *Issuer) follow(tx *store.Tx, r registry.Registration, due bool, cause registry.Cause) error {
	if r.StandingOn(person.DateAt(tx.Now)) != registry.Active {
		return nil
	}
	if !due {
		reissue, err := openReissue(tx, r.ID)
		if err != nil || reissue == nil {
			return err
		}
	}
	return i.o.Jobs.Enqueue(tx, renewArgs{r.ID, r.Version, cause.Kind, cause.Ref}, time.Time{})
}

// differs reports whether the certificate's own template would print something
// else of the registration now. Title and issuer follow from the body: its new
// name changes no certificate (SERVICE §3.4).
func (i *Issuer) differs(tx *store.Tx, c row, r registry.Registration) (bool, error) {
	frozen, err := c.content()
	if err != nil {
		return false, err
	}
	t, err := i.o.Templates.Version(tx, c.TemplateID)
	if err != nil {
		return false, fmt.Errorf("issue: find the template of %s: %w", c.ID, err)
	}
	now, err := i.freeze(tx, t, r, c.IssuedOn, frozen.Code)
	if errors.Is(err, fault.Invalid) { // what it must show is no longer there
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return !sameItems(now, frozen), nil
}

// sameItems reports whether two contents say the same of the registration.
func sameItems(a, b template.Content) bool {
	if a.Name != b.Name || a.Birth != b.Birth || a.Number != b.Number || a.Date != b.Date || len(a.Rows) != len(b.Rows) {
		return false
	}
	for k := range a.Rows {
		if a.Rows[k] != b.Rows[k] {
			return false
		}
	}
	return true
}

// dayBatch is how many registrations one transaction of Day evaluates.
const dayBatch = 100

// Day brings the kept status of certificates up to date whose suspension, end
// or validity begins or ends by date, and has new ones made where a suspension
// has run out over a changed item. Readers don't depend on it: they compute the
// status of their day themselves. It may run at any time and again.
func (i *Issuer) Day(ctx context.Context) error {
	for {
		var ids []registry.ID
		err := i.o.DB.Write(ctx, func(tx *store.Tx) error {
			midnight := person.DateAt(tx.Now).Time()
			err := tx.Model(&row{}).Distinct("registration_id").
				Where("state = 'released' AND status_at < ? AND ended_by = ''", store.At(midnight)).
				Where("suspended_from IS NOT NULL OR ends_on IS NOT NULL OR expires_on IS NOT NULL").
				Order("registration_id").Limit(dayBatch).Scan(&ids).Error
			if err != nil {
				return fmt.Errorf("issue: find what a new day changes: %w", err)
			}
			for _, id := range ids {
				r, err := registry.Hold(tx, id)
				if err != nil {
					return err
				}
				if err := i.evaluate(tx, r, false, registry.Cause{Kind: "rule", Ref: "date"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(ids) < dayBatch {
			return err
		}
	}
}
