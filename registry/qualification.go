package registry

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"qualsys/internal/store"
	"qualsys/registry/person"
)

// Body is who keeps registers (登録機関・資格管理団体).
type Body struct {
	ID   BodyID
	Name string
	// English is the body's name in English, as it prints on pages.
	English string
	// Kind is "national", "designated-body", "prefecture", "association" or "designated-school".
	Kind string
}

// RegisterInfo is a register (登録簿): one qualification kept by one body.
type RegisterInfo struct {
	No            RegisterNo
	Qualification string
	Body          BodyID
	// Issuer is ⑦ of the certificate as this register's body prints it, and the same in English.
	Issuer        string
	IssuerEnglish string
}

// Qualification is one kind of national qualification (資格), as the catalogue
// has it from one day to another. Unknown values are empty.
type Qualification struct {
	Code        string `json:"code"`
	Name        string `json:"name"`
	Kana        string `json:"kana,omitempty"`
	English     string `json:"english"`
	Wave        string `json:"wave,omitempty"`
	WaveNote    string `json:"wave_note,omitempty"`
	Registrants int    `json:"registrants,omitempty"`
	Law         string `json:"law,omitempty"`
	LawNumber   string `json:"law_number,omitempty"`
	Ministry    string `json:"ministry,omitempty"`
	Keeper      Keeper `json:"keeper"`
	// IssuerTitle is who issues the certificate of the law, with placeholders
	// where that depends on the register; see RegisterInfo.Issuer.
	IssuerTitle     string `json:"issuer_title,omitempty"`
	IssuerTitleEN   string `json:"issuer_title_en,omitempty"`
	IssuerTitleNote string `json:"issuer_title_note,omitempty"`
	// CertificateName is what the law calls its paper; CertificateTitle is ① of the digital certificate.
	CertificateName  string `json:"certificate_name,omitempty"`
	CertificateTitle string `json:"certificate_title"`
	TitleConflict    string `json:"title_conflict,omitempty"`
	// ReplacesOriginal is "yes", "no" or "unknown".
	ReplacesOriginal string         `json:"replaces_original"`
	Number           NumberPattern  `json:"number"`
	DateLabel        string         `json:"date_label,omitempty"`
	Photo            *bool          `json:"photo,omitempty"`
	Particulars      []string       `json:"particulars,omitempty"`
	Standings        []StandingTerm `json:"standings,omitempty"`
	Expiry           string         `json:"expiry,omitempty"`
	ExpiryYears      int            `json:"expiry_years,omitempty"`
	Kinds            []string       `json:"kinds,omitempty"`
	FeesAsOf         string         `json:"fees_as_of,omitempty"`
	Note             string         `json:"note,omitempty"`
	Sources          []string       `json:"sources,omitempty"`
	// Confidence is "high", "medium" or "low".
	Confidence string `json:"confidence"`
	// Live qualifications are online today; Demo ones are run by the demonstration.
	Live bool `json:"live,omitempty"`
	Demo bool `json:"demo,omitempty"`
	// ValidFrom and ValidTo bound the row; a zero ValidTo is open.
	ValidFrom person.Date `json:"-"`
	ValidTo   person.Date `json:"-"`
}

// Keeper is who keeps the registers of a qualification, as the law says it.
type Keeper struct {
	Kind          string `json:"kind" yaml:"kind"`
	Name          string `json:"name" yaml:"name"`
	PerPrefecture bool   `json:"per_prefecture,omitempty" yaml:"per_prefecture"`
}

// StandingTerm is what the law of a qualification calls a standing.
type StandingTerm struct {
	State string `json:"state" yaml:"state"`
	Term  string `json:"term" yaml:"term"`
}

// Term returns what the law of this qualification calls a standing, or "".
func (q Qualification) Term(s Standing) string {
	for _, t := range q.Standings {
		if t.State == s.String() {
			return t.Term
		}
	}
	return ""
}

// Registers reports whether the register of this qualification holds a
// particular: "name", "birth_date", "domicile_prefecture", "address", "sex", ….
func (q Qualification) Registers(particular string) bool {
	for _, p := range q.Particulars {
		if p == particular {
			return true
		}
	}
	return false
}

type bodyRow struct {
	ID       string
	Name     string
	English  string
	BodyKind string
}

