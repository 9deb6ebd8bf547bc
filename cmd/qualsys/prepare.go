package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/issue/keys"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/person"
	"qualsys/registry/sample"
	"qualsys/seeds"
)

// loader is who loads what an installation begins with.
var loader = actor.Operator("command line")

// prepareDemo makes what the demo needs and is missing: schema, catalogue,
// templates, sample register, keys, trust list. Running it again changes nothing.
func prepareDemo(ctx context.Context, cfg Config, c clock.Clock, people int, say func(string)) error {
	db, err := store.Open(ctx, cfg.Database, store.Options{Clock: c})
	if err != nil {
		return err
	}
	defer db.Close()
	say("database schema")
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	say("catalogue of 84 qualifications")
	if err := loadCatalogue(ctx, db, seeds.Catalogue); err != nil {
		return err
	}
	say(fmt.Sprintf("sample register of %d people", people))
	if _, err := sample.Load(ctx, db, registry.NewRegister(), sampleSeed, people); err != nil {
		return err
	}
	say("demo keys and trust list")
	return demoKeys(ctx, db, cfg, c)
}

// loadCatalogue adds what the file has and the database has not: bodies,
// registers, qualifications, procedures, and a first template for each.
func loadCatalogue(ctx context.Context, db *store.DB, file []byte) error {
	if _, err := catalog.Load(ctx, db, loader, file); err != nil {
		return err
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		today := person.DateAt(tx.Now)
		list, err := registry.Qualifications(tx, today)
		if err != nil {
			return err
		}
		plain := make([]template.Plain, len(list))
		for i, q := range list {
			plain[i] = template.Plain{Qualification: q.Code, Name: q.Name, English: q.English, Title: q.CertificateTitle,
				Issuer: q.IssuerTitle, DateLabel: q.DateLabel, Particulars: q.Particulars, ReplacesOriginal: q.ReplacesOriginal}
		}
		_, err = template.Store{}.Seed(tx, plain, today)
		return err
	})
}

// demoKeys makes the demo's keys and trust list when there are none, renews
// revocation lists that near their end, and signs the trust list again then.
func demoKeys(ctx context.Context, db *store.DB, cfg Config, c clock.Clock) error {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return err
	}
	if err := keys.MakeDemo(cfg.Keys, base.Hostname(), c.Now()); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	set, err := keys.Open(cfg.Keys)
	if err != nil {
		return err
	}
	if !set.Demo() {
		return fmt.Errorf("the keys in %s are real ones: the demo must not use them", cfg.Keys)
	}
	if err := set.RenewCRLs(cfg.Keys, c.Now()); err != nil {
		return err
	}
	if set, err = keys.Open(cfg.Keys); err != nil {
		return err
	}
	_, err = publishTrust(ctx, db, cfg.Keys, cfg.BaseURL, set, c.Now())
	return err
}

// reset removes what an earlier demo left, so that the walk begins on a fresh
// register each time.
func reset(data string) error {
	for _, name := range []string{"qualsys.db", "qualsys.db-wal", "qualsys.db-shm", "certificates", "paysim.json", "walk"} {
		if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
			return err
		}
	}
	return nil
}
