package verifier_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
	"qualsys/verifier/trust"
)

// at is the instant at which the tests stand: 2026-11-25 09:12 in Japan.
var at = time.Date(2026, 11, 25, 0, 12, 0, 0, time.UTC)

const site = "https://q.example.jp"

// fixedKey is a key that is always the same for the same label, and whose
// signatures are (RFC 6979), so that vectors can be made again byte for byte.
type fixedKey struct{ *ecdsa.PrivateKey }

func (k fixedKey) Sign(_ io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return k.PrivateKey.Sign(nil, digest, o)
}

func key(t testing.TB, label string) fixedKey {
	t.Helper()
	sum := sha256.Sum256([]byte("qualsys test key, never used for anything else: " + label))
	d := new(big.Int).SetBytes(sum[:])
	d.Mod(d, new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(1))).Add(d, big.NewInt(1))
	k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return fixedKey{k}
}

func kid(t testing.TB, k crypto.Signer) credential.KeyID {
	t.Helper()
	id, err := cose.KeyIDOf(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// world is an installation in miniature.
type world struct {
	t                           testing.TB
	root, statement, status     fixedKey
	stolen, regional, old, test fixedKey
	list                        trust.List
	released                    map[[32]byte]credential.Status
	now                         time.Time
	away                        bool
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, now: at, released: map[[32]byte]credential.Status{},
		root: key(t, "root"), statement: key(t, "statement"), status: key(t, "status"),
		stolen: key(t, "stolen"), regional: key(t, "regional"), old: key(t, "old"), test: key(t, "test")}
	public := func(p cose.Purpose, k fixedKey) credential.PublicKey {
		pub, err := credential.NewPublicKey(p, &k.PublicKey, at.AddDate(-1, 0, 0), at.AddDate(2, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		return pub
	}
	stolen, regional, old := public(cose.Statement, w.stolen), public(cose.Statement, w.regional), public(cose.Statement, w.old)
	stolen.CompromisedFrom = at.AddDate(0, 0, -1)
	regional.Registers = []uint32{1302}
	old.NotBefore, old.NotAfter = at.AddDate(-3, 0, 0), at.AddDate(-1, 0, 0)
	w.list = trust.List{Seq: 7, Issued: at.AddDate(0, 0, -1), NextUpdate: at.AddDate(0, 0, 60),
		Sites: []string{site}, Ranges: site + "/issued/",
		Keys: []credential.PublicKey{public(cose.Statement, w.statement), public(cose.Status, w.status),
			stolen, regional, old, public(cose.Test, w.test)},
		Registers: []trust.Register{
			{Number: 1301, Qualification: "certified-care-worker", Name: "介護福祉士", English: "Certified Care Worker",
				Title: "介護福祉士資格証", Keeper: "公益財団法人社会福祉振興・試験センター", NumberPattern: "第{n}号",
				Suspended: "名称使用停止", SuspendedEnglish: "suspended from using the title", UntilPublic: true},
			{Number: 1302, Qualification: "nurse", Name: "看護師", Title: "看護師資格証", Keeper: "厚生労働大臣"},
		},
	}
	return w
}

func (w *world) options() verifier.Options {
	return verifier.Options{
		Trust: func(context.Context) (*trust.List, error) { return &w.list, nil },
		Log:   w, States: w,
		Now: func() time.Time { return w.now },
	}
}

func (w *world) Statement(_ context.Context, digest [32]byte) (verifier.Issued, error) {
	if w.away {
		return verifier.Issued{}, errors.New("no network")
	}
	if _, ok := w.released[digest]; !ok {
		return verifier.Issued{}, verifier.ErrNotIssued
	}
	return verifier.Issued{Statement: digest, AsOf: w.now}, nil
}

func (w *world) File(ctx context.Context, sum [32]byte) (verifier.Issued, error) {
	return verifier.Issued{}, verifier.ErrNotIssued
}

func (w *world) Code(context.Context, credential.Code) (verifier.Issued, error) {
	return verifier.Issued{}, verifier.ErrNotIssued
}

func (w *world) Status(_ context.Context, digest [32]byte, _, _ uint32) (verifier.Current, error) {
	if w.away {
		return verifier.Current{}, errors.New("no network")
	}
	return verifier.Current{Status: w.released[digest], AsOf: w.now, Registered: verifier.NotAsked}, nil
}

// sample is a statement with fixed values.
func sample() credential.Statement {
	code, err := credential.CodeFromBytes([10]byte{0x1f, 0x2e, 0x3d, 0x4c, 0x5b, 0x6a, 0x79, 0x88, 0x97, 0x9b})
	if err != nil {
		code, err = credential.NewCode(zeros{})
		if err != nil {
			panic(err)
		}
	}
	return credential.Statement{Version: 1, Code: code, Register: 1301, Number: "D-1234567", Name: "山田　花子",
		Birth: 19900401, Issued: 20261125, List: 3, Index: 131071}
}

// zeros is no source of randomness: it makes the code of the vectors.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i*7 + 3)
	}
	return len(b), nil
}

func (w *world) sign(st credential.Statement, k fixedKey) credential.Signed {
	w.t.Helper()
	signed, err := credential.Sign(st, kid(w.t, k), k)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed
}

func (w *world) link(signed credential.Signed) string {
	w.t.Helper()
	base, err := credential.Base(site)
	if err != nil {
		w.t.Fatal(err)
	}
	return signed.Link(base)
}

// issuedRange is the signed range that holds digest, as made at an instant.
func (w *world) issuedRange(prefix statuslist.Prefix, made time.Time) []byte {
	w.t.Helper()
	var entries []statuslist.Entry
	for d, s := range w.released {
		if statuslist.PrefixOf(d) == prefix {
			entries = append(entries, statuslist.Entry{Digest: statuslist.Short(d), Status: s})
		}
	}
	r, err := statuslist.Build(prefix, entries, []byte("a secret for the decoys of tests"), made)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := r.Sign(kid(w.t, w.status), w.status)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func write(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
