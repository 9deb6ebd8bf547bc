package page

// home is where the sign of the service leads: the first page of the area.
func (v View) home() string {
	switch v.Area {
	case Holder:
		return "/my"
	case Officer:
		return "/officer"
	}
	return "/"
}

// backText is the words of the way back.
func (v View) backText() string {
	if v.Back.Text != "" {
		return v.Back.Text
	}
	return v.T("page.back")
}

// HolderNav is the navigation of a holder's pages; here is the path of the
// entry to mark, unread counts the messages that have not been opened.
func HolderNav(lang Lang, here string, unread int) []NavLink {
	return mark(here, []NavLink{
		{Link: Link{"/my", Text(lang, "page.nav_holder", nil)}},
		{Link: Link{"/my/inbox", Text(lang, "page.nav_inbox", nil)}, Count: unread},
		{Link: Link{"/my/settings", Text(lang, "page.nav_settings", nil)}},
	})
}

// OfficerNav is the navigation of an officer's pages; waiting counts the cases
// in the queue.
func OfficerNav(lang Lang, here string, waiting int) []NavLink {
	return mark(here, []NavLink{
		{Link: Link{"/officer", Text(lang, "page.nav_queue", nil)}, Count: waiting},
		{Link: Link{"/officer/registrations", Text(lang, "page.nav_registrations", nil)}},
	})
}

func mark(here string, links []NavLink) []NavLink {
	for i := range links {
		links[i].Here = links[i].Href == here
	}
	return links
}
