// Package trust holds the trust list: every key of Qualsys past and present,
// with its one purpose, the authorities for files, the addresses where links,
// ranges and lists stand, and the public words for register numbers. It is
// signed by the root key, which verifiers have pinned, in COSE and in JSON.
// docs/formats/trust-list.md specifies both.
package trust

import (
	"crypto/x509"
	"errors"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// Limits of a trust list.
const (
	// MaxLife is the longest time between Issued and NextUpdate.
	MaxLife = 90 * 24 * time.Hour
	// MaxBytes bounds a list that is read.
	MaxBytes = 1 << 20
)

// Errors of trust lists.
var (
	// ErrMalformed: not a trust list in the one encoding that is read.
	ErrMalformed = errors.New("trust: not a trust list in the expected form")
	// ErrRoot: not signed by the pinned root key.
	ErrRoot = errors.New("trust: not signed by the pinned root key")
	// ErrOlder: its seq is lower than one already seen.
	ErrOlder = errors.New("trust: older than a trust list already seen")
	// ErrRules: breaks a rule of the list, such as two keys with one kid.
	ErrRules = errors.New("trust: breaks the rules of a trust list")
)

// List is what a trust list says.
type List struct {
	Seq                uint64
	Issued, NextUpdate time.Time
	// Sites are the addresses whose links are ours ("https://q.example.jp").
	Sites []string
	// Ranges is the address before the four digits of an issued range
	// ("https://q.example.jp/issued/"), Status before a status list's number.
	Ranges, Status string
	Keys           []credential.PublicKey
	Authorities    []Authority
	Registers      []Register
}

// Authority is a certification authority for files with its present revocation list.
type Authority struct {
	Certificate *x509.Certificate
	// Issued are intermediate authorities under it, Lists the revocation lists
	// of all of them.
	Intermediates []*x509.Certificate
	Lists         []*x509.RevocationList
}

// Register is the public words for a register number.
type Register struct {
	Number        uint32 // as in statements
	Qualification string // code in the catalogue
	Name, English string // 介護福祉士, Certified Care Worker
	Title         string // 介護福祉士資格証
	Keeper        string
	KeeperEnglish string
	NumberPattern string // 第{n}号 around the number of the statement; "" where the number stands as it is
	// Suspended is the catalogue's term for a suspension (名称使用停止), UntilPublic
	// whether its end is published.
	Suspended, SuspendedEnglish string
	UntilPublic                 bool
}

// Key returns the key called id if it is for purpose p. A key used for
// another purpose is no key.
func (l *List) Key(id credential.KeyID, p cose.Purpose) (credential.PublicKey, bool) {
	for _, k := range l.Keys {
		if k.ID == id {
			return k, k.Purpose == p
		}
	}
	return credential.PublicKey{}, false
}

// Register returns the words for a register number.
func (l *List) Register(number uint32) (Register, bool) {
	for _, r := range l.Registers {
		if r.Number == number {
			return r, true
		}
	}
	return Register{}, false
}

func (l *List) lists(id credential.KeyID) bool {
	for _, k := range l.Keys {
		if k.ID == id {
			return true
		}
	}
	return false
}

// AuthorityOf is the authority of one root with one issuing authority under it.
func AuthorityOf(root, issuing *x509.Certificate, lists []*x509.RevocationList) Authority {
	return Authority{Certificate: root, Intermediates: []*x509.Certificate{issuing}, Lists: lists}
}
