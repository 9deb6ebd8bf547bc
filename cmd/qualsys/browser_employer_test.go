package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qualsys/internal/browser"
	"qualsys/registry"
	"qualsys/registry/sample"
	"qualsys/web/page"
)

// exhibit is a certificate as an employer gets it: link and number on paper, and
// the file.
type exhibit struct {
	link, code string
	file       []byte
}

func (h *House) paper(key string) exhibit {
	h.t.Helper()
	show, file := h.issued(key)
	return exhibit{link: strings.Replace(show.Link, strings.ToUpper(h.Config.BaseURL), h.Config.BaseURL, 1), code: show.Code.Format(), file: file}
}

// fragment is what stands behind "#": what no server may learn.
func (p exhibit) fragment() string {
	_, after, _ := strings.Cut(p.link, "#")
	return after
}

// TestTheEmployer walks the journey of who is shown a certificate.
func TestTheEmployer(t *testing.T) {
	h := Start(t, Plan{})
	good := h.paper(sample.Hanako)
	changed := h.paper(sample.Hoa)
	h.Rename(h.Registration(sample.Hoa), "NGUYEN THI HOA LINH", "ぐえん てぃ ほあ りん")
	suspended := h.paper(sample.KenFirst)
	h.measure(sample.KenFirst, registry.Suspension{From: h.today(), Until: h.today().AddDays(30)})
	ended := h.paper(sample.KenSecond)
	h.measure(sample.KenSecond, registry.Removal{Reason: "death", On: h.today()})
	forged := good
	forged.link = flipped(good.link)
	forged.file = slices.Clone(good.file)
	forged.file[len(forged.file)/2] ^= 1
	h.Settle()

	b := browser.New(t)
	for _, how := range phonesAndDesks {
		t.Run(string(how.lang), func(t *testing.T) {
			r := h.Reader(t, b, how.lang, how.width)
			r.publicPages()
			r.scansGood(good)
			for _, c := range []struct {
				name    string
				paper   exhibit
				verdict page.Verdict
				not     string
			}{
				{"changed", changed, page.Changed, "LINH"},
				{"suspended", suspended, page.Suspended, ""},
				{"ended", ended, page.Ended, "death"},
				{"forged", forged, page.NotGenuine, ""},
			} {
				r.scans(c.paper)
				r.verdict(c.verdict)
				if c.not != "" {
					r.SaysNot(c.not)
				}
				r.Look("scanned " + c.name)
				r.picks(c.paper)
				r.verdict(c.verdict)
				if c.not != "" {
					r.SaysNot(c.not)
				}
				r.Look("file " + c.name)
			}
			r.types(good)
			r.drops(good)
			h.Reader(t, b, how.lang, how.width).withoutReception(good)
			h.Reader(t, b, how.lang, how.width).withoutScripts(good, forged)
		})
	}
	if strings.Contains(h.Log.String(), good.fragment()[:60]) {
		t.Error("the log has what stands behind #")
	}
}

// flipped has one character of the link changed.
func flipped(link string) string {
	i := len(link) - 60
	other := byte('A')
	if link[i] == 'A' {
		other = 'B'
	}
	return link[:i] + string(other) + link[i+1:]
}

// publicPages looks at what everybody may see.
func (r *Reader) publicPages() {
	r.t.Helper()
	for _, path := range []string{"/", "/help", "/privacy", "/verify", "/Q", "/demo"} {
		r.To(path)
		r.Look("page " + path)
	}
	r.To("/nowhere")
	r.Axe("no such page")
	r.Fits("no such page")
	r.Shot(r.t.Name() + " nowhere")
	r.heard = len(r.Errors())
}

// scans opens a link as a phone's camera does, in a tab that was elsewhere.
func (r *Reader) scans(p exhibit) {
	r.t.Helper()
	r.To("/help")
	r.Open(p.link)
	r.Wait("[data-answer] .band")
}

// verdict fails the test unless the page shows that band, and no other.
func (r *Reader) verdict(want page.Verdict) {
	r.t.Helper()
	bands := browser.Eval[[]string](r.Tab, `[...document.querySelectorAll('main .band:not(.band-small)')].map(e => e.className)`)
	if len(bands) != 1 || !strings.Contains(bands[0], "band-"+string(want)) {
		r.t.Errorf("want the band of %s, see %v:\n%s", want, bands, r.Text("main"))
	}
	if r.Text(".not-person") == "" {
		r.t.Errorf("%s: nothing says that this isn't about who stands there", want)
	}
}

