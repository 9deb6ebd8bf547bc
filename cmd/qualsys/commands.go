package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/keys"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/catalog"
	"qualsys/seeds"
)

type configCommand struct{}

// Run prints the settings in force and says what is wrong with them.
func (*configCommand) Run(cfg *Config) error {
	return errors.Join(cfg.Print(os.Stdout), cfg.Check())
}

type catalogCommand struct {
	Check catalogCheck `cmd:"" help:"Check a catalogue file: each problem with its line."`
	Load  catalogLoad  `cmd:"" help:"Load a catalogue file; rows that are there already are never edited."`
}

type catalogCheck struct {
	File string `arg:"" optional:"" help:"The file; default: the catalogue in the program." type:"path"`
}

func catalogue(path string) (string, []byte, error) {
	if path == "" {
		return "qualifications.yaml", seeds.Catalogue, nil
	}
	data, err := os.ReadFile(path)
	return path, data, err
}

// Run prints each problem as FILE:LINE:COLUMN: what is wrong.
func (c *catalogCheck) Run() error {
	name, data, err := catalogue(c.File)
	if err != nil {
		return err
	}
	problems := catalog.Check(data)
	for _, p := range problems {
		fmt.Printf("%s:%s\n", name, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problem(s) in %s", len(problems), name)
	}
	file, _ := catalog.Parse(data)
	fmt.Printf("%s: %d qualifications, %d registers, %d procedures: no problem\n",
		name, len(file.Qualifications), len(file.Registers), len(file.Procedures))
	return nil
}

type catalogLoad struct {
	File string `arg:"" optional:"" help:"The file; default: the catalogue in the program." type:"path"`
}

// Run loads the catalogue.
func (c *catalogLoad) Run(ctx context.Context, cfg *Config) error {
	_, data, err := catalogue(c.File)
	if err != nil {
		return err
	}
	return withDB(ctx, cfg, func(db *store.DB) error { return loadCatalogue(ctx, db, data) })
}

func withDB(ctx context.Context, cfg *Config, do func(*store.DB) error) error {
	db, err := store.Open(ctx, cfg.Database, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Recompute the audit chains and compare them with the register and the issue log."`
}

type auditVerify struct{}

// Run prints each finding and fails when there is one.
func (*auditVerify) Run(ctx context.Context, cfg *Config) error {
	return withDB(ctx, cfg, func(db *store.DB) error {
		if _, err := audit.NewSealer(db).Seal(ctx); err != nil {
			return err
		}
		report, err := registry.VerifyAudit(ctx, db)
		if err != nil {
			return err
		}
		findings, err := issue.VerifyLog(ctx, db)
		if err != nil {
			return err
		}
		findings = append(report.Findings, findings...)
		for _, f := range findings {
			fmt.Println(f)
		}
		if len(findings) > 0 {
			return fmt.Errorf("%d finding(s): the tables were changed past the program", len(findings))
		}
		fmt.Printf("%d lines in %d chains: whole, and the register and the issue log agree with them\n", report.Lines, len(report.Heads))
		return nil
	})
}

type keysCommand struct {
	Demo  keysDemo  `cmd:"" help:"Make a set of keys for demonstrations."`
	Trust keysTrust `cmd:"" help:"Sign a trust list with the root key and write trust.cose and trust.json."`
}

type keysDemo struct{}

// Run makes the keys; keys that exist are never overwritten.
func (*keysDemo) Run(cfg *Config) error {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil {
		return err
	}
	if err := keys.MakeDemo(cfg.Keys, base.Hostname(), time.Now()); err != nil {
		return err
	}
	fmt.Println("keys for demonstrations are in", cfg.Keys)
	return nil
}

type keysTrust struct{}

// Run signs a trust list with the next number.
func (*keysTrust) Run(ctx context.Context, cfg *Config) error {
	set, err := keys.Open(cfg.Keys)
	if err != nil {
		return err
	}
	return withDB(ctx, cfg, func(db *store.DB) error {
		l, err := publishTrust(ctx, db, cfg.Keys, cfg.BaseURL, set, clock.System{}.Now())
		if err != nil {
			return err
		}
		fmt.Printf("trust list %d with %d keys and %d registers, next update by %s\n",
			l.Seq, len(l.Keys), len(l.Registers), l.NextUpdate.Format(time.DateOnly))
		return nil
	})
}

type issueCommand struct {
	Register uint32 `required:"" help:"Number of the register."`
	Number   string `required:"" help:"Registration number, as printed."`
	Out      string `required:"" help:"Where to write the PDF." type:"path"`
}

// Run makes the certificate of a registration, or fetches the valid one.
func (c *issueCommand) Run(ctx context.Context, cfg *Config) error {
	s, err := open(ctx, *cfg, clock.System{})
	if err != nil {
		return err
	}
	defer s.Close(ctx)
	var r registry.Registration
	if err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = registry.ByNumber(tx, registry.RegisterNo(c.Register), c.Number)
		return err
	}); err != nil {
		return err
	}
	by := actor.System("command line")
	made, err := s.issuer.Issue(ctx, by, r.ID, registry.Cause{Kind: "officer", Reason: "qualsys issue"})
	if err != nil {
		return err
	}
	_, file, err := s.issuer.File(ctx, by, made.ID)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, file, 0o600); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes\n", filepath.Base(c.Out), len(file))
	return nil
}

type simulateCommand struct {
	What string `arg:"" enum:"identity,payment,evidence,mail,all" help:"identity, payment, evidence, mail or all."`
}

// Run plays the parties outside until it is told to stop.
func (c *simulateCommand) Run(ctx context.Context, cfg *Config) error {
	client, err := clientKey(cfg.Keys)
	if err != nil {
		return err
	}
	sims, err := simulate(ctx, *cfg, clock.System{}, client, c.What, samplePeople)
	if err != nil {
		return err
	}
	fmt.Println("simulating", c.What, "— end with Ctrl-C")
	<-ctx.Done()
	return sims.Close()
}
