package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Widths are the widths in CSS pixels at which pages are looked at: a phone, a
// tablet, a desk.
var Widths = []int{360, 768, 1280}

// maxBody is how much of what a page sends is kept, in bytes.
const maxBody = 16 << 20

// Tab is a tab with cookies of its own. Every method fails the test when the
// browser refuses.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	requests []string
	sent     []string
	errors   []string
	width    int
	// silent: the scripts of pages are off.
	silent bool
}

// Tab opens an empty tab, 1280 pixels wide, closed when t ends.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tab := &Tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, tab.hear); err != nil {
		t.Fatalf("browser: open a tab: %v", err)
	}
	tab.call("network", func() error {
		_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{MaxPostDataSize: new(int64(maxBody))})
		return err
	})
	tab.call("log", func() error {
		_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
		return err
	})
	tab.Width(1280)
	return tab
}

// hear keeps account of what the page asks for and of what goes wrong in it.
func (b *Tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
		b.sent = append(b.sent, asSent(e.Request))
	case *network.EventRequestWillBeSentExtraInfo:
		b.sent = append(b.sent, headerText(e.Headers))
	case *runtime.EventExceptionThrown:
		d := e.ExceptionDetails
		text := d.Text
		if d.Exception != nil {
			text += " " + d.Exception.Description
		}
		b.errors = append(b.errors, "exception: "+text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.errors = append(b.errors, string(e.Entry.Source)+": "+e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			var words []string
			for _, a := range e.Args {
				words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
			}
			b.errors = append(b.errors, "console: "+strings.Join(words, " "))
		}
	}
}

func (b *Tab) call(what string, f func() error) {
	b.t.Helper()
	if err := f(); err != nil {
		b.t.Fatalf("browser: %s: %v", what, err)
	}
}

// Do runs actions of chromedp, within a bound that only ends a test that hangs.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("browser: %v\nerrors of the page: %v", err, b.Errors())
	}
}

// Eval returns what the expression comes to; a promise is awaited.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("browser: %s: %v", shorten(expression), err)
	}
	return v
}

func shorten(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}

// Open loads an address and waits until its fonts are there.
func (b *Tab) Open(address string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(address))
	b.fonts()
}

// Width sets the width of the window in CSS pixels; below 768 as a phone does.
func (b *Tab) Width(width int) {
	b.t.Helper()
	b.width = width
	height := int64(900)
	var opts []chromedp.EmulateViewportOption
	if width < 768 {
		height = 740
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
	}
	b.Do(chromedp.EmulateViewport(int64(width), height, opts...))
}

// Dark makes the reader one who prefers dark pages, or not.
func (b *Tab) Dark(dark bool) {
	b.t.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	b.call("media", func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
		})
		return err
	})
}

// Print makes the page look as it is printed, or as on the screen again.
func (b *Tab) Print(print bool) {
	b.t.Helper()
	medium := ""
	if print {
		medium = "print"
	}
	b.call("media", func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium})
		return err
	})
}

// Scripts turns the scripts of pages on or off, for the next Open.
func (b *Tab) Scripts(on bool) {
	b.t.Helper()
	b.silent = !on
	b.call("scripts", func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}

// Language sets the Accept-Language that requests carry.
func (b *Tab) Language(lang string) {
	b.t.Helper()
	b.call("language", func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
			UserAgent: Eval[string](b, "navigator.userAgent"), AcceptLanguage: lang,
		})
		return err
	})
}

// Wait waits until something that css selects is visible.
func (b *Tab) Wait(css string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(chromedp.CSS(css)))
}

// Click presses what css selects, once it stands still.
func (b *Tab) Click(css string) {
	b.t.Helper()
	b.still(css)
	b.Do(chromedp.Click(chromedp.CSS(css)))
}

// Type types text into the field that css selects.
func (b *Tab) Type(css, text string) {
	b.t.Helper()
	b.Do(chromedp.SendKeys(chromedp.CSS(css), text))
}

// Attach puts a file into the field that css selects.
func (b *Tab) Attach(css, path string) {
	b.t.Helper()
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(css), []string{path}))
}

// Text returns the visible text of what css selects.
func (b *Tab) Text(css string) string {
	b.t.Helper()
	return Eval[string](b, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", css))
}

// Has reports whether css selects anything.
func (b *Tab) Has(css string) bool {
	b.t.Helper()
	return Eval[bool](b, fmt.Sprintf("document.querySelector(%q) !== null", css))
}

// URL returns the present address, with its fragment.
func (b *Tab) URL() string {
	b.t.Helper()
	return Eval[string](b, "location.href")
}

// Requests returns every address that the tab has asked for.
func (b *Tab) Requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests)
}

// Errors returns the exceptions, refused resources and console errors so far.
func (b *Tab) Errors() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.errors)
}

// Foreign returns the requests that went to another host than those named
// (host:port); data: and blob: addresses go nowhere.
func (b *Tab) Foreign(hosts ...string) []string {
	var out []string
	for _, r := range b.Requests() {
		u, err := url.Parse(r)
		if err == nil && (u.Scheme == "data" || u.Scheme == "blob" || u.Scheme == "about" || slices.Contains(hosts, u.Host)) {
			continue
		}
		out = append(out, r)
	}
	return out
}

// Shot takes a picture of the whole page into the folder that QUALSYS_SHOTS
// names, as <name>-<width>.png; without the folder it does nothing.
func (b *Tab) Shot(name string) {
	b.t.Helper()
	dir := os.Getenv("QUALSYS_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("browser: picture: %v", err)
	}
	file := strings.NewReplacer("/", "-", " ", "_").Replace(name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", file, b.width)), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// PDF prints the page as it would be printed on A4.
func (b *Tab) PDF() []byte {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
	if err != nil {
		b.t.Fatalf("browser: print: %v", err)
	}
	return r.Data
}
