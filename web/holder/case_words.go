package holder

import (
	"slices"
	"strconv"

	"qualsys/issue/application"
	"qualsys/issue/payment"
	"qualsys/web/page"
)

// progress is the bar of five steps: how far it is, whose turn, what next and when.
func (c casePage) progress(v page.View) page.Progress {
	p := page.Progress{At: int(c.Status.Info.Bar), Turn: c.turn(), Next: c.next(v), Skipped: c.skipped()}
	switch {
	case p.Turn == page.Finished:
		p.At = 6
	case p.Turn == page.Stopped:
		p.At = c.stoppedAt()
	}
	// A step that this application has not is never the present one.
	for p.At <= 5 && slices.Contains(p.Skipped, p.At) {
		p.At++
	}
	return p
}

func (c casePage) turn() page.Turn {
	switch c.Status.State {
	case application.Rejected, application.Withdrawn, application.CancelledTimeout, application.CancelledDeceased, application.Discarded:
		return page.Stopped
	case application.Registered:
		if !c.certificateComes() {
			return page.Finished
		}
	}
	if c.pageOpen() {
		return page.You
	}
	if c.Confirming {
		return page.Wait
	}
	switch c.Status.Info.Owner {
	case application.HolderTurn:
		return page.You
	case application.OfficerTurn:
		return page.Staff
	case application.NobodysTurn:
		return page.Finished
	}
	return page.Wait
}

// skipped are the steps that this application has not: payment where nothing is
// owed, a certificate where nothing printed changes.
func (c casePage) skipped() []int {
	var l []int
	if c.Fee.Total() == 0 {
		l = append(l, int(application.BarPaid))
	}
	if onlyAddress(c.View) && c.Certificate == "" {
		l = append(l, int(application.BarCertificate))
	}
	return l
}

// stoppedAt is the step at which the application ended.
func (c casePage) stoppedAt() int {
	for _, e := range slices.Backward(c.Events) {
		if bar := application.Of(e.From).Bar; bar != application.NoBar {
			return int(bar)
		}
	}
	return int(application.BarReceived)
}

// next says what happens next and when.
func (c casePage) next(v page.View) string {
	switch s := c.Status.State; {
	case c.Confirming:
		return v.T("holder.confirming")
	case c.pageOpen():
		return v.T("holder.page_open")
	case s == application.Registered && !c.certificateComes():
		if onlyAddress(c.View) {
			return v.T("holder.registered_address")
		}
		return v.T("holder.registered_now")
	case s == application.Registered:
		return v.T("holder.registered_making")
	case s == application.EvidenceWait && !c.Status.Next.IsZero():
		return sentences(v, hint(v, c.View), v.T("holder.next_look", "date", due(v, c.Status.Next)))
	case s == application.Returned && !c.ReturnBy.IsZero():
		return sentences(v, hint(v, c.View), v.T("holder.till", "date", due(v, c.ReturnBy)))
	case (s == application.AwaitingPayment || s == application.PaymentFailed) && !c.PayBy.IsZero():
		return sentences(v, hint(v, c.View), v.T("holder.till", "date", due(v, c.PayBy)))
	case s == application.Scheduled && !c.EffectiveOn.IsZero():
		return sentences(v, hint(v, c.View), v.T("holder.registers_on", "date", due(v, c.EffectiveOn)))
	case c.Status.State.Open() && !c.ExpectedOn.IsZero() && c.Status.Info.Owner != application.HolderTurn:
		return sentences(v, hint(v, c.View), v.T("holder.expected_on", "date", due(v, c.ExpectedOn)))
	}
	return hint(v, c.View)
}

// expected is the day on which an answer can be expected.
func (c casePage) expected(v page.View) string {
	if c.ExpectedOn.IsZero() {
		return v.T("holder.soon")
	}
	return v.T("holder.around", "date", due(v, c.ExpectedOn))
}

