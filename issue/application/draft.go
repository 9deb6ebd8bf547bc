package application

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Offers lists what the holder of a registration can begin, from the
// catalogue's rows of today.
func (s *Service) Offers(ctx context.Context, by actor.Actor, registration registry.ID) ([]Offer, error) {
	var offers []Offer
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		reg, err := s.inForce(tx, by, registration)
		if err != nil {
			return err
		}
		offers, err = offersOf(tx, reg.Qualification, person.DateAt(tx.Now))
		return err
	})
	return offers, err
}

// inForce returns the holder's registration, or ErrNotInForce when it has ended.
func (s *Service) inForce(tx *store.Tx, by actor.Actor, registration registry.ID) (registry.Registration, error) {
	if err := s.owns(tx, by, registration); err != nil {
		return registry.Registration{}, err
	}
	reg, err := registry.Get(tx, registration)
	if err == nil && reg.Standing.Ended() {
		err = ErrNotInForce
	}
	return reg, err
}

// Start begins a change, or returns the draft that is there. The form is
// filled from what the resident register says; when that does not answer, the
// holder types. ErrOpenExists, with the id, when a change is under way already.
func (s *Service) Start(ctx context.Context, by actor.Actor, registration registry.ID) (View, error) {
	var reg registry.Registration
	var old *row
	var terms terms
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		if reg, err = s.inForce(tx, by, registration); err != nil {
			return err
		}
		if terms, err = termsFor(tx, reg.Qualification, nil, person.DateAt(tx.Now)); err != nil {
			return err
		}
		if err = openExists(tx, by, slot(registration, Change)); err != nil {
			return err
		}
		old, err = draftOf(tx, draftSlot(by, registration, Change))
		return err
	})
	if err != nil {
		return View{}, err
	}
	if len(terms.Items) == 0 {
		return View{}, ErrNotOffered
	}
	if old != nil && old.Prefill.V.Status == evidence.Found && s.db.Clock().Now().Sub(old.Prefill.V.At) < aliveFor {
		return s.View(ctx, by, old.ID)
	}
	claim := evidence.Claim{Basis: basis(reg), Person: by.ID, Registered: factsOf(reg)}
	heard := s.inquirer.Inquire(ctx, []evidence.Source{evidence.Resident}, claim)
	var id string
	err = s.db.Write(ctx, func(tx *store.Tx) (err error) {
		id, err = s.begin(tx, by, reg, terms, heard)
		return err
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, id)
}

// begin writes the draft, or brings the one that is there up to date.
func (s *Service) begin(tx *store.Tx, by actor.Actor, reg registry.Registration, t terms, heard []evidence.Heard) (string, error) {
	if _, err := registry.Hold(tx, reg.ID); err != nil {
		return "", err
	}
	fill := prefill(reg, t, heard)
	ds := draftSlot(by, reg.ID, Change)
	r := newRow(tx, by, reg, Change)
	r.DraftSlot, r.Prefill.V, r.Form.V = &ds, fill, formFrom(reg, fill)
	made, err := store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r))
	if err != nil {
		return "", fmt.Errorf("application: begin a draft: %w", err)
	}
	if !made {
		old, err := draftOf(tx, ds)
		if err != nil {
			return "", err
		}
		if old == nil {
			return "", ErrStale
		}
		r = *old
		r.Prefill.V = fill
		if err := s.write(tx, &r, Draft); err != nil {
			return "", err
		}
	} else if err := s.audited(tx, by, r, "begun"); err != nil {
		return "", err
	}
	return r.ID, evidence.Record(tx, by, r.ID, evidence.Prefill, heard)
}

func newRow(tx *store.Tx, by actor.Actor, reg registry.Registration, k Kind) row {
	return row{ID: store.NewID(), Kind: k, State: Draft, Version: 1, Holder: by.ID, RegistrationID: reg.ID,
		RegistrationVersion: reg.Version, BodyID: reg.Body, Register: reg.Register, Qualification: reg.Qualification,
		Screen: Choose, CreatedAt: store.At(tx.Now), ChangedAt: store.At(tx.Now)}
}

// prefill compares the resident register's answer with ours.
func prefill(reg registry.Registration, t terms, heard []evidence.Heard) Prefill {
	p := Prefill{Asked: len(heard) > 0}
	if !p.Asked {
		return p
	}
	r := heard[0].Reply
	p.Status, p.At, p.Replaced = r.Status, r.AskedAt, r.Substituted
	if r.Status != evidence.Found || r.Dead || r.Says.BirthDate != reg.BirthDate {
		return p
	}
	if slices.Contains(t.Items, Name) && !r.Says.Name.IsZero() {
		p.Name = r.Says.Name.String()
		if r.Says.Name.Fold() != reg.Name.Fold() {
			p.Differs = append(p.Differs, Name)
		}
	}
	if slices.Contains(t.Items, Address) && !r.Says.Address.IsZero() {
		p.Address = r.Says.Address.String()
		if r.Says.Address.Fold() != reg.Address.Fold() {
			p.Differs = append(p.Differs, Address)
		}
	}
	p.Pending = len(p.Differs) == 0
	return p
}

