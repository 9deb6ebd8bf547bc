package public

import (
	"strings"
	"time"

	"qualsys/issue/credential"
	"qualsys/verifier"
	"qualsys/web/page"
)

// Answer is a verification as a person reads it: the sentences chosen, the
// times written out. The browser makes the same of what it has found itself.
type Answer struct {
	Verification verifier.Verification
	// Now decides which times are "today".
	Now time.Time
	// InBrowser is set where the phone itself has verified and the server has
	// not been asked: the button that asks it is shown.
	InBrowser bool
}

// reasons that have words of their own; every other reason reads as none.
var ownWords = map[verifier.Verdict]map[verifier.Reason]bool{
	verifier.Ended: {verifier.Reissued: true, verifier.IssuedInError: true, verifier.Expired: true, verifier.NotRegistered: true},
	verifier.NotGenuine: {
		verifier.Foreign: true, verifier.Agency: true, verifier.Damaged: true, verifier.Altered: true,
		verifier.NotIssued: true, verifier.Forged: true, verifier.Disagrees: true, verifier.LookAlike: true,
	},
}

// reason returns the verdict's reason where it has words of its own, else "".
func (a Answer) reason() verifier.Reason {
	r := a.Verification.Reason
	if ownWords[a.Verification.Verdict][r] {
		return r
	}
	return ""
}

// code joins what is asked for with verdict and reason: sentence_ended_expired.
// Without words for the reason, those of the verdict stand.
func (a Answer) code(what string) string {
	c := "public." + what + "_" + string(a.verdict())
	if r := a.reason(); r != "" && page.Has(page.Ja, c+"_"+string(r)) {
		return c + "_" + string(r)
	}
	return c
}

// verdict is one of the six; an unknown word is never shown as good.
func (a Answer) verdict() page.Verdict {
	switch a.Verification.Verdict {
	case verifier.InForce, verifier.Changed, verifier.Suspended, verifier.Ended, verifier.NotGenuine:
		return page.Verdict(a.Verification.Verdict)
	}
	return page.CannotConfirm
}

// sentence is the verdict in one sentence (DESIGN §6).
func (a Answer) sentence(v page.View) string {
	switch a.verdict() {
	case page.Suspended:
		return v.T("public.sentence_suspended" + suspension(a.Verification.Term))
	case page.CannotConfirm:
		if k := a.Verification.LastKnown; k != nil && k.Status != 0 {
			return v.T("public.sentence_cannot_confirm_last", "at", page.When(v.Lang, k.At, a.Now), "status", v.T(lastKnown(k.Status)))
		}
	}
	return v.T(a.code("sentence"))
}

// suspension chooses the words by the catalogue's term: what is suspended is
// the practice or the use of the name.
func suspension(term string) string {
	switch {
	case strings.Contains(term, "名称"):
		return "_name"
	case strings.Contains(term, "業務"):
		return "_practice"
	}
	return ""
}

func lastKnown(s credential.Status) string {
	switch s {
	case credential.Valid:
		return "public.was_valid"
	case credential.Changed:
		return "public.was_changed"
	case credential.Suspended:
		return "public.was_suspended"
	}
	return "public.was_revoked"
}

// next is the one thing to do now.
func (a Answer) next(v page.View) string {
	return v.T(a.code("next"), "host", a.Verification.Host)
}

// quotes tells whether what the certificate says is shown: never for what isn't genuine.
func (a Answer) quotes() bool {
	return a.Verification.Says != nil && a.verdict() != page.NotGenuine
}

// title is the qualification in the reader's language.
func (a Answer) title(v page.View) string {
	s := a.Verification.Says
	if v.Lang == page.En && s.TitleEnglish != "" {
		return s.TitleEnglish + " (" + s.Title + ")"
	}
	return s.Title
}

