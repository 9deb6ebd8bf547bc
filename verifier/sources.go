package verifier

import (
	"context"
	"errors"
	"time"

	"qualsys/issue/credential"
	"qualsys/pdfcert"
)

// Errors of sources. Any other error of a source counts as ErrUnavailable.
var (
	// ErrNotIssued: the source answers, and holds nothing released of that kind.
	ErrNotIssued = errors.New("verifier: not in the issue log")
	// ErrUnavailable: the source could not be asked; says nothing about the certificate.
	ErrUnavailable = errors.New("verifier: the source could not be asked")
	// ErrNotAsked: this source can't answer that kind of question.
	ErrNotAsked = errors.New("verifier: the source does not answer that")
)

// Issued is what the issue log holds about one released certificate.
type Issued struct {
	// Statement is the digest of its statement (protected header ‖ payload).
	Statement [32]byte
	// Kept is the statement itself, where the log keeps it: for typed codes.
	Kept *credential.Statement
	// Printed is the frozen content of its pages, where the log keeps it.
	Printed *pdfcert.Says
	// ReleasedAt is when it was released: the proven time of a file's signature.
	// Zero where the source doesn't tell.
	ReleasedAt time.Time
	// AsOf is when the source spoke; zero means just now.
	AsOf time.Time
	// Source names it: issue_log, issued_range.
	Source string
}

// IssueLog tells what was released. What is not in it was not issued by us,
// however good its signature.
type IssueLog interface {
	// Statement asks by the statement's digest.
	Statement(ctx context.Context, digest [32]byte) (Issued, error)
	// File asks by the SHA-256 of a whole file.
	File(ctx context.Context, sum [32]byte) (Issued, error)
	// Code asks by a certificate's number.
	Code(ctx context.Context, code credential.Code) (Issued, error)
}

// Current is a certificate's state as published.
type Current struct {
	Status credential.Status
	// Why a revoked certificate ended, where the source knows: Reissued,
	// IssuedInError, Expired or NotRegistered.
	Why Reason
	// AsOf is when this was so; zero means just now. Expires is until when an
	// old answer's suspended or changed still count; zero means not beyond five minutes.
	AsOf, Expires time.Time
	// Until (yyyymmdd) ends a suspension, only where the qualification publishes it.
	Until uint32
	// Registered is what the register itself says now, where the source can
	// see it: Passed in force, Failed not in force, NotAsked.
	Registered Result
	// Source names it: register, issued_range, status_list.
	Source string
}

// StatusSource tells the state of a released certificate.
type StatusSource interface {
	// Status asks for the certificate whose statement has that digest and
	// names that place in that list.
	Status(ctx context.Context, digest [32]byte, list, index uint32) (Current, error)
}

// Guesses counts wrong birth dates for a code: after five in a day the
// particulars stay hidden, never the verdict.
type Guesses interface {
	// Wrong returns how many wrong birth dates were given for code today.
	Wrong(ctx context.Context, code credential.Code) (int, error)
	// Count adds one.
	Count(ctx context.Context, code credential.Code) error
}
