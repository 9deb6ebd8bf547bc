package web

import (
	"net/url"
	"strings"
)

// LocalPath returns to when it is a path of this site, with its query and
// without a fragment, and otherwise, instead of leading people elsewhere
// (SECURITY T06), the given path.
func LocalPath(to, otherwise string) string {
	if len(to) == 0 || len(to) > 2000 || to[0] != '/' || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\\t\r\n") || strings.ContainsFunc(to, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return otherwise
	}
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" || strings.HasPrefix(u.Path, "//") ||
		strings.Contains(u.Path, "\\") {
		return otherwise
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}
