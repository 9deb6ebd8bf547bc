package evidence

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// ErrNoItem says that the application has no such evidence item, or that it
// needs no acceptance.
var ErrNoItem = fault.New(fault.Conflict, "evidence.item_not_open")

// Desk asks the registers. It holds no transaction while it does.
type Desk struct {
	registers Registers
	clock     clock.Clock
}

// NewDesk returns a desk that asks through r; nil for c is the machine's clock.
func NewDesk(r Registers, c clock.Clock) *Desk {
	if c == nil {
		c = clock.System{}
	}
	return &Desk{registers: r, clock: c}
}

// Inquire asks each source about the claim, one after the other, and returns
// what was heard, in the order of sources. A source that fails is heard as
// Silent: nothing is ever concluded from it.
func (d *Desk) Inquire(ctx context.Context, sources []Source, c Claim) []Heard {
	heard := make([]Heard, 0, len(sources))
	for _, s := range sources {
		q := Question{Reference: store.NewID(), Source: s, Basis: c.Basis, Person: c.Person,
			Known: Facts{Name: c.Registered.Name, BirthDate: c.Registered.BirthDate}}
		at := d.clock.Now()
		r, err := d.registers.Ask(ctx, q)
		if err != nil {
			slog.WarnContext(ctx, "evidence: no answer", "source", s, "reference", q.Reference, "error", err)
			r = Reply{Status: Silent, RequestHash: r.RequestHash}
		} else {
			r.AnsweredAt = d.clock.Now()
		}
		r.AskedAt = at
		heard = append(heard, Heard{Question: q, Reply: r})
	}
	return heard
}

// Open makes the items that an application needs and drops those it needs no
// longer, unless something was attached to them or an officer accepted them.
func Open(tx *store.Tx, application string, needs []Need) error {
	rows, err := itemRows(tx, application)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !slices.Contains(needs, Need{r.Source, r.Field}) {
			if err := tx.Where("id = ?", r.ID).Delete(&itemRow{}).Error; err != nil {
				return fmt.Errorf("evidence: drop an item: %w", err)
			}
		}
	}
	for _, n := range needs {
		row := itemRow{ID: store.NewID(), ApplicationID: application, Source: n.Source, Field: n.Field, State: Needed,
			CreatedAt: store.At(tx.Now)}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return fmt.Errorf("evidence: make an item: %w", err)
		}
	}
	return nil
}

// Record keeps what was asked and answered, whoever asked and for whatever.
func Record(tx *store.Tx, by actor.Actor, application string, purpose Purpose, heard []Heard) error {
	for _, h := range heard {
		r := h.Reply
		row := inquiryRow{ID: h.Question.Reference, ApplicationID: application, Source: h.Question.Source, Purpose: purpose,
			AskedBy: by.Kind.String() + ":" + by.ID, Basis: h.Question.Basis, Status: r.Status, Dead: r.Dead,
			Substituted: r.Substituted, RequestHash: r.RequestHash, ReplyHash: r.ReplyHash,
			AskedAt: store.At(r.AskedAt), AnsweredAt: store.At(r.AnsweredAt)}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return fmt.Errorf("evidence: keep an inquiry: %w", err)
		}
	}
	return nil
}

// Settle compares what was heard with the claim and moves the items that are
// still open. Items that an officer accepted or that wait for an attachment to
// be checked stay as they are. It returns all items as they stand then.
func Settle(tx *store.Tx, application string, c Claim, heard []Heard) ([]Item, error) {
	rows, err := itemRows(tx, application)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		at := slices.IndexFunc(heard, func(h Heard) bool { return h.Question.Source == r.Source })
		if at < 0 || !r.State.askable() {
			continue
		}
		cmp := Compare(Need{r.Source, r.Field}, c, heard[at].Reply)
		rows[i].Comparisons, rows[i].State = cmp, stateOf[cmp.Answer()]
		rows[i].Tries, rows[i].AskedAt = r.Tries+1, store.At(heard[at].Reply.AskedAt)
		err := tx.Model(&itemRow{}).Where("id = ?", r.ID).Select("state", "comparisons", "tries", "asked_at").
			Updates(rows[i]).Error
		if err != nil {
			return nil, fmt.Errorf("evidence: settle an item: %w", err)
		}
	}
	return items(rows), nil
}

// askable reports whether asking again may change the item.
func (s ItemState) askable() bool {
	return !slices.Contains([]ItemState{OfficerAccepted, Attached, AttachedChecked, Refused}, s)
}

// Sources returns the sources that still have to be asked, each once.
func Sources(all []Item) []Source {
	var s []Source
	for _, i := range all {
		if i.State.askable() && !slices.Contains(s, i.Need.Source) {
			s = append(s, i.Need.Source)
		}
	}
	return s
}

// Move sets the state of one item of an application from one of the states
// given, and keeps the officer's reason. ErrNoItem when it stands elsewhere.
func Move(tx *store.Tx, application, item string, from []ItemState, to ItemState, note string) error {
	moved, err := store.Moved(tx.Model(&itemRow{}).
		Where("id = ? AND application_id = ? AND state IN ?", item, application, from).
		Select("state", "note").Updates(itemRow{State: to, Note: note}))
	if err != nil {
		return fmt.Errorf("evidence: move an item: %w", err)
	}
	if !moved {
		return ErrNoItem
	}
	return nil
}

// ItemsOf returns the evidence items of an application in a fixed order.
func ItemsOf(tx *store.Tx, application string) ([]Item, error) {
	rows, err := itemRows(tx, application)
	return items(rows), err
}

// InquiriesOf returns every question asked for an application, oldest first.
func InquiriesOf(tx *store.Tx, application string) ([]Inquiry, error) {
	var rows []inquiryRow
	if err := tx.Where("application_id = ?", application).Order("asked_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("evidence: read inquiries: %w", err)
	}
	list := make([]Inquiry, len(rows))
	for i, r := range rows {
		list[i] = r.inquiry()
	}
	return list, nil
}

// AliveAt returns when the resident register last said that the person lives,
// the zero time when it never did or said otherwise since.
func AliveAt(inquiries []Inquiry) time.Time {
	var at time.Time
	for _, q := range inquiries {
		switch {
		case q.Source != Resident || q.Status != Found:
		case q.Dead:
			at = time.Time{}
		case q.AnsweredAt.After(at):
			at = q.AnsweredAt
		}
	}
	return at
}

func itemRows(tx *store.Tx, application string) ([]itemRow, error) {
	var rows []itemRow
	if err := tx.Where("application_id = ?", application).Order("source DESC, field, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("evidence: read items: %w", err)
	}
	return rows, nil
}

func items(rows []itemRow) []Item {
	list := make([]Item, len(rows))
	for i, r := range rows {
		list[i] = r.item()
	}
	return list
}
