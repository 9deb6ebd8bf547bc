package pdfcert

import (
	"bytes"
	"fmt"
	"strconv"
)

// scanner walks over a file from its first byte to its last. It knows no
// search and no way back: what is not expected at a place is a refusal there.
// After the first refusal every step does nothing.
type scanner struct {
	data    []byte
	at      int
	err     error
	offsets map[int]int // object number to the byte where it begins
}

// fail remembers the first refusal.
func (s *scanner) fail(why Reason, format string, args ...any) {
	if s.err == nil {
		s.err = refuseAt(why, s.at, format, args...)
	}
}

// lit steps over exactly this text.
func (s *scanner) lit(why Reason, text string) {
	if s.err != nil {
		return
	}
	rest := s.data[s.at:]
	if len(rest) >= len(text) && string(rest[:len(text)]) == text {
		s.at += len(text)
		return
	}
	n := 0
	for n < len(text) && n < len(rest) && rest[n] == text[n] {
		n++
	}
	s.at += n
	s.fail(why, "expected %.40q", text[n:])
}

// number steps over a plain decimal number of at most nine digits, without
// sign and without leading zeros.
func (s *scanner) number(why Reason) int {
	if s.err != nil {
		return 0
	}
	n := 0
	for s.at+n < len(s.data) && n < 10 && s.data[s.at+n] >= '0' && s.data[s.at+n] <= '9' {
		n++
	}
	text := string(s.data[s.at : s.at+n])
	if n == 0 || n > 9 || (n > 1 && text[0] == '0') {
		s.fail(why, "expected a plain number")
		return 0
	}
	s.at += n
	v, _ := strconv.Atoi(text)
	return v
}

// take steps over n bytes and returns them.
func (s *scanner) take(n int) []byte {
	if s.err != nil {
		return nil
	}
	if n < 0 || n > len(s.data)-s.at {
		s.fail(Structure, "%d bytes expected, the file ends before", n)
		return nil
	}
	b := s.data[s.at : s.at+n]
	s.at += n
	return b
}

// span steps over all bytes of which ok is true and returns them.
func (s *scanner) span(limit int, ok func(byte) bool) []byte {
	if s.err != nil {
		return nil
	}
	n := 0
	for s.at+n < len(s.data) && ok(s.data[s.at+n]) {
		n++
	}
	if n > limit {
		s.fail(Bounds, "longer than %d bytes", limit)
		return nil
	}
	return s.take(n)
}

// object steps over object number n, whose body body reads.
func (s *scanner) object(n int, body func()) {
	if s.err == nil {
		s.offsets[n] = s.at
	}
	s.lit(Structure, strconv.Itoa(n)+" 0 obj\n")
	body()
	s.lit(Structure, "endobj\n\n")
}

// plain steps over an object that is always the same.
func (s *scanner) plain(n int, text string) {
	s.object(n, func() { s.lit(Structure, text) })
}

// xrefLine is an entry of the table for an object that the walk has passed.
func (s *scanner) xrefLine(n int, end string) string {
	return fmt.Sprintf("%010d 00000 n%s", s.offsets[n], end)
}

// active are the names of what a file can do or carry beside showing pages.
var active = []string{
	"/JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/URI",
	"/EmbeddedFile", "/Filespec", "/AF ", "/XFA", "/RichMedia", "/Movie", "/Sound", "/Rendition", "/3D", "/OCG", "/OCProperties",
	"/Annots", "/AP", "/Names", "/Collection", "/NeedAppearances", "/Encrypt",
}

// explain turns the place where the walk stopped into the reason that tells a
// reader most. It only words a refusal: nothing here makes a file acceptable.
func (s *scanner) explain() error {
	r, ok := s.err.(*Refusal)
	if !ok || r.Reason != Structure && r.Reason != XRef && r.Reason != Revisions {
		return s.err
	}
	ours := bytes.HasPrefix(s.data, []byte(header+"1 0 obj\n"+catalog)) ||
		bytes.Contains(s.data, []byte("/Digitorus#20PDFSign")) || bytes.Contains(s.data, []byte("/NotoSerifJP-"))
	switch {
	case !ours:
		r.Reason, r.Detail = Foreign, "a PDF of another maker"
	case s.hasActive():
		r.Reason = ActiveContent
	case bytes.Count(s.data, []byte("%%EOF")) != 2:
		r.Reason = Revisions
	}
	return r
}

func (s *scanner) hasActive() bool {
	for _, name := range active {
		if bytes.Contains(s.data, []byte(name)) {
			return true
		}
	}
	return false
}
