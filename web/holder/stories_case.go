package holder

import (
	"time"

	"qualsys/issue/application"
	"qualsys/issue/credential"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry/person"
	"qualsys/web/page"
)

func init() {
	storyDrafts()
	storyCases()
	story("change before", "", of(beforeChangePage, beforePage{held: storyHeld(2), Offers: storyOffers()}))
	story("change before elsewhere", "", of(beforeChangePage, beforePage{held: storyHeld(1), Offers: []offered{
		{Item: application.Name, Kind: application.Change, Elsewhere: "paper"}, storyOffers()[2]}}))
	story("change before draft", "", of(beforeChangePage, beforePage{held: storyHeld(1), Offers: storyOffers(), Case: application.View{ID: "A1"}}))
	story("change before open", "", of(beforeChangePage, beforePage{held: storyHeld(1), Offers: storyOffers(), Case: application.View{ID: "A1", Number: "2026-000123-6"}}))
}

// storyDraft is a draft that changes everything at once, to the longest name.
func storyDraft(at application.Screen, change func(*draftPage)) draftPage {
	h := storyHeld(0)
	f := application.Form{Items: application.Items, Name: page.HardNames[2], Kana: "アディグウェ チュクウェメカ オドゥメグ オルワセウン エブノルワ クリストファー",
		Address: h.Address.String() + "（北館）", Domicile: "沖縄県", EventOn: "2026/11/01", Paper: application.Give, Electronic: true}
	a := application.View{ID: "A1", Version: 3, Kind: application.Change, Registration: h.Registration, Offers: storyOffers(), Form: f,
		Prefill: application.Prefill{Asked: true, Status: evidence.Found, At: page.StoryNow().Add(-time.Minute), Name: f.Name,
			Address: f.Address, Differs: []application.Item{application.Name, application.Address}},
		Screen: application.ConfirmP, Needs: application.Needs{Kana: true, EventOn: true}, Fee: application.Fee{Tax: 1000, Charge: 500},
		Screens: []application.Screen{application.Choose, application.CheckNew, application.KanaPage, application.Delivery, application.ConfirmP, application.Done},
		Paper:   application.Give, Status: application.Status{State: application.Draft, Info: application.Of(application.Draft)}}
	for _, i := range f.Items {
		d := draftPage{View: a}
		row := application.Row{Item: i, Old: d.now(i), New: d.typed(i)}
		if i == application.Name {
			row.OldKana, row.NewKana = h.Kana.String(), f.Kana
		}
		a.Rows = append(a.Rows, row)
	}
	d := draftPage{View: a, At: at, Of: h.Of, Kept: h.Kept}
	if change != nil {
		change(&d)
	}
	return d
}

func storyDrafts() {
	for _, s := range []application.Screen{application.Choose, application.CheckNew, application.KanaPage, application.Delivery, application.ConfirmP} {
		story("draft "+string(s), "", of(draftScreen, storyDraft(s, nil)))
	}
	story("draft choose pending", "", of(draftScreen, storyDraft(application.Choose, func(d *draftPage) {
		d.Prefill = application.Prefill{Asked: true, Status: evidence.Found, Pending: true}
		d.Form.Items = nil
	})))
	story("draft choose silent", "", faulty(draftScreen, storyDraft(application.Choose, func(d *draftPage) {
		d.Prefill = application.Prefill{Asked: true, Status: evidence.Silent}
	}), map[string][]string{}, application.ErrNothing.At("items")))
	story("draft check with faults", "", faulty(draftScreen, storyDraft(application.CheckNew, func(d *draftPage) {
		d.Needs.LateReason, d.Needs.DaysLate, d.Prefill.Replaced = true, 41, true
	}), map[string][]string{"name": {page.HardNames[10]}, "address": {""}, "domicile": {"神奈川県横浜市中区1-2-3"}, "event_on": {"先月"}, "late_reason": {""}},
		person.ErrNameSymbol.With("codepoint", "U+003C").With("position", 1).At("name"), person.ErrAddressEmpty.At("address"),
		person.ErrDomicileAddress.With("prefecture", "神奈川県").At("domicile"), application.ErrEventOn.At("event_on"), application.ErrLateReason.At("late_reason")))
	story("draft kana with faults", "", faulty(draftScreen, storyDraft(application.KanaPage, nil), map[string][]string{"kana": {"SATO"}}, person.ErrKana.At("kana")))
	story("draft delivery with faults", "", faulty(draftScreen, storyDraft(application.Delivery, nil), map[string][]string{}, application.ErrPaper.At("paper")))
	story("draft confirm free", "", of(draftScreen, storyDraft(application.ConfirmP, func(d *draftPage) {
		d.Form.Items, d.Fee, d.Form.Electronic, d.Form.Paper, d.Rows = []application.Item{application.Address}, application.Fee{}, false, application.Keep, d.Rows[2:]
	})))
	story("draft confirm stale", "", faulty(draftScreen, storyDraft(application.ConfirmP, nil), nil, application.ErrStale))
	story("draft discard", "", of(discardPage, storyDraft(application.Choose, nil).View))
}

