package officer

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	"qualsys/issue/credential"
	"qualsys/issue/evidence"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web/page"
)

// storyOfficer is who looks at the stories.
var storyOfficer = actor.Officer("keiko", "sssc", actor.Reviewer, actor.Registrar, actor.Supervisor)

// desk dresses a page for the officer of the stories.
func desk(v page.View, here string) page.View {
	v.Area, v.Wide = page.Officer, true
	v.User = &page.User{Name: "鈴木 恵子", Body: "公益財団法人 社会福祉振興・試験センター"}
	if v.Lang == page.En {
		v.User.Body = "Center of Social Welfare Promotion and National Examination"
	}
	v.Nav = navigation(v, storyOfficer, here, counts{Cases: 37, Links: 4, Proposals: 2, Money: 3})
	return v
}

func init() {
	queueStories()
	caseStories()
	decisionStories()
	linkStories()
	registerStories()
	moneyStories()
}

func queueStories() {
	page.Register("officer/queue", func(v page.View) templ.Component {
		v = desk(v, "/officer")
		v.Notice = v.T("officer.done_approve")
		return QueuePage(v, storyQueue(v))
	})
	page.Register("officer/queue empty", func(v page.View) templ.Component {
		q := storyQueue(v)
		q.Rows, q.Waiting, q.First, q.More, q.Offset = nil, 0, "", false, 0
		for i := range q.Counts {
			q.Counts[i].N = 0
		}
		return QueuePage(desk(v, "/officer"), q)
	})
}

func storyNames(v page.View) map[string]string {
	if v.Lang == page.En {
		return map[string]string{"certified-care-worker": "Certified Care Worker", "nurse": "Nurse"}
	}
	return map[string]string{"certified-care-worker": "介護福祉士", "nurse": "看護師"}
}

