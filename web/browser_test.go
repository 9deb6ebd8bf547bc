package web_test

import (
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"qualsys/internal/browser"
	"qualsys/web"
	"qualsys/web/page"
	"qualsys/web/webtest"
)

// TestLoginInABrowser walks login, failure and language switch in Chromium: our
// policies must let a form lead to the provider and back, and nothing else.
func TestLoginInABrowser(t *testing.T) {
	chromium := browser.New(t)
	g := webtest.New(t, func(g *webtest.Ground) {
		rooms(g)
		bundle := page.Assets()
		g.Engine.Add(web.GET("/assets/*path", web.Everybody, func(c *gin.Context) error {
			bundle.ServeHTTP(c.Writer, c.Request)
			return nil
		}).In(web.Light))
	})
	for _, lang := range []string{"ja", "en"} {
		tab := chromium.Tab(t)
		tab.Language(lang)
		for _, width := range browser.Widths {
			tab.Width(width)
			tab.Open(g.Base + "/my")
			tab.Wait("#people button")
			tab.Axe("the simulator's page in " + lang)
			tab.Fits("the simulator's page in " + lang)
			tab.Shot("sim-" + lang)
		}
		tab.Click(`#failures button[value="cancel"]`)
		tab.Wait("form[data-language]")
		tab.Axe("a failed login in " + lang)
		tab.Fits("a failed login in " + lang)
		tab.Shot("failed-login-" + lang)
		if text := tab.Text("main"); !strings.Contains(text, page.Text(page.ParseLang(lang), "identity.cancelled", nil)) {
			t.Errorf("a cancelled login is told in %s: %s", lang, text)
		}
		tab.Click(`form[data-language] button`)
		tab.Wait("pre") // the start page of this test is plain text
		tab.Open(g.Base + "/my")
		tab.Wait("#people button")
		tab.Type("#q", "山田")
		tab.Click(`form[role="search"] button`)
		tab.Wait(`#q[value="山田"]`)
		tab.Click(`#people button[value="hanako"]`)
		tab.Wait("pre")
		if text := tab.Text("body"); !strings.HasPrefix(text, "holder|山田 花子|") {
			t.Errorf("the login leads to the page that was asked for: %s", text)
		}
		for _, e := range tab.Errors() {
			if !strings.Contains(e, "401") {
				t.Errorf("in %s: %s", lang, e)
			}
		}
	}
}
