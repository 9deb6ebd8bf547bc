package page

import "slices"

// known turns everything that is none of the six into cannot_confirm: an
// unknown word is never shown as good.
func (v Verdict) known() Verdict {
	if slices.Contains(Verdicts, v) {
		return v
	}
	return CannotConfirm
}

func (v Verdict) icon() string {
	switch v {
	case InForce:
		return "tick"
	case Changed:
		return "turn"
	case Suspended:
		return "pause"
	case Ended:
		return "cross"
	case NotGenuine:
		return "alert"
	}
	return "question"
}
