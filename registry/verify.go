package registry

import (
	"context"
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// verifyBatch is how many registrations are held in memory at once.
const verifyBatch = 500

// VerifyAudit reads the audit chains (audit.Verify) and holds the register
// against them: each entry has one line that commits to what the entry says, no
// line speaks of an entry that is not there, versions have no gap, and each
// registration is what its entries make of it. Findings beyond audit's own:
// "entry changed", "entry without line", "line without entry", "entry missing",
// "registration differs from its entries".
func VerifyAudit(ctx context.Context, db *store.DB, known ...audit.Head) (audit.Report, error) {
	var r audit.Report
	err := db.Snapshot(ctx, func(tx *store.Tx) error {
		r = audit.Report{}
		return VerifyAuditIn(tx, &r, known...)
	})
	if err != nil {
		return audit.Report{}, fmt.Errorf("registry: verify: %w", err)
	}
	return r, nil
}

// VerifyAuditIn is VerifyAudit within a transaction that others have begun; it
// adds what it finds to r.
func VerifyAuditIn(tx *store.Tx, r *audit.Report, known ...audit.Head) error {
	if err := audit.VerifyIn(tx, r, known...); err != nil {
		return err
	}
	if err := verifyLines(tx, r); err != nil {
		return err
	}
	if err := verifyOrphans(tx, r); err != nil {
		return err
	}
	return verifyRegistrations(tx, r)
}

// verifyLines looks for lines about entries that are gone, or a second line for
// one entry.
func verifyLines(tx *store.Tx, r *audit.Report) error {
	var lines []struct{ ID, Chain, ObjectID string }
	err := tx.Table("audit_lines l").Select("l.id, l.chain, l.object_id").
		Joins("LEFT JOIN entries e ON e.audit_line_id = l.id AND e.id = l.object_id").
		Where("l.object_kind = 'entry' AND e.id IS NULL").Order("l.id").Scan(&lines).Error
	for _, l := range lines {
		r.Findings = append(r.Findings, audit.Finding{
			Chain: audit.Chain(l.Chain), Line: l.ID, What: "line without entry", Object: audit.Object{Kind: "entry", ID: l.ObjectID},
		})
	}
	return err
}

// verifyOrphans looks for entries of registrations that are gone: engines that
// hold foreign keys make this hard, not impossible.
func verifyOrphans(tx *store.Tx, r *audit.Report) error {
	var ids []string
	err := tx.Table("entries e").Joins("LEFT JOIN registrations r ON r.id = e.registration_id").
		Where("r.id IS NULL").Order("e.id").Pluck("e.id", &ids).Error
	for _, id := range ids {
		r.Findings = append(r.Findings, audit.Finding{What: "entry without registration", Object: audit.Object{Kind: "entry", ID: id}})
	}
	return err
}

func verifyRegistrations(tx *store.Tx, r *audit.Report) error {
	infos, err := Registers(tx, "")
	if err != nil {
		return err
	}
	registers := map[RegisterNo]RegisterInfo{}
	for _, info := range infos {
		registers[info.No] = info
	}
	for after := ""; ; {
		var rows []registrationRow
		if err := tx.Where("id > ?", after).Order("id").Limit(verifyBatch).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		ids := make([]string, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		var entries []openEntry
		err := tx.Table("entries e").Select("e.*, l.chain, l.action, l.object_id, l.commitment, s.salt").
			Joins("LEFT JOIN audit_lines l ON l.id = e.audit_line_id").
			Joins("LEFT JOIN audit_salts s ON s.line_id = e.audit_line_id").
			Where("e.registration_id IN ?", ids).Order("e.registration_id, e.version").Scan(&entries).Error
		if err != nil {
			return err
		}
		byID := map[string][]openEntry{}
		for _, e := range entries {
			byID[e.Row.RegistrationID] = append(byID[e.Row.RegistrationID], e)
		}
		for _, row := range rows {
			verifyOne(row, byID[row.ID], registers[row.RegisterNo], r)
		}
		after = rows[len(rows)-1].ID
	}
}

// openEntry is an entry with its line and what opens it; the line's columns are
// empty when it is gone.
type openEntry struct {
	Row        entryRow `gorm:"embedded"`
	Chain      audit.Chain
	Action     string
	ObjectID   string
	Commitment []byte
	Salt       []byte
}

func verifyOne(row registrationRow, entries []openEntry, info RegisterInfo, r *audit.Report) {
	chain := audit.RegisterChain(uint32(row.RegisterNo))
	find := func(what, kind, id, line string) {
		r.Findings = append(r.Findings, audit.Finding{Chain: chain, Line: line, What: what, Object: audit.Object{Kind: kind, ID: id}})
	}
	var all []step
	var first patch
	latest := person.Date(0)
	for i, e := range entries {
		opening := audit.Opening{Line: e.Row.AuditLineID, Action: e.Action, Commitment: e.Commitment, Salt: e.Salt}
		switch {
		case e.Action == "":
			find("entry without line", "entry", e.Row.ID, e.Row.AuditLineID)
		case e.Chain != chain, e.ObjectID != e.Row.ID, !opening.Opens(e.Row.committed()):
			find("entry changed", "entry", e.Row.ID, e.Row.AuditLineID)
		}
		if e.Row.Version != i+1 {
			find("entry missing", "registration", row.ID, "")
		}
		p, err := parsePatch(e.Row.Patch)
		if err != nil {
			find("entry changed", "entry", e.Row.ID, e.Row.AuditLineID)
			continue
		}
		if i == 0 {
			first = p
		}
		latest = max(latest, e.Row.EffectiveOn)
		all = append(all, step{p, e.Row.EffectiveOn, e.Row.Version})
	}
	if row.Qualification != info.Qualification || row.BodyID != string(info.Body) || !row.follows(first, all, latest, len(entries)) {
		find("registration differs from its entries", "registration", row.ID, "")
	}
}

// follows reports whether the row is what its entries make of it, search keys
// included.
func (row registrationRow) follows(first patch, all []step, latest person.Date, versions int) bool {
	r := Registration{
		ID: ID(row.ID), Register: first.Register, Qualification: row.Qualification, Body: BodyID(row.BodyID),
		Number: first.Number, Version: versions, State: fold(all), RegisteredOn: person.Date(first.RegisteredOn),
	}
	want := newRegistrationRow(r, latest)
	want.UpdatedAt = row.UpdatedAt
	return want == row
}
