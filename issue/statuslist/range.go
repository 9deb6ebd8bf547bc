// Package statuslist makes and reads the lists under which the state of
// certificates is published. The issued range answers "was this issued by us,
// and what is its state now" for everybody who asks, without learning which
// certificate is meant: it holds all released digests that begin alike,
// statements and files together, with their status, mixed with decoys. The
// package is a room of formats: it knows no database and no network.
// docs/formats/issued-range.md specifies the bytes.
package statuslist

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/fxamacker/cbor/v2"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// Figures of a range.
const (
	// MaxAge is how long a cache may keep a range.
	MaxAge = 60 * time.Second
	// Life is how long after its making a range's suspended and changed still count.
	Life = 24 * time.Hour
	// Decoys stand in every range, however many real digests it has: nobody
	// sees one go when a certificate is released.
	Decoys = 32
	// MaxEntries and MaxBytes bound a range that is read.
	MaxEntries = 1 << 16
	MaxBytes   = 17*MaxEntries + 256
)

// Errors of ranges.
var (
	// ErrMalformed: not a range in the one encoding that is read.
	ErrMalformed = errors.New("statuslist: not an issued range in the expected form")
	// ErrOtherRange: signed well, and for another prefix than was asked for.
	ErrOtherRange = errors.New("statuslist: the answer is another range")
)

// Prefix is the first two bytes of a digest: 65,536 ranges.
type Prefix [2]byte

// PrefixOf returns the range in which digest stands.
func PrefixOf(digest [32]byte) Prefix { return Prefix(digest[:2]) }

// String returns the four lower-case hexadecimal digits of the address.
func (p Prefix) String() string { return hex.EncodeToString(p[:]) }

// ParsePrefix reads exactly four lower-case hexadecimal digits.
func ParsePrefix(s string) (Prefix, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 2 || hex.EncodeToString(b) != s {
		return Prefix{}, fmt.Errorf("statuslist: %q is no prefix of four hexadecimal digits", s)
	}
	return Prefix(b), nil
}

// Digest is the first 128 bits of a SHA-256: of a statement (protected header
// ‖ payload) or of a released file.
type Digest [16]byte

// Short cuts a SHA-256 to what ranges hold.
func Short(sum [32]byte) Digest { return Digest(sum[:16]) }

// Entry is one released digest and the state of its certificate.
type Entry struct {
	Digest Digest
	Status credential.Status
}

// Range is a list of entries that begin with one prefix, sorted by digest.
type Range struct {
	Prefix   Prefix
	IssuedAt time.Time // whole seconds
	Expires  time.Time
	Entries  []Entry
}

// Build makes the range of prefix at now from everything that was released
// there, and adds decoys that only who holds secret can tell from the rest.
func Build(prefix Prefix, released []Entry, secret []byte, now time.Time) (Range, error) {
	if len(secret) < 16 {
		return Range{}, errors.New("statuslist: the secret for decoys is shorter than 16 bytes")
	}
	entries := slices.Clone(released)
	for i := range Decoys {
		entries = append(entries, decoy(prefix, secret, i))
	}
	sort.Slice(entries, func(i, j int) bool {
		return bytes.Compare(entries[i].Digest[:], entries[j].Digest[:]) < 0
	})
	for i, e := range entries {
		if Prefix(e.Digest[:2]) != prefix {
			return Range{}, fmt.Errorf("statuslist: a digest of another range than %s", prefix)
		}
		if i > 0 && e.Digest == entries[i-1].Digest {
			return Range{}, fmt.Errorf("statuslist: range %s holds one digest twice", prefix)
		}
	}
	if len(entries) > MaxEntries {
		return Range{}, fmt.Errorf("statuslist: range %s has %d entries, at most %d", prefix, len(entries), MaxEntries)
	}
	at := now.UTC().Truncate(time.Second)
	return Range{prefix, at, at.Add(Life), entries}, nil
}

// decoy makes the i-th decoy: always the same for the same secret, with the
// share of states that real certificates have.
func decoy(prefix Prefix, secret []byte, i int) Entry {
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "qualsys/1 decoy\x00%s\x00%d", prefix, i)
	sum := h.Sum(nil)
	e := Entry{Status: credential.Valid}
	copy(e.Digest[:], prefix[:])
	copy(e.Digest[2:], sum[:14])
	switch c := sum[20]; {
	case c < 12:
		e.Status = credential.Revoked
	case c < 20:
		e.Status = credential.Changed
	case c < 21:
		e.Status = credential.Suspended
	}
	return e
}

