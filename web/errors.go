package web

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/web/page"
)

// Status returns the HTTP status that a fault's kind stands for.
func Status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Handle turns h into a handler of gin: an error becomes a page, a problem or,
// where a login helps, the way to it.
func (e *Engine) Handle(h Handler) gin.HandlerFunc { return e.wrap(h) }

func (e *Engine) wrap(h Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			e.fail(c, err)
		}
	}
}

// fail answers err and ends the request.
func (e *Engine) fail(c *gin.Context, err error) {
	c.Abort()
	if c.Writer.Written() {
		slog.ErrorContext(c.Request.Context(), "web: failed after the answer began",
			"request", RequestNumber(c.Request.Context()), "route", c.FullPath(), "error", err)
		return
	}
	if e.leadToLogin(c, err) {
		return
	}
	e.show(c, e.failure(c, err))
}

// Explain says what a person or a program is told about err, and logs what they
// are not told.
func (e *Engine) Explain(c *gin.Context, err error) Failure { return e.failure(c, err) }

func (e *Engine) failure(c *gin.Context, err error) Failure {
	faults, ok := fault.All(ours(c, err))
	if !ok {
		if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
			slog.DebugContext(c.Request.Context(), "web: the client went away", "request", RequestNumber(c.Request.Context()))
		} else {
			slog.ErrorContext(c.Request.Context(), "web: defect", "request", RequestNumber(c.Request.Context()),
				"route", c.FullPath(), "error", err)
		}
		return e.defect(c)
	}
	slog.InfoContext(c.Request.Context(), "web: fault", "request", RequestNumber(c.Request.Context()),
		"route", c.FullPath(), "error", faults)
	f := Failure{
		Status: Status(faults[0].Kind()), Code: faults[0].Code(), Faults: faults,
		Request: RequestNumber(c.Request.Context()), Language: Language(c),
	}
	if errors.Is(faults[0], ErrNoMethod) {
		f.Status = http.StatusMethodNotAllowed
	}
	for _, one := range faults {
		f.Messages = append(f.Messages, page.Text(f.Language, one.Code(), one.Params()))
	}
	if f.Status == http.StatusUnauthorized {
		f.LoginAt = loginPath(c)
	}
	return f
}

// ours turns errors of the standard library that a client can mend into faults.
func ours(c *gin.Context, err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return ErrTooLarge.With("limit", tooLarge.Limit)
	case errors.Is(err, context.DeadlineExceeded) && errors.Is(c.Request.Context().Err(), context.DeadlineExceeded):
		return ErrSlow
	}
	return err
}

// formFault says why a form could not be read.
func formFault(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return ErrTooLarge.With("limit", tooLarge.Limit)
	}
	return ErrForm.Because(errors.New("the form can't be parsed")) // err may quote what was sent
}

func (e *Engine) defect(c *gin.Context) Failure {
	lang := Language(c)
	number := RequestNumber(c.Request.Context())
	return Failure{
		Status: http.StatusInternalServerError, Code: "web.defect", Language: lang, Request: number,
		Messages: []string{page.Text(lang, "web.defect", map[string]any{"request": number})},
	}
}

// show writes f as a problem or as a page.
func (e *Engine) show(c *gin.Context, f Failure) {
	if c.Writer.Written() {
		return
	}
	c.Header("Cache-Control", "no-store")
	if f.Status == http.StatusTooManyRequests || f.Status == http.StatusServiceUnavailable {
		c.Header("Retry-After", strconv.Itoa(retryAfter(f)))
	}
	if WantsProblem(c) {
		c.Header("Content-Language", string(f.Language))
		WriteProblem(c.Writer, f.Problem())
		return
	}
	v := View(c)
	v.Path = "" // the language switch must not lead back into a failure
	err := Page(c, f.Status, page.Problem(v, page.Failure{Status: f.Status, Faults: f.Faults, Request: f.Request, LoginAt: f.LoginAt}))
	if err == nil {
		return
	}
	slog.ErrorContext(c.Request.Context(), "web: the error page failed", "request", f.Request, "error", err)
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Status(f.Status)
	if err := plain.Execute(c.Writer, f); err != nil {
		slog.ErrorContext(c.Request.Context(), "web: the plain error page failed", "request", f.Request, "error", err)
	}
}

