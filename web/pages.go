package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"qualsys/registry/actor"
	"qualsys/web/page"
)

const (
	engineKey    = "qualsys.engine"
	noticeCookie = "qualsys-notice"
)

// engine returns the engine that serves c.
func engine(c *gin.Context) *Engine {
	e, _ := c.MustGet(engineKey).(*Engine)
	return e
}

// View returns what every page is told: language, path, area, who is logged in,
// the notice left by the step before, and the time. The room sets title and navigation.
func View(c *gin.Context) page.View {
	e := engine(c)
	v := page.View{Lang: Language(c), Area: page.Public, Now: e.o.DB.Clock().Now(), Demo: e.o.Demo}
	if c.Request.Method == http.MethodGet || e.hasForm(c) {
		v.Path = c.Request.URL.RequestURI()
	}
	switch {
	case strings.HasPrefix(c.FullPath(), "/officer"):
		v.Area = page.Officer
	case strings.HasPrefix(c.FullPath(), "/my"):
		v.Area = page.Holder
	}
	if l, err := Login(c); err == nil {
		v.User = &page.User{Name: l.Name.String()}
		if l.Kind == actor.KindOfficer {
			v.User.Body = l.Body
		}
	}
	v.Notice = takeNotice(c, v.Lang)
	return v
}

// Page renders what is given whole and sends it with the status.
func Page(c *gin.Context, status int, what templ.Component) error {
	b, err := page.Render(context.WithoutCancel(c.Request.Context()), what)
	if err != nil {
		return fmt.Errorf("web: render: %w", err)
	}
	c.Header("Content-Language", string(Language(c)))
	c.Data(status, "text/html; charset=utf-8", b)
	return nil
}

// Form reads the request's form, bounded by the route's limit. ErrForm when it
// is none.
func Form(c *gin.Context) error {
	if err := c.Request.ParseForm(); err != nil {
		return formFault(err)
	}
	return nil
}

// Notice leaves one sentence, by its message code, for the page that the
// visitor is led to next.
func Notice(c *gin.Context, code string) { noticeTo(c, code, 60) }

func noticeTo(c *gin.Context, code string, maxAge int) {
	engine(c).sessions.setCookie(c, noticeCookie, code, maxAge)
}

// takeNotice reads what Notice left. Only codes with a sentence are shown, so
// that a forged cookie can say nothing of its own.
func takeNotice(c *gin.Context, lang page.Lang) string {
	code, err := c.Cookie(noticeCookie)
	if err != nil || code == "" || !page.Has(lang, code) {
		return ""
	}
	noticeTo(c, "", -1)
	return page.Text(lang, code, nil)
}
