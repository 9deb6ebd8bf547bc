package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/signintech/gopdf"

	"qualsys/pdfcert"
	"qualsys/pdfcert/font"
)

// colour is red, green, blue.
type colour struct{ r, g, b uint8 }

// The colours. All differ enough in lightness to survive a black-and-white copy.
var (
	ink   = colour{22, 28, 40}
	quiet = colour{84, 94, 108}
	rule  = colour{150, 160, 170}
	fine  = colour{168, 182, 190}
	pale  = colour{206, 216, 221}
	white = colour{255, 255, 255}
)

// text is a piece of text with its place: the start of its base line, from the
// upper left corner of the page.
type text struct {
	x, y, size, tracking float64
	face                 *font.Face
	colour               colour
	text                 string
	zeros                bool // draw a stroke through each zero
}

// page is what is laid out before anything is drawn: on paper all lines and
// areas come first and all text last, so that nothing can lie over a text.
type page struct {
	art   func(*gopdf.GoPdf)
	rules []line
	texts []text
}

// line is a thin straight line.
type line struct{ x1, y1, x2, y2, width float64 }

// fonts holds both faces, parsed for gopdf once.
type fonts struct {
	regular, bold *font.Face
	container     *gopdf.FontContainer
}

var loaded = sync.OnceValues(func() (*fonts, error) {
	r, err := font.Regular()
	if err != nil {
		return nil, err
	}
	b, err := font.SemiBold()
	if err != nil {
		return nil, err
	}
	c := &gopdf.FontContainer{}
	for _, f := range []*font.Face{r, b} {
		if err := c.AddTTFFontData(f.Name, f.Data); err != nil {
			return nil, fmt.Errorf("sheet: %s: %w", f.Name, err)
		}
	}
	return &fonts{r, b, c}, nil
})

// write draws the pages and returns the file.
func (f *fonts) write(pages []page) ([]byte, error) {
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pdfcert.PageWidth, H: pdfcert.PageHeight}})
	for _, face := range []*font.Face{f.regular, f.bold} {
		if err := pdf.AddTTFFontFromFontContainer(face.Name, f.container); err != nil {
			return nil, fmt.Errorf("sheet: %w", err)
		}
	}
	for _, p := range pages {
		pdf.AddPage()
		p.draw(pdf)
		for _, t := range p.texts {
			if err := t.draw(pdf); err != nil {
				return nil, err
			}
		}
	}
	var out bytes.Buffer
	if _, err := pdf.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("sheet: write: %w", err)
	}
	return out.Bytes(), nil
}

// draw draws everything but the texts.
func (p page) draw(pdf *gopdf.GoPdf) {
	p.art(pdf)
	stroke(pdf, rule, 0.4)
	for _, l := range p.rules {
		pdf.SetLineWidth(l.width)
		pdf.Line(l.x1, l.y1, l.x2, l.y2)
	}
	for _, t := range p.texts {
		if t.zeros {
			t.slash(pdf)
		}
	}
}

// slash draws a stroke through each zero of the text.
func (t text) slash(pdf *gopdf.GoPdf) {
	stroke(pdf, t.colour, 0.6)
	x := t.x
	for _, r := range t.text {
		w, _ := t.face.Width(string(r), t.size)
		if r == '0' {
			pdf.Line(x+0.24*w, t.y-0.07*t.size, x+0.76*w, t.y-0.67*t.size)
		}
		x += w + t.tracking
	}
}

// draw puts one text on the page.
func (t text) draw(pdf *gopdf.GoPdf) error {
	if err := pdf.SetFont(t.face.Name, "", t.size); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	if err := pdf.SetCharSpacing(t.tracking); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	pdf.SetTextColor(t.colour.r, t.colour.g, t.colour.b)
	pdf.SetXY(t.x, t.y)
	if err := pdf.Text(t.text); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// width is the advance of the whole text.
func (t text) width() float64 {
	w, _ := t.face.Width(t.text, t.size)
	if n := len([]rune(t.text)); n > 0 {
		w += float64(n-1) * t.tracking
	}
	return w
}

// pieces cuts a line after each ideographic space and moves what follows to
// where pdfcert.Gap puts it.
func (t text) pieces() []text {
	var all []text
	for rest := t.text; rest != ""; {
		piece := t
		piece.text = rest
		if i := strings.IndexRune(rest, '\u3000'); i >= 0 {
			end := i + len("\u3000")
			for strings.HasPrefix(rest[end:], "\u3000") {
				end += len("\u3000")
			}
			piece.text = rest[:end]
		}
		rest = rest[len(piece.text):]
		all = append(all, piece)
		seen := piece
		seen.text = strings.TrimRight(piece.text, " \u3000")
		t.x = piece.x + seen.width() + pdfcert.Gap*t.size
	}
	return all
}

func stroke(pdf *gopdf.GoPdf, c colour, width float64) {
	pdf.SetStrokeColor(c.r, c.g, c.b)
	pdf.SetLineWidth(width)
}
