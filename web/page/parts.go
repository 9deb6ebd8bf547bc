package page

func (k Kind) class() string {
	switch k {
	case Success:
		return "success"
	case Warning:
		return "warning"
	case Alarm:
		return "alarm"
	}
	return "info"
}

func (k Kind) icon() string {
	switch k {
	case Success:
		return "tick"
	case Warning, Alarm:
		return "alert"
	}
	return "info"
}

func (k Kind) word() string {
	switch k {
	case Success:
		return "success"
	case Warning:
		return "warning"
	case Alarm:
		return "danger"
	}
	return "info"
}

func columnText(columns []Column, n int) string {
	if n < len(columns) {
		return columns[n].Text
	}
	return ""
}

func orNone(v View, s string) string {
	if s == "" {
		return v.T("page.empty")
	}
	return s
}
