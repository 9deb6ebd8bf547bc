package verifier

import (
	"slices"
	"strings"

	"qualsys/issue/credential"
	"qualsys/pdfcert"
)

// alphanumeric is what registration numbers are made of beside hyphens.
const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// differsFromStatement names the fields in which the visible text says
// something else than the QR code.
func differsFromStatement(s pdfcert.Says, st credential.Statement, link string) []string {
	var out []string
	differ := func(field string, same bool) {
		if !same {
			out = append(out, field)
		}
	}
	differ("name", s.Name.Value == st.Name)
	differ("birth", s.Birth.Value == pdfcert.PrintedDate(st.Birth))
	differ("code", s.Code == st.Code.Format())
	differ("number", holdsNumber(s.Number.Value, st.Number))
	differ("host", strings.EqualFold(hostOf(link), hostOf(s.Host)))
	return out
}

// differsFromLog names the fields in which the visible text says something
// else than the content that was frozen when the certificate was prepared.
func differsFromLog(s, log pdfcert.Says) []string {
	var out []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"title", s.Title == log.Title && s.English == log.English},
		{"name", s.Name == log.Name},
		{"birth", s.Birth == log.Birth},
		{"number", s.Number == log.Number},
		{"date", s.Date == log.Date},
		{"issuer", s.Issuer == log.Issuer},
		{"host", s.Host == log.Host},
		{"code", s.Code == log.Code},
		{"rows", slices.Equal(s.Rows, log.Rows)},
		{"notes", slices.Equal(s.Notes, log.Notes)},
	} {
		if !f.same {
			out = append(out, f.name)
		}
	}
	return out
}

// holdsNumber reports whether a printed number (第D-0123456号) holds the
// registration number, and not a part of a longer one.
func holdsNumber(printed, number string) bool {
	before, after, found := strings.Cut(printed, number)
	return found && number != "" &&
		before == strings.TrimRight(before, alphanumeric) && after == strings.TrimLeft(after, alphanumeric)
}

// hostOf returns host and port of an address with or without its scheme.
func hostOf(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	host, _, _ := strings.Cut(address, "/")
	return host
}

func unique(fields []string) []string {
	slices.Sort(fields)
	return slices.Compact(fields)
}
