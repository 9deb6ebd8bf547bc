package main

import (
	"fmt"
	"image"
	"image/draw"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/browser"
	"qualsys/registry/sample"
	"qualsys/web/page"
)

// bride is somebody who takes another name.
type bride struct {
	key, name, number, birth string
	newName, newKana         string
}

// TestTheHolder walks the journey of somebody who holds a qualification: from
// the first login to the certificate under a new name.
func TestTheHolder(t *testing.T) {
	h := Start(t, Plan{})
	b := browser.New(t)
	for n, who := range []bride{
		{sample.Hanako, "山田 花子", "第D-0123456号", "1990/07/21", "佐藤 花子", "さとう はなこ"},
		{sample.Hoa, "NGUYEN THI HOA", "第D-0222222号", "1996/02/29", "NGUYEN THI LINH", "ぐえん てぃ りん"},
	} {
		how := phonesAndDesks[n]
		t.Run(string(how.lang), func(t *testing.T) {
			r := h.Reader(t, b, how.lang, how.width)
			r.To("/")
			r.FollowWords(r.T("public.landing_holder"))
			r.comesIn(who.key)
			r.links(who)
			first := r.makesCertificate()
			r.shows(who)
			r.h.must(walk.Marry(t.Context(), h.Config.EvidenceURL, who.key, who.newName, who.newKana))
			r.comesAgain(who)
			at := r.applies(who)
			r.h.approve(r.number(at))
			r.pays(at)
			r.getsTheNewOne(who, at, first)
			r.looksAround()
		})
	}
}

// comesIn logs in at the provider's page, where the reader has been led.
func (r *Reader) comesIn(key string) {
	r.t.Helper()
	r.Wait("#people button")
	r.Look("the provider")
	r.Fill("#q", key)
	r.Follow(`form[role="search"] button`)
	r.Follow(fmt.Sprintf(`#people button[value=%q]`, key))
}

// links ties the registration to the login: first with mistakes.
func (r *Reader) links(who bride) {
	r.t.Helper()
	r.Says(r.T("holder.none_title"))
	r.Look("nothing linked")
	r.FollowWords(r.T("holder.link_start"))
	r.Look("the form to link")
	r.FollowWords(r.T("holder.link_send"))
	r.Says(r.T("holder.register_needed"))
	r.Look("nothing chosen")
	r.Choose("#f-register", "1")
	r.Fill("#f-number", "D-12")
	r.FollowWords(r.T("holder.link_send"))
	if r.Value("#f-number") != "D-12" || r.Value("#f-register") != "1" {
		r.t.Errorf("what was typed is lost: %q, %q", r.Value("#f-register"), r.Value("#f-number"))
	}
	r.Look("a number of no form")
	r.Fill("#f-number", who.number)
	r.FollowWords(r.T("holder.link_send"))
	r.Says(r.T("holder.linked"), who.name, who.number)
	r.Look("linked")
}

// makesCertificate has the first certificate made, and returns its address.
func (r *Reader) makesCertificate() (at string) {
	r.t.Helper()
	r.FollowWords(r.T("holder.make_certificate"))
	r.Says(r.T("holder.certificate_made"), r.T("holder.band_valid"))
	r.Look("the certificate")
	return r.path()
}

func (r *Reader) path() string {
	r.t.Helper()
	u, err := url.Parse(r.URL())
	r.h.must(err)
	return u.Path
}

// shows holds the phone up: the code on the screen is that of the certificate,
// large, and nothing else is told.
func (r *Reader) shows(who bride) {
	r.t.Helper()
	r.FollowWords(r.T("holder.show"))
	r.Look("on the screen")
	r.Says(who.name)
	r.SaysNot(who.birth, who.number)
	share := browser.Eval[float64](r.Tab, "document.querySelector('.show-code').getBoundingClientRect().width / Math.min(innerWidth, innerHeight)")
	if share < 0.6 {
		r.t.Errorf("the code takes %.0f %% of the screen", 100*share)
	}
	if got, want := r.scansTheScreen(), r.h.paper(who.key).link; !strings.EqualFold(got, want) {
		r.t.Errorf("the screen's code reads %s, the certificate's is %s", got, want)
	}
	r.FollowWords(r.T("holder.show_close"))
}

