package holder

import (
	"errors"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/payment"
	"qualsys/web"
	"qualsys/web/page"
)

// pay leads to the page of the payment company on which everything that is
// still owed is paid. Pressed twice, or on two devices, it is one page.
func (p *Pages) pay(v visit) error {
	if err := v.read(func(tx *store.Tx) error { return p.o.Applications.MayPay(tx, v.by, v.id()) }); err != nil {
		return v.notPaid(err)
	}
	address, err := p.o.Payments.Checkout(v.ctx, v.by, v.id())
	if err != nil {
		return v.notPaid(err)
	}
	return v.to(address)
}

// notPaid shows the application as it stands, with why there is no page to pay
// on. Who has paid already is led to where the application stands now.
func (v visit) notPaid(err error) error {
	if errors.Is(err, payment.ErrPaid) || errors.Is(err, payment.ErrClosed) {
		web.Notice(v.c, "holder.paid_already")
		return v.to("/my/applications/" + v.id() + "?paid=1")
	}
	return v.caseAgain(err, caseScreen)
}

// receiptPage is the receipts of one application.
type receiptPage struct{ casePage }

// receipt shows the receipts of a payment, one a payee, to be printed on A4.
func (p *Pages) receipt(v visit) error {
	a, err := p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return err
	}
	c, err := v.casePage(a)
	if err != nil {
		return err
	}
	if len(c.Receipts) == 0 {
		return application.ErrNone
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(receiptScreen(view, receiptPage{c}))
}

// payee names who was paid, in the reader's language.
func (r receiptPage) payee(v page.View, one payment.Receipt) string {
	if one.Kind == payment.Tax {
		return v.T("holder.state")
	}
	if v.Lang == page.En {
		return r.held.keeper(v)
	}
	return one.Payee
}

// returned tells that the money goes back or went back, or nothing.
func (r receiptPage) returned(v page.View, one payment.Receipt) string {
	switch one.State {
	case payment.RefundDue, payment.Refunded, payment.TaxNoticeDue, payment.TaxNoticed:
		return v.T("holder.money_" + string(one.State))
	}
	return ""
}
