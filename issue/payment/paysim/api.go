package paysim

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Handler serves the API under /v1/ and the pages for browsers.
func (s *Sim) Handler() http.Handler {
	m := http.NewServeMux()
	m.Handle("POST /v1/checkout/sessions", s.api(s.createSession))
	m.Handle("GET /v1/checkout/sessions/{id}", s.api(s.getSession))
	m.Handle("POST /v1/checkout/sessions/{id}/expire", s.api(s.expireSession))
	m.Handle("GET /v1/payment_intents/{id}", s.api(s.getIntent))
	m.Handle("GET /v1/payment_intents", s.api(s.listIntents))
	m.Handle("POST /v1/refunds", s.api(s.createRefund))
	m.Handle("GET /v1/refunds/{id}", s.api(s.getRefund))
	m.Handle("GET /v1/charges/{id}", s.api(s.getCharge))
	m.Handle("GET /v1/events", s.api(s.listEvents))
	m.Handle("GET /v1/events/{id}", s.api(s.getEvent))
	m.Handle("GET /v1/account", s.api(func(*http.Request, url.Values) (any, error) {
		return map[string]any{"id": s.cfg.Account, "object": "account", "country": "JP", "default_currency": "jpy"}, nil
	}))
	m.Handle("/v1/", s.api(func(r *http.Request, _ url.Values) (any, error) {
		return nil, fail(http.StatusNotFound, "", "", "Unrecognized request URL ("+r.Method+": "+r.URL.Path+").")
	}))
	s.pages(m)
	return m
}

// refusal is an error as the company answers it.
type refusal struct {
	status            int
	kind, code, param string
	message           string
}

func (r refusal) Error() string { return r.message }

func fail(status int, code, param, message string) error {
	return refusal{status, "invalid_request_error", code, param, message}
}

func missing(param, id string) error {
	return fail(http.StatusNotFound, "resource_missing", param, "No such "+param+": '"+id+"'")
}

type handler func(r *http.Request, form url.Values) (any, error)

// api checks the key, reads the form, keeps to idempotency keys, and writes the
// answer as JSON.
func (s *Sim) api(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body := s.answer(r, h)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Request-Id", id("req_"))
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

func (s *Sim) answer(r *http.Request, h handler) (int, []byte) {
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(key), []byte(s.cfg.Key)) != 1 {
		return wrong(refusal{http.StatusUnauthorized, "invalid_request_error", "", "", "Invalid API Key provided."})
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	form, formErr := url.ParseQuery(string(raw))
	if err = errors.Join(err, formErr); err != nil {
		return wrong(fail(http.StatusBadRequest, "", "", "The form can't be read."))
	}
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	once := r.Header.Get("Idempotency-Key")
	if r.Method == http.MethodGet || once == "" {
		return s.run(r, h, form)
	}
	return s.runOnce(r, h, form, once, raw)
}

// runOnce answers a repeated request as the first one was answered, unless that
// failed for a reason of ours.
func (s *Sim) runOnce(r *http.Request, h handler, form url.Values, key string, raw []byte) (int, []byte) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s\n%s", r.Method, r.URL.Path, sorted(raw)))
	asked := hex.EncodeToString(sum[:])
	s.mu.Lock()
	old, known := s.kept.Answers[key]
	s.mu.Unlock()
	if known && old.Asked != asked {
		return wrong(refusal{http.StatusBadRequest, "idempotency_error", "idempotency_key_in_use", "",
			"Keys for idempotent requests can only be used with the same parameters they were first used with."})
	}
	if known {
		return old.Status, old.Body
	}
	status, body := s.run(r, h, form)
	if status < 500 {
		_ = s.do(func() error { s.kept.Answers[key] = answer{asked, status, body}; return nil })
	}
	return status, body
}

// sorted makes two forms equal that differ in the order of their members only.
func sorted(raw []byte) []byte {
	form, _ := url.ParseQuery(string(raw))
	return []byte(form.Encode())
}

