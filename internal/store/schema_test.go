package store_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"qualsys/internal/store"
	"qualsys/internal/testdb"
)

// column is what both engines must agree on: a column's name, its type as one
// word for both, whether it may be NULL, and whether it is part of the key.
type column struct {
	table, name, kind string
	null              bool
}

// words gives each engine's name for a type the same word.
var words = map[string]string{
	"TEXT": "text", "INTEGER": "integer", "BIGINT": "bigint", "BOOLEAN": "boolean", "BLOB": "bytes",
	"BYTEA": "bytes", "text": "text", "integer": "integer", "bigint": "bigint", "boolean": "boolean", "bytea": "bytes",
}

const sqliteColumns = `SELECT m.name AS table_name, p.name AS column_name, p.type AS data_type,
	CASE WHEN p."notnull" = 1 OR p.pk > 0 THEN 'NO' ELSE 'YES' END AS is_nullable
	FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`

const postgresColumns = `SELECT table_name, column_name, data_type, is_nullable
	FROM information_schema.columns WHERE table_schema = 'public'`

func columns(t *testing.T, db *store.DB, query string) map[string]column {
	t.Helper()
	out := map[string]column{}
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		var rows []struct{ TableName, ColumnName, DataType, IsNullable string }
		if err := tx.Raw(query).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if strings.HasPrefix(r.TableName, "river_") || strings.HasPrefix(r.TableName, "goose_") || strings.HasPrefix(r.TableName, "sqlite_") {
				continue // theirs, not ours
			}
			kind, known := words[r.DataType]
			if !known {
				t.Errorf("%s.%s has the type %s, which the other engine may not know", r.TableName, r.ColumnName, r.DataType)
			}
			out[r.TableName+"."+r.ColumnName] = column{r.TableName, r.ColumnName, kind, r.IsNullable == "YES"}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBothEnginesHaveTheSameTablesAndColumns(t *testing.T) {
	light := columns(t, testdb.Open(t), sqliteColumns)
	heavy := columns(t, testdb.OpenPostgreSQL(t), postgresColumns)
	if len(light) < 50 {
		t.Errorf("only %d columns seen", len(light))
	}
	all := maps.Clone(light)
	maps.Copy(all, heavy)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		a, inLight := light[key]
		b, inHeavy := heavy[key]
		switch {
		case !inLight:
			t.Errorf("%s is in PostgreSQL only", key)
		case !inHeavy:
			t.Errorf("%s is in SQLite only", key)
		case a != b:
			t.Errorf("%s differs: %+v in SQLite, %+v in PostgreSQL", key, a, b)
		}
	}
}
