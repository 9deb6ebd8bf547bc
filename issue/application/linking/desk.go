package linking

import (
	"errors"
	"strings"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
)

func (l *Linking) requests(tx *store.Tx, by actor.Actor) ([]Request, error) {
	if err := by.May(actor.DecideLink, by.Body); err != nil {
		return nil, err
	}
	var rows []requestRow
	err := tx.Where("body = ? AND state = ?", by.Body, Open).Order("asked_at, id").Find(&rows).Error
	list := make([]Request, len(rows))
	for i, r := range rows {
		list[i] = r.request()
	}
	return list, err
}

// find returns a request that the officer may decide on.
func (l *Linking) find(tx *store.Tx, by actor.Actor, id string) (requestRow, error) {
	var r requestRow
	err := store.One(tx.Where("id = ?", id), &r)
	if errors.Is(err, store.ErrNone) {
		return r, ErrNoRequest
	} else if err != nil {
		return r, err
	}
	return r, by.May(actor.DecideLink, string(r.Body))
}

func (l *Linking) request(tx *store.Tx, by actor.Actor, id string) (Request, []Candidate, error) {
	r, err := l.find(tx, by, id)
	if err != nil {
		return Request{}, nil, err
	}
	ids, err := meant(tx, r)
	if err != nil {
		return Request{}, nil, err
	}
	var list []Candidate
	for _, id := range ids {
		g, err := registry.Look(tx, by, id, "link request "+r.ID)
		if err != nil {
			return Request{}, nil, err
		}
		holder, err := holderOf(tx, id)
		if err != nil {
			return Request{}, nil, err
		}
		list = append(list, Candidate{g, holder})
	}
	return r.request(), list, nil
}

// meant returns the registrations that a request may mean.
func meant(tx *store.Tx, r requestRow) ([]registry.ID, error) {
	var ids []registry.ID
	if r.Number != "" {
		g, err := registry.ByNumber(tx, r.RegisterNo, r.Number)
		if err == nil {
			ids = append(ids, g.ID)
		} else if !errors.Is(err, registry.ErrNotFound) {
			return nil, err
		}
	}
	same, err := registry.Namesakes(tx, r.RegisterNo, r.Name, r.BirthDate)
	for _, g := range same {
		if len(ids) == 0 || g.ID != ids[0] {
			ids = append(ids, g.ID)
		}
	}
	return ids, err
}

// bar returns a fault unless the officer may decide on r now.
func (l *Linking) bar(tx *store.Tx, by actor.Actor, r requestRow) error {
	if r.State != Open {
		return ErrDecided
	}
	if by.ID == r.Login {
		return ErrOwnCase
	}
	if l.o.OfficerName == nil || by.Kind != actor.KindOfficer {
		return nil
	}
	name, err := l.o.OfficerName(tx, by.ID)
	if err == nil && !name.IsZero() && name.Fold() == r.Name.Fold() {
		return ErrOwnCase
	}
	return err
}

func (l *Linking) approve(tx *store.Tx, by actor.Actor, id string, registration registry.ID, note string) error {
	r, err := l.find(tx, by, id)
	if err != nil {
		return err
	}
	if err := l.bar(tx, by, r); err != nil {
		return err
	}
	g, err := registry.Hold(tx, registration)
	if errors.Is(err, registry.ErrNotFound) || (err == nil && g.Register != r.RegisterNo) {
		return ErrRegister.At("registration")
	} else if err != nil {
		return err
	}
	if own, err := l.ownCase(tx, by, registration); err != nil || own {
		return errors.Join(err, ownFault(own))
	}
	if err := decide(tx, by, &r, Approved, note, registration); err != nil {
		return err
	}
	holder, err := holderOf(tx, registration)
	if err != nil {
		return err
	}
	if holder != "" && holder != r.Login {
		if err := l.end(tx, by, holder, g, "relinked"); err != nil {
			return err
		}
	}
	_, err = l.tie(tx, by, r.Login, g, "officer")
	return err
}

func ownFault(own bool) error {
	if own {
		return ErrOwnCase
	}
	return nil
}

func (l *Linking) refuse(tx *store.Tx, by actor.Actor, id, note string) error {
	r, err := l.find(tx, by, id)
	if err != nil {
		return err
	}
	if err := l.bar(tx, by, r); err != nil {
		return err
	}
	if strings.TrimSpace(note) == "" {
		return ErrNote.At("note")
	}
	if err := decide(tx, by, &r, Refused, note, ""); err != nil {
		return err
	}
	line := audit.Line{Chain: audit.RegisterChain(uint32(r.RegisterNo)), Action: "link.refused", Object: audit.Object{Kind: "link_request", ID: r.ID}}
	if err := audit.Record(tx, by, line); err != nil {
		return err
	}
	return l.o.Teller.TellLink(tx, r.Login, ToldFailed, r.ID)
}

// decide moves a request from open, once.
func decide(tx *store.Tx, by actor.Actor, r *requestRow, to RequestState, note string, registration registry.ID) error {
	moved, err := store.Moved(tx.Model(&requestRow{}).Where("id = ? AND state = ?", r.ID, Open).
		Updates(map[string]any{"state": to, "decided_at": store.At(tx.Now), "decided_by": by.ID, "note": note, "registration": registration}))
	if err == nil && !moved {
		return ErrDecided
	}
	r.State = to
	return err
}
