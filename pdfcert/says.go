package pdfcert

import "fmt"

// Says is what one certificate says, as plain text: what sheet lays out and
// what Read gives back. The circled numbers are the items of the source
// document (資格者証の記載事項).
type Says struct {
	// Title is ① the certificate's title, such as 介護福祉士資格証; English is the
	// qualification's English name below it, or "".
	Title, English string
	// Name ② as registered, byte for byte; Birth ③; Number ④; Date ⑤.
	Name, Birth, Number, Date Item
	// Issuer is ⑦ the one issuing body or person.
	Issuer string
	// Host is where to verify, Code the certificate's number in four groups.
	// Both stand beside the QR symbol ⑥.
	Host, Code string
	// Rows are ⑨ the items on the back, at most MaxRows.
	Rows []Row
	// Notes are sentences on the back, below the table.
	Notes []Note
}

// Item is a value on the front with its label in Japanese and English.
type Item struct{ Label, English, Value string }

// Row is one line of the table on the back.
type Row struct{ Label, Value string }

// Note is a sentence in Japanese and the same in English; English may be "".
type Note struct{ Text, English string }

// MaxRows is how many items the back of a certificate can hold.
const MaxRows = 20

// PrintedDate writes a civil date (yyyymmdd, unknown parts 0) as it stands on a
// certificate: 1990/04/01, 1950/04(日不詳), 1950年(月日不詳), or "" for 0.
func PrintedDate(date uint32) string {
	y, m, d := date/10000, date/100%100, date%100
	switch {
	case date == 0:
		return ""
	case m == 0:
		return fmt.Sprintf("%04d年(月日不詳)", y)
	case d == 0:
		return fmt.Sprintf("%04d/%02d(日不詳)", y, m)
	}
	return fmt.Sprintf("%04d/%02d/%02d", y, m, d)
}
