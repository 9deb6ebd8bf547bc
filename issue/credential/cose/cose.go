// Package cose puts a signature around bytes and takes it apart again, in the
// one shape of COSE_Sign1 (RFC 9052 §4.2) that Qualsys prints and publishes:
// untagged, ES256, the algorithm and an eight-byte key id protected, nothing
// unprotected, and an external_aad that names what the key is for. Because the
// shape is fixed, the parser compares bytes: there is one encoding of a
// message and no other is read. It knows no statement, no list and no trust.
package cose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
)

// Purpose is the one thing a key may sign. It is hashed into every signature
// as external_aad, so that bytes signed for one purpose never verify for another.
type Purpose string

// The purposes of DESIGN §5. PDFCA marks a certification authority for files
// in the trust list and never signs a COSE message.
const (
	Statement Purpose = "statement"
	Status    Purpose = "status"
	Receipt   Purpose = "receipt"
	Audit     Purpose = "audit"
	Test      Purpose = "test"
	Trust     Purpose = "trust"
	PDFCA     Purpose = "pdf-ca"
)

// Valid reports whether p is one of the declared purposes.
func (p Purpose) Valid() bool {
	switch p {
	case Statement, Status, Receipt, Audit, Test, Trust, PDFCA:
		return true
	}
	return false
}

// AAD returns the external_aad of RFC 9052 §4.4 for p: "qualsys/1 " and its name.
func (p Purpose) AAD() []byte { return []byte("qualsys/1 " + string(p)) }

// KeyID names a key: the first eight bytes of the SHA-256 of its
// SubjectPublicKeyInfo in DER.
type KeyID [8]byte

// String returns the key id as 16 hexadecimal digits.
func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// KeyIDOf returns the key id of pub, which must be a P-256 key.
func KeyIDOf(pub crypto.PublicKey) (KeyID, error) {
	if _, err := p256(pub); err != nil {
		return KeyID{}, err
	}
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return KeyID{}, fmt.Errorf("cose: key id: %w", err)
	}
	sum := sha256.Sum256(der)
	return KeyID(sum[:8]), nil
}

// Errors of Parse and Verify.
var (
	// ErrMalformed: the bytes are not a message in the one shape we read.
	ErrMalformed = errors.New("cose: not a message in the expected shape")
	// ErrSignature: the signature does not fit the key, the purpose or the bytes.
	ErrSignature = errors.New("cose: signature does not verify")
)

// Message is a COSE_Sign1 taken apart. Nothing about it has been verified.
type Message struct {
	KID       KeyID
	Protected []byte // the encoded protected header, without its byte-string head
	Payload   []byte
	Signature []byte // r‖s, 64 bytes
}

// The fixed parts: array(4), bstr(13), {1: -7, 4: h'…8 bytes'}, kid, {}.
var head = []byte{0x84, 0x4d, 0xa2, 0x01, 0x26, 0x04, 0x48}

const (
	headLen      = 7
	kidEnd       = headLen + 8
	protectedLen = 13
	sigLen       = 64
)

// Sign returns the encoded message over payload. The key may live anywhere
// that crypto.Signer reaches; it must be P-256.
func Sign(p Purpose, kid KeyID, key crypto.Signer, payload []byte) ([]byte, error) {
	if _, err := p256(key.Public()); err != nil {
		return nil, err
	}
	protected := ProtectedHeader(kid)
	sum := toBeSigned(p, protected, payload)
	der, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("cose: sign %s: %w", p, err)
	}
	raw, err := rawSignature(der)
	if err != nil {
		return nil, err
	}
	out := append(append(make([]byte, 0, 96+len(payload)), head[:2]...), protected...)
	out = append(appendHead(append(out, 0xa0), 2, uint64(len(payload))), payload...)
	out = append(append(out, 0x58, sigLen), raw...)
	return out, nil
}

// ProtectedHeader returns the encoded protected header of every message that
// the key called kid signs: {1: -7, 4: kid}.
func ProtectedHeader(kid KeyID) []byte {
	return append(append(make([]byte, 0, protectedLen), head[2:]...), kid[:]...)
}

