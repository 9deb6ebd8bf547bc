package sheet

import (
	"fmt"

	"github.com/signintech/gopdf"

	"qualsys/pdfcert"
	"qualsys/pdfcert/font"
	"qualsys/pdfcert/qr"
)

// sample stands in for the link while only the text is checked; it is as long
// as the longest link of ours.
const sample = "HTTPS://EXAMPLE.GO.JP/Q#AAAAAAAA"

// Draw lays out what s says, with the QR symbol of link, and returns the
// unsealed PDF. The error is *Unprintable or *TooLong where the text is at
// fault, and font.ErrMissing where the program has no typeface.
func Draw(s pdfcert.Says, link string) ([]byte, error) {
	pages, f, err := layOut(s, link)
	if err != nil {
		return nil, err
	}
	return f.write(pages)
}

// layOut places everything and draws nothing.
func layOut(s pdfcert.Says, link string) ([]page, *fonts, error) {
	f, err := loaded()
	if err != nil {
		return nil, nil, err
	}
	if err := complete(s); err != nil {
		return nil, nil, err
	}
	symbol, err := qr.Encode(link)
	if err != nil {
		return nil, nil, err
	}
	if symbol.Count() > maxModules {
		return nil, nil, &TooLong{Field: "link"}
	}
	l := &layout{fonts: f, used: used{}}
	front := l.front(s, symbol)
	back := l.back(s)
	if l.err != nil {
		return nil, nil, l.err
	}
	return []page{front, back}, f, nil
}

// maxModules is version 14: larger symbols would not find room beside the code.
const maxModules = 73

// complete refuses a certificate without one of its items, so that what is
// read back is never ambiguous.
func complete(s pdfcert.Says) error {
	for _, must := range []struct{ field, text string }{
		{"title", s.Title}, {"issuer", s.Issuer}, {"host", s.Host}, {"code", s.Code},
		{"name", s.Name.Value}, {"name label", s.Name.Label}, {"birth", s.Birth.Value}, {"birth label", s.Birth.Label},
		{"number", s.Number.Value}, {"number label", s.Number.Label}, {"date", s.Date.Value}, {"date label", s.Date.Label},
	} {
		if must.text == "" {
			return fmt.Errorf("sheet: no %s", must.field)
		}
	}
	if len(s.Rows) > pdfcert.MaxRows {
		return &TooLong{Field: "rows"}
	}
	for i, r := range s.Rows {
		if r.Label == "" || r.Value == "" {
			return fmt.Errorf("sheet: row %d is empty", i+1)
		}
	}
	for i, n := range s.Notes {
		if n.Text == "" {
			return fmt.Errorf("sheet: note %d is empty", i+1)
		}
	}
	return nil
}

// layout collects texts and remembers the first thing that cannot be printed.
type layout struct {
	*fonts
	used used
	err  error
}

// put places one line of text, after checking every character of it.
func (l *layout) put(p *page, field string, t text) {
	if l.err != nil || t.text == "" {
		return
	}
	if l.err = glyphs(t.face, field, t.text); l.err == nil {
		l.err = l.used.add(t.face, field, t.text)
	}
	p.texts = append(p.texts, t)
}

// fit breaks a text, after checking every character of it.
func (l *layout) fit(f *font.Face, field, s string, width, tracking float64, steps []step) ([]string, float64) {
	if l.err != nil {
		return nil, 0
	}
	if l.err = glyphs(f, field, s); l.err != nil {
		return nil, 0
	}
	lines, size, ok := fit(f, s, width, tracking, steps)
	if !ok {
		l.err = &TooLong{Field: field}
	}
	return lines, size
}

// lines places the lines of one text below each other and returns the last base line.
func (l *layout) lines(p *page, field string, lines []string, t text, leading float64) float64 {
	for i, s := range lines {
		if i > 0 {
			t.y += leading
		}
		t.text = s
		for _, piece := range t.pieces() {
			l.put(p, field, piece)
		}
	}
	return t.y
}

// front lays out the first page.
func (l *layout) front(s pdfcert.Says, symbol qr.Symbol) page {
	p := page{}
	l.title(&p, s)
	y := pdfcert.GridTop
	p.rules = append(p.rules, line{pdfcert.LabelX, y, pdfcert.RightX, y, 0.5})
	y = l.item(&p, "name", s.Name, y, 76, nameSteps)
	y = l.item(&p, "birth", s.Birth, y, 50, valueSteps)
	y = l.item(&p, "number", s.Number, y, 50, valueSteps)
	y = l.item(&p, "date", s.Date, y, 50, valueSteps)
	p.rules[len(p.rules)-1].width = 0.5
	l.issuer(&p, s.Issuer, y+44)
	left := l.verify(&p, s, symbol)
	p.art = func(pdf *gopdf.GoPdf) {
		frame(pdf)
		rosette(pdf, pdfcert.PageWidth/2, 455, 190, pale)
		emblem(pdf, pdfcert.PageWidth/2, 118)
		square(pdf, symbol, left, symbolBottom)
	}
	return p
}

