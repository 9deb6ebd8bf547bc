package trust_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/keys"
	"qualsys/verifier/trust"
)

var now = time.Date(2026, 11, 25, 0, 12, 0, 0, time.UTC)

// sample is a list made from a demonstration set of keys, as an installation makes it.
func sample(t testing.TB) (trust.List, *keys.Set) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := keys.MakeDemo(dir, "localhost", now); err != nil {
		t.Fatal(err)
	}
	set, err := keys.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return trust.List{Seq: 1, Issued: now, NextUpdate: now.AddDate(0, 0, 30),
		Sites: []string{"http://localhost:8080"}, Ranges: "http://localhost:8080/issued/",
		Keys:        set.Published(),
		Authorities: []trust.Authority{trust.AuthorityOf(set.Root.Certificate, set.CA.Certificate, set.CRLs)},
		Registers: []trust.Register{{Number: 1, Qualification: "nurse", Name: "看護師", English: "Nurse", Title: "看護師資格証",
			Keeper: "厚生労働大臣", NumberPattern: "第{n}号", Suspended: "業務停止"}},
	}, set
}

func TestBothFormsSayTheSame(t *testing.T) {
	l, set := sample(t)
	p, err := l.Publish(set.Root)
	if err != nil {
		t.Fatal(err)
	}
	a, err := trust.Open(p.COSE, set.RootKey(), 1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := trust.Open(p.JSON, set.RootKey(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(a.Registers, l.Registers) || len(a.Keys) != 5 || len(a.Authorities[0].Lists) != 2 {
		t.Errorf("%+v\n%+v", a, b)
	}
	k, ok := a.Key(set.Statement.ID, cose.Statement)
	if !ok || !k.Key.Equal(set.Statement.Published().Key) {
		t.Error("the statement key")
	}
	if k, ok := a.Key(set.Statement.ID, cose.Status); ok || k.Key == nil {
		t.Error("a statement key served as status key")
	}
	if _, ok := a.Key(credential.KeyID{}, cose.Status); ok {
		t.Error("an unknown key")
	}
	if r, ok := a.Register(1); !ok || r.Printed("123") != "第123号" {
		t.Error("register 1")
	}
	if a.Stale(now.AddDate(0, 0, 29)) || !a.Stale(now.AddDate(0, 0, 30)) {
		t.Error("stale")
	}
}

func TestAListThatBreaksARuleIsNeitherMadeNorRead(t *testing.T) {
	for name, spoil := range map[string]func(*trust.List, *keys.Set){
		"two keys with one kid": func(l *trust.List, _ *keys.Set) { l.Keys = append(l.Keys, l.Keys[0]) },
		"a foreign kid":         func(l *trust.List, _ *keys.Set) { l.Keys[0].ID = credential.KeyID{1} },
		"the root key listed": func(l *trust.List, s *keys.Set) {
			k, _ := credential.NewPublicKey(cose.Test, s.RootKey(), now, now.AddDate(1, 0, 0))
			l.Keys = append(l.Keys, k)
		},
		"no purpose":            func(l *trust.List, _ *keys.Set) { l.Keys[0].Purpose = "all" },
		"ends before it begins": func(l *trust.List, _ *keys.Set) { l.Keys[0].NotAfter = l.Keys[0].NotBefore },
		"seq 0":                 func(l *trust.List, _ *keys.Set) { l.Seq = 0 },
		"91 days":               func(l *trust.List, _ *keys.Set) { l.NextUpdate = l.Issued.AddDate(0, 0, 91) },
		"no site":               func(l *trust.List, _ *keys.Set) { l.Sites = nil },
		"a long site":           func(l *trust.List, _ *keys.Set) { l.Sites = []string{"https://verification.of.qualifications.example"} },
		"ranges elsewhere":      func(l *trust.List, _ *keys.Set) { l.Ranges = "file:///etc/" },
		"a register twice":      func(l *trust.List, _ *keys.Set) { l.Registers = append(l.Registers, l.Registers[0]) },
		"a pattern without n":   func(l *trust.List, _ *keys.Set) { l.Registers[0].NumberPattern = "第号" },
		"no authority":          func(l *trust.List, s *keys.Set) { l.Authorities[0].Certificate = s.Signer.Certificate },
	} {
		l, set := sample(t)
		spoil(&l, set)
		if _, err := l.Publish(set.Root); !errors.Is(err, trust.ErrRules) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAListOfAnotherRootOrAnOlderOneIsRefused(t *testing.T) {
	l, set := sample(t)
	p, _ := l.Publish(set.Root)
	other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	for form, data := range map[string][]byte{"COSE": p.COSE, "JSON": p.JSON} {
		if _, err := trust.Open(data, other.Public(), 0); !errors.Is(err, trust.ErrRoot) {
			t.Errorf("%s, another root: %v", form, err)
		}
		if _, err := trust.Open(data, set.RootKey(), 2); !errors.Is(err, trust.ErrOlder) {
			t.Errorf("%s, older: %v", form, err)
		}
		for at := 0; at < len(data); at += 41 {
			bad := bytes.Clone(data)
			bad[at] ^= 1
			if _, err := trust.Open(bad, set.RootKey(), 0); err == nil {
				t.Fatalf("%s: byte %d flipped and still read", form, at)
			}
		}
	}
}

func TestTheHeaderOfTheJSONFormIsPinned(t *testing.T) {
	l, set := sample(t)
	p, _ := l.Publish(set.Root)
	var j map[string]string
	if err := json.Unmarshal(p.JSON, &j); err != nil {
		t.Fatal(err)
	}
	j["protected"] = "eyJhbGciOiJub25lIn0"
	none, _ := json.Marshal(j)
	if _, err := trust.Open(none, set.RootKey(), 0); !errors.Is(err, trust.ErrRoot) {
		t.Errorf("alg none: %v", err)
	}
	twice := strings.Replace(string(p.JSON), "{", `{"header":{},`, 1)
	if _, err := trust.Open([]byte(twice), set.RootKey(), 0); !errors.Is(err, trust.ErrMalformed) {
		t.Errorf("an unprotected header: %v", err)
	}
}

func FuzzTrust(f *testing.F) {
	l, set := sample(f)
	p, _ := l.Publish(set.Root)
	m, _ := cose.Parse(p.COSE, trust.MaxBytes)
	f.Add(m.Payload)
	kid, _ := cose.KeyIDOf(set.RootKey())
	f.Fuzz(func(t *testing.T, payload []byte) {
		data, err := cose.Sign(cose.Trust, kid, set.Root, payload)
		if err != nil {
			t.Skip()
		}
		l, err := trust.Open(data, set.RootKey(), 0)
		if err != nil {
			return
		}
		if _, err := l.Publish(set.Root); err != nil {
			t.Fatalf("read and can't be written: %v", err)
		}
	})
}
