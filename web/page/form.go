package page

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
)

// Field is one place of a form to type into. The value shown is what was typed
// when the form came back, else Value.
type Field struct {
	// Name of the field as sent; also the anchor of the error summary (#f-<name>).
	Name string
	// Label says what to type, Hint how, with an example.
	Label, Hint string
	// Value is what stands in the field at first.
	Value string
	// Type is the input's type: text (""), email, tel, date, password, search.
	Type string
	// Autocomplete and InputMode are the attributes of the same names.
	Autocomplete, InputMode string
	// Optional fields say so; all others must be filled.
	Optional bool
	// Chars is about how many half-width characters the value has: 4, 10, 20, 40,
	// or 0 for the whole width.
	Chars int
	// MaxLength in characters, 0 for none.
	MaxLength int
	// Rows makes a field of several lines.
	Rows int
	// NoSpell turns off spelling and capitals for codes and numbers.
	NoSpell bool
}

// Option is one choice of several.
type Option struct {
	Value, Label, Hint string
	// Chosen marks what is chosen at first.
	Chosen bool
}

// Choice is a question with options: one of them (Radios, Select) or several
// (Checks).
type Choice struct {
	Name, Label, Hint string
	Options           []Option
	Optional          bool
	// Plain hides the legend from sight where the heading of the page asks the
	// same question; screen readers still hear it.
	Plain bool
}

// File is a field for an upload.
type File struct {
	Name, Label, Hint string
	// Accept is the attribute of that name: "application/pdf".
	Accept string
	// Limit in bytes, told under the field.
	Limit    int64
	Optional bool
	// SendAtOnce submits the form when a file was chosen, where scripts run.
	SendAtOnce bool
}

// FieldID is the id of the element that the error summary leads to.
func FieldID(name string) string {
	return "f-" + strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(name)
}

func hintID(name string) string  { return FieldID(name) + "-hint" }
func errorID(name string) string { return FieldID(name) + "-error" }

// describedBy lists the ids of the hint and of the fault of a field.
func (v View) describedBy(name, hint string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, hintID(name))
	}
	if v.FaultAt(name) != nil {
		ids = append(ids, errorID(name))
	}
	return strings.Join(ids, " ")
}

// width is the class for the visible width of a field.
func (f Field) width() string {
	switch {
	case f.Chars == 0:
		return "w-full"
	case f.Chars <= 4:
		return "w-4"
	case f.Chars <= 10:
		return "w-10"
	case f.Chars <= 20:
		return "w-20"
	}
	return "w-40"
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// faultHref is where a line of the error summary leads.
func faultHref(f *fault.Fault) string { return "#" + FieldID(f.Field()) }

// optionID is the id of the n-th option; the first one bears the field's own,
// so that the summary leads there.
func optionID(name string, n int) string {
	if n == 0 {
		return FieldID(name)
	}
	return FieldID(name) + "-" + string(rune('a'+n%26)) + strings.Repeat("x", n/26)
}

// Button is a button of a form.
type Button struct {
	Text string
	// Name and Value are sent when this button was pressed ("" for neither).
	Name, Value string
	// Icon is a sign before the words, "" for none.
	Icon string
	// Href makes it a link that looks like a button.
	Href string
	// Download asks the browser to save what Href leads to.
	Download bool
	// Action sends the form elsewhere than its own address.
	Action string
}

// fieldAttributes are the attributes that a field has only sometimes.
func fieldAttributes(v View, f Field) templ.Attributes {
	a := templ.Attributes{}
	if d := v.describedBy(f.Name, f.Hint); d != "" {
		a["aria-describedby"] = d
	}
	if v.FaultAt(f.Name) != nil {
		a["aria-invalid"] = "true"
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	if f.InputMode != "" {
		a["inputmode"] = f.InputMode
	}
	if f.MaxLength > 0 {
		a["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	if f.NoSpell {
		a["spellcheck"], a["autocapitalize"] = "false", "off"
	}
	return a
}
