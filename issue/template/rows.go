package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm/clause"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// Faults of publication.
var (
	// ErrNotPublished: the qualification has no template for that day.
	ErrNotPublished = fault.New(fault.NotFound, "template.not_published")
	// ErrSamePerson: author and publisher are one account (DESIGN §4.8).
	ErrSamePerson = fault.New(fault.Forbidden, "template.same_person")
	// ErrVersionTaken: another version was published meanwhile.
	ErrVersionTaken = fault.New(fault.Conflict, "template.version_taken")
)

// Store finds and publishes templates. It meets issue.Templates. Versions are
// only ever added.
type Store struct{}

// row is a template as it is kept.
type row struct {
	ID            string
	Qualification string
	Version       int
	ValidFromOn   person.Date
	Design        string
	Digest        []byte
	DraftedBy     string
	PublishedBy   string
	PublishedAt   store.Instant
}

// TableName implements gorm's Tabler.
func (row) TableName() string { return "templates" }

// At returns the template from which certificates of a qualification are made
// on a civil day: the highest version that is valid by then, or ErrNotPublished.
func (Store) At(tx *store.Tx, qualification string, day person.Date) (Template, error) {
	var r row
	err := store.One(tx.Where("qualification = ? AND valid_from_on <= ?", qualification, day).Order("version DESC").Limit(1), &r)
	return r.template(err)
}

// Version returns a template by its ID, whatever came after it, or ErrNotPublished.
func (Store) Version(tx *store.Tx, id string) (Template, error) {
	var r row
	err := store.One(tx.Where("id = ?", id), &r)
	return r.template(err)
}

// Versions returns all templates of a qualification, the newest first.
func (Store) Versions(tx *store.Tx, qualification string) ([]Template, error) {
	var rows []row
	if err := tx.Where("qualification = ?", qualification).Order("version DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("template: versions: %w", err)
	}
	all := make([]Template, 0, len(rows))
	for _, r := range rows {
		t, err := r.template(nil)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// Draft is a version that somebody proposes.
type Draft struct {
	Qualification string
	// Version must be one more than the highest published.
	Version   int
	ValidFrom person.Date
	// Author is who wrote it, as actor.Actor names accounts.
	Author actor.Actor
	Design
}

// Publish adds a version. The publisher is never the author.
func (s Store) Publish(tx *store.Tx, by actor.Actor, d Draft) (Template, error) {
	if err := by.Check(); err != nil {
		return Template{}, err
	}
	if err := d.Author.Check(); err != nil {
		return Template{}, err
	}
	if by.Same(d.Author) {
		return Template{}, ErrSamePerson
	}
	var latest int
	if err := tx.Model(&row{}).Where("qualification = ?", d.Qualification).Select("COALESCE(MAX(version), 0)").Scan(&latest).Error; err != nil {
		return Template{}, fmt.Errorf("template: latest version: %w", err)
	}
	if d.Version != latest+1 {
		return Template{}, ErrVersionTaken
	}
	r, err := newRow(tx, by, d)
	if err != nil {
		return Template{}, err
	}
	added, err := store.Moved(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r))
	if err != nil {
		return Template{}, fmt.Errorf("template: publish: %w", err)
	}
	if !added {
		return Template{}, ErrVersionTaken
	}
	line := audit.Line{Action: "template.published", Object: audit.Object{Kind: "template", ID: r.ID}, Cause: "author:" + account(d.Author)}
	if err := audit.Record(tx, by, line); err != nil {
		return Template{}, err
	}
	return r.template(nil)
}

// Seed publishes version 1 of each qualification that has none, made from the
// catalogue by its rules. It may run again. It returns how many it added.
func (s Store) Seed(tx *store.Tx, catalogue []Plain, from person.Date) (int, error) {
	var have []string
	if err := tx.Model(&row{}).Distinct().Pluck("qualification", &have).Error; err != nil {
		return 0, fmt.Errorf("template: seed: %w", err)
	}
	there := map[string]bool{}
	for _, q := range have {
		there[q] = true
	}
	n := 0
	for _, p := range catalogue {
		if there[p.Qualification] {
			continue
		}
		d := Draft{Qualification: p.Qualification, Version: 1, ValidFrom: from, Author: actor.System("catalogue"), Design: FromCatalogue(p)}
		if _, err := s.Publish(tx, actor.System("installation"), d); err != nil {
			return n, fmt.Errorf("template: seed %s: %w", p.Qualification, err)
		}
		n++
	}
	return n, nil
}

func account(a actor.Actor) string { return a.Kind.String() + ":" + a.ID }

func newRow(tx *store.Tx, by actor.Actor, d Draft) (row, error) {
	design, err := d.Design.json()
	if err != nil {
		return row{}, err
	}
	digest, err := d.Digest()
	if err != nil {
		return row{}, err
	}
	return row{
		ID: store.NewID(), Qualification: d.Qualification, Version: d.Version, ValidFromOn: d.ValidFrom,
		Design: string(design), Digest: digest[:], DraftedBy: account(d.Author), PublishedBy: account(by), PublishedAt: store.At(tx.Now),
	}, nil
}

// template reads a row; err is that of the query. A design that is not the one
// that was published is an error.
func (r row) template(err error) (Template, error) {
	if errors.Is(err, store.ErrNone) {
		return Template{}, ErrNotPublished
	}
	if err != nil {
		return Template{}, fmt.Errorf("template: find: %w", err)
	}
	t := Template{ID: r.ID, Qualification: r.Qualification, Version: r.Version, ValidFrom: r.ValidFromOn.Int()}
	d := json.NewDecoder(bytes.NewReader([]byte(r.Design)))
	d.DisallowUnknownFields()
	if err := d.Decode(&t.Design); err != nil {
		return Template{}, fmt.Errorf("template: read %s: %w", r.ID, err)
	}
	if sum, err := t.Digest(); err != nil || !bytes.Equal(sum[:], r.Digest) {
		return Template{}, fmt.Errorf("template: %s is not what was published", r.ID)
	}
	return t, nil
}
