package verifier_test

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"qualsys/verifier"
)

// mutations is how many damaged files are tried: QUALSYS_MUTATIONS for a long run.
func mutations(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("QUALSYS_MUTATIONS"))
	if err != nil {
		return 1500
	}
	t.Logf("%d mutations", n)
	return n
}

// TestNoMutationIsEverGood damages one of two released files, or mixes them, and
// drops the result in. All of it is not genuine.
func TestNoMutationIsEverGood(t *testing.T) {
	s := openShop(t)
	st := s.st
	st.Number, st.Name = "D-7654321", "鈴木　一郎"
	says := s.says
	says.Number.Value, says.Name.Value = "第D-7654321号", st.Name
	signed := s.sign(st, s.statement)
	other := s.make(t, says, s.link(signed))
	s.release(other, signed)
	i := s.files[sha256.Sum256(other)]
	i.Printed, i.Kept = &says, &st
	s.files[sha256.Sum256(other)] = i
	if v := s.verify(other); v.Verdict != verifier.InForce {
		t.Fatalf("%s %+v", v.Verdict, v.Checks)
	}
	seed := uint64(time.Now().UnixNano())
	m := mutator{rand.New(rand.NewPCG(seed, 1)), s.file, other}
	vs, worst := verifier.New(s.options()), time.Duration(0)
	for n := range mutations(t) {
		file := m.next()
		if bytes.Equal(file, s.file) || bytes.Equal(file, other) {
			continue
		}
		began := time.Now()
		v := vs.File(t.Context(), file)
		worst = max(worst, time.Since(began))
		if v.Verdict != verifier.NotGenuine || v.Says != nil {
			t.Fatalf("seed %d, mutation %d: %s %+v", seed, n, v.Verdict, v.Checks)
		}
	}
	t.Logf("seed %d, worst %v", seed, worst)
}

// mutator makes damaged files of two genuine ones.
type mutator struct {
	*rand.Rand
	a, b []byte
}

func (m mutator) next() []byte {
	from, with := m.a, m.b
	if m.IntN(2) == 0 {
		from, with = with, from
	}
	file := bytes.Clone(from)
	for range 1 + m.IntN(3) {
		file = m.one(file, with)
	}
	return file
}

// place is somewhere in a file, and more often in its structure than in its streams.
func (m mutator) place(file []byte) int {
	switch m.IntN(4) {
	case 0:
		return len(file) - 1 - m.IntN(min(len(file), 8000))
	case 1:
		return m.IntN(min(len(file), 2000))
	}
	return m.IntN(len(file))
}

func (m mutator) one(file, with []byte) []byte {
	if len(file) < 10 {
		return bytes.Clone(with)
	}
	i := m.place(file)
	n := min(1+m.IntN(1<<m.IntN(14)), len(file)-i)
	j := m.IntN(len(file) - n + 1)
	switch m.IntN(11) {
	case 0: // a bit
		file[i] ^= 1 << m.IntN(8)
	case 1: // a byte
		file[i] = byte(m.IntN(256))
	case 2: // bytes more
		return append(file[:i:i], append(bytes.Repeat([]byte{byte(m.IntN(256))}, n), file[i:]...)...)
	case 3: // bytes less
		return append(file[:i:i], file[i+n:]...)
	case 4: // a piece twice
		return append(file[:i+n:i+n], file[i:]...)
	case 5: // two pieces exchanged
		piece := bytes.Clone(file[i : i+n])
		copy(file[i:i+n], file[j:j+n])
		copy(file[j:j+n], piece)
	case 6: // a piece of the other file in the same place
		copy(file[i:i+n], with[min(i, len(with)):])
	case 7: // from here on the other file
		return append(file[:i:i], with[min(i, len(with)):]...)
	case 8: // another digit
		if k := bytes.IndexAny(file[i:], "0123456789"); k >= 0 {
			file[i+k] = '0' + byte(m.IntN(10))
		}
	case 9: // the end
		return file[:i]
	case 10: // a byte behind
		return append(file, byte(m.IntN(256)))
	}
	return file
}
