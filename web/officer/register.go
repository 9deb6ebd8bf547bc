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
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// SearchView is the search in the body's registers and what it found.
type SearchView struct {
	Number, Name, Birth string
	Asked               bool
	Found               []registry.Registration
	Names               map[string]string
}

// found is how many registrations a search shows; one more tells that there are more.
const found = 50

func (p *Pages) search(c *gin.Context) error {
	v, by, err := p.view(c, "/officer/registrations")
	if err != nil {
		return err
	}
	it := SearchView{Number: strings.TrimSpace(c.Query("number")), Name: strings.TrimSpace(c.Query("name")), Birth: strings.TrimSpace(c.Query("birth"))}
	it.Asked = it.Number != "" || it.Name != "" || it.Birth != ""
	v.Path = "/officer/registrations" // the query holds personal data
	if it.Names, err = p.names(c, v.Lang); err != nil {
		return err
	}
	if it.Asked {
		v, err = p.find(c, v, by, &it)
	}
	if err != nil {
		return err
	}
	return web.Page(c, http.StatusOK, SearchPage(v, it))
}

func (p *Pages) find(c *gin.Context, v page.View, by actor.Actor, it *SearchView) (page.View, error) {
	q := registry.Query{Number: it.Number, Name: it.Name, Limit: found}
	if it.Birth != "" {
		d, err := person.ParseDate(it.Birth)
		if err != nil {
			shown, ok := v.With(at(err, "birth"), nil)
			if !ok {
				return v, err
			}
			return shown, nil
		}
		q.BirthDate = d
	}
	err := p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) (err error) {
		it.Found, err = registry.Search(tx, by, q)
		return err
	})
	if shown, ok := v.With(err, nil); err != nil && ok {
		return shown, nil
	}
	return v, err
}

func (it SearchView) rows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Found))
	for i, r := range it.Found {
		rows[i] = []page.Cell{
			{Text: r.Number, Href: registrationAddress(r.ID)}, {Shown: page.Masked(v, r.Particulars.Name.String())},
			{Text: it.Names[r.Qualification]}, {Text: page.CivilDate(v.Lang, r.RegisteredOn.Int())},
			{Text: v.T("officer.standing_" + r.Standing.String())},
		}
	}
	return rows
}

// RegistrationView is one registration as an officer of its body sees it.
type RegistrationView struct {
	registry.Registration
	Name         string // of the qualification
	History      []registry.Entry
	Certificates []issue.Certificate
	Proposals    []registry.Proposal
	By           actor.Actor
	// Term is what the law of the qualification calls the present standing.
	Term string
}

func (p *Pages) registration(c *gin.Context) error {
	return p.registrationAgain(c, http.StatusOK, nil)
}

func (p *Pages) registrationAgain(c *gin.Context, status int, wrong error) error {
	v, by, err := p.view(c, "/officer/registrations")
	if err != nil {
		return err
	}
	it := RegistrationView{By: by}
	id := registry.ID(c.Param("id"))
	// looking at a person is recorded, so this writes
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error { return p.gather(tx, v.Lang, by, id, &it) })
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
	v.Back = &page.Link{Href: "/officer/registrations", Text: v.T("officer.nav_register")}
	v.Path = it.address()
	return web.Page(c, status, RegistrationPage(v, it))
}

func (p *Pages) gather(tx *store.Tx, lang page.Lang, by actor.Actor, id registry.ID, it *RegistrationView) (err error) {
	if it.Registration, err = registry.Look(tx, by, id, "officer: registration page"); err != nil {
		return hidden(err)
	}
	names, err := qualificationNames(tx, lang)
	if err != nil {
		return err
	}
	it.Name = names[it.Qualification]
	q, err := registry.QualificationOf(tx, it.Qualification, person.DateAt(tx.Now))
	if err != nil {
		return err
	}
	it.Term = q.Term(it.Standing)
	if it.History, err = registry.History(tx, id); err != nil {
		return err
	}
	if it.Proposals, err = registry.ProposalsFor(tx, by, it.Registration); err != nil {
		return err
	}
	it.Certificates, err = p.o.Certificates.List(tx, by, id)
	return err
}

func (it RegistrationView) address() string {
	return registrationAddress(it.ID)
}

func registrationAddress(id registry.ID) string {
	return "/officer/registrations/" + url.PathEscape(string(id))
}

func (it RegistrationView) mayPropose() bool {
	return it.By.May(actor.ProposeMeasure, string(it.Body)) == nil
}

func standingKind(s registry.Standing) page.Kind {
	switch s {
	case registry.Active:
		return page.Success
	case registry.Suspended:
		return page.Warning
	}
	return page.Alarm
}

