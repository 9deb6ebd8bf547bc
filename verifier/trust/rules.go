package trust

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// Bounds of a list.
const (
	maxKeys      = 1000
	maxRegisters = 10000
	maxSites     = 20
)

// check holds the rules of a list, when it is written and when it is read.
func (l *List) check() error {
	bad := func(f string, a ...any) error { return fmt.Errorf("%w: "+f, append([]any{ErrRules}, a...)...) }
	life := l.NextUpdate.Sub(l.Issued)
	switch {
	case l.Seq == 0:
		return bad("seq begins at 1")
	case life <= 0 || life > MaxLife:
		return bad("next_update is %v after issued, at most %v", life, MaxLife)
	case len(l.Sites) == 0 || len(l.Sites) > maxSites:
		return bad("%d sites, 1 to %d", len(l.Sites), maxSites)
	case len(l.Keys) > maxKeys || len(l.Registers) > maxRegisters || len(l.Authorities) > maxSites:
		return bad("too many keys, registers or authorities")
	}
	for _, s := range l.Sites {
		if _, err := credential.Base(s); err != nil {
			return bad("site %q: %w", s, err)
		}
	}
	for _, a := range []string{l.Ranges, l.Status} {
		u, err := url.Parse(a)
		if a != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" ||
			u.RawQuery != "" || u.Fragment != "" || !strings.HasSuffix(u.Path, "/")) {
			return bad("address %q", a)
		}
	}
	if err := l.checkKeys(bad); err != nil {
		return err
	}
	return l.checkRegisters(bad)
}

func (l *List) checkKeys(bad func(string, ...any) error) error {
	seen := map[credential.KeyID]bool{}
	for _, k := range l.Keys {
		id, err := cose.KeyIDOf(k.Key)
		switch {
		case err != nil:
			return bad("key %s: %w", k.ID, err)
		case id != k.ID:
			return bad("key %s is called %s", id, k.ID)
		case seen[id]:
			return bad("two keys are called %s", id)
		case !k.Purpose.Valid() || k.Purpose == cose.Trust || k.Purpose == cose.PDFCA:
			return bad("key %s is for %q", id, k.Purpose)
		case !k.NotBefore.Before(k.NotAfter):
			return bad("key %s ends before it begins", id)
		}
		seen[id] = true
	}
	for _, a := range l.Authorities {
		for _, c := range append(a.Intermediates[:len(a.Intermediates):len(a.Intermediates)], a.Certificate) {
			if !c.IsCA {
				return bad("certificate %q is no authority", c.Subject.CommonName)
			}
			if id, err := cose.KeyIDOf(c.PublicKey); err == nil && seen[id] {
				return bad("key %s is an authority's as well", id)
			}
		}
	}
	return nil
}

func (l *List) checkRegisters(bad func(string, ...any) error) error {
	seen := map[uint32]bool{}
	for _, r := range l.Registers {
		switch {
		case r.Number == 0 || r.Qualification == "" || r.Name == "" || r.Title == "" || r.Keeper == "":
			return bad("register %d lacks number, qualification, name, title or keeper", r.Number)
		case seen[r.Number]:
			return bad("two registers are called %d", r.Number)
		case r.NumberPattern != "" && strings.Count(r.NumberPattern, "{n}") != 1:
			return bad("register %d: pattern %q has no single {n}", r.Number, r.NumberPattern)
		}
		seen[r.Number] = true
	}
	return nil
}

// Stale reports whether a newer list should have come by now: then nobody's
// keys can be relied on.
func (l *List) Stale(now time.Time) bool { return !now.Before(l.NextUpdate) }

// Printed returns a registration number as it stands on a certificate.
func (r Register) Printed(number string) string {
	if r.NumberPattern == "" {
		return number
	}
	return strings.Replace(r.NumberPattern, "{n}", number, 1)
}
