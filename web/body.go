package web

import (
	"bytes"
	"io"
)

// ReadUpTo reads all of r, of which expected bytes were announced (-1: none),
// and at most limit bytes and one. What breaks off is an error. It takes the room for them at once: a buffer
// that grows costs several times what it holds, and uploads are many.
func ReadUpTo(r io.Reader, expected, limit int64) ([]byte, error) {
	if expected < 0 || expected > limit {
		return io.ReadAll(io.LimitReader(r, limit+1))
	}
	b := bytes.NewBuffer(make([]byte, 0, expected+bytes.MinRead))
	_, err := b.ReadFrom(io.LimitReader(r, limit+1))
	return b.Bytes(), err
}
