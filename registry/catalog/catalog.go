// Package catalog reads the catalogue of qualifications (seeds/qualifications.yaml),
// checks it line by line, and seeds the register's versioned rows from it. What
// the rows mean is said by package registry.
package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// ErrFile: the catalogue file has mistakes; {count} says how many, {first} is the first one.
var ErrFile = fault.New(fault.Invalid, "catalog.file_wrong")

// Problem is a mistake in the catalogue file.
type Problem struct {
	// Line and Column say where, from 1.
	Line, Column int
	// Message says what is wrong and what is expected.
	Message string
}

// String returns "line:column: message".
func (p Problem) String() string { return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Message) }

// Check returns every mistake in a catalogue file, by line; none means that Load
// will understand it.
func Check(file []byte) []Problem {
	_, problems := Parse(file)
	return problems
}

// Parse reads a catalogue file. When there are problems, the catalogue is not to
// be used.
func Parse(file []byte) (registry.Catalogue, []Problem) {
	r := newReader()
	var doc yaml.Node
	if err := yaml.Unmarshal(file, &doc); err != nil {
		line := 1
		_, _ = fmt.Sscanf(err.Error(), "yaml: line %d:", &line) // stays 1 when the parser names no line
		r.problems = append(r.problems, Problem{line, 1, strings.TrimPrefix(err.Error(), "yaml: ")})
		return registry.Catalogue{}, r.problems
	}
	if len(doc.Content) != 1 {
		r.problems = append(r.problems, Problem{1, 1, "the file is empty"})
		return registry.Catalogue{}, r.problems
	}
	r.file(doc.Content[0])
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return r.out, r.problems
}

// Load checks a catalogue file and adds to the database what it has and the
// database has not; see registry.LoadCatalogue. Loading twice changes nothing.
func Load(ctx context.Context, db *store.DB, by actor.Actor, file []byte) (done registry.Loaded, err error) {
	c, problems := Parse(file)
	if len(problems) > 0 {
		return done, ErrFile.With("count", len(problems)).With("first", problems[0].String())
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		done, err = registry.LoadCatalogue(tx, by, c)
		return err
	})
	return done, err
}
