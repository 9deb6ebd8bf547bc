package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"qualsys/internal/fault"
	"qualsys/verifier"
	"qualsys/web"
	"qualsys/web/api"
	"qualsys/web/page"
	"qualsys/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var errTyped = fault.New(fault.Invalid, "apitest.code_wrong")

// echo answers with what it was asked, in a field that a test can see.
type echo struct{}

func say(in verifier.Input, what string) verifier.Verification {
	return verifier.Verification{Verdict: verifier.CannotConfirm, Input: in, Message: what, Checks: []verifier.Check{},
		CheckedAt: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)}
}

func (echo) Link(_ context.Context, text string) verifier.Verification {
	return say(verifier.FromLink, text)
}

func (echo) Code(_ context.Context, typed, birth string) (verifier.Verification, error) {
	if typed == "bad" {
		return verifier.Verification{}, errTyped
	}
	return say(verifier.FromCode, typed+"|"+birth), nil
}

func (echo) File(_ context.Context, data []byte) verifier.Verification {
	return say(verifier.FromFile, fmt.Sprint(len(data)))
}

func ground(t *testing.T) (*webtest.Ground, *api.API) {
	t.Helper()
	var a *api.API
	g := webtest.New(t, func(g *webtest.Ground) {
		var err error
		if a, err = api.Mount(g.Engine, g.DB, echo{}); err != nil {
			t.Fatal(err)
		}
	})
	return g, a
}

func form(t *testing.T, fields ...string) (string, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		var part io.Writer
		var err error
		if fields[i] == "file" {
			part, err = w.CreateFormFile("file", "certificate.pdf")
		} else {
			part, err = w.CreateFormField(fields[i])
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestVerifications(t *testing.T) {
	g, _ := ground(t)
	pdf := strings.Repeat("%PDF", 300)
	for _, test := range []struct {
		name, kind, body, want string
	}{
		{"a link", "application/json", `{"link":"HTTPS://H/Q#ABC"}`, "HTTPS://H/Q#ABC"},
		{"a code", "application/json; charset=utf-8", `{"code":"7K3M-9QXR"}`, "7K3M-9QXR|"},
		{"a code with a birth date", "application/json", `{"code":"7K3M","birth_date":"1985-03-15"}`, "7K3M|1985-03-15"},
		{"a file in Base64", "application/json", `{"file":"` + base64.StdEncoding.EncodeToString([]byte(pdf)) + `"}`, "1200"},
		{"a code beside an empty file", "application/json", `{"code":"7K3M","file":""}`, "7K3M|"},
		{"a PDF as it is", "application/pdf", pdf, "1200"},
	} {
		t.Run(test.name, func(t *testing.T) { verdict(t, g, test.kind, test.body, test.want) })
	}
	kind, body := form(t, "file", pdf)
	verdict(t, g, kind, body, "1200")
	kind, body = form(t, "code", "7K3M", "birth_date", "19850315")
	verdict(t, g, kind, body, "7K3M|19850315")
}

func verdict(t *testing.T, g *webtest.Ground, kind, body, want string) {
	t.Helper()
	status, text := g.Do(t, webtest.Client(), "POST", "/v1/verifications", strings.NewReader(body), http.Header{"Content-Type": {kind}})
	var v verifier.Verification
	if err := json.Unmarshal([]byte(text), &v); err != nil || status != 200 || v.Message != want || v.Verdict != verifier.CannotConfirm {
		t.Errorf("got %d %s %v", status, text, err)
	}
}

func TestProblems(t *testing.T) {
	g, _ := ground(t)
	big := strings.Repeat("A", 14<<20)
	twice, twiceBody := form(t, "code", "a", "code", "b")
	strange, strangeBody := form(t, "kode", "a")
	large, largeBody := form(t, "file", strings.Repeat("x", 10<<20+1))
	for _, test := range []struct {
		name, kind, query, body string
		status                  int
		code, field             string
	}{
		{"nothing", "application/json", "", `{}`, 422, "api.one_of", ""},
		{"two things", "application/json", "", `{"link":"secretvalue","code":"b"}`, 422, "api.one_of", ""},
		{"a member too many", "application/json", "", `{"link":"a","secretvalue":1}`, 422, "api.unknown_member", ""},
		{"a member of another type", "application/json", "", `{"link":["secretvalue"]}`, 422, "api.unknown_member", ""},
		{"a member twice", "application/json", "", `{"link":"a","link":"secretvalue"}`, 422, "api.unknown_member", ""},
		{"a member twice in another case", "application/json", "", `{"link":"a","LINK":"secretvalue"}`, 422, "api.unknown_member", ""},
		{"a file of numbers", "application/json", "", `{"file":[37,80,68,70]}`, 422, "api.unknown_member", ""},
		{"a member of a member", "application/json", "", `{"link":{"link":"secretvalue"}}`, 422, "api.unknown_member", ""},
		{"no object", "application/json", "", `["secretvalue"]`, 422, "api.unknown_member", ""},
		{"no JSON", "application/json", "", `secretvalue`, 422, "api.body_unreadable", ""},
		{"nothing at all", "application/json", "", ``, 422, "api.body_unreadable", ""},
		{"JSON and more", "application/json", "", `{"link":"a"}{"secretvalue":1}`, 422, "api.body_unreadable", ""},
		{"no Base64", "application/json", "", `{"file":"***secretvalue"}`, 422, "api.file_not_base64", "file"},
		{"a birth date alone", "application/json", "", `{"link":"a","birth_date":"secretvalue"}`, 422, "api.birth_date_without_code", "birth_date"},
		{"a code that is none", "application/json", "", `{"code":"bad"}`, 422, "apitest.code_wrong", "code"},
		{"a link that is too long", "application/json", "", `{"link":"` + strings.Repeat("A", 5000) + `"}`, 422, "api.text_too_long", "link"},
		{"a body that is too large", "application/json", "", `{"file":"` + big + `"}`, 413, "web.too_large", ""},
		{"a file that is too large", large, "", largeBody, 413, "web.too_large", "file"},
		{"a part twice", twice, "", twiceBody, 422, "api.unknown_member", ""},
		{"a part too many", strange, "", strangeBody, 422, "api.unknown_member", ""},
		{"parts without a boundary", "multipart/form-data", "", "secretvalue", 422, "api.body_unreadable", ""},
		{"another type", "text/plain", "", `secretvalue`, 415, "api.media_type", ""},
		{"no type", "", "", `{"link":"a"}`, 415, "api.media_type", ""},
		{"an unknown parameter", "application/json", "?secretvalue=1", `{"link":"a"}`, 422, "api.parameter", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, text := g.Do(t, webtest.Client(), "POST", "/v1/verifications"+test.query, strings.NewReader(test.body),
				http.Header{"Content-Type": {test.kind}, "Accept-Language": {"en"}})
			var p web.Problem
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				t.Fatalf("%d %s: %v", status, text, err)
			}
			if status != test.status || p.Status != status || p.Code != test.code || p.Request == "" || strings.Contains(text, "secretvalue") {
				t.Errorf("got %d %s", status, text)
			}
			if test.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != test.field) {
				t.Errorf("the member %s is not named: %s", test.field, text)
			}
			if page.Has(page.En, test.code) && strings.HasPrefix(test.code, "api.") && !strings.HasPrefix(p.Title, page.Text(page.En, test.code, nil)[:8]) {
				t.Errorf("the sentence is not in English: %s", p.Title)
			}
		})
	}
	if status, text := g.Get(t, webtest.Client(), "/v1/verifications"); status != 405 || !strings.Contains(text, "web.no_method") {
		t.Errorf("a verification is posted: nothing of it stands in an address: %d %s", status, text)
	}
}