// formFrom ticks what differs and writes the new values beside it.
func formFrom(reg registry.Registration, p Prefill) Form {
	f := Form{Items: slices.Clone(p.Differs), Domicile: reg.Domicile.String()}
	if f.Name = p.Name; !slices.Contains(p.Differs, Name) {
		f.Name = "" // the same name in other glyphs is no change
	}
	f.Address = p.Address
	return f
}

// Save keeps the fields of one screen as typed and goes to the next screen. It
// keeps them even when they are wrong: then the view comes with the faults.
func (s *Service) Save(ctx context.Context, by actor.Actor, id string, version int, screen Screen, form Form) (View, error) {
	var faults fault.List
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, reg, err := s.draft(tx, by, id, version)
		if err != nil {
			return err
		}
		r.Form.V = r.Form.V.take(screen, form.bounded())
		today := person.DateAt(tx.Now)
		t, err := termsFor(tx, reg.Qualification, r.Form.V.Items, today)
		if err != nil {
			return err
		}
		_, faults = r.Form.V.parse([]Screen{screen}, reg, t, today)
		r.Screen = screen
		if len(faults) == 0 {
			r.Screen = r.Form.V.after(screen)
		}
		return s.write(tx, &r, Draft)
	})
	if err != nil {
		return View{}, err
	}
	v, err := s.View(ctx, by, id)
	if err != nil {
		return v, err
	}
	return v, faults.Err()
}

// bounded cuts what no honest form holds, so that a draft can't be used as storage.
func (f Form) bounded() Form {
	for _, p := range []*string{&f.Name, &f.Kana, &f.Address, &f.Domicile, &f.EventOn, &f.LateReason} {
		if runes := []rune(*p); len(runes) > 2*MaxText {
			*p = string(runes[:2*MaxText])
		}
	}
	return f
}

// draft reads the holder's draft as the page saw it.
func (s *Service) draft(tx *store.Tx, by actor.Actor, id string, version int) (row, registry.Registration, error) {
	r, err := s.own(tx, by, id, take)
	if err != nil {
		return r, registry.Registration{}, err
	}
	if r.State != Draft {
		return r, registry.Registration{}, ErrNotNow.With("state", string(r.State))
	}
	if err := r.seen(version); err != nil {
		return r, registry.Registration{}, err
	}
	reg, err := s.inForce(tx, by, r.RegistrationID)
	return r, reg, err
}

// Discard throws a draft away, with all that was typed.
func (s *Service) Discard(ctx context.Context, by actor.Actor, id string, version int) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := s.own(tx, by, id, take)
		if err != nil {
			return err
		}
		if err := r.seen(version); err != nil {
			return err
		}
		return s.discard(tx, by, &r, "holder")
	})
}

func (s *Service) discard(tx *store.Tx, by actor.Actor, r *row, reason string) error {
	r.Form.V, r.Prefill.V = Form{}, Prefill{}
	return s.move(tx, by, r, Discard, reason)
}

// CopyToDraft begins a new draft with what was typed in an application that was
// closed after its time limit, for 90 days.
func (s *Service) CopyToDraft(ctx context.Context, by actor.Actor, id string) (View, error) {
	var old row
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		if old, err = s.own(tx, by, id, look); err == nil && !old.copyable(tx) {
			err = ErrNotNow.With("state", string(old.State))
		}
		return err
	})
	if err != nil {
		return View{}, err
	}
	v, err := s.Start(ctx, by, old.RegistrationID)
	if err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		r, _, err := s.draft(tx, by, v.ID, v.Version)
		if err != nil {
			return err
		}
		r.Form.V = old.Form.V
		return s.write(tx, &r, Draft)
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, v.ID)
}

func (r row) copyable(tx *store.Tx) bool {
	return r.Kind == Change && r.State == CancelledTimeout &&
		daysBetween(person.DateAt(r.ChangedAt.Time), person.DateAt(tx.Now)) <= copyDays
}

// openExists returns ErrOpenExists when the holder has an open application in that slot.
func openExists(tx *store.Tx, by actor.Actor, slot string) error {
	var r row
	err := store.One(tx.Select("id", "state", "number").Where("open_slot = ? AND holder = ?", slot, by.ID), &r)
	switch {
	case errors.Is(err, store.ErrNone):
		return nil
	case err != nil:
		return fmt.Errorf("application: look for an open one: %w", err)
	}
	return ErrOpenExists.With("id", r.ID).With("number", r.number())
}

func draftSlot(by actor.Actor, registration registry.ID, k Kind) string {
	return by.ID + "/" + slot(registration, k)
}

func draftOf(tx *store.Tx, slot string) (*row, error) {
	var r row
	switch err := store.One(tx.Where("draft_slot = ?", slot), &r); {
	case errors.Is(err, store.ErrNone):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("application: look for a draft: %w", err)
	}
	return &r, nil
}

func factsOf(reg registry.Registration) evidence.Facts {
	return evidence.Facts{Name: reg.Name, BirthDate: reg.BirthDate, Address: reg.Address, Domicile: reg.Domicile}
}

// basis is the legal ground that goes out with each question.
func basis(reg registry.Registration) string {
	return "行政手続における特定の個人を識別するための番号の利用等に関する法律19条 " + reg.Qualification
}
