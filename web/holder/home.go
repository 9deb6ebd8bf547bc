package holder

import (
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/web/page"
)

// home is what the first page shows.
type home struct {
	Cards []card
	// Cases are the applications that are not at their end.
	Cases []caseLine
	// Unread counts messages.
	Unread int
}

// card is one qualification and the one thing to do about it now.
type card struct {
	held
	Todo todo
}

// todo is the one thing to do now. Post tells a button that does it from a link
// that leads there. Yours frames what waits for the holder.
type todo struct {
	Why, Text, Href string
	Post, Yours     bool
}

// caseLine is an application in a list.
type caseLine struct {
	application.View
	Name string // of the qualification
}

// home shows the visitor's qualifications.
func (p *Pages) home(v visit) error {
	view, err := v.view("/my")
	if err != nil {
		return err
	}
	var h home
	var all []held
	err = v.read(func(tx *store.Tx) error {
		ids, err := p.o.Links.Registrations(tx, v.by)
		if err != nil {
			return err
		}
		for _, id := range ids {
			one, err := v.held(tx, id)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		h.Unread, err = p.o.Notices.Unread(tx, v.by)
		return err
	})
	if err != nil {
		return err
	}
	list, err := p.o.Applications.ListOf(v.ctx, v.by)
	if err != nil {
		return err
	}
	for _, one := range all {
		cases := casesOf(view, one, list)
		h.Cards = append(h.Cards, card{one, whatNow(view, one, cases)})
		h.Cases = append(h.Cases, cases...)
	}
	return v.show(homePage(view, h))
}

// casesOf are the applications for a registration that are not at their end.
func casesOf(view page.View, h held, list []application.View) []caseLine {
	var cases []caseLine
	for _, a := range list {
		if a.Registration.ID == h.ID && (a.Status.State == application.Draft || a.Status.State.Open()) {
			cases = append(cases, caseLine{a, h.title(view)})
		}
	}
	return cases
}

// whatNow finds the one thing to do: what waits for the holder comes first, then
// the certificate.
func whatNow(v page.View, h held, cases []caseLine) todo {
	for _, c := range cases {
		at := "/my/applications/" + c.ID
		switch {
		case c.Status.State == application.Returned:
			return todo{Why: v.T("holder.todo_returned_why"), Text: v.T("holder.todo_returned"), Href: at, Yours: true}
		case c.Can.Pay:
			return todo{Why: v.T("holder.todo_pay_why"), Text: v.T("holder.todo_pay"), Href: at, Yours: true}
		case c.Status.State == application.Draft:
			return todo{Why: v.T("holder.todo_draft_why"), Text: v.T("holder.todo_draft"), Href: at}
		}
	}
	switch c, usable := h.usable(); {
	case usable:
		return todo{Text: v.T("holder.todo_show"), Href: certificateAt(c)}
	case h.ended():
		return todo{Text: v.T("holder.todo_look"), Href: h.at()}
	case h.making():
		return todo{Why: v.T("holder.todo_making_why"), Text: v.T("holder.todo_look"), Href: h.at()}
	case h.mayHaveOne():
		return todo{Why: v.T("holder.todo_first_why"), Text: v.T("holder.make_certificate"), Href: h.at() + "/certificate", Post: true}
	}
	return todo{Text: v.T("holder.todo_look"), Href: h.at()}
}
