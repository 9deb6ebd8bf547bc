package identity

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// discovery reads what a provider says of itself, once a day.
type discovery struct {
	issuer string
	http   *http.Client

	mu    sync.Mutex
	known *provider
	until time.Time
}

// provider is a discovered identity provider.
type provider struct {
	*oidc.Provider
	// namesIssuer: every answer carries iss (RFC 9207 3).
	namesIssuer bool
	keys        *oidc.RemoteKeySet
}

// discovered returns the provider, asking it when we don't know it yet.
func (d *discovery) discovered(ctx context.Context) (*provider, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known != nil && time.Now().Before(d.until) {
		return d.known, nil
	}
	found, err := d.ask(ctx)
	if err != nil {
		if d.known != nil { // what it said yesterday is better than nothing
			return d.known, nil
		}
		return nil, err
	}
	d.known, d.until = found, time.Now().Add(24*time.Hour)
	return found, nil
}

func (d *discovery) ask(ctx context.Context) (*provider, error) {
	p, err := oidc.NewProvider(d.context(ctx), d.issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		NamesIssuer bool   `json:"authorization_response_iss_parameter_supported"`
		Keys        string `json:"jwks_uri"`
	}
	if err := p.Claims(&more); err != nil {
		return nil, err
	}
	if strings.HasPrefix(d.issuer, "https:") {
		for _, address := range []string{p.Endpoint().AuthURL, p.Endpoint().TokenURL, p.UserInfoEndpoint(), more.Keys} {
			if !strings.HasPrefix(address, "https:") {
				return nil, errors.New("identity: the provider names an endpoint that is not https")
			}
		}
	}
	return &provider{Provider: p, namesIssuer: more.NamesIssuer, keys: oidc.NewRemoteKeySet(d.context(context.WithoutCancel(ctx)), more.Keys)}, nil
}

// context lends our HTTP client to go-oidc and oauth2.
func (d *discovery) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, d.http)
}

// bounded returns a client that waits ten seconds at most, follows no redirect
// and reads no more than a megabyte of any answer.
func bounded(c *http.Client) *http.Client {
	b := http.Client{Timeout: 10 * time.Second}
	if c != nil {
		b = *c
	}
	if b.Transport == nil {
		b.Transport = http.DefaultTransport
	}
	b.Transport = megabyte{b.Transport}
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &b
}

type megabyte struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (m megabyte) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := m.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, 1<<20), answer.Body}
	}
	return answer, err
}
