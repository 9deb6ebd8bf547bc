package pdfcert

import (
	"bytes"
	"crypto/sha256"
	"sync"
)

// artEnd is how the last curve of a page ends.
var artEnd = []byte(" s\nQ\n")

// art follows the curves that a page begins with. They are the same on every
// certificate and most of the work, so that a beginning which has passed once
// is known again by its digest.
func (p *painter) art(content []byte) ([]byte, error) {
	end := bytes.LastIndex(content, artEnd)
	if end < 0 {
		return content, nil
	}
	end += len(artEnd)
	digest := sha256.Sum256(content[:end])
	if pen, known := passed.get(digest); known {
		p.pen = pen
		return content[end:], nil
	}
	for rest := content[:end]; len(rest) > 0; {
		var err error
		if rest, err = p.step(rest); err != nil {
			return nil, err
		}
	}
	if p.frame == nil && !p.inText && len(p.strokes) == 0 {
		passed.put(digest, p.pen)
	}
	return content[end:], nil
}

// passed are beginnings of pages that held nothing but fine light lines.
var passed memory

// memory keeps a few digests with the pen as it was left.
type memory struct {
	mu   sync.Mutex
	pens map[[sha256.Size]byte]pen
}

func (m *memory) get(digest [sha256.Size]byte) (pen, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.pens[digest]
	return p, ok
}

func (m *memory) put(digest [sha256.Size]byte, p pen) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pens == nil || len(m.pens) >= 64 {
		m.pens = map[[sha256.Size]byte]pen{}
	}
	m.pens[digest] = p
}
