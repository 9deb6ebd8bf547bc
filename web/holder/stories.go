package holder

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/credential"
	"qualsys/issue/template"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web/identity"
	"qualsys/web/page"
)

// story registers a page of the room in one state.
func story(name, here string, what func(page.View) templ.Component) {
	page.Register("holder/"+name, func(v page.View) templ.Component {
		v.Area, v.User = page.Holder, &page.User{Name: page.HardNames[2]}
		v.Nav = page.HolderNav(v.Lang, here, 3)
		return what(v)
	})
}

// of binds the values of a story to its page.
func of[T any](what func(page.View, T) templ.Component, values T) func(page.View) templ.Component {
	return asPage(what, values)
}

// faulty shows a page as it comes back with faults and with what was typed.
func faulty[T any](what func(page.View, T) templ.Component, values T, typed map[string][]string, faults ...*fault.Fault) func(page.View) templ.Component {
	return func(v page.View) templ.Component {
		v.Faults, v.Typed = faults, typed
		return what(v, values)
	}
}

// hard returns the n-th of the hardest names that a register takes.
func hard(n int) person.Name {
	var names []person.Name
	for _, s := range page.HardNames {
		if name, err := person.ParseName(s); err == nil {
			names = append(names, name)
		}
	}
	return names[n%len(names)]
}

// parsed returns a value of a story, which is known to be good.
func parsed[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

var (
	careWorker = registry.Qualification{Code: "certified-care-worker", Name: "介護福祉士", English: "Certified Care Worker",
		Particulars: []string{"name", "birth_date", "domicile_prefecture", "address"}, Live: true,
		Number: registry.NumberPattern{Pattern: "第{prefix}{n}号", Prefix: "D-", Digits: 7}}
	attorney = registry.Qualification{Code: "labor-and-social-security-attorney", Name: "社会保険労務士",
		English: "Labor and Social Security Attorney", Particulars: []string{"name", "birth_date", "address"}, Live: true,
		Number: registry.NumberPattern{Digits: 8}}
	center = registry.Body{ID: "sssc", Name: "公益財団法人 社会福祉振興・試験センター",
		English: "Center of Social Welfare Promotion and National Examination"}
)

// storyHeld is a registration with the n-th hard name.
func storyHeld(n int) held {
	r := registry.Registration{ID: "R1", Register: 1, Qualification: careWorker.Code, Body: center.ID, Number: "第D-0123456号", Version: 2,
		Standing: registry.Active, RegisteredOn: person.DateOf(2015, 4, 10)}
	r.Name = hard(n)
	r.Kana = parsed(person.ParseKana("やまだ はなこ"))
	r.BirthDate = person.DateOf(1990, 7, 21)
	r.Domicile = parsed(person.ParseDomicile("神奈川県"))
	r.Address = parsed(person.ParseAddress("東京都世田谷区三軒茶屋２丁目１４番７号 コーポ三軒茶屋パークサイドレジデンス１２０３号室"))
	r.Items = []registry.Item{{Key: "exam_date", Value: "2015/03"}, {Key: "training", Value: "口腔内の喀痰吸引、鼻腔内の喀痰吸引（2016/03/10）"}}
	return held{Registration: r, Of: careWorker, Kept: center}
}

// with adds certificates in the given states, the newest first.
func (h held) with(all ...issue.Certificate) held {
	h.Certificates = all
	return h
}

// storyCertificate is a certificate of h.
func storyCertificate(h held, id string, status credential.Status, reason issue.Reason) issue.Certificate {
	return issue.Certificate{ID: issue.ID(id), Registration: h.ID, Qualification: careWorker.Code, State: issue.StateReleased, Status: status,
		Reason: reason, Code: parsed(credential.NewCode(strings.NewReader("the code of every story, which is nobody's certificate"))), IssuedOn: person.DateOf(2026, 11, 20), Size: 91_342,
		PreparedAt: page.StoryNow().Add(-70 * time.Hour), ReleasedAt: page.StoryNow().Add(-70 * time.Hour),
		Content: template.Content{Title: "介護福祉士資格証", English: careWorker.English,
			Name:   template.Item{Label: "氏名", English: "Name", Value: h.Name.String()},
			Birth:  template.Item{Label: "生年月日", English: "Date of birth", Value: "1990/07/21"},
			Number: template.Item{Label: "登録番号", English: "Registration number", Value: h.Number},
			Date:   template.Item{Label: "登録年月日", English: "Date of registration", Value: "2015/04/10"},
			Issuer: center.Name,
			Rows: []template.Row{{Label: "本籍地都道府県（国籍）", Value: "神奈川県"},
				{Label: "喀痰吸引等の実地研修を修了した行為", Value: "口腔内の喀痰吸引、鼻腔内の喀痰吸引（2016/03/10）"}}}}
}

func storyLogin() identity.Login {
	h := storyHeld(2)
	return identity.Login{ID: "L1", Kind: actor.KindHolder, Name: h.Name, Birth: h.BirthDate, Address: h.Address}
}

// storyOffers are what a care worker can apply for.
func storyOffers() []offered {
	return []offered{
		{Item: application.Name, Kind: application.Change, Fee: application.Fee{Charge: 500}, Priced: true, ReviewDays: 20, Paper: application.Keep, Online: true},
		{Item: application.Domicile, Kind: application.Change, Fee: application.Fee{Tax: 1000, Charge: 500}, Priced: true, ReviewDays: 20, DeadlineDays: 30, Paper: application.Give, Online: true},
		{Item: application.Address, Kind: application.Change, Priced: true, Notification: true, AtOnce: true, Paper: application.Keep, Online: true},
		{Kind: application.Reissue, Priced: true, ReviewDays: 20, Online: true, Paper: application.Keep},
	}
}

// storyHistory is an enrolment and a change of name and address in one.
func storyHistory(h held) []registry.Entry {
	before := h.State
	before.Name = hard(0)
	before.Address = parsed(person.ParseAddress("千葉県松戸市根本387-5"))
	return []registry.Entry{
		{ID: "E1", Registration: h.ID, Version: 1, Kinds: []registry.ChangeKind{registry.ChangedEnrolment}, EffectiveOn: h.RegisteredOn,
			RecordedAt: page.StoryNow().AddDate(-2, 0, 0), Cause: registry.Cause{Kind: "import"}, After: before},
		{ID: "E2", Registration: h.ID, Version: 2, Kinds: []registry.ChangeKind{registry.ChangedName, registry.ChangedAddress},
			EffectiveOn: person.DateOf(2026, 11, 20), RecordedAt: page.StoryNow().Add(-70 * time.Hour),
			Cause: registry.Cause{Kind: "application", Ref: "A1"}, Before: before, After: h.State},
	}
}
