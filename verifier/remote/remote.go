// Package remote asks a Qualsys installation over HTTP, for command lines and
// for whoever embeds the verifier: the trust list, and issued ranges. It sends
// four hexadecimal digits and nothing else, so that nobody learns which
// certificate is meant.
package remote

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
	"qualsys/verifier/trust"
)

// Client implements verifier.IssueLog and verifier.StatusSource over issued
// ranges. It keeps ranges it has seen: a fresh one is not asked for again, an
// old one still tells what was known when the network is away. Safe for
// concurrent use.
type Client struct {
	// Trust returns the trust list in force; it names the ranges' address and
	// the status keys.
	Trust func(ctx context.Context) (*trust.List, error)
	// HTTP makes the requests; nil means a client of ten seconds that follows
	// no redirect.
	HTTP *http.Client
	// Now is the clock; nil means the machine's.
	Now func() time.Time

	mu   sync.Mutex
	kept map[statuslist.Prefix]statuslist.Range
}

// keep bounds how many ranges are remembered.
const keep = 4096

// ahead is how far a server's clock may be ahead of ours.
const ahead = time.Minute

// source is how ranges are called in checks[].source.
const source = "issued_range"

// Statement implements verifier.IssueLog.
func (c *Client) Statement(ctx context.Context, digest [32]byte) (verifier.Issued, error) {
	i, _, err := c.find(ctx, digest)
	i.Statement = digest
	return i, err
}

// File implements verifier.IssueLog: ranges hold released files as well.
func (c *Client) File(ctx context.Context, sum [32]byte) (verifier.Issued, error) {
	i, _, err := c.find(ctx, sum)
	return i, err
}

// Code implements verifier.IssueLog: ranges know no codes.
func (c *Client) Code(context.Context, credential.Code) (verifier.Issued, error) {
	return verifier.Issued{}, verifier.ErrNotAsked
}

// Status implements verifier.StatusSource.
func (c *Client) Status(ctx context.Context, digest [32]byte, _, _ uint32) (verifier.Current, error) {
	i, cur, err := c.find(ctx, digest)
	cur.AsOf, cur.Source, cur.Registered = i.AsOf, source, verifier.NotAsked
	return cur, err
}

// find looks sum up in its range. That it is missing counts only when the
// range was asked for just now: it may have been released since.
func (c *Client) find(ctx context.Context, sum [32]byte) (verifier.Issued, verifier.Current, error) {
	prefix := statuslist.PrefixOf(sum)
	r, ok := c.cached(prefix)
	if old := c.now().Sub(r.IssuedAt); ok && -ahead <= old && old < statuslist.MaxAge {
		if status, found := r.Find(sum); found {
			return issued(r), verifier.Current{Status: status, Expires: r.Expires}, nil
		}
	}
	fresh, err := c.fetch(ctx, prefix)
	if err != nil {
		if status, found := r.Find(sum); ok && found {
			return issued(r), verifier.Current{Status: status, Expires: r.Expires}, nil
		}
		return verifier.Issued{Source: source}, verifier.Current{}, errors.Join(verifier.ErrUnavailable, err)
	}
	status, found := fresh.Find(sum)
	if found {
		return issued(fresh), verifier.Current{Status: status, Expires: fresh.Expires}, nil
	}
	if old := c.now().Sub(fresh.IssuedAt); old > verifier.Fresh || old < -ahead {
		return verifier.Issued{Source: source}, verifier.Current{}, verifier.ErrUnavailable
	}
	return issued(fresh), verifier.Current{}, verifier.ErrNotIssued
}

func issued(r statuslist.Range) verifier.Issued {
	return verifier.Issued{AsOf: r.IssuedAt, Source: source}
}

func (c *Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c *Client) cached(p statuslist.Prefix) (statuslist.Range, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.kept[p]
	return r, ok
}

// fetch asks for one range, verifies it and remembers it. A range older than
// the one remembered is refused: somebody is playing back.
func (c *Client) fetch(ctx context.Context, p statuslist.Prefix) (statuslist.Range, error) {
	list, err := c.Trust(ctx)
	if err != nil {
		return statuslist.Range{}, err
	}
	if list.Stale(c.now()) {
		return statuslist.Range{}, errors.New("remote: the trust list is past its next update")
	}
	data, err := get(ctx, c.HTTP, list.Ranges+p.String(), statuslist.MaxBytes)
	if err != nil {
		return statuslist.Range{}, err
	}
	var key credential.PublicKey
	r, err := statuslist.Open(data, p, func(id credential.KeyID) (crypto.PublicKey, error) {
		k, ok := list.Key(id, cose.Status)
		if !ok {
			return nil, fmt.Errorf("remote: range signed by key %s, which is no status key", id)
		}
		key = k
		return k.Key, nil
	})
	if err != nil {
		return statuslist.Range{}, err
	}
	if !key.Speaks(r.IssuedAt, c.now()) {
		return statuslist.Range{}, fmt.Errorf("remote: range signed by key %s outside its days, or after its theft", key.ID)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if before, ok := c.kept[p]; ok && r.IssuedAt.Before(before.IssuedAt) {
		return statuslist.Range{}, errors.New("remote: a range older than one already seen")
	}
	if r.IssuedAt.Sub(c.now()) > ahead {
		return r, nil // remembered, it would shut out every right one until then
	}
	if c.kept == nil || len(c.kept) >= keep {
		c.kept = map[statuslist.Prefix]statuslist.Range{}
	}
	c.kept[p] = r
	return r, nil
}

// FetchTrust fetches and verifies the trust list of a site with the pinned
// root key; seen is the highest seq known so far.
func FetchTrust(ctx context.Context, client *http.Client, site string, root crypto.PublicKey, seen uint64) (*trust.List, error) {
	data, err := get(ctx, client, strings.TrimSuffix(site, "/")+"/.well-known/qualsys/trust.cose", trust.MaxBytes)
	if err != nil {
		return nil, err
	}
	return trust.Open(data, root, seen)
}

var plain = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// A busy server is asked again after the time that it names: so often in all,
// and if that time is no longer than this.
const (
	attempts = 3
	longest  = 15 * time.Second
)

func get(ctx context.Context, client *http.Client, address string, limit int64) ([]byte, error) {
	if client == nil {
		client = plain
	}
	for attempt := 1; ; attempt++ {
		data, after, err := once(ctx, client, address, limit)
		if err == nil || after < 0 || after > longest || attempt == attempts {
			return data, err
		}
		t := time.NewTimer(after)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil, err
		}
	}
}

// once asks once. When the server is busy, after is the time that it names;
// otherwise it is negative.
func once(ctx context.Context, client *http.Client, address string, limit int64) (data []byte, after time.Duration, err error) {
	after = -1
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, after, fmt.Errorf("remote: %w", err)
	}
	req.Header.Set("Cache-Control", "no-cache") // caches on the way may not know what was released just now
	resp, err := client.Do(req)
	if err != nil {
		return nil, after, fmt.Errorf("remote: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		if seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16); err == nil {
			after = time.Duration(seconds) * time.Second
		}
	}
	if resp.StatusCode != http.StatusOK {
		return nil, after, fmt.Errorf("remote: %s answers %s", address, resp.Status)
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, after, fmt.Errorf("remote: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, after, fmt.Errorf("remote: %s answers more than %d bytes", address, limit)
	}
	return data, after, nil
}
