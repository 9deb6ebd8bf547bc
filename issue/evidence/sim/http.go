package sim

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"

	"qualsys/issue/evidence"
)

// Handler serves the gateway's protocol at /v1/inquiries (with the token), the
// page at / and, for tests and the demo's walk, the same acts as the page as
// JSON at /sim/people/{code}/{act}.
func (r *Registers) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/inquiries", r.inquiry)
	mux.HandleFunc("GET /{$}", r.page)
	mux.HandleFunc("GET /sim/people", r.list)
	mux.HandleFunc("POST /sim/people/{code}/{act}", r.act)
	mux.HandleFunc("POST /sim/down", r.stop)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	return http.NewCrossOriginProtection().Handler(http.MaxBytesHandler(mux, 16<<10))
}

func (r *Registers) inquiry(w http.ResponseWriter, q *http.Request) {
	token, ok := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(r.token)) != 1 {
		http.Error(w, "the token is missing or wrong", http.StatusUnauthorized)
		return
	}
	var in evidence.Wire
	d := json.NewDecoder(q.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil || in.Reference == "" || in.Basis == "" ||
		(in.Source != evidence.Resident && in.Source != evidence.Family) {
		http.Error(w, "the inquiry is not understood", http.StatusBadRequest)
		return
	}
	a, answered := r.answer(in)
	if !answered {
		http.Error(w, "the register is not available", http.StatusServiceUnavailable)
		return
	}
	writeJSON(w, a)
}

// act does one thing to one person. Fields come from the page's form or from JSON.
func (r *Registers) act(w http.ResponseWriter, q *http.Request) {
	field := fields(q)
	code := q.PathValue("code")
	var err error
	switch q.PathValue("act") {
	case "marry":
		err = r.Marry(code, field["name"], field["kana"])
	case "move":
		err = r.Move(code, field["address"])
	case "domicile":
		err = r.Transfer(code, field["domicile"])
	case "failure":
		err = r.Fail(code, evidence.Source(field["source"]), Failure(field["failure"]))
	case "death":
		err = r.Die(code, field["dead"] != "no")
	default:
		http.NotFound(w, q)
		return
	}
	r.answered(w, q, err)
}

func (r *Registers) stop(w http.ResponseWriter, q *http.Request) {
	r.Stop(fields(q)["down"] != "no")
	r.answered(w, q, nil)
}

func (r *Registers) answered(w http.ResponseWriter, q *http.Request, err error) {
	switch {
	case errors.Is(err, ErrNobody):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	case strings.HasPrefix(q.Header.Get("Content-Type"), "application/json"):
		writeJSON(w, map[string]bool{"done": true})
	default:
		http.Redirect(w, q, "/", http.StatusSeeOther)
	}
}

func fields(q *http.Request) map[string]string {
	out := map[string]string{}
	if strings.HasPrefix(q.Header.Get("Content-Type"), "application/json") {
		_ = json.NewDecoder(q.Body).Decode(&out) // an empty or broken body has no fields, and says so below
		return out
	}
	if q.ParseForm() == nil {
		for k := range q.PostForm {
			out[k] = q.PostForm.Get(k)
		}
	}
	return out
}

// Shown is a person as page and list show it.
type Shown struct {
	Person
	Dead     bool
	Resident Failure
	Family   Failure
}

func (r *Registers) shown() []Shown {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Shown, 0, len(r.codes))
	for _, c := range r.codes {
		rec := r.by[c]
		list = append(list, Shown{rec.now, rec.dead, rec.fails[evidence.Resident], rec.fails[evidence.Family]})
	}
	return list
}

func (r *Registers) list(w http.ResponseWriter, _ *http.Request) { writeJSON(w, r.shown()) }

func (r *Registers) page(w http.ResponseWriter, q *http.Request) {
	people := r.shown()
	search := strings.TrimSpace(q.URL.Query().Get("q"))
	if search != "" {
		people = slices.DeleteFunc(people, func(s Shown) bool {
			return !strings.Contains(s.Name, search) && !strings.Contains(s.Code, search)
		})
	}
	total := len(people)
	people = people[:min(total, 50)]
	var b strings.Builder
	err := pageTemplate.Execute(&b, map[string]any{"People": people, "Total": total, "Failures": Failures, "Down": r.isDown(), "Search": search})
	if err != nil {
		http.Error(w, "the page can't be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+styleHash+"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, b.String())
}

func (r *Registers) isDown() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.down
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_ = json.NewEncoder(w).Encode(v) // the client has gone: nobody to tell
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"words": func(f Failure) string { return failureWords[f] },
}).Parse(pageHTML))
