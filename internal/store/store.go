// Package store opens the database and runs transactions. It is the only
// package that knows which engine is underneath: SQLite for one body on one
// machine, PostgreSQL for a nation. Everything above speaks gorm inside a Tx.
//
// A function that takes a context first may begin a transaction and talk to the
// world; a function that takes a *Tx first does neither.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"qualsys/internal/clock"
)

// Engine is the kind of database underneath.
type Engine int

// The engines that Qualsys runs on.
const (
	SQLite Engine = iota + 1
	PostgreSQL
)

// String returns the engine's name as goose and the migrations' folders spell it.
func (e Engine) String() string {
	switch e {
	case SQLite:
		return "sqlite"
	case PostgreSQL:
		return "postgres"
	}
	return fmt.Sprintf("store.Engine(%d)", int(e))
}

// DB is an open database with a handle for writing and one that cannot write.
type DB struct {
	engine Engine
	clock  clock.Clock
	write  handle
	read   handle
	pool   *pgxpool.Pool // nil on SQLite
	lost   atomic.Pointer[func() error]
}

// handle is one pool of connections with gorm over it.
type handle struct {
	sql  *sql.DB
	gorm *gorm.DB
}

// Options are what Open may be told beside the address.
type Options struct {
	// Clock gives Tx.Now; nil means the machine's clock.
	Clock clock.Clock
	// MaxConns bounds the connections to PostgreSQL; 0 means 16.
	MaxConns int
}

// Open opens the database at address: "sqlite:PATH" or a "postgres://" URL.
// The folder of a SQLite file is made when it is missing. The schema is not
// touched: see Migrate.
func Open(ctx context.Context, address string, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	db := &DB{clock: o.Clock}
	var err error
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		db.engine = SQLite
		path := strings.TrimPrefix(address, "sqlite:")
		if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			err = db.openSQLite(path)
		}
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		db.engine = PostgreSQL
		err = db.openPostgreSQL(ctx, address, o.MaxConns)
	default:
		err = errors.New("the address must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, fmt.Errorf("store: open: %w", err)
	}
	return db, nil
}

// Engine tells which engine is underneath.
func (db *DB) Engine() Engine { return db.engine }

// Clock returns the clock that gives Tx.Now.
func (db *DB) Clock() clock.Clock { return db.clock }

// Writer lends the handle that writes, for the migrations and the job queue.
func (db *DB) Writer() *sql.DB { return db.write.sql }

// Pool lends the pgx pool, or nil on SQLite.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Ping asks both handles for an answer.
func (db *DB) Ping(ctx context.Context) error {
	return errors.Join(db.write.sql.PingContext(ctx), db.read.sql.PingContext(ctx))
}

// Close closes all handles.
func (db *DB) Close() error {
	err := db.write.sql.Close()
	if db.read.sql != db.write.sql {
		err = errors.Join(err, db.read.sql.Close())
	}
	if db.pool != nil {
		db.pool.Close()
	}
	return err
}

// Tx is one transaction. Its embedded gorm handle speaks to that transaction
// only; Now is the instant at which it began, the same for all it writes.
type Tx struct {
	*gorm.DB
	Now    time.Time
	engine Engine
	sql    *sql.Tx
	conn   *sql.Conn
}

// Context returns the context that the transaction was begun with.
func (tx *Tx) Context() context.Context { return tx.Statement.Context }

// Engine tells which engine is underneath; for internal packages only.
func (tx *Tx) Engine() Engine { return tx.engine }

// SQL lends the database/sql transaction, for the job queue on SQLite.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// PGX lends this transaction to f as pgx sees it, for the job queue on
// PostgreSQL. f must not end the transaction, nor keep what it was lent.
func (tx *Tx) PGX(f func(pgx.Tx) error) error {
	return tx.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("store: %T is no connection of pgx", driver)
		}
		return f(lentTx{c.Conn()})
	})
}

// Today returns the present date in Japan as year, month, day.
func (tx *Tx) Today() (year int, month time.Month, day int) {
	return tx.Now.In(clock.JST).Date()
}

// Write runs f in a transaction that may write, and commits when f returns nil.
// On SQLite there is one writer at a time, so f must not wait for anybody else.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error {
	err := db.run(ctx, db.write, nil, f)
	if lost := db.lost.Load(); lost != nil && err == nil {
		err = (*lost)()
	}
	return err
}

// Lose has every Write that has committed ask lost, and return what it answers:
// for tests of a connection that breaks when the work is done and the answer is
// on its way. nil ends it.
func (db *DB) Lose(lost func() error) {
	if lost == nil {
		db.lost.Store(nil)
		return
	}
	db.lost.Store(&lost)
}

// Read runs f in a transaction that cannot write (a query_only handle on
// SQLite, a READ ONLY transaction on PostgreSQL).
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	return db.run(ctx, db.read, &sql.TxOptions{ReadOnly: true}, f)
}

// Snapshot is Read that sees the database as it is at its first query, however
// long it takes and whoever writes meanwhile.
func (db *DB) Snapshot(ctx context.Context, f func(*Tx) error) error {
	return db.run(ctx, db.read, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, f)
}

func (db *DB) run(ctx context.Context, h handle, o *sql.TxOptions, f func(*Tx) error) error {
	if db.engine == SQLite {
		o = nil // the handle itself is what cannot write
	}
	conn, err := h.sql.Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: connect: %w", err)
	}
	defer conn.Close()
	t, err := conn.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	done := false
	defer func() {
		if !done { // f failed or panicked
			if err := t.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
				slog.WarnContext(ctx, "store: rollback", "error", err)
			}
		}
	}()
	g := h.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	g.Statement.ConnPool = t
	tx := &Tx{DB: g, Now: db.clock.Now().UTC().Truncate(time.Microsecond), engine: db.engine, sql: t, conn: conn}
	if err := f(tx); err != nil {
		return err
	}
	done = true
	if err := t.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	return nil
}

// Moved says whether a guarded update changed a row:
//
//	moved, err := store.Moved(tx.Model(&row{}).Where("id = ? AND state = ?", id, was).Update("state", to))
func Moved(result *gorm.DB) (bool, error) {
	return result.RowsAffected > 0, result.Error
}

// ErrNone is what One returns when no row matches.
var ErrNone = errors.New("store: no such row")

// One reads exactly one row into dest, or returns ErrNone. The conditions are in q.
func One(q *gorm.DB, dest any) error {
	err := q.Take(dest).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNone
	}
	return err
}

// Duplicate reports whether err says that a unique key is taken.
func Duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// NewID returns a new identifier: a UUID version 7 (RFC 9562), so that rows
// made together lie together. It tells when it was made: never use it as a secret.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }
