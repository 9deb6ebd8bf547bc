package main

import (
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/registry/sample"
)

// What tests do through the services where the pages are not what is tested.

// clerk acts for the program in tests.
var clerk = actor.System("test")

// Registration returns the first registration of somebody called by name.
func (h *House) Registration(key string) registry.Registration {
	h.t.Helper()
	p, ok := sample.NamedAs(key)
	if !ok {
		h.t.Fatalf("nobody is called %s", key)
	}
	return h.ByNumber(p.Registrations[0].Register, p.Registrations[0].Number)
}

// ByNumber returns the registration of that number.
func (h *House) ByNumber(no registry.RegisterNo, number string) (r registry.Registration) {
	h.t.Helper()
	h.Read(func(tx *store.Tx) (err error) {
		r, err = registry.ByNumber(tx, no, number)
		return err
	})
	return r
}

// Read and Write run f in a transaction.
func (h *House) Read(f func(tx *store.Tx) error) {
	h.t.Helper()
	h.must(h.System.db.Read(h.ctx(), f))
}

// Write is Read's counterpart.
func (h *House) Write(f func(tx *store.Tx) error) {
	h.t.Helper()
	h.must(h.System.db.Write(h.ctx(), f))
}

// Paper makes the certificate of a registration and returns it as it would be
// in a person's hand.
func (h *House) Paper(id registry.ID) walk.Paper {
	h.t.Helper()
	made, err := h.System.issuer.Issue(h.ctx(), clerk, id, registry.Cause{Kind: "test"})
	h.must(err)
	_, file, err := h.System.issuer.File(h.ctx(), clerk, made.ID)
	h.must(err)
	p, err := walk.ReadPaper(file)
	h.must(err)
	p.At = "/my/certificates/" + string(made.ID)
	return p
}

// Rename changes a registered name past all applications.
func (h *House) Rename(r registry.Registration, name, kana string) {
	h.t.Helper()
	h.Write(func(tx *store.Tx) error {
		_, err := h.System.register.Apply(tx, clerk, r.ID, r.Version, registry.NameChange{To: parsed(h.t, person.ParseName, name),
			Kana: parsed(h.t, person.ParseKana, kana)}, today(tx), registry.Cause{Kind: "test"})
		return err
	})
	h.Settle()
}

// Measure has two officers take a measure on their pages: one proposes with
// these fields of the form, the other decides.
func (h *House) Measure(r registry.Registration, fields ...string) {
	h.t.Helper()
	first := h.Officer(r.Body, "registrar")
	h.must(first.Propose(r.Number, append([]string{"why", "聴聞の結果による"}, fields...)...))
	h.must(h.Officer(r.Body, "supervisor").Second(first.Page.URL.Path))
	h.Settle()
}

// Day is a day in Japan, as people type it: 0 is today.
func (h *House) Day(after int) string {
	return person.DateAt(h.Clock.Now()).AddDays(after).String()
}

func today(tx *store.Tx) person.Date { return person.DateAt(tx.Now) }

func parsed[T any](t testing.TB, parse func(string) (T, error), text string) T {
	t.Helper()
	v, err := parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
