package holder

import (
	"net/url"

	"qualsys/internal/fault"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/web/page"
)

// ErrOld says that it was not chosen what becomes of the old certificate.
var ErrOld = fault.New(fault.Invalid, "holder.old_choice_needed")

// lossPage is the report of a loss.
type lossPage struct {
	held
	// Offer is what a new certificate costs and how long it takes.
	Offer offered
}

// lossForm asks what happened to the certificate.
func (p *Pages) lossForm(v visit) error {
	l, err := v.lossPage()
	if err != nil {
		return err
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(lossScreen(view, l))
}

func (v visit) lossPage() (l lossPage, err error) {
	if l.held, err = v.theirs(v.id()); err != nil {
		return l, err
	}
	offers, err := v.p.o.Applications.Offers(v.ctx, v.by, l.ID)
	for _, o := range offers {
		if o.Kind == application.Reissue {
			l.Offer = o
		}
	}
	return l, err
}

// reportLoss files the report: a new certificate follows when the body agrees.
func (p *Pages) reportLoss(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	loss, err := parseLoss(f)
	if err != nil {
		return v.lossAgain(err, f)
	}
	a, err := p.o.Applications.ReportLoss(v.ctx, v.by, registry.ID(v.id()), loss, f.Get("electronic") != "")
	if id, open := openCase(err); open {
		return v.to("/my/applications/" + id)
	}
	if err != nil {
		return v.lossAgain(err, f)
	}
	return v.to("/my/applications/" + a.ID + "?sent=1")
}

func (v visit) lossAgain(wrong error, f url.Values) error {
	l, err := v.lossPage()
	if err != nil {
		return err
	}
	return v.again(wrong, f, "", asPage(lossScreen, l))
}

// parseLoss reads the form. What becomes of the old certificate is a choice of
// its own: it is never taken for granted.
func parseLoss(f url.Values) (application.Loss, error) {
	var wrong fault.List
	l := application.Loss{What: application.LossKind(f.Get("what")), Note: f.Get("note"), SwitchOff: f.Get("old") == "now"}
	switch l.What {
	case application.Lost, application.Leaked, application.Damaged:
	default:
		wrong = append(wrong, application.ErrLossKind.At("what"))
	}
	if old := f.Get("old"); old != "now" && old != "later" {
		wrong = append(wrong, ErrOld.At("old"))
	}
	return l, wrong.Err()
}

func lossKinds(v page.View) []page.Option {
	var options []page.Option
	for _, k := range []application.LossKind{application.Lost, application.Leaked, application.Damaged} {
		options = append(options, page.Option{Value: string(k), Label: v.T("holder.loss_" + string(k)), Hint: v.T("holder.loss_" + string(k) + "_hint")})
	}
	return options
}
