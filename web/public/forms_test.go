package public_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qualsys/issue/credential"
	"qualsys/verifier"
	"qualsys/web/public"
	"qualsys/web/webtest"
)

// teller answers with the input and the length of what it was given.
type teller struct{}

func (teller) Link(_ context.Context, text string) verifier.Verification {
	return verifier.Verification{Verdict: verifier.NotGenuine, Reason: verifier.LookAlike, Host: "evil.example", Input: verifier.FromLink}
}

func (teller) Code(_ context.Context, typed, birth string) (verifier.Verification, error) {
	if _, err := credential.ParseCode(typed); err != nil {
		return verifier.Verification{}, err
	}
	if birth == "きのう" {
		return verifier.Verification{}, verifier.ErrBirth.At("birth")
	}
	return verifier.Verification{Verdict: verifier.InForce, Input: verifier.FromCode, Hidden: true, Says: &verifier.Says{Title: "介護福祉士"}}, nil
}

func (teller) File(_ context.Context, data []byte) verifier.Verification {
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		return verifier.Verification{Verdict: verifier.NotGenuine, Reason: verifier.Foreign, Input: verifier.FromFile}
	}
	return verifier.Verification{Verdict: verifier.InForce, Input: verifier.FromFile, Says: &verifier.Says{Title: "介護福祉士", Name: "山田 花子"}}
}

func ground(t *testing.T) *webtest.Ground {
	t.Helper()
	return webtest.New(t, func(g *webtest.Ground) { g.Engine.Add(public.New(teller{}, public.Pinned{}).Routes()...) })
}

func read(t *testing.T, resp *http.Response, err error) (int, string, http.Header) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func goodCode(t *testing.T) string {
	t.Helper()
	code, err := credential.NewCode(strings.NewReader(strings.Repeat("qualsys", 3)))
	if err != nil {
		t.Fatal(err)
	}
	return code.Format()
}

func TestTypedCodes(t *testing.T) {
	g := ground(t)
	for _, c := range []struct {
		name, code, birth string
		status            int
		says, keeps       string
	}{
		{"a right code gives a verdict", goodCode(t), "", 200, "この資格者証は有効です（登録中）", ""},
		{"nothing typed", "  ", "", 422, "番号が入力されていません", ""},
		{"fifteen characters", "7K3M-9PQX-0ABC-DEF", "1990/07/21", 422, "15文字", "7K3M-9PQX-0ABC-DEF"},
		{"a slip of the pen", "0000-0000-0000-0001", "1990/07/21", 422, "読み違い", "1990/07/21"},
		{"a birth date that is none", goodCode(t), "きのう", 422, "", "きのう"},
		{"markup comes back as text", "<script>alert(1)</script>", "", 422, "", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"a look-alike's link is named and refused", "https://evil.example/Q#ABC", "", 200, "evil.example", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, err := webtest.Client().PostForm(g.Base+"/verify/code", url.Values{"code": {c.code}, "birth": {c.birth}})
			status, body, head := read(t, resp, err)
			if status != c.status || !strings.Contains(body, c.says) || !strings.Contains(body, c.keeps) {
				t.Errorf("status %d, want %d; page:\n%s", status, c.status, body)
			}
			if head.Get("Cache-Control") != "no-store" {
				t.Errorf("an answer about a person may be kept: %q", head.Get("Cache-Control"))
			}
		})
	}
}

func form(t *testing.T, field string, content []byte) (contentType string, body *bytes.Buffer) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	part, err := w.CreateFormFile(field, "certificate.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), body
}

func TestDroppedFiles(t *testing.T) {
	g := ground(t)
	for _, c := range []struct {
		name, field string
		content     []byte
		status      int
		says        string
	}{
		{"a certificate", "file", []byte("%PDF-1.7 …"), 200, "山田 花子"},
		{"a picture is an answer, not an error", "file", []byte("\x89PNG"), 200, "この仕組みで発行した資格者証ではありません"},
		{"an empty file", "file", nil, 422, "PDFが選ばれていません"},
		{"another field", "photo", []byte("%PDF-1.7"), 422, "PDFが選ばれていません"},
		{"a file just over the limit", "file", make([]byte, public.MaxFile+1), 413, "10 MB"},
		{"a file far over the limit", "file", make([]byte, public.MaxFile+1<<20), 413, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			contentType, body := form(t, c.field, c.content)
			resp, err := webtest.Client().Post(g.Base+"/verify/file", contentType, body)
			status, text, _ := read(t, resp, err)
			if status != c.status || !strings.Contains(text, c.says) {
				t.Errorf("status %d, want %d; page:\n%s", status, c.status, text)
			}
		})
	}
	resp, err := webtest.Client().Post(g.Base+"/verify/file", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\""))
	if status, _, _ := read(t, resp, err); status != 422 {
		t.Errorf("a form that breaks off: status %d", status)
	}
	resp, err = webtest.Client().Post(g.Base+"/verify/file", "text/plain", strings.NewReader("hello"))
	if status, _, _ := read(t, resp, err); status != 422 {
		t.Errorf("no form at all: status %d", status)
	}
}

func TestPagesInBothLanguages(t *testing.T) {
	g := ground(t)
	for path, want := range map[string][2]string{
		"/":            {"資格をお持ちの方", "I hold a qualification"},
		"/help":        {"6つの結果の意味", "The six answers"},
		"/privacy":     {"だれに何が見えるか", "Who can see what"},
		"/verify":      {"番号で確認する", "Check by number"},
		"/Q":           {"JavaScript", "JavaScript"},
		"/q":           {"JavaScript", "JavaScript"},
		"/verify/code": {"番号で確認する", "Check by number"},
	} {
		for i, lang := range []string{"ja", "en"} {
			req, err := http.NewRequest("GET", g.Base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept-Language", lang)
			resp, err := webtest.Client().Do(req)
			status, body, _ := read(t, resp, err)
			if status != 200 || !strings.Contains(body, want[i]) || !strings.Contains(body, `<html lang="`+lang+`"`) {
				t.Errorf("%s in %s: status %d, page:\n%s", path, lang, status, body)
			}
		}
	}
}
