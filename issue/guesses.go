package issue

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/registry/person"
)

// Guesses counts the wrong birth dates that were typed for a code, so that five
// in a day hide the particulars and never the verdict (DESIGN §5). Days are
// those of Japan. It keeps keyed digests of codes only.
type Guesses struct {
	db     *store.DB
	secret []byte
}

// NewGuesses returns a counter over db; secret is Options.CodeSecret.
func NewGuesses(db *store.DB, secret []byte) *Guesses { return &Guesses{db, secret} }

// Wrong returns how many wrong birth dates were given for the code today.
func (g *Guesses) Wrong(ctx context.Context, code credential.Code) (n int, err error) {
	digest := code.Digest(g.secret)
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		var a attemptRow
		err := store.One(tx.Where("code_digest = ? AND tried_on = ?", digest[:], person.DateAt(tx.Now)), &a)
		if errors.Is(err, store.ErrNone) {
			return nil
		}
		n = a.Wrong
		return wrap("issue: read wrong birth dates", err)
	})
	return n, err
}

// Count adds a wrong birth date. Counts of earlier days of the code are forgotten.
func (g *Guesses) Count(ctx context.Context, code credential.Code) error {
	digest := code.Digest(g.secret)
	return g.db.Write(ctx, func(tx *store.Tx) error {
		today := person.DateAt(tx.Now)
		err := tx.Where("code_digest = ? AND tried_on < ?", digest[:], today).Delete(&attemptRow{}).Error
		if err != nil {
			return wrap("issue: forget wrong birth dates", err)
		}
		err = tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "code_digest"}, {Name: "tried_on"}},
			DoUpdates: clause.Assignments(map[string]any{"wrong": gorm.Expr("code_attempts.wrong + 1")}),
		}).Create(&attemptRow{CodeDigest: digest[:], TriedOn: today, Wrong: 1}).Error
		return wrap("issue: count a wrong birth date", err)
	})
}
