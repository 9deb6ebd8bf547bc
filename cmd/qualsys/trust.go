package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/issue/credential"
	"qualsys/issue/keys"
	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/verifier/trust"
	"qualsys/web"
)

// published is the trust list as it lies in the folder of the keys, signed by
// the root key, which need not be on this machine.
type published struct {
	dir   string
	root  *ecdsa.PublicKey
	clock clock.Clock

	mu    sync.Mutex
	files trust.Published
	seen  *trust.List
	at    time.Time // when the files were read
}

// reread is how long a trust list is used before its files are looked at again.
const reread = time.Minute

// openTrust reads the published list. A list that isn't signed by the root key
// stops the program: nothing that it serves could be verified.
func openTrust(dir string, root *ecdsa.PublicKey, c clock.Clock) (*published, error) {
	p := &published{dir: dir, root: root, clock: c}
	if _, err := p.list(context.Background()); err != nil {
		return nil, err
	}
	return p, nil
}

// list returns the list in force. When newer files can't be read, the one that
// was read before stays: it carries its own end.
func (p *published) list(context.Context) (*trust.List, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if p.seen != nil && now.Sub(p.at) < reread && !now.Before(p.at) {
		return p.seen, nil
	}
	err := p.read()
	if err != nil && p.seen == nil {
		return nil, err
	}
	p.at = now
	return p.seen, nil
}

func (p *published) read() (err error) {
	var f trust.Published
	if f.COSE, err = os.ReadFile(filepath.Join(p.dir, "trust.cose")); err == nil {
		f.JSON, err = os.ReadFile(filepath.Join(p.dir, "trust.json"))
	}
	if err != nil {
		return fmt.Errorf("the trust list: %w (make it with: qualsys keys trust)", err)
	}
	seq := uint64(0)
	if p.seen != nil {
		seq = p.seen.Seq
	}
	l, err := trust.Open(f.COSE, p.root, seq)
	if err != nil {
		return fmt.Errorf("the trust list in %s: %w", p.dir, err)
	}
	p.files, p.seen = f, l
	return nil
}

func (p *published) serveCOSE(c *gin.Context) error {
	return p.serve(c, "application/cose", func(f trust.Published) []byte { return f.COSE })
}

func (p *published) serveJSON(c *gin.Context) error {
	return p.serve(c, "application/json", func(f trust.Published) []byte { return f.JSON })
}

func (p *published) serve(c *gin.Context, kind string, which func(trust.Published) []byte) error {
	if _, err := p.list(c.Request.Context()); err != nil {
		return errors.Join(web.ErrNoPage, err)
	}
	p.mu.Lock()
	data := which(p.files)
	p.mu.Unlock()
	c.Header("Cache-Control", "public, max-age=300")
	c.Header("Access-Control-Allow-Origin", "*")
	c.Data(http.StatusOK, kind, data)
	return nil
}

// keyLife is how long a key signs from the day on which it is first listed.
const keyLife = 2 * 365 * 24 * time.Hour

// publishTrust signs a trust list with the next number and writes both forms.
// Keys of the list before stay listed: what they signed stays good.
func publishTrust(ctx context.Context, db *store.DB, dir, base string, set *keys.Set, now time.Time) (*trust.List, error) {
	if set.Root.Signer == nil {
		return nil, errors.New("the root key is not here: sign the trust list where it is kept")
	}
	l := &trust.List{Seq: 1, Issued: now.Truncate(time.Second), NextUpdate: now.Add(trust.MaxLife).Truncate(time.Second),
		Sites: []string{base}, Ranges: base + "/issued/", Status: base + "/status/"}
	var old *trust.List
	if data, err := os.ReadFile(filepath.Join(dir, "trust.cose")); err == nil {
		if old, err = trust.Open(data, set.RootKey(), 0); err != nil {
			return nil, fmt.Errorf("the trust list before: %w", err)
		}
		l.Seq = old.Seq + 1
	}
	l.Keys = listed(set.Published(), old, l.Issued)
	l.Authorities = []trust.Authority{{Certificate: set.Root.Certificate,
		Intermediates: []*x509.Certificate{set.CA.Certificate}, Lists: set.CRLs}}
	if err := db.Read(ctx, func(tx *store.Tx) (err error) {
		l.Registers, err = publicWords(tx)
		return err
	}); err != nil {
		return nil, err
	}
	files, err := l.Publish(set.Root)
	if err != nil {
		return nil, err
	}
	return l, errors.Join(replace(filepath.Join(dir, "trust.json"), files.JSON), replace(filepath.Join(dir, "trust.cose"), files.COSE))
}

// listed gives new keys their days of use and keeps old ones as they were.
func listed(now []credential.PublicKey, old *trust.List, from time.Time) []credential.PublicKey {
	var out []credential.PublicKey
	have := map[credential.KeyID]bool{}
	if old != nil {
		for _, k := range old.Keys {
			out, have[k.ID] = append(out, k), true
		}
	}
	for _, k := range now {
		if !have[k.ID] {
			k.NotBefore, k.NotAfter = from, from.Add(keyLife)
			out = append(out, k)
		}
	}
	return out
}

// replace writes a file whole, or not at all.
func replace(path string, data []byte) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// publicWords are what verifiers need to know of each register.
func publicWords(tx *store.Tx) ([]trust.Register, error) {
	today := person.DateAt(tx.Now)
	qualifications, err := registry.Qualifications(tx, today)
	if err != nil {
		return nil, err
	}
	var out []trust.Register
	for _, q := range qualifications {
		registers, err := registry.RegistersOf(tx, q.Code)
		if err != nil {
			return nil, err
		}
		for _, r := range registers {
			body, err := registry.GetBody(tx, r.Body)
			if err != nil {
				return nil, err
			}
			out = append(out, trust.Register{Number: uint32(r.No), Qualification: q.Code, Name: q.Name, English: q.English,
				Title: q.CertificateTitle, Keeper: body.Name, KeeperEnglish: body.English, Suspended: q.Term(registry.Suspended)})
		}
	}
	return out, nil
}
