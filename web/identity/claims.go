package identity

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"qualsys/internal/fault"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// claims are what userinfo says of a person.
type claims struct {
	Name      string   `json:"name"`
	Birthdate string   `json:"birthdate"`
	Address   oneLine  `json:"address"`
	Body      string   `json:"body"`
	Roles     []string `json:"roles"`
}

// oneLine is an address: a string from the digital identity app, an object with
// "formatted" from providers that follow OpenID Connect Core 5.1.1.
type oneLine string

// UnmarshalJSON implements json.Unmarshaler.
func (a *oneLine) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*a = oneLine(s)
		return nil
	}
	var o struct {
		Formatted string `json:"formatted"`
	}
	if err := json.Unmarshal(b, &o); err != nil {
		return errors.New("address is neither text nor object")
	}
	*a = oneLine(o.Formatted)
	return nil
}

// person asks userinfo who logged in.
func (p *Party) person(ctx context.Context, known *provider, tokens *oauth2.Token, t checkedToken) (Login, error) {
	info, err := known.UserInfo(p.context(ctx), oauth2.StaticTokenSource(tokens))
	if err != nil {
		return Login{}, ErrProviderAway.Because(errors.New("userinfo did not answer")) // err may hold the answer
	}
	if info.Subject != t.Subject {
		return Login{}, ErrClaims.Because(errors.New("userinfo speaks of another subject"))
	}
	var said claims
	if err := info.Claims(&said); err != nil {
		return Login{}, ErrClaims.Because(errors.New("userinfo can't be read"))
	}
	login := Login{
		ID: LoginID(p.cfg.Issuer, t.Subject), Kind: p.cfg.Kind, Issuer: p.cfg.Issuer, Subject: t.Subject,
		ACR: t.ACR, AuthTime: time.Unix(t.AuthTime, 0).UTC(),
	}
	if login.Name, err = person.ParseName(said.Name); err != nil {
		return Login{}, unusable("name", err)
	}
	if p.cfg.Kind == actor.KindOfficer {
		return login.officer(said)
	}
	return login.holder(said)
}

func (l Login) holder(said claims) (Login, error) {
	var err error
	if l.Birth, err = parseBirth(said.Birthdate); err != nil {
		return Login{}, unusable("birthdate", err)
	}
	if l.Address, err = person.ParseAddress(string(said.Address)); err != nil {
		return Login{}, unusable("address", err)
	}
	return l, nil
}

func (l Login) officer(said claims) (Login, error) {
	for _, r := range []actor.Role{actor.Reviewer, actor.Registrar, actor.Configurer, actor.Supervisor} {
		if slices.Contains(said.Roles, string(r)) {
			l.Roles = append(l.Roles, r)
		}
	}
	if said.Body == "" || len(said.Body) > 100 || len(l.Roles) == 0 {
		return Login{}, ErrNoRole
	}
	l.Body = said.Body
	return l, nil
}

// unusable says which claim can't be used, and for the log why, by code only.
func unusable(claim string, err error) error {
	why := "unreadable"
	var f *fault.Fault
	if errors.As(err, &f) {
		why = f.Code()
	}
	return ErrClaims.With("claim", claim).Because(errors.New(why))
}

// parseBirth reads the two spellings that have been seen: 19850315 and
// 1985-03-15 (OpenID Connect Core 5.1).
func parseBirth(s string) (person.Date, error) {
	if len(s) != 8 && (len(s) != 10 || strings.Count(s, "-") != 2) {
		return 0, errors.New("a birth date of another form")
	}
	d, err := person.ParseDate(s)
	if err == nil && !d.Complete() {
		err = errors.New("a birth date with a part unknown")
	}
	return d, err
}
