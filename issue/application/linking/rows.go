package linking

import (
	"errors"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/person"
)

type loginRow struct {
	Login     string `gorm:"primaryKey"`
	Issuer    string
	Subject   string
	TouchedAt store.Instant
	LockedTo  store.Instant
}

type linkRow struct {
	ID           string `gorm:"primaryKey"`
	Login        string
	Registration registry.ID
	Cause        string
	LinkedAt     store.Instant
	EndedAt      store.Instant
	EndedBy      string
	EndCause     string
}

type attemptRow struct {
	ID      string `gorm:"primaryKey"`
	Login   string
	Outcome string
	TriedAt store.Instant
}

type requestRow struct {
	ID           string `gorm:"primaryKey"`
	Login        string
	Name         person.Name
	BirthDate    person.Date
	Address      person.Address
	RegisterNo   registry.RegisterNo
	Body         registry.BodyID
	Number       string
	Reason       Reason
	State        RequestState
	AskedAt      store.Instant
	DecidedAt    store.Instant
	DecidedBy    string
	Note         string
	Registration registry.ID
}

func (loginRow) TableName() string   { return "link_logins" }
func (linkRow) TableName() string    { return "links" }
func (attemptRow) TableName() string { return "link_attempts" }
func (requestRow) TableName() string { return "link_requests" }

func (r requestRow) request() Request {
	return Request{ID: r.ID, Login: r.Login, Name: r.Name, BirthDate: r.BirthDate, Address: r.Address, Register: r.RegisterNo,
		Body: r.Body, Number: r.Number, Reason: r.Reason, State: r.State, AskedAt: r.AskedAt.Time,
		DecidedAt: r.DecidedAt.Time, DecidedBy: r.DecidedBy, Note: r.Note, Registration: r.Registration}
}

// once inserts row unless one of its unique keys is taken.
func once(tx *store.Tx, row any) (bool, error) {
	return store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(row))
}

// holdLogin locks the row of a login for the rest of the transaction, so that
// its tries are counted one after the other.
func holdLogin(tx *store.Tx, login Login) (loginRow, error) {
	r := loginRow{Login: login.ID, Issuer: login.Issuer, Subject: login.Subject, TouchedAt: store.At(tx.Now)}
	err := tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "login"}},
		DoUpdates: clause.AssignmentColumns([]string{"touched_at"}),
	}).Create(&r).Error
	if err != nil {
		return r, err
	}
	return r, store.One(tx.Where("login = ?", login.ID), &r)
}

func holderOf(tx *store.Tx, registration registry.ID) (string, error) {
	var r linkRow
	err := store.One(tx.Where("registration = ? AND ended_at IS NULL", string(registration)), &r)
	if errors.Is(err, store.ErrNone) {
		return "", nil
	}
	return r.Login, err
}
