// Package sample fills a register with invented people: a given number from a
// seeded generator, every name of seeds/names.yaml that may be registered, and
// the few people that demonstrations and acceptance tests call by name. The same
// seed gives the same people, to the byte, on every machine.
package sample

import (
	"context"
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// batch is how many registrations one transaction makes: on SQLite others wait
// for it, so it must stay short.
const batch = 500

// Made counts what Load added.
type Made struct{ People, Registrations int }

// cause stands in every entry that Load makes.
var cause = registry.Cause{Kind: "sample", Reason: "見本の登録"}

// Load enrols n people of the given seed into the registers of the catalogue,
// which must be loaded before. Registrations that exist are left alone, so that
// running twice changes nothing; n and seed should then be the same.
func Load(ctx context.Context, db *store.DB, register *registry.Register, seed uint64, n int) (made Made, err error) {
	people, err := People(seed, n)
	if err != nil {
		return made, err
	}
	by := actor.Operator("sample")
	var waiting []registry.New
	flush := func() error {
		err := db.Write(ctx, func(tx *store.Tx) error {
			if err := by.May(actor.LoadSample, ""); err != nil {
				return err
			}
			fresh, err := register.EnrolAll(tx, by, waiting, cause)
			made.Registrations += len(fresh)
			return err
		})
		waiting = waiting[:0]
		return err
	}
	for _, p := range people {
		waiting = append(waiting, p.Registrations...)
		made.People++
		if len(waiting) >= batch {
			if err := flush(); err != nil {
				return made, fmt.Errorf("sample: %w", err)
			}
		}
	}
	if err := flush(); err != nil {
		return made, fmt.Errorf("sample: %w", err)
	}
	if made.Registrations == 0 {
		made.People = 0
	}
	return made, nil
}
