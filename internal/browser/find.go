// Package browser is the ground for tests that need a real browser: it finds
// Chromium or unpacks the one that npm brings, opens tabs of a given width,
// takes pictures, runs axe-core, and keeps account of requests and errors.
package browser

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// program is a Chromium and what must stand in its environment.
type program struct {
	path string
	env  []string
}

// find returns the Chromium to use: QUALSYS_CHROMIUM, one of the machine, or
// the one in node_modules, unpacked once below .tools.
func find() (program, error) {
	root, err := repository()
	if err != nil {
		return program{}, err
	}
	fonts, err := fontsConf(root)
	if err != nil {
		return program{}, err
	}
	// A LANG that is set but empty makes the renderer crash.
	env := []string{"LANG=C.UTF-8", "FONTCONFIG_FILE=" + fonts}
	if p := os.Getenv("QUALSYS_CHROMIUM"); p != "" {
		return program{p, env}, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return program{p, env}, nil
		}
	}
	dir, err := unpack(root)
	if err != nil {
		return program{}, err
	}
	env = append(env, "LD_LIBRARY_PATH="+filepath.Join(dir, "al2023", "lib"))
	return program{filepath.Join(dir, "chromium"), env}, nil
}

// repository returns the top folder: the nearest above that has a go.mod.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("browser: no go.mod above this folder")
		}
		dir = up
	}
}

// unpack takes Chromium out of the npm package @sparticuz/chromium. Several
// test programs may do so at once: each into a folder of its own, and the first
// to finish gives it the name.
func unpack(root string) (string, error) {
	from := filepath.Join(root, "node_modules", "@sparticuz", "chromium", "bin")
	if _, err := os.Stat(filepath.Join(from, "chromium.br")); err != nil {
		return "", errors.New("browser: no Chromium on this machine and none in node_modules (npm ci --ignore-scripts)")
	}
	tools := filepath.Join(root, ".tools")
	done := filepath.Join(tools, "cr")
	if _, err := os.Stat(filepath.Join(done, "chromium")); err == nil {
		return done, nil
	}
	if err := os.MkdirAll(tools, 0o755); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(tools, "cr-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return "", err
	}
	if err := unpackAll(from, tmp); err != nil {
		return "", fmt.Errorf("browser: unpack Chromium: %w", err)
	}
	if err := os.Rename(tmp, done); err != nil {
		if _, there := os.Stat(filepath.Join(done, "chromium")); there == nil {
			return done, nil
		}
		return "", err
	}
	return done, nil
}

func unpackAll(from, to string) error {
	if err := inflate(filepath.Join(from, "chromium.br"), func(r io.Reader) error {
		return save(filepath.Join(to, "chromium"), 0o755, r)
	}); err != nil {
		return err
	}
	for _, a := range []struct{ file, dir string }{
		{"swiftshader.tar.br", "."}, {"al2023.tar.br", "."}, {"fonts.tar.br", "."},
	} {
		if err := inflate(filepath.Join(from, a.file), func(r io.Reader) error {
			return untar(r, filepath.Join(to, a.dir))
		}); err != nil {
			return fmt.Errorf("%s: %w", a.file, err)
		}
	}
	// The archive's own folder differs between versions of the package.
	if _, err := os.Stat(filepath.Join(to, "al2023")); err != nil {
		if _, err := os.Stat(filepath.Join(to, "lib")); err == nil {
			if err := os.Mkdir(filepath.Join(to, "al2023"), 0o755); err != nil {
				return err
			}
			return os.Rename(filepath.Join(to, "lib"), filepath.Join(to, "al2023", "lib"))
		}
	}
	return nil
}

func inflate(path string, use func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return use(brotli.NewReader(f))
}

func save(path string, mode os.FileMode, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, r); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func untar(r io.Reader, to string) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !filepath.IsLocal(h.Name) {
			return fmt.Errorf("%q leads out of the archive", h.Name)
		}
		path := filepath.Join(to, h.Name)
		switch h.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(path, 0o755)
		case tar.TypeReg:
			if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
				err = save(path, os.FileMode(h.Mode)&0o755|0o600, t)
			}
		case tar.TypeSymlink:
			if !filepath.IsLocal(filepath.Join(filepath.Dir(h.Name), h.Linkname)) {
				return fmt.Errorf("%q leads out of the archive", h.Linkname)
			}
			err = os.Symlink(h.Linkname, path)
		}
		if err != nil {
			return err
		}
	}
}

// fontsConf writes a font configuration that knows the machine's fonts and the
// Japanese one of node_modules, so that text outside the web font is drawn too.
func fontsConf(root string) (string, error) {
	dir := filepath.Join(root, ".tools", "fonts")
	if err := os.MkdirAll(filepath.Join(dir, "cache"), 0o755); err != nil {
		return "", err
	}
	dirs := []string{
		"/usr/share/fonts",
		filepath.Join(root, ".tools", "cr", "fonts"),
		filepath.Join(root, "node_modules", "@expo-google-fonts", "noto-serif-jp", "400Regular"),
	}
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n<fontconfig>\n")
	for _, d := range dirs {
		fmt.Fprintf(&b, "<dir>%s</dir>\n", d)
	}
	fmt.Fprintf(&b, "<cachedir>%s</cachedir>\n</fontconfig>\n", filepath.Join(dir, "cache"))
	path := filepath.Join(dir, "fonts.conf")
	if old, err := os.ReadFile(path); err == nil && string(old) == b.String() {
		return path, nil
	}
	return path, os.WriteFile(path, []byte(b.String()), 0o644)
}
