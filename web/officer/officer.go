// Package officer is the room for the staff of a body: the queue of
// applications, the case page, links to decide, the register, and measures that
// need two persons. It shows and asks; what happens is done by the services.
package officer

import (
	"github.com/gin-gonic/gin"

	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/notice"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/page"
)

// Options are the services behind the pages.
type Options struct {
	DB           *store.DB
	Applications *application.Service
	Payments     *payment.Payments
	Certificates *issue.Issuer
	Notices      *notice.Notices
	Links        *linking.Linking
	Register     *registry.Register
}

// Pages serves the room.
type Pages struct{ o Options }

// New returns the room.
func New(o Options) *Pages { return &Pages{o} }

// Who may come in where. The services check again, and for the body.
var (
	staff     = web.Officers(actor.Reviewer, actor.Registrar, actor.Supervisor)
	reviewers = web.Officers(actor.Reviewer, actor.Supervisor)
	proposers = web.Officers(actor.Registrar)
	seconders = web.Officers(actor.Registrar, actor.Supervisor)
	printers  = web.Officers(actor.Reviewer, actor.Registrar)
)

// Routes are the room's entries in the route table.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		web.GET("/officer", staff, p.queue),
		web.GET(rulesPath, staff, p.ahead),
		web.GET("/officer/applications/:id", staff, p.showCase),
		web.GET("/officer/applications/:id/attachments/:attachment", staff, p.attachment),
		web.POST("/officer/applications/:id/:step", reviewers, p.step),
		web.GET("/officer/links", reviewers, p.links),
		web.GET("/officer/links/:id", reviewers, p.link),
		web.POST("/officer/links/:id/:step", reviewers, p.decideLink),
		web.GET("/officer/registrations", staff, p.search),
		web.GET("/officer/registrations/:id", staff, p.registration),
		web.POST("/officer/registrations/:id/propose", proposers, p.propose),
		web.GET("/officer/proposals", staff, p.proposals),
		web.GET("/officer/proposals/:id", staff, p.proposal),
		web.POST("/officer/proposals/:id/second", seconders, p.second),
		web.POST("/officer/proposals/:id/decline", seconders, p.decline),
		web.GET("/officer/refusals", printers, p.refusals),
		web.GET("/officer/money", staff, p.money),
		web.POST("/officer/money/:id/done", reviewers, p.moneyDone),
		web.POST("/officer/money/:id/sent", reviewers, p.taxNoticeSent),
	}
}

// counts are what waits, for the navigation.
type counts struct{ Cases, Links, Proposals, Money int }

// view returns what every page of the room is told.
func (p *Pages) view(c *gin.Context, here string) (page.View, actor.Actor, error) {
	by, err := web.Actor(c)
	if err != nil {
		return page.View{}, by, err
	}
	v := web.View(c)
	v.Wide = true
	var n counts
	err = p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) error {
		if body, err := registry.GetBody(tx, registry.BodyID(by.Body)); err == nil && v.User != nil {
			v.User.Body = body.Name
			if v.Lang == page.En {
				v.User.Body = body.English
			}
		}
		n, err = p.count(tx, by)
		return err
	})
	v.Nav = navigation(v, by, here, n)
	return v, by, err
}

// count counts what waits for this officer; what the officer's roles don't reach
// counts nothing.
func (p *Pages) count(tx *store.Tx, by actor.Actor) (n counts, err error) {
	if n.Cases, err = p.o.Applications.Waiting(tx, by); err != nil {
		return n, err
	}
	if may(by, actor.DecideLink) {
		links, err := p.o.Links.Requests(tx, by)
		if err != nil {
			return n, err
		}
		n.Links = len(links)
	}
	proposals, err := registry.OpenProposals(tx, by)
	if err != nil {
		return n, err
	}
	tasks, err := p.o.Payments.Tasks(tx, by.Body)
	if err != nil {
		return n, err
	}
	notices, err := p.o.Payments.TaxNotices(tx, by.Body, false)
	n.Proposals, n.Money = len(proposals), len(tasks)+len(notices)
	return n, err
}

// navigation leads to what the officer's roles open.
func navigation(v page.View, by actor.Actor, here string, n counts) []page.NavLink {
	var nav []page.NavLink
	for _, l := range []struct {
		href, code string
		needs      actor.Action
		count      int
	}{
		{"/officer", "officer.nav_queue", actor.ViewApplication, n.Cases},
		{"/officer/links", "officer.nav_links", actor.DecideLink, n.Links},
		{"/officer/registrations", "officer.nav_register", actor.SearchRegistration, 0},
		{"/officer/proposals", "officer.nav_proposals", actor.SearchRegistration, n.Proposals},
		{"/officer/money", "officer.nav_money", actor.ViewApplication, n.Money},
		{"/officer/refusals", "officer.nav_refusals", actor.IssueCertificate, 0},
	} {
		if may(by, l.needs) {
			nav = append(nav, page.NavLink{Link: page.Link{Href: l.href, Text: v.T(l.code)}, Here: l.href == here, Count: l.count})
		}
	}
	return nav
}
