package issue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/person"
)

// made is a finished file that waits for its release.
type made struct {
	signed credential.Signed
	file   Digest
	size   int64
}

// errNoKey says that a certificate was prepared for a key that this process
// does not have: keys were changed.
var errNoKey = errors.New("issue: prepared for a key that is not here")

// keyless is how long such a certificate is left to the process that began it.
const keyless = time.Minute

// finish makes the file of a prepared certificate, with no transaction open,
// and releases it. It may run any number of times, on several machines at once.
func (i *Issuer) finish(ctx context.Context, r row) (Certificate, error) {
	content, err := r.content()
	if err != nil {
		return Certificate{}, err
	}
	m, err := i.make(ctx, r, content)
	var wrong misprinted
	switch {
	case errors.Is(err, errNoKey):
		if i.o.DB.Clock().Now().Sub(r.PreparedAt.Time) < keyless { // another process may have it
			return Certificate{}, ErrNotReleased.Because(err)
		}
		if err := i.give(ctx, r, StateAbandoned, nil); err != nil {
			return Certificate{}, err
		}
		return Certificate{}, errMoved
	case errors.As(err, &wrong):
		if err := i.give(ctx, r, StateFailed, wrong); err != nil {
			return Certificate{}, err
		}
		return Certificate{}, ErrMisprint.Because(wrong.error)
	case err != nil:
		return Certificate{}, err
	}
	return i.release(ctx, r, m)
}

// misprinted is why a finished file must never be released.
type misprinted struct{ error }

func (m misprinted) Unwrap() error { return m.error }

// make signs the statement, prints, seals, proofreads and archives.
func (i *Issuer) make(ctx context.Context, r row, content template.Content) (m made, err error) {
	key, ok := i.key(r.kid())
	if !ok {
		return m, errNoKey
	}
	if m.signed, err = credential.Sign(r.wording(content), key.KID, key.Key); err != nil {
		return m, fmt.Errorf("issue: sign the statement of %s: %w", r.ID, err)
	}
	if digest := m.signed.Digest(); string(digest[:]) != string(r.StatementDigest) {
		return m, misprinted{fmt.Errorf("issue: the statement of %s is not the one in the issue log", r.ID)}
	}
	link := m.signed.Link(i.o.Base)
	pdf, err := i.o.Press.Print(ctx, content, link)
	if err != nil {
		return m, i.blame(ctx, r, "print", err)
	}
	if pdf, err = i.o.Press.Seal(ctx, pdf); err != nil {
		return m, fmt.Errorf("issue: seal %s: %w", r.ID, err)
	}
	for _, p := range i.o.Proofreaders {
		if err := p.Proofread(ctx, pdf, content, link); err != nil {
			return m, i.blame(ctx, r, "proofread", err)
		}
	}
	if m.file, err = i.o.Archive.Put(ctx, pdf); err != nil {
		return m, err
	}
	m.size = int64(len(pdf))
	return m, nil
}

// blame tells a file that is wrong from a proofreader or press that could not work.
func (i *Issuer) blame(ctx context.Context, r row, what string, err error) error {
	err = fmt.Errorf("issue: %s %s: %w", what, r.ID, err)
	if ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fault.Unavailable) {
		return err
	}
	return misprinted{err}
}

// give marks a prepared certificate as one that never comes out.
func (i *Issuer) give(ctx context.Context, r row, to State, why error) error {
	return i.o.DB.Write(ctx, func(tx *store.Tx) error {
		moved, err := store.Moved(tx.Model(&row{}).Where("id = ? AND state = ?", r.ID, StatePrepared).Update("state", to))
		if err != nil || !moved || to != StateFailed {
			return err
		}
		slog.ErrorContext(ctx, "issue: a certificate was not released", "certificate", r.ID, "error", why)
		return addRefusal(tx, refusalRow{
			RegistrationID: r.RegistrationID, RegistrationVersion: r.RegistrationVersion, BodyID: r.BodyID, Kind: r.Kind, Reason: misprint,
		})
	})
}

// release looks again whether the registration has moved and, when it has not,
// records the file: from here on the certificate is issued. It ends the
// certificates that a decided reissue replaces.
func (i *Issuer) release(ctx context.Context, r row, m made) (c Certificate, err error) {
	moved := false
	err = i.o.DB.Write(ctx, func(tx *store.Tx) error {
		now, err := registry.Hold(tx, r.RegistrationID)
		if err != nil {
			return err
		}
		if moved = now.Version != r.RegistrationVersion; moved {
			_, err := abandon(tx, r.RegistrationID)
			return err
		}
		if err := i.record(tx, &r, now, m); err != nil {
			return err
		}
		if c, err = r.certificate(person.DateAt(tx.Now)); err != nil {
			return err
		}
		for _, l := range i.o.Listeners {
			if err := l.Released(tx, c); err != nil {
				return fmt.Errorf("issue: tell of the release of %s: %w", r.ID, err)
			}
		}
		return nil
	})
	if moved && err == nil {
		err = errMoved
	}
	if errors.Is(err, errMoved) { // this file will never be released
		if err := i.o.Archive.Drop(ctx, m.file); err != nil {
			slog.WarnContext(ctx, "issue: an unreleased file stays in the archive", "error", err)
		}
	}
	if err != nil {
		return Certificate{}, err
	}
	return c, nil
}

// record moves the certificate from prepared to released, or returns errMoved
// when another maker was quicker.
func (i *Issuer) record(tx *store.Tx, r *row, now registry.Registration, m made) error {
	if err := settleReissues(tx, *r); err != nil {
		return err
	}
	size, first := m.size, prefix(m.file[:])
	r.Facts = r.Facts.about(now)
	r.State, r.Statement, r.FileDigest, r.FilePrefix, r.FileSize = StateReleased, blob(m.signed), m.file[:], &first, &size
	r.ReleasedAt, r.StatusAt = store.At(tx.Now), store.At(tx.Now)
	r.Status, _ = r.Facts.on(person.DateAt(tx.Now))
	moved, err := store.Moved(tx.Model(&row{}).Where("id = ? AND state = ?", r.ID, StatePrepared).Updates(map[string]any{
		"state": r.State, "status": r.Status, "statement": r.Statement, "file_digest": r.FileDigest, "file_prefix": first,
		"file_size": size, "ends_on": r.Facts.EndsOn, "suspended_from": r.Facts.SuspendedFrom, "suspended_until": r.Facts.SuspendedUntil,
		"released_at": r.ReleasedAt, "status_at": r.StatusAt,
	}))
	if err != nil {
		return fmt.Errorf("issue: release %s: %w", r.ID, err)
	}
	if !moved {
		return errMoved
	}
	return i.log(tx, system, *r, StateReleased)
}
