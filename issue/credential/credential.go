// Package credential holds the words that a certificate is made of: the signed
// statement in its QR code, the code printed beside it, the status under which
// it is published, and the frozen content of its pages. It knows formats only:
// no database, no file, no network. The bytes it writes are printed on paper
// and can never change; docs/formats/qr.md and docs/formats/code.md specify
// them, verifier/testdata/vectors hold examples.
package credential

import "qualsys/issue/credential/cose"

// KeyID names a signing key: the first eight bytes of the SHA-256 of its
// SubjectPublicKeyInfo.
type KeyID = cose.KeyID
