package web_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"qualsys/web"
)

func TestABodyIsReadUpToItsLimit(t *testing.T) {
	for _, c := range []struct{ expected, limit, want int64 }{
		{10, 20, 10}, {-1, 20, 10}, {0, 20, 10}, {5, 20, 10}, {15, 20, 10}, {10, 10, 10}, {30, 20, 10},
		{10, 5, 6}, {5, 5, 6}, {-1, 5, 6}, {0, 5, 6}, {3, 5, 6},
	} {
		b, err := web.ReadUpTo(iotest.OneByteReader(strings.NewReader("0123456789")), c.expected, c.limit)
		if err != nil || string(b) != "0123456789"[:c.want] {
			t.Errorf("%+v: %q, %v", c, b, err)
		}
	}
	for _, expected := range []int64{-1, 0, 2, 10} {
		r := io.MultiReader(strings.NewReader("0"), iotest.ErrReader(io.ErrUnexpectedEOF))
		if _, err := web.ReadUpTo(r, expected, 20); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d announced: a body that breaks off is read without a word", expected)
		}
	}
}
