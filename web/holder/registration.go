package holder

import (
	"errors"
	"slices"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// entryPage is everything that is said about one registration.
type entryPage struct {
	held
	Offers  []application.Offer
	History []registry.Entry
	// Cases are all applications for it, the newest first.
	Cases []caseLine
	Todo  todo
	Today person.Date
}

// registration shows everything that the register says.
func (p *Pages) registration(v visit) error {
	view, err := v.view("")
	if err != nil {
		return err
	}
	e, err := v.entry(view)
	if err != nil {
		return err
	}
	return v.show(registrationPage(view, e))
}

func (v visit) entry(view page.View) (e entryPage, err error) {
	err = v.read(func(tx *store.Tx) (err error) {
		e.Today = person.DateAt(tx.Now)
		if e.held, err = v.held(tx, registry.ID(v.id())); err != nil {
			return err
		}
		e.History, err = registry.History(tx, e.ID)
		return err
	})
	if err != nil {
		return e, err
	}
	if !e.ended() {
		if e.Offers, err = v.p.o.Applications.Offers(v.ctx, v.by, e.ID); err != nil {
			return e, err
		}
	}
	list, err := v.p.o.Applications.ListOf(v.ctx, v.by)
	if err != nil {
		return e, err
	}
	for _, a := range list {
		if a.Registration.ID == e.ID {
			e.Cases = append(e.Cases, caseLine{a, e.title(view)})
		}
	}
	e.Todo = whatNow(view, e.held, casesOf(view, e.held, list))
	return e, nil
}

// particulars are what the register says, in the order of the law.
func (e entryPage) particulars(v page.View) []page.Row {
	rows := []page.Row{
		{Label: v.T("holder.name"), Value: e.Name.String()},
		{Label: v.T("holder.kana"), Value: e.Kana.String()},
		{Label: v.T("holder.birth"), Value: day(v, e.BirthDate)},
	}
	if e.Of.Registers("domicile_prefecture") || !e.Domicile.IsZero() {
		rows = append(rows, page.Row{Label: application.ItemWords("domicile", lang(v)), Value: e.Domicile.String()})
	}
	if e.Of.Registers("address") || !e.Address.IsZero() {
		rows = append(rows, page.Row{Label: v.T("holder.address"), Value: e.Address.String()})
	}
	rows = append(rows,
		page.Row{Label: v.T("holder.number"), Value: e.Number},
		page.Row{Label: v.T("holder.registered_on"), Value: day(v, e.RegisteredOn)})
	for _, i := range e.Items {
		rows = append(rows, page.Row{Label: itemLabel(v, i.Key), Value: i.Value})
	}
	return append(rows, page.Row{Label: v.T("holder.kept_by"), Value: e.keeper(v)})
}

// suspended tells the present or coming suspension, or nothing.
func (e entryPage) suspended(v page.View) string {
	s := e.Suspension
	switch {
	case s.From.IsZero() || e.ended() || !s.Until.IsZero() && s.Until.Before(e.Today):
		return ""
	case s.Until.IsZero():
		return v.T("holder.suspended_open", "from", day(v, s.From))
	}
	return v.T("holder.suspended", "from", day(v, s.From), "until", day(v, s.Until))
}

// change returns what can be changed online.
func (e entryPage) change() []application.Offer {
	return slices.DeleteFunc(slices.Clone(e.Offers), func(o application.Offer) bool { return o.Kind != application.Change || !o.Online })
}

// historyLine is an entry in the holder's words.
type historyLine struct {
	What, Effective, Recorded, Cause string
	// At leads to the application that was the cause.
	At      string
	Changes []page.Change
}

// history puts the entries into words, the newest first.
func (e entryPage) history(v page.View) []historyLine {
	var lines []historyLine
	for _, one := range slices.Backward(e.History) {
		l := historyLine{
			What: entryWords(v, one), Effective: day(v, one.EffectiveOn), Recorded: page.DateTime(v.Lang, one.RecordedAt),
			Cause: v.T("holder.cause_" + causeCode(one)),
		}
		if one.Version > 1 {
			l.Changes = differences(v, one.Before.Particulars, one.After.Particulars)
		}
		if i := slices.IndexFunc(e.Cases, func(c caseLine) bool { return c.ID == one.Cause.Ref }); i >= 0 {
			l.At = "/my/applications/" + one.Cause.Ref
		}
		lines = append(lines, l)
	}
	return lines
}

// entryWords says what an entry did, several changes in one.
func entryWords(v page.View, e registry.Entry) string {
	words := make([]string, len(e.Kinds))
	for i, k := range e.Kinds {
		words[i] = v.T("holder.entry_" + string(k))
	}
	return listed(v, words)
}

// causeCode is the end of the message code that tells why an entry was made.
func causeCode(e registry.Entry) string {
	switch e.Cause.Kind {
	case "application", "officer", "proposal", "import", "rule":
		return e.Cause.Kind
	}
	return "import"
}

// differences are the particulars that an entry changed.
func differences(v page.View, from, to registry.Particulars) []page.Change {
	all := []page.Change{
		{Label: v.T("holder.name"), From: from.Name.String(), To: to.Name.String()},
		{Label: v.T("holder.kana"), From: from.Kana.String(), To: to.Kana.String()},
		{Label: v.T("holder.birth"), From: day(v, from.BirthDate), To: day(v, to.BirthDate)},
		{Label: application.ItemWords("domicile", lang(v)), From: from.Domicile.String(), To: to.Domicile.String()},
		{Label: v.T("holder.address"), From: from.Address.String(), To: to.Address.String()},
	}
	keys := map[string]bool{}
	for _, i := range append(slices.Clone(from.Items), to.Items...) {
		if !keys[i.Key] {
			keys[i.Key] = true
			all = append(all, page.Change{Label: itemLabel(v, i.Key), From: from.Item(i.Key), To: to.Item(i.Key)})
		}
	}
	return slices.DeleteFunc(all, func(c page.Change) bool { return c.From == c.To })
}

// makeCertificate has the certificate made, or finds the one that is there. A
// name that can't be printed is told with its reason.
func (p *Pages) makeCertificate(v visit) error {
	h, err := v.theirs(v.id())
	if err != nil {
		return err
	}
	c, err := p.o.Certificates.Issue(v.ctx, v.by, h.ID, registry.Cause{Kind: "holder"})
	if err == nil {
		web.Notice(v.c, "holder.certificate_made")
		return v.to(certificateAt(c))
	}
	faults, ok := fault.All(err)
	if !ok || len(faults) == 0 || mine(faults[0].Kind()) {
		return err
	}
	view, verr := v.view("")
	if verr != nil {
		return verr
	}
	view.Path = h.at()
	return web.Page(v.c, web.Status(faults[0].Kind()), refusedPage(view, refused{h, faults[0]}))
}

// refused is a certificate that could not be made, and why.
type refused struct {
	held
	Why *fault.Fault
}

// unprintable reports whether what the register says can't be put on paper:
// an officer has been told.
func (r refused) unprintable() bool {
	return errors.Is(r.Why, issue.ErrNotPrintable) || errors.Is(r.Why, issue.ErrUnprintable) || errors.Is(r.Why, issue.ErrMisprint)
}

// unlinkForm asks once more before a link is ended.
func (p *Pages) unlinkForm(v visit) error {
	if err := v.fresh(); err != nil {
		return err
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	h, err := v.theirs(v.id())
	if err != nil {
		return err
	}
	return v.show(unlinkPage(view, h))
}

// unlink ends the link of the visitor's login to a registration.
func (p *Pages) unlink(v visit) error {
	if err := v.fresh(); err != nil {
		return err
	}
	err := v.write(func(tx *store.Tx) error { return p.o.Links.Unlink(tx, v.by, registry.ID(v.id())) })
	if err != nil {
		return err
	}
	web.Notice(v.c, "holder.unlinked")
	return v.to("/my")
}
