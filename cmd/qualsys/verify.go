package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"qualsys/issue/keys"
	"qualsys/verifier"
	"qualsys/verifier/remote"
	"qualsys/verifier/trust"
)

type verifyCommand struct {
	Files   []string `arg:"" name:"file" help:"Certificates (PDF); - reads one from standard input."`
	JSON    bool     `help:"One JSON object a line and file."`
	Trust   string   `help:"Trust list (trust.cose); default: the one in the folder of the keys." type:"path"`
	Root    string   `help:"Certificate of the root whose key has signed the trust list; default: root.crt in the folder of the keys." type:"path"`
	CA      string   `name:"ca" help:"Certificates of the authorities for files (PEM), instead of the trust list's." type:"path"`
	CRL     string   `name:"crl" help:"Revocation lists of those authorities (PEM or DER)." type:"path"`
	Offline bool     `help:"Ask nobody: the state now stays unknown."`
}

// Run verifies each file and ends with the exit code of the gravest verdict: 0
// in_force, 3 changed, 4 suspended, 5 ended, 6 cannot_confirm, 7 not_genuine, 2
// for a file that can't be read.
func (c *verifyCommand) Run(ctx context.Context, cfg *Config) error {
	v, err := c.verifier(cfg)
	if err != nil {
		return err
	}
	gravest, unread := verifier.InForce, false
	for _, path := range c.Files {
		data, err := readFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, "qualsys verify:", err)
			unread = true
			continue
		}
		answer := v.File(ctx, data)
		if answer.Verdict.Gravity() > gravest.Gravity() {
			gravest = answer.Verdict
		}
		if err := c.print(os.Stdout, path, answer); err != nil {
			return err
		}
	}
	if unread {
		return exitCode(2)
	}
	if code := gravest.Exit(); code != 0 {
		return exitCode(code)
	}
	return nil
}

// maxVerify is how much of a file is read: one byte over the verifier's limit
// is enough for it to refuse.
const maxVerify = 10<<20 + 1

func readFile(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, maxVerify))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxVerify))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func (c *verifyCommand) verifier(cfg *Config) (*verifier.Verifier, error) {
	list, err := c.list(cfg)
	if err != nil {
		return nil, err
	}
	o := verifier.Options{Trust: func(context.Context) (*trust.List, error) { return list, nil },
		Now: func() time.Time { return time.Now().UTC() }}
	if !c.Offline {
		r := &remote.Client{Trust: o.Trust, Now: o.Now}
		o.Log, o.States = r, r
	}
	return verifier.New(o), nil
}

func (c *verifyCommand) list(cfg *Config) (*trust.List, error) {
	path, rootPath := c.Trust, c.Root
	if path == "" {
		path = filepath.Join(cfg.Keys, "trust.cose")
	}
	if rootPath == "" {
		rootPath = filepath.Join(cfg.Keys, "root.crt")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("trust list: %w (name one with --trust)", err)
	}
	root, err := keys.OpenCertificates(rootPath)
	if err != nil {
		return nil, err
	}
	list, err := trust.Open(data, root[0].PublicKey, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, c.replaceAuthorities(list)
}

// replaceAuthorities puts --ca and --crl in the place of the list's own.
func (c *verifyCommand) replaceAuthorities(list *trust.List) error {
	if c.CA == "" && c.CRL == "" {
		return nil
	}
	a := trust.Authority{}
	if len(list.Authorities) > 0 {
		a = list.Authorities[0]
	}
	if c.CA != "" {
		certs, err := keys.OpenCertificates(c.CA)
		if err != nil {
			return err
		}
		a.Certificate, a.Intermediates = certs[0], append(certs[1:], issuedBy(certs, list)...)
	}
	if c.CRL != "" {
		crls, err := keys.OpenCRLs(c.CRL)
		if err != nil {
			return err
		}
		a.Lists = crls
	}
	list.Authorities = []trust.Authority{a}
	return nil
}

// issuedBy are the list's authorities under one of these: who names the root
// alone need not name those that it has issued.
func issuedBy(certs []*x509.Certificate, list *trust.List) (under []*x509.Certificate) {
	for _, a := range list.Authorities {
		for _, c := range a.Intermediates {
			if slices.ContainsFunc(certs, func(issuer *x509.Certificate) bool { return c.CheckSignatureFrom(issuer) == nil }) {
				under = append(under, c)
			}
		}
	}
	return under
}

func (c *verifyCommand) print(w io.Writer, path string, v verifier.Verification) error {
	if c.JSON {
		line := struct {
			File string `json:"file"`
			verifier.Verification
		}{path, v}
		return json.NewEncoder(w).Encode(line)
	}
	failed := []string{}
	for _, check := range v.Checks {
		if check.Result != verifier.Passed && check.Result != verifier.NotAsked {
			failed = append(failed, fmt.Sprintf("%s %s (%s)", check.ID, check.Result, check.Code))
		}
	}
	_, err := fmt.Fprintf(w, "%s: %s  %s\n", path, v.Verdict, strings.Join(failed, ", "))
	return err
}
