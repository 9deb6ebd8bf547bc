package credential_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"testing"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// TestOnlyAWholeStatementIsCalledNewer: what is not written as every version is
// no statement at all, whatever version it names.
func TestOnlyAWholeStatementIsCalledNewer(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for payload, want := range map[string]error{
		"a1 0102":                 credential.ErrVersion,
		"a2 0102 1863 80":         credential.ErrVersion, // a member that nobody knows yet
		"a1 011b7fffffffffffffff": credential.ErrVersion,
		"a1 0101":                 credential.ErrMalformed,
		"a1 0102 00":              credential.ErrMalformed, // a byte behind
		"a1 011802":               credential.ErrMalformed, // not the shortest form
		"a2 0102 0103":            credential.ErrMalformed, // twice
		"a2 0201 0102":            credential.ErrMalformed, // out of order
		"bf 0102 ff":              credential.ErrMalformed, // indefinite
		"a2 0102 02c101":          credential.ErrMalformed, // a tag
		"a1 01f94000":             credential.ErrMalformed, // 2.0
		"a1 016132":               credential.ErrMalformed, // "2"
		"81 02":                   credential.ErrMalformed,
		"a2 0102 a0 00":           credential.ErrMalformed, // a map as a key
		"":                        credential.ErrMalformed,
	} {
		var raw []byte
		for _, c := range []byte(payload) {
			if c != ' ' {
				raw = append(raw, c)
			}
		}
		b, err := hex.DecodeString(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		m, err := cose.Sign(cose.Statement, credential.KeyID{}, key, b)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := credential.Signed(m).Open(); !errors.Is(err, want) {
			t.Errorf("%s: %v, expected %v", payload, err, want)
		}
	}
}
