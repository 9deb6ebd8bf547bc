package pdfcert

import (
	"math"
	"slices"
)

// reader takes the runs of a page one by one, in the order in which they were
// drawn, by the column they stand in.
type reader struct {
	runs []Run
	err  error
}

// assemble puts the text of both pages back into the items of the form.
func assemble(pages []Page) (Says, error) {
	var s Says
	front := &reader{runs: pages[0].Runs}
	front.front(&s)
	back := &reader{runs: pages[1].Runs}
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
		r.err = refuse(PageContent, "text that is not in the order of the form")
	}
}

// while takes all runs of which ok is true and returns their text put together.
func (r *reader) while(must bool, ok func(Run) bool) string {
	text, n := "", 0
	for n < len(r.runs) && r.err == nil && ok(r.runs[n]) {
		text += r.runs[n].Text
		n++
	}
	if must && n == 0 {
		r.fail()
	}
	r.runs = r.runs[n:]
	return text
}

// one takes a single run.
func (r *reader) one(ok func(Run) bool) string {
	if r.err != nil || len(r.runs) == 0 || !ok(r.runs[0]) {
		r.fail()
		return ""
	}
	text := r.runs[0].Text
	r.runs = r.runs[1:]
	return text
}

// fixed takes a single run that must be this text.
func (r *reader) fixed(text string, ok func(Run) bool) {
	if r.one(ok) != text {
		r.fail()
	}
}

// at makes a test for a column and a weight.
func at(x float64, bold bool) func(Run) bool {
	return func(r Run) bool { return math.Abs(r.X-x) < 0.01 && r.Bold == bold }
}

// sized narrows a test to one type size.
func sized(size float64, ok func(Run) bool) func(Run) bool {
	return func(r Run) bool { return ok(r) && math.Abs(r.Size-size) < 0.001 }
}

func (r *reader) front(s *Says) {
	above := func(bold bool) func(Run) bool {
		return func(r Run) bool { return r.Bold == bold && r.Y > PageHeight-GridTop }
	}
	s.Title = r.while(true, above(true))
	s.English = r.while(false, above(false))
	for _, i := range []*Item{&s.Name, &s.Birth, &s.Number, &s.Date} {
		r.item(i)
	}
	r.fixed(IssuerLabel, at(LabelX, false))
	r.fixed(IssuerEnglish, at(LabelX, false))
	s.Issuer = r.while(true, at(ValueX, true))
	r.fixed(VerifyLabel, at(LabelX, false))
	r.fixed(VerifyEnglish, at(LabelX, false))
	s.Host = r.while(true, at(ValueX, false))
	r.fixed(CodeLabel, at(LabelX, false))
	r.fixed(CodeEnglish, at(LabelX, false))
	s.Code = r.one(at(ValueX, true))
}

func (r *reader) item(i *Item) {
	label := at(LabelX, false)
	i.Label = r.one(label)
	if len(r.runs) > 0 && label(r.runs[0]) {
		i.English = r.one(label)
	}
	i.Value = r.while(true, at(ValueX, false))
}

func (r *reader) back(s *Says) {
	bold := func(r Run) bool { return r.Bold }
	plain := func(r Run) bool { return !r.Bold }
	if len(r.runs) > 0 && r.runs[0].Text == RowsLabel {
		r.fixed(RowsLabel, bold)
		r.fixed(RowsEnglish, plain)
		for r.err == nil && len(r.runs) > 0 && !r.runs[0].Bold {
			s.Rows = append(s.Rows, Row{Label: r.while(true, at(LabelX, false)), Value: r.while(true, at(RowX, false))})
		}
	}
	r.fixed(HowToLabel, bold)
	r.fixed(HowToEnglish, plain)
	for _, want := range HowTo {
		if got := r.note(LabelX); got != want {
			r.fail()
		}
	}
	for r.err == nil && len(r.runs) > 0 {
		r.fixed(NoteMark, at(LabelX, false))
		s.Notes = append(s.Notes, r.note(MarkX))
	}
	if len(s.Rows) > MaxRows {
		r.fail()
	}
	s.Rows, s.Notes = slices.Clip(s.Rows), slices.Clip(s.Notes)
}

// note takes a sentence and its English.
func (r *reader) note(x float64) Note {
	return Note{
		Text:    r.while(true, sized(NoteSize, at(x, false))),
		English: r.while(false, sized(NoteEnglishSize, at(x, false))),
	}
}
