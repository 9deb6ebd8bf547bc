package web

import "qualsys/internal/fault"

// What the ground itself refuses.
var (
	// ErrNoPage: there is nothing at this address.
	ErrNoPage = fault.New(fault.NotFound, "web.no_page")
	// ErrNoMethod: the address is there, but not for this method.
	ErrNoMethod = fault.New(fault.NotFound, "web.no_method")
	// ErrLogin: this page needs a login.
	ErrLogin = fault.New(fault.Unauthenticated, "web.login_needed")
	// ErrStepUp: this step needs a fresh login.
	ErrStepUp = fault.New(fault.Unauthenticated, "web.step_up_needed")
	// ErrCrossOrigin: the form was sent from another site's page.
	ErrCrossOrigin = fault.New(fault.Forbidden, "web.cross_origin")
	// ErrTooMany: this address asked too often.
	ErrTooMany = fault.New(fault.TooMany, "web.too_many")
	// ErrBusy: everything is taken at the moment.
	ErrBusy = fault.New(fault.Unavailable, "web.busy")
	// ErrSlow: the work took longer than the request may.
	ErrSlow = fault.New(fault.Unavailable, "web.slow")
	// ErrTooLarge: the body is over the route's limit; placeholder {limit} in bytes.
	ErrTooLarge = fault.New(fault.TooLarge, "web.too_large")
	// ErrForm: the form could not be read at all.
	ErrForm = fault.New(fault.Invalid, "web.form_unreadable")
	// ErrNoSession: there is no such session of this login.
	ErrNoSession = fault.New(fault.NotFound, "web.no_session")
	// ErrNoLogin: logging in is not set up here.
	ErrNoLogin = fault.New(fault.Unavailable, "web.login_not_set_up")
)