// wire is the CBOR map of docs/formats/issued-range.md.
type wire struct {
	Version  int    `cbor:"1,keyasint"`
	Prefix   []byte `cbor:"2,keyasint"`
	IssuedAt int64  `cbor:"3,keyasint"`
	Expires  int64  `cbor:"4,keyasint"`
	Digests  []byte `cbor:"5,keyasint"`
	Statuses []byte `cbor:"6,keyasint"`
}

var encoder, decoder = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	dec, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden,
		TagsMd: cbor.TagsForbidden, ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels: 4, MaxArrayElements: 16, MaxMapPairs: 16,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}

// payload returns the deterministic encoding of r.
func (r Range) payload() ([]byte, error) {
	w := wire{Version: 1, Prefix: r.Prefix[:], IssuedAt: r.IssuedAt.Unix(), Expires: r.Expires.Unix(),
		Digests: make([]byte, 0, 16*len(r.Entries)), Statuses: make([]byte, (len(r.Entries)+3)/4)}
	for i, e := range r.Entries {
		w.Digests = append(w.Digests, e.Digest[:]...)
		w.Statuses[i/4] |= e.Status.Wire() << (i % 4 * 2)
	}
	return encoder.Marshal(w)
}

// Sign encodes and signs r with the status key called kid.
func (r Range) Sign(kid credential.KeyID, key crypto.Signer) ([]byte, error) {
	p, err := r.payload()
	if err != nil {
		return nil, fmt.Errorf("statuslist: encode range %s: %w", r.Prefix, err)
	}
	return cose.Sign(cose.Status, kid, key, p)
}

// Open verifies data with the status key that keys returns for its kid and
// reads it. It must be the range of prefix. Whether it is recent is for the
// caller to judge by IssuedAt and Expires.
func Open(data []byte, prefix Prefix, keys func(credential.KeyID) (crypto.PublicKey, error)) (Range, error) {
	m, err := cose.Parse(data, MaxBytes)
	if err != nil {
		return Range{}, errors.Join(ErrMalformed, err)
	}
	key, err := keys(m.KID)
	if err != nil {
		return Range{}, err
	}
	if err := m.Verify(cose.Status, key); err != nil {
		return Range{}, err
	}
	r, err := parse(m.Payload)
	if err != nil {
		return Range{}, err
	}
	if r.Prefix != prefix {
		return Range{}, ErrOtherRange
	}
	return r, nil
}

// parse reads a payload strictly: canonical, sorted, of one prefix.
func parse(payload []byte) (Range, error) {
	var w wire
	if err := decoder.Unmarshal(payload, &w); err != nil {
		return Range{}, errors.Join(ErrMalformed, err)
	}
	n := len(w.Digests) / 16
	if w.Version != 1 || len(w.Prefix) != 2 || len(w.Digests) != n*16 || n > MaxEntries ||
		len(w.Statuses) != (n+3)/4 || w.IssuedAt < 0 || w.Expires < w.IssuedAt || w.Expires > 1<<40 {
		return Range{}, ErrMalformed
	}
	r := Range{Prefix(w.Prefix), time.Unix(w.IssuedAt, 0).UTC(), time.Unix(w.Expires, 0).UTC(), make([]Entry, n)}
	for i := range r.Entries {
		e := &r.Entries[i]
		e.Digest = Digest(w.Digests[16*i:])
		e.Status = credential.StatusFromWire(w.Statuses[i/4] >> (i % 4 * 2))
		if Prefix(e.Digest[:2]) != r.Prefix || i > 0 && bytes.Compare(r.Entries[i-1].Digest[:], e.Digest[:]) >= 0 {
			return Range{}, ErrMalformed
		}
	}
	again, err := r.payload()
	if err != nil || !bytes.Equal(again, payload) {
		return Range{}, ErrMalformed
	}
	return r, nil
}

// Find returns the state under which the certificate with that SHA-256 (of
// statement or file) is published, and whether it was issued at all.
func (r Range) Find(sum [32]byte) (credential.Status, bool) {
	want := Short(sum)
	i := sort.Search(len(r.Entries), func(i int) bool {
		return bytes.Compare(r.Entries[i].Digest[:], want[:]) >= 0
	})
	if i == len(r.Entries) || r.Entries[i].Digest != want {
		return 0, false
	}
	return r.Entries[i].Status, true
}
