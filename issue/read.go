package issue

import (
	"context"
	"errors"
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// List returns the certificates of a registration that were released or are
// being made, the newest first, with their status today. by must own the
// registration or work for its body.
func (i *Issuer) List(tx *store.Tx, by actor.Actor, registration registry.ID) ([]Certificate, error) {
	r, err := registry.Get(tx, registration)
	if err != nil {
		return nil, err
	}
	if err := i.may(tx, by, actor.FetchCertificate, r); err != nil {
		return nil, err
	}
	rows, err := certificatesOf(tx, registration)
	if err != nil {
		return nil, err
	}
	var out []Certificate
	for _, c := range rows {
		if c.State == StateAbandoned || c.State == StateFailed {
			continue
		}
		one, err := c.certificate(person.DateAt(tx.Now))
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Get returns a certificate with its status today, or ErrNotFound, also when it
// is not by's to see.
func (i *Issuer) Get(tx *store.Tx, by actor.Actor, id ID) (Certificate, error) {
	var c row
	if err := find(tx, &c, "id = ?", id); err != nil {
		return Certificate{}, err
	}
	r, err := registry.Get(tx, c.RegistrationID)
	if err != nil {
		return Certificate{}, err
	}
	if err := i.may(tx, by, actor.FetchCertificate, r); err != nil {
		return Certificate{}, err
	}
	return c.certificate(person.DateAt(tx.Now))
}

// File returns a released certificate with its file, byte for byte as it was
// released, whatever its status is today; ErrNotReleased while it is being
// made. That an officer fetched it is audited.
func (i *Issuer) File(ctx context.Context, by actor.Actor, id ID) (Certificate, []byte, error) {
	c, err := i.get(ctx, by, id)
	if err != nil {
		return Certificate{}, nil, err
	}
	if c.State != StateReleased {
		return Certificate{}, nil, ErrNotReleased
	}
	file, err := i.o.Archive.Get(ctx, c.File)
	if err != nil {
		return Certificate{}, nil, fmt.Errorf("issue: the file of %s: %w", id, err)
	}
	if by.Kind == actor.KindOfficer {
		err = i.o.DB.Write(ctx, func(tx *store.Tx) error {
			return audit.Record(tx, by, audit.Line{
				Chain: audit.RegisterChain(uint32(c.Register)), Action: "certificate.fetched",
				Object: audit.Object{Kind: "certificate", ID: string(id)},
			})
		})
	}
	return c, file, err
}

// Showing is what stands on the phone's screen when a certificate is shown face
// to face: the link goes into a QR symbol and into no address.
type Showing struct {
	Certificate
	Link string
}

// Show returns the certificate with the link of its QR code, the same as on its pages.
func (i *Issuer) Show(ctx context.Context, by actor.Actor, id ID) (Showing, error) {
	c, err := i.get(ctx, by, id)
	if err != nil {
		return Showing{}, err
	}
	if c.State != StateReleased {
		return Showing{}, ErrNotReleased
	}
	return Showing{c, c.Statement.Link(i.o.Base)}, nil
}

func (i *Issuer) get(ctx context.Context, by actor.Actor, id ID) (c Certificate, err error) {
	err = i.o.DB.Read(ctx, func(tx *store.Tx) error {
		c, err = i.Get(tx, by, id)
		return err
	})
	return c, err
}

// find reads one certificate, or returns ErrNotFound.
func find(tx *store.Tx, c *row, where string, args ...any) error {
	err := store.One(tx.Where(where, args...), c)
	if errors.Is(err, store.ErrNone) {
		return ErrNotFound
	}
	return wrap("issue: read a certificate", err)
}