// storyCase is an application in a state, with what goes with it.
func storyCase(s application.State, change func(*casePage)) casePage {
	now := page.StoryNow()
	d := storyDraft(application.Done, nil)
	h := storyHeld(2)
	h = h.with(storyCertificate(h, "C1", credential.Valid, 0))
	c := casePage{View: d.View, held: h}
	c.Registration = h.Registration
	c.Number, c.ArrivedAt, c.Screen = "2026-000123-6", now.Add(-70*time.Hour), application.Done
	c.ExpectedOn = person.DateOf(2026, 12, 18)
	c.Status = application.Status{State: s, Info: application.Of(s), Next: person.DateOf(2026, 11, 24)}
	c.Can = application.Can{Withdraw: s.Open() && s != application.Registering}
	c.Evidence = []application.EvidenceLine{
		{Source: evidence.Resident, Done: true, At: now.Add(-69 * time.Hour)}, {Source: evidence.Family, At: now.Add(-2 * time.Hour)}}
	c.Events = []application.Event{
		{Step: application.Submit, From: application.Draft, To: application.Submitted, At: now.Add(-70 * time.Hour), By: application.HolderTurn},
		{Step: application.Ask, From: application.Submitted, To: application.EvidencePending, At: now.Add(-70 * time.Hour), By: application.SystemTurn},
		{Step: application.Examine, From: application.EvidencePending, To: application.UnderReview, At: now.Add(-69 * time.Hour), By: application.SystemTurn},
	}
	if s == application.AwaitingPayment || s == application.PaymentFailed || s == application.PaymentProcessing {
		c.PayBy, c.Can.Pay, c.Money = person.DateOf(2026, 12, 23), s != application.PaymentProcessing, storyMoney(payment.Requested)
	}
	if s == application.Returned {
		c.ReturnBy, c.Can.Answer, c.Can.Resubmit, c.Returned = person.DateOf(2026, 12, 23), true, true, storyReturned()
	}
	if change != nil {
		change(&c)
	}
	return c
}

func storyMoney(s payment.LineState) *payment.Basket {
	return &payment.Basket{Application: "A1", Number: "2026-000123-6", Deadline: page.StoryNow().AddDate(0, 0, 30), Lines: []payment.Line{
		{Kind: payment.Tax, Payee: payment.StatePayee, Amount: 1000, State: s}, {Kind: payment.Charge, Payee: center.Name, Amount: 500, State: s}}}
}

func storyReceipts(tax, charge payment.LineState) []payment.Receipt {
	at := page.StoryNow().Add(-time.Hour)
	return []payment.Receipt{
		{Number: "T-2026-000001", Kind: payment.Tax, ApplicationNumber: "2026-000123-6", Payee: payment.StatePayee, Amount: 1000, PaidAt: at, IssuedAt: at, State: tax},
		{Number: "R-2026-000001", Kind: payment.Charge, ApplicationNumber: "2026-000123-6", Payee: center.Name, Amount: 500, PaidAt: at, IssuedAt: at, State: charge},
	}
}

func storyReturned() []application.ReturnItem {
	return []application.ReturnItem{
		{ID: "I1", Item: "name", Reason: "name_differs", Text: application.ReturnReasons[0].Ja, Note: "「𠮷」の上の横棒の長さをご確認ください。",
			Ways: []application.Way{application.Amend, application.Upload, application.Identifier}, Round: 1},
		{ID: "I2", Item: "family_record", Reason: "history_unclear", Text: application.ReturnReasons[5].Ja,
			Ways: []application.Way{application.Upload, application.Identifier}, Answer: application.Identifier, Shown: "＊＊＊＊＊＊＊＊＊＊＊＊3456", Round: 1},
		{ID: "I3", Item: "other", Reason: "other", Text: "次の点をご確認ください。", Ways: []application.Way{application.Explain, application.Upload}, Round: 1},
	}
}

