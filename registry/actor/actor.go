// Package actor says who acts, for which body, and what they may do. There is
// one permission table for pages, API, command line and jobs, and it refuses
// whatever it does not name.
package actor

import (
	"fmt"
	"slices"

	"qualsys/internal/fault"
)

// Kind is the sort of an actor. There is no good zero value.
type Kind int

// The kinds of actors.
const (
	// KindHolder is a person logged in to see and change their own registrations.
	KindHolder Kind = iota + 1
	// KindOfficer works for one body.
	KindOfficer
	// KindSystem is a part of this program, acting by a rule and not for a person.
	KindSystem
	// KindOperator runs the installation from the command line.
	KindOperator
)

// String returns the kind's name as the database and the audit keep it.
func (k Kind) String() string {
	switch k {
	case KindHolder:
		return "holder"
	case KindOfficer:
		return "officer"
	case KindSystem:
		return "system"
	case KindOperator:
		return "operator"
	}
	return fmt.Sprintf("actor.Kind(%d)", int(k))
}

// ParseKind reads what String writes.
func ParseKind(s string) (Kind, error) {
	for k := KindHolder; k <= KindOperator; k++ {
		if k.String() == s {
			return k, nil
		}
	}
	return 0, fmt.Errorf("actor: no such kind: %q", s)
}

// Role is what an officer is trusted with.
type Role string

// The roles of officers.
const (
	// Reviewer examines and decides applications and links.
	Reviewer Role = "reviewer"
	// Registrar keeps the register: corrections, suspension, removal, restoration.
	Registrar Role = "registrar"
	// Configurer sets what certificates show.
	Configurer Role = "configurer"
	// Supervisor is the second person and may look at everything of the body.
	Supervisor Role = "supervisor"
)

// Actor is who does something. The zero Actor may do nothing.
type Actor struct {
	Kind Kind
	// ID names the login, stable and without personal data: two actors with
	// the same kind and ID are one account.
	ID string
	// Body is the id of the body that an officer works for.
	Body string
	// Roles are an officer's roles.
	Roles []Role
}

// What an actor is told.
var (
	// ErrMissing: nobody is named as acting.
	ErrMissing = fault.New(fault.Unauthenticated, "actor.missing")
	// ErrForbidden: the actor is known and may not do this here.
	ErrForbidden = fault.New(fault.Forbidden, "actor.forbidden")
	// ErrOtherBody: the thing belongs to another body; for this actor it does not exist.
	ErrOtherBody = fault.New(fault.NotFound, "actor.not_here")
)

// Holder returns the holder with the given login.
func Holder(id string) Actor { return Actor{Kind: KindHolder, ID: id} }

// Officer returns an officer of a body.
func Officer(id, body string, roles ...Role) Actor {
	return Actor{Kind: KindOfficer, ID: id, Body: body, Roles: roles}
}

// System returns the part of this program called name.
func System(name string) Actor { return Actor{Kind: KindSystem, ID: name} }

// Operator returns the operator of the installation.
func Operator(id string) Actor { return Actor{Kind: KindOperator, ID: id} }

// Has reports whether an officer has the role.
func (a Actor) Has(r Role) bool { return a.Kind == KindOfficer && slices.Contains(a.Roles, r) }

// Same reports whether both are one account.
func (a Actor) Same(b Actor) bool { return a.Kind == b.Kind && a.ID == b.ID }

// Check returns ErrMissing unless the actor is named.
func (a Actor) Check() error {
	if a.Kind < KindHolder || a.Kind > KindOperator || a.ID == "" || (a.Kind == KindOfficer && a.Body == "") {
		return ErrMissing
	}
	return nil
}

// May returns nil when the table allows the action at the body, ErrMissing when
// nobody acts, ErrOtherBody when an officer reaches for what belongs to another
// body, and else ErrForbidden. An empty body means the whole installation,
// which no officer acts for. Whether a holder owns the thing is asked by the
// room that knows the links.
func (a Actor) May(action Action, body string) error {
	if err := a.Check(); err != nil {
		return err
	}
	if a.Kind == KindOfficer && body != a.Body {
		return ErrOtherBody
	}
	for _, g := range table[action] {
		if g.kind == a.Kind && (g.role == "" || a.Has(g.role)) {
			return nil
		}
	}
	return ErrForbidden.With("action", string(action))
}
