package main

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/registry/sample"
)

// hostile is what people and programs send that nobody should.
var hostile = map[string]string{
	"nothing":                "",
	"a space":                " ",
	"an ideographic space":   "\u3000",
	"a number below zero":    "-1",
	"a number too large":     "99999999999999999999999",
	"no number":              "NaN",
	"full-width digits":      "２０２６",
	"a NUL":                  "a\x00b",
	"bytes that are no text": "\xff\xfe\x80",
	"half a character":       "\xe3\x81",
	"a very long line":       strings.Repeat("あ", 9000),
	"many lines":             strings.Repeat("x\r\n", 3000),
	"a script":               `"><script>alert(1)</script>`,
	"SQL":                    `'; DROP TABLE registrations; --`,
	"a template":             `{{.}}${7*7}<%= 1 %>`,
	"a format":               `%s%n%x%!(EXTRA)`,
	"a path":                 `../../../../etc/passwd`,
	"an encoded path":        `..%2f..%2fetc%2fpasswd`,
	"a header":               "a\r\nSet-Cookie: evil=1",
	"a formula":              `=cmd|' /C calc'!A0`,
	"an override":            "山田\u202e太郎",
	"private use":            "\ue000太郎",
	"beyond the BMP":         "𠮷\U000E0100👨‍👩‍👧",
	"a day that isn't":       "2026-02-30",
	"a year far away":        "9999-12-31",
	"a day before all days":  "0000-00-00",
	"JSON":                   `{"a":[1,{"b":null}]}`,
	"an address elsewhere":   `https://evil.example/Q#ABC`,
	"an e-mail with more":    "a@example.jp\r\nBcc: b@example.jp",
	"a word of ours":         "removal",
}

// fields are the names of all fields that our forms have, and a few that they have not.
var fields = strings.Fields(`version screen items name kana address domicile event_on late_reason paper electronic note
	returns reason text authority defendant item accept_reason hold_reason until measure from ground why decline_reason
	registration register number unknown code birth what old language value way issued_on id session send asked q query
	state iss error return fresh paid sent n bucket reason_kind state_ver text_other text_name_differs __proto__ admin role body`)

// closed are fields in which only some values mean anything: with them, a form
// gets further than its first check.
var closed = map[string][]string{
	"screen":   {"choose", "check", "kana", "delivery", "confirm"},
	"items":    {"name", "address", "domicile"},
	"paper":    {"keep", "return", "destroy", "none"},
	"way":      {"amend", "upload", "identifier", "explain"},
	"measure":  {"suspension", "removal", "revocation", "restoration"},
	"what":     {"lost", "damaged", "leaked"},
	"old":      {"now", "later"},
	"returns":  {"name_differs", "history_unclear", "other"},
	"reason":   {"requirements", "not_proven", "duplicate"},
	"register": {"1", "5", "22"},
	"language": {"ja", "en"},
	"ground":   {"voluntary", "deceased", "misconduct"},
	"bucket":   {"new", "mismatch", "returned"},
}

// siege is a house in which something of everything is there to be attacked.
type siege struct {
	h *House
	// real are ids that exist, by the route's pattern up to the id.
	real map[string][]string
	who  map[string][]*walk.Visitor
	// answers counts the statuses so far.
	answers map[int]int
}

// TestBadInput sends hostile values to every route of the route table, as
// everybody who may come in there and as those who may not: each is answered,
// none with an error of ours.
func TestBadInput(t *testing.T) {
	s := besiege(t)
	for _, line := range s.h.System.engine.Table() {
		part := strings.Fields(line)
		method, pattern, door := part[0], part[1], part[2]
		if pattern == "/logout" {
			continue
		}
		t.Run(method+" "+pattern, func(t *testing.T) {
			kind, _, _ := strings.Cut(door, "(")
			for visitor, all := range s.who {
				for _, v := range all {
					s.attack(t, v, method, pattern, visitor == kind || kind == "public" && visitor == "anybody" || kind == "webhook" && visitor == "anybody")
				}
			}
		})
	}
	if log := s.h.Log.String(); strings.Contains(log, "web: panic") {
		t.Error("something panicked")
	}
	t.Logf("answers by status: %v", s.answers)
	for _, status := range []int{200, 400, 404, 409, 413, 422} {
		if s.answers[status] == 0 {
			t.Errorf("nothing was answered with %d: does this test reach the handlers?", status)
		}
	}
	wholeChains(t, s.h)
}

