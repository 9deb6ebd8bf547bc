package credential

import (
	"crypto/ecdsa"
	"crypto/x509"
	"fmt"
	"time"

	"qualsys/issue/credential/cose"
)

// PublicKey is a key as the trust list publishes it: one purpose each.
type PublicKey struct {
	ID      KeyID
	Purpose cose.Purpose
	Key     *ecdsa.PublicKey
	// Registers are those it may speak for; none means all.
	Registers []uint32
	// NotBefore and NotAfter bound the days on which it signs. What was signed
	// then stays good afterwards.
	NotBefore, NotAfter time.Time
	// CompromisedFrom, when set, says since when somebody else may have had
	// the key: its statements then pass only by the live issue log.
	CompromisedFrom time.Time
}

// NewPublicKey names key for purpose, valid from notBefore to notAfter.
func NewPublicKey(p cose.Purpose, key *ecdsa.PublicKey, notBefore, notAfter time.Time) (PublicKey, error) {
	id, err := cose.KeyIDOf(key)
	if err != nil {
		return PublicKey{}, err
	}
	if !p.Valid() {
		return PublicKey{}, fmt.Errorf("credential: no purpose %q", p)
	}
	return PublicKey{ID: id, Purpose: p, Key: key, NotBefore: notBefore, NotAfter: notAfter}, nil
}

// SPKI returns the SubjectPublicKeyInfo in DER.
func (k PublicKey) SPKI() ([]byte, error) { return x509.MarshalPKIXPublicKey(k.Key) }

// Speaks reports whether a list that the key dated at counts at now: it must be
// of the key's days, and a key that may be in other hands says nothing any
// more, since a thief can write any date.
func (k PublicKey) Speaks(at, now time.Time) bool {
	return !at.Before(k.NotBefore) && !at.After(k.NotAfter) && (k.CompromisedFrom.IsZero() || now.Before(k.CompromisedFrom))
}

// SpeaksFor reports whether the key may sign for register.
func (k PublicKey) SpeaksFor(register uint32) bool {
	if len(k.Registers) == 0 {
		return true
	}
	for _, r := range k.Registers {
		if r == register {
			return true
		}
	}
	return false
}
