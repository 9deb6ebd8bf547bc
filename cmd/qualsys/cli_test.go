package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/sample"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"qualsys": func() { os.Exit(run(context.Background(), os.Args[1:])) }})
}

// TestCommandLine runs the scripts of testdata/script against a house that
// serves. Each script finds certificates of every verdict in its folder.
func TestCommandLine(t *testing.T) {
	h := Start(t, Plan{})
	files := certificates(h)
	for _, name := range []string{"trust.cose", "root.crt"} {
		data, err := os.ReadFile(filepath.Join(h.Config.Keys, name))
		h.must(err)
		files[name] = data
	}
	files["house.db"] = copyOf(h)
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "tamper": tamper},
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "C.UTF-8")
			e.Setenv("HOUSE", h.Config.Data)
			e.Setenv("QUALSYS_BASE_URL", h.Config.BaseURL)
			for name, data := range files {
				if err := os.WriteFile(filepath.Join(e.WorkDir, name), data, 0o600); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// exits runs a command that must end with the exit code given first.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, not %s", got, args[0])
	}
}

// tamper changes a name in a database as its administrator could.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	db, err := store.Open(ctx, "sqlite:"+ts.MkAbs(args[0]), store.Options{})
	ts.Check(err)
	ts.Check(db.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec("UPDATE registrations SET name = ? WHERE number = ?", "偽者 花子", "第D-0123456号").Error
	}))
	ts.Check(db.Close())
}

// copyOf is the house's database in one file.
func copyOf(h *House) []byte {
	file := filepath.Join(h.t.TempDir(), "copy.db")
	_, err := h.System.db.Writer().ExecContext(h.ctx(), "VACUUM INTO ?", file)
	h.must(err)
	data, err := os.ReadFile(file)
	h.must(err)
	return data
}

// certificates makes one certificate for each verdict.
func certificates(h *House) map[string][]byte {
	files := map[string][]byte{}
	take := func(name, key string) registry.Registration {
		r := h.Registration(key)
		files[name] = h.Paper(r.ID).PDF
		return r
	}
	take("in_force.pdf", sample.Hanako)
	h.Rename(take("changed.pdf", sample.KenFirst), "鈴木 健", "すずき けん")
	h.Measure(take("suspended.pdf", sample.Hoa), "measure", "suspension", "from", h.Day(0), "until", h.Day(60))
	h.Measure(take("ended.pdf", sample.KenSecond), "measure", "removal", "from", h.Day(0), "ground", "voluntary")
	bad := append([]byte(nil), files["in_force.pdf"]...)
	bad[len(bad)/2] ^= 1
	files["not_genuine.pdf"] = bad
	return files
}
