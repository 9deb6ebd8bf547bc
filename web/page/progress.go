package page

import "slices"

func (t Turn) class() string {
	switch t {
	case You:
		return "you"
	case Staff:
		return "officer"
	case Finished:
		return "done"
	case Stopped:
		return "stopped"
	}
	return "wait"
}

func (t Turn) icon() string {
	switch t {
	case You:
		return "person"
	case Staff:
		return "desk"
	case Finished:
		return "tick"
	case Stopped:
		return "cross"
	}
	return "clock"
}

func (p Progress) skips(n int) bool { return slices.Contains(p.Skipped, n) }

// shown is the number that step n bears when skipped steps are not counted.
func (p Progress) shown(n int) int {
	for _, s := range p.Skipped {
		if s < n {
			n--
		}
	}
	return n
}

func (p Progress) stateOf(n int) string {
	switch {
	case n < p.At:
		return "done"
	case n == p.At:
		return "here"
	}
	return "next"
}