// scansTheScreen reads the QR code from what the window shows, as a camera does.
// The reader is misled by data that looks like a corner; then the symbol alone is
// read, as a better one would find it.
func (r *Reader) scansTheScreen() string {
	r.t.Helper()
	screen := r.Picture()
	at := browser.Eval[[]float64](r.Tab, `(r => [r.left, r.top, r.right, r.bottom].map(n => n * devicePixelRatio))(document.querySelector('.show-code').getBoundingClientRect())`)
	symbol := image.NewRGBA(image.Rect(0, 0, int(at[2]-at[0]), int(at[3]-at[1])))
	draw.Draw(symbol, symbol.Bounds(), screen, image.Pt(int(at[0]), int(at[1])), draw.Src)
	text, err := readCode(screen, gozxing.DecodeHintType_TRY_HARDER)
	if err != nil {
		text, err = readCode(symbol, gozxing.DecodeHintType_PURE_BARCODE)
	}
	if err != nil {
		r.t.Errorf("no code can be read from the screen: %v", err)
	}
	return text
}

func readCode(img image.Image, hint gozxing.DecodeHintType) (string, error) {
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	read, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{hint: true})
	if err != nil {
		return "", err
	}
	return read.GetText(), nil
}

// comesAgain logs out and in: the card was written anew at the town hall.
func (r *Reader) comesAgain(who bride) {
	r.t.Helper()
	r.FollowWords(r.T("page.logout"))
	r.Look("logged out")
	r.To("/my")
	r.comesIn(who.key)
	r.Says(who.number)
	r.Look("my qualifications")
}

// applies files the change of name, and returns the application's address. A
// phone's holder makes mistakes, goes back and changes the language; a desk's
// uses the keyboard alone.
func (r *Reader) applies(who bride) (at string) {
	r.t.Helper()
	r.To("/my/registrations/" + string(r.h.Registration(who.key).ID) + "/change")
	r.Look("before the change")
	r.FollowWords(r.T("holder.before_start"))
	at = r.path()
	press := r.FollowWords
	if r.lang == page.En {
		press = r.pressesByKeyboard
	}
	r.Look("what changes")
	if !browser.Eval[bool](r.Tab, `document.querySelector('input[value="name"]').checked`) {
		press(r.T("holder.go_on"))
		r.Look("nothing changes")
		if r.lang == page.En {
			r.tabsTo(`input[value="name"]`)
			r.Keys(" ")
		} else {
			r.Click(`input[value="name"] + label`)
		}
	}
	press(r.T("holder.go_on"))
	r.checksTheName(who, press)
	r.tellsTheKana(who, press)
	r.decidesOnPaper(press)
	r.Says(who.name, who.newName, r.T("holder.fee_title"))
	r.Look("to be confirmed")
	press(r.T("holder.send"))
	r.Says(r.T("holder.done_title"))
	r.Look("received")
	return at
}

// checksTheName is the screen with the name that the registers know.
func (r *Reader) checksTheName(who bride, press func(string) int) {
	r.t.Helper()
	if got := r.Value("#f-name"); got != who.newName {
		r.t.Errorf("the name is filled in as %q, the register says %q", got, who.newName)
	}
	r.Look("the new name")
	r.Fill("#f-event_on", "2026/13/45")
	press(r.T("holder.go_on"))
	if r.Value("#f-event_on") != "2026/13/45" || r.Value("#f-name") != who.newName {
		r.t.Errorf("what was typed is lost: %q, %q", r.Value("#f-event_on"), r.Value("#f-name"))
	}
	r.Look("no such day")
	r.Fill("#f-event_on", r.h.today().AddDays(-3).String())
	press(r.T("holder.go_on"))
}

// tellsTheKana is the screen with the reading of the name.
func (r *Reader) tellsTheKana(who bride, press func(string) int) {
	r.t.Helper()
	r.Says(who.newName)
	r.Look("the reading")
	r.Fill("#f-kana", "Sato 7")
	press(r.T("holder.go_on"))
	if r.Value("#f-kana") != "Sato 7" {
		r.t.Errorf("what was typed is lost: %q", r.Value("#f-kana"))
	}
	r.Look("no reading")
	r.Fill("#f-kana", who.newKana)
	press(r.T("holder.go_on"))
	if r.lang == page.En {
		return
	}
	r.Back()
	if got := r.Value("#f-kana"); got != who.newKana {
		r.t.Errorf("after going back the reading is %q", got)
	}
	r.switchesLanguage(who)
	press(r.T("holder.go_on"))
}

