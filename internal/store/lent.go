package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// lentTx shows the connection of an open database/sql transaction as a pgx
// transaction, so that the job queue's rows are part of it. Whoever borrows it
// can open savepoints, and cannot end it.
type lentTx struct{ c *pgx.Conn }

var errLent = errors.New("store: a lent transaction is ended by its owner")

func (lentTx) Commit(context.Context) error   { return errLent }
func (lentTx) Rollback(context.Context) error { return errLent }

func (t lentTx) Conn() *pgx.Conn { return t.c }

// Begin opens a savepoint, which is what a transaction in a transaction is.
func (t lentTx) Begin(ctx context.Context) (pgx.Tx, error) {
	if _, err := t.c.Exec(ctx, "SAVEPOINT lent"); err != nil {
		return nil, err
	}
	return savepoint{lentTx: t}, nil
}

func (t lentTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.c.CopyFrom(ctx, table, columns, rows)
}

func (t lentTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.c.SendBatch(ctx, b)
}

// LargeObjects is part of the interface and not used by any caller of ours.
func (t lentTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (t lentTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.c.Prepare(ctx, name, sql)
}

func (t lentTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.c.Exec(ctx, sql, args...)
}

func (t lentTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.c.Query(ctx, sql, args...)
}

func (t lentTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.c.QueryRow(ctx, sql, args...)
}

type savepoint struct{ lentTx }

func (s savepoint) Commit(ctx context.Context) error {
	_, err := s.c.Exec(ctx, "RELEASE SAVEPOINT lent")
	return err
}

func (s savepoint) Rollback(ctx context.Context) error {
	_, err := s.c.Exec(ctx, "ROLLBACK TO SAVEPOINT lent")
	return err
}
