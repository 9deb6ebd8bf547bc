package issue

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/statuslist"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// prepare gives the registration a certificate that nobody may have yet: code,
// place in the status list, frozen content and, in the issue log, the digest of
// a statement that no key has signed so far. seen is the registration whose
// content was found printable; when it has moved since, or another maker has
// prepared one, the answer is errMoved.
func (i *Issuer) prepare(ctx context.Context, by actor.Actor, seen registry.Registration, cause registry.Cause) (*row, error) {
	var r row
	err := i.o.DB.Write(ctx, func(tx *store.Tx) error {
		now, err := registry.Hold(tx, seen.ID)
		if err != nil {
			return err
		}
		if now.Version != seen.Version {
			return errMoved
		}
		if err := wanted(tx, seen.ID); err != nil {
			return err
		}
		if r, err = i.newRow(tx, by, now, cause); err != nil {
			return err
		}
		inserted, err := store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r))
		if err != nil {
			return fmt.Errorf("issue: prepare a certificate: %w", err)
		}
		if !inserted { // another maker was quicker, or a one in 2^75 chance
			return errMoved
		}
		if err := i.log(tx, by, r, StatePrepared); err != nil {
			return err
		}
		return i.o.Jobs.Enqueue(tx, resumeArgs{r.ID}, tx.Now.Add(resumeAfter))
	})
	return &r, err
}

// wanted returns errMoved when another process has released a certificate since
// it was found that one is to be made.
func wanted(tx *store.Tx, id registry.ID) error {
	reissue, err := openReissue(tx, id)
	if err != nil || reissue != nil {
		return err
	}
	former, err := certificatesOf(tx, id)
	if err != nil {
		return err
	}
	ready, err := valid(former, person.DateAt(tx.Now))
	if err == nil && ready != nil {
		err = errMoved
	}
	return err
}

// newRow draws code and place and freezes the content.
func (i *Issuer) newRow(tx *store.Tx, by actor.Actor, from registry.Registration, cause registry.Cause) (row, error) {
	today := person.DateAt(tx.Now)
	code, err := credential.NewCode(i.o.Random)
	if err != nil {
		return row{}, err
	}
	content, err := i.content(tx, from, today, code.Format())
	if err != nil {
		return row{}, err
	}
	frozen, err := content.JSON()
	if err != nil {
		return row{}, err
	}
	list, index, err := i.place(tx)
	if err != nil {
		return row{}, err
	}
	digest, key := code.Digest(i.o.CodeSecret), i.o.Keys[0]
	r := row{
		ID: ID(store.NewID()), RegistrationID: from.ID, RegistrationVersion: from.Version, Register: int64(from.Register),
		Qualification: from.Qualification, BodyID: from.Body, Kind: Standard,
		TemplateID: content.Template, TemplateVersion: content.TemplateVersion,
		State: StatePrepared, Status: credential.Revoked, // until it is released it is worth nothing
		Content: string(frozen), BirthDate: from.BirthDate, Code: string(code), CodeDigest: digest[:], Kid: key.KID[:],
		List: int64(list), ListIndex: int64(index), IssuedOn: today,
		Facts:      facts{ExpiresOn: expiry(from)}.about(from),
		PreparedBy: by.Kind.String() + ":" + by.ID, CauseKind: cause.Kind, CauseRef: cause.Ref,
		PreparedAt: store.At(tx.Now), StatusAt: store.At(tx.Now),
	}
	statement, err := r.wording(content).Digest(key.KID)
	if err != nil {
		return row{}, fmt.Errorf("issue: word the statement: %w", err)
	}
	r.StatementDigest, r.StatementPrefix = statement[:], prefix(statement[:])
	return r, nil
}

// place draws a place in the newest status list, or begins the next one.
func (i *Issuer) place(tx *store.Tx) (list, index uint32, err error) {
	var newest struct{ List *int64 }
	if err = tx.Model(&row{}).Select("MAX(list) AS list").Scan(&newest).Error; err != nil {
		return 0, 0, fmt.Errorf("issue: find the newest list: %w", err)
	}
	list = 1
	if newest.List != nil {
		list = uint32(*newest.List)
	}
	for {
		index, err = statuslist.Assign(i.o.Random, func(index uint32) (bool, error) {
			var n int64
			err := tx.Model(&row{}).Where("list = ? AND list_index = ?", list, index).Count(&n).Error
			return n > 0, err
		})
		if !errors.Is(err, statuslist.ErrFull) {
			return list, index, err
		}
		list++
	}
}

// log adds a line to the issue log, and one to the audit that commits to it.
func (i *Issuer) log(tx *store.Tx, by actor.Actor, r row, event State) error {
	line := logRow{
		ID: store.NewID(), Event: event, CertificateID: r.ID, StatementDigest: r.StatementDigest, CodeDigest: r.CodeDigest,
		List: r.List, ListIndex: r.ListIndex, FileDigest: r.FileDigest, RecordedAt: store.At(tx.Now),
	}
	lines, err := audit.RecordAll(tx, by, []audit.Line{{
		Chain: audit.RegisterChain(uint32(r.Register)), Action: logAction + string(event),
		Object: audit.Object{Kind: logObject, ID: line.ID}, Cause: r.CauseKind + ":" + r.CauseRef,
		Details: line.committed(),
	}})
	if err != nil {
		return err
	}
	line.AuditLineID = lines[0]
	return wrap("issue: write the issue log", tx.Create(&line).Error)
}

// How audit lines about lines of the issue log are named.
const (
	logObject = "issue_log"
	logAction = "certificate."
)

// committed are the details to which the log line's audit line is committed.
func (l logRow) committed() map[string]string {
	return map[string]string{
		"event": string(l.Event), "certificate": string(l.CertificateID), "statement": fmt.Sprintf("%x", l.StatementDigest),
		"code": fmt.Sprintf("%x", l.CodeDigest), "place": fmt.Sprintf("%d/%d", l.List, l.ListIndex),
		"file": fmt.Sprintf("%x", []byte(l.FileDigest)), "recorded_at": fmt.Sprint(l.RecordedAt.UnixMicro()),
	}
}
