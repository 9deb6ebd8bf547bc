package application

// Owner is whose turn it is.
type Owner string

// The owners of a state.
const (
	HolderTurn  Owner = "holder"
	OfficerTurn Owner = "officer"
	SystemTurn  Owner = "system"
	OtherTurn   Owner = "other" // another authority or company
	NobodysTurn Owner = "none"  // the end
)

// Words returns whose turn it is for the holder, in lang ("ja" or "en").
func (o Owner) Words(lang string) string {
	words := map[Owner][2]string{HolderTurn: {"あなたの番です", "Your turn"}, OfficerTurn: {"職員が確認しています", "An officer is working on it"},
		SystemTurn: {"お待ちください", "Please wait"}, OtherTurn: {"照会先・決済会社を待っています", "Waiting for another party"}, NobodysTurn: {"終わりました", "Finished"}}
	return pick(words[o], lang)
}

// Bar is the position in the holder's five-step bar.
type Bar int

// The five steps of the bar; NoBar is shown for drafts and for what ended without an entry.
const (
	NoBar Bar = iota
	BarReceived
	BarChecked
	BarPaid
	BarRegistered
	BarCertificate
)

// BarWords returns the five labels in lang ("ja" or "en").
func BarWords(lang string) []string {
	if lang == "en" {
		return []string{"Received", "Checked", "Paid", "Registered", "Certificate"}
	}
	return []string{"受付", "確認", "支払い", "登録", "資格者証"}
}

// Info is what the screens and the documents say of a state.
type Info struct {
	State  State
	Owner  Owner
	Bar    Bar
	Ja, En string    // the word on the screen
	Hint   [2]string // what happens next, for the holder: ja, en
	Timer  string    // which date is shown as the next one
}

// Of returns what is said of s; the zero Info for what is no state.
func Of(s State) Info {
	for _, i := range infos {
		if i.State == s {
			return i
		}
	}
	return Info{}
}

// Words returns the state's word on the screen in lang ("ja" or "en").
func (s State) Words(lang string) string { i := Of(s); return pick([2]string{i.Ja, i.En}, lang) }

// HintWords returns what the holder reads beside the word.
func (i Info) HintWords(lang string) string { return pick(i.Hint, lang) }