func (it RegistrationView) facts(v page.View) []page.Row {
	p := it.Particulars
	rows := []page.Row{
		{Label: v.T("officer.col_qualification"), Value: it.Name},
		{Label: v.T("officer.col_registration"), Value: it.Number},
		{Label: v.T("officer.col_name"), Value: p.Name.String()},
		{Label: v.T("officer.kana"), Value: p.Kana.String()},
		{Label: v.T("officer.birth"), Value: page.CivilDate(v.Lang, p.BirthDate.Int())},
		{Label: v.T("officer.domicile"), Value: p.Domicile.String()},
		{Label: v.T("officer.address"), Value: p.Address.String()},
		{Label: v.T("officer.registered_on"), Value: page.CivilDate(v.Lang, it.RegisteredOn.Int())},
		{Label: v.T("officer.version"), Value: strconv.Itoa(it.Version)},
	}
	if !it.Suspension.From.IsZero() {
		rows = append(rows, page.Row{Label: v.T("officer.suspension"), Value: period(v, it.Suspension.From, it.Suspension.Until)})
	}
	return rows
}

// period is from when until when; a zero end is not decided yet.
func period(v page.View, from, until person.Date) string {
	if until.IsZero() {
		return v.T("officer.from_open", "from", page.CivilDate(v.Lang, from.Int()))
	}
	return v.T("officer.from_until", "from", page.CivilDate(v.Lang, from.Int()), "until", page.CivilDate(v.Lang, until.Int()))
}

func (it RegistrationView) historyRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, 0, len(it.History))
	for i := len(it.History) - 1; i >= 0; i-- {
		e := it.History[i]
		rows = append(rows, []page.Cell{{Text: strconv.Itoa(e.Version)}, {Text: kinds(v, e.Kinds)},
			{Text: page.CivilDate(v.Lang, e.EffectiveOn.Int())}, {Text: page.DateTime(v.Lang, e.RecordedAt)},
			{Text: v.T("officer.cause_" + e.Cause.Kind)}})
	}
	return rows
}

func (it RegistrationView) certificateRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Certificates))
	for i, c := range it.Certificates {
		state := v.T("officer.certificate_" + string(c.State))
		if c.State == issue.StateReleased {
			state = v.T("officer.status_" + c.Status.String())
		}
		rows[i] = []page.Cell{{Text: c.Code.Format()}, {Text: page.CivilDate(v.Lang, c.IssuedOn.Int())}, {Text: state}}
	}
	return rows
}

func (it RegistrationView) proposalRows(v page.View) [][]page.Cell {
	return proposalRows(v, it.Proposals)
}

// propose puts a measure before a second person.
func (p *Pages) propose(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := web.Form(c); err != nil {
		return err
	}
	change, effective, err := measure(c.Request.PostForm)
	if err != nil {
		return p.registrationAgain(c, http.StatusUnprocessableEntity, err)
	}
	var made registry.Proposal
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error {
		made, err = p.o.Register.Propose(tx, by, registry.ID(c.Param("id")), atoi(c.PostForm("version")), change, effective,
			registry.Cause{Kind: "officer", Reason: c.PostForm("why")})
		return err
	})
	if all, ok := fault.All(err); ok && len(all) > 0 && all[0].Kind() != fault.NotFound {
		return p.registrationAgain(c, web.Status(all[0].Kind()), measureFault(all[0]))
	}
	if err != nil {
		return err
	}
	web.Notice(c, "officer.done_propose")
	c.Redirect(http.StatusSeeOther, "/officer/proposals/"+url.PathEscape(made.ID))
	return nil
}

var (
	// ErrMeasure: no measure was chosen.
	ErrMeasure = fault.New(fault.Invalid, "officer.measure_missing")
	// ErrGround: a removal or revocation names no ground.
	ErrGround = fault.New(fault.Invalid, "officer.ground_missing")
)

// measureFault puts a fault of the register at the field that mends it.
func measureFault(f *fault.Fault) *fault.Fault {
	switch {
	case errors.Is(f, registry.ErrReason):
		return f.At("why")
	case errors.Is(f, registry.ErrPeriod):
		return f.At("until")
	case errors.Is(f, registry.ErrEffective), errors.Is(f, registry.ErrFuture), errors.Is(f, registry.ErrBeforeRegistration):
		return f.At("from")
	case errors.Is(f, registry.ErrNotSuspended), errors.Is(f, registry.ErrSuspended):
		return f.At("measure")
	}
	return f
}

// measure reads which measure is proposed and from when.
func measure(form url.Values) (registry.Change, person.Date, error) {
	day := func(field string) (person.Date, error) {
		d, err := person.ParseDate(form.Get(field))
		if err != nil {
			return 0, at(err, field)
		}
		return d, nil
	}
	if !slices.Contains([]string{"suspension", "removal", "revocation", "restoration"}, form.Get("measure")) {
		return nil, 0, ErrMeasure.At("measure")
	}
	from, err := day("from")
	if err != nil {
		return nil, 0, err
	}
	switch form.Get("measure") {
	case "suspension":
		var until person.Date // zero: until it is lifted
		if form.Get("until") != "" {
			if until, err = day("until"); err != nil {
				return nil, 0, err
			}
		}
		return registry.Suspension{From: from, Until: until}, 0, nil
	case "removal", "revocation":
		ground := form.Get("ground")
		if !slices.Contains(removalGrounds, ground) {
			return nil, 0, ErrGround.At("ground")
		}
		if form.Get("measure") == "removal" {
			return registry.Removal{Reason: ground, On: from}, 0, nil
		}
		return registry.Revocation{Reason: ground, On: from}, 0, nil
	}
	return registry.Restoration{}, from, nil
}