func retryAfter(f Failure) int {
	if len(f.Faults) > 0 {
		if s, ok := f.Faults[0].Params()["seconds"].(int); ok {
			return s
		}
	}
	return 2
}

// plain is the error page of last resort: no style, no script, nothing that can fail.
var plain = template.Must(template.New("error").Parse(`<!doctype html>
<html lang="{{.Language}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Status}}</title><main>{{range .Messages}}<p>{{.}}</p>{{end}}
{{with .LoginAt}}<p><a href="{{.}}">ログイン / Log in</a></p>{{end}}<p><small>{{.Request}}</small></p></main></html>
`))

// Problem is an RFC 9457 answer with our stable code.
type Problem struct {
	// Type is a stable address for the code, relative to us; it need not resolve.
	Type string `json:"type"`
	// Title is the sentence of the message file, in the language of the answer.
	Title string `json:"title"`
	// Status repeats the HTTP status.
	Status int `json:"status"`
	// Code names what is wrong; it never changes its meaning.
	Code string `json:"code"`
	// Request is the number to give when asking us.
	Request string `json:"request,omitempty"`
	// Errors are the members at fault, each with its own code; never the value sent.
	Errors []ProblemDetail `json:"errors,omitempty"`
}

// ProblemDetail is one member at fault.
type ProblemDetail struct {
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Error, GetStatus and ContentType let a Problem be returned where an error with
// a status is expected.
func (p *Problem) Error() string { return p.Code }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Problem returns f as RFC 9457 wants it.
func (f Failure) Problem() Problem {
	p := Problem{Type: "/problems/" + f.Code, Status: f.Status, Code: f.Code, Request: f.Request, Title: http.StatusText(f.Status)}
	if len(f.Messages) > 0 {
		p.Title = f.Messages[0]
	}
	for i, one := range f.Faults {
		if one.Field() != "" || len(f.Faults) > 1 {
			p.Errors = append(p.Errors, ProblemDetail{Code: one.Code(), Field: one.Field(), Message: f.Messages[i]})
		}
	}
	return p
}

// WriteProblem writes p with its status.
func WriteProblem(w http.ResponseWriter, p Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		slog.Error("web: write a problem", "error", err)
	}
}

// WantsProblem reports whether the answer to an error goes to a program: below
// /v1, or when JSON is accepted and HTML is not.
func WantsProblem(c *gin.Context) bool {
	if c.Request.URL.Path == "/v1" || strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		return true
	}
	accept := c.GetHeader("Accept")
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// leadToLogin sends a person without a login, or with one that is too old for
// the step, to the identity provider, and says whether it did.
func (e *Engine) leadToLogin(c *gin.Context, err error) bool {
	fresh := errors.Is(err, ErrStepUp)
	if !fresh && !errors.Is(err, ErrLogin) || WantsProblem(c) {
		return false
	}
	at := loginPath(c)
	if fresh {
		at += "&fresh=1"
	}
	if c.GetHeader("HX-Request") == "true" { // a script can't follow to another site
		c.Header("HX-Redirect", at)
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return true
	}
	if c.Request.Method != "GET" && !e.hasForm(c) {
		return false
	}
	c.Redirect(http.StatusSeeOther, at)
	return true
}

// hasForm reports whether the address that was posted to can also be shown.
func (e *Engine) hasForm(c *gin.Context) bool {
	_, ok := e.routes["GET "+c.FullPath()]
	return ok
}

// loginAgainKey holds where to try a failed login again.
const loginAgainKey = "qualsys.login_again"

// loginPath is where to log in so as to come back to where the visitor is.
func loginPath(c *gin.Context) string {
	if again := c.GetString(loginAgainKey); again != "" {
		return again
	}
	at := "/login"
	if strings.HasPrefix(c.FullPath(), "/officer") {
		at = "/officer/login"
	}
	to := c.Request.URL.RequestURI()
	if strings.Contains(c.FullPath(), "/login") || c.FullPath() == "" {
		to = c.Query("return")
	} else if here, err := url.Parse(c.GetHeader("HX-Current-URL")); err == nil && here.Path != "" {
		to = here.RequestURI()
	}
	return at + "?return=" + url.QueryEscape(LocalPath(to, home(at)))
}

// home is where a login leads to when nothing else is asked for.
func home(loginAt string) string {
	if loginAt == "/officer/login" {
		return "/officer"
	}
	return "/my"
}
