package holder

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue/application/linking"
	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/identity"
	"qualsys/web/page"
)

// What the form for linking asks.
var (
	ErrRegister = fault.New(fault.Invalid, "holder.register_needed")
	ErrNumber   = fault.New(fault.Invalid, "holder.number_needed")
)

// linkPage is what the form for linking shows: the card's claims, never typed,
// and the registers to choose from.
type linkPage struct {
	Card      identity.Login
	Registers []registerChoice
}

// registerChoice is a register that a link can be asked for.
type registerChoice struct {
	registry.RegisterInfo
	Of   registry.Qualification
	Kept registry.Body
	// Several tells that other registers hold the same qualification.
	Several bool
}

// linkForm asks which registration is meant.
func (p *Pages) linkForm(v visit) error {
	if err := v.fresh(); err != nil {
		return err
	}
	view, err := v.view("/my")
	if err != nil {
		return err
	}
	if v.c.Query("asked") == "1" {
		return v.show(linkAskedPage(view))
	}
	data, err := v.linkPage()
	if err != nil {
		return err
	}
	return v.show(linkFormPage(view, data))
}

// linkPage gathers the registers of the qualifications that are run here.
func (v visit) linkPage() (l linkPage, err error) {
	if l.Card, err = web.Login(v.c); err != nil {
		return l, err
	}
	err = v.read(func(tx *store.Tx) error {
		all, err := registry.Qualifications(tx, person.DateAt(tx.Now))
		if err != nil {
			return err
		}
		for _, q := range all {
			if !q.Live && !q.Demo {
				continue
			}
			registers, err := registry.RegistersOf(tx, q.Code)
			if err != nil {
				return err
			}
			for _, r := range registers {
				body, err := registry.GetBody(tx, r.Body)
				if err != nil {
					return err
				}
				l.Registers = append(l.Registers, registerChoice{r, q, body, len(registers) > 1})
			}
		}
		return nil
	})
	return l, err
}

func (l linkPage) options(v page.View) []page.Option {
	options := []page.Option{{Value: "", Label: v.T("holder.choose"), Chosen: true}}
	for _, r := range l.Registers {
		label := qualification(v, r.Of)
		if r.Several {
			label = v.T("holder.of_body", "qualification", label, "body", bodyName(v, r.Kept))
		}
		options = append(options, page.Option{Value: strconv.FormatUint(uint64(r.No), 10), Label: label})
	}
	return options
}

// examples are the forms of numbers, one a qualification.
func (l linkPage) examples(v page.View) []page.Row {
	var rows []page.Row
	for i, r := range l.Registers {
		if i == 0 || l.Registers[i-1].Of.Code != r.Of.Code {
			rows = append(rows, page.Row{Label: qualification(v, r.Of), Value: r.Of.Number.Example()})
		}
	}
	return rows
}

// link ties the visitor's login to a registration, or asks an officer to.
func (p *Pages) link(v visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := v.fresh(); err != nil {
		return err
	}
	wish, err := parseWish(f)
	if err != nil {
		return v.linkAgain(err, f)
	}
	login, err := web.Login(v.c)
	if err != nil {
		return err
	}
	outcome, id, err := p.o.Links.Link(v.ctx, v.by, linking.Login{
		ID: login.ID, Issuer: login.Issuer, Subject: login.Subject, Name: login.Name, BirthDate: login.Birth,
		Address: login.Address, ACR: login.ACR, AuthTime: login.AuthTime,
	}, wish)
	switch {
	case errors.Is(err, linking.ErrOld), errors.Is(err, linking.ErrWeak):
		return web.ErrStepUp.Because(err)
	case err != nil:
		return v.linkAgain(err, f)
	case outcome == linking.Linked:
		web.Notice(v.c, "holder.linked")
		return v.to("/my/registrations/" + string(id))
	}
	return v.to("/my/link?asked=1")
}

func (v visit) linkAgain(wrong error, f url.Values) error {
	data, err := v.linkPage()
	if err != nil {
		return err
	}
	if errors.Is(wrong, fault.NotFound) { // a register that the form never offered
		wrong = ErrRegister.At("register")
	}
	return v.again(wrong, f, "/my", asPage(linkFormPage, data))
}

// parseWish reads the form. Who ticks "unknown" need not type a number.
func parseWish(f url.Values) (linking.Wish, error) {
	var wrong fault.List
	no, err := strconv.ParseUint(f.Get("register"), 10, 32)
	if err != nil {
		wrong = append(wrong, ErrRegister.At("register"))
	}
	w := linking.Wish{Register: registry.RegisterNo(no)}
	if f.Get("unknown") == "" {
		if w.Number = strings.TrimSpace(f.Get("number")); w.Number == "" {
			wrong = append(wrong, ErrNumber.At("number"))
		}
	}
	return w, wrong.Err()
}