func (a Answer) issuer(v page.View) string {
	s := a.Verification.Says
	if v.Lang == page.En && s.IssuerEnglish != "" {
		return s.IssuerEnglish + " (" + s.Issuer + ")"
	}
	return s.Issuer
}

// asOf says as of when the state is, and from where it comes.
func (a Answer) asOf(v page.View) string {
	at := a.Verification.AsOf
	if at == nil {
		return v.T("public.checked_at", "at", page.DateTime(v.Lang, a.Verification.CheckedAt))
	}
	source := a.Verification.Check(verifier.CheckStatus).Source
	return v.T("public.as_of", "at", page.DateTime(v.Lang, *at), "source", v.T(sourceCode(source)))
}

// sourceCode is the message that names where something was learned.
func sourceCode(source string) string {
	if c := "public.source_" + source; page.Has(page.Ja, c) {
		return c
	}
	return "public.source_register"
}

// checks are the checks that were asked for, in order.
func (a Answer) checks() []verifier.Check {
	var out []verifier.Check
	for _, c := range a.Verification.Checks {
		if c.Result != verifier.NotAsked {
			out = append(out, c)
		}
	}
	return out
}

// checkText is the sentence of a check, "" where its result says all.
func checkText(v page.View, c verifier.Check) string {
	if c.Code != "" && page.Has(v.Lang, c.Code) {
		return v.T(c.Code)
	}
	return ""
}

// checkLines are what is told of a check below its name.
func checkLines(v page.View, c verifier.Check) []string {
	var out []string
	for _, line := range []string{checkText(v, c), checkFields(v, c), checkWhere(v, c)} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// checkFields names the fields that differ, never their values.
func checkFields(v page.View, c verifier.Check) string {
	if len(c.Fields) == 0 {
		return ""
	}
	names := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		names[i] = f
		if code := "public.field_" + f; page.Has(v.Lang, code) {
			names[i] = v.T(code)
		}
	}
	return v.T("public.fields_differ", "fields", strings.Join(names, v.T("public.comma")))
}

// checkWhere says where and when a check got its answer.
func checkWhere(v page.View, c verifier.Check) string {
	if c.Source == "" {
		return ""
	}
	source := v.T(sourceCode(c.Source))
	if c.At == nil {
		return v.T("public.learned_from", "source", source)
	}
	return v.T("public.as_of", "at", page.DateTime(v.Lang, *c.At), "source", source)
}

func checkIcon(r verifier.Result) string {
	switch r {
	case verifier.Passed:
		return "tick"
	case verifier.Failed:
		return "cross"
	}
	return "question"
}

// information are the rows of 証明書情報.
func (a Answer) information(v page.View) []page.Row {
	s := a.Verification.Says
	if s == nil {
		return nil
	}
	rows := []page.Row{
		{Label: v.T("public.info_issuer"), Value: a.issuer(v)},
		{Label: v.T("public.info_subject"), Value: s.Title},
	}
	for _, r := range []struct{ code, value string }{
		{"public.info_code", s.Code}, {"public.info_birth", s.Birth}, {"public.info_issued", s.Issued},
	} {
		if r.value != "" {
			rows = append(rows, page.Row{Label: v.T(r.code), Value: r.value})
		}
	}
	validity := s.Expiry
	if validity == "" {
		validity = v.T("public.info_no_expiry")
	}
	rows = append(rows, page.Row{Label: v.T("public.info_validity"), Value: validity})
	if t := a.Verification.Term; t != "" {
		rows = append(rows, page.Row{Label: v.T("public.info_term"), Value: t})
	}
	if u := a.Verification.Until; u != "" {
		rows = append(rows, page.Row{Label: v.T("public.info_until"), Value: u})
	}
	if e := a.Verification.Etsi; e.Indication != "" {
		rows = append(rows, page.Row{Label: "ETSI EN 319 102-1", Value: strings.TrimSuffix(e.Indication+" / "+e.SubIndication, " / ")})
	}
	return rows
}
