package public

import (
	"net/url"
	"time"

	"github.com/a-h/templ"

	"qualsys/internal/fault"
	"qualsys/issue/credential"
	"qualsys/verifier"
	"qualsys/web/page"
)

func init() {
	page.Register("public/landing", LandingPage)
	page.Register("public/help", HelpPage)
	page.Register("public/privacy", PrivacyPage)
	page.Register("public/verify", VerifyPage)
	page.Register("public/q", func(v page.View) templ.Component {
		return QPage(v, Pinned{Trust: "/.well-known/qualsys/trust.cose"})
	})
	page.Register("public/verify with faults", func(v page.View) templ.Component {
		v.Faults = fault.List{
			credential.ErrCodeLength.With("count", 15).At("code"), verifier.ErrBirth.At("birth"), ErrFileMissing.At("file"),
		}
		v.Typed = url.Values{"code": {"7K3M-9PQX-0ABC-DEF"}, "birth": {"ねずみ年"}}
		return VerifyPage(v)
	})
	for i, s := range answerStories {
		page.Register("public/verdict "+s.name, func(v page.View) templ.Component {
			return VerdictPage(v, storyAnswer(s.change, page.HardNames[i%len(page.HardNames)]))
		})
	}
}

type answerStory struct {
	name   string
	change func(*verifier.Verification)
}

// answerStories are the verdicts in each of their reasons.
var answerStories = []answerStory{
	{"in_force", func(*verifier.Verification) {}},
	{"in_force longest", func(*verifier.Verification) {}},
	{"changed", func(v *verifier.Verification) { v.Verdict = verifier.Changed }},
	{"suspended", func(v *verifier.Verification) {
		v.Verdict, v.Term, v.Until = verifier.Suspended, "名称使用停止（名称の使用停止命令）", "2027/02/28"
	}},
	{"ended reissued", func(v *verifier.Verification) { v.Verdict, v.Reason = verifier.Ended, verifier.Reissued }},
	{"ended expired", func(v *verifier.Verification) { v.Verdict, v.Reason = verifier.Ended, verifier.Expired }},
	{"ended not registered", func(v *verifier.Verification) { v.Verdict, v.Reason = verifier.Ended, verifier.NotRegistered }},
	{"not_genuine disagrees", func(v *verifier.Verification) {
		v.Verdict, v.Reason, v.Says = verifier.NotGenuine, verifier.Disagrees, nil
		v.Checks[4].Result, v.Checks[4].Fields = verifier.Failed, []string{"name", "birth"}
	}},
	{"not_genuine look-alike", func(v *verifier.Verification) {
		v.Verdict, v.Reason, v.Host, v.Says, v.Checks = verifier.NotGenuine, verifier.LookAlike, "qualsys.example.xn--p1ai.attacker.example", nil, v.Checks[:1]
		v.Checks[0].Result = verifier.Failed
	}},
	{"not_genuine agency", func(v *verifier.Verification) {
		v.Verdict, v.Reason, v.Says, v.Checks = verifier.NotGenuine, verifier.Agency, nil, nil
	}},
	{"cannot_confirm", func(v *verifier.Verification) {
		v.Verdict, v.AsOf = verifier.CannotConfirm, nil
		v.LastKnown = &verifier.LastKnown{Status: credential.Valid, At: page.StoryNow()}
		v.Checks[6].Result = verifier.Unknown
	}},
	{"in_force code without birth date", func(v *verifier.Verification) {
		v.Input, v.Hidden = verifier.FromCode, true
		v.Says.Name, v.Says.Number, v.Says.Birth = "", "", ""
	}},
}

func storyAnswer(change func(*verifier.Verification), name string) Answer {
	at := page.StoryNow().Add(-40 * time.Second)
	v := verifier.Verification{
		Verdict: verifier.InForce, Input: verifier.FromFile, AsOf: &at, CheckedAt: page.StoryNow(),
		Says: &verifier.Says{
			Title: "介護福祉士", TitleEnglish: "Certified Care Worker", Issuer: "公益財団法人 社会福祉振興・試験センター",
			IssuerEnglish: "Center of Social Welfare Promotion and National Examination",
			Number:        "第D-0123456号", Name: name, Birth: "1990/07/21", Issued: "2026/11/20", Code: "3AHR-Z6DM-V29G-QY5G",
		},
		Etsi: verifier.ETSI{Indication: "TOTAL-PASSED"},
	}
	for _, id := range verifier.CheckIDs {
		source := "certificate"
		switch id {
		case verifier.CheckIssueLog:
			source = "issue_log"
		case verifier.CheckStatus, verifier.CheckRegister:
			source = "register"
		}
		v.Checks = append(v.Checks, verifier.Check{ID: id, Result: verifier.Passed, Source: source, At: &at})
	}
	change(&v)
	return Answer{Verification: v, Now: page.StoryNow()}
}
