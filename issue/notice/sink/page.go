package sink

import (
	_ "embed"
	"html/template"
	"net/http"
	"strconv"

	"qualsys/internal/clock"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// Clock writes when the mail arrived, in Japan's time.
func (m Mail) Clock() string { return m.At.In(clock.JST).Format("2006/01/02 15:04:05") }

// Handler serves the list of mails at / and each at /mails/{number}.
func (s *Sink) Handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { show(w, http.StatusOK, "list", s.Mails()) })
	m.HandleFunc("GET /mails/{number}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("number"))
		for _, mail := range s.Mails() {
			if mail.Number == n {
				show(w, http.StatusOK, "one", mail)
				return
			}
		}
		show(w, http.StatusNotFound, "none", nil)
	})
	return m
}

func show(w http.ResponseWriter, status int, name string, v any) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = pageTemplate.ExecuteTemplate(w, name, v)
}
