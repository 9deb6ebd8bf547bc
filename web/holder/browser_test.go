package holder_test

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"qualsys/registry/sample"
)

// browser is a holder with a browser and the page before them.
type browser struct {
	*room
	client *http.Client
	status int
	page   string
	at     *url.URL
	header http.Header
}

func (r *room) browser(key string) *browser {
	r.t.Helper()
	return &browser{room: r, client: r.Holder(r.t, key)}
}

func (b *browser) take(resp *http.Response, err error) *browser {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(resp.Body); err != nil {
		b.t.Fatal(err)
	}
	b.status, b.page, b.at, b.header = resp.StatusCode, buf.String(), resp.Request.URL, resp.Header
	if b.status >= 500 {
		b.t.Fatalf("%s: status %d\n%s", b.at, b.status, b.page)
	}
	if strings.Contains(b.page, ">holder.") {
		b.t.Errorf("%s shows a code without a sentence", b.at)
	}
	return b
}

// get opens a page of ours.
func (b *browser) get(path string) *browser {
	b.t.Helper()
	return b.take(b.client.Get(b.Base + path))
}

// post sends a form, with the version that the page before carries.
func (b *browser) post(path string, pairs ...string) *browser {
	b.t.Helper()
	f := url.Values{}
	if v := b.version(); v != "" {
		f.Set("version", v)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return b.take(b.client.PostForm(b.Base+path, f))
}

// upload sends a form with a file.
func (b *browser) upload(path, name string, data []byte, pairs ...string) *browser {
	b.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i := 0; i+1 < len(pairs); i += 2 {
		check(b.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	check(b.t, w.WriteField("version", b.version()))
	part := get(w.CreateFormFile("file", name))(b.t)
	get(part.Write(data))(b.t)
	check(b.t, w.Close())
	return b.take(b.client.Post(b.Base+path, w.FormDataContentType(), &buf))
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

func (b *browser) version() string {
	if m := versionField.FindStringSubmatch(b.page); m != nil {
		return m[1]
	}
	return ""
}

// says fails unless the page holds all the words.
func (b *browser) says(words ...string) *browser {
	b.t.Helper()
	text := html.UnescapeString(b.page)
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s (status %d) does not say %q\n%s", b.at, b.status, w, plain(text))
		}
	}
	return b
}

// silent fails when the page holds one of the words.
func (b *browser) silent(words ...string) *browser {
	b.t.Helper()
	text := html.UnescapeString(b.page)
	for _, w := range words {
		if strings.Contains(text, w) {
			b.t.Errorf("%s says %q", b.at, w)
		}
	}
	return b
}

// stands fails unless the page has the status and its address begins so.
func (b *browser) stands(status int, path string) *browser {
	b.t.Helper()
	if b.status != status || !strings.HasPrefix(b.at.Path, path) {
		b.t.Fatalf("status %d at %s, want %d at %s\n%s", b.status, b.at, status, path, plain(b.page))
	}
	return b
}

var tags = regexp.MustCompile(`(?s)<head>.*?</head>|<svg.*?</svg>|<[^>]*>`)

func plain(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

// find returns the first thing on the page that the expression captures.
func (b *browser) find(expression string) string {
	b.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(b.page)
	if m == nil {
		b.t.Fatalf("%s holds no %s\n%s", b.at, expression, plain(b.page))
	}
	return html.UnescapeString(m[1])
}

// linked logs a sample person in and links their first registration.
func (r *room) linked(key string) (*browser, string) {
	r.t.Helper()
	p, _ := sample.NamedAs(key)
	n := p.Registrations[0]
	b := r.browser(key)
	b.post("/my/link", "register", strconv.Itoa(int(n.Register)), "number", n.Number).stands(200, "/my/registrations/")
	return b, b.at.Path
}
