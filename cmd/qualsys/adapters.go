package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/credential"
	"qualsys/issue/notice"
	"qualsys/issue/paper"
	"qualsys/issue/payment"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/verifier"
)

// Rooms that may not know each other meet here: each adapter puts what one room
// declares into the words of the room that does it.

// money lets applications ask for money.
type money struct {
	payments *payment.Payments
	notices  *notice.Notices
}

var accounts = actor.System("application")

// Request implements application.Payments.
func (m money) Request(tx *store.Tx, r application.PaymentRequest) error {
	body, err := registry.GetBody(tx, r.Body)
	if err != nil {
		return err
	}
	claim := payment.Claim{Application: r.Application, Number: r.Number, Holder: r.Holder, Body: string(r.Body),
		Language: "ja", Version: 1, Deadline: endOf(r.Deadline)}
	if s, err := m.notices.Settings(tx, actor.Holder(r.Holder)); err == nil && s.Language != "" {
		claim.Language = string(s.Language)
	}
	for _, l := range r.Lines {
		due := payment.Due{Kind: l.Kind, Payee: body.Name, Amount: l.Amount}
		if l.Kind == payment.Tax {
			due.Payee = payment.StatePayee
		}
		claim.Dues = append(claim.Dues, due)
	}
	return m.payments.Request(tx, accounts, claim)
}

// endOf is the last second of a day in Japan.
func endOf(d person.Date) time.Time { return d.AddDays(1).Time().Add(-time.Second) }

// Phase implements application.Payments.
func (m money) Phase(tx *store.Tx, id string) (application.Phase, error) {
	b, err := m.payments.Of(tx, id)
	if errors.Is(err, payment.ErrNoClaim) {
		return application.NothingAsked, nil
	}
	if err != nil {
		return 0, err
	}
	return phase(b), nil
}

func phase(b payment.Basket) application.Phase {
	has := func(states ...payment.LineState) bool {
		return slices.ContainsFunc(b.Lines, func(l payment.Line) bool { return slices.Contains(states, l.State) })
	}
	paid := !slices.ContainsFunc(b.Lines, func(l payment.Line) bool { return !l.State.Paid() })
	switch {
	case has(payment.Disputed):
		return application.DisputedPhase
	case has(payment.RefundDue, payment.Refunded, payment.TaxNoticeDue, payment.TaxNoticed):
		return application.ReturningPhase
	case !b.ClosedAt.IsZero():
		return application.NothingAsked
	case paid:
		return application.SettledPhase
	case b.Open, has(payment.Processing, payment.Authorised):
		return application.Processing
	case has(payment.Declined):
		return application.DeclinedPhase
	}
	return application.Asked
}

// grounds are the grounds of 登録免許税法31条 for the ends an application can come to.
var grounds = map[application.Outcome]payment.Ground{
	application.OutcomeRejected:  payment.Rejected,
	application.OutcomeWithdrawn: payment.Withdrawn,
	application.OutcomeTimeout:   payment.Lapsed,
	application.OutcomeDeceased:  payment.Deceased,
}

// Close implements application.Payments. The charge is kept where the body has
// done its review: money is asked for after approval, so always but for a death
// or a time limit.
func (m money) Close(tx *store.Tx, id string, outcome application.Outcome) error {
	ground, ok := grounds[outcome]
	if !ok {
		return fmt.Errorf("no ground for the outcome %q", outcome)
	}
	reviewed := outcome == application.OutcomeRejected || outcome == application.OutcomeWithdrawn
	return m.payments.Close(tx, accounts, id, ground, reviewed)
}

// teller lets every room tell holders and officers.
type teller struct{ notices *notice.Notices }

// Tell implements application.Notices.
func (t teller) Tell(tx *store.Tx, n application.Notice) error {
	kind, err := notice.ParseKind(n.Code)
	if err != nil {
		return err
	}
	p := notice.Params{notice.Once: n.Once}
	if n.Application != "" {
		p[notice.About] = "application:" + n.Application
	}
	for k, v := range n.Params {
		p[k] = v
	}
	if n.Holder == "" {
		return t.notices.TellOfficers(tx, string(n.Body), kind, p)
	}
	return t.notices.Tell(tx, n.Holder, kind, p)
}

// TellPayment implements payment.Teller.
func (t teller) TellPayment(tx *store.Tx, holder, id string, m payment.Message, tax, charge payment.Yen) error {
	kind, ok := map[payment.Message]notice.Kind{
		payment.ToldDeclined: notice.PayDeclined, payment.ToldPaid: notice.Paid, payment.ToldTwice: notice.PaidTwice,
		payment.ToldLate: notice.PaidLate, payment.ToldReturned: notice.MoneyReturns,
	}[m]
	if !ok {
		return fmt.Errorf("no notice for the payment message %d", m)
	}
	p := notice.Params{notice.About: "application:" + id}
	for name, amount := range map[string]payment.Yen{"a": tax, "b": charge} {
		if slices.Contains(kind.Params(), name) {
			p[name] = strconv.FormatInt(int64(amount), 10)
		}
	}
	return t.notices.Tell(tx, holder, kind, p)
}

