package pdfcert

import (
	"math"

	"qualsys/pdfcert/qr"
)

// modules puts the black bars back into the squares of the symbol. The bars
// lie on one grid, one module high, row by row from the top, each once, with a
// white frame of four modules around them and the printed size that the number
// of modules asks for.
func (p *painter) modules() ([][]bool, error) {
	if p.frame == nil || len(p.bars) == 0 {
		return nil, refuse(Symbol, "the page shows no symbol")
	}
	m := p.bars[0].y2 - p.bars[0].y1
	side := p.frame.x2 - p.frame.x1
	n := int(math.Round(side/m)) - 2*qr.Quiet
	if n < 21 || n > 177 || !near(side, m*float64(n+2*qr.Quiet)) || !near(side, p.frame.y2-p.frame.y1) {
		return nil, refuse(Symbol, "a frame that does not fit the symbol")
	}
	grid := make([][]bool, n)
	for i := range grid {
		grid[i] = make([]bool, n)
	}
	last := -1
	for _, b := range p.bars {
		column := math.Round((b.x1-p.frame.x1)/m) - qr.Quiet
		row := math.Round((p.frame.y2-b.y2)/m) - qr.Quiet
		length := math.Round((b.x2 - b.x1) / m)
		if !near(b.y2-b.y1, m) || !near(b.x2-b.x1, length*m) || !near(b.x1, p.frame.x1+(column+qr.Quiet)*m) || !near(b.y2, p.frame.y2-(row+qr.Quiet)*m) ||
			column < 0 || row < 0 || length < 1 || int(column+length) > n || int(row) >= n {
			return nil, refuse(Symbol, "a bar beside the grid")
		}
		at := int(row)*n + int(column)
		if at < last {
			return nil, refuse(Symbol, "bars out of order")
		}
		last = at + int(length)
		for x := range int(length) {
			grid[int(row)][int(column)+x] = true
		}
	}
	if want := (qr.Symbol{Modules: grid}).Module(); !near(m, want) {
		return nil, refuse(Symbol, "a symbol of another size")
	}
	return grid, nil
}

// near allows for the two decimals of the page.
func near(a, b float64) bool { return math.Abs(a-b) < 0.025 }
