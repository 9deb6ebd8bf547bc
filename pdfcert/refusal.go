package pdfcert

import (
	"errors"
	"fmt"
)

// Reason says why a file was refused. It is part of the verifier's answer
// (checks[].code), so a value once published keeps its meaning.
type Reason string

// The reasons of Open, VerifySignature and Read.
const (
	// NotPDF: the file does not begin as a PDF does.
	NotPDF Reason = "not_pdf"
	// Foreign: a PDF that this service did not make, signed or not.
	Foreign Reason = "foreign"
	// Bounds: larger, deeper or more than any file of ours.
	Bounds Reason = "bounds"
	// TrailingBytes: something follows the signed revision.
	TrailingBytes Reason = "trailing_bytes"
	// Revisions: not exactly the base and its signature.
	Revisions Reason = "revisions"
	// XRef: the cross-reference table does not say where the objects are.
	XRef Reason = "xref"
	// Structure: an object that is not written as ours are.
	Structure Reason = "structure"
	// ActiveContent: script, action, form, attachment, annotation or optional content.
	ActiveContent Reason = "active_content"
	// ByteRange: the range does not cover everything but the signature.
	ByteRange Reason = "byte_range"
	// CMS: the signature container is not strict DER of the one allowed shape.
	CMS Reason = "cms"
	// Coverage: the signed digest is not that of the bytes in the range.
	Coverage Reason = "coverage"
	// BadSignature: the signer's key did not make this signature.
	BadSignature Reason = "signature"
	// Fonts: an embedded font is not the released one, or gives glyphs another text.
	Fonts Reason = "fonts"
	// PageContent: the page holds drawing that no certificate of ours holds.
	PageContent Reason = "page_content"
	// Symbol: no QR symbol, or one that cannot be read.
	Symbol Reason = "symbol"
	// FontsMissing: this program was built without the fonts, so text cannot be judged.
	FontsMissing Reason = "fonts_missing"
)

// The reasons of Chain.
const (
	// Untrusted: no path from the signer's own certificate to a pinned authority.
	Untrusted Reason = "untrusted"
	// Usage: the signer's certificate is not one for signing documents.
	Usage Reason = "usage"
	// OutsideValidity: a certificate was not valid at the time in question.
	OutsideValidity Reason = "outside_validity"
	// Revoked: a certificate of the path is on its issuer's list.
	Revoked Reason = "revoked"
	// RevocationUnknown: a revocation list is missing, stale or not its issuer's.
	RevocationUnknown Reason = "revocation_unknown"
)

// Refusal is the answer to a file that is not what it should be. It never
// holds text of the file: refusals are logged.
type Refusal struct {
	Reason Reason
	// Offset is the byte where the reading stopped, or -1.
	Offset int
	// Detail says in English what was expected, for the log and the technical view.
	Detail string
}

// Error is for logs.
func (r *Refusal) Error() string {
	if r.Offset < 0 {
		return fmt.Sprintf("pdfcert: %s: %s", r.Reason, r.Detail)
	}
	return fmt.Sprintf("pdfcert: %s at byte %d: %s", r.Reason, r.Offset, r.Detail)
}

// ReasonOf returns the reason of the refusal in err, or "" when err is none.
func ReasonOf(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	return ""
}

// refuse makes a refusal without a place.
func refuse(why Reason, format string, args ...any) error {
	return &Refusal{Reason: why, Offset: -1, Detail: fmt.Sprintf(format, args...)}
}

// refuseAt makes a refusal at a byte of the file.
func refuseAt(why Reason, at int, format string, args ...any) error {
	return &Refusal{Reason: why, Offset: at, Detail: fmt.Sprintf(format, args...)}
}
