package holder

import (
	"time"

	"github.com/a-h/templ"

	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/credential"
	"qualsys/issue/notice"
	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

func init() {
	story("home none", "/my", of(homePage, home{}))
	story("home", "/my", func(v page.View) templ.Component { return homePage(v, storyHome(v)) })
	storyLinks()
	storyEntries()
	storyCertificates()
	storyAccount()
}

// storyHome has a card in each state.
func storyHome(v page.View) home {
	h := home{Unread: 3}
	add := func(one held, cases ...caseLine) {
		h.Cards = append(h.Cards, card{one, whatNow(v, one, cases)})
		h.Cases = append(h.Cases, cases...)
	}
	one := storyHeld(0)
	add(one.with(storyCertificate(one, "C1", credential.Valid, 0)))
	add(storyHeld(1))
	returned := storyCase(application.Returned, nil).View
	add(storyHeld(2), caseLine{returned, careWorker.Name})
	pays := storyCase(application.AwaitingPayment, nil).View
	add(storyHeld(3), caseLine{pays, careWorker.Name})
	two := storyHeld(4)
	two.Standing, two.Suspension = registry.Suspended, registry.Suspension{From: person.DateOf(2026, 12, 1), Until: person.DateOf(2027, 2, 28)}
	add(two.with(storyCertificate(two, "C2", credential.Suspended, 0)))
	three := storyHeld(5)
	three.Standing = registry.Removed
	add(three.with(storyCertificate(three, "C3", credential.Revoked, issue.NotRegistered)))
	four := storyHeld(6)
	add(four.with(storyCertificate(four, "C4", credential.Changed, 0)))
	return h
}

func storyLinks() {
	l := linkPage{Card: storyLogin(), Registers: []registerChoice{
		{registry.RegisterInfo{No: 1, Qualification: careWorker.Code}, careWorker, center, false},
		{registry.RegisterInfo{No: 5, Qualification: attorney.Code}, attorney, center, true},
	}}
	story("link", "/my", of(linkFormPage, l))
	story("link with faults", "/my", faulty(linkFormPage, l, map[string][]string{"number": {"第D123456号"}},
		ErrRegister.At("register"), registry.ErrNumber.At("number").With("example", "第D-0123456号")))
	story("link locked", "/my", faulty(linkFormPage, l, map[string][]string{"register": {"1"}, "number": {"第D-0123456号"}},
		linking.ErrLocked.With("until", "2026-11-24 09:12")))
	story("link asked", "/my", linkAskedPage)
}

func storyEntries() {
	entry := func(n int, change func(*entryPage)) func(page.View) templ.Component {
		return func(v page.View) templ.Component {
			h := storyHeld(n)
			e := entryPage{held: h, Offers: storyOffers(), History: storyHistory(h), Today: person.DateAt(page.StoryNow())}
			if change != nil {
				change(&e)
			}
			e.Todo = whatNow(v, e.held, e.Cases)
			return registrationPage(v, e)
		}
	}
	story("registration first certificate", "", entry(0, nil))
	story("registration", "", entry(2, func(e *entryPage) {
		e.held = e.with(storyCertificate(e.held, "C2", credential.Valid, 0), storyCertificate(e.held, "C1", credential.Changed, 0))
		e.Cases = []caseLine{{storyCase(application.CertificateIssued, nil).View, careWorker.Name}}
	}))
	story("registration returned", "", entry(3, func(e *entryPage) {
		e.Cases = []caseLine{{storyCase(application.Returned, nil).View, careWorker.Name}}
	}))
	story("registration making", "", entry(4, func(e *entryPage) {
		e.held = e.with(storyCertificate(e.held, "C1", credential.Changed, 0))
	}))
	story("registration suspended", "", entry(1, func(e *entryPage) {
		e.Standing, e.Suspension = registry.Suspended, registry.Suspension{From: person.DateOf(2026, 11, 1), Until: person.DateOf(2027, 2, 28)}
		e.held = e.with(storyCertificate(e.held, "C1", credential.Suspended, 0))
	}))
	story("registration ended", "", entry(5, func(e *entryPage) {
		e.Standing, e.Offers = registry.Removed, nil
		e.held = e.with(storyCertificate(e.held, "C1", credential.Revoked, issue.NotRegistered))
	}))
	story("certificate refused", "", of(refusedPage, refused{storyHeld(4),
		issue.ErrNotPrintable.With("glyph", "𠮷").With("codepoints", "U+20BB7")}))
	story("certificate awaits reissue", "", of(refusedPage, refused{storyHeld(1), issue.ErrAwaitsReissue}))
	story("unlink", "", of(unlinkPage, storyHeld(2)))
	story("loss", "", of(lossScreen, lossPage{storyHeld(2).with(storyCertificate(storyHeld(2), "C1", credential.Valid, 0)), storyOffers()[3]}))
	story("loss with faults", "", faulty(lossScreen, lossPage{storyHeld(2).with(storyCertificate(storyHeld(2), "C1", credential.Valid, 0)), storyOffers()[3]},
		map[string][]string{"note": {page.HardNames[10]}}, application.ErrLossKind.At("what"), ErrOld.At("old")))
	story("loss none", "", of(lossScreen, lossPage{storyHeld(2), storyOffers()[3]}))
}

func storyCertificates() {
	for n, s := range []struct {
		name   string
		status credential.Status
		reason issue.Reason
	}{
		{"valid", credential.Valid, 0}, {"changed", credential.Changed, 0}, {"suspended", credential.Suspended, 0},
		{"reissued", credential.Revoked, issue.Reissued}, {"withdrawn", credential.Revoked, issue.IssuedInError},
		{"expired", credential.Revoked, issue.Expired}, {"not registered", credential.Revoked, issue.NotRegistered},
	} {
		h := storyHeld(n)
		c := storyCertificate(h, "C1", s.status, s.reason)
		if s.name == "changed" {
			h = h.with(storyCertificate(h, "C2", credential.Valid, 0), c)
		}
		story("certificate "+s.name, "", of(certificateScreen, certificatePage{c, h}))
	}
	h := storyHeld(2)
	c := storyCertificate(h, "C1", credential.Valid, 0)
	c.State = issue.StatePrepared
	story("certificate making", "", of(certificateScreen, certificatePage{c, h}))
	link := "HTTP://LOCALHOST:8080/Q#" +
		"2KCEJIQBEYCEUSOBB2CVACQBAFIAAAAAAAAAAAAAAAAAAAVYLQBUG4DSMFRXIZLTEBQXEZJANZSXMZLSEBZG6ZLSONUGS3THEBUG65LSMVZWGYLSNFZCA43VNRRW65DBNZSGK4TF"
	for n, name := range []string{"short", "long"} {
		one := storyHeld(n * 2)
		story("show "+name, "", of(showScreen, showPage{certificatePage{storyCertificate(one, "C1", credential.Valid, 0), one}, parsed(symbolOf(link))}))
	}
}

func storyAccount() {
	now := page.StoryNow()
	list := []notice.Notice{
		{ID: "N1", Kind: notice.PayRequest, Title: "お支払いのお願い", About: "application:A1", At: now.Add(-time.Hour),
			Text: "お支払いをお願いします。登録免許税 1,000円（国）、手数料 500円（公益財団法人 社会福祉振興・試験センター）。期限は2026年12月23日（水）です。期限を過ぎても資格は失われません。"},
		{ID: "N2", Kind: notice.Received, Title: "申請を受け付けました", At: now.Add(-70 * time.Hour), ReadAt: now.Add(-60 * time.Hour),
			Text: "申請を受け付けました（受付番号 2026-000123-6）。2026年12月18日（金）ごろ結果をお知らせします。"},
	}
	story("inbox", "/my/inbox", of(inboxScreen, inboxPage{Messages: list, Older: "/my/inbox?before=N2", First: true}))
	story("inbox empty", "/my/inbox", of(inboxScreen, inboxPage{First: true}))
	story("message", "/my/inbox", of(messageScreen, list[0]))
	long := parsed(notice.ParseAddress("adigwe.chukwuemeka.odumegwu.oluwaseun+qualsys@sub.domain.example.co.jp"))
	set := notice.Settings{Language: notice.Japanese, Address: long, VerifiedAt: now.Add(-time.Hour)}
	waiting := notice.Settings{Language: notice.English, Pending: long, PendingUntil: now.Add(24 * time.Hour)}
	story("settings none", "/my/settings", of(settingsScreen, notice.Settings{Language: notice.Japanese}))
	story("settings", "/my/settings", of(settingsScreen, set))
	story("settings pending", "/my/settings", of(settingsScreen, waiting))
	story("email", "/my/settings", of(emailScreen, set))
	story("email with faults", "/my/settings", faulty(emailScreen, set, map[string][]string{"address": {"hanako@"}}, notice.ErrAddress.At("address")))
	story("email remove", "/my/settings", of(removeEmailScreen, set))
	story("code", "/my/settings", of(codeScreen, waiting))
	story("code with faults", "/my/settings", faulty(codeScreen, waiting, map[string][]string{"code": {"1234567"}}, notice.ErrCode.At("code")))
	story("code none", "/my/settings", of(codeScreen, set))
	s := sessionsPage{Here: "S1", List: []web.Session{
		{ID: "S1", Agent: "Safari / iPhone", CreatedAt: now.Add(-time.Hour), SeenAt: now},
		{ID: "S2", Agent: "Samsung Internet / Android", CreatedAt: now.Add(-26 * time.Hour), SeenAt: now.Add(-20 * time.Hour)},
		{ID: "S3", Agent: "? / ?", CreatedAt: now.Add(-3 * time.Hour), SeenAt: now.Add(-2 * time.Hour)},
	}}
	story("sessions", "/my/settings", of(sessionsScreen, s))
	story("sessions one", "/my/settings", of(sessionsScreen, sessionsPage{Here: "S1", List: s.List[:1]}))
}
