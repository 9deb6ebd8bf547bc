package paysim

import (
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
)

//go:embed pages.html
var pagesHTML string

var pageTemplates = template.Must(template.New("pages").Funcs(template.FuncMap{"yen": yen}).Parse(pagesHTML))

// yen writes an amount with commas.
func yen(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// pages adds the page to pay on and, for the demonstration, the company's own
// list of payments with the buttons for refund and chargeback.
func (s *Sim) pages(m *http.ServeMux) {
	m.HandleFunc("GET /{$}", s.list)
	m.HandleFunc("GET /pay/{id}", func(w http.ResponseWriter, r *http.Request) { s.show(w, r, "") })
	m.HandleFunc("POST /pay/{id}/{act}", s.act)
	m.HandleFunc("POST /payments/{id}/{act}", s.actOnPayment)
}

// payPage is what the page to pay on shows.
type payPage struct {
	ID, Cancel, Message, Description string
	English, Open                    bool
	Items                            []item
	Amount                           int64
}

func (s *Sim) show(w http.ResponseWriter, r *http.Request, message string) {
	var v payPage
	err := s.do(func() error {
		p := s.kept.Sessions[r.PathValue("id")]
		if p == nil {
			return errGone
		}
		v = payPage{ID: p.ID, Cancel: p.Cancel, Message: message, Description: p.Description,
			English: p.Locale == "en", Open: p.Status == "open", Items: p.Items, Amount: p.Amount}
		return nil
	})
	s.render(w, "pay", v, err)
}

func (s *Sim) act(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("id")
	var back string
	if err := s.do(func() error {
		p := s.kept.Sessions[key]
		if p == nil {
			return errGone
		}
		back = p.Success
		if r.PathValue("act") == "abandon" {
			back = p.Cancel
		}
		return nil
	}); err != nil {
		s.render(w, "pay", nil, err)
		return
	}
	var err error
	switch r.PathValue("act") {
	case "pay":
		err = s.Pay(key)
	case "twice":
		err = s.PayTwice(key)
	case "abandon": // nothing happens until the page runs out
	case "decline":
		if err = s.Decline(key); err == nil {
			s.show(w, r, "declined")
			return
		}
	default:
		err = errGone
	}
	if errors.Is(err, errClosed) {
		s.show(w, r, "closed")
		return
	} else if err != nil {
		s.render(w, "pay", nil, err)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

type listPage struct {
	Payments []payment
}

type payment struct {
	ID, Status, Description string
	Amount, Refunded        int64
	Contested               bool
}

func (s *Sim) list(w http.ResponseWriter, _ *http.Request) {
	var v listPage
	err := s.do(func() error {
		for _, key := range s.kept.Order {
			i := s.kept.Payments[key]
			p := payment{ID: i.ID, Status: i.Status, Description: i.Description, Amount: i.Amount}
			if c := s.kept.Charges[i.Charge]; c != nil {
				p.Refunded, p.Contested = c.Refunded, c.Disputed
			}
			v.Payments = append(v.Payments, p)
		}
		slices.Reverse(v.Payments)
		return nil
	})
	s.render(w, "list", v, err)
}

func (s *Sim) actOnPayment(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("id")
	var err error
	switch r.PathValue("act") {
	case "refund":
		err = s.do(func() error { _, err := s.giveBack(key, 0, "requested_by_customer", map[string]string{}); return err })
	case "contest":
		err = s.Contest(key)
	case "won":
		err = s.Decide(key, true)
	case "lost":
		err = s.Decide(key, false)
	default:
		err = errGone
	}
	if err != nil {
		s.render(w, "list", nil, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Sim) render(w http.ResponseWriter, name string, v any, err error) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	switch {
	case errors.Is(err, errGone):
		w.WriteHeader(http.StatusNotFound)
		name, v = "gone", nil
	case err != nil:
		w.WriteHeader(http.StatusConflict)
		name, v = "gone", nil
	}
	_ = pageTemplates.ExecuteTemplate(w, name, v)
}
