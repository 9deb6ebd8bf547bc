package holder

import (
	"strings"

	"qualsys/internal/store"
	"qualsys/issue/notice"
	"qualsys/web"
	"qualsys/web/page"
)

// inboxSize is how many messages stand on a page.
const inboxSize = 20

// inboxPage is a page of messages, the newest first.
type inboxPage struct {
	Messages []notice.Notice
	// Older leads to the page after; "" when there is none.
	Older string
	// First tells the first page from the others.
	First bool
}

func (i inboxPage) unread() bool {
	for _, n := range i.Messages {
		if n.ReadAt.IsZero() {
			return true
		}
	}
	return false
}

// inbox lists the messages.
func (p *Pages) inbox(v visit) error {
	view, err := v.view("/my/inbox")
	if err != nil {
		return err
	}
	before := v.c.Query("before")
	i := inboxPage{First: before == ""}
	err = v.read(func(tx *store.Tx) (err error) {
		i.Messages, err = p.o.Notices.Inbox(tx, v.by, noticeLanguage(view), before, inboxSize+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(i.Messages) > inboxSize {
		i.Messages = i.Messages[:inboxSize]
		i.Older = "/my/inbox?before=" + i.Messages[inboxSize-1].ID
	}
	return v.show(inboxScreen(view, i))
}

// message shows one message and marks it read.
func (p *Pages) message(v visit) error {
	var n notice.Notice
	err := v.write(func(tx *store.Tx) (err error) {
		n, err = p.o.Notices.Read(tx, v.by, noticeLanguage(page.View{Lang: web.Language(v.c)}), v.id())
		return err
	})
	if err != nil {
		return err
	}
	view, err := v.view("/my/inbox")
	if err != nil {
		return err
	}
	return v.show(messageScreen(view, n))
}

// readAll marks all messages read.
func (p *Pages) readAll(v visit) error {
	if err := v.write(func(tx *store.Tx) error { return p.o.Notices.ReadAll(tx, v.by) }); err != nil {
		return err
	}
	return v.to("/my/inbox")
}

func noticeLanguage(v page.View) notice.Language {
	if v.Lang == page.En {
		return notice.English
	}
	return notice.Japanese
}

// aboutAt is the page that a message is about; "" for none.
func aboutAt(n notice.Notice) string {
	kind, id, ok := strings.Cut(n.About, ":")
	if !ok {
		return ""
	}
	switch kind {
	case "application":
		return "/my/applications/" + id
	case "certificate":
		return "/my/certificates/" + id
	case "registration":
		return "/my/registrations/" + id
	}
	return ""
}
