package public_test

import (
	"os"
	"path/filepath"
	"testing"

	"qualsys/internal/browser"
	"qualsys/web/page"
)

func TestTheFormsAreSentByABrowserWithScripts(t *testing.T) {
	if err := page.Built(); err != nil {
		t.Skip("NOT TESTED: " + err.Error())
	}
	g := ground(t)
	pdf := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(pdf, []byte("%PDF-1.7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browser.New(t)
	for _, c := range []struct {
		name string
		fill func(*browser.Tab)
		form string
	}{
		{"a typed number", func(tab *browser.Tab) { tab.Type("#f-code", "7K3M-9PQX-0ABC-DEF4") }, "/verify/code"},
		{"a chosen file", func(tab *browser.Tab) { tab.Attach("#f-file", pdf) }, "/verify/file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := b.Tab(t)
			tab.Open(g.Base + "/verify")
			c.fill(tab)
			tab.Click(`form[action="` + c.form + `"] button`)
			tab.Wait(`form[action="` + c.form + `"] .field-error, [data-answer], .summary-errors`)
		})
	}
}
