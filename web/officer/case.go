package officer

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// CaseView is what the case page shows.
type CaseView struct {
	application.Case
	Names map[string]string
	By    actor.Actor
	// Preview is what the holder will read, when an officer is about to return
	// the case; Picked are the items that it is made of.
	Preview []string
	Picked  []application.ReturnRequest
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
	it := CaseView{By: by}
	if it.Case, err = p.o.Applications.Case(c.Request.Context(), by, c.Param("id")); err != nil {
		return err
	}
	if it.Names, err = p.names(c, v.Lang); err != nil {
		return err
	}
	if fill != nil {
		fill(&it)
	}
	if wrong != nil {
		shown, ok := v.With(wrong, c.Request.PostForm)
		if !ok {
			return wrong
		}
		v = shown
	}
	v.Back = &page.Link{Href: "/officer", Text: v.T("officer.nav_queue")}
	v.Path = "/officer/applications/" + url.PathEscape(c.Param("id"))
	return web.Page(c, status, CasePage(v, it))
}

// step does one thing to a case and leads back to it.
func (p *Pages) step(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := web.Form(c); err != nil {
		return err
	}
	do, ok := p.steps()[c.Param("step")]
	if !ok {
		return web.ErrNoPage
	}
	if c.Param("step") == "return" && c.PostForm("send") == "" {
		return p.preview(c)
	}
	if err := do(c, by, c.Param("id"), atoi(c.PostForm("version"))); err != nil {
		if all, ok := fault.All(err); ok && len(all) > 0 && all[0].Kind() != fault.NotFound {
			return p.caseAgain(c, web.Status(all[0].Kind()), err, nil)
		}
		return err
	}
	web.Notice(c, "officer.done_"+c.Param("step"))
	c.Redirect(http.StatusSeeOther, "/officer/applications/"+url.PathEscape(c.Param("id")))
	return nil
}

type stepFunc func(c *gin.Context, by actor.Actor, id string, version int) error

// steps are what an officer can do to a case, by the last part of the address.
func (p *Pages) steps() map[string]stepFunc {
	a := p.o.Applications
	drop := func(_ application.Case, err error) error { return err }
	return map[string]stepFunc{
		"approve": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Approve(c.Request.Context(), by, id, version, c.PostForm("note")))
		},
		"return": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Return(c.Request.Context(), by, id, version, picked(c.Request.PostForm)))
		},
		"reject": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Reject(c.Request.Context(), by, id, version, rejection(c.Request.PostForm)))
		},
		"accept": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.AcceptEvidence(c.Request.Context(), by, id, version, c.PostForm("item"), c.PostForm("accept_reason")))
		},
		"ask": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.AskAgain(c.Request.Context(), by, id, version))
		},
		"clear": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.ClearDuplicate(c.Request.Context(), by, id, version, c.PostForm("hold_reason")))
		},
		"hold": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Hold(c.Request.Context(), by, id, version, c.PostForm("hold_reason")))
		},
		"reopen": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Reopen(c.Request.Context(), by, id, version, c.PostForm("hold_reason")))
		},
		"close": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Close(c.Request.Context(), by, id, version, rejection(c.Request.PostForm)))
		},
		"extend": func(c *gin.Context, by actor.Actor, id string, version int) error {
			until, err := person.ParseDate(c.PostForm("until"))
			if err != nil {
				return at(err, "until")
			}
			return drop(a.Extend(c.Request.Context(), by, id, version, until))
		},
	}
}

// at puts a fault at a field of the form.
func at(err error, field string) error {
	if all, ok := fault.All(err); ok && len(all) > 0 {
		return all[0].At(field)
	}
	return err
}

func rejection(form url.Values) application.Rejection {
	return application.Rejection{Reason: form.Get("reason"), Text: form.Get("text"), Authority: form.Get("authority"), Defendant: form.Get("defendant")}
}

// picked are the reasons that an officer ticked, each with the words added.
func picked(form url.Values) []application.ReturnRequest {
	var out []application.ReturnRequest
	for _, code := range form["returns"] {
		for _, r := range application.ReturnReasons {
			if r.Code == code {
				out = append(out, application.ReturnRequest{Item: r.Item, Reason: code, Text: form.Get("text_" + code)})
			}
		}
	}
	return out
}