// ahead is what happens after sending, step by step.
func (c casePage) ahead(v page.View) []string {
	if c.Kind == application.Reissue {
		old := v.T("holder.ahead_old_kept")
		if c.Loss.SwitchOff {
			old = v.T("holder.ahead_old_off")
		}
		return []string{old, v.T("holder.ahead_review", "date", c.expected(v)), v.T("holder.ahead_new")}
	}
	lines := []string{v.T("holder.ahead_registers")}
	if c.Notification && onlyAddress(c.View) && c.Fee.Total() == 0 {
		return append(lines, v.T("holder.ahead_address"))
	}
	lines = append(lines, v.T("holder.ahead_review", "date", c.expected(v)))
	if total := c.Fee.Total(); total > 0 {
		lines = append(lines, v.T("holder.ahead_pay", "amount", yen(v, total)))
	}
	if onlyAddress(c.View) {
		return append(lines, v.T("holder.ahead_address"))
	}
	return append(lines, v.T("holder.ahead_certificate"))
}

// facts are what is known of the application itself.
func (c casePage) facts(v page.View) []page.Row {
	rows := []page.Row{
		{Label: v.T("holder.state_now"), Value: c.stateNow(v)},
		{Label: v.T("holder.receipt_number"), Shown: page.Copyable(v, c.Number)},
		{Label: v.T("holder.arrived"), Value: page.DateTime(v.Lang, c.ArrivedAt)},
	}
	if c.Kind == application.Reissue {
		rows = append(rows, page.Row{Label: v.T("holder.loss_what"), Value: v.T("holder.loss_" + string(c.Loss.What))},
			page.Row{Label: v.T("holder.loss_old"), Value: v.T("holder.loss_" + offCode(c.Loss.SwitchOff))})
	}
	if !c.EffectiveOn.IsZero() {
		rows = append(rows, page.Row{Label: v.T("holder.effective_on"), Value: day(v, c.EffectiveOn)})
	}
	if c.Kind == application.Change && !onlyAddress(c.View) && c.Form.Paper != "" && c.turn() != page.Stopped {
		rows = append(rows, page.Row{Label: v.T("holder.paper"), Value: c.Form.Paper.Words(lang(v))})
	}
	return rows
}

// stateNow is the state's word; a payment page that was left open is still "waiting".
func (c casePage) stateNow(v page.View) string {
	if c.pageOpen() {
		return application.AwaitingPayment.Words(lang(v))
	}
	return stateWord(v, c.View)
}

func offCode(off bool) string {
	if off {
		return "now"
	}
	return "later"
}

// moneyRows are the lines that are owed, each with payee and where it stands.
func (c casePage) moneyRows(v page.View) []page.Row {
	var rows []page.Row
	for _, l := range c.Money.Lines {
		payee := l.Payee
		if l.Kind == payment.Tax {
			payee = v.T("holder.state")
		} else if v.Lang == page.En {
			payee = c.held.keeper(v)
		}
		rows = append(rows, page.Row{Label: v.T("holder." + l.Kind.String()), Value: v.T("holder.to_payee", "amount", yen(v, l.Amount), "payee", payee)})
	}
	return append(rows, page.Row{Label: v.T("holder.total"), Value: yen(v, c.Money.Total())})
}

// eventLine is a step in the life of an application, in words.
type eventLine struct{ When, What, Who string }

// timeline is what has happened, the newest first.
func (c casePage) timeline(v page.View) []eventLine {
	var lines []eventLine
	for _, e := range slices.Backward(c.Events) {
		lines = append(lines, eventLine{page.DateTime(v.Lang, e.At), e.To.Words(lang(v)), v.T("holder.by_" + string(e.By))})
	}
	return lines
}

// evidenceLine is a register that was asked.
type evidenceLine struct{ Source, State string }

// asked tells which registers were asked and since when, never what they answered.
func (c casePage) asked(v page.View) []evidenceLine {
	var lines []evidenceLine
	for _, e := range c.Evidence {
		one := evidenceLine{Source: e.Source.Words(lang(v)), State: v.T("holder.source_waiting")}
		if e.Done {
			one.State = v.T("holder.source_done", "time", page.DateTime(v.Lang, e.At))
		} else if !e.At.IsZero() {
			one.State = v.T("holder.source_asked", "time", page.DateTime(v.Lang, e.At))
		}
		if !slices.Contains(lines, one) {
			lines = append(lines, one)
		}
	}
	return lines
}

// itemAt is where a returned item is answered.
func (c casePage) itemAt(r application.ReturnItem) string { return c.path() + "/items/" + r.ID }

// openItems counts the returned items without an answer.
func (c casePage) openItems() string {
	n := 0
	for _, r := range c.items() {
		if r.Answer == "" {
			n++
		}
	}
	return strconv.Itoa(n)
}
