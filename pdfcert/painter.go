package pdfcert

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// painter follows the content of a page. Our pages have two parts: first lines
// and areas, then text. Within each only a few forms exist, and the lightness
// of every line decides where it may be: light ones anywhere, dark ones only
// as the modules of the symbol and as the stroke through a zero. So neither
// can a drawing pass for a text nor anything lie over one.
type painter struct {
	faces  [2]*typeface
	symbol bool // the page may have a symbol

	pen
	inText  bool
	frame   *box // the white area of the symbol
	bars    []box
	lines   int   // straight ones so far
	strokes []box // dark lines
	runs    []Run
	glyphs  int // characters in them
}

// pen is what the next line or area is drawn with.
type pen struct {
	stroke, fill grey
	width        float64
}

// grey is a lightness from 0, black, to 1, white.
type grey float64

// What counts as light and as dark.
const (
	lightest grey = 0.5 // lines at least this light may be anywhere
	darkest  grey = 0.5 // text is at most this light
)

// box is a rectangle from lower left to upper right.
type box struct{ x1, y1, x2, y2 float64 }

func (b box) meets(o box) bool { return b.x1 < o.x2 && o.x1 < b.x2 && b.y1 < o.y2 && o.y1 < b.y2 }
func (b box) holds(o box) bool {
	return b.x1 <= o.x1 && o.x2 <= b.x2 && b.y1 <= o.y1 && o.y2 <= b.y2
}

// paint follows the whole content.
func (p *painter) paint(content []byte) error {
	rest, err := p.art(content)
	for err == nil && len(rest) > 0 {
		rest, err = p.step(rest)
	}
	if err != nil {
		return err
	}
	return p.judge()
}

// next cuts off one line.
func next(content []byte) ([]string, []byte) {
	line, rest, _ := bytes.Cut(content, []byte("\n"))
	return strings.Fields(string(line)), rest
}

// step follows one operator or one block of q … Q or BT … ET.
func (p *painter) step(content []byte) ([]byte, error) {
	words, rest := next(content)
	switch {
	case len(words) == 1 && words[0] == "BT":
		return p.text(rest)
	case p.inText:
		return nil, refuse(PageContent, "a drawing after the text has begun")
	case len(words) == 1 && words[0] == "q":
		path, rest := next(rest)
		end, rest := next(rest)
		if len(end) != 1 || end[0] != "Q" {
			return nil, refuse(PageContent, "a block of another form")
		}
		return rest, p.path(path)
	case len(words) == 2 && words[1] == "w":
		return rest, numbers(words[:1], &p.width)
	case len(words) == 4 && words[3] == "RG":
		return rest, colour(words[:3], &p.stroke)
	case len(words) == 4 && words[3] == "rg":
		return rest, colour(words[:3], &p.fill)
	}
	return nil, refuse(PageContent, "an operator that no certificate has")
}

// path follows a line, a closed curve or an area.
func (p *painter) path(words []string) error {
	n := len(words)
	switch {
	case n == 6 && words[4] == "re" && words[5] == "f":
		return p.area(words[:4])
	case n == 7 && words[2] == "m" && words[5] == "l" && words[6] == "S":
		return p.straight(words)
	case n >= 10 && n%3 == 1 && words[2] == "m" && words[n-1] == "s":
		return p.curve(words)
	}
	return refuse(PageContent, "a path of another form")
}

// area follows a filled rectangle: the white ground of the symbol, once, or a
// black bar of it.
func (p *painter) area(words []string) error {
	var x, y, w, h float64
	if err := numbers(words, &x, &y, &w, &h); err != nil {
		return err
	}
	b := box{x, y, x + w, y + h}
	switch {
	case !p.symbol || w <= 0 || h <= 0 || !onPage(b):
	case p.fill == 1 && p.frame == nil:
		p.frame = &b
		return nil
	case p.fill == 0 && p.frame != nil && p.frame.holds(b):
		if p.bars = append(p.bars, b); len(p.bars) > maxBars {
			return refuse(Bounds, "more than %d bars", maxBars)
		}
		return nil
	}
	return refuse(PageContent, "an area that is no part of the symbol")
}