// preview shows what the holder will read before it is sent.
func (p *Pages) preview(c *gin.Context) error {
	items := picked(c.Request.PostForm)
	if len(items) == 0 {
		return p.caseAgain(c, http.StatusUnprocessableEntity, application.ErrNoItems.At("returns"), nil)
	}
	texts, err := p.o.Applications.Preview(items, "ja")
	if err != nil {
		return p.caseAgain(c, http.StatusUnprocessableEntity, at(err, "returns"), nil)
	}
	return p.caseAgain(c, http.StatusOK, nil, func(v *CaseView) { v.Preview, v.Picked = texts, items })
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

func (it CaseView) action(step string) string {
	return "/officer/applications/" + url.PathEscape(it.ID) + "/" + step
}

func (it CaseView) version() string { return strconv.Itoa(it.Version) }

func (it CaseView) mayDecide() bool {
	return it.By.May(actor.DecideApplication, string(it.Body)) == nil
}

// fieldWords is what a field of the case is called.
func fieldWords(v page.View, field string) string { return evidence.Field(field).Words(string(v.Lang)) }

// facts are the lines on top of the case.
func (it CaseView) facts(v page.View) []page.Row {
	lang := string(v.Lang)
	kind := it.Kind.Words(lang)
	if it.Notification {
		kind = v.T("officer.kind_notification", "what", kind)
	} else {
		kind = v.T("officer.kind_application", "what", kind)
	}
	rows := []page.Row{
		{Label: v.T("officer.col_no"), Value: it.Number},
		{Label: v.T("officer.col_what"), Value: kind},
		{Label: v.T("officer.col_qualification"), Value: it.Names[it.Registration.Qualification]},
		{Label: v.T("officer.col_registration"), Value: it.Registration.Number},
		{Label: v.T("officer.col_arrived"), Value: page.DateTime(v.Lang, it.ArrivedAt)},
	}
	if !it.DueOn.IsZero() {
		rows = append(rows, page.Row{Label: v.T("officer.due"), Value: page.Deadline(v.Lang, it.DueOn.Int())})
	}
	if !it.Case.EventOn.IsZero() {
		rows = append(rows, page.Row{Label: v.T("officer.event_on"), Value: page.CivilDate(v.Lang, it.Case.EventOn.Int())})
	}
	if it.LateReason != "" {
		rows = append(rows, page.Row{Label: v.T("officer.late_reason"), Value: it.LateReason})
	}
	rows = append(rows, page.Row{Label: v.T("officer.electronic"), Value: v.T(yes(it.Electronic, "officer.electronic_yes", "officer.electronic_no"))})
	if it.Fee.Total() > 0 {
		rows = append(rows, page.Row{Label: v.T("officer.fee"), Value: v.T("officer.fee_lines",
			"tax", page.Money(v.Lang, int64(it.Fee.Tax)), "charge", page.Money(v.Lang, int64(it.Fee.Charge)))})
	}
	if it.Kind == application.Reissue {
		rows = append(rows, page.Row{Label: v.T("officer.loss"), Value: v.T("officer.loss_" + string(it.Loss.What))},
			page.Row{Label: v.T("officer.loss_note"), Value: it.Loss.Note})
	}
	return rows
}

func yes(b bool, then, otherwise string) string {
	if b {
		return then
	}
	return otherwise
}

// tone is how a cell of evidence looks.
func tone(c application.Cell) page.Kind {
	switch c.Answer {
	case evidence.Matched:
		return page.Success
	case evidence.Variant:
		return page.Warning
	case evidence.Mismatch:
		return page.Alarm
	}
	return page.Info
}

func stateTone(it CaseView) page.Kind {
	if application.Of(it.Status.State).Owner == application.OfficerTurn {
		return page.Warning
	}
	return page.Info
}

// inquiryRows are what was asked, answered and when.
func (it CaseView) inquiryRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Inquiries))
	for i, q := range it.Inquiries {
		answered := v.T("officer.no_answer")
		if !q.AnsweredAt.IsZero() {
			answered = page.DateTime(v.Lang, q.AnsweredAt)
		}
		rows[i] = []page.Cell{{Text: q.Source.Words(string(v.Lang))}, {Text: v.T("officer.reply_" + string(q.Status))},
			{Text: page.DateTime(v.Lang, q.AskedAt)}, {Text: answered}, {Text: q.Basis}}
	}
	return rows
}

func columns(v page.View, codes ...string) []page.Column {
	out := make([]page.Column, len(codes))
	for i, code := range codes {
		out[i].Text = v.T(code)
	}
	return out
}

func (it CaseView) eventRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Events))
	for i, e := range it.Events {
		rows[i] = []page.Cell{{Text: page.DateTime(v.Lang, e.At)}, {Text: e.To.Words(string(v.Lang))}, {Text: v.T("officer.by_" + string(e.By))}}
	}
	return rows
}

func (it CaseView) otherRows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(it.Others))
	for i, r := range it.Others {
		rows[i] = []page.Cell{{Text: r.Number, Href: "/officer/applications/" + url.PathEscape(r.ID)}, {Text: what(v, r)}, {Text: r.State.Words(string(v.Lang))}}
	}
	return rows
}

func returnOptions(v page.View, it CaseView) []page.Option {
	var out []page.Option
	for _, r := range it.ReturnList {
		out = append(out, page.Option{Value: r.Code, Label: application.ItemWords(r.Item, string(v.Lang)), Hint: r.Words("ja")})
	}
	return out
}

func rejectOptions(it CaseView) []page.Option {
	var out []page.Option
	for _, r := range it.RejectList {
		out = append(out, page.Option{Value: r.Code, Label: r.Words("ja")})
	}
	return out
}

// pieces turns the register's segments into those of the page.
func pieces(segments []person.Segment) []page.Piece {
	var out []page.Piece
	for _, s := range segments {
		switch s.Mark {
		case person.Same:
			out = append(out, page.Piece{Text: s.Text, Same: true})
		case person.Added:
			out = append(out, page.Piece{Text: s.Text})
		}
	}
	return out
}
