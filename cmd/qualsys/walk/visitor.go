// Package walk does the main job over HTTP as people do it, without script:
// it reads pages, fills in their forms and follows their links. The demo shows
// it, and the scenario tests stand on it.
package walk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Visitor is one person with one browser: cookies, and the page before them.
type Visitor struct {
	client *http.Client
	ctx    context.Context
	Page   *Page
	// Header is sent with every request, such as another Accept-Language.
	Header http.Header
}

// NewVisitor returns a visitor with an empty cookie jar.
func NewVisitor(ctx context.Context) *Visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // cookiejar.New never fails without options
	}
	return &Visitor{ctx: ctx, client: &http.Client{Jar: jar, Timeout: 2 * time.Minute, Transport: patient{http.DefaultTransport}}}
}

// Page is what the server answered, after all redirects.
type Page struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   []byte
	root   *html.Node
}

// Get opens an address, relative to the page before.
func (v *Visitor) Get(address string) error {
	u, err := v.resolve(address)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(v.ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	return v.do(r)
}

func (v *Visitor) resolve(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if v.Page != nil {
		u = v.Page.URL.ResolveReference(u)
	}
	return u, nil
}

func (v *Visitor) do(r *http.Request) error {
	r.Header.Set("Accept", "text/html,application/pdf;q=0.9,*/*;q=0.5")
	r.Header.Set("Accept-Language", "ja")
	for name, values := range v.Header {
		r.Header[name] = values
	}
	if v.Page != nil && r.Method == http.MethodPost {
		r.Header.Set("Origin", v.Page.URL.Scheme+"://"+v.Page.URL.Host)
		if v.Page.URL.Host == r.URL.Host {
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
	}
	resp, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 32<<20))
	if err != nil {
		return err
	}
	p := &Page{URL: resp.Request.URL, Status: resp.StatusCode, Header: resp.Header, Body: body}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		if p.root, err = html.Parse(bytes.NewReader(body)); err != nil {
			return err
		}
	}
	v.Page = p
	return nil
}

// Text returns the page's words as a reader sees them, white space folded.
func (p *Page) Text() string {
	if p.root == nil {
		return string(p.Body)
	}
	var b strings.Builder
	for n := range p.root.Descendants() {
		if n.Type == html.TextNode && !hidden(n) {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func hidden(n *html.Node) bool {
	for a := range n.Ancestors() {
		if a.Data == "script" || a.Data == "style" || a.Data == "head" || a.Data == "noscript" {
			return true
		}
	}
	return false
}

// Says reports whether the page's text holds all the words given, spaces aside.
func (p *Page) Says(words ...string) bool {
	text := strings.ReplaceAll(p.Text(), " ", "")
	return !slices.ContainsFunc(words, func(w string) bool {
		return !strings.Contains(text, strings.ReplaceAll(w, " ", ""))
	})
}

// Attr returns an attribute's value on the first element that has it, or "".
func (p *Page) Attr(name string) string {
	if p.root != nil {
		for n := range p.root.Descendants() {
			if n.Type == html.ElementNode && has(n, name) {
				return attr(n, name)
			}
		}
	}
	return ""
}

// Shows reports whether an element of the page has the class.
func (p *Page) Shows(class string) bool {
	if p.root == nil {
		return false
	}
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(strings.Fields(attr(n, "class")), class) {
			return true
		}
	}
	return false
}

// Link returns the address of the first link whose address or words hold what is given.
func (p *Page) Link(what string) (string, error) {
	if p.root != nil {
		for n := range p.root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "a" &&
				(strings.Contains(attr(n, "href"), what) || strings.Contains(words(n), what)) {
				return attr(n, "href"), nil
			}
		}
	}
	return "", fmt.Errorf("walk: no link %q on %s (status %d): %.300s", what, p.URL.Path, p.Status, p.Text())
}

// linkWith returns the address of the first link whose words hold all that is
// given, or "".
func (p *Page) linkWith(all ...string) string {
	if p.root == nil {
		return ""
	}
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		text := words(n)
		if !slices.ContainsFunc(all, func(w string) bool { return !strings.Contains(text, w) }) {
			return attr(n, "href")
		}
	}
	return ""
}

// Follow opens the first link whose address or words hold what is given.
func (v *Visitor) Follow(what string) error {
	href, err := v.Page.Link(what)
	if err != nil {
		return err
	}
	return v.Get(href)
}

// Form is a form of a page with the values that it would send.
type Form struct {
	Action string
	Method string
	multi  bool
	values url.Values
	files  map[string]File
	names  map[string]bool
	// options are what can be chosen, by field.
	options map[string][]string
}

// File is a file to be uploaded.
type File struct {
	Name string
	Data []byte
}

