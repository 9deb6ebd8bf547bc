package sheet

import (
	"strconv"

	"github.com/signintech/gopdf"

	"qualsys/pdfcert"
)

// rowSizes are the attempts for the table of the back: size of the values and
// the height of a line, as shares of each other fixed by eye.
var rowSizes = []float64{10.5, 9.5, 8.5, 8, 7.5}

// Where the back's parts stand.
const (
	backTop    = 104.0
	howToTop   = 604.0 // with one note; more notes move it up
	aboveHowTo = 44.0
	notesAfter = 14.0
)

// back lays out the second page.
func (l *layout) back(s pdfcert.Says) page {
	p := page{art: func(pdf *gopdf.GoPdf) {
		frame(pdf)
		rosette(pdf, pdfcert.PageWidth/2, 330, 150, pale)
	}}
	top := howToTop - max(0, l.notesHeight(s.Notes)-36)
	if l.err == nil && top < backTop {
		l.err = &TooLong{Field: "notes"}
	}
	if len(s.Rows) > 0 {
		l.heading(&p, "rows", pdfcert.RowsLabel, pdfcert.RowsEnglish, backTop)
		l.table(&p, s.Rows, top-aboveHowTo)
	}
	l.heading(&p, "how to", pdfcert.HowToLabel, pdfcert.HowToEnglish, top)
	y := top + 26
	for i, n := range pdfcert.HowTo {
		y = l.sentence(&p, "how to", strconv.Itoa(i+1), n, y)
	}
	y += notesAfter
	for _, n := range s.Notes {
		y = l.sentence(&p, "note", pdfcert.NoteMark, n, y)
	}
	if l.err == nil && y > 786 {
		l.err = &TooLong{Field: "notes"}
	}
	return p
}

// heading places a heading with its English beside it and a line below.
func (l *layout) heading(p *page, field, ja, en string, y float64) {
	t := text{x: pdfcert.LabelX, y: y, size: 11, tracking: 0.9, face: l.bold, colour: ink, text: ja}
	l.put(p, field, t)
	l.put(p, field, text{x: pdfcert.LabelX + t.width() + 12, y: y, size: 8, tracking: 0.2, face: l.regular, colour: quiet, text: en})
	p.rules = append(p.rules, line{pdfcert.LabelX, y + 9, pdfcert.RightX, y + 9, 0.5})
}

// sentence places a note behind its mark, its English below, and returns where
// the next begins.
func (l *layout) sentence(p *page, field, mark string, n pdfcert.Note, y float64) float64 {
	l.put(p, field, text{x: pdfcert.LabelX, y: y, size: pdfcert.NoteSize, face: l.regular, colour: quiet, text: mark})
	t := text{x: pdfcert.MarkX, y: y, size: pdfcert.NoteSize, face: l.regular, colour: ink}
	lines, _ := l.fit(l.regular, field, n.Text, pdfcert.RightX-t.x, 0, []step{{4, t.size}})
	y = l.lines(p, field, lines, t, 13)
	if n.English != "" {
		t.y, t.size, t.colour = y+10.5, pdfcert.NoteEnglishSize, quiet
		lines, _ = l.fit(l.regular, field, n.English, pdfcert.RightX-t.x, 0, []step{{4, t.size}})
		y = l.lines(p, field, lines, t, 9.5)
	}
	return y + 17
}

// notesHeight is how much the notes will take, so that the block can move up.
func (l *layout) notesHeight(notes []pdfcert.Note) float64 {
	h := 0.0
	for _, n := range notes {
		h += 17 + 13*float64(len(wrap(l.regular, n.Text, pdfcert.RightX-pdfcert.MarkX, pdfcert.NoteSize, 0))-1)
		if n.English != "" {
			h += 10.5 + 9.5*float64(len(wrap(l.regular, n.English, pdfcert.RightX-pdfcert.MarkX, pdfcert.NoteEnglishSize, 0))-1)
		}
	}
	return h
}

// table places ⑨ at the largest size at which all rows find room above end.
func (l *layout) table(p *page, rows []pdfcert.Row, end float64) {
	for _, r := range rows {
		if l.err != nil {
			return
		}
		if l.err = glyphs(l.regular, "row", r.Label); l.err == nil {
			l.err = glyphs(l.regular, "row", r.Value)
		}
	}
	for _, size := range rowSizes {
		if laid, ok := l.rows(rows, size, end); ok {
			for _, t := range laid.texts {
				l.lines(p, "row", []string{t.text}, t, 0)
			}
			p.rules = append(p.rules, laid.rules...)
			return
		}
	}
	if l.err == nil {
		l.err = &TooLong{Field: "rows"}
	}
}

// rows lays the table out at one size, or reports that it does not fit.
func (l *layout) rows(rows []pdfcert.Row, size, end float64) (page, bool) {
	var p page
	leading, padding := size*1.4, size*0.75
	y := backTop + 9
	for _, r := range rows {
		labels := wrap(l.regular, r.Label, pdfcert.RowX-pdfcert.LabelX-12, size*0.86, 0)
		values := wrap(l.regular, r.Value, pdfcert.RightX-pdfcert.RowX, size, 0)
		if labels == nil || values == nil {
			return p, false
		}
		first := y + padding + size*0.9
		for i, s := range labels {
			p.texts = append(p.texts, text{x: pdfcert.LabelX, y: first + float64(i)*leading, size: size * 0.86, face: l.regular, colour: quiet, text: s})
		}
		for i, s := range values {
			p.texts = append(p.texts, text{x: pdfcert.RowX, y: first + float64(i)*leading, size: size, face: l.regular, colour: ink, text: s})
		}
		y = first + float64(max(len(labels), len(values))-1)*leading + size*0.3 + padding
		if y > end {
			return p, false
		}
		p.rules = append(p.rules, line{pdfcert.LabelX, y, pdfcert.RightX, y, 0.3})
	}
	return p, true
}
