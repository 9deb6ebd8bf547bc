package pdfcert

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// reader takes the runs of a page one by one, in the order in which they were
// drawn, by the column they stand in. Heights are held against each other as
// well: what belongs together must be seen together.
type reader struct {
	runs []Run
	y    float64 // height of the last label or line
	err  error
}

// assemble puts the text of both pages back into the items of the form.
func assemble(pages []Page) (Says, error) {
	var s Says
	front := &reader{runs: pages[0].Runs, y: PageHeight}
	front.front(&s)
	back := &reader{runs: pages[1].Runs, y: PageHeight}
	back.back(&s)
	for _, r := range []*reader{front, back} {
		if r.err == nil && len(r.runs) > 0 {
			r.fail()
		}
		if r.err != nil {
			return Says{}, r.err
		}
	}
	return s, nil
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = refuse(PageContent, "text that does not stand in the order and place of the form")
	}
}

// line takes a run of which ok is true and the pieces that follow it after an
// ideographic space (see Gap), and puts them together.
func (r *reader) line(ok func(Run) bool) (Run, bool) {
	if r.err != nil || len(r.runs) == 0 || !ok(r.runs[0]) {
		return Run{}, false
	}
	whole := r.runs[0]
	last := whole
	for r.runs = r.runs[1:]; len(r.runs) > 0 && last.joins(r.runs[0]); r.runs = r.runs[1:] {
		last = r.runs[0]
		whole.Text += last.Text
	}
	return whole, true
}

// joins reports whether next stands where a line goes on after its ideographic space.
func (r Run) joins(next Run) bool {
	return strings.HasSuffix(r.Text, "\u3000") && r.Y == next.Y && r.Size == next.Size && r.Bold == next.Bold &&
		math.Abs(r.X+r.ink+Gap*r.Size-next.X) < 0.03
}

// lines takes all lines of which ok is true, each below the one before.
func (r *reader) lines(ok func(Run) bool) []Run {
	var taken []Run
	for {
		line, found := r.line(func(next Run) bool {
			return ok(next) && (len(taken) == 0 || next.Y < taken[len(taken)-1].Y)
		})
		if !found {
			return taken
		}
		taken = append(taken, line)
	}
}

// join puts the lines of one text together.
func join(runs []Run) string {
	text := ""
	for _, r := range runs {
		text += r.Text
	}
	return text
}

// one takes a single line.
func (r *reader) one(ok func(Run) bool) Run {
	line, found := r.line(ok)
	if !found {
		r.fail()
	}
	return line
}

// below takes the height of the next line of the page, at least so much below
// the last.
func (r *reader) below(y, gap float64) {
	if r.err == nil && y > r.y-gap {
		r.fail()
	}
	r.y = y
}

// at makes a test for a column and a weight.
func at(x float64, bold bool) func(Run) bool {
	return func(r Run) bool { return math.Abs(r.X-x) < 0.01 && r.Bold == bold }
}

// sized narrows a test to one type size.
func sized(size float64, ok func(Run) bool) func(Run) bool {
	return func(r Run) bool { return ok(r) && math.Abs(r.Size-size) < 0.001 }
}

// What the grid of the front keeps: the least distance from label to label, and
// the most that a value stands above or below its label.
const gridStep, gridSpread = 36.0, 27.0

func (r *reader) front(s *Says) {
	above := func(bold bool) func(Run) bool {
		return func(r Run) bool { return r.Bold == bold && r.Y > PageHeight-GridTop }
	}
	title := r.lines(above(true))
	s.Title = join(title)
	if len(title) == 0 {
		r.fail()
		return
	}
	r.y = title[len(title)-1].Y
	if english := r.lines(above(false)); len(english) > 0 {
		s.English = join(english)
		r.below(english[0].Y, 8)
	}
	r.y = PageHeight - GridTop + gridStep
	for _, i := range []*Item{&s.Name, &s.Birth, &s.Number, &s.Date} {
		*i = r.item(false)
	}
	for _, fixed := range []struct {
		label, english string
		bold           bool
		to             *string
	}{{IssuerLabel, IssuerEnglish, true, &s.Issuer}, {VerifyLabel, VerifyEnglish, false, &s.Host}, {CodeLabel, CodeEnglish, true, &s.Code}} {
		i := r.item(fixed.bold)
		if i.Label != fixed.label || i.English != fixed.english {
			r.fail()
		}
		*fixed.to = i.Value
	}
}

// item takes a label, its English if there is one, and the value beside them.
func (r *reader) item(bold bool) Item {
	var i Item
	isLabel := at(LabelX, false)
	label := r.one(isLabel)
	i.Label = label.Text
	r.below(label.Y, gridStep)
	if len(r.runs) > 0 && isLabel(r.runs[0]) {
		english := r.one(isLabel)
		i.English = english.Text
		if d := label.Y - english.Y; d < 6 || d > 16 {
			r.fail()
		}
	}
	value := r.lines(at(ValueX, bold))
	if len(value) == 0 {
		r.fail()
	}
	for _, v := range value {
		if math.Abs(v.Y-label.Y) > gridSpread {
			r.fail()
		}
	}
	i.Value = join(value)
	return i
}

func (r *reader) back(s *Says) {
	if len(r.runs) > 0 && r.runs[0].Text == RowsLabel {
		r.heading(RowsLabel, RowsEnglish)
		for r.err == nil && len(r.runs) > 0 && !r.runs[0].Bold {
			s.Rows = append(s.Rows, r.row())
		}
	}
	r.heading(HowToLabel, HowToEnglish)
	for i, want := range HowTo {
		if got := r.note(strconv.Itoa(i + 1)); got != want {
			r.fail()
		}
	}
	for r.err == nil && len(r.runs) > 0 {
		s.Notes = append(s.Notes, r.note(NoteMark))
	}
	if len(s.Rows) > MaxRows {
		r.fail()
	}
	s.Rows, s.Notes = slices.Clip(s.Rows), slices.Clip(s.Notes)
}

// heading takes a heading with its English on the same line.
func (r *reader) heading(ja, en string) {
	a, b := r.one(at(LabelX, true)), r.one(func(r Run) bool { return !r.Bold })
	if a.Text != ja || b.Text != en || a.Y != b.Y {
		r.fail()
	}
	r.below(a.Y, 6)
}

// row takes the lines of a label and of the value beside it.
func (r *reader) row() Row {
	label := r.lines(at(LabelX, false))
	value := r.lines(at(RowX, false))
	if len(label) == 0 || len(value) == 0 || math.Abs(label[0].Y-value[0].Y) > 0.01 {
		r.fail()
		return Row{}
	}
	r.below(label[0].Y, 6)
	r.y = math.Min(label[len(label)-1].Y, value[len(value)-1].Y)
	return Row{Label: join(label), Value: join(value)}
}

// note takes a sentence behind its mark, and its English.
func (r *reader) note(mark string) Note {
	m := r.one(at(LabelX, false))
	text := r.lines(sized(NoteSize, at(MarkX, false)))
	if m.Text != mark || len(text) == 0 || math.Abs(text[0].Y-m.Y) > 0.01 {
		r.fail()
		return Note{}
	}
	r.below(text[0].Y, 6)
	r.y = text[len(text)-1].Y
	english := r.lines(sized(NoteEnglishSize, at(MarkX, false)))
	if len(english) > 0 {
		r.below(english[0].Y, 6)
		r.y = english[len(english)-1].Y
	}
	return Note{Text: join(text), English: join(english)}
}
