// Package identity lets people log in with an outside identity provider by
// OpenID Connect: holders with the digital identity app (デジタル認証アプリ),
// officers with a second issuer that also says for which body they act and in
// which roles. It checks what comes back and keeps what was vouched for; it
// knows no session and no page.
package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"time"

	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// Login is what an identity provider vouched for when somebody logged in.
// Name, birth date and address come from there and are never typed
// (SECURITY T01).
type Login struct {
	// ID names this login in our tables: see LoginID. It stays the same as long
	// as issuer and subject do.
	ID string
	// Kind is actor.KindHolder or actor.KindOfficer.
	Kind actor.Kind
	// Issuer is the provider's address, exactly as its tokens spell it.
	Issuer string
	// Subject is the provider's pairwise name for the person.
	Subject string
	// Name, Birth and Address are what the card says. Officers have a name only.
	Name    person.Name
	Birth   person.Date
	Address person.Address
	// ACR is the strength of the authentication as the provider named it.
	ACR string
	// AuthTime is when the person last proved who they are, not when they came to us.
	AuthTime time.Time
	// Body and Roles are what an officer may act for and as; empty for holders.
	Body  string
	Roles []actor.Role
}

// LoginID derives our name for a login from issuer and subject: a hash, since
// the subject itself need not travel through our tables and logs.
func LoginID(issuer, subject string) string {
	h := sha256.New()
	h.Write([]byte(issuer))
	h.Write([]byte{0})
	h.Write([]byte(subject))
	return "login_" + hex.EncodeToString(h.Sum(nil)[:16])
}

// Actor returns who acts when this login does something.
func (l Login) Actor() actor.Actor {
	return actor.Actor{Kind: l.Kind, ID: l.ID, Body: l.Body, Roles: l.Roles}
}

// Fresh reports whether the person proved who they are within the last max before now.
func (l Login) Fresh(now time.Time, max time.Duration) bool {
	return !l.AuthTime.IsZero() && now.Sub(l.AuthTime) <= max
}

// LogValue keeps what the card says out of logs.
func (l Login) LogValue() slog.Value { return slog.StringValue("[" + l.ID + "]") }
