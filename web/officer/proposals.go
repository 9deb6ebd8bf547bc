package officer

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// ProposalView is one measure that waits for a second person, or was decided.
type ProposalView struct {
	registry.Proposal
	Number string
	Name   string
	By     actor.Actor
}

func (p *Pages) proposals(c *gin.Context) error {
	v, by, err := p.view(c, "/officer/proposals")
	if err != nil {
		return err
	}
	var list []registry.Proposal
	err = p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) error {
		list, err = registry.OpenProposals(tx, by)
		return err
	})
	if err != nil {
		return err
	}
	return web.Page(c, http.StatusOK, ProposalsPage(v, list))
}

func (p *Pages) proposal(c *gin.Context) error { return p.proposalAgain(c, http.StatusOK, nil) }

func (p *Pages) proposalAgain(c *gin.Context, status int, wrong error) error {
	v, by, err := p.view(c, "/officer/proposals")
	if err != nil {
		return err
	}
	it := ProposalView{By: by}
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error {
		if it.Proposal, err = registry.GetProposal(tx, by, c.Param("id")); err != nil {
			return hidden(err)
		}
		r, err := registry.Look(tx, by, it.Registration, "proposal:"+it.ID)
		it.Number, it.Name = r.Number, r.Particulars.Name.String()
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
	}
	v.Back = &page.Link{Href: "/officer/proposals", Text: v.T("officer.nav_proposals")}
	v.Path = it.address()
	return web.Page(c, status, ProposalPage(v, it))
}

func (it ProposalView) address() string { return "/officer/proposals/" + url.PathEscape(it.ID) }

// mine reports whether the reader made this proposal: then somebody else decides.
func (it ProposalView) mine() bool { return it.Proposal.By.Same(it.By) }

func (it ProposalView) open() bool { return it.State == registry.ProposalOpen }

func (it ProposalView) maySecond() bool {
	return it.mayDecline() && !it.mine()
}

// mayDecline reports whether the reader may end the proposal: as a second person,
// or to withdraw it.
func (it ProposalView) mayDecline() bool {
	return it.open() && it.By.May(actor.SecondMeasure, string(it.Body)) == nil
}

func (p *Pages) second(c *gin.Context) error {
	return p.decideProposal(c, "officer.done_second", func(tx *store.Tx, by actor.Actor) error {
		_, err := p.o.Register.Second(tx, by, c.Param("id"))
		return err
	})
}

func (p *Pages) decline(c *gin.Context) error {
	return p.decideProposal(c, "officer.done_decline", func(tx *store.Tx, by actor.Actor) error {
		return p.o.Register.Decline(tx, by, c.Param("id"), c.PostForm("decline_reason"))
	})
}

func (p *Pages) decideProposal(c *gin.Context, done string, do func(*store.Tx, actor.Actor) error) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := web.Form(c); err != nil {
		return err
	}
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error { return do(tx, by) })
	if all, ok := fault.All(err); ok && len(all) > 0 && all[0].Kind() != fault.NotFound {
		f := all[0]
		if errors.Is(f, registry.ErrReason) {
			f = f.At("decline_reason")
		}
		return p.proposalAgain(c, web.Status(f.Kind()), f)
	}
	if err != nil {
		return err
	}
	web.Notice(c, done)
	c.Redirect(http.StatusSeeOther, "/officer/proposals/"+url.PathEscape(c.Param("id")))
	return nil
}

func proposalColumns(v page.View) []page.Column {
	return columns(v, "officer.proposed_at", "officer.measure", "officer.effective_on", "officer.col_state")
}

func proposalRows(v page.View, list []registry.Proposal) [][]page.Cell {
	rows := make([][]page.Cell, len(list))
	for i, p := range list {
		rows[i] = []page.Cell{
			{Text: page.DateTime(v.Lang, p.ProposedAt), Href: "/officer/proposals/" + url.PathEscape(p.ID)},
			{Text: kinds(v, p.Kinds)}, {Text: page.CivilDate(v.Lang, p.EffectiveOn.Int())}, {Text: v.T("officer.proposal_" + p.State.String())},
		}
	}
	return rows
}

func kinds(v page.View, list []registry.ChangeKind) string {
	var out []string
	for _, k := range list {
		out = append(out, v.T("officer.change_"+string(k)))
	}
	return strings.Join(out, and(v))
}

// removalGrounds are the grounds of a removal or revocation, as the register keeps them.
var removalGrounds = []string{"voluntary", "deceased", "disqualified", "misconduct", "error"}

// groundWords is what a ground is called; one of an import is shown as it is.
func groundWords(v page.View, g string) string {
	if page.Has(v.Lang, "officer.ground_"+g) {
		return v.T("officer.ground_" + g)
	}
	return g
}

// grounds are the grounds of a removal or revocation, as the register keeps them.
func grounds(v page.View) []page.Option {
	out := []page.Option{{Value: "", Label: v.T("officer.ground_none"), Chosen: true}}
	for _, g := range removalGrounds {
		out = append(out, page.Option{Value: g, Label: v.T("officer.ground_" + g)})
	}
	return out
}

func (it ProposalView) facts(v page.View) []page.Row {
	rows := []page.Row{
		{Label: v.T("officer.col_registration"), Value: it.Number, Change: ""},
		{Label: v.T("officer.col_name"), Value: it.Name},
		{Label: v.T("officer.measure"), Value: kinds(v, it.Kinds)},
		{Label: v.T("officer.effective_on"), Value: page.CivilDate(v.Lang, it.EffectiveOn.Int())},
	}
	if it.open() {
		today := person.DateAt(v.Now)
		rows = append(rows, page.Row{Label: v.T("officer.effect"), Value: v.T("officer.effect_move",
			"from", v.T("officer.standing_"+it.Before.StandingOn(today).String()), "to", v.T("officer.standing_"+it.After.StandingOn(it.EffectiveOn).String()))})
	}
	if s := it.After.Suspension; !s.From.IsZero() && it.After.End.On.IsZero() {
		rows = append(rows, page.Row{Label: v.T("officer.suspension"), Value: period(v, s.From, s.Until)})
	}
	if g := it.After.End.Reason; g != "" {
		rows = append(rows, page.Row{Label: v.T("officer.ground"), Value: groundWords(v, g)})
	}
	rows = append(rows,
		page.Row{Label: v.T("officer.why"), Value: it.Cause.Reason},
		page.Row{Label: v.T("officer.proposed_by"), Value: v.T(yes(it.mine(), "officer.proposed_by_me", "officer.colleague"))},
		page.Row{Label: v.T("officer.proposed_at"), Value: page.DateTime(v.Lang, it.ProposedAt)},
		page.Row{Label: v.T("officer.col_state"), Value: v.T("officer.proposal_" + it.State.String())})
	if !it.DecidedAt.IsZero() {
		rows = append(rows, page.Row{Label: v.T("officer.decided_by"), Value: v.T(yes(it.Decider.Same(it.By), "officer.proposed_by_me", "officer.colleague"))},
			page.Row{Label: v.T("officer.decided_at"), Value: page.DateTime(v.Lang, it.DecidedAt)})
	}
	if it.Note != "" {
		rows = append(rows, page.Row{Label: v.T("officer.decline_reason"), Value: it.Note})
	}
	return rows
}