func storyCases() {
	for _, s := range []application.State{application.Submitted, application.DuplicateHold, application.EvidencePending, application.EvidenceWait,
		application.EvidenceMismatch, application.UnderReview, application.Returned, application.AwaitingPayment, application.PaymentFailed,
		application.PaymentSettled, application.Scheduled, application.Withdrawn, application.CancelledTimeout, application.ErrorHold} {
		story("application "+string(s), "", of(caseScreen, storyCase(s, func(c *casePage) {
			c.Can.Copy = s == application.CancelledTimeout
			if s == application.Scheduled {
				c.EffectiveOn = person.DateOf(2027, 1, 1)
			}
		})))
	}
	storyPayments()
	storyEnds()
	for _, one := range storyReturned() {
		story("item "+one.Item, "", of(itemScreen, itemPage{storyCase(application.Returned, nil), one}))
	}
	story("item with faults", "", faulty(itemScreen, itemPage{storyCase(application.Returned, nil), storyReturned()[0]},
		map[string][]string{"number": {"123456789012345"}, "issued_on": {"2026/08/01"}},
		application.ErrIdentifier.At("number"), application.ErrIdentifierOld.At("issued_on"), ErrFile.At("file")))
}

// storyPayments are the moments between a request for money and its arrival.
func storyPayments() {
	story("application payment open", "", of(caseScreen, storyCase(application.PaymentProcessing, func(c *casePage) { c.Money.Open = true })))
	story("application payment confirming", "", of(caseScreen, storyCase(application.PaymentProcessing, func(c *casePage) {
		c.Confirming, c.Can.Withdraw, c.Money = true, false, storyMoney(payment.Processing)
	})))
	story("application payment slow", "", of(caseScreen, storyCase(application.PaymentProcessing, func(c *casePage) {
		c.Confirming, c.Can.Withdraw, c.Round = true, false, maxRounds
	})))
}

// storyEnds are how an application ends, and how it was sent.
func storyEnds() {
	story("application registered making", "", of(caseScreen, storyCase(application.Registered, func(c *casePage) {
		c.held = c.held.with(storyCertificate(c.held, "C1", credential.Changed, 0))
		c.Receipts = storyReceipts(payment.Captured, payment.Captured)
	})))
	story("application registered address", "", of(caseScreen, storyCase(application.Registered, func(c *casePage) {
		c.Form.Items, c.Fee, c.Rows = []application.Item{application.Address}, application.Fee{}, c.Rows[2:]
	})))
	story("application done", "", of(caseScreen, storyCase(application.CertificateIssued, func(c *casePage) {
		c.Certificate, c.Receipts, c.EffectiveOn = "C2", storyReceipts(payment.Captured, payment.Captured), person.DateOf(2026, 11, 23)
	})))
	story("application rejected", "", of(caseScreen, storyCase(application.Rejected, func(c *casePage) {
		c.Decision = &application.Decision{On: person.DateOf(2026, 11, 23), Reason: "not_proven", Text: application.RejectReasons[1].Ja,
			Authority: "厚生労働大臣", Defendant: "公益財団法人 社会福祉振興・試験センター"}
	})))
	story("application loss", "", of(caseScreen, storyCase(application.UnderReview, func(c *casePage) {
		c.Kind, c.Rows, c.Fee, c.Loss = application.Reissue, nil, application.Fee{}, application.Loss{What: application.Leaked, SwitchOff: true}
	})))
	story("application returned answered", "", of(caseScreen, storyCase(application.Returned, func(c *casePage) {
		for i := range c.Returned {
			c.Returned[i].Answer, c.Returned[i].Shown = application.Explain, page.HardNames[2]
		}
	})))
	story("application sent", "", of(donePage, storyCase(application.Submitted, nil)))
	story("application sent loss", "", of(donePage, storyCase(application.Submitted, func(c *casePage) {
		c.Kind, c.Loss, c.Fee = application.Reissue, application.Loss{What: application.Lost, SwitchOff: true}, application.Fee{}
	})))
	story("application withdraw", "", of(withdrawPage, storyCase(application.AwaitingPayment, nil)))
	story("receipt", "", of(receiptScreen, receiptPage{storyCase(application.CertificateIssued, func(c *casePage) {
		c.Receipts = storyReceipts(payment.Captured, payment.Captured)
	})}))
	story("receipt returned", "", of(receiptScreen, receiptPage{storyCase(application.Withdrawn, func(c *casePage) {
		c.Receipts = storyReceipts(payment.TaxNoticeDue, payment.Refunded)
	})}))
}
