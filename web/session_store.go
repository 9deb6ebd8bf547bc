package web

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry/actor"
)

// sessionRow is a session as the database keeps it. The token itself is not
// kept: who reads the table can't become anybody.
type sessionRow struct {
	ID        string `gorm:"primaryKey"`
	TokenHash []byte
	Kind      string
	LoginID   string
	Agent     string
	ACR       string `gorm:"column:acr"`
	AuthAt    store.Instant
	Facts     string
	CreatedAt store.Instant `gorm:"autoCreateTime:false"`
	SeenAt    store.Instant
	ExpiresAt store.Instant
	EndsAt    store.Instant
	RevokedAt store.Instant
}

// TableName names the table.
func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) session() Session {
	return Session{
		ID: r.ID, Login: r.LoginID, Agent: r.Agent,
		CreatedAt: r.CreatedAt.Time, SeenAt: r.SeenAt.Time, ExpiresAt: r.ExpiresAt.Time,
	}
}

// kindWord is how the column kind spells an actor's kind.
func kindWord(k actor.Kind) string {
	if k == actor.KindOfficer {
		return "officer"
	}
	return "holder"
}

func hashed(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

const alive = "revoked_at IS NULL AND expires_at > ?"

// sessionByToken reads a living session, or returns store.ErrNone.
func sessionByToken(tx *store.Tx, kind actor.Kind, token string) (sessionRow, error) {
	var r sessionRow
	err := store.One(tx.Where("token_hash = ? AND kind = ? AND "+alive, hashed(token), kindWord(kind), store.At(tx.Now)), &r)
	return r, err
}

// sessionStore is the store under scs for one kind of login. It goes by the
// database's clock and ignores the expiry that scs computes by the machine's.
type sessionStore struct {
	db   *store.DB
	kind actor.Kind
}

// FindCtx returns a living session's facts.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row sessionRow
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = sessionByToken(tx, s.kind, token)
		return err
	})
	if errors.Is(err, store.ErrNone) {
		return nil, false, nil
	}
	return []byte(row.Facts), err == nil, err
}

// touch notes that a session is used and lets it live on.
func touch(ctx context.Context, db *store.DB, row sessionRow) error {
	return db.Write(ctx, func(tx *store.Tx) error {
		return tx.Model(&sessionRow{}).Where("id = ? AND "+alive, row.ID, store.At(tx.Now)).Updates(map[string]any{
			"seen_at": store.At(tx.Now), "expires_at": store.At(earlier(tx.Now.Add(idleTime), row.EndsAt.Time)),
		}).Error
	})
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// CommitCtx keeps a new session. One that has been ended stays ended: a request
// that was under way meanwhile can't bring it back.
func (s sessionStore) CommitCtx(ctx context.Context, token string, b []byte, _ time.Time) error {
	var f struct {
		Login    string    `json:"login"`
		Agent    string    `json:"agent"`
		ACR      string    `json:"acr"`
		AuthTime time.Time `json:"auth_time"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return fmt.Errorf("web: the facts of a session: %w", err)
	}
	lifetime := holderTime
	if s.kind == actor.KindOfficer {
		lifetime = officerTime
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&sessionRow{
			ID: store.NewID(), TokenHash: hashed(token), Kind: kindWord(s.kind), LoginID: f.Login, Agent: f.Agent,
			ACR: f.ACR, AuthAt: store.At(f.AuthTime), Facts: string(b), CreatedAt: store.At(tx.Now), SeenAt: store.At(tx.Now),
			ExpiresAt: store.At(tx.Now.Add(idleTime)), EndsAt: store.At(tx.Now.Add(lifetime)),
		}).Error
	})
}

// DeleteCtx ends a session; its row stays for a while, so that it can't come back.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Model(&sessionRow{}).Where("token_hash = ? AND revoked_at IS NULL", hashed(token)).
			Update("revoked_at", store.At(tx.Now)).Error
	})
}

// Find, Commit and Delete are what scs calls when it has no context: never here.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// List returns the living sessions of a login, the one last used first.
func (s *Sessions) List(ctx context.Context, loginID string) ([]Session, error) {
	var rows []sessionRow
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.Where("login_id = ? AND "+alive, loginID, store.At(tx.Now)).Order("seen_at DESC, id DESC").Find(&rows).Error
	})
	if err != nil {
		return nil, fmt.Errorf("web: list sessions: %w", err)
	}
	list := make([]Session, len(rows))
	for i, r := range rows {
		list[i] = r.session()
	}
	return list, nil
}

// Revoke ends one session of a login. ErrNoSession when it has none of that id.
func (s *Sessions) Revoke(ctx context.Context, loginID, id string) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		moved, err := store.Moved(tx.Model(&sessionRow{}).Where("login_id = ? AND id = ? AND revoked_at IS NULL", loginID, id).
			Update("revoked_at", store.At(tx.Now)))
		if err != nil {
			return fmt.Errorf("web: end a session: %w", err)
		}
		if !moved {
			return ErrNoSession
		}
		return nil
	})
}

// RevokeOthers ends all sessions of a login but the one with id keep ("" keeps
// none) and returns how many.
func (s *Sessions) RevokeOthers(ctx context.Context, loginID, keep string) (int, error) {
	ended := 0
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		r := tx.Model(&sessionRow{}).Where("login_id = ? AND id <> ? AND "+alive, loginID, keep, store.At(tx.Now)).
			Update("revoked_at", store.At(tx.Now))
		ended = int(r.RowsAffected)
		return r.Error
	})
	if err != nil {
		return 0, fmt.Errorf("web: end the other sessions: %w", err)
	}
	return ended, nil
}

// Sweep forgets sessions that ended more than a day ago. It may run any time.
func (s *Sessions) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Where("ends_at < ?", store.At(tx.Now.Add(-24*time.Hour))).Delete(&sessionRow{}).Error
	})
}
