package trust

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"github.com/fxamacker/cbor/v2"

	"qualsys/issue/credential/cose"
)

// Published is one trust list in both of its forms.
type Published struct{ COSE, JSON []byte }

var encoder, decoder = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	dec, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden,
		TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8RejectInvalid, FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		MaxNestedLevels: 8, MaxArrayElements: maxRegisters, MaxMapPairs: 64,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}

// Publish writes l and signs it with the root key. A list that breaks a rule
// (two keys with one kid, a life over 90 days …) is ErrRules.
func (l *List) Publish(root crypto.Signer) (Published, error) {
	if err := l.check(); err != nil {
		return Published{}, err
	}
	kid, err := cose.KeyIDOf(root.Public())
	if err != nil {
		return Published{}, fmt.Errorf("trust: %w", err)
	}
	if l.lists(kid) {
		return Published{}, fmt.Errorf("%w: the root key signs nothing else", ErrRules)
	}
	d, err := write(l)
	if err != nil {
		return Published{}, err
	}
	payload, err := encoder.Marshal(d)
	if err != nil {
		return Published{}, fmt.Errorf("trust: encode: %w", err)
	}
	var p Published
	if p.COSE, err = cose.Sign(cose.Trust, kid, root, payload); err != nil {
		return Published{}, err
	}
	p.JSON, err = signJSON(d, kid, root)
	return p, err
}

// jws is the flattened JSON serialisation of RFC 7515 §7.2.2.
type jws struct {
	Payload   string `json:"payload"`
	Protected string `json:"protected"`
	Signature string `json:"signature"`
}

// protected is the only protected header that is written and read.
func protected(kid cose.KeyID) string {
	return b64(fmt.Appendf(nil, `{"alg":"ES256","kid":%q,"typ":"qualsys-trust+json"}`, b64(kid[:])))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func signJSON(d document, kid cose.KeyID, root crypto.Signer) ([]byte, error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("trust: encode: %w", err)
	}
	j := jws{Payload: b64(bytes.TrimSpace(body.Bytes())), Protected: protected(kid)}
	sum := sha256.Sum256([]byte(j.Protected + "." + j.Payload))
	der, err := root.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("trust: sign: %w", err)
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return nil, fmt.Errorf("trust: sign: %w", err)
	}
	raw := make([]byte, 64)
	sig.R.FillBytes(raw[:32])
	sig.S.FillBytes(raw[32:])
	j.Signature = b64(raw)
	return json.Marshal(j)
}

// Open verifies data, in COSE or in JSON, with the pinned root key and reads
// it. A list whose seq is below seen is ErrOlder: remember the highest seq.
// Whether it is stale is for the caller to ask.
func Open(data []byte, root crypto.PublicKey, seen uint64) (*List, error) {
	if len(data) == 0 || len(data) > MaxBytes {
		return nil, ErrMalformed
	}
	kid, err := cose.KeyIDOf(root)
	if err != nil {
		return nil, fmt.Errorf("trust: root: %w", err)
	}
	var d document
	if data[0] == '{' {
		d, err = openJSON(data, kid, root.(*ecdsa.PublicKey))
	} else {
		d, err = openCOSE(data, kid, root)
	}
	if err != nil {
		return nil, err
	}
	l, err := read(d)
	if err != nil {
		return nil, err
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	if l.lists(kid) {
		return nil, fmt.Errorf("%w: the root key signs nothing else", ErrRules)
	}
	if l.Seq < seen {
		return nil, ErrOlder
	}
	return l, nil
}

func openCOSE(data []byte, kid cose.KeyID, root crypto.PublicKey) (document, error) {
	m, err := cose.Parse(data, MaxBytes)
	if err != nil {
		return document{}, errors.Join(ErrMalformed, err)
	}
	if m.KID != kid || m.Verify(cose.Trust, root) != nil {
		return document{}, ErrRoot
	}
	var whole map[string]any
	if err := decoder.Unmarshal(m.Payload, &whole); err != nil {
		return document{}, errors.Join(ErrMalformed, err)
	}
	if again, err := encoder.Marshal(whole); err != nil || !bytes.Equal(again, m.Payload) {
		return document{}, ErrMalformed
	}
	var d document
	if err := decoder.Unmarshal(m.Payload, &d); err != nil {
		return document{}, errors.Join(ErrMalformed, err)
	}
	return d, nil
}

func openJSON(data []byte, kid cose.KeyID, root *ecdsa.PublicKey) (document, error) {
	var j jws
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil || dec.More() {
		return document{}, errors.Join(ErrMalformed, err)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(j.Signature)
	if err != nil || len(raw) != 64 {
		return document{}, ErrMalformed
	}
	sum := sha256.Sum256([]byte(j.Protected + "." + j.Payload))
	if j.Protected != protected(kid) ||
		!ecdsa.Verify(root, sum[:], new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])) {
		return document{}, ErrRoot
	}
	body, err := base64.RawURLEncoding.Strict().DecodeString(j.Payload)
	if err != nil {
		return document{}, ErrMalformed
	}
	var d document
	if err := json.Unmarshal(body, &d); err != nil {
		return document{}, errors.Join(ErrMalformed, err)
	}
	return d, nil
}
