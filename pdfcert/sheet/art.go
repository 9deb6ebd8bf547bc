package sheet

import (
	"math"

	"github.com/signintech/gopdf"

	"qualsys/pdfcert"
	"qualsys/pdfcert/qr"
)

// The fine lines behind the text. They are too thin and too many for an office
// copier to keep apart, and light enough not to disturb a scan.

// frameInset is the middle of the border band from the edge of the page.
const frameInset = 36.0

// frame draws the border: waves that cross each other, between two hairlines.
func frame(pdf *gopdf.GoPdf) {
	stroke(pdf, fine, 0.3)
	for i := range 3 {
		pdf.Polygon(border(4.6, float64(i)*2*math.Pi/3), "D")
	}
	stroke(pdf, fine, 0.45)
	for _, d := range []float64{-7, 7} {
		pdf.Polygon(rectangle(frameInset-d), "D")
	}
}

// rectangle is a rectangle at a distance from the edge.
func rectangle(d float64) []gopdf.Point {
	w, h := pdfcert.PageWidth, pdfcert.PageHeight
	return []gopdf.Point{{X: d, Y: d}, {X: w - d, Y: d}, {X: w - d, Y: h - d}, {X: d, Y: h - d}}
}

// border is a closed wave around the page, a whole number of waves to each
// side, that calms down towards the corners.
func border(amplitude, phase float64) []gopdf.Point {
	const step, wave, calm = 2.75, 22.0, 9.0
	d, w, h := frameInset, pdfcert.PageWidth, pdfcert.PageHeight
	var points []gopdf.Point
	for side, length := range []float64{w - 2*d, h - 2*d, w - 2*d, h - 2*d} {
		waves, n := math.Round(length/wave), int(length/step)
		for i := range n {
			s := length * float64(i) / float64(n)
			a := amplitude * math.Sin(2*math.Pi*waves*s/length+phase) * min(1, s/calm, (length-s)/calm)
			points = append(points, [...]gopdf.Point{
				{X: d + s, Y: d + a}, {X: w - d - a, Y: d + s}, {X: w - d - s, Y: h - d - a}, {X: d + a, Y: h - d - s},
			}[side])
		}
	}
	return points
}

// rosette draws a guilloche around a point: two rings of lace as a lathe
// engraves them, each one closed curve.
func rosette(pdf *gopdf.GoPdf, x, y, radius float64, c colour) {
	stroke(pdf, c, 0.3)
	pdf.Polygon(lace(x, y, radius, 0.42, 115, 24, 2300), "D")
	pdf.Polygon(lace(x, y, radius*0.74, 0.20, 73, 18, 1300), "D")
}

// emblem is a small piece of the same lace above the title: an ornament, no
// seal and no crest.
func emblem(pdf *gopdf.GoPdf, x, y float64) {
	stroke(pdf, rule, 0.3)
	pdf.Polygon(lace(x, y, 23, 0.62, 37, 11, 620), "D")
}

// lace is a closed curve around a point whose radius swings between radius and
// radius·(1−depth): swings times while it goes around turns times. The two
// numbers have no common divisor, so that it closes only at its end.
func lace(x, y, radius, depth float64, swings, turns, points int) []gopdf.Point {
	out := make([]gopdf.Point, points)
	for i := range out {
		share := 2 * math.Pi * float64(i) / float64(points)
		r := radius * (1 - depth/2 + depth/2*math.Cos(share*float64(swings)))
		a := share * float64(turns)
		out[i] = gopdf.Point{X: x + r*math.Sin(a), Y: y - r*math.Cos(a)}
	}
	return out
}

// square draws the symbol with its white frame; left and bottom are the
// frame's edges, from the upper left corner of the page.
func square(pdf *gopdf.GoPdf, s qr.Symbol, left, bottom float64) {
	m := s.Module()
	side := s.Width() + 2*qr.Quiet*m
	left, bottom = math.Round(left*100)/100, math.Round(bottom*100)/100
	fill(pdf, white)
	pdf.RectFromLowerLeftWithStyle(left, bottom, side, side, "F")
	fill(pdf, colour{0, 0, 0})
	for _, b := range s.Bars() {
		x := left + float64(qr.Quiet+b.Column)*m
		y := bottom - side + float64(qr.Quiet+b.Row+1)*m
		pdf.RectFromLowerLeftWithStyle(x, y, float64(b.Length)*m, m, "F")
	}
}

func fill(pdf *gopdf.GoPdf, c colour) { pdf.SetFillColor(c.r, c.g, c.b) }
