package page

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
)

// storyNow is the instant at which all stories play: 2026-11-23, 9:12 in Japan.
var storyNow = time.Date(2026, 11, 23, 0, 12, 0, 0, time.UTC)

// StoryNow returns the instant at which all stories play.
func StoryNow() time.Time { return storyNow }

func init() {
	Register("page/parts", func(v View) templ.Component {
		v.Title = "Parts"
		v.Area, v.User = Holder, &User{Name: HardNames[2]}
		v.Nav = HolderNav(v.Lang, "/my", 3)
		v.Back, v.Step, v.Notice = &Link{Href: "/my"}, Step{3, 6}, v.T("page.copied")
		return partsStory(v)
	})
	Register("page/form with faults", func(v View) templ.Component {
		v.Title = "Form"
		v.Faults = fault.List{storyFault.At("number"), storyFault.At("domicile"), storyFault.At("file")}
		v.Typed = url.Values{"number": {HardNames[10]}, "reason": {HardNames[2]}}
		v.Back = &Link{Href: "/my"}
		return formStory(v)
	})
	Register("page/problem 500", func(v View) templ.Component {
		return Problem(v, Failure{Status: 500, Request: "QK7P2XRM41"})
	})
	Register("page/problem 404", func(v View) templ.Component {
		return Problem(v, Failure{Status: 404, Request: "QK7P2XRM41"})
	})
}

// storyFault stands for any fault of a field in stories.
var storyFault = fault.New(fault.Invalid, "page.story_fault")
