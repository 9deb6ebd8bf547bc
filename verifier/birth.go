package verifier

import (
	"strconv"
	"strings"

	"qualsys/internal/fault"
)

// ErrBirth: a birth date that can't be read as typed.
var ErrBirth = fault.New(fault.Invalid, "verifier.birth_unreadable")

// parseBirth reads 1990/4/1, 1990-04-01, 19900401 or 1990年4月1日; "" is 0.
// Unknown month and day are written 00.
func parseBirth(s string) (uint32, error) {
	s = strings.Map(func(r rune) rune {
		if r >= 0xff0f && r <= 0xff19 {
			r -= 0xfee0
		}
		switch r {
		case '年', '月', '/', '.':
			return '-'
		case '日', ' ', 0x3000:
			return -1
		}
		return r
	}, s)
	if s == "" {
		return 0, nil
	}
	parts := strings.Split(s, "-")
	if len(parts) == 1 && len(s) == 8 {
		parts = []string{s[:4], s[4:6], s[6:]}
	}
	if len(parts) != 3 || len(parts[0]) != 4 {
		return 0, ErrBirth.At("birth")
	}
	var n [3]uint64
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || i > 0 && len(p) > 2 {
			return 0, ErrBirth.At("birth")
		}
		n[i] = v
	}
	if n[1] > 12 || n[2] > 31 {
		return 0, ErrBirth.At("birth")
	}
	return uint32(n[0]*10000 + n[1]*100 + n[2]), nil
}

// all joins what is wrong with several things that were typed.
func all(errs ...error) error {
	var wrong fault.List
	for _, err := range errs {
		if err == nil {
			continue
		}
		faults, ok := fault.All(err)
		if !ok {
			return err
		}
		wrong = append(wrong, faults...)
	}
	return wrong.Err()
}
