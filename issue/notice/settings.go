package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/width"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

const (
	codeLife  = 24 * time.Hour
	codeTries = 5
	dayCodes  = 5
)

func (n *Notices) settings(tx *store.Tx, by actor.Actor) (Settings, error) {
	if err := by.Check(); err != nil {
		return Settings{}, err
	}
	r, err := settingsOf(tx, by.ID)
	if err != nil {
		return Settings{}, err
	}
	s := Settings{Language: r.Language, Address: r.Address, VerifiedAt: r.VerifiedAt.Time}
	c, err := pending(tx, by.ID)
	if errors.Is(err, store.ErrNone) {
		return s, nil
	}
	s.Pending, s.PendingUntil = c.Address, c.EndsAt.Time
	return s, err
}

// pending returns the newest code of a login if it can still be used.
func pending(tx *store.Tx, login string) (codeRow, error) {
	var c codeRow
	if err := store.One(tx.Where("login = ?", login).Order("asked_at DESC, id DESC"), &c); err != nil {
		return c, err
	}
	if !c.UsedAt.IsZero() || c.Tries >= codeTries || !tx.Now.Before(c.EndsAt.Time) {
		return codeRow{}, store.ErrNone
	}
	return c, nil
}

func (n *Notices) setLanguage(tx *store.Tx, by actor.Actor, l Language) error {
	if err := by.Check(); err != nil {
		return err
	}
	if l != Japanese && l != English {
		return ErrLanguage.At("language")
	}
	return put(tx, settingsRow{Login: by.ID, Language: l}, "language")
}

func (n *Notices) askAddress(tx *store.Tx, by actor.Actor, a Address) error {
	if err := by.Check(); err != nil {
		return err
	}
	if a.IsZero() {
		return ErrAddress.At("address")
	}
	s, err := settingsOf(tx, by.ID)
	if err != nil {
		return err
	}
	if s.Address == a {
		return ErrSameAddress.At("address")
	}
	var today int64
	if err := tx.Model(&codeRow{}).Where("login = ? AND asked_at > ?", by.ID, store.At(tx.Now.Add(-codeLife))).
		Count(&today).Error; err != nil {
		return err
	}
	if today >= dayCodes {
		return ErrTooManyCodes.At("address")
	}
	c := codeRow{ID: store.NewID(), Login: by.ID, Address: a, AskedAt: store.At(tx.Now), EndsAt: store.At(tx.Now.Add(codeLife))}
	c.Digest = n.digest(c.ID, n.code(c))
	if err := tx.Create(&c).Error; err != nil {
		return fmt.Errorf("notice: code: %w", err)
	}
	return n.queue(tx, mailRow{Login: by.ID, Kind: MailCode, Address: a, Language: s.Language, Code: c.ID})
}

// code derives the one-time code of c, so that it stands in no table: the mail
// is written from the secret, and only a digest is kept to compare with.
func (n *Notices) code(c codeRow) string {
	h := hmac.New(sha256.New, n.o.Secret)
	fmt.Fprintf(h, "notice code\x00%s\x00%s", c.ID, c.Address.s)
	return fmt.Sprintf("%08d", binary.BigEndian.Uint64(h.Sum(nil))%100_000_000)
}

func (n *Notices) digest(id, code string) string {
	h := hmac.New(sha256.New, n.o.Secret)
	fmt.Fprintf(h, "notice digest\x00%s\x00%s", id, code)
	return hex.EncodeToString(h.Sum(nil))
}

func (n *Notices) confirmAddress(ctx context.Context, by actor.Actor, code string) error {
	if err := by.Check(); err != nil {
		return err
	}
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '　' {
			return -1
		}
		return r
	}, width.Narrow.String(code))
	right := false
	err := n.o.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := pending(tx, by.ID)
		if errors.Is(err, store.ErrNone) {
			return nil
		} else if err != nil {
			return err
		}
		// counted before it is compared, and where another try has not counted meanwhile
		counted, err := store.Moved(tx.Model(&codeRow{}).Where("id = ? AND tries = ? AND used_at IS NULL", c.ID, c.Tries).
			Update("tries", c.Tries+1))
		if err != nil || !counted || !hmac.Equal([]byte(n.digest(c.ID, code)), []byte(c.Digest)) {
			return err
		}
		right = true
		return n.takeAddress(tx, by, c)
	})
	if err == nil && !right {
		return ErrCode.At("code")
	}
	return err
}

// takeAddress makes the address of a code the address of the login, and tells
// the one before.
func (n *Notices) takeAddress(tx *store.Tx, by actor.Actor, c codeRow) error {
	if err := tx.Model(&codeRow{}).Where("id = ?", c.ID).Update("used_at", store.At(tx.Now)).Error; err != nil {
		return err
	}
	s, err := settingsOf(tx, by.ID)
	if err != nil {
		return err
	}
	old := s.Address
	s.Address, s.VerifiedAt = c.Address, store.At(tx.Now)
	if err := put(tx, s, "address", "verified_at"); err != nil {
		return err
	}
	if !old.IsZero() {
		if err := n.queue(tx, mailRow{Login: by.ID, Kind: MailChanged, Address: old, Language: s.Language}); err != nil {
			return err
		}
	}
	return n.tell(tx, by.ID, MailChanged, nil)
}

func (n *Notices) removeAddress(tx *store.Tx, by actor.Actor) error {
	if err := by.Check(); err != nil {
		return err
	}
	s, err := settingsOf(tx, by.ID)
	if err != nil || s.Address.IsZero() {
		return err
	}
	if err := n.tell(tx, by.ID, MailRemoved, nil); err != nil { // still to the old address
		return err
	}
	s.Address, s.VerifiedAt = Address{}, store.Instant{}
	return put(tx, s, "address", "verified_at")
}