// title places ① and the English name below it.
func (l *layout) title(p *page, s pdfcert.Says) {
	const tracking = 0.16
	lines, size := l.fit(l.bold, "title", s.Title, pdfcert.RightX-pdfcert.LabelX, tracking, titleSteps)
	lines = balance(l.bold, lines, s.Title, pdfcert.RightX-pdfcert.LabelX, size, tracking)
	y := 204.0
	if len(lines) > 1 {
		y -= size * 1.5
	}
	for _, s := range lines {
		t := text{y: y, size: size, tracking: tracking * size, face: l.bold, colour: ink, text: s}
		t.x = (pdfcert.PageWidth - t.width()) / 2
		l.lines(p, "title", []string{s}, t, 0)
		y += size * 1.5
	}
	if s.English == "" {
		return
	}
	steps := []step{{1, 11}, {1, 9.5}, {1, 8}, {2, 8}}
	lines, size = l.fit(l.regular, "english", s.English, pdfcert.RightX-pdfcert.LabelX, 0.06, steps)
	y = 230
	for _, s := range lines {
		t := text{y: y, size: size, tracking: 0.06 * size, face: l.regular, colour: quiet, text: s}
		t.x = (pdfcert.PageWidth - t.width()) / 2
		l.lines(p, "english", []string{s}, t, 0)
		y += size * 1.4
	}
}

// item places one labelled value in a row of the grid and returns where the row ends.
func (l *layout) item(p *page, field string, i pdfcert.Item, top, height float64, steps []step) float64 {
	middle := top + height/2
	l.label(p, field, i.Label, i.English, middle)
	lines, size := l.fit(l.regular, field, i.Value, pdfcert.RightX-pdfcert.ValueX, 0, steps)
	leading := size * 1.35
	y := middle + size*0.36 - leading*float64(len(lines)-1)/2
	l.lines(p, field, lines, text{x: pdfcert.ValueX, y: y, size: size, face: l.regular, colour: ink}, leading)
	p.rules = append(p.rules, line{pdfcert.LabelX, top + height, pdfcert.RightX, top + height, 0.3})
	return top + height
}

// label places a small label with its English below, centred on a line.
func (l *layout) label(p *page, field, ja, en string, middle float64) {
	y := middle - 0.5
	if en == "" {
		y = middle + 3.4
	}
	lines, size := l.fit(l.regular, field+" label", ja, pdfcert.ValueX-pdfcert.LabelX-12, 0.04, []step{{1, 9.5}, {1, 8.5}, {1, 7.5}})
	l.lines(p, field+" label", lines, text{x: pdfcert.LabelX, y: y, size: size, tracking: 0.04 * size, face: l.regular, colour: quiet}, 0)
	if en != "" {
		lines, size = l.fit(l.regular, field+" label", en, pdfcert.ValueX-pdfcert.LabelX-12, 0.02, []step{{1, 7}, {1, 6.2}})
		l.lines(p, field+" label", lines, text{x: pdfcert.LabelX, y: y + 10.5, size: size, tracking: 0.02 * size, face: l.regular, colour: quiet}, 0)
	}
}

// issuer places ⑦.
func (l *layout) issuer(p *page, name string, middle float64) {
	l.label(p, "issuer", pdfcert.IssuerLabel, pdfcert.IssuerEnglish, middle)
	lines, size := l.fit(l.bold, "issuer", name, pdfcert.RightX-pdfcert.ValueX, 0.06, issuerSteps)
	lines = balance(l.bold, lines, name, pdfcert.RightX-pdfcert.ValueX, size, 0.06)
	leading := size * 1.45
	y := middle + size*0.36 - leading*float64(len(lines)-1)/2
	l.lines(p, "issuer", lines, text{x: pdfcert.ValueX, y: y, size: size, tracking: 0.06 * size, face: l.bold, colour: ink}, leading)
}

// symbolBottom is where the white frame of the symbol ends.
const symbolBottom = 762.0

// verify places host and code beside the symbol, and returns the left edge of
// the symbol's white frame.
func (l *layout) verify(p *page, s pdfcert.Says, symbol qr.Symbol) float64 {
	side := symbol.Width() + 2*qr.Quiet*symbol.Module()
	left := pdfcert.RightX - side
	room := left - pdfcert.LabelX - 18
	l.label(p, "verify", pdfcert.VerifyLabel, pdfcert.VerifyEnglish, symbolBottom-82)
	lines, size := l.fit(l.regular, "host", s.Host, room-(pdfcert.ValueX-pdfcert.LabelX), 0.02, hostSteps)
	y := symbolBottom - 82 + size*0.36 - size*1.4*float64(len(lines)-1)/2
	l.lines(p, "host", lines, text{x: pdfcert.ValueX, y: y, size: size, tracking: 0.02 * size, face: l.regular, colour: ink}, size*1.4)
	l.label(p, "code", pdfcert.CodeLabel, pdfcert.CodeEnglish, symbolBottom-36)
	code, size := l.fit(l.bold, "code", s.Code, room-(pdfcert.ValueX-pdfcert.LabelX), 0.08, []step{{1, 15}, {1, 14}, {1, 13}, {1, 12}, {1, 11}})
	l.lines(p, "code", code, text{x: pdfcert.ValueX, y: symbolBottom - 36 + size*0.36, size: size, tracking: 0.08 * size, face: l.bold, colour: ink, zeros: true}, 0)
	return left
}