func besiege(t *testing.T) *siege {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	p, err := hanako.MakeCertificate()
	h.must(err)
	h.must(h.Sims.Registers.Marry(sample.Hanako, "高梨 花子", "たかなし はなこ"))
	returned, err := hanako.File(map[string]func(*walk.Form) error{
		"choose": func(f *walk.Form) error { f.Set("items", "name"); return nil },
		"check":  func(f *walk.Form) error { f.Set("name", "高利 花子"); return nil },
		"kana":   func(f *walk.Form) error { f.Set("kana", "たかなし はなこ"); return nil },
	})
	h.must(err)
	h.Settle()
	supervisor := h.Officer("sssc", "supervisor")
	h.must(supervisor.Open(returned.Number))
	at := supervisor.Page.URL.Path
	h.must(supervisor.Send(at+"/return", "returns", "name_differs"))
	h.must(supervisor.Send(at+"/return", "send", "1"))
	h.must(hanako.Get(returned.At))
	item, err := hanako.Page.Link(returned.At + "/items/")
	h.must(err)

	sumire := h.Holder(sample.Sumire)
	h.must(sumire.Link())
	h.must(sumire.Get(sumire.Entry + "/change"))
	h.must(sumire.Send(sumire.Entry + "/change"))
	draft := strings.TrimPrefix(sumire.Page.URL.Path, "/my/applications/")

	hoa := h.Holder(sample.Hoa)
	h.must(hoa.TryLink("1", "第D-0123456号"))
	registrar := h.Officer("sssc", "registrar")
	h.must(registrar.Propose("第D-0300001号", "measure", "removal", "from", h.Day(0), "ground", "voluntary", "why", "申出"))
	proposal := strings.TrimPrefix(registrar.Page.URL.Path, "/officer/proposals/")
	h.must(registrar.Get("/officer/links"))
	link, err := registrar.Page.Link("/officer/links/")
	h.must(err)
	h.must(hanako.Get("/my/inbox"))
	message, err := hanako.Page.Link("/my/inbox/")
	h.must(err)

	app := strings.TrimPrefix(returned.At, "/my/applications/")
	entry := func(who *walk.Holder) string { return strings.TrimPrefix(who.Entry, "/my/registrations/") }
	return &siege{h: h, answers: map[int]int{}, who: map[string][]*walk.Visitor{
		"anybody": {h.Visitor()}, "holder": {hanako.Visitor, sumire.Visitor}, "officer": {supervisor.Visitor, registrar.Visitor},
	}, real: map[string][]string{
		"/my/applications/:id":             {app, draft},
		"/my/applications/:id/items/:item": {app + "/items/" + item[strings.LastIndex(item, "/")+1:]},
		"/my/registrations/:id":            {entry(hanako), entry(sumire)},
		"/my/certificates/:id":             {strings.TrimPrefix(p.At, "/my/certificates/")},
		"/my/inbox/:id":                    {message[strings.LastIndex(message, "/")+1:]},
		"/officer/applications/:id":        {app},
		"/officer/registrations/:id":       {entry(hanako), string(h.Registration(sample.KenSecond).ID)},
		"/officer/proposals/:id":           {proposal},
		"/officer/links/:id":               {link[strings.LastIndex(link, "/")+1:]},
		"/issued/:prefix":                  {"0000", "ffff"},
	}}
}

