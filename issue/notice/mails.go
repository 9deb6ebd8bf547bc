package notice

import (
	"context"
	"errors"
	"fmt"

	"qualsys/internal/store"
)

// ErrRefused says that an address will never take this mail.
var ErrRefused = errors.New("notice: mail refused")

// SendMail sends the queued mail with the given id. It may run any number of
// times; a crash between sending and recording sends the mail again with the
// same Message-ID.
func (n *Notices) SendMail(ctx context.Context, id string) error {
	var m mailRow
	var code codeRow
	err := n.o.DB.Read(ctx, func(tx *store.Tx) error {
		if err := store.One(tx.Where("id = ?", id), &m); err != nil || m.Code == "" {
			return err
		}
		return store.One(tx.Where("id = ?", m.Code), &code)
	})
	if err != nil {
		return fmt.Errorf("notice: mail %s: %w", id, err)
	}
	if m.State != queued {
		return nil
	}
	if m.Code != "" && !n.o.DB.Clock().Now().Before(code.EndsAt.Time) {
		return n.sent(ctx, m, dropped)
	}
	words, err := n.write(m, code)
	if err != nil {
		return err
	}
	switch err := n.o.Mail.Send(ctx, words); {
	case errors.Is(err, ErrRefused):
		return n.sent(ctx, m, refused)
	case err != nil:
		return fmt.Errorf("notice: mail %s: %w", id, err)
	}
	return n.sent(ctx, m, sent)
}

// write words a mail: what happened in general, and where to read on.
func (n *Notices) write(m mailRow, code codeRow) (Mail, error) {
	t, err := textOf(m.Kind, m.Language)
	if err != nil {
		return Mail{}, err
	}
	body, kept := t.Mail, "{}"
	if m.Code != "" {
		if kept, err = encode(MailCode, Params{"code": n.code(code)}); err != nil {
			return Mail{}, err
		}
	}
	if body, err = fill(body+"\n\n"+footer(m.Language), kept, m.Language); err != nil {
		return Mail{}, err
	}
	body = replaceDomain(body, n.o.Domain)
	return Mail{ID: m.ID, To: m.Address.s, Subject: replaceDomain(t.Title, n.o.Domain), Body: body}, nil
}

// sent records what became of a mail and forgets where it went. Where it was
// refused, a notice that needs a letter gets one.
func (n *Notices) sent(ctx context.Context, m mailRow, to mailState) error {
	return n.o.DB.Write(ctx, func(tx *store.Tx) error {
		moved, err := store.Moved(tx.Model(&mailRow{}).Where("id = ? AND state = ?", m.ID, queued).
			Updates(map[string]any{"state": to, "sent_at": store.At(tx.Now), "address": Address{}}))
		if err != nil || !moved || to != refused || m.Notice == "" || !m.Kind.goes(letter) {
			return err
		}
		var told noticeRow
		if err := store.One(tx.Where("id = ?", m.Notice), &told); err != nil {
			return err
		}
		return openLetter(tx, told)
	})
}
