// Package font holds the typeface of the certificates, Noto Serif JP in two
// weights, and answers what a glyph is: the layout needs it to refuse what it
// cannot print, the reader to tell whether what is seen is what the text says.
//
// The font files are not in the repository: go run ./pdfcert/font/gather copies
// them from node_modules before the build.
package font

import (
	"embed"
	"errors"
	"fmt"
	"sync"
)

// The embedded files' names.
const (
	RegularFile  = "NotoSerifJP_400Regular.ttf"
	SemiBoldFile = "NotoSerifJP_600SemiBold.ttf"
)

//go:embed all:files
var files embed.FS

// ErrMissing says that this program was built without the fonts.
var ErrMissing = errors.New("font: this program was built without the certificates' typeface; run: go run ./pdfcert/font/gather, then build again")

var (
	regular  = sync.OnceValues(func() (*Face, error) { return load("NotoSerifJP-Regular", RegularFile) })
	semiBold = sync.OnceValues(func() (*Face, error) { return load("NotoSerifJP-SemiBold", SemiBoldFile) })
)

// Regular returns the weight of the values and labels, or ErrMissing.
func Regular() (*Face, error) { return regular() }

// SemiBold returns the weight of the title, or ErrMissing.
func SemiBold() (*Face, error) { return semiBold() }

// load parses one embedded file.
func load(name, file string) (*Face, error) {
	data, err := files.ReadFile("files/" + file)
	if err != nil {
		return nil, ErrMissing
	}
	f, err := Parse(name, data)
	if err != nil {
		return nil, fmt.Errorf("font: %s: %w", file, err)
	}
	return f, nil
}
