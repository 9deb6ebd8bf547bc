package issue

import (
	"bytes"
	"context"

	"qualsys/internal/store"
	"qualsys/registry/audit"
)

// verifyBatch is how many lines of the issue log are held in memory at once.
const verifyBatch = 500

// VerifyLog holds the issue log against the audit and the certificates against
// the issue log, for "qualsys audit verify": each line has one audit line that
// commits to what it says, no audit line speaks of a log line that is gone, and
// a certificate is the one that was logged. It returns what does not fit: "log
// line changed", "log line without audit line", "audit line without log line",
// "certificate differs from the log", "certificate without log line".
func VerifyLog(ctx context.Context, db *store.DB) (found []audit.Finding, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		found = nil
		for _, look := range []func(*store.Tx) ([]audit.Finding, error){verifyLines, verifyGone, verifyUnlogged} {
			some, err := look(tx)
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		return nil
	})
	return found, wrap("issue: verify the issue log", err)
}

// openLine is a log line with its audit line and what opens it; the columns of
// the audit line are empty when it is gone.
type openLine struct {
	Line       logRow `gorm:"embedded"`
	Chain      audit.Chain
	Action     string
	ObjectKind string
	ObjectID   string
	Commitment []byte
	Salt       []byte
}

func verifyLines(tx *store.Tx) (found []audit.Finding, err error) {
	for after := ""; ; {
		var lines []openLine
		err := tx.Table("issue_log i").Select("i.*, l.chain, l.action, l.object_kind, l.object_id, l.commitment, s.salt").
			Joins("LEFT JOIN audit_lines l ON l.id = i.audit_line_id").
			Joins("LEFT JOIN audit_salts s ON s.line_id = i.audit_line_id").
			Where("i.id > ?", after).Order("i.id").Limit(verifyBatch).Scan(&lines).Error
		if err != nil {
			return nil, err
		}
		some, err := verifyCertificates(tx, lines)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
		if len(lines) < verifyBatch {
			return found, nil
		}
		after = lines[len(lines)-1].Line.ID
	}
}

// verifyCertificates looks at a batch of lines and at the certificates they are about.
func verifyCertificates(tx *store.Tx, lines []openLine) (found []audit.Finding, err error) {
	ids := make([]ID, len(lines))
	for k, l := range lines {
		ids[k] = l.Line.CertificateID
	}
	var rows []row
	if err := tx.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	byID := map[ID]row{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	for _, l := range lines {
		r := byID[l.Line.CertificateID]
		if what := l.trouble(audit.RegisterChain(uint32(r.Register))); what != "" {
			found = append(found, audit.Finding{Chain: l.Chain, Line: l.Line.AuditLineID, What: what,
				Object: audit.Object{Kind: logObject, ID: l.Line.ID}})
		}
		if !r.isLogged(l.Line) {
			found = append(found, audit.Finding{Chain: l.Chain, Line: l.Line.AuditLineID, What: "certificate differs from the log",
				Object: audit.Object{Kind: "certificate", ID: string(l.Line.CertificateID)}})
		}
	}
	return found, nil
}

// trouble says what is wrong between a log line and its audit line, if anything.
func (l openLine) trouble(chain audit.Chain) string {
	opening := audit.Opening{Commitment: l.Commitment, Salt: l.Salt}
	switch {
	case l.Action == "":
		return "log line without audit line"
	case l.Chain != chain, l.Action != logAction+string(l.Line.Event), l.ObjectKind != logObject, l.ObjectID != l.Line.ID,
		!opening.Opens(l.Line.committed()):
		return "log line changed"
	}
	return ""
}

// isLogged reports whether a certificate is what the line says of it, and its
// frozen content still words the statement whose digest was logged.
func (r row) isLogged(l logRow) bool {
	if !bytes.Equal(r.StatementDigest, l.StatementDigest) || !bytes.Equal(r.CodeDigest, l.CodeDigest) ||
		r.List != l.List || r.ListIndex != l.ListIndex {
		return false
	}
	if l.Event == StateReleased && (r.State != StateReleased || !bytes.Equal(r.FileDigest, l.FileDigest)) {
		return false
	}
	content, err := r.content()
	if err != nil {
		return false
	}
	digest, err := r.wording(content).Digest(r.kid())
	return err == nil && bytes.Equal(digest[:], r.StatementDigest)
}

// verifyGone looks for audit lines about log lines that are gone, or a second
// audit line for one log line.
func verifyGone(tx *store.Tx) ([]audit.Finding, error) {
	var lines []struct {
		ID       string
		Chain    audit.Chain
		ObjectID string
	}
	err := tx.Table("audit_lines l").Select("l.id, l.chain, l.object_id").
		Joins("LEFT JOIN issue_log i ON i.audit_line_id = l.id AND i.id = l.object_id").
		Where("l.object_kind = ? AND i.id IS NULL", logObject).Order("l.id").Scan(&lines).Error
	found := make([]audit.Finding, len(lines))
	for k, l := range lines {
		found[k] = audit.Finding{Chain: l.Chain, Line: l.ID, What: "audit line without log line", Object: audit.Object{Kind: logObject, ID: l.ObjectID}}
	}
	return found, err
}

// verifyUnlogged looks for certificates whose state the log does not know.
func verifyUnlogged(tx *store.Tx) ([]audit.Finding, error) {
	var ids []string
	err := tx.Table("certificates c").
		Joins("LEFT JOIN issue_log p ON p.certificate_id = c.id AND p.event = 'prepared'").
		Joins("LEFT JOIN issue_log r ON r.certificate_id = c.id AND r.event = 'released'").
		Where("p.id IS NULL OR (c.state = 'released') <> (r.id IS NOT NULL)").Order("c.id").Pluck("c.id", &ids).Error
	found := make([]audit.Finding, len(ids))
	for k, id := range ids {
		found[k] = audit.Finding{What: "certificate without log line", Object: audit.Object{Kind: "certificate", ID: id}}
	}
	return found, err
}
