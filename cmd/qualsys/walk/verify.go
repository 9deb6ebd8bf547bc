package walk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"qualsys/internal/clock"
	"qualsys/issue/credential"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
	"qualsys/verifier/remote"
	"qualsys/verifier/trust"
)

// verdict checks a certificate in every way that an employer has, and wants
// the same answer each time.
func (t *trip) verdict(p Paper, birth, want string) error {
	if err := Verify(t.ctx, t.Base, p, birth, want); err != nil {
		return err
	}
	t.say("QR code, file, typed number and issued range agree on the certificate of %s: %s", p.Name, want)
	return nil
}

// Verify checks a certificate by its QR code and its file at the API, by its
// number and its file on the page, and by the issued range, as an employer can.
func Verify(ctx context.Context, base string, p Paper, birth, want string) error {
	for _, way := range []struct {
		name string
		ask  func() (string, error)
	}{
		{"the QR code at the API", func() (string, error) { return apiVerdict(ctx, base, p, map[string]any{"link": p.Link}) }},
		{"the file at the API", func() (string, error) { return apiVerdict(ctx, base, p, map[string]any{"file": p.PDF}) }},
		{"the number typed at /verify", func() (string, error) { return typed(ctx, base, p, birth) }},
		{"the file dropped at /verify", func() (string, error) { return dropped(ctx, base, p) }},
		{"the issued range", func() (string, error) { return ranged(ctx, base, p) }},
	} {
		got, err := way.ask()
		if err != nil {
			return fmt.Errorf("walk: %s of %s: %w", way.name, p.Name, err)
		}
		if got != want {
			return fmt.Errorf("walk: %s of %s says %s, not %s", way.name, p.Name, got, want)
		}
	}
	return nil
}

func apiVerdict(ctx context.Context, base string, p Paper, q map[string]any) (string, error) {
	v, err := askAPI(ctx, base, q)
	if err != nil {
		return "", err
	}
	says, _ := v["says"].(map[string]any)
	if says["name"] != p.Name {
		return "", fmt.Errorf("it answers for %q, not for %q", says["name"], p.Name)
	}
	verdict, _ := v["verdict"].(string)
	return verdict, nil
}

// askAPI asks POST /v1/verifications; a value of bytes is sent in Base64.
func askAPI(ctx context.Context, base string, q map[string]any) (map[string]any, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v1/verifications", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := caller.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the API answers %s: %.300s", resp.Status, answer)
	}
	var v map[string]any
	return v, json.Unmarshal(answer, &v)
}

// typed types the number and the birth date.
func typed(ctx context.Context, base string, p Paper, birth string) (string, error) {
	v := NewVisitor(ctx)
	if err := v.Get(base + "/verify"); err != nil {
		return "", err
	}
	if err := v.Send("/verify/code", "code", strings.ToLower(p.Code), "birth", birth); err != nil {
		return "", err
	}
	return onPage(v, p)
}

// dropped drops the file.
func dropped(ctx context.Context, base string, p Paper) (string, error) {
	v := NewVisitor(ctx)
	if err := v.Get(base + "/verify"); err != nil {
		return "", err
	}
	f, err := v.Page.Form("/verify/file")
	if err != nil {
		return "", err
	}
	if err := v.Submit(f.Upload("file", File{Name: "certificate.pdf", Data: p.PDF})); err != nil {
		return "", err
	}
	return onPage(v, p)
}

// onPage returns the verdict whose band the page shows; the page must quote
// what the certificate says.
func onPage(v *Visitor, p Paper) (string, error) {
	if err := good(v, "the verdict's page"); err != nil {
		return "", err
	}
	if !v.Page.Says(p.Name) {
		return "", fmt.Errorf("the page does not quote %s: %.300s", p.Name, v.Page.Text())
	}
	verdict, err := v.Page.Verdict()
	if err != nil {
		return "", err
	}
	return verdict, nil
}

// bands are the verdicts.
var bands = []verifier.Verdict{verifier.InForce, verifier.Changed, verifier.Suspended, verifier.Ended, verifier.NotGenuine, verifier.CannotConfirm}

// Verdict returns the verdict whose band the page shows.
func (p *Page) Verdict() (string, error) {
	for _, b := range bands {
		if p.Shows("band-" + string(b)) {
			return string(b), nil
		}
	}
	return "", fmt.Errorf("no verdict on %s (status %d): %.300s", p.URL.Path, p.Status, p.Text())
}

// ranged verifies as a phone does: the signature with the keys of the trust
// list, and the state in the issued range.
func ranged(ctx context.Context, base string, p Paper) (string, error) {
	list, err := trustList(ctx, base)
	if err != nil {
		return "", err
	}
	client := &remote.Client{HTTP: caller, Trust: func(context.Context) (*trust.List, error) { return list, nil }}
	signed, err := credential.ParseLink(p.Link, list.Sites)
	if err != nil {
		return "", err
	}
	for what, digest := range map[string][32]byte{"statement": signed.Digest(), "file": sha256.Sum256(p.PDF)} {
		if _, err := client.Statement(ctx, digest); err != nil {
			return "", fmt.Errorf("the range of the %s (%s): %w", what, statuslist.PrefixOf(digest), err)
		}
	}
	v := verifier.New(verifier.Options{Trust: client.Trust, Log: client, States: client, Now: clock.System{}.Now}).Link(ctx, p.Link)
	return string(v.Verdict), nil
}

// trustList fetches the trust list and holds it to the root key that the page
// for QR codes has pinned.
func trustList(ctx context.Context, base string) (*trust.List, error) {
	v := NewVisitor(ctx)
	if err := v.Get(base + "/Q"); err != nil {
		return nil, err
	}
	der, err := base64.StdEncoding.DecodeString(v.Page.Attr("data-root"))
	if err != nil || len(der) == 0 {
		return nil, errors.Join(errors.New("the page for QR codes has no root key"), err)
	}
	root, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	return remote.FetchTrust(ctx, caller, base, root, 0)
}
