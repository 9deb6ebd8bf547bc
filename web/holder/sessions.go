package holder

import (
	"errors"

	"qualsys/web"
	"qualsys/web/page"
)

// sessionsPage is where the visitor is logged in.
type sessionsPage struct {
	List []web.Session
	// Here is the session of this browser.
	Here string
}

func (s sessionsPage) others() int { return len(s.List) - 1 }

// agent names browser and device, or says that they are not known.
func agent(v page.View, s web.Session) string {
	if s.Agent == "" || s.Agent == "? / ?" {
		return v.T("holder.agent_unknown")
	}
	return s.Agent
}

// sessions lists where the visitor is logged in.
func (p *Pages) sessions(v visit) error {
	s, err := v.mySessions()
	if err != nil {
		return err
	}
	view, err := v.view("/my/settings")
	if err != nil {
		return err
	}
	return v.show(sessionsScreen(view, s))
}

func (v visit) mySessions() (s sessionsPage, err error) {
	here, err := web.Current(v.c)
	if err != nil {
		return s, err
	}
	s.Here = here.ID
	s.List, err = v.p.o.Sessions.List(v.ctx, v.by.ID)
	return s, err
}

// endSession ends one session. One that has ended by itself is as good.
func (p *Pages) endSession(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	err = p.o.Sessions.Revoke(v.ctx, v.by.ID, f.Get("id"))
	if err != nil && !errors.Is(err, web.ErrNoSession) {
		return err
	}
	if err != nil {
		web.Notice(v.c, "holder.session_gone")
		return v.to("/my/sessions")
	}
	if here, err := web.Current(v.c); err == nil && here.ID == f.Get("id") {
		web.Notice(v.c, "web.logged_out")
		return v.to("/")
	}
	web.Notice(v.c, "web.session_ended")
	return v.to("/my/sessions")
}

// endOthers ends every session but this one.
func (p *Pages) endOthers(v visit) error {
	here, err := web.Current(v.c)
	if err != nil {
		return err
	}
	if _, err := p.o.Sessions.RevokeOthers(v.ctx, v.by.ID, here.ID); err != nil {
		return err
	}
	web.Notice(v.c, "holder.others_ended")
	return v.to("/my/sessions")
}