// straight follows a line from one point to another.
func (p *painter) straight(words []string) error {
	var x1, y1, x2, y2 float64
	if err := numbers([]string{words[0], words[1], words[3], words[4]}, &x1, &y1, &x2, &y2); err != nil {
		return err
	}
	b := box{math.Min(x1, x2), math.Min(y1, y2), math.Max(x1, x2), math.Max(y1, y2)}
	grown := box{b.x1 - p.width, b.y1 - p.width, b.x2 + p.width, b.y2 + p.width}
	if p.width <= 0 || p.width > 0.7 || !onPage(b) || p.frame != nil && p.frame.meets(grown) {
		return refuse(PageContent, "a line where none is")
	}
	if p.lines++; p.lines > maxLines {
		return refuse(Bounds, "more than %d lines", maxLines)
	}
	if p.stroke < lightest {
		p.strokes = append(p.strokes, b)
	}
	return nil
}

// curve follows a closed line of many points. It comes before the symbol.
func (p *painter) curve(words []string) error {
	if p.stroke < lightest || p.width <= 0 || p.width > 0.5 || p.frame != nil {
		return refuse(PageContent, "a curve that is not fine and light")
	}
	for i := 0; i+2 < len(words); i += 3 {
		var x, y float64
		if err := numbers(words[i:i+2], &x, &y); err != nil {
			return err
		}
		if words[i+2] != "l" && (i > 0 || words[i+2] != "m") || !onPage(box{x, y, x, y}) {
			return refuse(PageContent, "a curve of another form")
		}
	}
	return nil
}

// text follows one piece of text.
func (p *painter) text(content []byte) ([]byte, error) {
	p.inText = true
	var at, font, ink, show, end []string
	for _, line := range []*[]string{&at, &font, &ink, &show, &end} {
		*line, content = next(content)
	}
	var r Run
	var tracking float64
	var light grey
	if len(at) != 3 || at[2] != "TD" || len(font) != 5 || font[2] != "Tf" || font[4] != "Tc" || len(ink) != 4 || ink[3] != "rg" ||
		len(show) != 2 || show[1] != "TJ" || len(end) != 1 || end[0] != "ET" {
		return nil, refuse(PageContent, "a text of another form")
	}
	if err := numbers([]string{at[0], at[1], font[1], font[3]}, &r.X, &r.Y, &r.Size, &tracking); err != nil {
		return nil, err
	}
	if err := colour(ink[:3], &light); err != nil {
		return nil, err
	}
	face := map[string]*typeface{"/F1": p.faces[0], "/F2": p.faces[1]}[font[0]]
	if face == nil || light > darkest || r.Size < 6 || r.Size > 30 || tracking < 0 || tracking > r.Size/4 {
		return nil, refuse(PageContent, "a text in a type that no certificate has")
	}
	hex, found := strings.CutPrefix(show[0], "[<")
	hex, ended := strings.CutSuffix(hex, ">]")
	if !found || !ended {
		return nil, refuse(PageContent, "a text of another form")
	}
	if p.glyphs += len(hex) / 4; p.glyphs > maxGlyphed || len(p.runs) == maxRuns {
		return nil, refuse(Bounds, "more than %d texts or %d characters", maxRuns, maxGlyphed)
	}
	text, width, err := face.decode([]byte(hex))
	if err != nil {
		return nil, err
	}
	r.Bold, r.Text = face == p.faces[1], text
	r.Width = float64(width)*r.Size/1000 + float64(len(hex)/4-1)*tracking
	r.ink = face.ink(text, r.Size, tracking)
	p.runs = append(p.runs, r)
	return content, nil
}

func onPage(b box) bool { return (box{0, 0, PageWidth, PageHeight}).holds(b) }

// numbers reads plain decimal numbers of at most three places.
func numbers(words []string, to ...*float64) error {
	for i, w := range words {
		whole, places, _ := strings.Cut(strings.TrimPrefix(w, "-"), ".")
		v, err := strconv.ParseFloat(w, 64)
		if err != nil || whole == "" || len(whole) > 4 || len(places) > 3 || strings.Trim(whole+places, "0123456789") != "" {
			return refuse(PageContent, "a number of another form")
		}
		*to[i] = v
	}
	return nil
}

// colour reads red, green and blue as a lightness.
func colour(words []string, to *grey) error {
	var r, g, b float64
	if err := numbers(words, &r, &g, &b); err != nil {
		return err
	}
	if r < 0 || r > 1 || g < 0 || g > 1 || b < 0 || b > 1 {
		return refuse(PageContent, "a colour outside its range")
	}
	*to = grey(math.Round((0.2126*r+0.7152*g+0.0722*b)*1e6) / 1e6)
	return nil
}
