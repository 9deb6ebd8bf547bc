package holder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/payment"
	"qualsys/web"
	"qualsys/web/page"
)

// casePage is an application after it was sent.
type casePage struct {
	application.View
	held held
	// Money is what is owed and where it stands; nil when nothing was asked for.
	Money *payment.Basket
	// Receipts, the tax first.
	Receipts []payment.Receipt
	// Confirming: the visitor comes back from the payment company, whose answer
	// is not there yet.
	Confirming bool
	// Round is how often the page has asked again by itself.
	Round int
}

func (c casePage) path() string { return "/my/applications/" + c.ID }

// application shows a draft's screen, or where the application stands.
func (p *Pages) application(v visit) error {
	a, err := p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return err
	}
	if a.Status.State == application.Draft {
		return p.draft(v, a)
	}
	confirming := v.c.Query("paid") == "1"
	if confirming {
		if a, err = v.confirmed(a); err != nil {
			return err
		}
		if !awaitsMoney(a) {
			return v.to("/my/applications/" + a.ID)
		}
	}
	c, err := v.casePage(a)
	if err != nil {
		return err
	}
	c.Confirming, c.Round = confirming, min(number(v.c.Query("n")), maxRounds)
	view, err := v.view("")
	if err != nil {
		return err
	}
	if v.c.Query("sent") == "1" {
		return v.show(donePage(view, c))
	}
	if wait, next := c.again(); wait > 0 && v.c.Query("still") == "" {
		v.c.Header("Refresh", fmt.Sprintf("%d; url=%s", int(wait/time.Second), next))
	}
	return v.show(caseScreen(view, c))
}

func (p *Pages) draft(v visit, a application.View) error {
	d, err := v.draftPage(a, application.Screen(v.c.Query("screen")))
	if err != nil {
		return err
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(draftScreen(view, d))
}

// confirmed asks the payment company what became of the payment. A company that
// does not answer is not an error: the page goes on waiting.
func (v visit) confirmed(a application.View) (application.View, error) {
	ctx, cancel := context.WithTimeout(v.ctx, 8*time.Second)
	defer cancel()
	err := v.p.o.Payments.Confirm(ctx, a.ID)
	if err != nil && !errors.Is(err, payment.ErrAway) && !errors.Is(err, payment.ErrNoClaim) && !errors.Is(err, context.DeadlineExceeded) {
		return a, err
	}
	return v.p.o.Applications.View(v.ctx, v.by, a.ID)
}

// awaitsMoney reports whether the application waits for a payment to come in.
func awaitsMoney(a application.View) bool {
	switch a.Status.State {
	case application.AwaitingPayment, application.PaymentProcessing:
		return true
	}
	return false
}

func (v visit) casePage(a application.View) (c casePage, err error) {
	c.View = a
	err = v.read(func(tx *store.Tx) error {
		if c.held, err = v.held(tx, a.Registration.ID); err != nil {
			return err
		}
		basket, err := v.p.o.Payments.Of(tx, a.ID)
		if errors.Is(err, payment.ErrNoClaim) {
			return nil
		} else if err != nil {
			return err
		}
		c.Money = &basket
		c.Receipts, err = v.p.o.Payments.Receipts(tx, a.ID)
		return err
	})
	return c, err
}

// maxRounds bounds how often a page asks again by itself.
const maxRounds = 12

// again says after how long the page asks again by itself and where; 0 where
// nothing moves within seconds, or after it has asked often.
func (c casePage) again() (time.Duration, string) {
	if !c.moving() || c.Round >= maxRounds {
		return 0, ""
	}
	next := c.path() + "?n=" + strconv.Itoa(c.Round+1)
	if c.Confirming {
		next += "&paid=1"
	}
	return time.Duration(3+c.Round) * time.Second, next
}

// moving reports whether the next step is a machine's and takes seconds.
func (c casePage) moving() bool {
	switch c.Status.State {
	case application.Submitted, application.EvidencePending, application.ApprovedNoFee, application.PaymentSettled, application.Registering:
		return true
	case application.PaymentProcessing, application.AwaitingPayment:
		return c.Confirming || c.authorised()
	case application.Registered:
		return c.certificateComes()
	}
	return false
}

// authorised reports whether the payment company has promised or taken money.
func (c casePage) authorised() bool {
	return c.Money != nil && slices.ContainsFunc(c.Money.Lines, func(l payment.Line) bool {
		return l.State == payment.Authorised || l.State.Paid()
	})
}

// pageOpen reports whether a payment page was opened and left.
func (c casePage) pageOpen() bool {
	return c.Status.State == application.PaymentProcessing && !c.Confirming && !c.authorised() && c.Money != nil && c.Money.Open
}

// mayPay reports whether the button to pay is shown.
func (c casePage) mayPay() bool { return !c.Confirming && (c.Can.Pay || c.pageOpen()) }

// mayWithdraw reports whether the application can be taken back: until it is
// paid, also when a payment page was opened and left.
func (c casePage) mayWithdraw() bool { return c.Can.Withdraw && !c.Confirming || c.pageOpen() }

// certificateComes reports whether a new certificate follows the entry.
func (c casePage) certificateComes() bool {
	if c.Certificate != "" {
		return false
	}
	if c.Kind == application.Reissue {
		return true
	}
	return c.held.making()
}

// open are the returned items of the present round.
func (c casePage) items() []application.ReturnItem {
	round := 0
	for _, r := range c.Returned {
		round = max(round, r.Round)
	}
	return slices.DeleteFunc(slices.Clone(c.Returned), func(r application.ReturnItem) bool { return r.Round != round })
}

// answered reports whether every item of the present round has its answer.
func (c casePage) answered() bool {
	return !slices.ContainsFunc(c.items(), func(r application.ReturnItem) bool { return r.Answer == "" })
}

// withdrawForm asks once more before an application is taken back.
func (p *Pages) withdrawForm(v visit) error {
	a, err := p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return err
	}
	c, err := v.casePage(a)
	if err != nil {
		return err
	}
	if !c.mayWithdraw() {
		return v.to(c.path())
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(withdrawPage(view, c))
}

// withdraw takes an application back.
func (p *Pages) withdraw(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	a, err := p.o.Applications.Withdraw(v.ctx, v.by, v.id(), number(f.Get("version")))
	if err != nil {
		return v.caseAgain(err, withdrawPage)
	}
	web.Notice(v.c, "holder.withdrawn")
	return v.to("/my/applications/" + a.ID)
}

// resubmit sends an application again after everything returned was answered.
func (p *Pages) resubmit(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	a, err := p.o.Applications.Resubmit(v.ctx, v.by, v.id(), number(f.Get("version")))
	if err != nil {
		return v.caseAgain(err, caseScreen)
	}
	web.Notice(v.c, "holder.resubmitted")
	return v.to("/my/applications/" + a.ID)
}

// caseAgain shows the application as it stands now, with what was wrong.
func (v visit) caseAgain(wrong error, what func(page.View, casePage) templ.Component) error {
	if errors.Is(wrong, fault.NotFound) {
		return wrong
	}
	a, err := v.p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return err
	}
	if a.Status.State == application.Draft {
		return v.to("/my/applications/" + a.ID)
	}
	c, err := v.casePage(a)
	if err != nil {
		return err
	}
	return v.again(wrong, nil, "", asPage(what, c))
}
