package paysim

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func (s *Sim) createSession(_ *http.Request, f url.Values) (any, error) {
	p := &session{ID: id("cs_test_"), Status: "open", PaymentStatus: "unpaid", Reference: f.Get("client_reference_id"),
		Locale: f.Get("locale"), Success: f.Get("success_url"), Cancel: f.Get("cancel_url"),
		Description: f.Get("payment_intent_data[description]"), Created: s.now().Unix(),
		Metadata: nested(f, "metadata"), IntentMetadata: nested(f, "payment_intent_data[metadata]")}
	if f.Get("mode") != "payment" {
		return nil, fail(http.StatusBadRequest, "", "mode", "You must provide a valid mode.")
	}
	if p.Success == "" {
		return nil, fail(http.StatusBadRequest, "parameter_missing", "success_url", "Missing required param: success_url.")
	}
	if err := p.readItems(f); err != nil {
		return nil, err
	}
	p.Expires = p.Created + 24*60*60
	if v := f.Get("expires_at"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < p.Created+30*60 || n > p.Created+24*60*60 {
			return nil, fail(http.StatusBadRequest, "", "expires_at",
				"The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session creation.")
		}
		p.Expires = n
	}
	s.kept.Sessions[p.ID] = p
	return s.sessionJSON(p), nil
}

func (p *session) readItems(f url.Values) error {
	for n := 0; ; n++ {
		at := fmt.Sprintf("line_items[%d]", n)
		if !f.Has(at + "[price_data][unit_amount]") {
			break
		}
		if c := f.Get(at + "[price_data][currency]"); c != "jpy" {
			return fail(http.StatusBadRequest, "", at+"[price_data][currency]", "Invalid currency: "+c)
		}
		amount, err := strconv.ParseInt(f.Get(at+"[price_data][unit_amount]"), 10, 64)
		count, err2 := strconv.ParseInt(f.Get(at+"[quantity]"), 10, 64)
		if err != nil || err2 != nil || amount < 1 || count < 1 || amount > 99_999_999 || count > 100 {
			return fail(http.StatusBadRequest, "parameter_invalid_integer", at, "Invalid integer")
		}
		p.Items = append(p.Items, item{f.Get(at + "[price_data][product_data][name]"), amount * count})
		p.Amount += amount * count
	}
	switch {
	case len(p.Items) == 0:
		return fail(http.StatusBadRequest, "parameter_missing", "line_items", "Missing required param: line_items.")
	case p.Amount < 50:
		return fail(http.StatusBadRequest, "amount_too_small", "line_items", "The total must be at least ¥50.")
	case p.Amount > 99_999_999:
		return fail(http.StatusBadRequest, "amount_too_large", "line_items", "The total must be no more than ¥99,999,999.")
	}
	return nil
}

// nested collects name[key]=value.
func nested(f url.Values, name string) map[string]string {
	m := map[string]string{}
	for k := range f {
		if key, ok := strings.CutPrefix(k, name+"["); ok && strings.HasSuffix(key, "]") {
			m[strings.TrimSuffix(key, "]")] = f.Get(k)
		}
	}
	return m
}

func (s *Sim) getSession(r *http.Request, _ url.Values) (any, error) {
	if p := s.kept.Sessions[r.PathValue("id")]; p != nil {
		return s.sessionJSON(p), nil
	}
	return nil, missing("checkout.session", r.PathValue("id"))
}

func (s *Sim) expireSession(r *http.Request, _ url.Values) (any, error) {
	p, err := s.openSession(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	s.expire(p)
	return s.sessionJSON(p), nil
}