// TellLink implements linking.Teller.
func (t teller) TellLink(tx *store.Tx, login string, m linking.Message, once string) error {
	kind, ok := map[linking.Message]notice.Kind{
		linking.ToldLinked: notice.Linked, linking.ToldFailed: notice.LinkFailed, linking.ToldAsked: notice.LinkAsked,
		linking.ToldTried: notice.LinkTried, linking.ToldEnded: notice.LinkEnded,
	}[m]
	if !ok {
		return fmt.Errorf("no notice for the link message %d", m)
	}
	return t.notices.Tell(tx, login, kind, notice.Params{notice.Once: once})
}

// log shows the issue log to the verifier.
type log struct{ issued *issue.Log }

// Statement implements verifier.IssueLog.
func (l log) Statement(ctx context.Context, digest [32]byte) (verifier.Issued, error) {
	return issued(l.issued.Statement(ctx, digest))
}

// File implements verifier.IssueLog.
func (l log) File(ctx context.Context, sum [32]byte) (verifier.Issued, error) {
	return issued(l.issued.File(ctx, sum))
}

// Code implements verifier.IssueLog.
func (l log) Code(ctx context.Context, code credential.Code) (verifier.Issued, error) {
	return issued(l.issued.Code(ctx, code))
}

func issued(k issue.Known, err error) (verifier.Issued, error) {
	if err != nil {
		return verifier.Issued{}, unknown(err)
	}
	printed := paper.Says(k.Content)
	return verifier.Issued{Statement: k.StatementDigest, Kept: &k.Statement, Printed: &printed,
		ReleasedAt: k.ReleasedAt, AsOf: k.AsOf, Source: "issue_log"}, nil
}

func unknown(err error) error {
	if errors.Is(err, issue.ErrNotIssued) {
		return verifier.ErrNotIssued
	}
	return fmt.Errorf("%w: %w", verifier.ErrUnavailable, err)
}

// selfCheck lets our own verifier read each file before it is released. The
// verifier is wired after the issuer, so it is asked for when it is needed.
type selfCheck struct{ s *system }

// Proofread implements issue.Proofreader.
func (c selfCheck) Proofread(ctx context.Context, pdf []byte, content template.Content, link string) error {
	return c.s.verifier.Proofread(ctx, pdf, paper.Says(content), link)
}

// whys are the reasons in the verifier's words.
var whys = map[issue.Reason]verifier.Reason{
	issue.Reissued: verifier.Reissued, issue.IssuedInError: verifier.IssuedInError,
	issue.NotRegistered: verifier.NotRegistered, issue.Expired: verifier.Expired,
}

// Status implements verifier.StatusSource: live, from the register.
func (l log) Status(ctx context.Context, digest [32]byte, list, index uint32) (verifier.Current, error) {
	k, err := l.issued.Statement(ctx, digest)
	if err != nil {
		return verifier.Current{}, unknown(err)
	}
	if k.Statement.List != list || k.Statement.Index != index {
		return verifier.Current{}, verifier.ErrNotIssued
	}
	c := verifier.Current{Status: k.Status, Why: whys[k.Reason], AsOf: k.AsOf, Source: "register",
		Until: k.SuspendedUntil.Int(), Registered: verifier.Failed}
	if k.InForce {
		c.Registered = verifier.Passed
	}
	return c, nil
}

// fill gives the placeholders of titles and issuers: what a register's issuer
// puts where the qualification's issuer has {prefecture}, {bureau} or the like.
func fill(tx *store.Tx, r registry.Registration) (map[string]string, error) {
	info, err := registry.GetRegister(tx, r.Register)
	if err != nil {
		return nil, err
	}
	q, err := registry.QualificationOf(tx, r.Qualification, person.DateAt(tx.Now.In(clock.JST)))
	if err != nil {
		return nil, err
	}
	before, rest, ok := strings.Cut(q.IssuerTitle, "{")
	name, after, closed := strings.Cut(rest, "}")
	if !ok || !closed {
		return nil, nil
	}
	value, starts := strings.CutPrefix(info.Issuer, before)
	value, ends := strings.CutSuffix(value, after)
	if !starts || !ends || value == "" {
		return nil, nil
	}
	return map[string]string{name: value}, nil
}
