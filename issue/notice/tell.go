package notice

import (
	"errors"
	"fmt"
	"time"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

func newNotices(o Options) (*Notices, error) {
	if o.DB == nil || o.Jobs == nil || o.Mail == nil || o.Domain == "" || len(o.Secret) < 32 {
		return nil, errors.New("notice: database, jobs, mail, domain and a secret of 32 bytes must be given")
	}
	return &Notices{o}, nil
}

func (n *Notices) tell(tx *store.Tx, to string, kind Kind, params Params) error {
	kept, err := encode(kind, params)
	if err != nil {
		return err
	}
	if to == "" || !kind.goes(inbox) {
		return fmt.Errorf("notice: %s can't be told to %q", kind, to)
	}
	if word := optional(params, Once); word != "" {
		fresh, err := once(tx, &onceRow{Login: to, Word: string(kind) + " " + word})
		if err != nil || !fresh {
			return err
		}
	}
	row := noticeRow{ID: store.NewID(), Login: to, Kind: kind, Params: kept, About: optional(params, About), ToldAt: store.At(tx.Now)}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("notice: tell %s: %w", kind, err)
	}
	s, err := settingsOf(tx, to)
	if err != nil {
		return err
	}
	if kind.goes(mail) && !s.Address.IsZero() {
		if err := n.queue(tx, mailRow{Login: to, Notice: row.ID, Kind: kind, Address: s.Address, Language: s.Language}); err != nil {
			return err
		}
	}
	if kind.goes(letter) && (s.Address.IsZero() || optional(params, ByLetter) != "") {
		return openLetter(tx, row)
	}
	return nil
}

func openLetter(tx *store.Tx, n noticeRow) error {
	_, err := once(tx, &letterRow{ID: store.NewID(), Login: n.Login, Notice: n.ID, OpenedAt: store.At(tx.Now)})
	return err
}

// queue records a mail and has a job send it.
func (n *Notices) queue(tx *store.Tx, m mailRow) error {
	m.ID, m.State, m.QueuedAt = store.NewID(), queued, store.At(tx.Now)
	if err := tx.Create(&m).Error; err != nil {
		return fmt.Errorf("notice: mail: %w", err)
	}
	return n.o.Jobs.Enqueue(tx, sendMail{m.ID}, time.Time{})
}

func (n *Notices) tellOfficers(tx *store.Tx, body string, kind Kind, params Params) error {
	var officers []settingsRow
	if err := tx.Where("body = ? AND body <> ''", body).Order("login").Find(&officers).Error; err != nil {
		return err
	}
	for _, o := range officers {
		if err := n.tell(tx, o.Login, kind, params); err != nil {
			return err
		}
	}
	return nil
}

func (n *Notices) knowOfficer(tx *store.Tx, by actor.Actor, address string) error {
	if err := by.Check(); err != nil {
		return err
	}
	if by.Kind != actor.KindOfficer {
		return actor.ErrForbidden
	}
	r := settingsRow{Login: by.ID, Language: Japanese, Body: by.Body}
	if address != "" {
		a, err := ParseAddress(address)
		if err != nil {
			return err
		}
		r.Address, r.VerifiedAt = a, store.At(tx.Now)
	}
	return put(tx, r, "body", "address", "verified_at")
}
