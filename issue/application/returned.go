package application

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qualsys/internal/store"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// maxReturnItems bounds what is returned at once.
const maxReturnItems = 10

// Return sends the application back for mending, item by item. Number and date
// of arrival stay; so does everything that is not named.
func (s *Service) Return(ctx context.Context, by actor.Actor, id string, version int, items []ReturnRequest) (Case, error) {
	return s.decide(ctx, by, id, version, func(tx *store.Tx, r *row) error {
		if len(items) == 0 || len(items) > maxReturnItems {
			return ErrNoItems
		}
		return s.giveBack(tx, by, r, items)
	})
}

func (s *Service) giveBack(tx *store.Tx, by actor.Actor, r *row, items []ReturnRequest) error {
	r.Round++
	for i, q := range items {
		text, reason, err := q.text("ja")
		if err != nil {
			return err
		}
		line := returnRow{ID: store.NewID(), ApplicationID: r.ID, Round: r.Round, Place: i + 1, Item: q.Item, Reason: q.Reason,
			Message: text, Note: strings.TrimSpace(q.Text), Ways: asJSON[[]Way]{waysFor(q.Item, reason)}}
		if err := tx.Create(&line).Error; err != nil {
			return fmt.Errorf("application: write what is returned: %w", err)
		}
	}
	last := person.DateAt(tx.Now).AddDays(returnDays)
	r.DeadlineOn = last
	if err := s.move(tx, by, r, Return, items[0].Reason); err != nil {
		return err
	}
	err := s.tell(tx, *r, "N5", "returned/"+strconv.Itoa(r.Round), map[string]string{"n": strconv.Itoa(len(items)), "date": last.String()})
	if err != nil {
		return err
	}
	return s.limit(tx, r, last)
}

// waysFor leaves typing out where the item is nothing that was typed.
func waysFor(item string, r Reason) []Way {
	if slices.Contains([]string{"name", "kana", "address", "domicile"}, item) {
		return r.Ways
	}
	return slices.DeleteFunc(slices.Clone(r.Ways), func(w Way) bool { return w == Amend })
}

// Answer answers one returned item on the same application.
func (s *Service) Answer(ctx context.Context, by actor.Actor, id string, version int, item string, a Answer) (View, error) {
	var file upload
	var err error
	if a.Way == Upload {
		if file, err = readUpload(a.File); err != nil {
			return View{}, err
		}
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		r, line, err := s.returned(tx, by, id, version, item)
		if err != nil {
			return err
		}
		if !slices.Contains(line.Ways.V, a.Way) {
			return ErrWay
		}
		if err := s.answer(tx, &r, &line, a, file); err != nil {
			return err
		}
		line.Answer, line.AnsweredAt = a.Way, store.At(tx.Now)
		err = tx.Model(&returnRow{}).Where("id = ?", line.ID).
			Select("answer", "shown", "identifier", "identifier_on", "answered_at").Updates(line).Error
		if err != nil {
			return fmt.Errorf("application: keep an answer: %w", err)
		}
		return s.write(tx, &r, Returned)
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, id)
}

// returned reads an item of the present round of the holder's application.
func (s *Service) returned(tx *store.Tx, by actor.Actor, id string, version int, item string) (row, returnRow, error) {
	r, err := s.own(tx, by, id, take)
	if err != nil {
		return r, returnRow{}, err
	}
	if r.State != Returned {
		return r, returnRow{}, ErrNotNow.With("state", string(r.State))
	}
	if err := r.seen(version); err != nil {
		return r, returnRow{}, err
	}
	var line returnRow
	err = store.One(tx.Where("id = ? AND application_id = ? AND round = ?", item, id, r.Round), &line)
	if err == store.ErrNone {
		err = ErrNone
	}
	return r, line, err
}

func (s *Service) answer(tx *store.Tx, r *row, line *returnRow, a Answer, file upload) error {
	switch a.Way {
	case Amend:
		return s.amend(tx, r, line, a.Value)
	case Upload:
		name, err := keepFile(tx, r.ID, line.ID, file)
		if err != nil {
			return err
		}
		line.Shown = name
		return attached(tx, *r, line.Item)
	case Identifier:
		number, on, err := ParseIdentifier(a.Number, a.IssuedOn, person.DateAt(tx.Now))
		if err != nil {
			return err
		}
		line.Identifier, line.IdentifierOn = number, on
		line.Shown = strings.Repeat("＊", 12) + number[12:]
		return attached(tx, *r, line.Item)
	case Explain:
		text, err := bounded(a.Value)
		if err != nil {
			return err
		}
		if text == "" {
			return ErrReason.At("value")
		}
		line.Shown = text
		return nil
	}
	return ErrWay
}

// amend puts the right value in the place of the wrong one.
func (s *Service) amend(tx *store.Tx, r *row, line *returnRow, value string) (err error) {
	reg, err := registry.Get(tx, r.RegistrationID)
	if err != nil {
		return err
	}
	if line.Item == "kana" {
		if r.AskedKana, err = person.ParseKana(value); err != nil {
			return atField(err, "value")
		}
		line.Shown, r.Form.V.Kana = value, value
		return nil
	}
	f := r.Form.V
	f.Items = []Item{Item(line.Item)}
	f.Name, f.Address, f.Domicile = value, value, value
	if !r.asks(Item(line.Item)) {
		return ErrWay
	}
	var a asked
	f.parseNew(&a, reg, func(_ string, e error) {
		if e != nil {
			err = e
		}
	})
	if err != nil {
		return atField(err, "value")
	}
	switch Item(line.Item) {
	case Name:
		r.AskedName, r.Form.V.Name = a.name, value
	case Address:
		r.AskedAddress, r.Form.V.Address = a.address, value
	case Domicile:
		r.AskedDomicile, r.Form.V.Domicile = a.domicile, value
	}
	line.Shown = value
	return nil
}

// attached marks the evidence that the file or identifier stands for.
func attached(tx *store.Tx, r row, item string) error {
	items, err := evidence.ItemsOf(tx, r.ID)
	if err != nil {
		return err
	}
	open := []evidence.ItemState{evidence.Needed, evidence.IsMismatch, evidence.IsUnclear, evidence.IsDown, evidence.IsNotYet,
		evidence.IsVariant, evidence.IsMatched, evidence.Attached, evidence.Refused, evidence.Expired}
	for _, i := range items {
		about := string(i.Need.Field) == item || item == "birth_date" || (item == "family_record" && (i.Need.Source == evidence.Family || !i.State.Good()))
		if !about || i.State.Good() && item != "birth_date" {
			continue
		}
		if err := evidence.Move(tx, r.ID, i.ID, open, evidence.Attached, ""); err != nil {
			return err
		}
	}
	return nil
}

// Resubmit sends the application again when every returned item is answered.
// The registers are asked again about what no attachment stands for.
func (s *Service) Resubmit(ctx context.Context, by actor.Actor, id string, version int) (View, error) {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r, err := s.own(tx, by, id, take)
		if err != nil {
			return err
		}
		if err := r.seen(version); err != nil {
			return err
		}
		if !r.State.May(Resubmit) {
			return ErrNotNow.With("state", string(r.State))
		}
		var open int64
		err = tx.Model(&returnRow{}).Where("application_id = ? AND round = ? AND answer = ''", id, r.Round).Count(&open).Error
		if err != nil {
			return fmt.Errorf("application: count what is open: %w", err)
		}
		if open > 0 {
			return ErrUnanswered
		}
		if err := s.move(tx, by, &r, Resubmit, ""); err != nil {
			return err
		}
		return s.askSoon(tx, r, tx.Now)
	})
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, by, id)
}
