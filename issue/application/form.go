package application

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"qualsys/internal/fault"
	"qualsys/registry"
	"qualsys/registry/person"
)

const kindNotFound = fault.NotFound

// MaxText is the longest free text that holders and officers may write, in characters.
const MaxText = 500

// asked is a form that has passed the door: the values that the register shall hold.
type asked struct {
	name     person.Name
	kana     person.Kana
	address  person.Address
	domicile person.Domicile
	eventOn  person.Date
}

// screensOf returns the screens of a draft: the reading is asked only for a new name.
func screensOf(f Form) []Screen {
	l := []Screen{Choose, CheckNew}
	if slices.Contains(f.Items, Name) {
		l = append(l, KanaPage)
	}
	return append(l, Delivery, ConfirmP, Done)
}

// after returns the screen that follows.
func (f Form) after(s Screen) Screen {
	l := screensOf(f)
	at := slices.Index(l, s)
	if at < 0 {
		return l[0]
	}
	return l[min(at+1, len(l)-2)] // Done is reached by sending only
}

// take copies the fields of one screen, as typed, and nothing else.
func (f Form) take(s Screen, from Form) Form {
	switch s {
	case Choose:
		f.Items = nil
		for _, i := range Items {
			if slices.Contains(from.Items, i) {
				f.Items = append(f.Items, i)
			}
		}
	case CheckNew:
		f.Name, f.Address, f.Domicile = from.Name, from.Address, from.Domicile
		f.EventOn, f.LateReason = from.EventOn, from.LateReason
	case KanaPage:
		f.Kana = from.Kana
	case Delivery:
		f.Paper, f.Electronic = from.Paper, from.Electronic
	}
	return f
}

// parse checks the fields of the screens given and returns what was asked. The
// faults name the fields of Form.
func (f Form) parse(screens []Screen, reg registry.Registration, t terms, today person.Date) (asked, fault.List) {
	var a asked
	var l fault.List
	add := func(field string, err error) {
		if err == nil {
			return
		}
		var one *fault.Fault
		if errors.As(err, &one) {
			l = append(l, one.At(field))
		}
	}
	if slices.Contains(screens, Choose) {
		add("items", f.checkItems(t))
	}
	if slices.Contains(screens, CheckNew) {
		f.parseNew(&a, reg, add)
		f.parseEvent(&a, t, today, add)
	}
	if slices.Contains(screens, KanaPage) && slices.Contains(f.Items, Name) {
		var err error
		if a.kana, err = person.ParseKana(f.Kana); f.Kana == "" {
			err = ErrKana
		}
		add("kana", err)
	}
	if slices.Contains(screens, Delivery) && f.Paper != t.Paper && f.Paper != NoPaper {
		add("paper", ErrPaper)
	}
	return a, l
}

func (f Form) checkItems(t terms) error {
	if len(f.Items) == 0 {
		return ErrNothing
	}
	for _, i := range f.Items {
		if !slices.Contains(t.Items, i) {
			return ErrNotOffered
		}
	}
	return nil
}

// parseNew reads the new values of the ticked items.
func (f Form) parseNew(a *asked, reg registry.Registration, add func(string, error)) {
	var err error
	for _, i := range f.Items {
		switch i {
		case Name:
			if a.name, err = person.ParseName(f.Name); err == nil && a.name == reg.Name {
				err = ErrSame
			}
		case Address:
			if a.address, err = person.ParseAddress(f.Address); err == nil && a.address == reg.Address {
				err = ErrSame
			}
		case Domicile:
			if a.domicile, err = person.ParseDomicile(f.Domicile); err == nil && a.domicile == reg.Domicile {
				err = ErrSame
			}
		}
		add(string(i), err)
	}
}

// parseEvent reads since when it is so, where the law counts days from then.
// A late filing is taken with its reason (遅延理由): it is late, not void.
func (f Form) parseEvent(a *asked, t terms, today person.Date, add func(string, error)) {
	if f.EventOn == "" {
		if t.DeadlineDays > 0 {
			add("event_on", ErrEventOn)
		}
		return
	}
	d, err := person.ParseDate(f.EventOn)
	switch {
	case err != nil || !d.Complete():
		add("event_on", ErrEventOn)
		return
	case d.After(today):
		add("event_on", ErrEventFuture)
		return
	}
	a.eventOn = d
	if t.LateReason && late(t, d, today) > 0 && strings.TrimSpace(f.LateReason) == "" {
		add("late_reason", ErrLateReason)
	}
	if utf8.RuneCountInString(f.LateReason) > MaxText {
		add("late_reason", ErrTooLong.With("max", MaxText))
	}
}

// late counts the days by which a filing of today misses the limit of the law,
// counted from the day after the event.
func late(t terms, event, today person.Date) int {
	if t.DeadlineDays == 0 || event.IsZero() {
		return 0
	}
	return max(0, daysBetween(event.AddDays(t.DeadlineDays), today))
}

// needs tells which further fields the draft has to have.
func (f Form) needs(t terms, today person.Date) Needs {
	n := Needs{Kana: slices.Contains(f.Items, Name), EventOn: t.DeadlineDays > 0}
	if d, err := person.ParseDate(f.EventOn); err == nil && d.Complete() && !d.After(today) {
		n.DaysLate = late(t, d, today)
		n.LateReason = t.LateReason && n.DaysLate > 0
	}
	return n
}
