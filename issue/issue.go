package issue

import (
	"context"
	"errors"
	"fmt"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// attempts is how often Issue begins again because the registration moved
// under it.
const attempts = 5

// errMoved says that the registration, or another maker, was quicker: look again.
var errMoved = errors.New("issue: the registration moved meanwhile")

// Issue returns the valid certificate of a registration: the one that is there,
// the one that was begun and not finished, or a new one. Calling it again after
// a crash or at the same time gives the same certificate with the same code.
//
// A holder must own the registration and an officer belong to its body. A name
// that can't be printed and given back exactly is ErrNotPrintable, asked before
// any key is touched, and put on the officers' list. A registration that is
// ended or suspended today is ErrNotInForce.
func (i *Issuer) Issue(ctx context.Context, by actor.Actor, registration registry.ID, cause registry.Cause) (Certificate, error) {
	defer i.locks.lock(registration)()
	for range attempts {
		c, err := i.attempt(ctx, by, registration, cause)
		if !errors.Is(err, errMoved) {
			return c, err
		}
		if err := ctx.Err(); err != nil {
			return Certificate{}, err
		}
	}
	return Certificate{}, ErrKeepsMoving
}

func (i *Issuer) attempt(ctx context.Context, by actor.Actor, id registry.ID, cause registry.Cause) (Certificate, error) {
	d, err := i.draw(ctx, by, id)
	if errors.Is(err, template.ErrIncomplete) || errors.Is(err, template.ErrUnfilled) || errors.Is(err, template.ErrTooManyRows) {
		return Certificate{}, i.refuse(ctx, d.registration, err)
	}
	if err != nil || d.ready != nil {
		return ready(d, err)
	}
	if d.open == nil {
		if err := i.o.Press.Printable(d.content); err != nil {
			return Certificate{}, i.refuse(ctx, d.registration, err)
		}
		if d.reissue != nil {
			cause = registry.Cause{Kind: d.reissue.CauseKind, Ref: d.reissue.CauseRef}
		}
		if d.open, err = i.prepare(ctx, by, d.registration, cause); err != nil {
			return Certificate{}, err
		}
	}
	return i.finish(ctx, *d.open)
}

func ready(d draft, err error) (Certificate, error) {
	if err != nil {
		return Certificate{}, err
	}
	return *d.ready, nil
}

// draft is what there is before anything is written.
type draft struct {
	registration registry.Registration
	ready        *Certificate     // a valid one: nothing is to be made
	open         *row             // a prepared one: to be finished
	reissue      *reissueRow      // a decided reissue that waits for its certificate
	content      template.Content // what a new one would say, with a code of zeros
}

// noCode has the characters and the shape of every code.
const noCode = "0000-0000-0000-0000"

// draw looks at what there is and decides what is to be made.
func (i *Issuer) draw(ctx context.Context, by actor.Actor, id registry.ID) (d draft, err error) {
	err = i.o.DB.Read(ctx, func(tx *store.Tx) error {
		if d.registration, err = registry.Get(tx, id); err != nil {
			return err
		}
		if err := i.may(tx, by, actor.IssueCertificate, d.registration); err != nil {
			return err
		}
		former, err := certificatesOf(tx, id)
		if err != nil {
			return err
		}
		if d.reissue, err = openReissue(tx, id); err != nil {
			return err
		}
		today := person.DateAt(tx.Now)
		if d.reissue == nil {
			if d.ready, err = valid(former, today); err != nil || d.ready != nil {
				return err
			}
		}
		if d.open = prepared(former); d.open != nil {
			return nil
		}
		if err := i.allowed(tx, by, d.registration, d.reissue, former, today); err != nil {
			return err
		}
		d.content, err = i.content(tx, d.registration, today, noCode)
		return err
	})
	return d, err
}

// may asks the permission table, and for holders whether the registration is theirs.
func (i *Issuer) may(tx *store.Tx, by actor.Actor, action actor.Action, r registry.Registration) error {
	if err := by.May(action, string(r.Body)); err != nil {
		return err
	}
	if by.Kind == actor.KindHolder {
		return i.o.Owners.Owns(tx, by, r.ID)
	}
	return nil
}

// allowed says why no certificate is made now, if none is.
func (i *Issuer) allowed(tx *store.Tx, by actor.Actor, r registry.Registration, reissue *reissueRow, former []row, today person.Date) error {
	if last := expiry(r); r.StandingOn(today) != registry.Active || last != 0 && today.After(last) {
		return ErrNotInForce
	}
	if by.Kind == actor.KindOfficer {
		return nil
	}
	for _, f := range former { // newest first
		if f.State == StateReleased {
			if f.Facts.EndedBy != "" && reissue == nil {
				return ErrAwaitsReissue
			}
			break
		}
	}
	var misprints int64
	err := tx.Model(&refusalRow{}).Where("registration_id = ? AND registration_version = ? AND kind = ? AND reason = ?",
		r.ID, r.Version, Standard, misprint).Count(&misprints).Error
	if err == nil && misprints > 0 {
		err = ErrMisprint
	}
	return err
}

// certificatesOf returns every certificate of a registration, the newest first.
func certificatesOf(tx *store.Tx, id registry.ID) ([]row, error) {
	var rows []row
	err := tx.Where("registration_id = ? AND kind = ?", id, Standard).Order("prepared_at DESC, id DESC").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("issue: read the certificates of a registration: %w", err)
	}
	return rows, nil
}

