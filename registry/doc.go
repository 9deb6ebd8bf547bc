// Package registry holds what registers say of people, and the lawful ways to
// change it. A Register is the only writer: each change of a registration makes
// an Entry that is never edited, an audit line, and tells the watchers in the
// same transaction. What the register says, said on a date, or was believed to
// say on a date, all follow from the entries.
//
// The package knows no fee beyond the catalogue's figures, no certificate and no
// page: who depends on registrations watches them.
package registry