// switchesLanguage changes the language in the middle of the draft, and back.
func (r *Reader) switchesLanguage(who bride) {
	r.t.Helper()
	before := r.path()
	there := page.View{Lang: r.lang.Other()}
	r.FollowWords(r.T("page.other_language"))
	if r.path() != before || r.Value("#f-kana") != who.newKana {
		r.t.Errorf("in another language the draft is at %s with %q", r.URL(), r.Value("#f-kana"))
	}
	r.Says(there.T("holder.kana_title"), who.newName)
	r.Look("in another language")
	r.FollowWords(there.T("page.other_language"))
	if r.path() != before || r.Value("#f-kana") != who.newKana {
		r.t.Errorf("back in the language the draft is at %s with %q", r.URL(), r.Value("#f-kana"))
	}
}

// decidesOnPaper is the screen about the paper certificate and the answer.
func (r *Reader) decidesOnPaper(press func(string) int) {
	r.t.Helper()
	r.Look("the paper")
	if r.Has(`input[name="paper"]`) {
		press(r.T("holder.go_on"))
		r.Look("nothing said of the paper")
		if r.lang == page.En {
			r.tabsTo(`input[name="paper"]`)
			r.Keys(" ")
		} else {
			r.Click(`input[name="paper"] + label`)
		}
	}
	press(r.T("holder.go_on"))
}

// tabsTo presses Tab until what css selects has the focus, which must be seen.
func (r *Reader) tabsTo(css string) {
	r.t.Helper()
	at := fmt.Sprintf("Boolean(document.activeElement?.matches(%q))", css)
	for range 80 {
		if browser.Eval[bool](r.Tab, at) {
			if !browser.Eval[bool](r.Tab, `(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle(document.activeElement))`) {
				r.t.Errorf("%s: the focus on %s can't be seen", r.URL(), css)
			}
			return
		}
		r.Keys(kb.Tab)
	}
	r.t.Fatalf("%s: no Tab leads to %s", r.URL(), css)
}

// pressesByKeyboard is FollowWords without a mouse.
func (r *Reader) pressesByKeyboard(words string) int {
	r.t.Helper()
	r.tabsTo(r.Find(words))
	return r.LeadsByKey(kb.Enter)
}

// number is the number that the application at that address was given.
func (r *Reader) number(at string) string {
	r.t.Helper()
	if n := r.Text(".done-number code"); n != "" {
		return n
	}
	r.t.Fatalf("%s tells no number: %s", at, r.Text("main"))
	return ""
}

// approve has an officer approve the application of that number.
func (h *House) approve(number string) {
	h.t.Helper()
	h.Settle()
	o, err := walk.NewOfficer(h.ctx(), h.Config.BaseURL, "sssc", "reviewer")
	h.must(err)
	h.must(o.Approve(number))
	h.Settle()
}

// pays pays at the company's page, the second card at once.
func (r *Reader) pays(at string) {
	r.t.Helper()
	r.To(at)
	r.Look("to be paid")
	r.FollowWords(r.T("holder.pay_do"))
	r.Wait("#pay")
	r.Axe("the payment company")
	r.Shot(r.t.Name() + " the payment company")
	r.Follow("#decline")
	r.Wait("#pay")
	r.Follow("#pay")
	if r.path() != at {
		r.t.Errorf("paying leads to %s", r.URL())
	}
	r.Look("paid")
}

// getsTheNewOne waits until the certificate is there, and looks at it, at the old
// one and at the receipt.
func (r *Reader) getsTheNewOne(who bride, at, first string) {
	r.t.Helper()
	r.h.Until("the new certificate", func() bool {
		r.To(at)
		return r.Has(`main a[href^="/my/certificates/"]`)
	})
	r.Look("registered")
	r.Follow(`main a[href^="/my/certificates/"]`)
	r.Says(r.T("holder.band_valid"), who.newName)
	r.SaysNot(who.name)
	r.Look("the new certificate")
	r.To(first)
	r.Says(r.T("holder.band_changed"))
	r.Look("the old certificate")
	r.To(at + "/receipt")
	r.Look("the receipt")
	r.prints("the receipt")
	r.To("/my/registrations/" + string(r.h.Registration(who.key).ID))
	r.Says(who.name, who.newName)
	r.Look("the entry")
}

// looksAround looks at the pages that belong to no step.
func (r *Reader) looksAround() {
	r.t.Helper()
	for _, path := range []string{"/my", "/my/inbox", "/my/settings", "/my/settings/email", "/my/sessions"} {
		r.To(path)
		r.Look("page " + path)
	}
	r.To("/my/settings/email")
	r.Fill("#f-address", "hanako@@example")
	r.FollowWords(r.T("holder.email_send"))
	if r.Value("#f-address") != "hanako@@example" {
		r.t.Errorf("what was typed is lost: %q", r.Value("#f-address"))
	}
	r.Look("no address")
}
