package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"qualsys/internal/clock"
	"qualsys/issue/credential"
	"qualsys/issue/keys"
	"qualsys/issue/paper"
	"qualsys/issue/template"
	"qualsys/pdfcert"
	"qualsys/registry/person"
	"qualsys/verifier"
	"qualsys/verifier/trust"
)

type benchCommand struct {
	Name string `arg:"" default:"all" help:"certificates, statements, files, start, or all."`
	JSON bool   `help:"One JSON object a line."`
}

// figure is one measurement and what stands beside it, measured in the same
// run: the ratio is what counts, since machines differ.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Beside string  `json:"beside"`
	Other  float64 `json:"beside_value"`
	Ratio  float64 `json:"ratio"`
}

// benches are the measurements by name.
var benches = []struct {
	name string
	run  func(dir string) ([]figure, error)
}{
	{"certificates", benchCertificates},
	{"statements", benchStatements},
	{"files", benchFiles},
	{"start", benchStart},
}

// Run measures and prints a table or lines of JSON.
func (c *benchCommand) Run() error {
	dir, err := os.MkdirTemp("", "qualsys-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var all []figure
	for _, b := range benches {
		if c.Name != "all" && c.Name != b.name {
			continue
		}
		figures, err := b.run(dir)
		if err != nil {
			return fmt.Errorf("bench %s: %w", b.name, err)
		}
		all = append(all, figures...)
	}
	if len(all) == 0 {
		return fmt.Errorf("there is no benchmark %q", c.Name)
	}
	if c.JSON {
		e := json.NewEncoder(os.Stdout)
		for _, f := range all {
			if err := e.Encode(f); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "WHAT\tVALUE\tUNIT\tBESIDE\tVALUE\tRATIO")
	for _, f := range all {
		fmt.Fprintf(w, "%s\t%.4g\t%s\t%s\t%.4g\t%.3g\n", f.Name, f.Value, f.Unit, f.Beside, f.Other, f.Ratio)
	}
	return w.Flush()
}

func beside(name string, value float64, unit, other string, otherValue float64) figure {
	return figure{name, value, unit, other, otherValue, value / otherValue}
}

// enough is how much processor time a measurement takes.
const enough = 2 * time.Second

// perSecond tells how often do can be done in a second of one core: by
// processor time, which does not care what else the machine is doing.
func perSecond(do func() error) (float64, error) {
	if err := do(); err != nil { // what is made once is not counted
		return 0, err
	}
	began, n := cpuTime(), 0
	for batch := 1; ; batch = min(batch*2, 1024) {
		for range batch {
			if err := do(); err != nil {
				return 0, err
			}
		}
		n += batch
		if used := cpuTime() - began; used >= enough {
			return float64(n) / used.Seconds(), nil
		}
	}
}

// cpuTime is the processor time that this process has used, in user and system mode.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bench material: demo keys, and a certificate of an invented person.
type material struct {
	set       *keys.Set
	press     *paper.Press
	content   template.Content
	link      string
	signed    credential.Signed
	statement credential.Statement
}

func newMaterial(dir string) (m material, err error) {
	at := filepath.Join(dir, "keys")
	if err = keys.MakeDemo(at, "localhost", time.Now()); err != nil && !errors.Is(err, os.ErrExist) {
		return m, err
	}
	if m.set, err = keys.Open(at); err != nil {
		return m, err
	}
	today := person.DateAt(time.Now()).Int()
	m.press = pressFor(m.set, clock.System{})
	code, err := credential.NewCode(rand.Reader)
	if err != nil {
		return m, err
	}
	m.statement = credential.Statement{Version: credential.Version, Code: code, Register: 1, Number: "第D-0123456号", Name: "山田 花子",
		Birth: 19900721, Issued: today, List: 1, Index: 4711}
	if m.signed, err = credential.Sign(m.statement, m.set.Statement.ID, m.set.Statement); err != nil {
		return m, err
	}
	base, err := credential.Base("http://localhost:8080")
	if err != nil {
		return m, err
	}
	m.link = m.signed.Link(base)
	t := template.Template{Design: template.FromCatalogue(template.Plain{Qualification: "certified-care-worker", Name: "介護福祉士",
		English: "Certified Care Worker", Title: "介護福祉士資格証", Issuer: "公益財団法人社会福祉振興・試験センター",
		DateLabel: "登録年月日", Particulars: []string{"name", "birth_date", "domicile_prefecture"}, ReplacesOriginal: "unknown"})}
	m.content, err = template.Freeze(t, template.Source{Name: "山田 花子", Birth: 19900721, Number: "第D-0123456号",
		RegisteredOn: 20150410, IssuedOn: today, Domicile: "千葉県"}, "localhost:8080", code.Format())
	return m, err
}

func (m material) file(ctx context.Context) ([]byte, error) {
	pdf, err := m.press.Print(ctx, m.content, m.link)
	if err != nil {
		return nil, err
	}
	return m.press.Seal(ctx, pdf)
}

// rawSign and rawVerify are the floors: one P-256 signature over a digest.
func rawSign() (float64, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256([]byte("floor"))
	return perSecond(func() error {
		_, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
		return err
	})
}

func rawVerify() (float64, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256([]byte("floor"))
	sig, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		return 0, err
	}
	return perSecond(func() error {
		if !ecdsa.VerifyASN1(&key.PublicKey, digest[:], sig) {
			return errors.New("the floor does not verify")
		}
		return nil
	})
}

func benchCertificates(dir string) ([]figure, error) {
	m, err := newMaterial(dir)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	floor, err := rawSign()
	if err != nil {
		return nil, err
	}
	made, err := perSecond(func() error { _, err := m.file(ctx); return err })
	if err != nil {
		return nil, err
	}
	proofread, err := perSecond(func() error {
		pdf, err := m.file(ctx)
		if err != nil {
			return err
		}
		return m.press.Proofread(ctx, pdf, m.content, m.link)
	})
	if err != nil {
		return nil, err
	}
	pdf, err := m.file(ctx)
	if err != nil {
		return nil, err
	}
	return []figure{
		beside("certificates, printed and sealed", made, "/s core", "raw P-256 signatures", floor),
		beside("certificates, proofread as well", proofread, "/s core", "without proofreading", made),
		beside("size of a certificate", float64(len(pdf)), "bytes", "its statement", float64(len(m.signed))),
	}, nil
}

func benchStatements(dir string) ([]figure, error) {
	m, err := newMaterial(dir)
	if err != nil {
		return nil, err
	}
	floor, err := rawVerify()
	if err != nil {
		return nil, err
	}
	key := m.set.Statement.Public()
	verified, err := perSecond(func() error {
		s, err := credential.ParseLink(m.link, []string{"http://localhost:8080"})
		if err != nil {
			return err
		}
		return s.Verify(key)
	})
	if err != nil {
		return nil, err
	}
	return []figure{beside("QR statements verified", verified, "/s core", "raw P-256 verifications", floor)}, nil
}

// released is an issue log that has released one certificate, in memory.
type released struct {
	file, statement [32]byte
	printed         pdfcert.Says
	kept            credential.Statement
}

func (r released) issued() verifier.Issued {
	return verifier.Issued{Statement: r.statement, Kept: &r.kept, Printed: &r.printed, ReleasedAt: time.Now().UTC(), Source: "issue_log"}
}

func (r released) Statement(context.Context, [32]byte) (verifier.Issued, error) {
	return r.issued(), nil
}

func (r released) File(_ context.Context, sum [32]byte) (verifier.Issued, error) {
	if sum != r.file {
		return verifier.Issued{}, verifier.ErrNotIssued
	}
	return r.issued(), nil
}

func (r released) Code(context.Context, credential.Code) (verifier.Issued, error) {
	return r.issued(), nil
}

func (r released) Status(context.Context, [32]byte, uint32, uint32) (verifier.Current, error) {
	return verifier.Current{Status: credential.Valid, Registered: verifier.Passed, Source: "register"}, nil
}

// verifierFor is a verifier that trusts the material's keys and knows its file.
func (m material) verifierFor(pdf []byte) (*verifier.Verifier, error) {
	now := time.Now().UTC().Truncate(time.Second)
	list := &trust.List{Seq: 1, Issued: now, NextUpdate: now.Add(trust.MaxLife), Sites: []string{"http://localhost:8080"},
		Ranges: "http://localhost:8080/issued/", Status: "http://localhost:8080/status/", Keys: listed(m.set.Published(), nil, now.AddDate(0, 0, -7)),
		Authorities: []trust.Authority{{Certificate: m.set.Root.Certificate, Intermediates: []*x509.Certificate{m.set.CA.Certificate}, Lists: m.set.CRLs}},
		Registers:   []trust.Register{{Number: 1, Qualification: "certified-care-worker", Name: "介護福祉士", English: "Certified Care Worker", Title: "介護福祉士資格証"}}}
	r := released{file: sha256.Sum256(pdf), statement: m.signed.Digest(), printed: paper.Says(m.content), kept: m.statement}
	return verifier.New(verifier.Options{Trust: func(context.Context) (*trust.List, error) { return list, nil }, Log: r, States: r,
		Now: func() time.Time { return time.Now().UTC() }}), nil
}

func benchFiles(dir string) ([]figure, error) {
	m, err := newMaterial(dir)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	pdf, err := m.file(ctx)
	if err != nil {
		return nil, err
	}
	v, err := m.verifierFor(pdf)
	if err != nil {
		return nil, err
	}
	floor, err := rawVerify()
	if err != nil {
		return nil, err
	}
	verified, err := perSecond(func() error {
		if answer := v.File(ctx, pdf); answer.Verdict != verifier.InForce {
			return fmt.Errorf("the genuine file is %s: %+v", answer.Verdict, answer.Checks)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	foreign := []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	refused, err := perSecond(func() error {
		if answer := v.File(ctx, foreign); answer.Verdict != verifier.NotGenuine {
			return fmt.Errorf("a foreign file is %s", answer.Verdict)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []figure{
		beside("certificate files verified", verified, "/s core", "raw P-256 verifications", floor),
		beside("foreign files turned away", refused, "/s core", "certificate files verified", verified),
	}, nil
}

// benchStart measures how long the program takes from its start to its first
// answer of any kind (qualsys config), and what a database with 1,000 people
// takes to be made.
func benchStart(dir string) ([]figure, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	start := func(args ...string) (time.Duration, error) {
		began := time.Now()
		out, err := exec.Command(self, args...).CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, out)
		}
		return time.Since(began), nil
	}
	cold, err := start("config", "--demo")
	if err != nil {
		return nil, err
	}
	var warm []time.Duration
	for range 5 {
		d, err := start("config", "--demo")
		if err != nil {
			return nil, err
		}
		warm = append(warm, d)
	}
	slices.Sort(warm)
	cfg := Config{Demo: true, Database: "sqlite:" + filepath.Join(dir, "start.db"), Data: dir, Keys: filepath.Join(dir, "start-keys"), BaseURL: "http://localhost:8080"}.Complete()
	began := time.Now()
	if err := prepareDemo(context.Background(), cfg, clock.System{}, 1000, func(string) {}); err != nil {
		return nil, err
	}
	first := time.Since(began)
	began = time.Now()
	if err := prepareDemo(context.Background(), cfg, clock.System{}, 1000, func(string) {}); err != nil {
		return nil, err
	}
	again := time.Since(began)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return []figure{
		beside("program start, first", ms(cold), "ms", "median of five more", ms(warm[2])),
		beside("schema, catalogue, 1,000 people, keys", ms(first), "ms", "the same again", ms(again)),
	}, nil
}
