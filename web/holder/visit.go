package holder

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/page"
)

// How long ago somebody may have proved who they are at most, for what could be
// used to take over an account (SECURITY T48): when such a form is opened, and
// when it is sent. Between the two lies the time to fill it in, so that nothing
// typed is lost to another login.
const (
	stepUpToOpen = 10 * time.Minute
	stepUpToSend = 15 * time.Minute
)

// visit is one request of a holder.
type visit struct {
	c   *gin.Context
	ctx context.Context
	by  actor.Actor
	p   *Pages
}

func (p *Pages) visit(do func(visit) error) web.Handler {
	return func(c *gin.Context) error {
		by, err := web.Actor(c)
		if err != nil {
			return err
		}
		return do(visit{c, c.Request.Context(), by, p})
	}
}

// id is the thing that the address names.
func (v visit) id() string { return v.c.Param("id") }

// read runs f in one look at the database.
func (v visit) read(f func(tx *store.Tx) error) error { return v.p.o.DB.Read(v.ctx, f) }

// write runs f in one transaction.
func (v visit) write(f func(tx *store.Tx) error) error { return v.p.o.DB.Write(v.ctx, f) }

// form reads what was sent.
func (v visit) form() (url.Values, error) {
	if err := web.Form(v.c); err != nil {
		return nil, err
	}
	return v.c.Request.PostForm, nil
}

// to leads on after something was done.
func (v visit) to(path string) error {
	v.c.Redirect(http.StatusSeeOther, path)
	return nil
}

// fresh refuses what wants a login of a moment ago.
func (v visit) fresh() error {
	max := stepUpToOpen
	if v.c.Request.Method == http.MethodPost {
		max = stepUpToSend
	}
	return web.Fresh(v.c, v.p.o.DB.Clock().Now(), max)
}

// view is what every page of the room is told; here marks the navigation.
func (v visit) view(here string) (page.View, error) {
	view := web.View(v.c)
	view.Demo = view.Demo || v.p.o.Demo
	unread := 0
	err := v.read(func(tx *store.Tx) (err error) {
		unread, err = v.p.o.Notices.Unread(tx, v.by)
		return err
	})
	view.Nav = page.HolderNav(view.Lang, here, unread)
	return view, err
}

// show sends a page.
func (v visit) show(what templ.Component) error { return web.Page(v.c, http.StatusOK, what) }

// again sends a form back with what is wrong and all that was typed. what makes
// the page; an error that is no fault, or about something that is not there, is
// answered as such.
func (v visit) again(err error, typed url.Values, here string, what func(page.View) templ.Component) error {
	view, verr := v.view(here)
	if verr != nil {
		return verr
	}
	view, ok := view.With(err, typed)
	if !ok || len(view.Faults) == 0 || mine(view.Faults[0].Kind()) {
		return err
	}
	return web.Page(v.c, web.Status(view.Faults[0].Kind()), what(view))
}

// mine reports whether a fault of this kind is answered by the ground and not
// by the form.
func mine(k fault.Kind) bool { return k == fault.NotFound || k == fault.Unauthenticated }

// number reads the version that a form carries; what is none counts as 0, which
// no application has: it is answered as a stale form.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// back makes the way back.
func back(href, text string) *page.Link { return &page.Link{Href: href, Text: text} }

// asPage binds the values of a page, so that it can be made for the view with
// the faults.
func asPage[T any](what func(page.View, T) templ.Component, values T) func(page.View) templ.Component {
	return func(v page.View) templ.Component { return what(v, values) }
}

// atField puts the faults of err that name no field at the one given.
func atField(err error, field string) error {
	faults, ok := fault.All(err)
	if !ok {
		return err
	}
	for n, f := range faults {
		if f.Field() == "" {
			faults[n] = f.At(field)
		}
	}
	return faults.Err()
}
