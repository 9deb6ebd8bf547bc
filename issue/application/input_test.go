package application

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"qualsys/internal/fault"
	"qualsys/registry/person"
)

func TestReceiptNumbersFindASlip(t *testing.T) {
	for typed, want := range map[string]string{"2026-000123-" + fmt.Sprint(luhn("2026000123")): formatNumber(2026, 123),
		"２０２６０００１２３" + fmt.Sprint(luhn("2026000123")): formatNumber(2026, 123)} {
		if got, err := ParseNumber(typed); err != nil || got != want {
			t.Errorf("%s: %s, %v", typed, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := formatNumber(rapid.IntRange(2026, 2099).Draw(t, "year"), rapid.IntRange(1, 999999).Draw(t, "n"))
		if got, err := ParseNumber(n); err != nil || got != n {
			t.Fatalf("%s comes back as %s, %v", n, got, err)
		}
		digits := []byte(onlyDigits(n))
		at := rapid.IntRange(0, len(digits)-1).Draw(t, "at")
		digits[at] = '0' + (digits[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if got, err := ParseNumber(string(digits)); err == nil {
			t.Fatalf("%s with one wrong digit is taken as %s", n, got)
		}
	})
}

func TestIdentifiers(t *testing.T) {
	today := person.DateOf(2026, 11, 20)
	for name, c := range map[string]struct {
		number, on string
		want       error
	}{
		"sixteen digits of yesterday": {"1234567890123456", "2026-11-19", nil},
		"in groups, full width":       {"１２３４ ５６７８-9012 3456", "2026/11/19", nil},
		"three months to the day":     {"1234567890123456", "2026-08-20", nil},
		"a day too old":               {"1234567890123456", "2026-08-19", ErrIdentifierOld},
		"fifteen digits":              {"123456789012345", "2026-11-19", ErrIdentifier},
		"a letter":                    {"123456789012345a", "2026-11-19", ErrIdentifier},
		"tomorrow":                    {"1234567890123456", "2026-11-21", ErrIdentifierDay},
		"no date":                     {"1234567890123456", "", ErrIdentifierDay},
	} {
		got, _, err := ParseIdentifier(c.number, c.on, today)
		if !errors.Is(err, c.want) || (c.want == nil && (err != nil || got != "1234567890123456")) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestUploadsAreKnownByTheirContent(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 30, 20))
	var asPNG, asJPEG bytes.Buffer
	if err := errors.Join(png.Encode(&asPNG, img), jpeg.Encode(&asJPEG, img, nil)); err != nil {
		t.Fatal(err)
	}
	withScript := append(bytes.Clone(asPNG.Bytes()), []byte("<script>alert(1)</script>")...)
	pdf := "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
	for name, c := range map[string]struct {
		in   string
		want *fault.Fault
		kind string
	}{
		"a PNG":                          {asPNG.String(), nil, "image/png"},
		"a JPEG":                         {asJPEG.String(), nil, "image/jpeg"},
		"a PNG with a script behind it":  {string(withScript), nil, "image/png"},
		"a PDF":                          {pdf, nil, "application/pdf"},
		"a PDF with a script":            {strings.Replace(pdf, "/Catalog", "/Catalog/OpenAction 2 0 R", 1), ErrFileActive, ""},
		"an encrypted PDF":               {strings.Replace(pdf, "/Catalog", "/Catalog/Encrypt 2 0 R", 1), ErrFileActive, ""},
		"half a PDF":                     {pdf[:20], ErrFileBroken, ""},
		"half a PNG":                     {asPNG.String()[:30], ErrFileBroken, ""},
		"a page":                         {"<html>", ErrFileKind, ""},
		"nothing":                        {"", ErrFileKind, ""},
		"six megabytes":                  {pdf + strings.Repeat(" ", 6<<20), ErrFileLarge, ""},
		"an image of 50,000 square":      {bomb(t), ErrFileLarge, ""},
		"a name that only begins as one": {strings.Replace(pdf, "/Catalog", "/Catalog/AAx 1", 1), nil, "application/pdf"},
	} {
		u, err := readUpload(strings.NewReader(c.in))
		if (c.want == nil) != (err == nil) || (c.want != nil && !errors.Is(err, c.want)) || u.mediaType != c.kind {
			t.Errorf("%s: %q, %v", name, u.mediaType, err)
		}
		if bytes.Contains(u.content, []byte("<script>")) {
			t.Errorf("%s: the script is kept", name)
		}
	}
}

// bomb is a PNG whose header claims 50,000 by 50,000 pixels.
func bomb(t *testing.T) string {
	t.Helper()
	head := []byte("IHDR\x00\x00\xc3\x50\x00\x00\xc3\x50\x08\x00\x00\x00\x00")
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return string(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head)))
}

func FuzzUpload(f *testing.F) {
	f.Add([]byte("%PDF-1.7\n%%EOF"))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := readUpload(bytes.NewReader(b))
		if err == nil && (u.mediaType == "" || len(u.content) == 0) {
			t.Error("taken, and nothing kept")
		}
	})
}

func TestWorkingDays(t *testing.T) {
	friday := person.DateOf(2026, 11, 20)
	for n, want := range map[int]person.Date{0: friday, 1: person.DateOf(2026, 11, 23), 5: person.DateOf(2026, 11, 27), 10: person.DateOf(2026, 12, 4)} {
		if got := businessDays(friday, n); got != want {
			t.Errorf("%d working days after %s: %s", n, friday, got)
		}
	}
}

func TestBaseDates(t *testing.T) {
	r := row{Effective: baseDate}
	for day, want := range map[person.Date]person.Date{person.DateOf(2026, 11, 25): person.DateOf(2026, 12, 1),
		person.DateOf(2026, 11, 26): person.DateOf(2027, 1, 1), person.DateOf(2026, 12, 26): person.DateOf(2027, 2, 1)} {
		if got := r.effectiveDay(day); got != want {
			t.Errorf("complete on %s: %s", day, got)
		}
	}
	if got := (row{}).effectiveDay(person.DateOf(2026, 11, 26)); got != person.DateOf(2026, 11, 26) {
		t.Errorf("without base date: %s", got)
	}
}

func TestNamesAreMaskedInLists(t *testing.T) {
	for name, want := range map[string]string{"山田　花子": "山＊　花＊", "葛\U000E0100城 蓮": "葛\U000E0100＊ 蓮", "NGUYEN THI HOA": "N＊＊＊＊＊ T＊＊ H＊＊"} {
		n, err := person.ParseName(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := Mask(n); got != want {
			t.Errorf("%s", got)
		}
	}
}

func TestTheStandardPeriodRestsWhileTheHolderActs(t *testing.T) {
	r := row{State: UnderReview, DueOn: person.DateOf(2026, 12, 4)}
	begin := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	r.rest(begin, UnderReview, Returned)
	r.rest(begin.Add(7*24*time.Hour), Returned, Submitted)
	if r.DueOn != person.DateOf(2026, 12, 11) || !r.RestedAt.IsZero() {
		t.Errorf("due %s", r.DueOn)
	}
}
