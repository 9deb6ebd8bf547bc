package officer

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/web"
	"qualsys/web/page"
)

// MoneyView is what an officer has to look at in matters of money.
type MoneyView struct {
	Tasks   []payment.Task
	Notices []payment.TaxNotice
	// May says whether the officer may close them.
	May bool
}

func (p *Pages) money(c *gin.Context) error { return p.moneyAgain(c, http.StatusOK, nil) }

func (p *Pages) moneyAgain(c *gin.Context, status int, wrong error) error {
	v, by, err := p.view(c, "/officer/money")
	if err != nil {
		return err
	}
	var it MoneyView
	err = p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) error {
		if it.Tasks, err = p.o.Payments.Tasks(tx, by.Body); err != nil {
			return err
		}
		it.Notices, err = p.o.Payments.TaxNotices(tx, by.Body, false)
		return err
	})
	if err != nil {
		return err
	}
	it.May = may(by, actor.RefundMoney)
	if wrong != nil {
		shown, ok := v.With(wrong, c.Request.PostForm)
		if !ok {
			return wrong
		}
		v = shown
	}
	v.Path = "/officer/money"
	return web.Page(c, status, MoneyPage(v, it))
}

func (p *Pages) moneyDone(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := web.Form(c); err != nil {
		return err
	}
	err = p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error {
		return hidden(p.o.Payments.Done(tx, by, c.Param("id"), strings.TrimSpace(c.PostForm("note"))))
	})
	if all, ok := fault.All(err); ok && len(all) > 0 && all[0].Field() == "note" {
		return p.moneyAgain(c, web.Status(all[0].Kind()), all[0].At("note_"+c.Param("id")))
	}
	if err != nil {
		return err
	}
	web.Notice(c, "officer.done_money")
	c.Redirect(http.StatusSeeOther, "/officer/money")
	return nil
}

func (p *Pages) taxNoticeSent(c *gin.Context) error {
	by, err := web.Actor(c)
	if err != nil {
		return err
	}
	if err := p.o.DB.Write(c.Request.Context(), func(tx *store.Tx) error {
		return hidden(p.o.Payments.TaxNoticeSent(tx, by, c.Param("id")))
	}); err != nil {
		return err
	}
	web.Notice(c, "officer.done_tax_notice")
	c.Redirect(http.StatusSeeOther, "/officer/money")
	return nil
}

func moneyAddress(id, step string) string { return "/officer/money/" + url.PathEscape(id) + "/" + step }

// RefusalView is a certificate that could not be printed, with whose it is.
type RefusalView struct {
	issue.Refusal
	Number string
}

func (p *Pages) refusals(c *gin.Context) error {
	v, by, err := p.view(c, "/officer/refusals")
	if err != nil {
		return err
	}
	var list []RefusalView
	err = p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) error {
		refusals, err := p.o.Certificates.Refusals(tx, by, registry.BodyID(by.Body))
		if err != nil {
			return err
		}
		for _, r := range refusals {
			reg, err := registry.Get(tx, r.Registration)
			if err != nil {
				return err
			}
			list = append(list, RefusalView{Refusal: r, Number: reg.Number})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Page(c, http.StatusOK, RefusalsPage(v, list))
}

func refusalRows(v page.View, list []RefusalView) [][]page.Cell {
	rows := make([][]page.Cell, len(list))
	for i, r := range list {
		item := itemWords(v, r.Item)
		why := page.Text(v.Lang, r.Reason, page.Params("glyph", r.Glyph, "codepoint", r.Codepoint, "codepoints", r.Codepoint,
			"item", item, "item_en", item))
		rows[i] = []page.Cell{
			{Text: r.Number, Href: registrationAddress(r.Registration)}, {Text: item},
			{Shown: refusedGlyph(r.Glyph, r.Codepoint)}, {Text: why}, {Text: page.DateTime(v.Lang, r.RefusedAt)},
		}
	}
	return rows
}

// itemWords is what an item of a registration or certificate is called; a key
// that a body made itself is shown as it is.
func itemWords(v page.View, key string) string {
	switch {
	case key == "":
		return "—"
	case page.Has(v.Lang, "officer.item_"+key):
		return v.T("officer.item_" + key)
	}
	return key
}
