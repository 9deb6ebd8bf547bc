package officer

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/application/linking"
	"qualsys/registry"
	"qualsys/web"
	"qualsys/web/page"
)

// LinksView is the list of requests to link a login to a registration.
type LinksView struct {
	Requests []linking.Request
	// Registers are the qualifications' names by register number.
	Registers map[registry.RegisterNo]string
}

// LinkView is one request with the registrations that it may be about.
type LinkView struct {
	linking.Request
	Candidates []linking.Candidate
	Register   string // the qualification's name
}

func (p *Pages) registerNames(tx *store.Tx, lang page.Lang, body string) (map[registry.RegisterNo]string, error) {
	names, err := qualificationNames(tx, lang)
	if err != nil {
		return nil, err
	}
	registers, err := registry.Registers(tx, registry.BodyID(body))
	if err != nil {
		return nil, err
	}
	out := map[registry.RegisterNo]string{}
	for _, r := range registers {
		out[r.No] = names[r.Qualification]
	}
	return out, nil
}

func (p *Pages) links(c *gin.Context) error {
	v, by, err := p.view(c, "/officer/links")
	if err != nil {
		return err
	}
	var it LinksView
	err = p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) error {
		if it.Requests, err = p.o.Links.Requests(tx, by); err != nil {
			return err
		}
		it.Registers, err = p.registerNames(tx, v.Lang, by.Body)
		return err
	})
	if err != nil {
		return err
	}
	return web.Page(c, http.StatusOK, LinksPage(v, it))
}

func (p *Pages) link(c *gin.Context) error { return p.linkAgain(c, http.StatusOK, nil) }

func (p *Pages) linkAgain(c *gin.Context, status int, wrong error) error {
	v, by, err := p.view(c, "/officer/links")
	if err != nil {
		return err
	}
	var it LinkView
	// looking at a person's particulars is recorded, so this writes
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error {
		if it.Request, it.Candidates, err = p.o.Links.Request(tx, by, c.Param("id")); err != nil {
			return hidden(err)
		}
		names, err := p.registerNames(tx, v.Lang, by.Body)
		it.Register = names[it.Request.Register]
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		shown, ok := v.With(wrong, c.Request.PostForm)
		if !ok {
			return wrong
		}
		v = shown
		v.Typed.Set(noteKey, "note_"+c.Param("step"))
	}
	v.Back = &page.Link{Href: "/officer/links", Text: v.T("officer.nav_links")}
	v.Path = it.address()
	return web.Page(c, status, LinkPage(v, it))
}

func (it LinkView) address() string { return "/officer/links/" + url.PathEscape(it.ID) }

func (p *Pages) decideLink(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := web.Form(c); err != nil {
		return err
	}
	id, note := c.Param("id"), c.PostForm("note")
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error {
		switch c.Param("step") {
		case "approve":
			return p.o.Links.Approve(tx, by, id, registry.ID(c.PostForm("registration")), note)
		case "refuse":
			return p.o.Links.Refuse(tx, by, id, note)
		}
		return web.ErrNoPage
	})
	if all, ok := fault.All(err); ok && len(all) > 0 && all[0].Kind() != fault.NotFound {
		f := all[0]
		if f.Field() == "note" {
			f = f.At("note_" + c.Param("step"))
		}
		return p.linkAgain(c, web.Status(f.Kind()), f)
	}
	if err != nil {
		return err
	}
	web.Notice(c, "officer.done_link_"+c.Param("step"))
	c.Redirect(http.StatusSeeOther, "/officer/links")
	return nil
}

func (it LinksView) rows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Requests))
	for i, r := range it.Requests {
		rows[i] = []page.Cell{
			{Text: page.DateTime(v.Lang, r.AskedAt), Href: "/officer/links/" + url.PathEscape(r.ID)},
			{Shown: page.Masked(v, r.Name.String())}, {Text: it.Registers[r.Register]}, {Text: v.T("officer.link_reason_" + string(r.Reason))},
		}
	}
	return rows
}

// compare puts what the card says beside what the register says.
func (it LinkView) compare(v page.View, c linking.Candidate) []page.Change {
	rows := []page.Change{
		{Label: v.T("officer.col_name"), From: it.Name.String(), To: c.Particulars.Name.String()},
		{Label: v.T("officer.birth"), From: page.CivilDate(v.Lang, it.BirthDate.Int()), To: page.CivilDate(v.Lang, c.Particulars.BirthDate.Int())},
		{Label: v.T("officer.col_registration"), From: it.Number, To: c.Number},
	}
	if !c.Particulars.Address.IsZero() {
		rows = append(rows, page.Change{Label: v.T("officer.address"), From: it.Address.String(), To: c.Particulars.Address.String()})
	}
	return rows
}

// options are the registrations that may be meant, one of which is to be chosen.
func (it LinkView) options(v page.View) []page.Option {
	out := make([]page.Option, len(it.Candidates))
	for i, c := range it.Candidates {
		out[i] = page.Option{Value: string(c.ID), Label: v.T("officer.link_candidate", "number", c.Number)}
	}
	return out
}
