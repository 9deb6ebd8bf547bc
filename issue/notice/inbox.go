package notice

import (
	"errors"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// page bounds how many notices one call returns.
const page = 100

func (n *Notices) inbox(tx *store.Tx, by actor.Actor, l Language, before string, limit int) ([]Notice, error) {
	if err := by.Check(); err != nil {
		return nil, err
	}
	q := tx.Where("login = ?", by.ID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var rows []noticeRow
	if err := q.Order("id DESC").Limit(min(max(limit, 1), page)).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]Notice, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.in(l); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// in words the notice.
func (r noticeRow) in(l Language) (Notice, error) {
	t, err := textOf(r.Kind, l)
	if err != nil {
		return Notice{}, err
	}
	text, err := fill(t.Text, r.Params, l)
	return Notice{ID: r.ID, Kind: r.Kind, Title: t.Title, Text: text, About: r.About, At: r.ToldAt.Time, ReadAt: r.ReadAt.Time}, err
}

func (n *Notices) unread(tx *store.Tx, by actor.Actor) (int, error) {
	if err := by.Check(); err != nil {
		return 0, err
	}
	var count int64
	err := tx.Model(&noticeRow{}).Where("login = ? AND read_at IS NULL", by.ID).Count(&count).Error
	return int(count), err
}

func (n *Notices) read(tx *store.Tx, by actor.Actor, l Language, id string) (Notice, error) {
	if err := by.Check(); err != nil {
		return Notice{}, err
	}
	var r noticeRow
	if err := store.One(tx.Where("id = ? AND login = ?", id, by.ID), &r); errors.Is(err, store.ErrNone) {
		return Notice{}, ErrNoNotice
	} else if err != nil {
		return Notice{}, err
	}
	if r.ReadAt.IsZero() {
		r.ReadAt = store.At(tx.Now)
		if err := tx.Model(&noticeRow{}).Where("id = ? AND read_at IS NULL", id).Update("read_at", r.ReadAt).Error; err != nil {
			return Notice{}, err
		}
	}
	return r.in(l)
}

func (n *Notices) readAll(tx *store.Tx, by actor.Actor) error {
	if err := by.Check(); err != nil {
		return err
	}
	return tx.Model(&noticeRow{}).Where("login = ? AND read_at IS NULL", by.ID).Update("read_at", store.At(tx.Now)).Error
}

func (n *Notices) letters(tx *store.Tx) ([]Letter, error) {
	var rows []letterRow
	if err := tx.Where("sent_at IS NULL").Order("opened_at, id").Limit(page).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]Letter, len(rows))
	for i, r := range rows {
		var told noticeRow
		if err := store.One(tx.Where("id = ?", r.Notice), &told); err != nil {
			return nil, err
		}
		s, err := settingsOf(tx, r.Login)
		if err != nil {
			return nil, err
		}
		words, err := told.in(s.Language)
		if err != nil {
			return nil, err
		}
		list[i] = Letter{ID: r.ID, Holder: r.Login, About: told.About, Kind: told.Kind, Title: words.Title,
			Text: words.Text, OpenedAt: r.OpenedAt.Time, SentAt: r.SentAt.Time, SentBy: r.SentBy}
	}
	return list, nil
}

func (n *Notices) letterSent(tx *store.Tx, by actor.Actor, id string) error {
	if err := by.Check(); err != nil {
		return err
	}
	if by.Kind != actor.KindOfficer && by.Kind != actor.KindOperator {
		return actor.ErrForbidden
	}
	moved, err := store.Moved(tx.Model(&letterRow{}).Where("id = ? AND sent_at IS NULL", id).
		Updates(map[string]any{"sent_at": store.At(tx.Now), "sent_by": by.ID}))
	if err == nil && !moved {
		return ErrNoLetter
	}
	return err
}
