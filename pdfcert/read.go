package pdfcert

import (
	"bytes"
	"compress/zlib"
	"io"

	"qualsys/pdfcert/qr"
)

// Limits of one page, far above any of ours. What is compared each with each is
// bounded by them, so that no page takes long to read.
const (
	maxPage    = 1 << 20 // bytes of its inflated content
	maxRuns    = 1000    // pieces of text
	maxGlyphed = 20000   // characters in them
	maxLines   = 1000    // straight lines, light and dark
	maxBars    = 177 * 89
)

// Read returns what the pages show. It reads them only after VerifySignature
// has passed, and refuses whatever could look different from its text: a font
// that is not the released one byte for byte, a drawing that no certificate of
// ours holds, anything over a text, a symbol that is not its own text's.
func (f *File) Read() (*Reading, error) {
	if err := f.VerifySignature(); err != nil {
		return nil, err
	}
	return f.base.read()
}

// ReadUnsealed reads a file that sheet laid out before it is sealed, so that
// what is to be signed can be proofread before the key is touched.
func ReadUnsealed(data []byte) (*Reading, error) {
	if len(data) > MaxSize {
		return nil, refuse(Bounds, "%d bytes, more than %d", len(data), MaxSize)
	}
	var l layout
	s := &scanner{data: data, offsets: map[int]int{}}
	s.base(&l)
	if s.err == nil && s.at < len(data) {
		s.fail(TrailingBytes, "%d bytes after the base", len(data)-s.at)
	}
	if s.err != nil {
		return nil, s.err
	}
	return l.read()
}

// read interprets both pages.
func (l *layout) read() (*Reading, error) {
	var faces [2]*typeface
	for i := range l.fonts {
		t, err := readFont(i, &l.fonts[i])
		if err != nil {
			return nil, err
		}
		faces[i] = t
	}
	r := &Reading{}
	for i, deflated := range l.contents {
		content, err := inflate(deflated, maxPage)
		if err != nil {
			return nil, err
		}
		p := &painter{faces: faces, symbol: i == 0}
		if err := p.paint(content); err != nil {
			return nil, err
		}
		r.Pages = append(r.Pages, Page{Runs: p.runs})
		if i == 0 {
			link, err := p.link()
			if err != nil {
				return nil, err
			}
			r.Links = append(r.Links, link)
		}
	}
	for i, t := range faces {
		if err := t.finish(&l.fonts[i]); err != nil {
			return nil, err
		}
	}
	var err error
	r.Says, err = assemble(r.Pages)
	return r, err
}

// link reads the symbol that the page shows.
func (p *painter) link() (string, error) {
	modules, err := p.modules()
	if err != nil {
		return "", err
	}
	text, err := qr.Decode(modules)
	if err != nil {
		return "", refuse(Symbol, "the symbol cannot be read")
	}
	return text, nil
}

// inflate unpacks a whole stream of at most limit bytes; nothing may follow it.
func inflate(deflated []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(deflated)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, refuse(Structure, "a stream that is not deflated")
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if err != nil {
		return nil, refuse(Structure, "a damaged stream")
	}
	if len(out) > limit {
		return nil, refuse(Bounds, "a stream that inflates to more than %d bytes", limit)
	}
	if in.Len() > 0 {
		return nil, refuse(Structure, "bytes after the end of a deflated stream")
	}
	return out, nil
}
