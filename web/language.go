package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/web/page"
)

const languageCookie = "qualsys-language"

// Language returns the reader's language: what the visitor chose, else what the
// browser asks for, else Japanese.
func Language(c *gin.Context) page.Lang {
	if chosen, err := c.Cookie(languageCookie); err == nil && (chosen == "ja" || chosen == "en") {
		return page.ParseLang(chosen)
	}
	accept := c.GetHeader("Accept-Language")
	if len(accept) > 200 {
		return page.Ja
	}
	return page.MatchLang(accept)
}

// SetLanguage remembers the visitor's choice in the browser for a year.
func (e *Engine) SetLanguage(c *gin.Context, to page.Lang) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: languageCookie, Value: string(page.ParseLang(string(to))), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		Secure: e.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// setLanguage answers the form with which a visitor changes the language.
func (e *Engine) setLanguage(c *gin.Context) error {
	if err := Form(c); err != nil {
		return err
	}
	e.SetLanguage(c, page.ParseLang(c.Request.PostForm.Get("lang")))
	c.Redirect(http.StatusSeeOther, LocalPath(c.Request.PostForm.Get("return"), "/"))
	return nil
}