// scansGood scans a genuine certificate, and looks that nothing of it leaves
// the phone until the button is pressed.
func (r *Reader) scansGood(p exhibit) {
	r.t.Helper()
	r.To("/help")
	before := len(r.Past())
	r.Open(p.link)
	r.Wait("[data-answer] .band")
	r.verdict(page.InForce)
	r.Says("山田 花子", "第D-0123456号", r.T("public.next_in_force"), r.T("public.not_person"))
	if at := r.URL(); at != r.h.Config.BaseURL+"/Q" {
		r.t.Errorf("the address still reads %s", at)
	}
	if past := r.Past(); len(past) != before+1 || strings.Contains(strings.Join(past, " "), p.fragment()[:20]) {
		r.t.Errorf("the history holds what was scanned: %v", past)
	}
	if sent := r.Carried(p.fragment()[:40]); len(sent) > 0 {
		r.t.Errorf("what was scanned was sent: %v", sent)
	}
	if sent := r.Carried("山田"); len(sent) > 0 {
		r.t.Errorf("the name was sent: %v", sent)
	}
	r.Look("scanned good")
	r.prints("scanned good")
	r.Click(r.Find(r.T("public.q_server")))
	r.Wait(`[data-answer]:not(:has([data-slot="server"])) .band`)
	r.verdict(page.InForce)
	r.onlyInABody(p)
	r.Look("asked the server")
	r.Back()
	if !strings.HasSuffix(r.URL(), "/help") {
		r.t.Errorf("back leads to %s", r.URL())
	}
}

