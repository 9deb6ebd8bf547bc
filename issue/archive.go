package issue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Archive keeps released files byte for byte, each under its own SHA-256.
type Archive interface {
	// Put keeps file and returns its SHA-256. When it returns without an error
	// the file survives a loss of power. Putting the same file again is no error.
	Put(ctx context.Context, file []byte) ([sha256.Size]byte, error)
	// Get returns the file with that digest, or ErrNotKept. What it returns has
	// that digest: a damaged file is an error.
	Get(ctx context.Context, digest [sha256.Size]byte) ([]byte, error)
	// Drop forgets a file that was never released. Dropping what is not there is no error.
	Drop(ctx context.Context, digest [sha256.Size]byte) error
}

// ErrNotKept says that the archive holds no file with the digest asked for.
var ErrNotKept = errors.New("issue: the archive holds no such file")

// DirArchive is an Archive in a folder: <dir>/ab/<64 hex digits>.pdf.
type DirArchive struct{ dir string }

// NewDirArchive opens the archive in dir and makes the folder when it is missing.
func NewDirArchive(dir string) (*DirArchive, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("issue: archive: %w", err)
	}
	return &DirArchive{dir: dir}, nil
}

func (a *DirArchive) path(digest [sha256.Size]byte) string {
	name := hex.EncodeToString(digest[:])
	return filepath.Join(a.dir, name[:2], name+".pdf")
}

// Put implements Archive: written beside its place, flushed, renamed, and the
// folder flushed, so that a file is there whole or not at all.
func (a *DirArchive) Put(_ context.Context, file []byte) ([sha256.Size]byte, error) {
	digest := sha256.Sum256(file)
	if err := a.write(a.path(digest), file); err != nil {
		return digest, fmt.Errorf("issue: archive a file: %w", err)
	}
	return digest, nil
}

func (a *DirArchive) write(path string, file []byte) (err error) {
	folder := filepath.Dir(path)
	if err = os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(file)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return errors.Join(flush(folder), flush(a.dir))
}

// flush makes the names in a folder survive a loss of power.
func flush(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get implements Archive.
func (a *DirArchive) Get(_ context.Context, digest [sha256.Size]byte) ([]byte, error) {
	file, err := os.ReadFile(a.path(digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNotKept
	case err != nil:
		return nil, fmt.Errorf("issue: read an archived file: %w", err)
	case sha256.Sum256(file) != digest:
		return nil, fmt.Errorf("issue: the archived file %x is damaged", digest)
	}
	return file, nil
}

// Drop implements Archive.
func (a *DirArchive) Drop(_ context.Context, digest [sha256.Size]byte) error {
	if err := os.Remove(a.path(digest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("issue: drop an archived file: %w", err)
	}
	return nil
}
