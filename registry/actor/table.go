package actor

// Action is something that an actor may or may not do.
type Action string

// The actions. Each has a line in the table; one that has none is refused.
const (
	ViewRegistration   Action = "registration.view"
	SearchRegistration Action = "registration.search"
	Enrol              Action = "registration.enrol"
	ChangeRegistration Action = "registration.change"
	CorrectEntry       Action = "registration.correct"
	ProposeMeasure     Action = "registration.propose"
	SecondMeasure      Action = "registration.second"
	LapseRegistration  Action = "registration.lapse"

	FileApplication   Action = "application.file"
	ViewApplication   Action = "application.view"
	ReviewApplication Action = "application.review"
	DecideApplication Action = "application.decide"
	MoveApplication   Action = "application.move" // by a rule: evidence came, payment came, time passed

	RequestLink Action = "link.request"
	DecideLink  Action = "link.decide"

	IssueCertificate  Action = "certificate.issue"
	FetchCertificate  Action = "certificate.fetch"
	RevokeCertificate Action = "certificate.revoke"
	ReportLoss        Action = "certificate.report_loss"

	Pay          Action = "payment.pay"
	RecordMoney  Action = "payment.record"
	RefundMoney  Action = "payment.refund"
	SendNotice   Action = "notice.send"
	AskEvidence  Action = "evidence.ask"
	ViewEvidence Action = "evidence.view"

	EditTemplate    Action = "template.edit"
	PublishTemplate Action = "template.publish"

	LoadCatalogue Action = "catalogue.load"
	LoadSample    Action = "sample.load"
	VerifyAudit   Action = "audit.verify"
)

type grant struct {
	kind Kind
	role Role // "" for kinds that have none
}

func officer(roles ...Role) []grant {
	g := make([]grant, len(roles))
	for i, r := range roles {
		g[i] = grant{KindOfficer, r}
	}
	return g
}

func with(g []grant, kinds ...Kind) []grant {
	for _, k := range kinds {
		g = append(g, grant{kind: k})
	}
	return g
}

// table is the one permission table.
var table = map[Action][]grant{
	ViewRegistration:   with(officer(Reviewer, Registrar, Supervisor), KindHolder, KindSystem, KindOperator),
	SearchRegistration: with(officer(Reviewer, Registrar, Supervisor), KindSystem, KindOperator),
	Enrol:              with(officer(Registrar), KindSystem, KindOperator),
	ChangeRegistration: with(officer(Reviewer, Registrar), KindSystem),
	CorrectEntry:       officer(Registrar),
	ProposeMeasure:     officer(Registrar),
	SecondMeasure:      officer(Registrar, Supervisor),
	LapseRegistration:  with(nil, KindSystem),

	FileApplication:   with(nil, KindHolder),
	ViewApplication:   with(officer(Reviewer, Registrar, Supervisor), KindHolder, KindSystem),
	ReviewApplication: officer(Reviewer, Supervisor),
	DecideApplication: officer(Reviewer, Supervisor),
	MoveApplication:   with(nil, KindSystem),

	RequestLink: with(nil, KindHolder),
	DecideLink:  with(officer(Reviewer, Supervisor), KindSystem),

	IssueCertificate:  with(officer(Reviewer, Registrar), KindHolder, KindSystem),
	FetchCertificate:  with(officer(Reviewer, Registrar, Supervisor), KindHolder, KindSystem),
	RevokeCertificate: with(officer(Registrar, Supervisor), KindSystem),
	ReportLoss:        with(officer(Reviewer, Registrar), KindHolder),

	Pay:          with(nil, KindHolder),
	RecordMoney:  with(nil, KindSystem),
	RefundMoney:  with(officer(Reviewer, Supervisor), KindSystem),
	SendNotice:   with(officer(Reviewer, Registrar, Supervisor), KindSystem),
	AskEvidence:  with(officer(Reviewer), KindSystem),
	ViewEvidence: with(officer(Reviewer, Registrar, Supervisor), KindSystem),

	EditTemplate:    officer(Configurer),
	PublishTemplate: with(officer(Configurer, Supervisor), KindOperator),

	LoadCatalogue: with(nil, KindOperator),
	LoadSample:    with(nil, KindOperator),
	VerifyAudit:   with(officer(Supervisor), KindSystem, KindOperator),
}
