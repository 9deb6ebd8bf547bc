package statuslist_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
)

var (
	now    = time.Date(2026, 11, 25, 0, 12, 0, 500, time.UTC)
	secret = bytes.Repeat([]byte{7}, 32)
)

func newKey(t testing.TB) (*ecdsa.PrivateKey, credential.KeyID) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	kid, err := cose.KeyIDOf(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return key, kid
}

// sum is the i-th SHA-256 of the range abcd.
func sum(i int) [32]byte {
	s := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
	s[0], s[1] = 0xab, 0xcd
	return s
}

var prefix = statuslist.Prefix{0xab, 0xcd}

func TestWhatWasReleasedIsFoundWithItsStatusAndNothingElse(t *testing.T) {
	key, kid := newKey(t)
	keys := func(credential.KeyID) (crypto.PublicKey, error) { return key.Public(), nil }
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "released")
		var entries []statuslist.Entry
		for i := range n {
			entries = append(entries, statuslist.Entry{Digest: statuslist.Short(sum(i)), Status: credential.StatusFromWire(byte(i))})
		}
		built, err := statuslist.Build(prefix, entries, secret, now)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := built.Sign(kid, key)
		if err != nil {
			t.Fatal(err)
		}
		r, err := statuslist.Open(signed, prefix, keys)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Entries) != n+statuslist.Decoys || !r.IssuedAt.Equal(now.Truncate(time.Second)) || r.Expires.Sub(r.IssuedAt) != statuslist.Life {
			t.Fatalf("%d entries, %v to %v", len(r.Entries), r.IssuedAt, r.Expires)
		}
		for i := range n {
			if s, ok := r.Find(sum(i)); !ok || s != credential.StatusFromWire(byte(i)) {
				t.Fatalf("entry %d: %v, %v", i, s, ok)
			}
		}
		if _, ok := r.Find(sum(n)); ok {
			t.Fatal("found what was never released")
		}
	})
}

func TestDecoysAreAlwaysTheSameAndNobodyElseCanMakeThem(t *testing.T) {
	build := func(secret []byte, entries ...statuslist.Entry) []statuslist.Entry {
		r, err := statuslist.Build(prefix, entries, secret, now)
		if err != nil {
			t.Fatal(err)
		}
		return r.Entries
	}
	real := statuslist.Entry{Digest: statuslist.Short(sum(1)), Status: credential.Changed}
	before, after := build(secret), build(secret, real)
	if len(after) != len(before)+1 {
		t.Errorf("%d then %d: a decoy went when a certificate came", len(before), len(after))
	}
	for _, e := range before {
		if !slices.Contains(after, e) {
			t.Error("a decoy was exposed")
		}
	}
	for _, e := range build(bytes.Repeat([]byte{8}, 32)) {
		if slices.Contains(before, e) {
			t.Error("another secret makes the same decoy")
		}
	}
}

func TestWhatIsNoRangeIsRefused(t *testing.T) {
	key, kid := newKey(t)
	if _, err := statuslist.Build(prefix, nil, []byte("short"), now); err == nil {
		t.Error("a short secret")
	}
	if _, err := statuslist.Build(prefix, []statuslist.Entry{{Digest: statuslist.Digest{1, 2}}}, secret, now); err == nil {
		t.Error("a digest of another range")
	}
	twice := statuslist.Entry{Digest: statuslist.Short(sum(1)), Status: credential.Valid}
	if _, err := statuslist.Build(prefix, []statuslist.Entry{twice, twice}, secret, now); err == nil {
		t.Error("a digest twice")
	}
	r, _ := statuslist.Build(prefix, nil, secret, now)
	signed, _ := r.Sign(kid, key)
	unknown := errors.New("unknown key")
	if _, err := statuslist.Open(signed, prefix, func(credential.KeyID) (crypto.PublicKey, error) { return nil, unknown }); !errors.Is(err, unknown) {
		t.Errorf("unknown key: %v", err)
	}
	keys := func(credential.KeyID) (crypto.PublicKey, error) { return key.Public(), nil }
	if _, err := statuslist.Open(signed, statuslist.Prefix{1, 2}, keys); !errors.Is(err, statuslist.ErrOtherRange) {
		t.Errorf("another range: %v", err)
	}
	for i := range signed {
		bad := bytes.Clone(signed)
		bad[i] ^= 1
		if _, err := statuslist.Open(bad, prefix, keys); err == nil && i > 14 { // bytes 7–14 are the kid, which this test ignores
			t.Fatalf("byte %d flipped and still read", i)
		}
	}
	for _, s := range []string{"", "abc", "ABCD", "abcde", "ab/d", "０１２３"} {
		if _, err := statuslist.ParsePrefix(s); err == nil {
			t.Errorf("%q is a prefix", s)
		}
	}
}

func TestPlacesAreDrawnAtRandomAndNeverTwice(t *testing.T) {
	used := map[uint32]bool{}
	for range 2000 {
		i, err := statuslist.Assign(rand.Reader, func(i uint32) (bool, error) { return used[i], nil })
		if err != nil || used[i] || i >= credential.ListSize {
			t.Fatal(i, err)
		}
		used[i] = true
	}
	if _, err := statuslist.Assign(rand.Reader, func(uint32) (bool, error) { return true, nil }); !errors.Is(err, statuslist.ErrFull) {
		t.Errorf("a full list: %v", err)
	}
	if _, err := statuslist.Assign(bytes.NewReader(nil), nil); err == nil {
		t.Error("drawn without randomness")
	}
	away := errors.New("away")
	if _, err := statuslist.Assign(rand.Reader, func(uint32) (bool, error) { return false, away }); !errors.Is(err, away) {
		t.Errorf("database away: %v", err)
	}
}

func FuzzRange(f *testing.F) {
	key, kid := newKey(f)
	r, _ := statuslist.Build(prefix, []statuslist.Entry{{Digest: statuslist.Short(sum(1)), Status: credential.Valid}}, secret, now)
	signed, _ := r.Sign(kid, key)
	m, _ := cose.Parse(signed, statuslist.MaxBytes)
	f.Add(m.Payload)
	keys := func(credential.KeyID) (crypto.PublicKey, error) { return key.Public(), nil }
	f.Fuzz(func(t *testing.T, payload []byte) {
		signed, err := cose.Sign(cose.Status, kid, key, payload)
		if err != nil {
			t.Skip()
		}
		r, err := statuslist.Open(signed, prefix, keys)
		if err != nil {
			return
		}
		again, err := r.Sign(kid, key)
		if err != nil || !bytes.Equal(again[:len(again)-64], signed[:len(signed)-64]) {
			t.Fatal("read from an encoding that is not ours")
		}
	})
}
