// Package qr is the symbol on the certificate: made by go-qrcode with error
// correction M, sized so that a scan of the printed page is read (FACTS §4),
// and read back module by module.
package qr

import (
	"errors"
	"fmt"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	qrcode "github.com/skip2/go-qrcode"
)

// Sizes on paper. A point is 1/72 inch; 1 mm = 72/25.4 points.
const (
	// MinModule is the smallest printed module in millimetres.
	MinModule = 0.4
	// MinSymbol is the smallest printed symbol in millimetres, without its white frame.
	MinSymbol = 30.0
	// Quiet is the width of the white frame in modules.
	Quiet = 4
)

const pointsPerMM = 72 / 25.4

// Symbol is a QR symbol as squares: Modules[row][column], true for black,
// without the white frame.
type Symbol struct{ Modules [][]bool }

// Bar is a run of black modules in one row.
type Bar struct{ Row, Column, Length int }

// Encode makes the symbol of text with error correction M in the smallest
// version that holds it.
func Encode(text string) (Symbol, error) {
	if text == "" {
		return Symbol{}, errors.New("qr: nothing to encode")
	}
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return Symbol{}, fmt.Errorf("qr: %w", err)
	}
	q.DisableBorder = true
	return Symbol{Modules: q.Bitmap()}, nil
}

// Count is the number of modules on a side.
func (s Symbol) Count() int { return len(s.Modules) }

// Module is the printed width of a module in points: at least MinModule, and
// such that the symbol is at least MinSymbol. It is a multiple of 1/100 point,
// so that neighbours in a PDF of two decimals leave no seam.
func (s Symbol) Module() float64 {
	mm := math.Max(MinModule, MinSymbol/float64(s.Count()))
	return math.Ceil(mm*pointsPerMM*100-1e-9) / 100
}

// Width is the printed width of the symbol in points, without its frame.
func (s Symbol) Width() float64 { return s.Module() * float64(s.Count()) }

// Bars returns the black modules, merged along the rows from top to bottom.
func (s Symbol) Bars() []Bar {
	var bars []Bar
	for y, row := range s.Modules {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			bars = append(bars, Bar{Row: y, Column: from, Length: x - from})
		}
	}
	return bars
}

// Decode reads a symbol. It accepts only symbols that Encode would make of the
// text it finds: no module may differ, so nothing is corrected.
func Decode(modules [][]bool) (text string, err error) {
	n := len(modules)
	if n < 21 || n > 177 || n%4 != 1 {
		return "", fmt.Errorf("qr: %d modules on a side", n)
	}
	bits, err := gozxing.NewSquareBitMatrix(n)
	if err != nil {
		return "", fmt.Errorf("qr: %w", err)
	}
	for y, row := range modules {
		if len(row) != n {
			return "", errors.New("qr: not a square")
		}
		for x, black := range row {
			if black {
				bits.Set(x, y)
			}
		}
	}
	result, err := decoder.NewDecoder().DecodeWithoutHint(bits)
	if err != nil {
		return "", fmt.Errorf("qr: %w", err)
	}
	text = result.GetText()
	again, err := Encode(text)
	if err != nil {
		return "", err
	}
	if !same(again.Modules, modules) {
		return "", errors.New("qr: not the symbol that belongs to its text")
	}
	return text, nil
}

func same(a, b [][]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for y := range a {
		for x := range a[y] {
			if a[y][x] != b[y][x] {
				return false
			}
		}
	}
	return true
}
