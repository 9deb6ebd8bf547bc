package browser

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// asSent is one request as it left: its line, its headers, its body.
func asSent(r *network.Request) string {
	var body strings.Builder
	for _, part := range r.PostDataEntries {
		body.Write(part.Bytes)
	}
	return r.Method + " " + r.URL + "\n" + headerText(r.Headers) + "\n" + body.String()
}

func headerText(h network.Headers) string {
	raw, err := json.Marshal(h)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// Sent returns every request so far as it left the browser: "METHOD address",
// the headers, the body, a line each. What was added on the wire (cookies,
// Referer) stands in entries of its own.
func (b *Tab) Sent() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sent)
}

// Carried returns the requests that carried text anywhere: in address, headers
// or body.
func (b *Tab) Carried(text string) []string {
	return slices.DeleteFunc(b.Sent(), func(s string) bool { return !strings.Contains(s, text) })
}

// Header makes every request of the tab carry a header.
func (b *Tab) Header(name, value string) {
	b.t.Helper()
	b.call("headers", func() error {
		_, err := chromedp.Call(b.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{name: value}})
		return err
	})
}

// conditions are the parameters of Network.emulateNetworkConditionsByRule: older
// browsers read whether a rule takes the network away beside the rules.
type conditions struct {
	Offline bool                  `json:"offline"`
	Rules   []*network.Conditions `json:"matchedNetworkConditions"`
}

var emulateNetwork = cdp.Command[conditions, cdp.Empty]{Method: network.CommandEmulateNetworkConditionsByRule}

// Away takes addresses (URL patterns such as "http://*:*/issued/*") out of
// reach, as where there is no reception; without any, all are within reach.
func (b *Tab) Away(patterns ...string) {
	b.t.Helper()
	p := conditions{Offline: len(patterns) > 0, Rules: []*network.Conditions{}}
	for _, pattern := range patterns {
		p.Rules = append(p.Rules, &network.Conditions{URLPattern: pattern, Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	b.call("network conditions", func() error {
		_, err := chromedp.Call(b.ctx, emulateNetwork, p)
		return err
	})
}

// Cookies returns the cookies that the present page's address is sent.
func (b *Tab) Cookies() []*http.Cookie {
	b.t.Helper()
	var out []*http.Cookie
	b.call("cookies", func() error {
		r, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
		for _, c := range r.Cookies {
			out = append(out, &http.Cookie{Name: c.Name, Value: c.Value})
		}
		return err
	})
	return out
}
