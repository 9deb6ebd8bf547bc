package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

var axeSource = sync.OnceValues(func() (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	raw, err := os.ReadFile(filepath.Join(root, "node_modules", "axe-core", "axe.min.js"))
	return string(raw), err
})

// violation is one finding of axe-core.
type violation struct {
	ID     string   `json:"id"`
	Help   string   `json:"help"`
	Impact string   `json:"impact"`
	Nodes  []string `json:"nodes"`
}

// run asks for every rule that axe has but its experimental ones, and best
// practice too: a public service has no excuse.
const run = `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => ({
  id: v.id, help: v.help, impact: v.impact || '',
  nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + ' | ' + (n.failureSummary || '').replace(/\s+/g, ' ').slice(0, 300))
})))`

// Axe fails the test for everything that axe-core finds on the page. The script
// is put in through the debugger, so the page's own policy does not matter.
func (b *Tab) Axe(what string) {
	b.t.Helper()
	source, err := axeSource()
	if err != nil {
		missing(b.t, "browser: axe-core is not in node_modules: "+err.Error())
	}
	if !Eval[bool](b, "typeof axe !== 'undefined'") {
		Eval[bool](b, source+"\n;true")
	}
	for _, v := range Eval[[]violation](b, run) {
		b.t.Errorf("%s at %d: axe %s (%s): %s\n\t%s", what, b.width, v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// Fits fails the test when the page can be scrolled sideways, or when a control
// is smaller than a finger needs (44 px; links inside text are let be) or text
// is smaller than 16 px.
func (b *Tab) Fits(what string) {
	b.t.Helper()
	if over := Eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
		b.t.Errorf("%s at %d: %d pixels too wide: %s", what, b.width, over, Eval[string](b, widest))
	}
	for _, s := range Eval[[]string](b, small) {
		b.t.Errorf("%s at %d: %s", what, b.width, s)
	}
}

const widest = `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' ; ')`

var small = fmt.Sprintf(`(() => {
  const out = [];
  const seen = e => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden' && !e.closest('.unseen, .live, [aria-hidden=true]');
  for (const e of document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, a.button, a.way, nav a, .bottom-links a')) {
    if (!seen(e)) continue;
    let r = e.getBoundingClientRect();
    if (e.matches('input[type=radio], input[type=checkbox]')) r = e.closest('.option')?.getBoundingClientRect() ?? r;
    if (r.height < %[1]d - 0.5 || r.width < %[1]d - 0.5) out.push('smaller than a finger: ' + Math.round(r.width) + '×' + Math.round(r.height) + ' ' + e.outerHTML.slice(0, 100));
  }
  for (const e of document.querySelectorAll('body *')) {
    if (!seen(e) || e.closest('svg, rt') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < 16) out.push('text of ' + size + ' px: ' + e.outerHTML.slice(0, 100));
  }
  return out;
})()`, 44)