func (s *Sim) run(r *http.Request, h handler, form url.Values) (int, []byte) {
	var out any
	err := s.do(func() (err error) { out, err = h(r, form); return err })
	if err != nil {
		return wrong(err)
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(out); err != nil {
		return wrong(err)
	}
	return http.StatusOK, b.Bytes()
}

func wrong(err error) (int, []byte) {
	var r refusal
	switch {
	case errors.As(err, &r):
	case errors.Is(err, errCharge):
		r = refusal{http.StatusBadRequest, "invalid_request_error", "charge_disputed", "", err.Error()}
	case errors.Is(err, errFunds):
		r = refusal{http.StatusBadRequest, "invalid_request_error", "charge_already_refunded", "amount", err.Error()}
	case errors.Is(err, errGone):
		r = refusal{http.StatusNotFound, "invalid_request_error", "resource_missing", "", err.Error()}
	case errors.Is(err, errClosed):
		r = refusal{http.StatusBadRequest, "invalid_request_error", "", "", err.Error()}
	default:
		r = refusal{http.StatusInternalServerError, "api_error", "", "", "An error occurred on our side."}
	}
	e := map[string]any{"type": r.kind, "message": r.message}
	if r.code != "" {
		e["code"] = r.code
	}
	if r.param != "" {
		e["param"] = r.param
	}
	b, _ := json.Marshal(map[string]any{"error": e})
	return r.status, b
}

func (s *Sim) getIntent(r *http.Request, f url.Values) (any, error) {
	if i := s.kept.Payments[r.PathValue("id")]; i != nil {
		return s.intentJSON(i, f.Get("expand[0]") == "latest_charge"), nil
	}
	return nil, missing("payment_intent", r.PathValue("id"))
}

// listIntents lists payments, newest first, page by page.
func (s *Sim) listIntents(_ *http.Request, f url.Values) (any, error) {
	since, _ := strconv.ParseInt(f.Get("created[gte]"), 10, 64)
	limit, err := strconv.Atoi(f.Get("limit"))
	if err != nil || limit < 1 || limit > 100 {
		limit = 10
	}
	after, data, more := f.Get("starting_after"), []any{}, false
	skip := after != ""
	for n := len(s.kept.Order) - 1; n >= 0; n-- {
		i := s.kept.Payments[s.kept.Order[n]]
		switch {
		case skip:
			skip = i.ID != after
			continue
		case i.Created < since:
			continue
		case len(data) == limit:
			more = true
		}
		if more {
			break
		}
		data = append(data, s.intentJSON(i, f.Get("expand[0]") == "data.latest_charge"))
	}
	return map[string]any{"object": "list", "url": "/v1/payment_intents", "has_more": more, "data": data}, nil
}

func (s *Sim) createRefund(_ *http.Request, f url.Values) (any, error) {
	var amount int64
	if v := f.Get("amount"); v != "" {
		var err error
		if amount, err = strconv.ParseInt(v, 10, 64); err != nil || amount < 1 {
			return nil, fail(http.StatusBadRequest, "parameter_invalid_integer", "amount", "Invalid integer: "+v)
		}
	}
	r, err := s.giveBack(f.Get("payment_intent"), amount, f.Get("reason"), nested(f, "metadata"))
	if err != nil {
		return nil, err
	}
	return s.refundJSON(r), nil
}

func (s *Sim) getRefund(r *http.Request, _ url.Values) (any, error) {
	if x := s.kept.Refunds[r.PathValue("id")]; x != nil {
		return s.refundJSON(x), nil
	}
	return nil, missing("refund", r.PathValue("id"))
}

func (s *Sim) getCharge(r *http.Request, _ url.Values) (any, error) {
	if c := s.kept.Charges[r.PathValue("id")]; c != nil {
		return s.chargeJSON(c), nil
	}
	return nil, missing("charge", r.PathValue("id"))
}

func (s *Sim) listEvents(*http.Request, url.Values) (any, error) {
	data := []any{}
	for n := len(s.kept.Events) - 1; n >= 0 && len(data) < 100; n-- {
		data = append(data, eventJSON(s.kept.Events[n]))
	}
	return map[string]any{"object": "list", "url": "/v1/events", "has_more": len(s.kept.Events) > 100, "data": data}, nil
}

func (s *Sim) getEvent(r *http.Request, _ url.Values) (any, error) {
	for _, e := range s.kept.Events {
		if e.ID == r.PathValue("id") {
			return eventJSON(e), nil
		}
	}
	return nil, missing("event", r.PathValue("id"))
}

func eventJSON(e *event) map[string]any {
	return map[string]any{"id": e.ID, "object": "event", "api_version": apiVersion, "created": e.Created,
		"data": map[string]any{"object": e.Object}, "livemode": false, "pending_webhooks": len(e.Due),
		"request": map[string]any{"id": nil, "idempotency_key": nil}, "type": e.Type}
}

// apiVersion is the version whose objects we imitate.
const apiVersion = "2026-01-28.clover"
