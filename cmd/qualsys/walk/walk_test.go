package walk

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAVisitorReadsPagesAndSendsForms(t *testing.T) {
	var got string
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><head><title>t</title><style>hidden</style></head><body><a href="/x">one <b>link</b></a>
<form method="post" action="/send" enctype="multipart/form-data"><input type="hidden" name="version" value="3">
<input name="name" value="山田"><textarea name="note">
two</textarea><select name="register"><option value="">?</option><option value="5" selected>five</option></select>
<input type="radio" name="paper" value="keep"><input type="radio" name="paper" value="none" checked>
<input type="checkbox" name="items" value="a" checked><input type="checkbox" name="items" value="b" checked>
<input name="off" disabled value="x"><input type="file" name="file"><button name="send" value="1">send it</button></form></body>`)
	})
	mux.HandleFunc("POST /send", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			t.Error(err)
			return
		}
		f, head, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		data, _ := io.ReadAll(f)
		got = fmt.Sprint(r.MultipartForm.Value, head.Filename, string(data), r.Header.Get("Origin") != "", r.Header.Get("Sec-Fetch-Site"))
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	v := NewVisitor(t.Context())
	if err := v.Get(s.URL + "/"); err != nil {
		t.Fatal(err)
	}
	if !v.Page.Says("one link") || v.Page.Says("hidden") {
		t.Errorf("the page reads %q", v.Page.Text())
	}
	if href, err := v.Page.Link("link"); err != nil || href != "/x" {
		t.Errorf("link %q, %v", href, err)
	}
	f, err := v.Page.Form("send it")
	if err != nil {
		t.Fatal(err)
	}
	if f.Value("register") != "5" || f.Value("paper") != "none" || f.Has("off") || strings.Join(f.Options("paper"), " ") != "keep none" {
		t.Errorf("the form reads %+v", f)
	}
	if err := v.Submit(f.Set("name", "佐藤").Upload("file", File{"a.pdf", []byte("data")})); err != nil {
		t.Fatal(err)
	}
	want := "map[items:[a b] name:[佐藤] note:[two] paper:[none] register:[5] version:[3]]a.pdfdatatruesame-origin"
	if got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	if err := v.Submit(f.Set("colour", "red")); err == nil {
		t.Error("a field that the form has not was sent")
	}
}

func TestAVisitorComesAgainWhenAskedTo(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch asked++; asked {
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			fmt.Fprint(w, string(body))
		default:
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer s.Close()
	v := NewVisitor(t.Context())
	if err := v.Post(s.URL, "text/plain", []byte("again")); err != nil || string(v.Page.Body) != "again" || asked != 2 {
		t.Errorf("%d requests, %v, %q", asked, err, v.Page.Body)
	}
	if err := v.Get(s.URL); err != nil || v.Page.Status != http.StatusTooManyRequests || asked != 3 {
		t.Errorf("an hour was waited for, or not told: %d requests, %v", asked, err)
	}
}
