package template

import "slices"

// Plain is what the catalogue says of a qualification, as plain values.
type Plain struct {
	Qualification string // the catalogue's code
	Name, English string
	// Title is ① such as 介護福祉士資格証, Issuer ⑦; both may hold {placeholders}.
	Title, Issuer string
	// DateLabel is 登録年月日, 交付年月日, 授与年月日, 合格年月日, 修了年月日 or "".
	DateLabel string
	// Particulars are the catalogue's registered_particulars.
	Particulars []string
	// ReplacesOriginal is "yes", "no" or "unknown".
	ReplacesOriginal string
}

// dates are the labels of ⑤ and the day that they mean.
var dates = map[string]struct {
	english string
	day     DateKind
}{
	"登録年月日": {"Date of registration", Registered},
	"交付年月日": {"Date of issue", Issued},
	"発行年月日": {"Date of issue", Issued},
	"授与年月日": {"Date of award", Awarded},
	"合格年月日": {"Date of passing", Awarded},
	"修了年月日": {"Date of completion", Awarded},
}

// more are the rows of the back that only one qualification has (SERVICE §5.3).
// A row whose item the registration lacks is left out.
var more = map[string][]Field{
	"certified-care-worker":              {{Key: "training", Label: "喀痰吸引等の実地研修を修了した行為"}},
	"certified-public-psychologist":      {{Key: "fixed", Label: "登録証の名義", Value: "文部科学大臣・厚生労働大臣"}, {Key: "fixed", Label: "指定登録機関", Value: "一般財団法人公認心理師試験研修センター"}},
	"labor-and-social-security-attorney": {{Key: "specified", Label: "特定社会保険労務士の付記"}, {Key: "office", Label: "事務所"}, {Key: "association", Label: "所属する会"}, {Key: "practice", Label: "種別"}},
	"health-insurance-doctor":            {{Key: "department", Label: "医科・歯科の別"}, {Key: "bureau", Label: "管轄の厚生局"}, {Key: "base_number", Label: "医籍・歯科医籍の登録番号"}, {Key: "base_registered_on", Label: "医籍・歯科医籍の登録年月日"}},
	"health-insurance-pharmacist":        {{Key: "bureau", Label: "管轄の厚生局"}, {Key: "base_number", Label: "薬剤師名簿の登録番号"}, {Key: "base_registered_on", Label: "薬剤師名簿の登録年月日"}},
	"nurse":                              {{Key: "training", Label: "特定行為研修の修了区分"}},
	"nursery-teacher":                    {{Key: "requirement", Label: "資格を得た方法"}},
	"first-class-architect":              {{Key: "structural", Label: "構造設計一級建築士証"}, {Key: "equipment", Label: "設備設計一級建築士証"}, {Key: "course", Label: "最後に受けた定期講習"}},
	"registered-sales-clerk":             {{Key: "manager", Label: "店舗管理者の要件"}},
	"skill-training-course-completion":   {{Key: "courses", Label: "修了した技能講習"}},
}

// FromCatalogue makes the first design of a qualification: the nine items by
// the source document's rules, the back from what the register holds. Neither
// address, nor sex, nor the family register stands on the front, and the
// address not on the back either: a move then leaves the certificate as it is.
func FromCatalogue(p Plain) Design {
	label := p.DateLabel
	d, ok := dates[label]
	if !ok {
		label, d = "交付年月日", dates["交付年月日"]
	}
	design := Design{
		Title: p.Title, English: p.English, Issuer: p.Issuer, Day: d.day,
		Name:   Label{"氏名", "Name"},
		Birth:  Label{"生年月日", "Date of birth"},
		Number: Label{"登録番号", "Registration number"},
		Date:   Label{label, d.english},
	}
	if design.Title == "" {
		design.Title = p.Name + "資格証"
	}
	has := func(particular string) bool { return slices.Contains(p.Particulars, particular) }
	switch {
	case has("domicile_prefecture") && has("nationality"):
		design.Back = append(design.Back, Field{Key: "domicile", Label: "本籍地都道府県（国籍）"})
	case has("domicile_prefecture"):
		design.Back = append(design.Back, Field{Key: "domicile", Label: "本籍地都道府県"})
	}
	if has("exam_date") {
		design.Back = append(design.Back, Field{Key: "exam_date", Label: "試験合格年月"})
	}
	if has("exam_number") {
		design.Back = append(design.Back, Field{Key: "exam_number", Label: "合格証書番号"})
	}
	if rows, ok := more[p.Qualification]; ok {
		design.Back = append(design.Back, rows...)
	} else if has("training") {
		design.Back = append(design.Back, Field{Key: "training", Label: "修了した研修"})
	}
	if p.ReplacesOriginal != "yes" {
		design.Notes = append(design.Notes, Note{
			Text:    "この資格者証は、法令の登録証・免許証に代わるものではありません。",
			English: "This certificate does not replace the certificate or licence prescribed by law.",
		})
	}
	return design
}