// Parse takes data apart. It reads exactly the encoding that Sign writes:
// anything longer than limit bytes, tagged, indefinite, padded, with another
// algorithm, with more headers or with trailing bytes is ErrMalformed.
func Parse(data []byte, limit int) (Message, error) {
	if len(data) > limit || len(data) < kidEnd+1+1+2+sigLen {
		return Message{}, ErrMalformed
	}
	if string(data[:headLen]) != string(head) || data[kidEnd] != 0xa0 {
		return Message{}, ErrMalformed
	}
	payload, rest, ok := byteString(data[kidEnd+1:])
	if !ok || len(rest) != 2+sigLen || rest[0] != 0x58 || rest[1] != sigLen {
		return Message{}, ErrMalformed
	}
	return Message{
		KID:       KeyID(data[headLen:kidEnd]),
		Protected: data[2 : 2+protectedLen],
		Payload:   payload,
		Signature: rest[2:],
	}, nil
}

// Verify checks the signature for purpose p. ECDSA signatures are malleable
// (s and n−s both verify), which is why nothing is ever known by a signature's
// bytes: Digest leaves them out.
func (m Message) Verify(p Purpose, pub crypto.PublicKey) error {
	key, err := p256(pub)
	if err != nil {
		return err
	}
	if len(m.Signature) != sigLen {
		return ErrSignature
	}
	sum := toBeSigned(p, m.Protected, m.Payload)
	r := new(big.Int).SetBytes(m.Signature[:32])
	s := new(big.Int).SetBytes(m.Signature[32:])
	if !ecdsa.Verify(key, sum[:], r, s) {
		return ErrSignature
	}
	return nil
}

// Digest names the message: SHA-256 of protected header ‖ payload.
func (m Message) Digest() [32]byte {
	h := sha256.New()
	h.Write(m.Protected)
	h.Write(m.Payload)
	return [32]byte(h.Sum(nil))
}

// toBeSigned returns SHA-256 of the Sig_structure of RFC 9052 §4.4.
func toBeSigned(p Purpose, protected, payload []byte) [32]byte {
	aad := p.AAD()
	b := make([]byte, 0, 48+len(aad)+len(protected)+len(payload))
	b = append(append(b, 0x84, 0x6a), "Signature1"...)
	b = append(appendHead(b, 2, uint64(len(protected))), protected...)
	b = append(appendHead(b, 2, uint64(len(aad))), aad...)
	b = append(appendHead(b, 2, uint64(len(payload))), payload...)
	return sha256.Sum256(b)
}

// appendHead writes the shortest CBOR head (RFC 8949 §4.2.1) of major type major.
func appendHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return append(b, major|25, byte(n>>8), byte(n))
	default:
		return append(b, major|26, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
}

// byteString reads one byte string whose head is the shortest possible.
func byteString(b []byte) (content, rest []byte, ok bool) {
	if len(b) == 0 || b[0]>>5 != 2 {
		return nil, nil, false
	}
	size := map[byte]int{24: 1, 25: 2, 26: 4}[b[0]&31]
	n := uint64(b[0] & 31)
	if n >= 24 {
		if size == 0 || len(b) < 1+size {
			return nil, nil, false
		}
		n = 0
		for _, c := range b[1 : 1+size] {
			n = n<<8 | uint64(c)
		}
	}
	if shortest := appendHead(nil, 2, n); len(shortest) != 1+size {
		return nil, nil, false
	}
	if b = b[1+size:]; uint64(len(b)) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// rawSignature turns the ASN.1 form that crypto.Signer gives into r‖s.
func rawSignature(der []byte) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &sig); err != nil || len(rest) != 0 {
		return nil, errors.New("cose: the key gave no ASN.1 signature")
	}
	if sig.R.Sign() <= 0 || sig.S.Sign() <= 0 || sig.R.BitLen() > 256 || sig.S.BitLen() > 256 {
		return nil, errors.New("cose: the key gave a signature of another size than P-256's")
	}
	raw := make([]byte, sigLen)
	sig.R.FillBytes(raw[:32])
	sig.S.FillBytes(raw[32:])
	return raw, nil
}

func p256(pub crypto.PublicKey) (*ecdsa.PublicKey, error) {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || key == nil || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("cose: key is %T, want ECDSA P-256", pub)
	}
	return key, nil
}
