package registry

import (
	"encoding/json"
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry/person"
)

// ProcedureKind is what a person can ask a register for.
type ProcedureKind string

// The procedures.
const (
	ProcedureNew            ProcedureKind = "new"
	ProcedureChangeName     ProcedureKind = "change-name"
	ProcedureChangeDomicile ProcedureKind = "change-domicile"
	ProcedureChangeAddress  ProcedureKind = "change-address"
	ProcedureReissue        ProcedureKind = "reissue"
	ProcedureRemoval        ProcedureKind = "removal"
	ProcedureRenewal        ProcedureKind = "renewal"
)

// The legal nature of a procedure (行政手続法 2条, 37条).
const (
	// ActApplication 申請: decided by the body.
	ActApplication = "application"
	// ActNotification 届出: complete on proper arrival; checked and recorded.
	ActNotification = "notification"
)

// Where a procedure is filed.
const (
	ChannelOnline   = "online"
	ChannelPaper    = "paper"
	ChannelCounter  = "counter"
	ChannelExternal = "external-url"
)

// When a procedure is paid.
const (
	PayAtSubmit      = "submit"
	PayAfterApproval = "approval"
	PayNothing       = "none"
)

// EffectiveImmediate: a procedure takes effect on the day it is recorded.
const EffectiveImmediate = "immediate"

// What a procedure does to certificates that exist.
const (
	CertificateNone      = "none"
	CertificateSupersede = "supersede"
	CertificateReissue   = "reissue_kill"
	CertificateNew       = "new"
	CertificateEnd       = "end"
)

// Deadline is until when the law wants a procedure filed.
type Deadline struct {
	// Days counts from the day after From; 0 where the law names no number.
	Days int `json:"days,omitempty" yaml:"days"`
	// Rule is "without-delay" (遅滞なく), "promptly" (速やかに) or "".
	Rule string `json:"rule,omitempty" yaml:"rule"`
	// From is what the time runs from: "event", "approval", ….
	From string `json:"from,omitempty" yaml:"from"`
	// LateReason says that a late filing must give its reason.
	LateReason bool `json:"late_reason,omitempty" yaml:"late_reason"`
}

// ProcedureRow is what a procedure of a qualification asks and costs from one
// day to another. A stored row never changes: a fee that changes on a date is a
// new row, and an application keeps the ID of the row of the day it arrived.
// Empty strings and lists, and amounts that are not known, mean that no source
// says it.
type ProcedureRow struct {
	ID            string
	Qualification string
	Kind          ProcedureKind
	Act           string
	Channel       string
	WhoMayFile    []string
	Trigger       string
	Deadline      Deadline
	// EvidenceAuto is what registers are asked for; EvidenceAttach what the person still adds.
	EvidenceAuto   []string
	EvidenceAttach []string
	// OldCertificate says what becomes of the paper: "keep", "return", "destroy" or "".
	OldCertificate string
	// Tax (登録免許税) and Charge (手数料) are whole yen; they count only where Known.
	Tax         int64
	TaxKnown    bool
	Charge      int64
	ChargeKnown bool
	PayWhen     string
	// ReviewDays is 標準処理期間 in the body's working days; 0 is unknown.
	ReviewDays        int
	Effective         string
	CertificateEffect string
	NoticeSet         string
	LegalBasis        string
	ValidFrom         person.Date
	ValidTo           person.Date
	Confidence        string
	Note              string
}

// Priced reports whether both amounts are known, so that a holder can be told
// before sending what it costs.
func (p ProcedureRow) Priced() bool { return p.TaxKnown && p.ChargeKnown }

// Free reports whether both amounts are known to be nothing.
func (p ProcedureRow) Free() bool { return p.Priced() && p.Tax == 0 && p.Charge == 0 }

// Online reports whether the procedure can be filed here.
func (p ProcedureRow) Online() bool { return p.Channel == ChannelOnline && p.Priced() }

type procedureRow struct {
	ID                string
	Qualification     string
	Procedure         ProcedureKind
	Act               string
	Channel           string
	WhoMayFile        string
	Occasion          string
	DeadlineDays      int
	DeadlineRule      string
	DeadlineFrom      string
	LateReason        bool
	EvidenceAuto      string
	EvidenceAttach    string
	OldCertificate    string
	TaxYen            *int64
	ChargeYen         *int64
	PayWhen           string
	ReviewDays        int
	Effective         string
	CertificateEffect string
	NoticeSet         string
	LegalBasis        string
	ValidFromOn       person.Date
	ValidToOn         person.Date
	Confidence        string
	Note              string
}

