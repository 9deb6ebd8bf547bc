package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"modernc.org/sqlite"
)

// openSQLite opens two handles: one connection that writes, and several that
// cannot. With one shared pool the worst write was measured at 1.36 s, this way
// at 95 ms (docs/adr/0002-database-handles.md).
func (db *DB) openSQLite(path string) error {
	var err error
	if db.write, err = openHandle(path, false, 1); err != nil {
		return err
	}
	if err = db.write.sql.Ping(); err != nil { // makes the file, which a read-only handle can't
		return err
	}
	db.read, err = openHandle(path, true, 16)
	return err
}

func openHandle(path string, readOnly bool, conns int) (h handle, err error) {
	if h.sql, err = sql.Open("sqlite", sqliteDSN(path, readOnly)); err != nil {
		return h, err
	}
	h.sql.SetMaxOpenConns(conns)
	h.sql.SetMaxIdleConns(conns)
	h.gorm, err = gorm.Open(sqliteDialector{gormsqlite.Dialector{DriverName: "sqlite", Conn: h.sql}}, gormConfig())
	return h, err
}

func sqliteDSN(path string, readOnly bool) string {
	q := url.Values{"_pragma": {
		"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "foreign_keys(1)",
	}}
	if readOnly {
		q["_pragma"] = []string{"busy_timeout(5000)", "foreign_keys(1)", "query_only(1)"}
		q.Set("mode", "ro")
	} else {
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (db *DB) openPostgreSQL(ctx context.Context, address string, maxConns int) error {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return err
	}
	if maxConns == 0 {
		maxConns = 16
	}
	cfg.MaxConns = int32(maxConns)
	if db.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return err
	}
	if err = db.pool.Ping(ctx); err != nil {
		db.pool.Close()
		return err
	}
	db.write.sql = stdlib.OpenDBFromPool(db.pool)
	db.write.gorm, err = gorm.Open(postgres.New(postgres.Config{Conn: db.write.sql}), gormConfig())
	db.read = db.write
	return err
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		CreateBatchSize:        500,
		Logger: logger.NewSlogLogger(slog.Default(), logger.Config{
			SlowThreshold: time.Second, LogLevel: logger.Silent,
			IgnoreRecordNotFoundError: true, ParameterizedQueries: true, // never values: they are personal data
		}),
	}
}

// sqliteDialector teaches gorm's dialector the errors of the pure-Go driver.
type sqliteDialector struct{ gormsqlite.Dialector }

// Extended result codes of SQLite (sqlite.org/rescode.html).
const (
	constraintPrimaryKey = 1555
	constraintUnique     = 2067
	constraintForeignKey = 787
)

// Translate turns the pure-Go driver's errors into gorm's own.
func (d sqliteDialector) Translate(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() {
		case constraintPrimaryKey, constraintUnique:
			return gorm.ErrDuplicatedKey
		case constraintForeignKey:
			return gorm.ErrForeignKeyViolated
		}
	}
	return err
}