// onlyInABody fails the test unless the link was sent once, in a POST's body.
func (r *Reader) onlyInABody(p exhibit) {
	r.t.Helper()
	sent := r.Carried(p.fragment()[:40])
	if len(sent) != 1 {
		r.t.Fatalf("the link was sent %d times: %v", len(sent), sent)
	}
	line, rest, _ := strings.Cut(sent[0], "\n")
	if !strings.HasPrefix(line, http.MethodPost+" ") || strings.Contains(line, p.fragment()[:40]) {
		r.t.Errorf("the link was sent by %s", line)
	}
	headers, _, _ := strings.Cut(rest, "\n")
	if strings.Contains(headers, p.fragment()[:40]) {
		r.t.Errorf("the link stands in a header: %s", headers)
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// prints looks at the page as it is printed: clean, on one sheet.
func (r *Reader) prints(what string) {
	r.t.Helper()
	r.Print(true)
	r.Shot(r.t.Name() + " print " + what)
	for _, css := range []string{"header.top", "footer.bottom", ".buttons button"} {
		if browser.Eval[bool](r.Tab, fmt.Sprintf("[...document.querySelectorAll(%q)].some(e => e.getClientRects().length > 0)", css)) {
			r.t.Errorf("%s: %s is printed", what, css)
		}
	}
	r.Print(false)
	pdf := r.PDF()
	if dir := os.Getenv("QUALSYS_SHOTS"); dir != "" {
		r.h.must(os.WriteFile(filepath.Join(dir, strings.ReplaceAll(r.t.Name()+" "+what, "/", "-")+".pdf"), pdf, 0o600))
	}
	if n := len(pdfPage.FindAll(pdf, -1)); n != 1 {
		r.t.Errorf("%s: printed on %d sheets", what, n)
	}
}

// picks chooses a file at /verify and sends it.
func (r *Reader) picks(p exhibit) {
	r.t.Helper()
	r.To("/verify")
	r.Attach("#f-file", aFile(r.t, "certificate.pdf", p.file))
	r.FollowWords(r.T("public.check_file"))
	r.Wait("[data-answer] .band")
}

// drops lets the file fall onto the page.
func (r *Reader) drops(p exhibit) {
	r.t.Helper()
	r.To("/verify")
	r.Drop("[data-drop]", "資格者証.pdf", "application/pdf", p.file)
	r.Says("資格者証.pdf")
	r.Look("file dropped")
	r.FollowWords(r.T("public.check_file"))
	r.Wait("[data-answer] .band")
	r.verdict(page.InForce)
	r.Look("file good")
	r.prints("file good")
	r.To("/verify")
	r.Drop("[data-drop]", "letter.txt", "text/plain", []byte("no certificate"))
	r.FollowWords(r.T("public.check_file"))
	r.Wait("[data-answer] .band")
	r.verdict(page.NotGenuine)
	r.Look("no certificate")
}

// types enters the number from beside the QR code.
func (r *Reader) types(p exhibit) {
	r.t.Helper()
	r.To("/verify")
	r.FollowWords(r.T("public.check_code"))
	r.Says(r.T("public.code_missing"))
	r.Look("no code")
	r.Fill("#f-code", "7K3M-9PQX")
	r.Fill("#f-birth", "1990/13/45")
	r.FollowWords(r.T("public.check_code"))
	if r.Value("#f-code") != "7K3M-9PQX" || r.Value("#f-birth") != "1990/13/45" {
		r.t.Errorf("what was typed is lost: %q, %q", r.Value("#f-code"), r.Value("#f-birth"))
	}
	if n := browser.Eval[int](r.Tab, "document.querySelectorAll('.field-bad').length"); n != 2 {
		r.t.Errorf("%d of two mistakes are told", n)
	}
	r.Look("bad code")
	r.Fill("#f-code", strings.ToLower(p.code))
	r.Fill("#f-birth", "")
	r.FollowWords(r.T("public.check_code"))
	r.verdict(page.InForce)
	r.SaysNot("山田", "0123456")
	r.Says(r.T("public.hidden"))
	r.Look("code without birth date")
	r.FollowWords(r.T("public.another"))
	r.Fill("#f-code", p.code)
	r.Fill("#f-birth", "1990/07/21")
	r.FollowWords(r.T("public.check_code"))
	r.verdict(page.InForce)
	r.Says("山田 花子", "第D-0123456号")
	r.Look("code with birth date")
	if strings.Contains(r.URL(), p.code) {
		r.t.Errorf("the code stands in the address %s", r.URL())
	}
	r.To("/help")
	if r.Back(); r.Text("main h1") != r.T("public.verify_title") {
		r.t.Errorf("back from elsewhere leads to %s: %s", r.URL(), r.Text("main"))
	}
	r.SaysNot("山田", p.code)
}

// withoutReception scans where the state can't be learned.
func (r *Reader) withoutReception(p exhibit) {
	r.t.Helper()
	r.Away("http://*:*/issued/*")
	r.scans(p)
	r.verdict(page.CannotConfirm)
	r.Says("山田 花子", r.T("public.next_cannot_confirm"))
	r.heard = len(r.Errors())
	r.Look("no reception")
	r.Away("http://*:*/issued/*", "http://*:*/v1/*")
	r.Click(r.Find(r.T("public.q_server")))
	r.Until(fmt.Sprintf("document.querySelector('[data-slot=\"server-note\"]')?.textContent === %q", r.T("public.q_server_failed")))
	r.verdict(page.CannotConfirm)
	r.heard = len(r.Errors())
	r.Look("no reception for the server")
	r.Away("http://*:*/issued/*", "http://*:*/.well-known/*")
	r.scans(p)
	r.verdict(page.CannotConfirm)
	r.heard = len(r.Errors())
	r.Look("no trust list")
	r.Away()
	r.scans(p)
	r.verdict(page.InForce)
}

// withoutScripts does all that must be possible without them.
func (r *Reader) withoutScripts(good, forged exhibit) {
	r.t.Helper()
	r.Scripts(false)
	r.Open(good.link)
	r.Says(r.T("public.q_no_script"))
	r.Shot(r.t.Name() + " scanned without scripts")
	r.Fits("scanned without scripts")
	r.FollowWords(r.T("public.q_to_code"))
	r.Fill("#f-code", good.code)
	r.FollowWords(r.T("public.check_code"))
	r.verdict(page.InForce)
	r.Shot(r.t.Name() + " code without scripts")
	r.picks(good)
	r.verdict(page.InForce)
	r.picks(forged)
	r.verdict(page.NotGenuine)
	r.To("/verify")
	r.FollowWords(r.T("page.other_language"))
	r.Says(page.View{Lang: r.lang.Other()}.T("public.verify_title"))
}