// Form returns the first form whose action ends in what is given ("" is any
// form but the header's), or that holds a button of those words.
func (p *Page) Form(what string) (*Form, error) {
	if p.root != nil {
		for n := range p.root.Descendants() {
			if n.Type != html.ElementNode || n.Data != "form" {
				continue
			}
			f := readForm(n)
			if what != "" && (strings.HasSuffix(f.Action, what) || strings.Contains(words(n), what)) {
				return f, nil
			}
		}
	}
	return nil, fmt.Errorf("walk: no form %q on %s (status %d): %.300s", what, p.URL.Path, p.Status, p.Text())
}

func readForm(form *html.Node) *Form {
	f := &Form{Action: attr(form, "action"), Method: strings.ToUpper(attr(form, "method")),
		multi:  attr(form, "enctype") == "multipart/form-data",
		values: url.Values{}, files: map[string]File{}, names: map[string]bool{}, options: map[string][]string{}}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" || has(n, "disabled") {
			continue
		}
		f.names[name] = true
		switch {
		case n.Data == "textarea":
			f.values.Add(name, strings.TrimPrefix(words(n), "\n"))
		case n.Data == "select":
			f.values.Add(name, selected(n))
			f.options[name] = append(f.options[name], options(n)...)
		case n.Data == "input":
			switch attr(n, "type") {
			case "submit", "button", "image", "file":
			case "checkbox", "radio":
				f.options[name] = append(f.options[name], valueOr(n, "on"))
				if has(n, "checked") {
					f.values.Add(name, valueOr(n, "on"))
				}
			default:
				f.values.Add(name, attr(n, "value"))
			}
		}
	}
	return f
}

func selected(sel *html.Node) string {
	first, got := "", false
	for n := range sel.Descendants() {
		if n.Type == html.ElementNode && n.Data == "option" {
			if has(n, "selected") {
				return valueOr(n, words(n))
			}
			if !got {
				first, got = valueOr(n, words(n)), true
			}
		}
	}
	return first
}

func options(sel *html.Node) []string {
	var all []string
	for n := range sel.Descendants() {
		if n.Type == html.ElementNode && n.Data == "option" {
			all = append(all, valueOr(n, words(n)))
		}
	}
	return all
}

// Options returns what can be chosen in a field, empty for one to type into.
func (f *Form) Options(name string) []string { return f.options[name] }

// Set puts values into a field; the field must be on the form.
func (f *Form) Set(name string, values ...string) *Form {
	f.values[name] = values
	return f
}

// Has reports whether the form has a field or button of that name.
func (f *Form) Has(name string) bool { return f.names[name] }

// Value returns what the field holds now.
func (f *Form) Value(name string) string { return f.values.Get(name) }

// Upload puts a file into a field.
func (f *Form) Upload(name string, file File) *Form {
	f.files[name] = file
	return f
}

// Submit sends the form and follows where it leads.
func (v *Visitor) Submit(f *Form) error {
	for name := range f.values {
		if !f.names[name] {
			return fmt.Errorf("walk: the form %s has no field %q", f.Action, name)
		}
	}
	u, err := v.resolve(f.Action)
	if err != nil {
		return err
	}
	if f.Method != http.MethodPost {
		u.RawQuery = f.values.Encode()
		return v.Get(u.String())
	}
	body, kind := strings.NewReader(f.values.Encode()), "application/x-www-form-urlencoded"
	if f.multi {
		var b bytes.Buffer
		if kind, err = f.writeMultipart(&b); err != nil {
			return err
		}
		body = strings.NewReader(b.String())
	}
	r, err := http.NewRequestWithContext(v.ctx, http.MethodPost, u.String(), body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", kind)
	return v.do(r)
}

func (f *Form) writeMultipart(b *bytes.Buffer) (contentType string, err error) {
	w := multipart.NewWriter(b)
	for name, values := range f.values {
		for _, value := range values {
			err = errors.Join(err, w.WriteField(name, value))
		}
	}
	for name, file := range f.files {
		part, perr := w.CreateFormFile(name, file.Name)
		if perr == nil {
			_, perr = part.Write(file.Data)
		}
		err = errors.Join(err, perr)
	}
	return w.FormDataContentType(), errors.Join(err, w.Close())
}

// Post sends a body to an address, as a form that is none of the page's would.
func (v *Visitor) Post(address, contentType string, body []byte) error {
	u, err := v.resolve(address)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(v.ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", contentType)
	return v.do(r)
}

// Send finds the form, sets its fields (pairs of name and value) and submits it.
func (v *Visitor) Send(form string, pairs ...string) error {
	f, err := v.Page.Form(form)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.names[pairs[i]] = f.names[pairs[i]] || isButton(v.Page.root, pairs[i])
		f.Set(pairs[i], pairs[i+1])
	}
	return v.Submit(f)
}

func isButton(root *html.Node, name string) bool {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "button" && attr(n, "name") == name {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func valueOr(n *html.Node, otherwise string) string {
	if has(n, "value") {
		return attr(n, "value")
	}
	return otherwise
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
