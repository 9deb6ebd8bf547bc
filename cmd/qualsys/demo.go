package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/clock"
)

type demoCommand struct {
	Once   bool `help:"Stop after the walk; exit 0 only if every step held."`
	NoWalk bool `help:"Serve at once, with the data that is there."`
	People int  `default:"5000" help:"How many people the sample register has."`
}

// Run prepares what is missing, starts the parties outside, walks the main job
// once over HTTP, and serves.
func (c *demoCommand) Run(ctx context.Context, cfg *Config) error {
	if err := quietLog(cfg.Data); err != nil {
		return err
	}
	out := os.Stdout
	if !c.NoWalk {
		if err := reset(cfg.Data); err != nil {
			return err
		}
	}
	steps := newSteps(out)
	err := prepareDemo(ctx, *cfg, clock.System{}, c.People, steps.begin)
	steps.end(err)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return c.play(ctx, stop, *cfg, out)
}

func (c *demoCommand) play(ctx context.Context, stop func(), cfg Config, out io.Writer) error {
	client, err := clientKey(cfg.Keys)
	if err != nil {
		return err
	}
	sims, err := simulate(ctx, cfg, clock.System{}, client, "all", c.People)
	if err != nil {
		return err
	}
	defer sims.Close()
	s, err := open(ctx, cfg, clock.System{})
	if err != nil {
		return err
	}
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() { served <- s.serve(ctx, true, func(string) { close(ready) }) }()
	select {
	case err := <-served:
		return err
	case <-ready:
	}
	if !c.NoWalk {
		if err := c.walk(ctx, cfg, out); err != nil {
			stop()
			return errors.Join(err, <-served)
		}
	}
	if c.Once {
		stop()
		return <-served
	}
	fmt.Fprintf(out, "\nServing %s — people to log in as: %s/demo — mail: %s — end with Ctrl-C\n", cfg.BaseURL, cfg.BaseURL, cfg.MailPage)
	return <-served
}

// walk does the main job once and leaves the certificate and what its
// verification said in data/walk.
func (c *demoCommand) walk(ctx context.Context, cfg Config, out io.Writer) error {
	fmt.Fprintln(out, "\nThe main job, over HTTP:")
	w := walk.Walk{Base: cfg.BaseURL, Evidence: cfg.EvidenceURL, Mail: cfg.MailPage,
		Step: func(words string) { fmt.Fprintln(out, "  ✓", words) }}
	result, err := w.Run(ctx)
	if err != nil {
		fmt.Fprintln(out, "  ✗", err)
		return err
	}
	dir := filepath.Join(cfg.Data, "walk")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	verification, err := json.MarshalIndent(result.Verification, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "  %s and verification.json are in %s\n", "certificate.pdf", dir)
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "certificate.pdf"), result.Certificate, 0o644),
		os.WriteFile(filepath.Join(dir, "verification.json"), append(verification, '\n'), 0o644))
}

// quietLog sends the log to a file, so that the demo's screen tells the story.
func quietLog(data string) error {
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(data, "demo.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(f, nil)))
	return nil
}

// steps prints what is being done, and how long it took when it was long.
type steps struct {
	out   io.Writer
	since time.Time
	open  bool
}

func newSteps(out io.Writer) *steps { return &steps{out: out} }

func (s *steps) begin(words string) {
	s.end(nil)
	s.since, s.open = time.Now(), true
	fmt.Fprintf(s.out, "%s … ", words)
}

func (s *steps) end(err error) {
	if !s.open {
		return
	}
	s.open = false
	if err != nil {
		fmt.Fprintln(s.out, "failed")
		return
	}
	fmt.Fprintf(s.out, "ok (%.1f s)\n", time.Since(s.since).Seconds())
}
