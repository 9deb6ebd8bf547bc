package notice

import (
	"errors"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
)

type settingsRow struct {
	Login      string `gorm:"primaryKey"`
	Language   Language
	Address    Address
	VerifiedAt store.Instant
	Body       string // of an officer
	ChangedAt  store.Instant
}

type codeRow struct {
	ID      string `gorm:"primaryKey"`
	Login   string
	Address Address
	Digest  string
	Tries   int
	AskedAt store.Instant
	EndsAt  store.Instant
	UsedAt  store.Instant
}

type noticeRow struct {
	ID     string `gorm:"primaryKey"`
	Login  string
	Kind   Kind
	Params string
	About  string
	ToldAt store.Instant
	ReadAt store.Instant
}

type onceRow struct {
	Login string `gorm:"primaryKey"`
	Word  string `gorm:"primaryKey"`
}

type mailRow struct {
	ID       string `gorm:"primaryKey"`
	Login    string
	Notice   string
	Kind     Kind
	Address  Address // forgotten once the mail has gone
	Language Language
	Code     string // the row of notice_codes that a code is derived from
	State    mailState
	QueuedAt store.Instant
	SentAt   store.Instant
}

type letterRow struct {
	ID       string `gorm:"primaryKey"`
	Login    string
	Notice   string
	OpenedAt store.Instant
	SentAt   store.Instant
	SentBy   string
}

func (settingsRow) TableName() string { return "notice_settings" }
func (codeRow) TableName() string     { return "notice_codes" }
func (noticeRow) TableName() string   { return "notices" }
func (onceRow) TableName() string     { return "notice_once" }
func (mailRow) TableName() string     { return "mails" }
func (letterRow) TableName() string   { return "letters" }

type mailState string

const (
	queued  mailState = "queued"
	sent    mailState = "sent"
	refused mailState = "refused" // the address will never take it
	dropped mailState = "dropped" // what it was about is over
)

// settingsOf returns the row of a login; someone who chose nothing has defaults.
func settingsOf(tx *store.Tx, login string) (settingsRow, error) {
	r := settingsRow{Login: login, Language: Japanese}
	err := store.One(tx.Where("login = ?", login), &r)
	if errors.Is(err, store.ErrNone) {
		return settingsRow{Login: login, Language: Japanese}, nil
	}
	return r, err
}

// put writes the row of a login, naming the columns that change.
func put(tx *store.Tx, r settingsRow, columns ...string) error {
	r.ChangedAt = store.At(tx.Now)
	return tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "login"}},
		DoUpdates: clause.AssignmentColumns(append(columns, "changed_at")),
	}).Create(&r).Error
}

func once(tx *store.Tx, row any) (bool, error) {
	return store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(row))
}