// paths are the addresses that a pattern is tried with: first those of things
// that exist, then hostile ones.
func (s *siege) paths(pattern string) (real, bad []string) {
	for prefix, ids := range s.real {
		if rest, ok := strings.CutPrefix(pattern, prefix); ok && !(prefix == "/my/applications/:id" && strings.HasPrefix(rest, "/items")) {
			for _, id := range ids {
				real = append(real, s.steps(prefix[:strings.Index(prefix, ":")]+id+rest)...)
			}
		}
	}
	if !strings.ContainsAny(pattern, ":*") {
		return []string{pattern}, nil
	}
	for _, v := range []string{"0", "x", "..", "%00", "%ff%fe", "%27%3B--", strings.Repeat("a", 3000), "01a2134a-2785-7ccf-94ee-1a4cb85d3519"} {
		bad = append(bad, parameter(pattern, v))
	}
	return real, bad
}

// steps puts each step that a case or a request can take into the address.
func (s *siege) steps(path string) []string {
	if !strings.Contains(path, "/:step") {
		return []string{parameter(path, "nothing")}
	}
	var out []string
	for _, step := range strings.Fields("approve return reject accept ask clear hold reopen close extend refuse fly") {
		out = append(out, strings.Replace(path, ":step", step, 1))
	}
	return out
}

// parameter puts a value into each parameter of a pattern.
func parameter(pattern, value string) string {
	part := strings.Split(pattern, "/")
	for i, p := range part {
		if strings.HasPrefix(p, ":") || strings.HasPrefix(p, "*") {
			part[i] = value
		}
	}
	return strings.Join(part, "/")
}

// attack tries one route as one visitor: with everything where they may come
// in, else just once.
func (s *siege) attack(t *testing.T, v *walk.Visitor, method, pattern string, mayEnter bool) {
	real, bad := s.paths(pattern)
	for _, path := range append(slices.Clone(real), bad...) {
		s.send(t, v, method, path, "nothing", 0)
	}
	if !mayEnter {
		return
	}
	kinds := slices.Sorted(maps.Keys(hostile))
	if testing.Short() {
		kinds = kinds[:6]
	}
	for _, path := range real {
		for i, kind := range kinds {
			s.send(t, v, method, path, kind, i)
		}
	}
	if method == http.MethodPost && len(real) > 0 {
		s.shapes(t, v, real[0])
	}
}

// send sends one kind of value in every field, closed fields aside in every
// second request.
func (s *siege) send(t *testing.T, v *walk.Visitor, method, path, kind string, i int) {
	form := url.Values{}
	for _, name := range fields {
		form.Set(name, hostile[kind])
		if options := closed[name]; options != nil && i%2 == 1 {
			form.Set(name, options[i/2%len(options)])
		}
	}
	if version := s.version(path); version != "" && i%3 != 2 {
		form.Set("version", version)
	}
	var err error
	if method == http.MethodGet {
		short := url.Values{}
		for _, name := range fields[:20+i%20] {
			short.Set(name, string([]rune(form.Get(name))[:min(len([]rune(form.Get(name))), 40)]))
		}
		err = s.from(v).Get(s.h.Config.BaseURL + path + "?" + short.Encode())
	} else {
		err = s.from(v).Post(s.h.Config.BaseURL+path, "application/x-www-form-urlencoded", []byte(form.Encode()))
	}
	s.answered(t, v, err, method+" "+path+" with "+kind)
}

// version is the version that the thing in an address has now.
func (s *siege) version(path string) string {
	var version int
	for id := range strings.SplitSeq(path, "/") {
		if len(id) != 36 {
			continue
		}
		s.h.Read(func(tx *store.Tx) error {
			for _, table := range []string{"applications", "registrations"} {
				if err := tx.Table(table).Select("version").Where("id = ?", id).Scan(&version).Error; err != nil || version > 0 {
					return err
				}
			}
			return nil
		})
		if version > 0 {
			return strconv.Itoa(version)
		}
	}
	return ""
}

