package application

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"qualsys/internal/fault"
	"qualsys/internal/store"
)

// ErrNumber says that a receipt number is mistyped.
var ErrNumber = fault.New(fault.Invalid, "application.number_mistyped")

// newNumber gives the next receipt number of the year (受付番号), like
// 2026-000123-6. The last digit finds a mistyped number (Luhn, mod 10).
func newNumber(tx *store.Tx) (string, error) {
	year, _, _ := tx.Today()
	first := numberRow{Year: year}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&first).Error; err != nil {
		return "", fmt.Errorf("application: begin the numbers of a year: %w", err)
	}
	err := tx.Model(&numberRow{}).Where("year = ?", year).Update("last_number", gorm.Expr("last_number + 1")).Error
	if err != nil {
		return "", fmt.Errorf("application: take a number: %w", err)
	}
	var last numberRow
	if err := store.One(tx.Where("year = ?", year), &last); err != nil {
		return "", fmt.Errorf("application: read a number: %w", err)
	}
	return formatNumber(year, last.LastNumber), nil
}

func formatNumber(year, n int) string {
	digits := fmt.Sprintf("%04d%06d", year, n)
	return fmt.Sprintf("%04d-%06d-%d", year, n, luhn(digits))
}

// luhn returns the digit that makes the sum of digits, every second one doubled, end in 0.
func luhn(digits string) int {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// ParseNumber takes a receipt number as somebody types it, with or without
// hyphens, full-width too, and returns it as printed. ErrNumber when the check
// digit or the length is wrong.
func ParseNumber(s string) (string, error) {
	digits := onlyDigits(s)
	if len(digits) < 11 || len(digits) > 14 || luhn(digits[:len(digits)-1]) != int(digits[len(digits)-1]-'0') {
		return "", ErrNumber
	}
	return digits[:4] + "-" + digits[4:len(digits)-1] + "-" + digits[len(digits)-1:], nil
}

// onlyDigits narrows s and drops spaces and hyphens; anything else makes it "".
func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range width.Narrow.String(s) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" 　-‐－ー−", r):
		default:
			return ""
		}
	}
	return b.String()
}
