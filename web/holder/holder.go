// Package holder is the room for people who hold a qualification: what the
// register says of them, applications, payment, certificates, messages and
// settings. It shows and asks; what happens is done by the services. Whatever
// belongs to somebody else is not found.
package holder

import (
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/notice"
	"qualsys/issue/payment"
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
	Sessions     *web.Sessions
	// Speak remembers in the browser which language was chosen; nil leaves the
	// pages' language alone.
	Speak func(c *gin.Context, to page.Lang)
	// Demo shows the band that says that all people are invented.
	Demo bool
}

// Pages serves the room.
type Pages struct{ o Options }

// New returns the room.
func New(o Options) *Pages { return &Pages{o} }

// The bounds of routes that carry a file or make one.
const (
	uploadBody = 12 << 20
	uploadTime = 60 * time.Second
	makingTime = 60 * time.Second
)

// Routes are the room's entries in the route table.
func (p *Pages) Routes() []web.Route {
	var routes []web.Route
	for _, part := range [][]web.Route{p.registrationRoutes(), p.applicationRoutes(), p.certificateRoutes(), p.accountRoutes()} {
		routes = append(routes, part...)
	}
	return routes
}

func (p *Pages) registrationRoutes() []web.Route {
	return []web.Route{
		p.get("/my", p.home),
		p.get("/my/link", p.linkForm),
		p.post("/my/link", p.link),
		p.get("/my/registrations/:id", p.registration),
		p.post("/my/registrations/:id/certificate", p.makeCertificate).Limited(64<<10, makingTime),
		p.get("/my/registrations/:id/change", p.beforeChange),
		p.post("/my/registrations/:id/change", p.startChange),
		p.get("/my/registrations/:id/loss", p.lossForm),
		p.post("/my/registrations/:id/loss", p.reportLoss),
		p.get("/my/registrations/:id/unlink", p.unlinkForm),
		p.post("/my/registrations/:id/unlink", p.unlink),
	}
}

func (p *Pages) applicationRoutes() []web.Route {
	return []web.Route{
		p.get("/my/applications/:id", p.application),
		p.post("/my/applications/:id", p.saveDraft),
		p.post("/my/applications/:id/submit", p.submitDraft),
		p.get("/my/applications/:id/discard", p.discardForm),
		p.post("/my/applications/:id/discard", p.discard),
		p.get("/my/applications/:id/withdraw", p.withdrawForm),
		p.post("/my/applications/:id/withdraw", p.withdraw),
		p.post("/my/applications/:id/pay", p.pay),
		p.get("/my/applications/:id/items/:item", p.returnedItem),
		p.post("/my/applications/:id/items/:item", p.answerItem).Limited(uploadBody, uploadTime),
		p.post("/my/applications/:id/resubmit", p.resubmit),
		p.post("/my/applications/:id/copy", p.copyDraft),
		p.get("/my/applications/:id/receipt", p.receipt),
	}
}

func (p *Pages) certificateRoutes() []web.Route {
	return []web.Route{
		p.get("/my/certificates/:id", p.certificate),
		p.get("/my/certificates/:id/file", p.certificateFile),
		p.get("/my/certificates/:id/show", p.showCertificate),
	}
}

func (p *Pages) accountRoutes() []web.Route {
	return []web.Route{
		p.get("/my/inbox", p.inbox),
		p.post("/my/inbox/read", p.readAll),
		p.get("/my/inbox/:id", p.message),
		p.get("/my/settings", p.settings),
		p.post("/my/settings/language", p.setLanguage),
		p.get("/my/settings/email", p.emailForm),
		p.post("/my/settings/email", p.askEmail),
		p.get("/my/settings/code", p.codeForm),
		p.post("/my/settings/code", p.confirmEmail),
		p.get("/my/settings/email/remove", p.removeEmailForm),
		p.post("/my/settings/email/remove", p.removeEmail),
		p.get("/my/sessions", p.sessions),
		p.post("/my/sessions/end", p.endSession),
		p.post("/my/sessions/end-others", p.endOthers),
	}
}

func (p *Pages) get(path string, do func(visit) error) web.Route {
	return web.GET(path, web.Holders, p.visit(do))
}

func (p *Pages) post(path string, do func(visit) error) web.Route {
	return web.POST(path, web.Holders, p.visit(do))
}