// shapes sends bodies that are no form, or a broken one.
func (s *siege) shapes(t *testing.T, v *walk.Visitor, path string) {
	var upload bytes.Buffer
	w := multipart.NewWriter(&upload)
	for _, name := range []string{"file", "version", "way"} {
		part, err := w.CreateFormFile(name, "../../\x00évil\".pdf")
		s.h.must(err)
		_, err = part.Write([]byte("%PDF-1.7\nno certificate\n%%EOF"))
		s.h.must(err)
	}
	s.h.must(w.Close())
	for name, body := range map[string]struct{ kind, data string }{
		"JSON":                  {"application/json", `{"version":1,"name":["x"]}`},
		"broken JSON":           {"application/json", `{"version":`},
		"deep JSON":             {"application/json", strings.Repeat(`[`, 20000)},
		"no type":               {"", "a=b"},
		"an unknown type":       {"application/x-nothing", "a=b"},
		"broken escapes":        {"application/x-www-form-urlencoded", "version=%zz&name=%"},
		"many fields":           {"application/x-www-form-urlencoded", strings.Repeat("a=1&", 15000)},
		"a form of files":       {w.FormDataContentType(), upload.String()},
		"half a form of files":  {w.FormDataContentType(), upload.String()[:upload.Len()/2]},
		"a form without bounds": {"multipart/form-data", "--x"},
		"another charset":       {"application/x-www-form-urlencoded; charset=utf-16", "a=b"},
		"a body too large":      {"application/x-www-form-urlencoded", "a=" + strings.Repeat("b", 70<<10)},
	} {
		err := s.from(v).Post(s.h.Config.BaseURL+path, body.kind, []byte(body.data))
		s.answered(t, v, err, "POST "+path+" with "+name)
	}
}

// from gives each request an address of its own, so that no limit hides what
// the handler does.
func (s *siege) from(v *walk.Visitor) *walk.Visitor {
	v.Header.Set("X-Forwarded-For", nextAddress())
	v.Page = nil // the last page may be another site's
	return v
}

func (s *siege) answered(t *testing.T, v *walk.Visitor, err error, what string) {
	t.Helper()
	if err != nil {
		t.Errorf("%.200s: %v", what, err)
		return
	}
	p := v.Page
	s.answers[p.Status]++
	switch {
	case p.Status >= 500:
		t.Errorf("%.200s is answered with %d: %.300s", what, p.Status, p.Text())
	case p.Status == http.StatusTooManyRequests && strings.Contains(p.Text(), "短い時間に操作が続いた"):
		t.Errorf("%.200s met the limit of its address", what)
	case p.Header.Get("Set-Cookie") != "" && strings.Contains(p.Header.Get("Set-Cookie"), "evil"):
		t.Errorf("%.200s set a cookie", what)
	case strings.Contains(string(p.Body), "<script>alert(1)"):
		t.Errorf("%.200s brought a script back", what)
	}
}

// The API, with bodies that are no request.
func TestBadRequestsToTheAPI(t *testing.T) {
	h := Start(t, Plan{})
	v := h.Visitor()
	bodies := []string{``, `null`, `[]`, `1`, `"x"`, `{`, `{}`, `{"link":1}`, `{"link":null}`, `{"link":"x","code":"y"}`, `{"file":"%%%"}`, `{"file":""}`,
		`{"file":"` + strings.Repeat("A", 200000) + `"}`, `{"code":"0000-0000-0000-0000","birth_date":"x"}`, `{"birth_date":"1990-07-21"}`,
		`{"link":"x","admin":true}`, `{"link":"` + strings.Repeat("x", 5000) + `"}`, `{"code":"` + "\xff" + `"}`, `{"link":"x"}{"link":"y"}`,
		strings.Repeat(`{"link":`, 5000)}
	for _, value := range hostile {
		bodies = append(bodies, fmt.Sprintf(`{"link":%q}`, value), fmt.Sprintf(`{"code":%q,"birth_date":%q}`, value, value), value)
	}
	for _, body := range bodies {
		v.Header.Set("X-Forwarded-For", nextAddress())
		h.must(v.Post("/v1/verifications", "application/json", []byte(body)))
		if v.Page.Status >= 500 {
			t.Errorf("%.80q is answered with %d %.200s", body, v.Page.Status, v.Page.Body)
		}
		if v.Page.Status >= 400 && !strings.HasPrefix(v.Page.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%.80q is refused as %s", body, v.Page.Header.Get("Content-Type"))
		}
	}
}
