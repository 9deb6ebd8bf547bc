package credential

import (
	"bytes"
	"crypto"
	"encoding/base32"
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"qualsys/internal/fault"
	"qualsys/issue/credential/cose"
)

// Limits of a statement. Anything beyond them is neither signed nor read.
const (
	// Version is the only version of the statement so far.
	Version = 1
	// MaxName and MaxNumber are bytes of UTF-8.
	MaxName, MaxNumber = 255, 64
	// ListSize is how many certificates share one status list.
	ListSize = 1 << 17
	// MaxSigned bounds the encoded statement with its signature, in bytes.
	MaxSigned = 512
)

// Faults of statements.
var (
	// ErrMalformed: the bytes are no statement in the one encoding that is read.
	ErrMalformed = fault.New(fault.Invalid, "credential.statement_malformed")
	// ErrVersion: the statement is of a version this program doesn't know.
	ErrVersion = fault.New(fault.Invalid, "credential.statement_version")
	// ErrSignature: the statement is readable and its signature is not this key's.
	ErrSignature = fault.New(fault.Invalid, "credential.statement_signature")
	// ErrContent: a value may not stand in a statement (names the field).
	ErrContent = fault.New(fault.Invalid, "credential.statement_content")
)

// Statement is what the QR code says about one certificate. Dates are written
// yyyymmdd; unknown month and day of a birth date are 00.
type Statement struct {
	Version  int    // 1
	Code     Code   // the certificate's number
	Register uint32 // implies qualification and keeper; named by the trust list
	Number   string // registration number, as the register has it
	Name     string // name, byte for byte as the register has it
	Birth    uint32
	Issued   uint32
	List     uint32 // number of the status list
	Index    uint32 // place in it, below ListSize
	Expiry   uint32 // last day of validity; 0 where the qualification has none
}

// LogValue keeps personal data out of logs.
func (s Statement) LogValue() slog.Value { return slog.StringValue("[statement]") }

// Signed is an encoded statement with its signature: COSE_Sign1, untagged.
type Signed []byte

// wire is the CBOR map of docs/formats/qr.md.
type wire struct {
	Version  int       `cbor:"1,keyasint"`
	Code     []byte    `cbor:"2,keyasint"`
	Register uint32    `cbor:"3,keyasint"`
	Number   string    `cbor:"4,keyasint"`
	Name     string    `cbor:"5,keyasint"`
	Birth    uint32    `cbor:"6,keyasint"`
	Issued   uint32    `cbor:"7,keyasint"`
	Status   [2]uint32 `cbor:"8,keyasint"`
	Expiry   uint32    `cbor:"9,keyasint,omitempty"`
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
		UTF8: cbor.UTF8RejectInvalid, MaxNestedLevels: 4, MaxArrayElements: 16, MaxMapPairs: 16,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}

// Payload returns the deterministic encoding (RFC 8949 §4.2.1) of s, or
// ErrContent naming the field that may not stand in a statement.
func (s Statement) Payload() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	code := s.Code.Bytes()
	return encoder.Marshal(wire{s.Version, code[:], s.Register, s.Number, s.Name,
		s.Birth, s.Issued, [2]uint32{s.List, s.Index}, s.Expiry})
}

// check holds the limits of every field; a Code is checked by its type.
func (s Statement) check() error {
	switch {
	case s.Version != Version:
		return ErrVersion
	case !s.Code.valid():
		return ErrContent.At("code")
	case s.Register == 0:
		return ErrContent.At("register")
	case !printable(s.Number, MaxNumber):
		return ErrContent.At("number")
	case !printable(s.Name, MaxName):
		return ErrContent.At("name")
	case !dateLike(s.Birth, true):
		return ErrContent.At("birth")
	case !dateLike(s.Issued, false):
		return ErrContent.At("issued")
	case s.Index >= ListSize:
		return ErrContent.At("index")
	case s.Expiry != 0 && !dateLike(s.Expiry, false):
		return ErrContent.At("expiry")
	}
	return nil
}

