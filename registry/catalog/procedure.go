package catalog

import (
	"gopkg.in/yaml.v3"

	"qualsys/registry"
)

var (
	kinds = []string{
		string(registry.ProcedureNew), string(registry.ProcedureChangeName), string(registry.ProcedureChangeDomicile),
		string(registry.ProcedureChangeAddress), string(registry.ProcedureReissue), string(registry.ProcedureRemoval), string(registry.ProcedureRenewal),
	}
	filers = []string{"self", "legal-representative", "agent", "scrivener", "death-notifier"}
	autos  = []string{"resident-register", "family-register"}
	papers = []string{
		"nationality-proof-of-foreigners", "medical-certificate", "examination-pass", "examination-pass-or-diploma",
		"other-register-entry", "practice-or-course", "photograph",
	}
	notices = []string{"registration", "change", "address", "reissue", "removal", "renewal"}
)

func (r *reader) procedure(n *yaml.Node) registry.ProcedureRow {
	var p registry.ProcedureRow
	var kind string
	r.mapping(n, "procedure", []string{"procedure", "who_may_file", "effective", "certificate_effect", "legal_basis", "valid_from", "confidence"}, map[string]field{
		"procedure":    r.oneOf(&kind, kinds...),
		"act":          r.oneOf(&p.Act, registry.ActApplication, registry.ActNotification),
		"channel":      r.oneOf(&p.Channel, registry.ChannelOnline, registry.ChannelPaper, registry.ChannelCounter, registry.ChannelExternal),
		"who_may_file": r.someOf(&p.WhoMayFile, filers...),
		"trigger":      r.text(&p.Trigger),
		"deadline": func(n *yaml.Node) {
			r.mapping(n, "deadline", []string{"from"}, map[string]field{
				"days": r.count(&p.Deadline.Days, 1, 3660), "rule": r.oneOf(&p.Deadline.Rule, "without-delay", "promptly"),
				"from": r.oneOf(&p.Deadline.From, "event"), "late_reason": r.truth(&p.Deadline.LateReason),
			})
		},
		"evidence_auto":      r.someOf(&p.EvidenceAuto, autos...),
		"evidence_attach":    r.someOf(&p.EvidenceAttach, papers...),
		"old_certificate":    r.oneOf(&p.OldCertificate, "keep", "return", "destroy"),
		"tax":                r.amount(&p.Tax, &p.TaxKnown),
		"charge":             r.amount(&p.Charge, &p.ChargeKnown),
		"pay_when":           r.oneOf(&p.PayWhen, registry.PayAtSubmit, registry.PayAfterApproval, registry.PayNothing),
		"review_days":        r.count(&p.ReviewDays, 1, 366),
		"effective":          r.oneOf(&p.Effective, registry.EffectiveImmediate),
		"certificate_effect": r.oneOf(&p.CertificateEffect, registry.CertificateNone, registry.CertificateSupersede, registry.CertificateReissue, registry.CertificateNew, registry.CertificateEnd),
		"notice_set":         r.oneOf(&p.NoticeSet, notices...),
		"legal_basis":        r.text(&p.LegalBasis),
		"valid_from":         r.date(&p.ValidFrom),
		"valid_to":           r.date(&p.ValidTo),
		"confidence":         r.oneOf(&p.Confidence, confidences...),
		"note":               r.text(&p.Note),
	})
	p.Kind = registry.ProcedureKind(kind)
	switch {
	case p.PayWhen == registry.PayNothing && p.Tax+p.Charge > 0:
		r.say(n, "procedure %s: pay_when is none, but %d yen are owed", kind, p.Tax+p.Charge)
	case p.PayWhen != "" && p.PayWhen != registry.PayNothing && p.Free():
		r.say(n, "procedure %s: pay_when is %s, but nothing is owed", kind, p.PayWhen)
	}
	return p
}

// runnable asks for what a procedure needs before anybody can file it here.
func (r *reader) runnable(n *yaml.Node, q registry.Qualification, p registry.ProcedureRow) {
	if !q.Demo || p.Channel != registry.ChannelOnline {
		return
	}
	for what, missing := range map[string]bool{
		"tax": !p.TaxKnown, "charge": !p.ChargeKnown, "pay_when": p.PayWhen == "", "act": p.Act == "",
		"notice_set": p.NoticeSet == "", "review_days": p.ReviewDays == 0 && p.Kind != registry.ProcedureNew,
	} {
		if missing {
			r.say(n, "procedure %s is online in a qualification that is run: %q is missing", p.Kind, what)
		}
	}
}

// ready asks for what certificates of a qualification that is run will say.
func (r *reader) ready(n *yaml.Node, q registry.Qualification, registers int) {
	if q.Live && !q.Demo {
		r.say(n, "qualification %s is live and must be run: demo is missing", q.Code)
	}
	if !q.Demo {
		return
	}
	for what, missing := range map[string]bool{
		"registers": registers == 0, "number": q.Number.Pattern == "", "date_label": q.DateLabel == "",
		"issuer_title": q.IssuerTitle == "", "issuer_title_en": q.IssuerTitleEN == "", "standings": q.Term(registry.Suspended)+q.Term(registry.Revoked) == "",
	} {
		if missing {
			r.say(n, "qualification %s is run: %q is missing", q.Code, what)
		}
	}
}
