// Package pdfcert is a certificate as a file: its rooms lay it out (sheet, qr),
// seal it (seal), and this one takes a file apart again. It knows only PDF,
// CMS, X.509 and the standard library's types; what a qualification or a
// registration is, it does not know.
//
// Taking apart is strict on purpose: only files made by our own pipeline exist
// for it. Profile pkcs7 is read by a grammar of exactly the bytes that gopdf
// and pdfsign write, from the first byte to the last, so that nothing can hide
// between, behind or in place of an object. What it finds it reports; what it
// means is for the verifier to judge.
package pdfcert

import (
	"crypto/x509"
	"time"
)

// MaxSize is the largest file that is looked at, in bytes (10 MB).
const MaxSize = 10 << 20

// Profile is the way a file is sealed.
type Profile string

// PKCS7 is a file of two revisions: the base as laid out, and the signature
// (adbe.pkcs7.detached) that digitorus/pdfsign appended.
const PKCS7 Profile = "pkcs7"

// File is a certificate file whose structure is one of ours. That is not yet
// a good signature: see VerifySignature and Chain.
type File struct {
	// Profile is how the file is sealed.
	Profile Profile
	// Digest is the SHA-256 of the whole file, as the issue log keeps it.
	Digest [32]byte
	// Signer is the certificate that the signature names; Embedded are all
	// certificates in the file, the signer's first. None is trusted yet.
	Signer   *x509.Certificate
	Embedded []*x509.Certificate
	// ClaimedAt is the time of signing that the signed dictionary states
	// (/M). It proves nothing.
	ClaimedAt time.Time
	// CMSTime is the signingTime attribute, set by the signer's own clock. It
	// proves nothing either.
	CMSTime time.Time

	data []byte
	base layout
	sig  signature
}

// Page is the text of one page in the order in which it was drawn, which in
// our files is the order of reading.
type Page struct{ Runs []Run }

// Run is a piece of text drawn at one place.
type Run struct {
	// X, Y is the start of the base line in points from the lower left corner.
	X, Y float64
	// Size is the type size in points; Width the advance of the whole run in points.
	Size, Width float64
	// Bold is true for the heavier of the two weights.
	Bold bool
	// Text is what was drawn; each glyph was compared with the font's own
	// character map and outline.
	Text string

	ink float64 // Width without the spaces at its end
}

// Reading is what the pages of a file show.
type Reading struct {
	Pages []Page
	// Links are the contents of the QR symbols: exactly one.
	Links []string
	// Says is the text put back into its items.
	Says Says
}
