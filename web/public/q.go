package public

import (
	"strings"

	"qualsys/web/page"
)

// Pinned is what the page at /Q is told to trust. It comes with the page
// itself and never from a QR code.
type Pinned struct {
	// Root is the root key of the trust list as JSON Web Key (RFC 7517); empty
	// makes every verdict cannot_confirm.
	Root string
	// Trust is the address of the trust list ("/.well-known/qualsys/trust.cose").
	Trust string
	// Ranges is the address before the four digits of an issued range ("/issued/").
	Ranges string
	// Sites are the addresses whose links are ours.
	Sites []string
}

func (p Pinned) sites() string { return strings.Join(p.Sites, " ") }

// prefixes of the sentences that the scripts at /Q need.
var wordPrefixes = []string{"public.", "verifier.", "credential.link_", "credential.statement_"}

// words are the sentences that the scripts at /Q need, in one language.
func words(lang page.Lang) map[string]string { return page.Sentences(lang, wordPrefixes...) }