func TestIdempotencyKey(t *testing.T) {
	g, a := ground(t)
	post := func(key, body string) (int, string) {
		return g.Do(t, webtest.Client(), "POST", "/v1/verifications", strings.NewReader(body),
			http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
	}
	if s, text := post("k1", `{"link":"a"}`); s != 200 {
		t.Fatal(s, text)
	}
	if s, _ := post("k1", `{ "link": "a" }`); s != 200 {
		t.Errorf("the same again is answered again, got %d", s)
	}
	if s, text := post("k1", `{"link":"b"}`); s != 422 || !strings.Contains(text, "api.idempotency_key_reused") {
		t.Errorf("the same key with another body is refused: %d %s", s, text)
	}
	if s, _ := post("k2", `{"link":"b"}`); s != 200 {
		t.Errorf("another key is another request, got %d", s)
	}
	if s, text := post("with space", `{"link":"b"}`); s != 422 || !strings.Contains(text, "api.idempotency_key") {
		t.Errorf("a key of another form is refused: %d %s", s, text)
	}
	if s, _ := post(strings.Repeat("k", 300), `{"link":"b"}`); s != 422 {
		t.Errorf("a key too long is refused, got %d", s)
	}
	g.Clock.Advance(25 * time.Hour)
	if s, _ := post("k1", `{"link":"b"}`); s != 200 {
		t.Errorf("after a day a key is free, got %d", s)
	}
	g.Clock.Advance(25 * time.Hour)
	if err := a.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAPI(t *testing.T) {
	g, a := ground(t)
	const golden = "../../docs/openapi.json"
	if *update {
		if err := os.WriteFile(golden, a.OpenAPI(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	status, text := g.Get(t, webtest.Client(), "/v1/openapi.json")
	if status != 200 || text != string(want) {
		t.Errorf("docs/openapi.json is not what is served (%d); run the test with -update and look at the difference", status)
	}
	if !strings.Contains(text, `"openapi": "3.1.0"`) {
		t.Error("the description is OpenAPI 3.1")
	}
	for _, path := range []string{"/docs", "/v1/docs", "/openapi.json", "/schemas/Request.json"} {
		if status, _ := g.Get(t, webtest.Client(), path); status != 404 {
			t.Errorf("%s is served: %d", path, status)
		}
	}
}

func TestEveryCodeHasItsSentences(t *testing.T) {
	for _, code := range fault.Codes() {
		for _, lang := range page.Langs {
			if strings.HasPrefix(code, "api.") && !page.Has(lang, code) {
				t.Errorf("%s has no sentence in %s", code, lang)
			}
		}
	}
}

func FuzzRequest(f *testing.F) {
	for _, s := range []string{`{"link":"a"}`, `{"file":"AAAA"}`, `{"code":null}`, "[]", "{", `{"code":"a","code":"b"}`} {
		f.Add("application/json", s)
	}
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=code\r\n\r\n1\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r, err := http.NewRequest("POST", "/v1/verifications", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		if err := api.Parses(r); err != nil {
			if _, ok := fault.All(err); !ok {
				t.Fatalf("a request leads to a defect: %v", err)
			}
		}
	})
}
