package registry

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry/person"
)

// dayRow is the setting that says up to which day the watchers were told.
type dayRow struct {
	Name  string
	Value string
}

func (dayRow) TableName() string { return "settings" }

const daySetting = "registry.day"

// Daybreak tells the watchers of registrations whose standing changes by its
// dates: a suspension that begins, one that has ended, a removal that was
// decided for today. It catches up on every day since it last ran, returns how
// many registrations moved, and may run at any time and again: a job runs it
// every few minutes.
func (g *Register) Daybreak(ctx context.Context, db *store.DB) (moved int, err error) {
	for {
		more := false
		err = db.Write(ctx, func(tx *store.Tx) error {
			day, err := nextDay(tx)
			if err != nil || day.IsZero() {
				return err
			}
			n, err := g.begin(tx, day)
			if err != nil {
				return err
			}
			moved, more = moved+n, day.Before(person.DateAt(tx.Now))
			return tx.Model(&dayRow{}).Where("name = ?", daySetting).Update("value", fmt.Sprint(day.Int())).Error
		})
		if err != nil || !more {
			return moved, err
		}
	}
}

// nextDay returns the first day that the watchers were not told of, or none.
func nextDay(tx *store.Tx) (person.Date, error) {
	today := person.DateAt(tx.Now)
	yesterday := fmt.Sprint(today.AddDays(-1).Int())
	row := dayRow{daySetting, yesterday} // a new register begins today
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return 0, err
	}
	if err := store.One(tx.Where("name = ?", daySetting), &row); err != nil {
		return 0, err
	}
	last, err := strconv.ParseUint(row.Value, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("registry: the setting %s: %w", daySetting, err)
	}
	if next := person.Date(last).AddDays(1); !next.After(today) {
		return next, nil
	}
	return 0, nil
}

// begin tells of the registrations whose standing differs from the day before.
func (g *Register) begin(tx *store.Tx, day person.Date) (int, error) {
	eve := day.AddDays(-1)
	var rows []registrationRow
	// held in order of id, so that nothing else moves them before the watchers have heard
	err := tx.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("suspended_from_on = ? OR suspended_until_on = ? OR ended_on = ?", day, eve, day).Order("id").Find(&rows).Error
	if err != nil {
		return 0, fmt.Errorf("registry: begin the day: %w", err)
	}
	n := 0
	for _, row := range rows {
		before, err := row.registration(eve)
		if err != nil {
			return n, err
		}
		after := before
		if after.Standing = after.StandingOn(day); after.Standing == before.Standing {
			continue
		}
		entries, err := History(tx, after.ID)
		if err != nil {
			return n, err
		}
		if err := g.tell(tx, before, after, entries[len(entries)-1]); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
