package issue

import (
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
)

// Reissue has a new certificate made after a loss that was decided upon. The
// old ones end with reason "reissued" when the new one is released, not
// earlier; to end them at once there is SwitchOff. Asked again for the same
// cause it does nothing.
func (i *Issuer) Reissue(tx *store.Tx, registration registry.ID, cause registry.Cause) error {
	r, err := registry.Hold(tx, registration)
	if err != nil {
		return err
	}
	added, err := store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&reissueRow{
		ID: store.NewID(), RegistrationID: registration, Kind: Standard,
		CauseKind: cause.Kind, CauseRef: cause.Ref, AskedAt: store.At(tx.Now),
	}))
	if err != nil || !added {
		return wrap("issue: ask for a reissue", err)
	}
	if err := note(tx, system, r, "certificate.reissue_decided", cause); err != nil {
		return err
	}
	return i.o.Jobs.Enqueue(tx, renewArgs{r.ID, r.Version, cause.Kind, cause.Ref}, time.Time{})
}

// SwitchOff ends all certificates of a registration at once, because the holder
// reported a loss and asked for it. Until a reissue is decided the holder gets
// no new one. Asked again it does nothing.
func (i *Issuer) SwitchOff(tx *store.Tx, registration registry.ID, cause registry.Cause) error {
	r, err := registry.Hold(tx, registration)
	if err != nil {
		return err
	}
	ended, err := end(tx, byReissue, "registration_id = ?", registration)
	if err != nil || !ended {
		return err
	}
	return note(tx, system, r, "certificate.switched_off", cause)
}

// Withdraw ends one certificate that was issued in error. by is an officer of
// the body who may revoke. Issue by an officer makes a new one; the holder can't
// have one made that nobody has looked at.
func (i *Issuer) Withdraw(tx *store.Tx, by actor.Actor, id ID, cause registry.Cause) error {
	var c row
	if err := find(tx, &c, "id = ?", id); err != nil {
		return err
	}
	r, err := registry.Hold(tx, c.RegistrationID)
	if err != nil {
		return err
	}
	if err := i.may(tx, by, actor.RevokeCertificate, r); err != nil {
		return err
	}
	ended, err := end(tx, byWithdrawal, "id = ?", id)
	if err != nil {
		return err
	}
	if !ended {
		return ErrEnded
	}
	return note(tx, by, r, "certificate.withdrawn", cause)
}

// end ends released certificates for good.
func end(tx *store.Tx, how, where string, args ...any) (bool, error) {
	ended, err := store.Moved(tx.Model(&row{}).Where(where, args...).Where("state = ? AND ended_by = ''", StateReleased).
		Updates(map[string]any{"ended_by": how, "status": credential.Revoked, "status_at": store.At(tx.Now)}))
	return ended, wrap("issue: end a certificate", err)
}

// openReissue returns the oldest decided reissue that waits for its certificate, or nil.
func openReissue(tx *store.Tx, id registry.ID) (*reissueRow, error) {
	var rows []reissueRow
	err := tx.Where("registration_id = ? AND kind = ? AND settled_at IS NULL", id, Standard).Order("asked_at, id").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, wrap("issue: look for a reissue", err)
	}
	return &rows[0], nil
}

// settleReissues ends what r replaces, when a reissue was decided.
func settleReissues(tx *store.Tx, r row) error {
	settled, err := store.Moved(tx.Model(&reissueRow{}).
		Where("registration_id = ? AND kind = ? AND settled_at IS NULL", r.RegistrationID, r.Kind).
		Updates(map[string]any{"certificate_id": r.ID, "settled_at": store.At(tx.Now)}))
	if err != nil || !settled {
		return wrap("issue: settle a reissue", err)
	}
	_, err = end(tx, byReissue, "registration_id = ? AND kind = ?", r.RegistrationID, r.Kind)
	return err
}

// note writes an audit line about a registration's certificates.
func note(tx *store.Tx, by actor.Actor, r registry.Registration, action string, cause registry.Cause) error {
	return audit.Record(tx, by, audit.Line{
		Chain: audit.RegisterChain(uint32(r.Register)), Action: action,
		Object: audit.Object{Kind: "registration", ID: string(r.ID)}, Cause: cause.Kind + ":" + cause.Ref,
		Details: map[string]string{"reason": cause.Reason},
	})
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