func (procedureRow) TableName() string { return "procedures" }

func newProcedureRow(p ProcedureRow) procedureRow {
	row := procedureRow{
		ID: p.ID, Qualification: p.Qualification, Procedure: p.Kind, Act: p.Act, Channel: p.Channel,
		WhoMayFile: listText(p.WhoMayFile), Occasion: p.Trigger,
		DeadlineDays: p.Deadline.Days, DeadlineRule: p.Deadline.Rule, DeadlineFrom: p.Deadline.From, LateReason: p.Deadline.LateReason,
		EvidenceAuto: listText(p.EvidenceAuto), EvidenceAttach: listText(p.EvidenceAttach), OldCertificate: p.OldCertificate,
		PayWhen: p.PayWhen, ReviewDays: p.ReviewDays, Effective: p.Effective, CertificateEffect: p.CertificateEffect,
		NoticeSet: p.NoticeSet, LegalBasis: p.LegalBasis, ValidFromOn: p.ValidFrom, ValidToOn: p.ValidTo,
		Confidence: p.Confidence, Note: p.Note,
	}
	if p.TaxKnown {
		row.TaxYen = &p.Tax
	}
	if p.ChargeKnown {
		row.ChargeYen = &p.Charge
	}
	return row
}

func (row procedureRow) procedure() (ProcedureRow, error) {
	p := ProcedureRow{
		ID: row.ID, Qualification: row.Qualification, Kind: row.Procedure, Act: row.Act, Channel: row.Channel, Trigger: row.Occasion,
		Deadline:       Deadline{row.DeadlineDays, row.DeadlineRule, row.DeadlineFrom, row.LateReason},
		OldCertificate: row.OldCertificate, PayWhen: row.PayWhen, ReviewDays: row.ReviewDays, Effective: row.Effective,
		CertificateEffect: row.CertificateEffect, NoticeSet: row.NoticeSet, LegalBasis: row.LegalBasis,
		ValidFrom: row.ValidFromOn, ValidTo: row.ValidToOn, Confidence: row.Confidence, Note: row.Note,
	}
	if row.TaxYen != nil {
		p.Tax, p.TaxKnown = *row.TaxYen, true
	}
	if row.ChargeYen != nil {
		p.Charge, p.ChargeKnown = *row.ChargeYen, true
	}
	for from, to := range map[*string]*[]string{
		&row.WhoMayFile: &p.WhoMayFile, &row.EvidenceAuto: &p.EvidenceAuto, &row.EvidenceAttach: &p.EvidenceAttach,
	} {
		if err := json.Unmarshal([]byte(*from), to); err != nil {
			return p, fmt.Errorf("registry: procedure %s: %w", row.ID, err)
		}
	}
	return p, nil
}

func listText(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(list) // strings: can't fail
	return string(b)
}

// Procedure returns the row of a procedure on a day, or ErrNoProcedure.
func Procedure(tx *store.Tx, qualification string, kind ProcedureKind, on person.Date) (ProcedureRow, error) {
	return oneProcedure(tx, "qualification = ? AND procedure = ? AND "+validOn, qualification, kind, on, on)
}

// ProcedureByID returns the row that an application has kept, or ErrNoProcedure.
func ProcedureByID(tx *store.Tx, id string) (ProcedureRow, error) {
	return oneProcedure(tx, "id = ?", id)
}

func oneProcedure(tx *store.Tx, where string, args ...any) (ProcedureRow, error) {
	var row procedureRow
	switch err := store.One(tx.Where(where, args...).Order("valid_from_on DESC"), &row); {
	case err == store.ErrNone:
		return ProcedureRow{}, ErrNoProcedure
	case err != nil:
		return ProcedureRow{}, fmt.Errorf("registry: read the catalogue: %w", err)
	}
	return row.procedure()
}

// Procedures returns the procedures of a qualification on a day.
func Procedures(tx *store.Tx, qualification string, on person.Date) ([]ProcedureRow, error) {
	var rows []procedureRow
	if err := tx.Where("qualification = ?", qualification).Where(validOn, on, on).Order("procedure").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("registry: read the catalogue: %w", err)
	}
	out := make([]ProcedureRow, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.procedure(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