func storyQueue(v page.View) QueueView {
	q := QueueView{Names: storyNames(v), Offset: 50, Waiting: 37, First: "a"}
	q.Bucket, q.More = application.AllOpen, true
	for i, b := range application.Buckets {
		q.Counts = append(q.Counts, application.Count{Bucket: b, N: []int{1204, 37, 5, 0, 12, 88, 612, 450, 9}[i%9]})
	}
	states := []application.State{application.UnderReview, application.EvidenceMismatch, application.AwaitingPayment,
		application.Returned, application.EvidenceWait, application.DuplicateHold, application.ErrorHold}
	for i, s := range states {
		name, err := person.ParseName(page.HardNames[i%6])
		if err != nil {
			name, _ = person.ParseName("山田　花子")
		}
		q.Rows = append(q.Rows, application.QueueRow{ID: string(rune('a' + i)), Number: "20261120-000" + string(rune('1'+i)), Kind: application.Change,
			Items: []application.Item{application.Name, application.Address}[:1+i%2], Notification: i == 4, Qualification: "certified-care-worker",
			RegNumber: "第D-012345" + string(rune('0'+i)) + "号", Masked: application.Mask(name), State: s, Info: application.Of(s),
			ArrivedAt: page.StoryNow().Add(-time.Duration(i*30) * time.Hour), DueOn: person.DateOf(2026, 11, 20+i), DaysLeft: i - 3, Own: i == 6})
	}
	return q
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// storyCase is a change of name and address that one register writes in another form.
func storyCase() CaseView {
	var it CaseView
	it.By, it.Next = storyOfficer, "next"
	it.ID, it.Number, it.Version, it.Kind = "story", "20261120-0001", 4, application.Change
	it.Body = "sssc"
	it.Registration = registry.Registration{Qualification: "certified-care-worker", Number: "第D-0123456号", Body: "sssc"}
	it.Status = application.Status{State: application.UnderReview, Info: application.Of(application.UnderReview)}
	it.ArrivedAt, it.DueOn, it.DaysLeft = page.StoryNow().Add(-72*time.Hour), person.DateOf(2026, 12, 4), 11
	it.Case.EventOn, it.Electronic = person.DateOf(2026, 11, 3), true
	it.Fee = application.Fee{Charge: 500}
	asked := "佐藤　𠮷子"
	it.Columns = []application.Column{
		{Item: "name", Changes: true, Registered: "髙橋　𠮷子", Asked: asked, Evidence: []application.Cell{
			storyCell(evidence.Resident, evidence.Variant, asked, "佐藤　吉子"), storyCell(evidence.Family, evidence.Matched, asked, asked)}},
		{Item: "kana", Changes: true, Registered: "たかはし　よしこ", Asked: "さとう　よしこ"},
		{Item: "birth_date", Registered: "1990/07/21", Asked: "1990/07/21", Evidence: []application.Cell{
			storyCell(evidence.Resident, evidence.Matched, "1990/07/21", "1990/07/21")}},
		{Item: "domicile", Registered: "東京都", Asked: "東京都"},
		{Item: "address", Changes: true, Registered: "東京都港区芝1-2-3", Asked: "千葉県松戸市根本387-5 ロイヤルグランドタワー松戸イーストウイング1204号室",
			Evidence: []application.Cell{storyCell(evidence.Resident, evidence.Matched, "千葉県松戸市根本387-5 ロイヤルグランドタワー松戸イーストウイング1204号室",
				"千葉県松戸市根本387-5 ロイヤルグランドタワー松戸イーストウイング1204号室")}},
	}
	for _, s := range []evidence.Source{evidence.Resident, evidence.Family} {
		it.Inquiries = append(it.Inquiries, evidence.Inquiry{Source: s, Status: evidence.Found, AskedAt: page.StoryNow().Add(-time.Hour),
			AnsweredAt: page.StoryNow().Add(-time.Hour + 2*time.Second), Basis: "行政手続における特定の個人を識別するための番号の利用等に関する法律19条 certified-care-worker"})
	}
	it.Gate = application.Gate(application.Facts{Complete: true, LinkLive: true, AliveAt: page.StoryNow(), Now: page.StoryNow(), Decided: true,
		FeeAsFrozen: true, HasDeadline: true, NeedsAlive: true})
	it.ReturnList, it.RejectList = application.ReturnReasons, application.RejectReasons
	it.Authority, it.Defendant = "厚生労働大臣", "公益財団法人社会福祉振興・試験センター"
	it.OfficerCan = application.OfficerCan{Approve: true, Return: true, Reject: true, Hold: true}
	for i, s := range []application.State{application.Submitted, application.EvidencePending, application.UnderReview} {
		it.Events = append(it.Events, application.Event{To: s, At: it.ArrivedAt.Add(time.Duration(i) * time.Minute), By: application.SystemTurn})
	}
	it.Events[0].By = application.HolderTurn
	return it
}

func storyCell(s evidence.Source, a evidence.Answer, asked, text string) application.Cell {
	return application.Cell{ItemID: "i", Source: s, Answer: a, Text: text, Segments: person.Diff(asked, text), State: evidence.IsMatched}
}

// caseStory registers a case page in one state.
func caseStory(name string, change func(v *page.View, it *CaseView)) {
	page.Register("officer/case "+name, func(v page.View) templ.Component {
		v = desk(v, "/officer")
		v.Back, v.Scripts = &page.Link{Href: "/officer", Text: v.T("officer.nav_queue")}, []string{"officer.js"}
		it := storyCase()
		it.Names = storyNames(v)
		change(&v, &it)
		return CasePage(v, it)
	})
}

func (it *CaseView) at(s application.State, can application.OfficerCan) {
	it.Status = application.Status{State: s, Info: application.Of(s)}
	it.OfficerCan = can
}

func caseStories() {
	caseStory("under review", func(*page.View, *CaseView) {})
	caseStory("notification", func(_ *page.View, it *CaseView) {
		it.Notification, it.Fee, it.Next, it.DaysLeft = true, application.Fee{}, "", 2
		it.Columns = append(it.Columns[2:4:4], it.Columns[4])
	})
	caseStory("mismatch", func(_ *page.View, it *CaseView) {
		it.at(application.EvidenceMismatch, application.OfficerCan{AcceptEvidence: true, AskAgain: true, Return: true, Reject: true, Hold: true})
		it.DaysLeft = -2
		asked := "髙島﨑　惠"
		it.Columns[0].Asked = asked
		it.Columns[0].Evidence = []application.Cell{storyCell(evidence.Resident, evidence.Mismatch, asked, "高嶋崎　恵"),
			{Source: evidence.Family, Answer: evidence.Unclear, State: evidence.IsUnclear}}
		it.Substituted = true
		it.Items = []evidence.Item{{ID: "1", Need: evidence.Need{Source: evidence.Resident, Field: evidence.Name}, State: evidence.IsMismatch},
			{ID: "2", Need: evidence.Need{Source: evidence.Family, Field: evidence.Name}, State: evidence.IsUnclear}}
		it.Gate[2].OK = false
	})
	caseStory("resubmitted", func(_ *page.View, it *CaseView) {
		it.Attachments = []application.Attachment{{ID: "1", Name: "attachment-1.pdf", Type: "application/pdf", Size: 1_234_567, At: page.StoryNow()}}
		it.Identifiers = []application.Identified{{Number: "1234567890123456", IssuedOn: person.DateOf(2026, 11, 20)}}
		it.Items = []evidence.Item{{ID: "1", Need: evidence.Need{Source: evidence.Family, Field: evidence.Name}, State: evidence.Attached}}
		it.OfficerCan.AcceptEvidence = true
		it.LateReason = page.HardNames[2]
		it.Others = []application.QueueRow{{ID: "b", Number: "20261121-0007", Kind: application.Reissue, State: application.UnderReview}}
	})
	caseStory("longest name", func(_ *page.View, it *CaseView) {
		asked := page.HardNames[2]
		it.Columns[0] = application.Column{Item: "name", Changes: true, Registered: page.HardNames[8], Asked: asked, Evidence: []application.Cell{
			storyCell(evidence.Resident, evidence.Mismatch, asked, "ADIGWE CHUKWUEMEKA ODUMEGWU OLUWASEUN EBUNOLUWA")}}
		it.DaysLeft = 0
	})
	caseStory("own", func(_ *page.View, it *CaseView) { it.Own, it.OfficerCan = true, application.OfficerCan{} })
	caseStory("without the right", func(_ *page.View, it *CaseView) {
		it.By, it.OfficerCan = actor.Officer("k", "sssc", actor.Registrar), application.OfficerCan{}
	})
	caseStory("reissue", func(_ *page.View, it *CaseView) {
		it.Kind, it.Columns, it.Inquiries, it.Fee = application.Reissue, nil, nil, application.Fee{}
		it.Loss = application.Loss{What: application.Leaked, Note: "まちがえて前の勤務先に送ってしまいました。", SwitchOff: true}
	})
}

func decisionStories() {
	caseStory("returning", func(v *page.View, it *CaseView) {
		it.Tried = "return"
		v.Faults, v.Typed = fault.List{application.ErrReason.At("text_other")}, url.Values{"returns": {"other", "name_differs"}, "text_other": {""}}
	})
	caseStory("return preview", func(v *page.View, it *CaseView) {
		it.Tried = "return"
		it.Picked = []application.ReturnRequest{{Item: "family_record", Reason: "history_unclear", Text: "平成20年以前のものをお願いします。"}, {Item: "kana", Reason: "kana_missing"}}
		for _, p := range it.Picked {
			for _, r := range application.ReturnReasons {
				if r.Code == p.Reason {
					it.Preview = append(it.Preview, r.Ja+"\n"+p.Text)
				}
			}
		}
		v.Typed = url.Values{"returns": {"history_unclear", "kana_missing"}, "text_history_unclear": {it.Picked[0].Text}}
	})
	caseStory("refusing", func(v *page.View, it *CaseView) {
		it.Tried = "reject"
		v.Faults = fault.List{application.ErrReason.At("reason"), application.ErrReason.At("text")}
		v.Typed = url.Values{"authority": {"厚生労働大臣"}, "defendant": {it.Defendant}}
	})
	caseStory("refusal preview", func(v *page.View, it *CaseView) {
		it.Tried = "reject"
		it.Refusal = &application.Rejection{Reason: "not_proven", Text: "戸籍の届出が確認できません。", Authority: it.Authority, Defendant: it.Defendant}
		v.Typed = url.Values{"reason": {"not_proven"}, "text": {it.Refusal.Text}, "authority": {it.Authority}, "defendant": {it.Defendant}}
	})
	caseStory("stale", func(v *page.View, it *CaseView) {
		it.Tried = "approve"
		v.Faults, v.Typed = fault.List{ErrMoved}, url.Values{"note": {"停止は確認済み"}}
	})
	caseStory("overdue", func(_ *page.View, it *CaseView) {
		it.at(application.AwaitingPayment, application.OfficerCan{Close: true, Extend: true})
		it.Overdue = true
	})
	caseStory("held", func(_ *page.View, it *CaseView) {
		it.at(application.ErrorHold, application.OfficerCan{Reopen: true, Reject: true})
	})
	caseStory("refused", func(_ *page.View, it *CaseView) {
		it.at(application.Rejected, application.OfficerCan{})
		it.Decision = &application.Decision{On: person.DateOf(2026, 11, 23), Text: "変更の事実を確認できる情報が得られませんでした。\n戸籍の届出が確認できません。",
			Authority: it.Authority, Defendant: it.Defendant}
	})
	caseStory("waiting", func(_ *page.View, it *CaseView) {
		it.at(application.AwaitingPayment, application.OfficerCan{Extend: true})
		it.Status.Next = person.DateOf(2026, 12, 20)
	})
}

func storyRegistration() registry.Registration {
	var r registry.Registration
	r.ID, r.Qualification, r.Body, r.Number, r.Version = "r", "certified-care-worker", "sssc", "第D-0123456号", 3
	r.Name, r.Kana = must(person.ParseName("寿限無寿限無五劫擦切海砂利水魚　長助")), must(person.ParseKana("じゅげむじゅげむごこうのすりきれかいじゃりすいぎょ　ちょうすけ"))
	r.BirthDate, r.Domicile = person.DateOf(1990, 7, 21), must(person.ParseDomicile("東京都"))
	r.Address = must(person.ParseAddress("千葉県松戸市根本387-5 ロイヤルグランドタワー松戸イーストウイング1204号室"))
	r.RegisteredOn, r.Standing = person.DateOf(2015, 4, 10), registry.Active
	r.Items = []registry.Item{{Key: "exam_date", Value: "2015/03"}, {Key: "training", Value: "口腔内の喀痰吸引、鼻腔内の喀痰吸引（2016/03/10）"}, {Key: "own-key", Value: "—"}}
	return r
}

func linkStories() {
	name := must(person.ParseName("髙橋　𠮷男"))
	request := linking.Request{ID: "q", Name: name, BirthDate: person.DateOf(1985, 3, 15), Number: "第D-0123456号", Reason: linking.Variant,
		Address: must(person.ParseAddress("千葉県松戸市根本387-5")), AskedAt: page.StoryNow()}
	one := linking.Candidate{Registration: storyRegistration(), Holder: "other"}
	one.Name, one.BirthDate = must(person.ParseName("高橋　吉男")), request.BirthDate
	two := linking.Candidate{Registration: storyRegistration()}
	two.ID, two.Number, two.Name, two.Standing = "r2", "第D-0987654号", name, registry.Suspended
	page.Register("officer/links", func(v page.View) templ.Component {
		list := LinksView{Registers: map[registry.RegisterNo]string{0: storyNames(v)["certified-care-worker"]}}
		for _, r := range []linking.Reason{linking.Variant, linking.NoNumber, linking.Namesake} {
			request.Reason = r
			list.Requests = append(list.Requests, request)
		}
		return LinksPage(desk(v, "/officer/links"), list)
	})
	page.Register("officer/links empty", func(v page.View) templ.Component { return LinksPage(desk(v, "/officer/links"), LinksView{}) })
	for name, list := range map[string][]linking.Candidate{"one": {one}, "two": {one, two}, "none": nil} {
		page.Register("officer/link "+name, func(v page.View) templ.Component {
			v = desk(v, "/officer/links")
			if name == "two" {
				v.Faults, v.Typed = fault.List{linking.ErrNote.At("note_refuse")}, url.Values{"note": {""}}
			}
			return LinkPage(v, LinkView{Request: request, Candidates: list, Register: storyNames(v)["certified-care-worker"]})
		})
	}
}

func registerStories() {
	page.Register("officer/search", func(v page.View) templ.Component {
		return SearchPage(desk(v, "/officer/registrations"), SearchView{})
	})
	page.Register("officer/search found", func(v page.View) templ.Component {
		return SearchPage(desk(v, "/officer/registrations"), SearchView{Name: "髙橋", Asked: true, Names: storyNames(v),
			Found: []registry.Registration{storyRegistration(), storyRegistration()}})
	})
	page.Register("officer/search nothing", func(v page.View) templ.Component {
		return SearchPage(desk(v, "/officer/registrations"), SearchView{Name: page.HardNames[10], Asked: true})
	})
	page.Register("officer/registration", func(v page.View) templ.Component {
		return RegistrationPage(desk(v, "/officer/registrations"), storyRegistrationView(v))
	})
	page.Register("officer/registration with faults", func(v page.View) templ.Component {
		v.Faults, v.Typed = fault.List{ErrMeasure.At("measure")}, url.Values{"from": {"2026/12/01"}, "why": {page.HardNames[10]}}
		it := storyRegistrationView(v)
		it.Standing, it.Term = registry.Suspended, "名称使用停止"
		it.Suspension = registry.Suspension{From: person.DateOf(2026, 10, 1), Until: person.DateOf(2027, 3, 31)}
		return RegistrationPage(desk(v, "/officer/registrations"), it)
	})
	page.Register("officer/proposals", func(v page.View) templ.Component {
		return ProposalsPage(desk(v, "/officer/proposals"), []registry.Proposal{storyProposal(), storyProposal()})
	})
	page.Register("officer/proposals empty", func(v page.View) templ.Component { return ProposalsPage(desk(v, "/officer/proposals"), nil) })
	for name, by := range map[string]string{"to second": "makoto", "own": "keiko"} {
		page.Register("officer/proposal "+name, func(v page.View) templ.Component {
			it := ProposalView{Proposal: storyProposal(), Number: "第D-0123456号", Name: page.HardNames[1], By: storyOfficer}
			it.Proposal.By = actor.Officer(by, "sssc", actor.Registrar)
			return ProposalPage(desk(v, "/officer/proposals"), it)
		})
	}
	page.Register("officer/proposal declined", func(v page.View) templ.Component {
		it := ProposalView{Proposal: storyProposal(), Number: "第D-0123456号", Name: page.HardNames[1], By: storyOfficer}
		it.State, it.DecidedAt, it.Decider, it.Note = registry.ProposalDeclined, page.StoryNow(), storyOfficer, "聴聞がまだ終わっていない"
		return ProposalPage(desk(v, "/officer/proposals"), it)
	})
}

func storyProposal() registry.Proposal {
	p := registry.Proposal{ID: "p", Registration: "r", Body: "sssc", Kinds: []registry.ChangeKind{registry.ChangedRemoval}, EffectiveOn: person.DateOf(2026, 11, 23),
		Cause: registry.Cause{Kind: "officer", Reason: "本人の申請（社会福祉士及び介護福祉士法）"}, By: actor.Officer("makoto", "sssc", actor.Registrar),
		ProposedAt: page.StoryNow(), State: registry.ProposalOpen}
	p.After.End = registry.End{On: p.EffectiveOn, As: registry.Removed, Reason: "voluntary"}
	return p
}

func storyRegistrationView(v page.View) RegistrationView {
	r := storyRegistration()
	it := RegistrationView{Registration: r, Name: storyNames(v)["certified-care-worker"], By: storyOfficer, Proposals: []registry.Proposal{storyProposal()}}
	for i, k := range []registry.ChangeKind{registry.ChangedEnrolment, registry.ChangedName, registry.ChangedAddress} {
		it.History = append(it.History, registry.Entry{Version: i + 1, Kinds: []registry.ChangeKind{k}, EffectiveOn: person.DateOf(2015+i, 4, 10),
			RecordedAt: page.StoryNow(), Cause: registry.Cause{Kind: []string{"import", "application", "application"}[i]}})
	}
	code := must(credential.NewCode(zeros{}))
	it.Certificates = []issue.Certificate{{Code: code, IssuedOn: person.DateOf(2026, 11, 23), State: issue.StateReleased, Status: credential.Valid},
		{Code: code, IssuedOn: person.DateOf(2025, 4, 1), State: issue.StateReleased, Status: credential.Changed}}
	return it
}

// zeros is a source of chance without any.
type zeros struct{}

// Read fills b with zeros.
func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func moneyStories() {
	page.Register("officer/money", func(v page.View) templ.Component {
		v.Faults, v.Typed = fault.List{payment.ErrNote.At("note_2")}, url.Values{"note": {""}}
		it := MoneyView{May: true}
		for i, k := range []payment.TaskKind{payment.TaskLate, payment.TaskDisputed, payment.TaskRefundFailed} {
			it.Tasks = append(it.Tasks, payment.Task{ID: string(rune('1' + i)), Application: "a", Payment: "pi_3PQ5mBLkdIwHu7ix1Hq2N0Yz", Kind: k, Amount: 500, OpenedAt: page.StoryNow()})
		}
		it.Notices = []payment.TaxNotice{{ID: "9", ApplicationNumber: "20261120-0001", Amount: 1000, Law: "登録免許税法31条1項2号", PaidAt: page.StoryNow(), Payment: "pi_3PQ5mBLkdIwHu7ix1Hq2N0Yz"}}
		return MoneyPage(desk(v, "/officer/money"), it)
	})
	page.Register("officer/money empty", func(v page.View) templ.Component { return MoneyPage(desk(v, "/officer/money"), MoneyView{}) })
	page.Register("officer/refusals", func(v page.View) templ.Component {
		return RefusalsPage(desk(v, "/officer/refusals"), []RefusalView{
			{Refusal: issue.Refusal{Registration: "r", Item: "name", Glyph: "𠮷", Codepoint: "U+20BB7", Reason: "paper.not_yet", RefusedAt: page.StoryNow()}, Number: "第D-0123456号"},
			{Refusal: issue.Refusal{Registration: "r", Item: "own-key", Reason: "paper.too_long", RefusedAt: page.StoryNow()}, Number: "第D-0123457号"},
		})
	})
	page.Register("officer/refusals empty", func(v page.View) templ.Component { return RefusalsPage(desk(v, "/officer/refusals"), nil) })
}
