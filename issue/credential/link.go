package credential

import (
	"fmt"
	"strings"

	"qualsys/internal/fault"
)

// Limits of links.
const (
	// MaxBase is the longest base address with its "#", in characters: longer
	// ones would make the printed symbol denser.
	MaxBase = 29
	// MaxLink bounds a link that is read.
	MaxLink = 1024
)

// Faults of links. Each says of what it read only the host.
var (
	// ErrLinkForeign: a text or link that is none of ours.
	ErrLinkForeign = fault.New(fault.Invalid, "credential.link_foreign")
	// ErrLinkHost: shaped like ours and points to a host that isn't: a look-alike (says which host).
	ErrLinkHost = fault.New(fault.Invalid, "credential.link_host")
	// ErrLinkAgency: the Digital Agency's own certificate, whose keys are not published.
	ErrLinkAgency = fault.New(fault.Invalid, "credential.link_agency")
	// ErrLinkDamaged: our host, and characters are missing or wrong.
	ErrLinkDamaged = fault.New(fault.Invalid, "credential.link_damaged")
	// ErrLinkLong: longer than any link of ours.
	ErrLinkLong = fault.New(fault.TooLarge, "credential.link_long")
	// ErrBase: a base address that can't be printed (configuration).
	ErrBase = fault.New(fault.Invalid, "credential.link_base")
)

// Base turns the address of a verification site ("https://q.example.jp") into
// what stands before the Base32 in the QR code ("HTTPS://Q.EXAMPLE.JP/Q#").
func Base(site string) (string, error) {
	base := strings.ToUpper(strings.TrimSuffix(site, "/")) + "/Q#"
	scheme, host, ok := strings.Cut(base, "://")
	host = strings.TrimSuffix(host, "/Q#")
	if !ok || scheme != "HTTP" && scheme != "HTTPS" || !plainHost(host) {
		return "", ErrBase.With("site", site)
	}
	if len(base) > MaxBase {
		return "", ErrBase.With("site", site).Because(fmt.Errorf("%d characters, at most %d", len(base), MaxBase))
	}
	return base, nil
}

// ParseLink reads a scanned or pasted link. allowed are the addresses of the
// sites whose certificates are ours ("https://q.example.jp"); scheme, host and
// port must be one of them. Case doesn't matter, since scanners and mail
// programs change it. It verifies nothing but the shape.
func ParseLink(text string, allowed []string) (Signed, error) {
	text = strings.Trim(text, " \t\r\n")
	if host, like := likeAgency(text); like {
		return nil, ErrLinkHost.With("host", host)
	}
	if len(text) > MaxLink {
		if isAgency(text) {
			return nil, ErrLinkAgency
		}
		return nil, ErrLinkLong
	}
	scheme, rest, ok := strings.Cut(text, "://")
	scheme = strings.ToUpper(scheme)
	if !ok || scheme != "HTTP" && scheme != "HTTPS" {
		return nil, ErrLinkForeign
	}
	if isAgency(text) {
		return nil, ErrLinkAgency
	}
	end := strings.IndexAny(rest, "/?#\\")
	if end < 0 {
		return nil, ErrLinkForeign
	}
	host, path := rest[:end], rest[end:]
	fragment, shaped := cutPath(path)
	if !ours(scheme, host, allowed) {
		if shaped && fragment != "" && !strings.ContainsAny(host, " \t\r\n") {
			return nil, ErrLinkHost.With("host", host)
		}
		return nil, ErrLinkForeign
	}
	if !shaped {
		return nil, ErrLinkForeign
	}
	return ParseFragment(fragment)
}

// ParseFragment reads what stands behind the "#".
func ParseFragment(fragment string) (Signed, error) {
	if len(fragment) > MaxLink {
		return nil, ErrLinkLong
	}
	text := upper(fragment)
	raw, err := b32.DecodeString(text)
	if err != nil || len(raw) == 0 || b32.EncodeToString(raw) != text {
		return nil, ErrLinkDamaged
	}
	return raw, nil
}

// cutPath cuts "/Q#" off, in any case.
func cutPath(path string) (fragment string, ok bool) {
	if len(path) < 3 || upper(path[:3]) != "/Q#" {
		return "", false
	}
	return path[3:], true
}

func ours(scheme, host string, allowed []string) bool {
	if !plainHost(upper(host)) {
		return false
	}
	for _, site := range allowed {
		if upper(strings.TrimSuffix(site, "/")) == scheme+"://"+upper(host) {
			return true
		}
	}
	return false
}

// plainHost reports whether host, upper case, is a name of letters, digits,
// hyphens and dots with an optional port: no user, no escape, no script but ASCII.
func plainHost(host string) bool {
	for _, c := range []byte(host) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != ':' {
			return false
		}
	}
	return host != ""
}

// isAgency recognises the links of the incumbent's certificates (SERVICE §1.6).
func isAgency(text string) bool {
	for _, scheme := range []string{"HTTPS://", "HTTP://"} {
		const site = "DQCVS.NQS.GO.JP/W/?C="
		if p := len(scheme) + len(site); len(text) > p && upper(text[:p]) == scheme+site {
			return true
		}
	}
	return false
}

// likeAgency recognises a link of the incumbent's shape whose host plays at
// being theirs, and returns that host.
func likeAgency(text string) (host string, like bool) {
	scheme, rest, _ := strings.Cut(text[:min(len(text), MaxLink)], "://")
	host, path, _ := strings.Cut(rest, "/")
	u := upper(host)
	const shape = "W/?C="
	like = (upper(scheme) == "HTTPS" || upper(scheme) == "HTTP") && !isAgency(text) && !strings.ContainsAny(host, " \t\r\n?#\\") &&
		len(path) > len(shape) && upper(path[:len(shape)]) == shape && (strings.Contains(u, "DQCVS") || strings.Contains(u, "NQS.GO.JP"))
	return host, like
}

// upper changes ASCII letters only: no other letter becomes an ASCII one.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}
