package issue

import (
	"context"
	"crypto"

	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Press puts a frozen content on paper. It is met by issue/paper.
type Press interface {
	// Printable reports whether the content can be printed and given back
	// exactly: nil, or a fault that names the item, the character and why not.
	Printable(template.Content) error
	// Print lays the content out with the QR symbol of link: an unsealed file.
	Print(ctx context.Context, c template.Content, link string) ([]byte, error)
	// Seal signs what Print made. It may talk to a key far away.
	Seal(ctx context.Context, pdf []byte) ([]byte, error)
}

// Proofreader takes a sealed file apart again and compares it with what it was
// to say. An error means that the file must never be released. issue/paper
// compares text and symbol, the verifier applies the rule for files (SECURITY §1).
type Proofreader interface {
	Proofread(ctx context.Context, pdf []byte, c template.Content, link string) error
}

// Templates knows which template a certificate is made from.
type Templates interface {
	// At returns the published template of a qualification on a civil day, or
	// a fault of kind NotFound.
	At(tx *store.Tx, qualification string, day person.Date) (template.Template, error)
	// Version returns a template by its ID, whatever came after it.
	Version(tx *store.Tx, id string) (template.Template, error)
}

// Fill gives the placeholders of title and issuer (prefecture, registrar …) for
// a registration, from what is known of its body.
type Fill func(tx *store.Tx, r registry.Registration) (map[string]string, error)

// Owners knows which login belongs to which registration.
type Owners interface {
	// Owns returns a fault of kind NotFound when by does not own the registration.
	Owns(tx *store.Tx, by actor.Actor, registration registry.ID) error
}

// Listener hears of each certificate in the transaction that releases it:
// applications and notices do. An error keeps the certificate from being released.
type Listener interface {
	Released(tx *store.Tx, c Certificate) error
}

// ListenerFunc is a Listener made of a function.
type ListenerFunc func(tx *store.Tx, c Certificate) error

// Released implements Listener.
func (f ListenerFunc) Released(tx *store.Tx, c Certificate) error { return f(tx, c) }

// StatementKey is a key that signs statements.
type StatementKey struct {
	KID credential.KeyID
	Key crypto.Signer
}
