package holder

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// draftPage is one screen of a draft.
type draftPage struct {
	application.View
	At   application.Screen
	Of   registry.Qualification
	Kept registry.Body
}

func (d draftPage) path() string { return "/my/applications/" + d.ID }

// address is this screen's own, so that going back in the browser leads to the
// screen before.
func (d draftPage) address() string { return screenAddress(d.View, d.At) }

// screenAddress is the address of a screen of a draft.
func screenAddress(a application.View, at application.Screen) string {
	return "/my/applications/" + a.ID + "?screen=" + string(screenOf(a, at))
}

// step is the place of the screen among those that this draft has.
func (d draftPage) step() page.Step {
	return page.Step{N: slices.Index(d.Screens, d.At) + 1, Of: len(d.Screens)}
}

// before leads to the screen before without loss.
func (d draftPage) before() *page.Link {
	i := slices.Index(d.Screens, d.At)
	if i <= 0 {
		return back("/my/registrations/"+string(d.Registration.ID)+"/change", "")
	}
	return back(screenAddress(d.View, d.Screens[i-1]), "")
}

// offers returns what can be changed here.
func (d draftPage) offers() []offered {
	return slices.DeleteFunc(slices.Clone(d.Offers), func(o offered) bool { return o.Kind != application.Change || !o.Online })
}

func (d draftPage) asks(i application.Item) bool { return slices.Contains(d.Form.Items, i) }

// differs reports whether the resident register says otherwise than ours.
func (d draftPage) differs(i application.Item) bool { return slices.Contains(d.Prefill.Differs, i) }

// filled is the end of the message code that tells what the resident register
// answered when the draft was begun; "" says nothing.
func (d draftPage) filled() string {
	switch {
	case !d.Prefill.Asked:
		return ""
	case d.Prefill.Status != evidence.Found:
		return "silent"
	case len(d.Prefill.Differs) > 0:
		return "differs"
	case d.Prefill.Pending:
		return "pending"
	}
	return ""
}

// now is what the register says of an item.
func (d draftPage) now(i application.Item) string {
	switch i {
	case application.Name:
		return d.Registration.Name.String()
	case application.Address:
		return d.Registration.Address.String()
	case application.Domicile:
		return d.Registration.Domicile.String()
	}
	return ""
}

// typed is what the draft holds for an item.
func (d draftPage) typed(i application.Item) string {
	switch i {
	case application.Name:
		return d.Form.Name
	case application.Address:
		return d.Form.Address
	case application.Domicile:
		if d.Form.Domicile == d.Registration.Domicile.String() {
			return ""
		}
		return d.Form.Domicile
	}
	return ""
}

// screenOf returns the screen to show: the one asked for when the draft has come
// that far, else the one where it stands.
func screenOf(a application.View, asked application.Screen) application.Screen {
	stands := a.Screen
	if !slices.Contains(a.Screens, stands) || stands == application.Done {
		stands = application.ConfirmP
	}
	at := slices.Index(a.Screens, asked)
	if at >= 0 && at <= slices.Index(a.Screens, stands) {
		return asked
	}
	return stands
}

func (v visit) draftPage(a application.View, at application.Screen) (d draftPage, err error) {
	d.View, d.At = a, screenOf(a, at)
	err = v.read(func(tx *store.Tx) (err error) {
		if d.Of, err = registry.QualificationOf(tx, a.Registration.Qualification, person.DateAt(tx.Now)); err != nil {
			return err
		}
		d.Kept, err = registry.GetBody(tx, a.Registration.Body)
		return err
	})
	return d, err
}

// saveDraft keeps one screen and leads to the next.
func (p *Pages) saveDraft(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	screen := application.Screen(f.Get("screen"))
	a, err := p.o.Applications.Save(v.ctx, v.by, v.id(), number(f.Get("version")), screen, formOf(f))
	if err == nil {
		return v.to(screenAddress(a, a.Screen))
	}
	return v.draftAgain(a, screen, err, f)
}

// formOf reads the fields of every screen; a screen has only its own.
func formOf(f url.Values) application.Form {
	form := application.Form{
		Name: oneLine(f.Get("name")), Kana: f.Get("kana"), Address: oneLine(f.Get("address")), Domicile: oneLine(f.Get("domicile")),
		EventOn: f.Get("event_on"), LateReason: f.Get("late_reason"),
		Paper: application.Paper(f.Get("paper")), Electronic: f.Get("electronic") != "",
	}
	for _, i := range f["items"] {
		form.Items = append(form.Items, application.Item(i))
	}
	return form
}

// oneLine takes line breaks out of a value for which the field has several lines
// only so that a long one can be read whole.
func oneLine(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }

// submitDraft sends the draft.
func (p *Pages) submitDraft(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	a, err := p.o.Applications.Submit(v.ctx, v.by, v.id(), number(f.Get("version")))
	if err == nil {
		return v.to("/my/applications/" + a.ID + "?sent=1")
	}
	return v.draftAgain(application.View{}, application.ConfirmP, err, nil)
}

// draftAgain shows the screen at which something is wrong. a is the draft as it
// stands after the step, or the zero View when the step did nothing.
func (v visit) draftAgain(a application.View, at application.Screen, wrong error, typed url.Values) error {
	if errors.Is(wrong, fault.NotFound) {
		return wrong
	}
	if a.ID == "" {
		var err error
		if a, err = v.p.o.Applications.View(v.ctx, v.by, v.id()); err != nil {
			return err
		}
	}
	if a.Status.State != application.Draft { // sent meanwhile, perhaps by the same press
		return v.to("/my/applications/" + a.ID)
	}
	if faults, ok := fault.All(wrong); ok && at == application.ConfirmP && len(faults) > 0 {
		at = screenWith(faults[0].Field(), at)
	}
	d, err := v.draftPage(a, at)
	if err != nil {
		return err
	}
	return v.again(wrong, typed, "", asPage(draftScreen, d))
}

// screenWith returns the screen that holds a field.
func screenWith(field string, otherwise application.Screen) application.Screen {
	switch field {
	case "items":
		return application.Choose
	case "name", "address", "domicile", "event_on", "late_reason":
		return application.CheckNew
	case "kana":
		return application.KanaPage
	case "paper":
		return application.Delivery
	}
	return otherwise
}

// discardForm asks once more before a draft is thrown away.
func (p *Pages) discardForm(v visit) error {
	a, err := p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return err
	}
	if a.Status.State != application.Draft {
		return v.to("/my/applications/" + a.ID)
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(discardPage(view, a))
}

// discard throws a draft away.
func (p *Pages) discard(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	a, err := p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return err
	}
	if err := p.o.Applications.Discard(v.ctx, v.by, a.ID, number(f.Get("version"))); err != nil {
		return v.again(err, nil, "", asPage(discardPage, a))
	}
	web.Notice(v.c, "holder.discarded")
	return v.to("/my/registrations/" + string(a.Registration.ID))
}

// copyDraft begins a new draft with what was typed in one that lapsed.
func (p *Pages) copyDraft(v visit) error {
	a, err := p.o.Applications.CopyToDraft(v.ctx, v.by, v.id())
	if id, open := openCase(err); open {
		return v.to("/my/applications/" + id)
	}
	if err != nil {
		return err
	}
	return v.to("/my/applications/" + a.ID)
}
