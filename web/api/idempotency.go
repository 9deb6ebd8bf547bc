package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
)

// keyRow remembers what an Idempotency-Key came with; neither key nor body is kept.
type keyRow struct {
	KeyHash   []byte `gorm:"primaryKey"`
	BodyHash  []byte
	ExpiresAt store.Instant
}

// TableName names the table.
func (keyRow) TableName() string { return "idempotency_keys" }

// once refuses a key that came before with another body. A verification changes
// nothing, so the same request again is simply answered again, with the state of now.
func (a *API) once(ctx context.Context, key string, body []byte) error {
	if key == "" {
		return nil
	}
	if len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return ErrKey.At("Idempotency-Key")
	}
	hash := sha256.Sum256([]byte(verifications + "\x00" + key))
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Where("key_hash = ? AND expires_at <= ?", hash[:], store.At(tx.Now)).Delete(&keyRow{}).Error; err != nil {
			return fmt.Errorf("api: forget a key: %w", err)
		}
		row := keyRow{KeyHash: hash[:], BodyHash: body, ExpiresAt: store.At(tx.Now.Add(keyTime))}
		isNew, err := store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row))
		if err != nil {
			return fmt.Errorf("api: keep a key: %w", err)
		}
		if isNew {
			return nil
		}
		var before keyRow
		if err := store.One(tx.Where("key_hash = ?", hash[:]), &before); err != nil {
			return fmt.Errorf("api: look at a key: %w", err)
		}
		if !bytes.Equal(before.BodyHash, body) {
			return ErrKeyReused.At("Idempotency-Key")
		}
		return nil
	})
}

// Sweep forgets keys that are over. It may run any time.
func (a *API) Sweep(ctx context.Context) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Where("expires_at <= ?", store.At(tx.Now)).Delete(&keyRow{}).Error
	})
}
