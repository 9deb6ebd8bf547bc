package issue

import (
	"context"

	"qualsys/internal/store"
	"qualsys/issue/statuslist"
	"qualsys/registry/person"
)

// Range returns every released digest that begins with prefix, of statements
// and of files, with the status of its certificate now: what statuslist.Build
// makes the issued range of. It is read from the database each time (two
// indexed look-ups, some eighty rows in a nation of 2.5 million), so that it is
// never older than the last commit of any process; who signs it may keep the
// signature for as long as the entries and the minute are the same.
func (l *Log) Range(ctx context.Context, p statuslist.Prefix) ([]statuslist.Entry, error) {
	var out []statuslist.Entry
	first := prefix(p[:])
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		var rows []row
		err := tx.Select("id, state, statement_digest, statement_prefix, file_digest, file_prefix,"+
			" ended_by, ends_on, suspended_from, suspended_until, expires_on, differs").
			Where("state = 'released'"). // spelt out: it is the condition of the two indexes
			Where("statement_prefix = ? OR file_prefix = ?", first, first).Find(&rows).Error
		if err != nil {
			return wrap("issue: read an issued range", err)
		}
		for _, r := range rows {
			status, _ := r.Facts.on(person.DateAt(tx.Now))
			for _, digest := range [][]byte{r.StatementDigest, r.FileDigest} {
				if prefix(digest) == first {
					out = append(out, statuslist.Entry{Digest: statuslist.Short(Digest(digest)), Status: status})
				}
			}
		}
		return nil
	})
	return out, err
}
