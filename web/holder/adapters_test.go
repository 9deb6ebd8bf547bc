package holder_test

import (
	"errors"
	"slices"
	"strconv"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/notice"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// money lets applications ask for money, as cmd/qualsys wires it.
type money struct{ payments *payment.Payments }

func (m money) Request(tx *store.Tx, r application.PaymentRequest) error {
	body, err := registry.GetBody(tx, r.Body)
	if err != nil {
		return err
	}
	claim := payment.Claim{Application: r.Application, Number: r.Number, Holder: r.Holder, Body: string(r.Body), Language: "ja", Version: 1,
		Deadline: r.Deadline.AddDays(1).Time()}
	for _, l := range r.Lines {
		payee := body.Name
		if l.Kind == payment.Tax {
			payee = payment.StatePayee
		}
		claim.Dues = append(claim.Dues, payment.Due{Kind: l.Kind, Payee: payee, Amount: l.Amount})
	}
	return m.payments.Request(tx, actor.System("application"), claim)
}

func (m money) Phase(tx *store.Tx, id string) (application.Phase, error) {
	b, err := m.payments.Of(tx, id)
	if errors.Is(err, payment.ErrNoClaim) {
		return application.NothingAsked, nil
	} else if err != nil {
		return 0, err
	}
	has := func(s payment.LineState) bool {
		return slices.ContainsFunc(b.Lines, func(l payment.Line) bool { return l.State == s })
	}
	switch {
	case !b.ClosedAt.IsZero():
		return application.NothingAsked, nil
	case !slices.ContainsFunc(b.Lines, func(l payment.Line) bool { return !l.State.Paid() }):
		return application.SettledPhase, nil
	case b.Open, has(payment.Processing), has(payment.Authorised):
		return application.Processing, nil
	case has(payment.Declined):
		return application.DeclinedPhase, nil
	}
	return application.Asked, nil
}

func (m money) Close(tx *store.Tx, id string, o application.Outcome) error {
	return m.payments.Close(tx, actor.System("application"), id, payment.Ground(o), true)
}

// teller tells holders what the rooms have to say.
type teller struct{ notices *notice.Notices }

func (t teller) Tell(tx *store.Tx, n application.Notice) error {
	kind, err := notice.ParseKind(n.Code)
	if err != nil || n.Holder == "" {
		return err
	}
	p := notice.Params{notice.Once: n.Once, notice.About: "application:" + n.Application}
	for k, v := range n.Params {
		p[k] = v
	}
	return t.notices.Tell(tx, n.Holder, kind, p)
}

func (t teller) TellPayment(tx *store.Tx, login, id string, m payment.Message, tax, charge payment.Yen) error {
	kind := map[payment.Message]notice.Kind{payment.ToldDeclined: notice.PayDeclined, payment.ToldPaid: notice.Paid,
		payment.ToldTwice: notice.PaidTwice, payment.ToldLate: notice.PaidLate, payment.ToldReturned: notice.MoneyReturns}[m]
	p := notice.Params{notice.About: "application:" + id}
	for name, amount := range map[string]payment.Yen{"a": tax, "b": charge} {
		if slices.Contains(kind.Params(), name) {
			p[name] = strconv.FormatInt(int64(amount), 10)
		}
	}
	return t.notices.Tell(tx, login, kind, p)
}

func (t teller) TellLink(tx *store.Tx, login string, m linking.Message, once string) error {
	kind := map[linking.Message]notice.Kind{linking.ToldLinked: notice.Linked, linking.ToldFailed: notice.LinkFailed,
		linking.ToldAsked: notice.LinkAsked, linking.ToldTried: notice.LinkTried, linking.ToldEnded: notice.LinkEnded}[m]
	return t.notices.Tell(tx, login, kind, notice.Params{notice.Once: once})
}
