package payment_test

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qualsys/issue/payment"
)

// anyYen draws amounts of the whole range of the type, and the edges often.
var anyYen = rapid.OneOf(
	rapid.Map(rapid.Int64(), func(n int64) payment.Yen { return payment.Yen(n) }),
	rapid.SampledFrom([]payment.Yen{0, 1, -1, payment.MaxYen, payment.MaxYen + 1, math.MaxInt64, math.MinInt64}),
	rapid.Map(rapid.Int64Range(0, int64(payment.MaxYen)), func(n int64) payment.Yen { return payment.Yen(n) }),
)

func inRange(n *big.Int) bool {
	return n.Sign() >= 0 && n.Cmp(big.NewInt(int64(payment.MaxYen))) <= 0
}

func TestYenNeverOverflowsAndNeverLies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyYen.Draw(t, "a"), anyYen.Draw(t, "b")
		x, y := big.NewInt(int64(a)), big.NewInt(int64(b))
		sum, err := a.Add(b)
		check(t, "Add", sum, err, new(big.Int).Add(x, y))
		diff, err := a.Less(b)
		check(t, "Less", diff, err, new(big.Int).Sub(x, y))
	})
}

func check(t *rapid.T, what string, got payment.Yen, err error, want *big.Int) {
	if inRange(want) != (err == nil) {
		t.Fatalf("%s: error %v for the true result %s", what, err, want)
	}
	if err == nil && big.NewInt(int64(got)).Cmp(want) != 0 {
		t.Fatalf("%s = %d, want %s", what, got, want)
	}
	if err != nil && !errors.Is(err, payment.ErrAmount) {
		t.Fatalf("%s: %v is not ErrAmount", what, err)
	}
}

func TestSumIsTheSumOrAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SliceOf(anyYen).Draw(t, "amounts")
		want, fits := new(big.Int), true
		for _, a := range l {
			n := big.NewInt(int64(a))
			want.Add(want, n)
			fits = fits && inRange(n) && inRange(want)
		}
		got, err := payment.Sum(l...)
		if fits != (err == nil) || (err == nil && big.NewInt(int64(got)).Cmp(want) != 0) {
			t.Fatalf("Sum(%v) = %d, %v; want %s", l, got, err, want)
		}
	})
}

func TestYenIsWrittenWithCommas(t *testing.T) {
	for n, want := range map[payment.Yen]string{0: "0", 500: "500", 1000: "1,000", 15000: "15,000", 99999999: "99,999,999", -1234567: "-1,234,567"} {
		if got := n.String(); got != want {
			t.Errorf("%d = %q, want %q", int64(n), got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		if back, err := strconv.ParseInt(strings.ReplaceAll(payment.Yen(n).String(), ",", ""), 10, 64); err != nil || back != n {
			t.Fatalf("%d reads back as %d, %v", n, back, err)
		}
	})
}
