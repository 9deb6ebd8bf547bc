package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"qualsys/registry/actor"
	"qualsys/web/identity"
)

func (e *Engine) loginRoutes() []Route {
	return []Route{
		GET("/login", Everybody, e.beginLogin(actor.KindHolder, "/login")),
		GET("/login/callback", Everybody, e.finishLogin(actor.KindHolder, "/login")),
		GET("/officer/login", Everybody, e.beginLogin(actor.KindOfficer, "/officer/login")),
		GET("/officer/login/callback", Everybody, e.finishLogin(actor.KindOfficer, "/officer/login")),
		POST("/logout", Everybody, e.logout),
		POST("/language", Everybody, e.setLanguage),
	}
}

func (e *Engine) party(kind actor.Kind) (*identity.Party, error) {
	p := e.o.Holders
	if kind == actor.KindOfficer {
		p = e.o.Officers
	}
	if p == nil {
		return nil, ErrNoLogin
	}
	return p, nil
}

// attemptCookie holds the secret that ties a login attempt to this browser.
func (e *Engine) attemptCookie() string {
	if e.secure {
		return "__Host-qualsys-attempt"
	}
	return "qualsys-attempt"
}

// browser returns the browser's attempt secret, a new one when it has none: two
// tabs may log in at once.
func (e *Engine) browser(c *gin.Context) string {
	if s, err := c.Cookie(e.attemptCookie()); err == nil {
		if b, err := base64.RawURLEncoding.DecodeString(s); err == nil && len(b) == 32 {
			return s
		}
	}
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// beginLogin sends the browser to the identity provider.
func (e *Engine) beginLogin(kind actor.Kind, at string) Handler {
	return func(c *gin.Context) error {
		p, err := e.party(kind)
		if err != nil {
			return err
		}
		start := identity.Start{
			Return: LocalPath(c.Query("return"), home(at)), Language: string(Language(c)), Browser: e.browser(c),
		}
		if c.Query("fresh") == "1" {
			start.Fresh = true
			if v, err := e.sessions.visitor(c, kind); err == nil {
				start.Login = v.login.ID
			}
		}
		address, err := p.Begin(c.Request.Context(), start)
		if err != nil {
			return err
		}
		e.sessions.setCookie(c, e.attemptCookie(), start.Browser, 900)
		c.Redirect(http.StatusSeeOther, address)
		return nil
	}
}

// finishLogin takes what the identity provider sent the browser back with.
func (e *Engine) finishLogin(kind actor.Kind, at string) Handler {
	return func(c *gin.Context) error {
		p, err := e.party(kind)
		if err != nil {
			return err
		}
		browser, err := c.Cookie(e.attemptCookie())
		if err != nil {
			browser = ""
		}
		login, start, err := p.Finish(c.Request.Context(), browser, c.Request.URL.Query())
		if err != nil {
			again := url.Values{"return": {LocalPath(start.Return, home(at))}}
			if start.Fresh {
				again.Set("fresh", "1")
			}
			c.Set(loginAgainKey, at+"?"+again.Encode())
			return err
		}
		if e.o.Welcome != nil {
			if err := e.o.Welcome(c.Request.Context(), login); err != nil {
				return err
			}
		}
		if err := e.sessions.begin(c, login); err != nil {
			return err
		}
		c.Redirect(http.StatusSeeOther, LocalPath(start.Return, home(at)))
		return nil
	}
}

// logout ends the sessions of this browser, the holder's and the officer's.
func (e *Engine) logout(c *gin.Context) error {
	for _, kind := range []actor.Kind{actor.KindHolder, actor.KindOfficer} {
		if err := e.sessions.end(c, kind); err != nil {
			return err
		}
	}
	c.Redirect(http.StatusSeeOther, "/")
	return nil
}
