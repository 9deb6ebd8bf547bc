package officer_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"qualsys/internal/browser"
	"qualsys/web/page"
	"qualsys/web/page/look"
)

// walkRows brings one line with a difference after the other onto the screen,
// as an officer does who reads the page, until the decision is let through.
const walkRows = `new Promise(done => {
  const rows = [...document.querySelectorAll('[data-difference]')];
  let n = 0;
  const next = () => {
    document.querySelector('button[form=approve]').click();
    if (window.sent) return done(true);
    if (n++ > 600) return done(false);
    rows[n % rows.length].scrollIntoView({block: 'center', behavior: 'instant'});
    requestAnimationFrame(() => requestAnimationFrame(next));
  };
  next();
})`

func TestNothingIsDecidedThatWasNotOnTheScreen(t *testing.T) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	b := browser.New(t)
	server := httptest.NewServer(look.Handler())
	t.Cleanup(server.Close)
	tab := b.Tab(t)
	tab.Width(360)
	tab.Open(server.URL + "/stories/" + url.PathEscape("officer/case under review"))
	browser.Eval[bool](tab, `window.sent = false; document.addEventListener('submit', e => { if (!e.defaultPrevented) window.sent = true; e.preventDefault(); }); true`)
	browser.Eval[bool](tab, `document.querySelector('button[form=approve]').click(); true`)
	if browser.Eval[bool](tab, `window.sent`) {
		t.Fatal("decided before anything was seen")
	}
	if words := browser.Eval[string](tab, `document.querySelector('[data-unseen]').innerText`); words == "" {
		t.Error("nobody is told why nothing happens")
	}
	if !browser.Eval[bool](tab, walkRows) {
		t.Error("it can't be decided although all was on the screen: " + browser.Eval[string](tab, `document.querySelector('[data-unseen]').innerText + ' ' + innerHeight + ' ' + [...document.querySelectorAll('[data-difference]')].map(r => Math.round(r.getBoundingClientRect().height))`))
	}
	browser.Eval[bool](tab, `document.querySelector('a[accesskey=r]').click(); true`)
	if !browser.Eval[bool](tab, `document.getElementById('f-returns').closest('details').open && document.activeElement.id === 'f-returns'`) {
		t.Error("the way to a return does not open it")
	}
}
