package payment

import (
	"math"
	"strconv"

	"qualsys/internal/fault"
)

// Yen is an amount of money in whole yen; the yen has no smaller unit. Amounts
// owed and paid are never negative.
type Yen int64

// MaxYen is the largest amount that one line or basket may have: eight digits,
// the most that the payment company takes in yen.
const MaxYen Yen = 99_999_999

// ErrAmount says that an amount is negative or larger than MaxYen.
var ErrAmount = fault.New(fault.Invalid, "payment.amount_out_of_range")

// NewYen returns n yen, or ErrAmount when n is below 0 or above MaxYen.
func NewYen(n int64) (Yen, error) {
	if n < 0 || n > int64(MaxYen) {
		return 0, ErrAmount
	}
	return Yen(n), nil
}

// Add returns the sum, or ErrAmount when it leaves the range of NewYen.
func (y Yen) Add(z Yen) (Yen, error) {
	if (z > 0 && y > math.MaxInt64-z) || (z < 0 && y < math.MinInt64-z) {
		return 0, ErrAmount
	}
	return NewYen(int64(y + z))
}

// Less returns y−z, or ErrAmount when that leaves the range of NewYen.
func (y Yen) Less(z Yen) (Yen, error) {
	if z == math.MinInt64 {
		return 0, ErrAmount
	}
	return y.Add(-z)
}

// Sum adds amounts up; ErrAmount when any step leaves the range of NewYen.
func Sum(amounts ...Yen) (Yen, error) {
	var total Yen
	for _, a := range amounts {
		if _, err := NewYen(int64(a)); err != nil {
			return 0, err
		}
		var err error
		if total, err = total.Add(a); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// String returns the amount with commas and without a sign for the currency,
// as both languages write it between theirs: 1,500円, ¥1,500.
func (y Yen) String() string {
	s, sign := strconv.FormatInt(int64(y), 10), ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
