package officer

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/issue/application"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web"
)

// step does one thing to a case and leads back to it. A return and a refusal
// are shown first as they will be sent.
func (p *Pages) step(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := web.Form(c); err != nil {
		return err
	}
	step := c.Param("step")
	do, ok := p.steps()[step]
	if !ok {
		return web.ErrNoPage
	}
	switch {
	case step == "return" && c.PostForm("send") == "":
		return p.previewReturn(c)
	case (step == "reject" || step == "close") && c.PostForm("preview") != "":
		return p.previewRefusal(c)
	}
	if err := do(c, by, c.Param("id"), atoi(c.PostForm("version"))); err != nil {
		if all, ok := fault.All(err); ok && len(all) > 0 && all[0].Kind() != fault.NotFound {
			return p.caseAgain(c, web.Status(all[0].Kind()), placed(all[0], step, c.Request.PostForm), nil)
		}
		return err
	}
	web.Notice(c, "officer.done_"+step)
	c.Redirect(http.StatusSeeOther, caseAddress(c.Param("id")))
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
		"close": func(c *gin.Context, by actor.Actor, id string, version int) error {
			return drop(a.Close(c.Request.Context(), by, id, version, rejection(c.Request.PostForm)))
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
		"extend": func(c *gin.Context, by actor.Actor, id string, version int) error {
			until, err := person.ParseDate(c.PostForm("until"))
			if err != nil {
				return at(err, "until")
			}
			return drop(a.Extend(c.Request.Context(), by, id, version, until))
		},
	}
}

// places are the fields of each step's form at which a fault belongs that names none.
var places = map[string]string{
	"approve": "note", "return": "returns", "reject": "text", "close": "text", "accept": "accept_reason",
	"clear": "hold_reason", "hold": "hold_reason", "reopen": "hold_reason", "extend": "until",
}

// placed puts a fault of what was typed at its field. What has nothing to do
// with the form, such as a case that has moved, stays a fault of the page.
func placed(f *fault.Fault, step string, form url.Values) *fault.Fault {
	refusing := step == "reject" || step == "close"
	switch {
	case refusing && f.Field() == "text" && form.Get("reason") == "":
		return f.At("reason")
	case refusing && f.Field() == "authority" && form.Get("authority") != "":
		return f.At("defendant")
	case f.Kind() == fault.Invalid && f.Field() == "":
		return f.At(places[step])
	}
	return f
}

// at puts a fault at a field of the form.
func at(err error, field string) error {
	if all, ok := fault.All(err); ok && len(all) > 0 {
		return all[0].At(field)
	}
	return err
}

func rejection(form url.Values) application.Rejection {
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return application.Rejection{Reason: get("reason"), Text: get("text"), Authority: get("authority"), Defendant: get("defendant")}
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

// previewReturn shows what the holder will read before it is sent.
func (p *Pages) previewReturn(c *gin.Context) error {
	items := picked(c.Request.PostForm)
	if len(items) == 0 {
		return p.caseAgain(c, http.StatusUnprocessableEntity, application.ErrNoItems.At("returns"), nil)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		one, err := p.o.Applications.Preview(items[i:i+1], "ja")
		if err != nil {
			return p.caseAgain(c, http.StatusUnprocessableEntity, at(err, "text_"+item.Reason), nil)
		}
		texts[i] = one[0]
	}
	return p.caseAgain(c, http.StatusOK, nil, func(v *CaseView) { v.Preview, v.Picked = texts, items })
}

// previewRefusal shows the decision and the instruction before they are sent.
func (p *Pages) previewRefusal(c *gin.Context) error {
	r := rejection(c.Request.PostForm)
	if f := refusalFault(r); f != nil {
		return p.caseAgain(c, http.StatusUnprocessableEntity, f, nil)
	}
	return p.caseAgain(c, http.StatusOK, nil, func(v *CaseView) { v.Refusal = &r })
}

// refusalFault finds what is missing in a refusal, so that nobody is shown half of one.
func refusalFault(r application.Rejection) error {
	var all fault.List
	if reasonWords(r.Reason) == "" {
		all = append(all, application.ErrReason.At("reason"))
	}
	if r.Text == "" {
		all = append(all, application.ErrReason.At("text"))
	}
	if r.Authority == "" {
		all = append(all, application.ErrInstruction.At("authority"))
	}
	if r.Defendant == "" {
		all = append(all, application.ErrInstruction.At("defendant"))
	}
	return all.Err()
}

// reasonWords is the sentence of a reason for a refusal, as it is sent; "" for none.
func reasonWords(code string) string {
	for _, r := range application.RejectReasons {
		if r.Code == code {
			return r.Words("ja")
		}
	}
	return ""
}
