package main

import (
	"fmt"
	"strings"
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/browser"
	"qualsys/registry/sample"
	"qualsys/web/page"
)

// TestTheOfficer walks the journey of a body's staff: an application is given
// back and approved, twice at once; a registration is removed by two persons.
func TestTheOfficer(t *testing.T) {
	h := Start(t, Plan{})
	b := browser.New(t)
	for n, who := range []bride{
		{sample.Hanako, "山田 花子", "第D-0123456号", "1990/07/21", "佐藤 花子", "さとう はなこ"},
		{sample.Hoa, "NGUYEN THI HOA", "第D-0222222号", "1996/02/29", "NGUYEN THI LINH", "ぐえん てぃ りん"},
	} {
		how := phonesAndDesks[n]
		removed := []string{sample.KenFirst, sample.KenSecond}[n]
		t.Run(string(how.lang), func(t *testing.T) {
			holder, filed := h.filed(t, who)
			tab := func(who string) *Reader {
				r := h.Reader(t, b, how.lang, how.width)
				r.startsWork(who)
				return r
			}
			first := tab("reviewer")
			first.looksAtTheDesk()
			first.givesBack(filed)
			answers(h.Reader(t, b, how.lang, how.width), who, filed)
			h.Settle()
			second := tab("supervisor")
			first.opens(filed)
			second.opens(filed)
			first.approves(who)
			second.isTooLate()
			h.must(holder.AwaitPayment(filed))
			registrar := tab("registrar")
			registrar.proposesRemoval(removed)
			second.seconds(removed)
			registrar.measuresAreDone(removed)
		})
	}
}

// filed is an application of somebody who has changed their name.
func (h *House) filed(t *testing.T, who bride) (*walk.Holder, walk.Filed) {
	t.Helper()
	holder, err := walk.NewHolder(t.Context(), h.Config.BaseURL, walk.Person{Subject: who.key, Name: who.name, Birth: who.birth, Register: "1", Number: who.number})
	h.must(err)
	h.must(holder.Link())
	h.must(walk.Marry(t.Context(), h.Config.EvidenceURL, who.key, who.newName, who.newKana))
	filed, err := holder.ChangeName(who.newName, who.newKana)
	h.must(err)
	h.Settle()
	return holder, filed
}

// startsWork logs an officer in.
func (r *Reader) startsWork(who string) {
	r.t.Helper()
	r.To("/officer")
	r.Wait("#people button")
	r.Fill("#q", "sssc-"+who)
	r.Follow(`form[role="search"] button`)
	r.Follow(fmt.Sprintf(`#people button[value=%q]`, "sssc-"+who))
	r.Says(r.T("officer.queue_title"))
}

// looksAtTheDesk looks at the pages that belong to no case.
func (r *Reader) looksAtTheDesk() {
	r.t.Helper()
	for _, path := range []string{"/officer", "/officer/links", "/officer/registrations", "/officer/registrations?number=123", "/officer/proposals", "/officer/money", "/officer/refusals"} {
		r.To(path)
		r.Look("desk " + path)
	}
}

// opens opens a case from the queue, where names are hidden.
func (r *Reader) opens(filed walk.Filed) {
	r.t.Helper()
	r.h.Until("the case in the queue", func() bool {
		r.To("/officer")
		return strings.Contains(r.Text("main"), filed.Number)
	})
	r.Look("the queue")
	r.FollowWords(filed.Number)
	r.Says(filed.Number)
}

// givesBack gives the application back: first without an item, then with what will
// be sent before the eyes.
func (r *Reader) givesBack(filed walk.Filed) {
	r.t.Helper()
	r.opens(filed)
	r.Look("the case")
	r.Click(r.Find(r.T("officer.return_title")))
	r.FollowWords(r.T("officer.return_preview"))
	r.Look("nothing to return")
	r.Click(`input[name="returns"] + label`)
	reason := browser.Eval[string](r.Tab, `document.querySelector('input[name="returns"]:checked').value`)
	words := "戸籍のとおりの字を教えてください <b>"
	r.Fill(fmt.Sprintf("[name=%q]", "text_"+reason), words)
	r.FollowWords(r.T("officer.return_preview"))
	r.Says(r.T("officer.preview_title"), words)
	r.Look("what will be sent")
	r.FollowWords(r.T("officer.return_send", "count", "1"))
	r.Look("given back")
	r.h.Settle()
}

