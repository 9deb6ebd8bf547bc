package issue

import (
	"context"
	"errors"
	"time"

	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry/person"
)

// Known is what the issue log and the register say of a released certificate
// to whoever checks one: never why its status is what it is, and nothing newer
// than the certificate itself.
type Known struct {
	// Certificate is how our own pages know it; it is not for the checker.
	Certificate ID
	Register    uint32
	// StatementDigest and FileDigest are those of the issue log.
	StatementDigest, FileDigest Digest
	// Statement is what its QR code says, Content what its pages say, both
	// frozen when it was prepared.
	Statement credential.Statement
	Content   template.Content
	// ReleasedAt is the proven time of its signatures.
	ReleasedAt time.Time
	// Status is the present one and Reason says why it is Revoked.
	Status credential.Status
	Reason Reason
	// SuspendedUntil is the last day of the present suspension, or 0. Only
	// qualifications that publish it may show it.
	SuspendedUntil person.Date
	// InForce says whether the registration stands and is not suspended today.
	InForce bool
	// AsOf is the instant for which all this holds.
	AsOf time.Time
}

// Log reads the issue log and the live status for verification. What it does
// not return was not issued by us: prepared, abandoned and failed certificates
// are as unknown as invented ones.
type Log struct {
	db     *store.DB
	secret []byte // keys the digests of codes
}

// NewLog returns a Log over db; secret is Options.CodeSecret.
func NewLog(db *store.DB, secret []byte) *Log { return &Log{db, secret} }

// Log returns the issuer's own log for verification.
func (i *Issuer) Log() *Log { return NewLog(i.o.DB, i.o.CodeSecret) }

// Statement asks by the digest of a statement (protected header ‖ payload);
// ErrNotIssued when nothing of that digest was released.
func (l *Log) Statement(ctx context.Context, digest Digest) (Known, error) {
	return l.known(ctx, "statement_digest = ?", digest[:])
}

// File asks by the SHA-256 of a whole file, or returns ErrNotIssued.
func (l *Log) File(ctx context.Context, digest Digest) (Known, error) {
	return l.known(ctx, "file_digest = ?", digest[:])
}

// Code asks by a certificate's number, or returns ErrNotIssued. Whoever shows
// the answer to somebody who gave only the code hides the particulars.
func (l *Log) Code(ctx context.Context, code credential.Code) (Known, error) {
	digest := code.Digest(l.secret)
	return l.known(ctx, "code_digest = ?", digest[:])
}

// ErrNotIssued says that nothing was released under a digest or code.
var ErrNotIssued = errors.New("issue: not released in the issue log")

// known follows one line of the issue log to its certificate. What the line
// says must be what the certificate says, or it was not issued.
func (l *Log) known(ctx context.Context, where string, args ...any) (k Known, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		var line logRow
		var c row
		err := store.One(tx.Where("event = ?", StateReleased).Where(where, args...), &line)
		if err == nil {
			err = store.One(tx.Where("id = ? AND state = ?", line.CertificateID, StateReleased), &c)
		}
		if errors.Is(err, store.ErrNone) {
			return ErrNotIssued
		}
		if err != nil {
			return wrap("issue: read the issue log", err)
		}
		if string(line.StatementDigest) != string(c.StatementDigest) || string(line.FileDigest) != string(c.FileDigest) {
			return ErrNotIssued
		}
		k, err = c.known(tx.Now)
		return err
	})
	return k, err
}

// known turns a released row into what checkers are told at an instant.
func (r row) known(now time.Time) (Known, error) {
	content, err := r.content()
	if err != nil {
		return Known{}, err
	}
	today := person.DateAt(now)
	k := Known{
		Certificate: r.ID, Register: uint32(r.Register), Statement: r.wording(content), Content: content,
		ReleasedAt: r.ReleasedAt.Time, AsOf: now,
	}
	copy(k.StatementDigest[:], r.StatementDigest)
	copy(k.FileDigest[:], r.FileDigest)
	k.Status, k.Reason = r.Facts.on(today)
	register, _ := facts{EndsOn: r.Facts.EndsOn, SuspendedFrom: r.Facts.SuspendedFrom, SuspendedUntil: r.Facts.SuspendedUntil}.on(today)
	k.InForce = register == credential.Valid
	if k.Status == credential.Suspended {
		k.SuspendedUntil = r.Facts.SuspendedUntil
	}
	return k, nil
}
