// Package page holds what every page of Qualsys is made of: the layout, the
// form fields, tables, bands and bars, the sentences in Japanese and English,
// the styles and the scripts. It knows no request, no session and no room of
// the register: a page is given plain values and rendered whole.
package page

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
)

// View is what every page is told beside its own values: who reads it, in which
// language, where it stands, and what was wrong with what was sent.
type View struct {
	// Lang is the reader's language; the zero value reads as Japanese.
	Lang Lang
	// Title names the page in the reader's language, without the service's name.
	Title string
	// Path is the page's own path and query, to which the language switch
	// returns. It never holds personal data. "" returns to the landing page.
	Path string
	// Area decides the navigation under the header; zero is Public.
	Area Area
	// User is who is logged in, nil for nobody.
	User *User
	// Nav is the navigation of the area, in order; the entry whose Here is true
	// is marked as the present page.
	Nav []NavLink
	// Back leads to the page before without loss; nil for none.
	Back *Link
	// Step says where in a sequence of screens this page stands; zero for none.
	Step Step
	// Faults is what was wrong with what was sent: listed on top, and each at its field.
	Faults fault.List
	// Typed is the form as it came in; a field named in it shows what was typed
	// instead of its own value, so that nothing typed is lost.
	Typed url.Values
	// Notice is one sentence that tells what has just been done ("" for none).
	Notice string
	// Now is the present instant, for "today" and for times told in words.
	Now time.Time
	// Wide gives the page the whole width (officer's tables) instead of a column
	// of 40 full-width characters.
	Wide bool
	// Scripts are further modules of the bundle, such as "q.js".
	Scripts []string
	// Demo shows the band that says that people and papers are invented.
	Demo bool
}

// Area is the part of the service that a page belongs to.
type Area int

const (
	// Public is for everybody, without a login.
	Public Area = iota + 1
	// Holder is for people who hold a qualification.
	Holder
	// Officer is for the staff of a body.
	Officer
)

// User is who is logged in, as the header shows it.
type User struct {
	// Name is shown to the person alone.
	Name string
	// Body is the name of an officer's body; "" for a holder.
	Body string
}

// Link is a place to go and the words for it.
type Link struct{ Href, Text string }

// NavLink is an entry of the navigation. Count, when above zero, is shown
// behind the words (unread notices, cases in the queue).
type NavLink struct {
	Link
	Here  bool
	Count int
}

// Step is the place of a page in a sequence: the N-th of Of screens.
type Step struct{ N, Of int }

// T returns the sentence for code in the reader's language, with its
// placeholders filled from pairs of name and value:
//
//	v.T("public.found", "count", 3)
func (v View) T(code string, pairs ...any) string {
	return Text(v.Lang, code, Params(pairs...))
}

// With returns a copy of v that shows the faults of err and what was typed.
// Errors that are no faults are the caller's to handle: ok is false for them.
func (v View) With(err error, typed url.Values) (_ View, ok bool) {
	faults, ok := fault.All(err)
	if !ok {
		return v, false
	}
	v.Faults, v.Typed = faults, typed
	return v, true
}

// FaultAt returns the first fault at the named field, or nil.
func (v View) FaultAt(field string) *fault.Fault {
	for _, f := range v.Faults {
		if f.Field() == field {
			return f
		}
	}
	return nil
}

// FaultText returns the sentence for f in the reader's language.
func (v View) FaultText(f *fault.Fault) string {
	return Text(v.Lang, f.Code(), f.Params())
}

// value returns what was typed into the named field, else own.
func (v View) value(name, own string) string {
	if typed, ok := v.Typed[name]; ok && len(typed) > 0 {
		return typed[0]
	}
	return own
}

// chosen tells whether the option is chosen: by what was typed when the form
// came back, else by own.
func (v View) chosen(name, option string, own bool) bool {
	if v.Typed == nil {
		return own
	}
	for _, t := range v.Typed[name] {
		if t == option {
			return true
		}
	}
	return false
}

// fullTitle is what the browser shows in its tab: faults first, so that a
// screen reader tells them at once.
func (v View) fullTitle() string {
	t := v.Title
	if t == "" {
		t = v.T("page.service")
	} else {
		t += "｜" + v.T("page.service")
	}
	if len(v.Faults) > 0 {
		t = v.T("page.error_title") + t
	}
	return t
}

// returnPath is where the language switch comes back to.
func (v View) returnPath() string {
	if v.Path == "" {
		return "/"
	}
	return v.Path
}

// Render renders c whole, so that an error while rendering never sends half a page.
func Render(ctx context.Context, c templ.Component) ([]byte, error) {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := c.Render(ctx, buf); err != nil {
		return nil, err
	}
	return append([]byte(nil), buf.Bytes()...), nil
}