var infos = []Info{
	{Draft, HolderTurn, NoBar, "下書き", "Draft", [2]string{"まだ送られていません。続きから入力できます。", "Not sent yet. You can go on where you stopped."}, "90 d: deleted"},
	{Submitted, SystemTurn, BarReceived, "受付", "Received", [2]string{"受け付けました。公的な情報の確認に進みます。", "Received. Public records are checked next."}, "evidence asked at once"},
	{DuplicateHold, OfficerTurn, BarReceived, "重複確認中", "Possible duplicate", [2]string{"同じ登録の手続がほかにも進んでいます。職員が確認します。", "Another application for the same entry is open. An officer will look."}, "2 business days"},
	{EvidencePending, OtherTurn, BarChecked, "公的情報を照会中", "Checking public records", [2]string{"住民票・戸籍の情報を確認しています。書類は要りません。", "Resident and family registers are being asked. No papers are needed."}, "next try; 24 h: officer"},
	{EvidenceWait, OtherTurn, BarChecked, "戸籍等の反映待ち", "Waiting for the registers", [2]string{"住民票・戸籍への反映を待っています。あなたの作業はありません。", "Waiting for the registers to show the change. Nothing to do for you."}, "daily; 35 tries: returned"},
	{EvidenceMismatch, OfficerTurn, BarChecked, "照合結果を確認中", "Result being looked at", [2]string{"照会の結果を職員が確認しています。", "An officer is looking at the answer of the registers."}, "2 business days"},
	{UnderReview, OfficerTurn, BarChecked, "審査中", "Under review", [2]string{"職員が内容を確認しています。", "An officer is checking your application."}, "standard period; 80 %: officer told"},
	{Returned, HolderTurn, BarChecked, "補正のお願い", "Please check", [2]string{"確認をお願いした項目だけ直してください。ほかの内容と受付の日はそのままです。", "Please mend only the items named. Everything else and the date of arrival are kept."}, "30 d"},
	{AwaitingPayment, HolderTurn, BarPaid, "支払い待ち", "Waiting for payment", [2]string{"承認されました。お支払いのあと登録します。支払うまでは取り下げられます。", "Approved. It is registered after payment. You can withdraw until you pay."}, "30 d"},
	{ApprovedNoFee, SystemTurn, BarRegistered, "承認済", "Approved", [2]string{"確認が終わりました。登録に進みます。お支払いはありません。", "Approved. Registration follows; nothing to pay."}, "at once"},
	{PaymentProcessing, OtherTurn, BarPaid, "支払い確認中", "Payment being confirmed", [2]string{"お支払いを確認しています。もう一度お支払いにならないでください。", "Your payment is being confirmed. Please do not pay again."}, "15 min: reconciliation"},
	{PaymentFailed, HolderTurn, BarPaid, "決済不成立", "Payment not accepted", [2]string{"カード会社の確認が取れませんでした。同じカードでも別のカードでもやり直せます。", "The card was not accepted. Try again with it or another."}, "30 d"},
	{PaymentSettled, SystemTurn, BarRegistered, "支払済", "Paid", [2]string{"お支払いを確認しました。登録に進みます。", "Payment confirmed. Registration follows."}, "at once"},
	{PaymentDispute, OfficerTurn, BarCertificate, "支払異議", "Payment disputed", [2]string{"お支払いの取消しの連絡がありました。資格者証はそのまま使えます。", "The payment was disputed. Your certificate stays as it is."}, "10 business days"},
	{Scheduled, SystemTurn, BarRegistered, "登録日待ち", "Registers on a set date", [2]string{"決まった日に登録します。前の日までは取り下げられます。", "It is registered on the date shown. You can withdraw until the day before."}, "base date"},
	{Registering, SystemTurn, BarRegistered, "登録処理中", "Being registered", [2]string{"登録しています。", "The register is being changed."}, "at once; crash: resumed"},
	{Registered, SystemTurn, BarCertificate, "登録済", "Registered", [2]string{"登録が終わりました。", "The register has been changed."}, "certificate within 60 s"},
	{CertificateIssued, NobodysTurn, BarCertificate, "資格者証発行済", "Certificate issued", [2]string{"新しい資格者証を取得できます。", "Your new certificate is ready."}, ""},
	{Rejected, NobodysTurn, NoBar, "不承認", "Not accepted", [2]string{"登録できないと決定しました。理由と不服申立ての方法をご覧ください。", "It was refused. See the reason and how to appeal."}, ""},
	{Withdrawn, NobodysTurn, NoBar, "取下げ", "Withdrawn", [2]string{"取り下げました。登録はもとのままです。", "Withdrawn. The register stays as it was."}, ""},
	{CancelledTimeout, NobodysTurn, NoBar, "期限切れ取消", "Closed after the time limit", [2]string{"期限を過ぎたため終わりました。資格は失われません。入力した内容は90日間写して使えます。", "Closed after the time limit. Your qualification is not affected. You can copy what you entered for 90 days."}, ""},
	{CancelledDeceased, NobodysTurn, NoBar, "手続終了", "Closed", [2]string{"この手続は終わりました。", "This procedure is closed."}, ""},
	{ErrorHold, OfficerTurn, BarChecked, "職員確認中", "An officer is looking", [2]string{"手続の途中で登録の内容が変わったため、職員が確認しています。お支払いの記録は残っています。", "The entry changed meanwhile; an officer is looking. Your payment is on record."}, "2 business days"},
	{Discarded, NobodysTurn, NoBar, "破棄", "Discarded", [2]string{"下書きを消しました。", "The draft was thrown away."}, ""},
}

func pick(words [2]string, lang string) string {
	if lang == "en" {
		return words[1]
	}
	return words[0]
}
