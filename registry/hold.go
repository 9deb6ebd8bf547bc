package registry

import (
	"fmt"

	"gorm.io/gorm/clause"

	"qualsys/internal/store"
	"qualsys/registry/person"
)

// Hold returns a registration as Get does and keeps it from moving until tx
// ends, so that what is recorded about it in tx is true when tx commits; who
// else holds it waits. It needs a transaction that may write. On SQLite, where there is one writer at
// a time, it holds anyway.
func Hold(tx *store.Tx, id ID) (Registration, error) {
	var row registrationRow
	err := store.One(tx.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", string(id)), &row)
	if err == store.ErrNone {
		return Registration{}, ErrNotFound
	}
	if err != nil {
		return Registration{}, fmt.Errorf("registry: hold a registration: %w", err)
	}
	return row.registration(person.DateAt(tx.Now))
}
