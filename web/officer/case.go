package officer

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/issue/application"
	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/page"
)

// CaseView is what the case page shows.
type CaseView struct {
	application.Case
	// Names are the qualifications' names by code, in the reader's language.
	Names map[string]string
	By    actor.Actor
	// Next is the case to look at after this one; "" when there is none.
	Next string
	// Tried is the step that was tried and did not succeed: its form stands open.
	Tried string
	// Preview is what the holder will read, when an officer is about to return
	// the case; Picked are the items that it is made of.
	Preview []string
	Picked  []application.ReturnRequest
	// Refusal is what the holder will read, when an officer is about to refuse
	// or to close the case; the step is in Tried.
	Refusal *application.Rejection
}

func (p *Pages) showCase(c *gin.Context) error {
	return p.caseAgain(c, http.StatusOK, nil, nil)
}

// caseAgain shows the case as it is now, with what was wrong and what was typed.
func (p *Pages) caseAgain(c *gin.Context, status int, wrong error, fill func(*CaseView)) error {
	v, by, err := p.view(c, "/officer")
	if err != nil {
		return err
	}
	it := CaseView{By: by, Tried: c.Param("step")}
	if it.Case, err = p.o.Applications.Case(c.Request.Context(), by, c.Param("id")); err != nil {
		return err
	}
	if it.Next, err = p.o.Applications.Next(c.Request.Context(), by, it.ID); err != nil {
		return err
	}
	if it.Names, err = p.names(c, v.Lang); err != nil {
		return err
	}
	v.Typed = c.Request.PostForm
	if fill != nil {
		fill(&it)
	}
	if wrong != nil {
		shown, ok := v.With(inWords(v, wrong), c.Request.PostForm)
		if !ok {
			return wrong
		}
		v = shown
	}
	v.Back = &page.Link{Href: "/officer", Text: v.T("officer.nav_queue")}
	v.Path, v.Scripts = it.address(), []string{"officer.js"}
	c.Header("Speculation-Rules", `"`+rulesPath+`"`)
	return web.Page(c, status, CasePage(v, it))
}

// inWords says what a fault means on the page that shows the case anew: which
// rules of the gate do not hold, in words, and that the case has moved.
func inWords(v page.View, err error) error {
	all, ok := fault.All(err)
	switch {
	case !ok || len(all) == 0:
		return err
	case errors.Is(all[0], application.ErrStale):
		return ErrMoved
	case !errors.Is(all[0], application.ErrGate):
		return err
	}
	numbers, _ := all[0].Params()["rules"].(string)
	var words []string
	for _, f := range application.Gate(application.Facts{}) {
		if slices.Contains(strings.Split(numbers, ", "), f.Rule) {
			words = append(words, f.Words(string(v.Lang)))
		}
	}
	return all[0].With("rules", strings.Join(words, and(v)))
}

// ErrMoved: the case has changed since the officer saw it; the page shows it as
// it is now, with what was typed.
var ErrMoved = fault.New(fault.Conflict, "officer.case_moved")

// rulesPath is where browsers read what they may load ahead.
const rulesPath = "/officer/ahead.json"

// rules lets a browser load the next case when an officer is about to open it:
// pointed at or pressed, not sooner, because opening a case is put on record.
const rules = `{"prefetch":[{"source":"document","where":{"selector_matches":"a[data-next]"},"eagerness":"moderate"}]}`

// ahead tells browsers what they may load ahead (Speculation-Rules).
func (p *Pages) ahead(c *gin.Context) error {
	c.Data(http.StatusOK, "application/speculationrules+json", []byte(rules))
	return nil
}

// attachment sends a file that the holder gave, never to be shown inside our pages.
func (p *Pages) attachment(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	a, data, err := p.o.Applications.Attachment(c.Request.Context(), by, c.Param("id"), c.Param("attachment"))
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="`+a.Name+`"`)
	c.Header("Content-Security-Policy", "sandbox; default-src 'none'")
	c.Data(http.StatusOK, a.Type, data)
	return nil
}

func caseAddress(id string) string { return "/officer/applications/" + url.PathEscape(id) }

func (it CaseView) address() string { return caseAddress(it.ID) }

func (it CaseView) action(step string) string { return it.address() + "/" + step }

func (it CaseView) version() string { return strconv.Itoa(it.Version) }

func (it CaseView) mayDecide() bool {
	return it.By.May(actor.DecideApplication, string(it.Body)) == nil
}

// deciding reports whether the officer can do anything to the case now.
func (it CaseView) deciding() bool {
	return it.mayDecide() && !it.Own && it.OfficerCan != (application.OfficerCan{})
}

// approving reports whether the decision bar has its main button.
func (it CaseView) approving() bool {
	return it.deciding() && it.OfficerCan.Approve && len(it.Preview) == 0 && it.Refusal == nil
}

// hidden turns what belongs to another body, or is not this officer's to see,
// into what is not there: an address tells nobody that it exists.
func hidden(err error) error {
	if errors.Is(err, fault.Forbidden) {
		return web.ErrNoPage
	}
	return err
}
