package statuslist

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"qualsys/issue/credential"
)

// ErrFull says that a list has no free place left: begin the next one.
var ErrFull = errors.New("statuslist: the list is full")

// Assign draws a random place in a list of credential.ListSize, so that
// neighbours in the list have nothing to do with each other. taken tells
// whether a place is in use; it is asked inside the caller's transaction.
// A list that is more than about nine tenths full gives ErrFull.
func Assign(random io.Reader, taken func(index uint32) (bool, error)) (uint32, error) {
	for range 200 {
		var b [4]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("statuslist: draw a place: %w", err)
		}
		index := binary.BigEndian.Uint32(b[:]) % credential.ListSize
		used, err := taken(index)
		if err != nil {
			return 0, err
		}
		if !used {
			return index, nil
		}
	}
	return 0, ErrFull
}
