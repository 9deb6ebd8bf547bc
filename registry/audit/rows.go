package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"

	"qualsys/internal/store"
)

// lineRow is a line as it is stored; nothing in it ever changes.
type lineRow struct {
	ID         string
	Chain      Chain
	RecordedAt store.Instant
	ActorKind  string
	ActorID    string
	ActorBody  string
	Action     string
	ObjectKind string
	ObjectID   string
	Cause      string
	Commitment []byte
}

func (lineRow) TableName() string { return "audit_lines" }

// saltRow opens a line's commitment; erasing it makes the commitment tell nothing.
type saltRow struct {
	LineID string
	Salt   []byte
}

func (saltRow) TableName() string { return "audit_salts" }

// pendingRow says that a line waits for the sealer.
type pendingRow struct{ LineID string }

func (pendingRow) TableName() string { return "audit_pending" }

// sealRow is a line's place in its chain.
type sealRow struct {
	Chain    Chain
	Place    int64
	LineID   string
	Digest   []byte
	SealedAt store.Instant
}

func (sealRow) TableName() string { return "audit_seals" }

// chainRow is the head of a chain.
type chainRow struct {
	Chain    Chain
	Length   int64
	Digest   []byte
	SealedAt store.Instant
}

func (chainRow) TableName() string { return "audit_chains" }

// hasher writes length-prefixed fields, so that no two lists of fields give the
// same bytes.
type hasher struct{ buf []byte }

func (h *hasher) text(fields ...string) {
	for _, f := range fields {
		h.buf = binary.AppendUvarint(h.buf, uint64(len(f)))
		h.buf = append(h.buf, f...)
	}
}

func (h *hasher) number(n int64) { h.buf = binary.BigEndian.AppendUint64(h.buf, uint64(n)) }

func (h *hasher) sum() []byte {
	d := sha256.Sum256(h.buf)
	return d[:]
}

// commit returns SHA-256 over the salt and the details in the order of their keys.
func commit(salt []byte, details map[string]string) []byte {
	var h hasher
	h.text("qualsys audit commitment 1", string(salt))
	for _, k := range slices.Sorted(maps.Keys(details)) {
		h.text(k, details[k])
	}
	return h.sum()
}

// digest returns SHA-256 over everything that the line says.
func (l lineRow) digest() []byte {
	var h hasher
	h.text("qualsys audit line 1", l.ID, string(l.Chain))
	h.number(l.RecordedAt.UnixMicro())
	h.text(l.ActorKind, l.ActorID, l.ActorBody, l.Action, l.ObjectKind, l.ObjectID, l.Cause, string(l.Commitment))
	return h.sum()
}

// link returns the digest of a chain that ends with line at the given place.
func link(before []byte, chain Chain, place int64, line []byte) []byte {
	var h hasher
	h.text("qualsys audit seal 1", string(before), string(chain))
	h.number(place)
	h.text(string(line))
	return h.sum()
}

func newSalt() ([]byte, error) {
	salt := make([]byte, 16)
	_, err := rand.Read(salt)
	return salt, err
}
