// Command gather copies the typefaces of the certificates from the npm package
// @expo-google-fonts/noto-serif-jp into pdfcert/font/files, where the build
// embeds them. Run it from the top of the module, after npm ci.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"qualsys/pdfcert/font"
)

func main() {
	if err := gather(filepath.Join("node_modules", "@expo-google-fonts", "noto-serif-jp"), filepath.Join("pdfcert", "font", "files")); err != nil {
		fmt.Fprintln(os.Stderr, "gather:", err)
		os.Exit(1)
	}
}

// gather copies both weights and the licence of the typeface.
func gather(from, to string) error {
	names := map[string]string{
		filepath.Join("400Regular", font.RegularFile):   font.RegularFile,
		filepath.Join("600SemiBold", font.SemiBoldFile): font.SemiBoldFile,
		"LICENSE_FONT": "LICENSE_FONT",
	}
	for src, dst := range names {
		if err := copyFile(filepath.Join(from, src), filepath.Join(to, dst)); err != nil {
			return fmt.Errorf("%s: %w (is node_modules there? run npm ci --ignore-scripts)", dst, err)
		}
	}
	return nil
}

// copyFile writes to a name of its own first, so that a broken copy is never embedded.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(to), ".gather-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := os.Chmod(out.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}
