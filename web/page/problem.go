package page

import "strconv"

func (f Failure) title(v View) string {
	code := "page.problem_" + strconv.Itoa(f.Status)
	if Has(v.Lang, code) {
		return v.T(code)
	}
	if f.Status < 500 {
		return v.T("page.problem_422")
	}
	return v.T("page.problem_500")
}

func (f Failure) text(v View) string {
	code := "page.problem_" + strconv.Itoa(f.Status) + "_text"
	if Has(v.Lang, code) {
		return v.T(code)
	}
	return v.T("page.problem_500_text")
}

// login is where the reader logs in to go on.
func (f Failure) login(v View) string {
	if f.LoginAt != "" {
		return f.LoginAt
	}
	return v.login()
}

// login is where a reader of this area logs in.
func (v View) login() string {
	if v.Area == Officer {
		return "/officer/login"
	}
	return "/login"
}
