package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// attemptTime is how long a login attempt stays open.
const attemptTime = 10 * time.Minute

// attemptRow is a login that has been begun and not come back yet.
type attemptRow struct {
	StateHash   []byte `gorm:"primaryKey"`
	BrowserHash []byte
	Issuer      string
	Nonce       string
	Verifier    string
	ReturnTo    string
	Fresh       bool
	LoginID     string
	CreatedAt   store.Instant `gorm:"autoCreateTime:false"`
	ExpiresAt   store.Instant
}

// TableName names the table.
func (attemptRow) TableName() string { return "login_attempts" }

func (a attemptRow) start() Start { return Start{Return: a.ReturnTo, Fresh: a.Fresh, Login: a.LoginID} }

func digest(s string) []byte {
	h := sha256.Sum256([]byte(s))
	return h[:]
}

func saveAttempt(tx *store.Tx, issuer, state, nonce, verifier string, s Start) error {
	return tx.Create(&attemptRow{
		StateHash: digest(state), BrowserHash: digest(s.Browser), Issuer: issuer, Nonce: nonce, Verifier: verifier,
		ReturnTo: s.Return, Fresh: s.Fresh, LoginID: s.Login,
		CreatedAt: store.At(tx.Now), ExpiresAt: store.At(tx.Now.Add(attemptTime)),
	}).Error
}

// takeAttempt finds the attempt that state names and removes it, so that it
// counts once. It must have been begun in this browser, with this issuer.
func takeAttempt(tx *store.Tx, issuer, state, browser string) (attemptRow, error) {
	var a attemptRow
	err := store.One(tx.Where("state_hash = ? AND issuer = ? AND expires_at > ?", digest(state), issuer, store.At(tx.Now)), &a)
	if errors.Is(err, store.ErrNone) {
		return a, ErrAttempt
	}
	if err != nil {
		return a, fmt.Errorf("identity: find the attempt: %w", err)
	}
	if subtle.ConstantTimeCompare(a.BrowserHash, digest(browser)) != 1 {
		return attemptRow{}, ErrAttempt
	}
	taken, err := store.Moved(tx.Where("state_hash = ?", a.StateHash).Delete(&attemptRow{}))
	if err != nil {
		return a, fmt.Errorf("identity: take the attempt: %w", err)
	}
	if !taken { // another request was quicker
		return attemptRow{}, ErrAttempt
	}
	return a, nil
}

// loginRow is the last that a provider vouched for of a login.
type loginRow struct {
	ID        string `gorm:"primaryKey"`
	Kind      string
	Issuer    string
	Subject   string
	Name      person.Name
	BirthDate person.Date
	Address   person.Address
	Body      string
	Roles     string
	FirstAt   store.Instant
	LastAt    store.Instant
}

// TableName names the table.
func (loginRow) TableName() string { return "logins" }

// saveLogin keeps what the provider vouched for, in place of what it said before.
func saveLogin(tx *store.Tx, l Login) error {
	roles, err := json.Marshal(l.Roles)
	if err != nil {
		return err
	}
	row := loginRow{
		ID: l.ID, Kind: l.Kind.String(), Issuer: l.Issuer, Subject: l.Subject, Name: l.Name, BirthDate: l.Birth,
		Address: l.Address, Body: l.Body, Roles: string(roles), FirstAt: store.At(tx.Now), LastAt: store.At(tx.Now),
	}
	return tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"name", "birth_date", "address", "body", "roles", "last_at"}),
	}).Create(&row).Error
}

// Get returns what a provider last vouched for of the login with this id, or
// store.ErrNone. ACR and AuthTime belong to a session and are empty here.
func Get(tx *store.Tx, id string) (Login, error) {
	var r loginRow
	if err := store.One(tx.Where("id = ?", id), &r); err != nil {
		return Login{}, err
	}
	kind, err := actor.ParseKind(r.Kind)
	if err != nil {
		return Login{}, err
	}
	l := Login{
		ID: r.ID, Kind: kind, Issuer: r.Issuer, Subject: r.Subject, Name: r.Name, Birth: r.BirthDate,
		Address: r.Address, Body: r.Body,
	}
	if err := json.Unmarshal([]byte(r.Roles), &l.Roles); err != nil {
		return Login{}, fmt.Errorf("identity: the roles of %s: %w", id, err)
	}
	return l, nil
}

// Sweep forgets attempts that nobody came back from. It may run any time.
func Sweep(ctx context.Context, db *store.DB) error {
	return db.Write(ctx, func(tx *store.Tx) error {
		return tx.Where("expires_at <= ?", store.At(tx.Now)).Delete(&attemptRow{}).Error
	})
}
