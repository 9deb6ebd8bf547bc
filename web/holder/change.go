package holder

import (
	"errors"

	"qualsys/internal/fault"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/web/page"
)

// offered is a procedure as the service offers it.
type offered = application.Offer

// beforePage is what is said before a change begins.
type beforePage struct {
	held
	Offers []offered
	// Case is a change that is under way or begun already; its ID is "" when
	// there is none.
	Case application.View
}

// online are the changes that can be made here.
func (b beforePage) online() []offered {
	var out []offered
	for _, o := range b.Offers {
		if o.Kind == application.Change && o.Online {
			out = append(out, o)
		}
	}
	return out
}

// costs reports whether any of the changes may cost something.
func (b beforePage) costs() bool {
	for _, o := range b.online() {
		if o.Fee.Total() > 0 || !o.Priced {
			return true
		}
	}
	return false
}

// elsewhere are the changes that are made somewhere else.
func (b beforePage) elsewhere() []offered {
	var out []offered
	for _, o := range b.Offers {
		if o.Kind == application.Change && !o.Online {
			out = append(out, o)
		}
	}
	return out
}

// limit is the shortest time limit of the law in days; 0 for none.
func (b beforePage) limit() int {
	days := 0
	for _, o := range b.online() {
		if o.DeadlineDays > 0 && (days == 0 || o.DeadlineDays < days) {
			days = o.DeadlineDays
		}
	}
	return days
}

// beforeChange says what is needed, what is not, how long it takes and what it
// costs.
func (p *Pages) beforeChange(v visit) error {
	b, err := v.before(v.id())
	if err != nil {
		return err
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(beforeChangePage(view, b))
}

func (v visit) before(id string) (b beforePage, err error) {
	if b.held, err = v.theirs(id); err != nil {
		return b, err
	}
	if b.ended() {
		return b, application.ErrNotInForce
	}
	if b.Offers, err = v.p.o.Applications.Offers(v.ctx, v.by, b.ID); err != nil {
		return b, err
	}
	list, err := v.p.o.Applications.ListOf(v.ctx, v.by)
	if err != nil {
		return b, err
	}
	for _, a := range list {
		if a.Registration.ID == b.ID && a.Kind == application.Change && (a.Status.State == application.Draft || a.Status.State.Open()) {
			b.Case = a
		}
	}
	return b, nil
}

// startChange begins a draft, or leads to the change that is under way.
func (p *Pages) startChange(v visit) error {
	a, err := p.o.Applications.Start(v.ctx, v.by, registry.ID(v.id()))
	if id, open := openCase(err); open {
		return v.to("/my/applications/" + id)
	}
	if err != nil {
		return err
	}
	return v.to(screenAddress(a, a.Screen))
}

// openCase returns the id of the application that stands in the way, if that is
// what err says.
func openCase(err error) (string, bool) {
	var f *fault.Fault
	if !errors.Is(err, application.ErrOpenExists) || !errors.As(err, &f) {
		return "", false
	}
	id, ok := f.Params()["id"].(string)
	return id, ok && id != ""
}

func offerTitle(v page.View, o offered) string {
	if o.Kind == application.Reissue {
		return v.T("holder.reissue")
	}
	return v.T("holder.change_of", "items", v.T("holder.item_"+string(o.Item)))
}

// offerText says in sentences what a procedure costs, how long it takes and what
// becomes of the paper.
func offerText(v page.View, h held, o offered) string {
	if !o.Online {
		return v.T("holder.elsewhere_"+elsewhereCode(o), "body", h.keeper(v))
	}
	text := []string{v.T("holder.offer_fee", "fee", feeWords(v, h, o))}
	switch {
	case o.AtOnce:
		text = append(text, v.T("holder.offer_at_once"))
	case o.ReviewDays > 0:
		text = append(text, v.T("holder.offer_days", "days", o.ReviewDays))
	}
	if o.DeadlineDays > 0 {
		text = append(text, v.T("holder.offer_limit", "days", o.DeadlineDays))
	}
	if o.Kind == application.Change && o.Item != application.Address {
		text = append(text, o.Paper.Words(lang(v)))
	}
	return sentences(v, text...)
}

func elsewhereCode(o offered) string {
	switch o.Elsewhere {
	case "paper", "counter":
		return o.Elsewhere
	}
	return "other"
}

// feeWords is the fee in a line: 登録免許税 1,000円（国）と手数料 500円（…）.
func feeWords(v page.View, h held, o offered) string {
	switch {
	case !o.Priced:
		return v.T("holder.fee_unknown")
	case o.Fee.Total() == 0:
		return v.T("holder.free")
	case o.Fee.Tax == 0:
		return v.T("holder.fee_charge", "amount", yen(v, o.Fee.Charge), "payee", h.keeper(v))
	case o.Fee.Charge == 0:
		return v.T("holder.fee_tax", "amount", yen(v, o.Fee.Tax), "payee", v.T("holder.state"))
	}
	return v.T("holder.fee_both", "tax", yen(v, o.Fee.Tax), "state", v.T("holder.state"), "charge", yen(v, o.Fee.Charge), "payee", h.keeper(v))
}