func valid(former []row, today person.Date) (*Certificate, error) {
	for _, f := range former {
		if f.State != StateReleased {
			continue
		}
		if s, _ := f.Facts.on(today); s == credential.Valid {
			c, err := f.certificate(today)
			return &c, err
		}
	}
	return nil, nil
}

func prepared(former []row) *row {
	for k := range former {
		if former[k].State == StatePrepared {
			return &former[k]
		}
	}
	return nil
}

// content freezes what a certificate of the registration says if it is made on a day.
func (i *Issuer) content(tx *store.Tx, r registry.Registration, day person.Date, code string) (template.Content, error) {
	t, err := i.o.Templates.At(tx, r.Qualification, day)
	if errors.Is(err, fault.NotFound) {
		return template.Content{}, ErrNoTemplate.Because(err)
	}
	if err != nil {
		return template.Content{}, fmt.Errorf("issue: find the template: %w", err)
	}
	return i.freeze(tx, t, r, day, code)
}

// freeze fills a template with what the registration says.
func (i *Issuer) freeze(tx *store.Tx, t template.Template, r registry.Registration, day person.Date, code string) (template.Content, error) {
	fill, err := i.o.Fill(tx, r)
	if err != nil {
		return template.Content{}, fmt.Errorf("issue: fill the template: %w", err)
	}
	return template.Freeze(t, source(r, day, fill), i.o.Host, code)
}

// source is what a registration gives to a template.
func source(r registry.Registration, day person.Date, fill map[string]string) template.Source {
	s := template.Source{
		Name: r.Name.String(), Number: r.Number, Birth: r.BirthDate.Int(), RegisteredOn: r.RegisteredOn.Int(),
		IssuedOn: day.Int(), Domicile: r.Domicile.String(), Address: r.Address.String(), Fill: fill,
	}
	for _, item := range r.Items {
		s.Items = append(s.Items, template.SourceItem{Key: item.Key, Value: item.Value})
	}
	if awarded, err := person.ParseDate(r.Item("awarded_on")); err == nil {
		s.AwardedOn = awarded.Int()
	}
	return s
}

// expiry is the last day of validity of a certificate of the registration, or 0
// where it has none: the further item expires_on, which registers with a term keep.
func expiry(r registry.Registration) person.Date {
	day, err := person.ParseDate(r.Item("expires_on"))
	if err != nil || !day.Complete() {
		return 0
	}
	return day
}
