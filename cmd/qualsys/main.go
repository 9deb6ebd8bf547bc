// Command qualsys is the whole system in one program: it serves pages and API,
// works jobs, keeps the register, makes and verifies certificates, and plays
// the parties outside for the demo.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands are the subcommands with the settings they share.
type commands struct {
	Config

	Serve    serveCommand    `cmd:"" help:"Serve pages and API, and work jobs."`
	Worker   workerCommand   `cmd:"" help:"Work jobs only."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database's schema up to date."`
	Demo_    demoCommand     `cmd:"" name:"demo" help:"Run everything on this machine, walk the main job once, then serve."`
	Verify   verifyCommand   `cmd:"" help:"Verify certificate files."`
	Catalog  catalogCommand  `cmd:"" help:"Check and load the catalogue of qualifications."`
	Issue    issueCommand    `cmd:"" help:"Make the certificate of a registration."`
	Audit    auditCommand    `cmd:"" help:"Check the audit chain against the register."`
	Keys_    keysCommand     `cmd:"" name:"keys" help:"Look at the keys, or make a set for a demo."`
	Simulate simulateCommand `cmd:"" help:"Play the other side: identity, payment, evidence, mail."`
	Pages    pagesCommand    `cmd:"" help:"Show every page with the hardest names."`
	Bench    benchCommand    `cmd:"" help:"Measure, each figure beside what it is compared to."`
	Show     configCommand   `cmd:"" name:"config" help:"Print the settings in force, without secrets."`
}

// exitCode lets a command end the program with a code of its own.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run parses the command line, runs the command and returns the exit code: 2
// for a command line that can't be understood, 1 for a command that failed.
func run(ctx context.Context, args []string) int {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	var c commands
	parser, err := kong.New(&c, kong.Name("qualsys"),
		kong.Description("National qualifications online: register, applications, certificates, verification."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "qualsys:", err)
		return 2
	}
	if path := configPath(args); path != "" {
		r, err := fileResolver(path, flagNames(parser.Model))
		if err != nil {
			fmt.Fprintln(os.Stderr, "qualsys:", err)
			return 2
		}
		kong.Resolvers(r).Apply(parser)
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "qualsys:", err)
		return 2
	}
	k.BindTo(ctx, (*context.Context)(nil))
	switch command, _, _ := strings.Cut(k.Command(), " "); command {
	case "demo", "simulate":
		c.Config.Demo = true
	}
	c.Config = c.Complete()
	if err := k.Run(&c.Config); err != nil {
		var code exitCode
		if errors.As(err, &code) {
			return int(code)
		}
		fmt.Fprintln(os.Stderr, "qualsys:", err)
		return 1
	}
	return 0
}

// configPath finds --config before the command line is parsed, because the
// file it names takes part in the parsing; QUALSYS_CONFIG names it as well.
func configPath(args []string) string {
	for i, a := range args {
		if value, ok := strings.CutPrefix(a, "--config="); ok {
			return value
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("QUALSYS_CONFIG")
}

func flagNames(app *kong.Application) []string {
	var names []string
	for _, f := range app.Flags {
		names = append(names, f.Name)
	}
	return names
}
