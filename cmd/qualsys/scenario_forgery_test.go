package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/seal"
	"qualsys/pdfcert/sheet"
	"qualsys/registry/sample"
)

// forger makes certificates from a genuine one, with our own stolen key or with
// a key of the forger's own.
type forger struct {
	h     *House
	key   crypto.Signer
	chain []*x509.Certificate
}

// says is what a genuine certificate says, item by item.
func (f forger) says(p walk.Paper) pdfcert.Says {
	f.h.t.Helper()
	file, err := pdfcert.Open(p.PDF)
	f.h.must(err)
	r, err := file.Read()
	f.h.must(err)
	return r.Says
}

// draw draws and seals a certificate anew.
func (f forger) draw(s pdfcert.Says, link string) []byte {
	f.h.t.Helper()
	base, err := sheet.Draw(s, link)
	f.h.must(err)
	made, err := seal.Seal(pdfcert.PKCS7, base, f.key, f.chain, f.h.Clock.Now())
	f.h.must(err)
	return made
}

// Scenario 13: a certificate is edited, its QR code pasted from another
// person's, its page drawn anew with the same QR code, or a byte flipped. No
// case is in force, and what differs is named field by field.
func TestCertificateEdited(t *testing.T) {
	h := Start(t, Plan{})
	genuine, others := h.Paper(h.Registration(sample.Hanako).ID), h.Paper(h.Registration(sample.Hoa).ID)
	thief := forger{h, h.System.keys.Signer, h.System.keys.Chain()}
	set := certtest.New(t, h.Clock.Now())
	own := forger{h, set.SignerKey, set.Chain()}
	renamed := thief.says(genuine)
	renamed.Name.Value = "山田 華子"
	for _, c := range []struct {
		name   string
		file   []byte
		fields string // that must be told to differ
	}{
		{"its name changed by an added revision", appended(genuine.PDF), ""},
		{"its name changed in place", bytes.Replace(genuine.PDF, []byte("/ByteRange"), []byte("/ByteRagne"), 1), ""},
		{"another person's QR code, sealed with our stolen key", thief.draw(thief.says(genuine), others.Link), "name"},
		{"another person's QR code, sealed with a key of the forger's", own.draw(own.says(genuine), others.Link), ""},
		{"the page drawn anew with another name, sealed with our stolen key", thief.draw(renamed, genuine.Link), "name"},
		{"the page drawn anew with another name, sealed with a key of the forger's", own.draw(renamed, genuine.Link), ""},
		{"the page drawn anew as it was, sealed with our stolen key", thief.draw(thief.says(genuine), genuine.Link), ""},
		{"a byte of the QR code's payload flipped, sealed with our stolen key", thief.draw(thief.says(genuine), flippedLink(genuine.Link)), ""},
		{"its end cut off", genuine.PDF[:len(genuine.PDF)-7], ""},
		{"its first half", genuine.PDF[:len(genuine.PDF)/2], ""},
		{"two in one file", append(slices.Clone(genuine.PDF), others.PDF...), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := h.verify("file", c.file)
			if v["verdict"] != "not_genuine" {
				t.Fatalf("%v because of %v", v["verdict"], v["reason"])
			}
			if differs := fieldsOf(v); !strings.Contains(differs, c.fields) {
				t.Errorf("told to differ: %q, not %q", differs, c.fields)
			}
			page := h.Visitor()
			h.must(page.Get("/verify"))
			f, err := page.Page.Form("/verify/file")
			h.must(err)
			h.must(page.Submit(f.Upload("file", walk.File{Name: "資格者証.pdf", Data: c.file})))
			if verdict, err := page.Page.Verdict(); err != nil || verdict != "not_genuine" {
				t.Errorf("the page shows %s, %v", verdict, err)
			}
		})
	}
	if v := h.verify("link", flippedLink(genuine.Link)); v["verdict"] != "not_genuine" {
		t.Errorf("a flipped byte of the QR code: %v", v["verdict"])
	}
	if v := h.verify("link", strings.Replace(genuine.Link, "LOCALHOST", "L0CALHOST", 1)); v["verdict"] != "not_genuine" || v["reason"] != "look_alike" {
		t.Errorf("a look-alike's QR code: %v because of %v", v["verdict"], v["reason"])
	}
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, genuine, "1990/07/21", "in_force"))
}

// fieldsOf returns which fields an answer tells to differ.
func fieldsOf(v map[string]any) string {
	var fields []string
	checks, _ := v["checks"].([]any)
	for _, c := range checks {
		one, _ := c.(map[string]any)
		list, _ := one["fields"].([]any)
		for _, f := range list {
			fields = append(fields, fmt.Sprint(f))
		}
	}
	return strings.Join(fields, " ")
}

// appended is the file with a further revision that shows other content, as an
// editor saves it.
func appended(pdf []byte) []byte {
	at := len(pdf) + 1
	object := "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
	xref := at + len(object)
	return append(slices.Clone(pdf), fmt.Sprintf("\n%sxref\n1 1\n%010d 00000 n \ntrailer\n<< /Size 99 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", object, at, xref)...)
}

// flippedLink flips one bit in the middle of what a QR code holds.
func flippedLink(link string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := []byte(link)
	at := len("HTTP://LOCALHOST:8080/Q#") + 60
	b[at] = alphabet[strings.IndexByte(alphabet, b[at])^1]
	return string(b)
}

// One flipped bit anywhere in the file is not genuine, and never an error.
func TestFlippedBits(t *testing.T) {
	h := Start(t, Plan{})
	p := h.Paper(h.Registration(sample.Hanako).ID)
	step := len(p.PDF) / 97
	for at := 3; at < len(p.PDF); at += step {
		bad := slices.Clone(p.PDF)
		bad[at] ^= 1 << (at % 8)
		if v := h.verify("file", bad); v["verdict"] != "not_genuine" {
			t.Errorf("bit %d of byte %d flipped: %v because of %v", at%8, at, v["verdict"], v["reason"])
		}
	}
}
