package store

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"qualsys/migrations"
)

// Migrate brings the schema up to date: ours by goose, the job queue's by
// River. It may run again, and on PostgreSQL from several processes at once.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.migrateOurs(ctx); err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	if err := db.migrateRiver(ctx); err != nil {
		return fmt.Errorf("store: migrate the job queue: %w", err)
	}
	return nil
}

func (db *DB) migrateOurs(ctx context.Context) error {
	dir, err := fs.Sub(migrations.Files, db.engine.String())
	if err != nil {
		return err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{}
	if db.engine == PostgreSQL {
		dialect = goose.DialectPostgres
		// goose polls its lock every five seconds unless told otherwise
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db.write.sql, dir, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func (db *DB) migrateRiver(ctx context.Context) error {
	if db.engine == PostgreSQL {
		m, err := rivermigrate.New(riverpgxv5.New(db.pool), nil)
		if err != nil {
			return err
		}
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}
	m, err := rivermigrate.New(riversqlite.New(db.write.sql), nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
