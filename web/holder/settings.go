package holder

import (
	"net/url"

	"github.com/a-h/templ"

	"qualsys/internal/store"
	"qualsys/issue/notice"
	"qualsys/web"
	"qualsys/web/page"
)

// settings shows where and in which language the visitor is written to.
func (p *Pages) settings(v visit) error { return v.settingsPage(settingsScreen) }

// emailForm asks for an e-mail address. Whoever could change it unseen could
// take over the account: the login must be of a moment ago.
func (p *Pages) emailForm(v visit) error { return v.freshSettings(emailScreen) }

// removeEmailForm asks once more before the address is forgotten.
func (p *Pages) removeEmailForm(v visit) error { return v.freshSettings(removeEmailScreen) }

// codeForm asks for the code that was mailed.
func (p *Pages) codeForm(v visit) error { return v.settingsPage(codeScreen) }

func (v visit) freshSettings(what settingsTempl) error {
	if err := v.fresh(); err != nil {
		return err
	}
	return v.settingsPage(what)
}

// settingsTempl is a page about the settings.
type settingsTempl = func(page.View, notice.Settings) templ.Component

func (v visit) settingsPage(what settingsTempl) error {
	s, err := v.mySettings()
	if err != nil {
		return err
	}
	view, err := v.view("/my/settings")
	if err != nil {
		return err
	}
	return v.show(what(view, s))
}

func (v visit) mySettings() (s notice.Settings, err error) {
	err = v.read(func(tx *store.Tx) (err error) {
		s, err = v.p.o.Notices.Settings(tx, v.by)
		return err
	})
	return s, err
}

func (v visit) settingsAgain(wrong error, f url.Values, what settingsTempl) error {
	s, err := v.mySettings()
	if err != nil {
		return err
	}
	return v.again(wrong, f, "/my/settings", asPage(what, s))
}

// setLanguage chooses the language of messages, mails and pages.
func (p *Pages) setLanguage(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	l := notice.Language(f.Get("language"))
	if err := v.write(func(tx *store.Tx) error { return p.o.Notices.SetLanguage(tx, v.by, l) }); err != nil {
		return v.settingsAgain(err, f, settingsScreen)
	}
	if p.o.Speak != nil {
		p.o.Speak(v.c, page.ParseLang(string(l)))
	}
	web.Notice(v.c, "holder.language_set")
	return v.to("/my/settings")
}

// askEmail sends a code to a new address; the old one stays until it is typed.
func (p *Pages) askEmail(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := v.fresh(); err != nil {
		return err
	}
	a, err := notice.ParseAddress(f.Get("address"))
	if err != nil {
		return v.settingsAgain(atField(err, "address"), f, emailScreen)
	}
	if err := v.write(func(tx *store.Tx) error { return p.o.Notices.AskAddress(tx, v.by, a) }); err != nil {
		return v.settingsAgain(err, f, emailScreen)
	}
	return v.to("/my/settings/code")
}

// confirmEmail takes the code; from then on mails go to the new address, and the
// old one is told.
func (p *Pages) confirmEmail(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := p.o.Notices.ConfirmAddress(v.ctx, v.by, f.Get("code")); err != nil {
		return v.settingsAgain(err, f, codeScreen)
	}
	web.Notice(v.c, "holder.email_set")
	return v.to("/my/settings")
}

// removeEmail forgets the address, and tells it so.
func (p *Pages) removeEmail(v visit) error {
	if err := v.fresh(); err != nil {
		return err
	}
	if err := v.write(func(tx *store.Tx) error { return p.o.Notices.RemoveAddress(tx, v.by) }); err != nil {
		return err
	}
	web.Notice(v.c, "holder.email_removed")
	return v.to("/my/settings")
}
