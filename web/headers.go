package web

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"qualsys/web/identity"
)

// headers sets what every answer carries: nothing from elsewhere may run, be
// shown or frame us, nothing is kept unless a handler says it may be.
func (e *Engine) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", e.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if e.secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	c.Next()
}

// policyOf is the content security policy; forms may lead to the configured
// payment and identity origins, since browsers apply form-action to redirects too.
func policyOf(o Options) string {
	origins := slices.Clone(o.FormOrigins)
	for _, p := range []*identity.Party{o.Holders, o.Officers} {
		if p != nil {
			origins = append(origins, p.Origin())
		}
	}
	slices.Sort(origins)
	form := append([]string{"'self'"}, slices.Compact(origins)...)
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; form-action " + strings.Join(form, " ") +
		"; frame-ancestors 'none'; base-uri 'none'"
}
