package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
)

type serveCommand struct {
	NoWork bool `help:"Don't work jobs in this process; run qualsys worker elsewhere."`
}

// Run serves until it is told to stop, then lets running requests and jobs end.
func (c *serveCommand) Run(ctx context.Context, cfg *Config) error {
	s, err := open(ctx, *cfg, clock.System{})
	if err != nil {
		return err
	}
	return s.serve(ctx, !c.NoWork, func(address string) { slog.Info("serving", "address", address) })
}

type workerCommand struct{}

// Run works jobs until it is told to stop.
func (*workerCommand) Run(ctx context.Context, cfg *Config) error {
	s, err := open(ctx, *cfg, clock.System{})
	if err != nil {
		return err
	}
	if err := s.queue.Start(context.WithoutCancel(ctx), cfg.Workers); err != nil {
		return errors.Join(err, s.db.Close())
	}
	slog.Info("working")
	<-ctx.Done()
	return s.shut()
}

type migrateCommand struct{}

// Run brings the schema up to date.
func (*migrateCommand) Run(ctx context.Context, cfg *Config) error {
	db, err := store.Open(ctx, cfg.Database, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx), db.Close())
}

// serve answers at cfg.Listen until ctx ends; ready hears the address.
func (s *system) serve(ctx context.Context, work bool, ready func(address string)) error {
	server, err := s.engine.Server(ctx, s.cfg.Listen)
	if err != nil {
		return errors.Join(err, s.db.Close())
	}
	l, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("--listen %s: %w", s.cfg.Listen, err), s.db.Close())
	}
	if work {
		if err := s.queue.Start(context.WithoutCancel(ctx), s.cfg.Workers); err != nil {
			return errors.Join(err, l.Close(), s.db.Close())
		}
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	ready(l.Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = s.drain(server)
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, s.shut())
}

// patience is how long running requests and jobs may take to end.
const patience = 20 * time.Second

func (s *system) drain(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.Shutdown(ctx)
}

func (s *system) shut() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.Close(ctx)
}
