package sim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// authorize takes an authorisation request (OpenID Connect Core 3.1.2.1) and
// shows who can log in. What the digital identity app demands is demanded.
func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != i.client.ID || !slices.Contains(i.client.RedirectURIs, q.Get("redirect_uri")) {
		i.message(w, r, http.StatusBadRequest, "client_id か redirect_uri が登録と違います。", "client_id or redirect_uri is not as registered.")
		return
	}
	scopes := strings.Fields(q.Get("scope"))
	wrong := ""
	switch {
	case q.Get("response_type") != "code":
		wrong = "unsupported_response_type"
	case !slices.Contains(scopes, "openid"):
		wrong = "invalid_scope"
	case !printable(q.Get("state")), !printable(q.Get("nonce")),
		q.Get("code_challenge_method") != "S256", len(q.Get("code_challenge")) != 43:
		wrong = "invalid_request"
	}
	if wrong != "" {
		i.back(w, r, request{State: q.Get("state"), Redirect: q.Get("redirect_uri")}, url.Values{"error": {wrong}})
		return
	}
	id := i.memory.keep("request", request{
		State: q.Get("state"), Nonce: q.Get("nonce"), Challenge: q.Get("code_challenge"), Redirect: q.Get("redirect_uri"),
		Scopes: scopes, Language: q.Get("ui_locales"),
	}, 15*time.Minute)
	http.Redirect(w, r, i.path+"/choose?"+url.Values{"request": {id}}.Encode(), http.StatusSeeOther)
}

// printable holds a value to 1–255 printable characters, as the app does.
func printable(s string) bool {
	return len(s) >= 1 && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}

// back sends the browser back to the client, naming ourselves (RFC 9207).
func (i *issuer) back(w http.ResponseWriter, r *http.Request, q request, values url.Values) {
	u, err := url.Parse(q.Redirect)
	if err != nil {
		http.Error(w, "redirect_uri", http.StatusBadRequest)
		return
	}
	if q.State != "" {
		values.Set("state", q.State)
	}
	if !values.Has("iss") {
		values.Set("iss", i.name)
	}
	all := u.Query()
	for k, v := range values {
		all[k] = v
	}
	u.RawQuery = all.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// decide takes the form of the page: who logs in, and how it fails.
func (i *issuer) decide(w http.ResponseWriter, r *http.Request) {
	q, ok := i.memory.get(r.PostFormValue("request"), true)
	if !ok {
		i.message(w, r, http.StatusBadRequest, "この手続きは終わっています。はじめからやり直してください。", "This request is over. Start again.")
		return
	}
	q.Fail = Failure(r.PostFormValue("fail"))
	if code, description, told := q.Fail.told(); told {
		i.back(w, r, q, url.Values{"error": {code}, "error_description": {description}})
		return
	}
	people := i.people()
	at := slices.IndexFunc(people, func(p Person) bool { return p.Subject == r.PostFormValue("person") })
	if at < 0 {
		i.message(w, r, http.StatusBadRequest, "その人はいません。", "There is no such person.")
		return
	}
	q.Person, q.AuthTime = people[at], i.clock.Now()
	if q.Fail == OldAuth {
		q.AuthTime = q.AuthTime.Add(-24 * time.Hour)
	}
	values := url.Values{"code": {i.memory.keep("code", q, time.Minute)}, "session_state": {"simulated"}}
	switch q.Fail {
	case WrongState:
		q.State = "another-" + q.State
	case WrongIssuer:
		values.Set("iss", "https://another.example")
	}
	i.back(w, r, q, values)
}
