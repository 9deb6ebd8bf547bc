package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"qualsys/internal/clock"
	"qualsys/issue/credential"
	"qualsys/issue/keys"
	"qualsys/issue/paper"
	"qualsys/issue/template"
	"qualsys/pdfcert"
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

// perSecond runs do on one core until the measurement is steady.
func perSecond(do func() error) (float64, error) {
	var failed error
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if failed = do(); failed != nil {
				return
			}
		}
	})
	if failed != nil {
		return 0, failed
	}
	return float64(r.N) / r.T.Seconds(), nil
}

// bench material: demo keys, and a certificate of an invented person.
type material struct {
	set     *keys.Set
	press   *paper.Press
	content template.Content
	link    string
	signed  credential.Signed
}

func newMaterial(dir string) (m material, err error) {
	at := filepath.Join(dir, "keys")
	if err = keys.MakeDemo(at, "localhost", time.Now()); err != nil && !errors.Is(err, os.ErrExist) {
		return m, err
	}
	if m.set, err = keys.Open(at); err != nil {
		return m, err
	}
	m.press = pressFor(m.set, clock.System{})
	code, err := credential.NewCode(rand.Reader)
	if err != nil {
		return m, err
	}
	st := credential.Statement{Version: credential.Version, Code: code, Register: 1, Number: "第D-0123456号", Name: "山田 花子",
		Birth: 19900721, Issued: 20261123, List: 1, Index: 4711}
	if m.signed, err = credential.Sign(st, m.set.Statement.ID, m.set.Statement); err != nil {
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
		RegisteredOn: 20150410, IssuedOn: 20261123, Domicile: "千葉県"}, "localhost:8080", code.Format())
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

func benchFiles(dir string) ([]figure, error) {
	m, err := newMaterial(dir)
	if err != nil {
		return nil, err
	}
	pdf, err := m.file(context.Background())
	if err != nil {
		return nil, err
	}
	hashed, err := perSecond(func() error { sha256.Sum256(pdf); return nil })
	if err != nil {
		return nil, err
	}
	opened, err := perSecond(func() error { _, err := pdfcert.Open(pdf); return err })
	if err != nil {
		return nil, err
	}
	return []figure{beside("files taken apart by the strict rule", opened, "/s core", "SHA-256 of the same file", hashed)}, nil
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
