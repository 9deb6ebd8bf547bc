package application

import (
	"strings"
	"unicode/utf8"
)

// ReturnReasons are the reasons for which an officer returns an item. The text
// is sent as it stands, followed by what the officer adds.
var ReturnReasons = []Reason{
	{"name_differs", "name", "入力された氏名が、照会した公的な情報と一致しませんでした。氏名の文字をもう一度ご確認ください。",
		"The name you entered does not agree with the public records. Please check each character.", []Way{Amend, Upload, Identifier}},
	{"kana_missing", "kana", "氏名のふりがなに確認したい点があります。ふりがなをもう一度入力してください。",
		"There is a question about the reading of your name. Please enter it once more.", []Way{Amend}},
	{"address_differs", "address", "入力された住所が、住民票の情報と一致しませんでした。番地や部屋番号をご確認ください。",
		"The address you entered does not agree with the resident register. Please check the numbers.", []Way{Amend, Upload}},
	{"domicile_differs", "domicile", "入力された本籍（都道府県・国籍）が、照会した公的な情報と一致しませんでした。",
		"The domicile you entered does not agree with the public records.", []Way{Amend, Upload, Identifier}},
	{"birth_differs", "birth_date", "登録簿の生年月日と、照会した公的な情報の生年月日が一致しませんでした。生年月日の分かる書類を添付してください。",
		"The date of birth in our register does not agree with the public records. Please attach a document that shows it.", []Way{Upload, Explain}},
	{"history_unclear", "family_record", "戸籍の情報から変更の経緯を確認できませんでした。戸籍抄本の画像、または16桁の戸籍電子証明書提供用識別符号をお送りください。",
		"The family register could not show how your name changed. Please send an image of the extract, or the 16-digit identifier for the electronic certificate.", []Way{Upload, Identifier}},
	{"not_reflected", "family_record", "変更が戸籍・住民票にまだ反映されていないようです。戸籍抄本の画像、または16桁の戸籍電子証明書提供用識別符号をお送りください。",
		"The registers do not show the change yet. Please send an image of the extract, or the 16-digit identifier for the electronic certificate.", []Way{Upload, Identifier}},
	{"unreadable", "family_record", "お送りいただいた画像を読み取れませんでした。明るい所で、全体が写るように撮り直してください。",
		"The image could not be read. Please take it again in good light, with the whole page in view.", []Way{Upload, Identifier}},
	{"other", "other", "次の点をご確認ください。", "Please check the following.", []Way{Explain, Upload}},
}

// RejectReasons are the reasons for a refusal, or for not accepting a notification.
var RejectReasons = []Reason{
	{"requirements", "", "法令に定める変更の要件を満たしていることを確認できませんでした。", "It could not be confirmed that the conditions of the law are met.", nil},
	{"not_proven", "", "変更の事実を確認できる情報が得られませんでした。", "Nothing could be had that proves the change.", nil},
	{"no_change", "", "登録されている内容と同じで、変更の必要がありませんでした。", "The register says so already; there is nothing to change.", nil},
	{"duplicate", "", "同じ内容の手続がすでに行われています。", "The same procedure has been done already.", nil},
	{"not_mended", "", "お願いした補正が、期限までに行われませんでした。", "What you were asked to mend was not mended in time.", nil},
	{"not_paid", "", "登録免許税または手数料が、期限までに納付されませんでした。", "The tax or the charge was not paid in time.", nil},
	{"other", "", "次の理由により登録できません。", "It cannot be registered for the following reason.", nil},
}

func reasonOf(list []Reason, code string) (Reason, bool) {
	for _, r := range list {
		if r.Code == code {
			return r, true
		}
	}
	return Reason{}, false
}

// ItemWords returns what a returned item is called in lang ("ja" or "en").
func ItemWords(item, lang string) string {
	words := map[string][2]string{"name": {"氏名", "Name"}, "kana": {"ふりがな", "Reading of the name"}, "address": {"住所", "Address"},
		"domicile": {"本籍（都道府県・国籍）", "Domicile (prefecture or nationality)"}, "birth_date": {"生年月日", "Date of birth"},
		"family_record": {"戸籍の確認", "Family register"}, "other": {"その他", "Other"}}
	return pick(words[item], lang)
}

// text is a return as it is sent: the reason, then the officer's own words.
func (q ReturnRequest) text(lang string) (string, Reason, error) {
	r, ok := reasonOf(ReturnReasons, q.Reason)
	note := strings.TrimSpace(q.Text)
	switch {
	case !ok, ItemWords(q.Item, "ja") == "", r.Code == "other" && note == "":
		return "", r, ErrReason
	case utf8.RuneCountInString(note) > MaxText:
		return "", r, ErrTooLong.With("max", MaxText)
	}
	return joinText(r.Words(lang), note), r, nil
}

// Preview shows each item as the holder will read it, in lang ("ja" or "en").
func (s *Service) Preview(items []ReturnRequest, lang string) ([]string, error) {
	out := make([]string, len(items))
	for i, q := range items {
		text, _, err := q.text(lang)
		if err != nil {
			return nil, err
		}
		out[i] = text
	}
	return out, nil
}

// Words returns what the holder reads, in lang ("ja" or "en"): the reason in
// that language and the officer's own words as written.
func (r ReturnItem) Words(lang string) string {
	if reason, ok := reasonOf(ReturnReasons, r.Reason); ok && lang == "en" {
		return joinText(reason.En, r.Note)
	}
	return r.Text
}

func joinText(reason, note string) string {
	if note == "" {
		return reason
	}
	return reason + "\n" + note
}
