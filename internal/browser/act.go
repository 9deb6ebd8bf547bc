package browser

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net/url"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Leads does steps that load a page, waits until it and its fonts are there,
// and returns the status that it was answered with.
func (b *Tab) Leads(steps ...chromedp.Action[chromedp.Void]) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	from := b.URL()
	r, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("browser: nothing is loaded after a step on %s: %v\n%s", from, err, b.Text("[data-live]"))
	}
	b.Do(chromedp.WaitReady(chromedp.CSS("body")))
	b.fonts()
	if r == nil {
		return 0
	}
	return int(r.Status)
}

// fonts waits until the fonts of the page are there. Where scripts are off no
// promise is kept, and that the page is loaded must do.
func (b *Tab) fonts() {
	b.t.Helper()
	if b.silent {
		return
	}
	Eval[bool](b, "document.fonts.ready.then(() => true)")
}

// Follow presses what css selects and waits for the page that it leads to.
func (b *Tab) Follow(css string) int {
	b.t.Helper()
	b.still(css)
	return b.Leads(chromedp.Click(chromedp.CSS(css)))
}

// FollowWords is Follow for the link or button of those words.
func (b *Tab) FollowWords(words string) int {
	b.t.Helper()
	return b.Follow(b.Find(words))
}

// Back goes back in history, and waits for the page.
func (b *Tab) Back() int {
	b.t.Helper()
	return b.Leads(chromedp.NavigateBack())
}

// Until waits until the expression is true.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience))); err != nil {
		b.t.Fatalf("browser: in vain for %s on %s: %v\n%s", expression, b.URL(), err, shorten(b.Text("main")))
	}
}

// reading marks what a reader would press who is told words: the visible control
// of exactly those words, else the first that holds them.
const reading = `(words => {
  const seen = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  const text = e => (e.innerText || e.value || '').replace(/\s+/g, ' ').trim();
  const all = [...document.querySelectorAll('button, a[href], summary, label, input[type=submit]')].filter(seen);
  const one = all.find(e => text(e) === words) ?? all.find(e => text(e).includes(words));
  document.querySelectorAll('[data-found]').forEach(e => e.removeAttribute('data-found'));
  one?.setAttribute('data-found', '');
  return Boolean(one);
})(%q)`

// Find returns what selects the link, button, label or fold of those words.
func (b *Tab) Find(words string) string {
	b.t.Helper()
	if !Eval[bool](b, fmt.Sprintf(reading, words)) {
		b.t.Fatalf("browser: nothing reads %q on %s:\n%s", words, b.URL(), b.Text("body"))
	}
	return "[data-found]"
}

// Keys presses keys, whatever has the focus: kb.Tab, kb.Enter, text.
func (b *Tab) Keys(keys string) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys))
}

// Fill puts text into a field in the place of what is there.
func (b *Tab) Fill(css, text string) {
	b.t.Helper()
	b.Wait(css)
	Eval[bool](b, fmt.Sprintf("(e => { e.value = ''; e.dispatchEvent(new Event('input', {bubbles: true})); return true })(document.querySelector(%q))", css))
	b.Type(css, text)
}

// Choose chooses an option of a select by its value.
func (b *Tab) Choose(css, value string) {
	b.t.Helper()
	b.Do(chromedp.SetValue(chromedp.CSS(css), value))
}

// Value returns what a field holds.
func (b *Tab) Value(css string) string {
	b.t.Helper()
	return Eval[string](b, fmt.Sprintf("document.querySelector(%q)?.value ?? ''", css))
}

// Past returns the addresses of the tab's history, the oldest first.
func (b *Tab) Past() []string {
	b.t.Helper()
	var out []string
	b.call("history", func() error {
		r, err := chromedp.Call(b.ctx, page.GetNavigationHistory, cdp.Empty{})
		for _, e := range r.Entries {
			out = append(out, e.URL)
		}
		return err
	})
	return out
}

// Links returns the addresses to which the page's links lead elsewhere, each once.
func (b *Tab) Links() []string {
	b.t.Helper()
	return Eval[[]string](b, "[...new Set([...document.querySelectorAll('a[href]:not([href^=\"#\"])')].map(a => a.href))]")
}

// DeadAnchors returns the links to places of the page itself that aren't there.
func (b *Tab) DeadAnchors() []string {
	b.t.Helper()
	return Eval[[]string](b, `[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href')).filter(h => !document.getElementById(decodeURIComponent(h.slice(1))))`)
}

// Picture returns what the window shows.
func (b *Tab) Picture() image.Image {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatalf("browser: picture: %v", err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		b.t.Fatal(err)
	}
	return img
}

// Drop lets a file fall onto what css selects, as from a folder of the desk.
func (b *Tab) Drop(css, name, kind string, data []byte) {
	b.t.Helper()
	Eval[bool](b, fmt.Sprintf(`(() => {
  const bytes = Uint8Array.from(atob(%q), c => c.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], %q, {type: %q}));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    document.querySelector(%q).dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer}));
  return true;
})()`, base64.StdEncoding.EncodeToString(data), name, kind, css))
}

// Host returns the host of the present page.
func (b *Tab) Host() string {
	b.t.Helper()
	u, err := url.Parse(b.URL())
	if err != nil {
		b.t.Fatal(err)
	}
	return u.Host
}

// LeadsByKey is Leads for a key that is pressed where the focus is.
func (b *Tab) LeadsByKey(key string) int {
	b.t.Helper()
	return b.Leads(chromedp.KeyEvent(key))
}

// still waits until what css selects is in sight, has not moved since the frame
// before, and would be what a finger at its middle touches.
func (b *Tab) still(css string) {
	b.t.Helper()
	b.Wait(css)
	if b.silent { // no frame is told to scripts
		b.Do(chromedp.ScrollIntoView(chromedp.CSS(css)))
		return
	}
	b.Until(fmt.Sprintf(`(() => {
  const e = document.querySelector(%q);
  if (!e) return false;
  const r = e.getBoundingClientRect();
  if (r.top < 0 || r.bottom > innerHeight) e.scrollIntoView({block: 'center', behavior: 'instant'});
  const at = [r.x, r.y, r.width, r.height].join();
  const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
  const same = window.stood === at;
  window.stood = at;
  return same && (e === top || e.contains(top));
})()`, css))
}