// answers answers what was given back, as the holder, and sends it again.
func answers(r *Reader, who bride, filed walk.Filed) {
	r.t.Helper()
	r.To("/my")
	r.comesIn(who.key)
	r.To(filed.At)
	r.Says(r.T("holder.returned_title"), "戸籍のとおりの字を教えてください <b>")
	r.Look("given back to me")
	r.Follow(".card .line-link")
	r.Look("one item")
	if got := r.Value("#f-value"); got != who.newName {
		r.t.Errorf("the field to mend holds %q", got)
	}
	r.Fill("#f-value", "")
	r.Follow("form:has(#f-value) button")
	r.Look("no answer")
	r.Fill("#f-value", who.newName)
	r.Follow("form:has(#f-value) button")
	r.Look("answered")
	r.FollowWords(r.T("holder.resubmit"))
	r.Says(r.T("holder.resubmitted"))
	r.Look("sent again")
}

// approves approves the case before the officer.
func (r *Reader) approves(who bride) {
	r.t.Helper()
	r.Says(who.newName, who.name)
	r.Look("the case again")
	if r.lang == page.Ja { // on a phone not everything stands on the first screen
		r.Click(`[form="approve"]`)
		r.Wait(`.unseen-note:not([hidden])`)
		r.Look("not all seen")
	}
	r.seesEveryDifference()
	r.Follow(`[form="approve"]`)
	r.Look("approved")
}

// seesEveryDifference scrolls through what differs, as the page demands before a
// decision.
func (r *Reader) seesEveryDifference() {
	r.t.Helper()
	browser.Eval[bool](r.Tab, `(async () => {
		const bar = document.querySelector('[data-bar]');
		const covered = getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0;
		for (const row of document.querySelectorAll('[data-difference]')) await new Promise(seen => {
			new IntersectionObserver((all, watch) => {
				if (!all.some(e => e.intersectionRatio >= 0.9)) return row.scrollIntoView({block: 'center', behavior: 'instant'});
				watch.disconnect();
				seen();
			}, {threshold: [0, 0.3, 0.6, 0.9], rootMargin: '0px 0px -' + Math.round(covered) + 'px 0px'}).observe(row);
		});
		return true;
	})()`)
}

// isTooLate approves what another officer has approved meanwhile.
func (r *Reader) isTooLate() {
	r.t.Helper()
	r.seesEveryDifference()
	status := r.Follow(`[form="approve"]`)
	if status != 409 {
		r.t.Errorf("a stale approval is answered with %d", status)
	}
	if r.Text(".summary-errors") == "" {
		r.t.Errorf("a stale approval says nothing: %s", r.Text("main"))
	}
	r.Look("too late")
}

// proposesRemoval proposes a removal: first with nothing said, which is told.
func (r *Reader) proposesRemoval(key string) {
	r.t.Helper()
	number := r.h.Registration(key).Number
	r.To("/officer/registrations")
	r.Fill("#f-number", number)
	r.FollowWords(r.T("officer.search"))
	r.Look("found")
	r.FollowWords(number)
	r.Look("the registration")
	r.Click(r.Find(r.T("officer.propose_title")))
	r.FollowWords(r.T("officer.propose"))
	r.Look("nothing proposed")
	r.Click(`input[value="removal"] + label`)
	r.Fill("#f-from", r.h.today().String())
	r.Choose("#f-ground", "voluntary")
	r.FollowWords(r.T("officer.propose"))
	if r.Value("#f-from") != r.h.today().String() {
		r.t.Errorf("the day is lost: %q", r.Value("#f-from"))
	}
	r.Look("no reason")
	r.Fill("#f-why", "本人からの申出があったため")
	r.FollowWords(r.T("officer.propose"))
	r.Says(r.T("officer.proposal_mine"))
	r.SaysNot(r.T("officer.second_lead"))
	r.Look("my proposal")
}

// seconds decides as the second person; the certificate then is no good.
func (r *Reader) seconds(key string) {
	r.t.Helper()
	p := r.h.paper(key)
	r.To("/officer/proposals")
	r.Look("proposals")
	r.Follow("main tbody a")
	r.Look("the proposal")
	r.FollowWords(r.T("officer.second"))
	r.Look("seconded")
	r.h.Settle()
	employer := r.h.Reader(r.t, r.b, r.lang, r.width)
	employer.scans(p)
	employer.verdict(page.Ended)
}

// measuresAreDone sees that nothing waits, and what the register says.
func (r *Reader) measuresAreDone(key string) {
	r.t.Helper()
	r.To("/officer/registrations/" + string(r.h.Registration(key).ID))
	r.Says(r.T("officer.standing_removed"))
	r.Look("removed")
}
