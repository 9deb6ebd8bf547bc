package sim

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

//go:embed page.html
var pageHTML string

//go:embed style.css
var styleCSS []byte

var pages = template.Must(template.New("page").Funcs(template.FuncMap{"join": strings.Join}).Parse(pageHTML))

// shown is the most people on one page; the search finds the rest.
const shown = 30

type view struct {
	Lang             string
	Officer, Message bool
	Text             string
	Action, Request  string
	Query            string
	People           []Person
	More             int
	Failures         []failureView
}

type failureView struct{ Failure, Text string }

// T chooses between two languages in the template.
func (v view) T(ja, en string) string {
	if v.Lang == "en" {
		return en
	}
	return ja
}

// language of the page: what the client asked for, else the browser's.
func language(asked string, r *http.Request) string {
	for _, s := range []string{asked, r.Header.Get("Accept-Language")} {
		if s = strings.TrimSpace(s); strings.HasPrefix(s, "en") {
			return "en"
		} else if strings.HasPrefix(s, "ja") {
			return "ja"
		}
	}
	return "ja"
}

// choose lists who can log in. With ?q= only those whose name, birth date,
// address, body or note holds it.
func (i *issuer) choose(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("request")
	q, ok := i.memory.get(id, false)
	if !ok {
		i.message(w, r, http.StatusBadRequest, "この手続きは終わっています。はじめからやり直してください。", "This request is over. Start again.")
		return
	}
	v := view{
		Lang: language(q.Language, r), Officer: i.path == "/officer", Action: i.path, Request: id,
		Query: strings.TrimSpace(r.URL.Query().Get("q")),
	}
	if utf8.RuneCountInString(v.Query) > 100 {
		v.Query = ""
	}
	for _, p := range i.people() {
		switch {
		case !p.matches(v.Query):
		case len(v.People) < shown:
			v.People = append(v.People, p)
		default:
			v.More++
		}
	}
	for _, f := range failures {
		v.Failures = append(v.Failures, failureView{string(f.Failure), v.T(f.Ja, f.En)})
	}
	i.write(w, http.StatusOK, v)
}

func (p Person) matches(query string) bool {
	if query == "" {
		return true
	}
	all := strings.Join([]string{p.Name, p.Birthdate, p.Address, p.BodyName, p.Note, p.Subject, strings.Join(p.Roles, " ")}, "\n")
	squeeze := strings.NewReplacer(" ", "", "\u3000", "")
	return strings.Contains(squeeze.Replace(strings.ToLower(all)), squeeze.Replace(strings.ToLower(query)))
}

func (i *issuer) message(w http.ResponseWriter, r *http.Request, status int, ja, en string) {
	v := view{Lang: language("", r), Message: true}
	v.Text = v.T(ja, en)
	i.write(w, status, v)
}

// write sends a page that may load our own style and send forms to us, which
// lead back to the client.
func (i *issuer) write(w http.ResponseWriter, status int, v view) {
	form := []string{"'self'"}
	for _, back := range i.client.RedirectURIs {
		if u, err := url.Parse(back); err == nil {
			form = append(form, u.Scheme+"://"+u.Host)
		}
	}
	send(w, status, v, strings.Join(form, " "))
}

func send(w http.ResponseWriter, status int, v view, form string) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action "+form+"; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := pages.Execute(w, v); err != nil {
		slog.Error("sim: write the page", "error", err)
	}
}

func index(w http.ResponseWriter, r *http.Request) {
	v := view{Lang: language("", r), Message: true}
	v.Text = v.T("これは認証サービスの模擬です。Qualsys の画面からログインを始めてください。",
		"This is a simulated identity service. Start a login from a page of Qualsys.")
	send(w, http.StatusOK, v, "'none'")
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	if _, err := w.Write(styleCSS); err != nil {
		slog.Error("sim: write the style", "error", err)
	}
}
