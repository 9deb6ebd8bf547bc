package public

import (
	"encoding/base64"
	"strings"

	"qualsys/web/page"
)

// Pinned is what the page at /Q is told to trust. It comes with the page
// itself and never from a QR code.
type Pinned struct {
	// Root is the root key of the trust list, as SubjectPublicKeyInfo in DER.
	Root []byte
	// Trust is the address of the trust list ("/.well-known/qualsys/trust.cose").
	Trust string
	// Sites are addresses beside the trust list's whose links are ours.
	Sites []string
}

func (p Pinned) root() string { return base64.StdEncoding.EncodeToString(p.Root) }

func (p Pinned) sites() string { return strings.Join(p.Sites, " ") }

// prefixes of the sentences that the scripts at /Q need.
var wordPrefixes = []string{"public.", "verifier.", "credential.link_", "credential.statement_"}

// words are the sentences that the scripts at /Q need, in one language.
func words(lang page.Lang) map[string]string { return page.Sentences(lang, wordPrefixes...) }