func (bodyRow) TableName() string { return "bodies" }

func (row bodyRow) body() Body { return Body{BodyID(row.ID), row.Name, row.English, row.BodyKind} }

type registerRow struct {
	RegisterNo    RegisterNo
	Qualification string
	BodyID        string
	Issuer        string
	IssuerEnglish string
}

func (registerRow) TableName() string { return "registers" }

func (row registerRow) info() RegisterInfo {
	return RegisterInfo{row.RegisterNo, row.Qualification, BodyID(row.BodyID), row.Issuer, row.IssuerEnglish}
}

type qualificationRow struct {
	ID          string
	Code        string
	ValidFromOn person.Date
	ValidToOn   person.Date
	Live        bool
	Demo        bool
	ListOrder   int
	Content     string
}

func (qualificationRow) TableName() string { return "qualifications" }

func (row qualificationRow) qualification() (q Qualification, err error) {
	if err = json.Unmarshal([]byte(row.Content), &q); err != nil {
		return q, fmt.Errorf("registry: qualification %s: %w", row.ID, err)
	}
	q.ValidFrom, q.ValidTo, q.Live, q.Demo = row.ValidFromOn, row.ValidToOn, row.Live, row.Demo
	return q, nil
}

// GetBody returns a body, or ErrNotFound.
func GetBody(tx *store.Tx, id BodyID) (Body, error) {
	var row bodyRow
	err := store.One(tx.Where("id = ?", string(id)), &row)
	if err == store.ErrNone {
		err = ErrNotFound
	}
	return row.body(), err
}

// Bodies returns all bodies, by id.
func Bodies(tx *store.Tx) ([]Body, error) {
	var rows []bodyRow
	err := tx.Order("id").Find(&rows).Error
	out := make([]Body, len(rows))
	for i, row := range rows {
		out[i] = row.body()
	}
	return out, err
}

// GetRegister returns a register, or ErrNoRegister.
func GetRegister(tx *store.Tx, no RegisterNo) (RegisterInfo, error) {
	row, err := registerOf(tx, no)
	return row.info(), err
}

func registerOf(tx *store.Tx, no RegisterNo) (row registerRow, err error) {
	if err = store.One(tx.Where("register_no = ?", no), &row); err == store.ErrNone {
		err = ErrNoRegister
	}
	return row, err
}

// Registers returns the registers of a body, by number; of all bodies for "".
func Registers(tx *store.Tx, body BodyID) ([]RegisterInfo, error) {
	find := tx.Order("register_no")
	if body != "" {
		find = find.Where("body_id = ?", string(body))
	}
	return registerInfos(find)
}

func registerInfos(find *gorm.DB) ([]RegisterInfo, error) {
	var rows []registerRow
	err := find.Find(&rows).Error
	out := make([]RegisterInfo, len(rows))
	for i, row := range rows {
		out[i] = row.info()
	}
	return out, err
}

// RegistersOf returns the registers of a qualification, by number.
func RegistersOf(tx *store.Tx, qualification string) ([]RegisterInfo, error) {
	return registerInfos(tx.Where("qualification = ?", qualification).Order("register_no"))
}

// Qualifications returns the qualifications of the catalogue on a day, in the
// catalogue's order.
func Qualifications(tx *store.Tx, on person.Date) ([]Qualification, error) {
	var rows []qualificationRow
	if err := tx.Where(validOn, on, on).Order("list_order, code").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("registry: read the catalogue: %w", err)
	}
	out := make([]Qualification, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.qualification(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// QualificationOf returns a qualification as it is on a day, or ErrNoQualification.
func QualificationOf(tx *store.Tx, code string, on person.Date) (Qualification, error) {
	var row qualificationRow
	switch err := store.One(tx.Where("code = ?", code).Where(validOn, on, on).Order("valid_from_on DESC"), &row); {
	case err == store.ErrNone:
		return Qualification{}, ErrNoQualification
	case err != nil:
		return Qualification{}, fmt.Errorf("registry: read the catalogue: %w", err)
	}
	return row.qualification()
}

// validOn is the condition for the row of a day.
const validOn = "valid_from_on <= ? AND (valid_to_on IS NULL OR valid_to_on >= ?)"