// Digest names a statement before it is signed: SHA-256 of the protected
// header with kid ‖ payload. It is what the issue log records.
func (s Statement) Digest(kid KeyID) ([32]byte, error) {
	payload, err := s.Payload()
	if err != nil {
		return [32]byte{}, err
	}
	return cose.Message{Protected: cose.ProtectedHeader(kid), Payload: payload}.Digest(), nil
}

// Sign encodes st and signs it with the statement key called kid.
func Sign(st Statement, kid KeyID, key crypto.Signer) (Signed, error) {
	payload, err := st.Payload()
	if err != nil {
		return nil, err
	}
	b, err := cose.Sign(cose.Statement, kid, key, payload)
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	return b, nil
}

// Open reads what s says and which key is said to have signed it. It verifies
// no signature. The encoding must be the canonical one, to the last byte.
func (s Signed) Open() (Statement, KeyID, error) {
	m, err := cose.Parse(s, MaxSigned)
	if err != nil {
		return Statement{}, KeyID{}, ErrMalformed.Because(err)
	}
	if newer(m.Payload) {
		return Statement{}, m.KID, ErrVersion
	}
	var w wire
	if err := decoder.Unmarshal(m.Payload, &w); err != nil || len(w.Code) != 10 || w.Version != Version {
		return Statement{}, m.KID, ErrMalformed.Because(err)
	}
	if again, err := encoder.Marshal(w); err != nil || !bytes.Equal(again, m.Payload) {
		return Statement{}, m.KID, ErrMalformed
	}
	code, err := CodeFromBytes([10]byte(w.Code))
	if err != nil {
		return Statement{}, m.KID, ErrMalformed.Because(err)
	}
	st := Statement{w.Version, code, w.Register, w.Number, w.Name, w.Birth, w.Issued,
		w.Status[0], w.Status[1], w.Expiry}
	if err := st.check(); err != nil {
		return Statement{}, m.KID, err
	}
	return st, m.KID, nil
}

// newer reports whether a payload is of a later version: a map in the one
// encoding that every version has, of which only its version is known.
func newer(payload []byte) bool {
	var whole map[any]any
	if decoder.Unmarshal(payload, &whole) != nil {
		return false
	}
	version, ok := whole[uint64(1)].(uint64)
	if !ok || version <= Version {
		return false
	}
	again, err := encoder.Marshal(whole)
	return err == nil && bytes.Equal(again, payload)
}

// Verify checks that key signed s as a statement.
func (s Signed) Verify(key crypto.PublicKey) error {
	m, err := cose.Parse(s, MaxSigned)
	if err != nil {
		return ErrMalformed.Because(err)
	}
	if err := m.Verify(cose.Statement, key); err != nil {
		return ErrSignature.Because(err)
	}
	return nil
}

// Digest is SHA-256 of protected header ‖ payload, the same whoever signs and
// however often. Bytes that are no message give the zero digest, which is in
// no issue log.
func (s Signed) Digest() [32]byte {
	m, err := cose.Parse(s, MaxSigned)
	if err != nil {
		return [32]byte{}
	}
	return m.Digest()
}

var b32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// Link returns base, upper case, with s in Base32 behind it: the text of the
// QR code. base ends in "/Q#", as Base makes it.
func (s Signed) Link(base string) string {
	return strings.ToUpper(base) + b32.EncodeToString(s)
}

// printable reports whether s may stand in a statement: 1…limit bytes of
// UTF-8 without control characters, line separators or direction marks.
func printable(s string, limit int) bool {
	if s == "" || len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.Is(unicode.Cc, r) || r == 0x2028 || r == 0x2029 || r == 0x200e || r == 0x200f ||
			r == 0x061c || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return false
		}
	}
	return true
}

// dateLike reports whether d is a day of the calendar written yyyymmdd; with
// partly, month and day (or day) may be 00.
func dateLike(d uint32, partly bool) bool {
	y, m, day := d/10000, d/100%100, d%100
	if y < 1000 || y > 9999 || m > 12 {
		return false
	}
	if m == 0 || day == 0 {
		return partly && day == 0
	}
	days := [...]uint32{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		days = 29
	}
	return day <= days
}
