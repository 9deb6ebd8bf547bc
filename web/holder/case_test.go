package holder_test

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"qualsys/issue/application"
	"qualsys/registry/sample"
)

// approve has an officer approve what waits for it.
func (r *room) approve(at string) {
	r.t.Helper()
	r.settle()
	id := path.Base(at)
	c := get(r.apps.Case(r.t.Context(), reviewer, id))(r.t)
	get(r.apps.Approve(r.t.Context(), reviewer, id, c.Version, ""))(r.t)
	r.settle()
}

// draft begins a change and returns its address.
func (b *browser) draft(entry string) string {
	b.t.Helper()
	b.get(entry+"/change").post(entry+"/change").stands(200, "/my/applications/")
	return b.at.Path
}

// married files a change of name that the resident register shows.
func (r *room) married(b *browser, entry string) string {
	r.t.Helper()
	check(r.t, r.registers.Marry(sample.Hanako, "佐藤 花子", "さとう はなこ"))
	at := b.draft(entry)
	b.post(at, "screen", "choose", "items", "name")
	b.post(at, "screen", "check", "name", "佐藤 花子", "event_on", "2026/11/1")
	b.post(at, "screen", "kana", "kana", "さとう はなこ")
	b.post(at, "screen", "delivery", "paper", "keep", "electronic", "1")
	b.post(at+"/submit").stands(200, at).says("受け付けました")
	return at
}

// TestChangeOfName is scenario 2 as the holder sees it.
func TestChangeOfName(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	b.post(entry + "/certificate")
	old := b.at.Path
	check(t, r.registers.Marry(sample.Hanako, "佐藤 花子", "さとう はなこ"))
	b.get(entry+"/change").says("いるもの", "いらないもの", "かかる日数・かかるお金", "手数料 500円")
	at := b.draft(entry)
	b.says("全6画面のうち1番目", "住民票と違っています").says(`value="name" checked`)
	b.post(at, "screen", "choose", "items", "name").stands(200, at).says("全6画面のうち2番目", "山田 花子", "佐藤 花子", "前の画面に戻る")
	b.post(at, "screen", "check", "name", "佐藤 花子", "event_on", "").says("新しい氏名のふりがな")
	b.post(at, "screen", "kana", "kana", "SATO").stands(422, at).says("全6画面のうち3番目", `value="SATO"`, `href="#f-kana"`)
	b.post(at, "screen", "kana", "kana", "さとう はなこ").says("紙の登録証")
	b.post(at, "screen", "delivery").stands(422, at).says("紙の登録証の扱いを確認してください")
	b.post(at, "screen", "delivery", "paper", "none", "electronic", "1").says("内容を確かめて送ってください", "500円（お支払い先：", "支払うまでは取り下げられます。")
	b.get(at + "?screen=kana").says("さとう はなこ")
	b.get(at)
	b.post(at+"/submit").stands(200, at).says("受け付けました", "全6画面のうち6番目")
	number := b.find(`data-copy="(\d{4}-\d{6}-\d)"`)
	r.settle()
	b.get(at).says("職員が確認しています", number, "取り下げる")
	r.approve(at)
	b.get(at).says("あなたの番です", "お支払いへ進む", "500円（お支払い先：", "期限：", "過ぎても資格は失われません")
	b.get("/my").says("あなたの番です", "お支払いをお待ちしています")
	r.paid(b, at)
	b.get(at).says("新しい資格者証ができました", "終わりました", "領収書・納付記録")
	b.get(b.find(`href="(/my/certificates/[^"]+)"`)).says("この資格者証は有効です", "佐藤 花子")
	b.get(old).says("登録の内容が変わっています", "山田 花子", "新しい資格者証を見る").silent("この資格者証は有効です<")
	b.get(at+"/receipt").says("領収書", "500円", "R-2026-", "様")
	b.get(entry).says("氏名の変更", "あなたの申請・届出による", "佐藤 花子", "から変更後")
	b.get("/my/inbox").says("登録が完了しました", "お支払いを確認しました")
}

// paid pays what is owed for an application and comes back.
func (r *room) paid(b *browser, at string) {
	r.t.Helper()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.post(at + "/pay")
	page := b.header.Get("Location")
	b.post(at + "/pay")
	if again := b.header.Get("Location"); b.status != http.StatusSeeOther || again != page {
		r.t.Fatalf("pressed twice, the payment is on two pages: %d %q %q", b.status, page, again)
	}
	b.client.CheckRedirect = nil
	b.get(at).says("続きから支払えます", "お支払いを続ける", "取り下げる")
	b.get(at+"?paid=1").says("お支払いを確認しています", "もう一度お支払いにならないでください").silent("お支払いへ進む", "お支払いを続ける")
	if b.header.Get("Refresh") == "" {
		r.t.Error("the page does not ask again by itself")
	}
	check(r.t, r.company.Pay(path.Base(strings.Split(page, "?")[0])))
	b.get(at+"?paid=1").stands(200, at).silent("確認中")
	r.settle()
}

// TestAddressOnly is scenario 8: free, at once, and the certificate stays.
func TestAddressOnly(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	b.post(entry + "/certificate")
	certificate := b.at.Path
	check(t, r.registers.Move(sample.Hanako, "東京都千代田区霞が関1-2-3"))
	at := b.draft(entry)
	b.post(at, "screen", "choose", "items", "address").says("全5画面のうち2番目", "東京都千代田区霞が関1-2-3")
	b.post(at, "screen", "check", "address", "東京都千代田区\r\n霞が関1-2-3")
	b.post(at, "screen", "delivery", "paper", "keep").says("無料", "登録されるまでは取り下げられます")
	b.post(at + "/submit").says("資格者証はそのまま使えます")
	r.settle()
	b.get(at).says("終わりました", "登録が終わりました。資格者証はそのまま使えます。").silent("支払い</span>")
	b.get(certificate).says("この資格者証は有効です")
	b.get(entry).says("東京都千代田区霞が関1-2-3")
}

// TestWrongInput: every field is answered where it stands, and what was typed stays.
func TestWrongInput(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	at := b.draft(entry)
	b.post(at, "screen", "choose").stands(422, at).says("変更する項目が選ばれていません", `href="#f-items"`)
	b.post(at, "screen", "choose", "items", "name", "items", "domicile", "items", "shoe").stands(200, at)
	b.post(at, "screen", "check", "name", "佐藤<花子>", "domicile", "神奈川県横浜市中区1-2-3", "event_on", "来年").stands(422, at).
		says("佐藤<花子>", "神奈川県横浜市中区1-2-3", "来年", `href="#f-name"`, `href="#f-domicile"`, `href="#f-event_on"`)
	b.get(at).says("佐藤<花子>", "来年") // kept although it is wrong
	b.post(at+"/submit").stands(422, at).says("佐藤<花子>", `href="#f-name"`)
	b.page = `name="version" value="1"`
	b.post(at, "screen", "check", "name", "佐藤 花子").stands(409, at).says("画面を開いたあとに")
	b.page = ""
	b.post(at).stands(409, at)
	b.get(at+"/discard").post(at+"/discard").stands(200, entry).says("下書きを消しました")
	b.get(at).stands(200, at)
}

// TestReturned is scenarios 5 and 6: item by item, on the same application.
func TestReturned(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	at := r.married(b, entry)
	r.settle()
	id := path.Base(at)
	c := get(r.apps.Case(t.Context(), reviewer, id))(t)
	get(r.apps.Return(t.Context(), reviewer, id, c.Version, []application.ReturnRequest{
		{Item: "name", Reason: "name_differs"}, {Item: "family_record", Reason: "history_unclear"}, {Item: "other", Reason: "other", Text: "勤め先"}}))(t)
	b.get(at).says("あなたの番です", "確認していただきたいこと", "あと3件に答えると", "勤め先").silent("送り直す</button>")
	links := versionless(b.page, at+"/items/")
	if len(links) != 3 {
		t.Fatalf("%d items", len(links))
	}
	b.get(links[0]).says("入力し直す", "書類の画像を送る", "戸籍の識別符号を入力する")
	b.post(links[0], "way", "amend", "value", "佐藤 花子✿").stands(422, links[0]).says("佐藤 花子✿", `href="#f-value"`)
	b.post(links[0], "way", "amend", "value", "佐藤 華子").stands(200, at).says("答えました：佐藤 華子", "あと2件")
	b.get(links[1]).post(links[1], "way", "identifier", "number", "123456789012345", "issued_on", "2026/11/1").stands(422, links[1]).says("16桁の数字です", `value="123456789012345"`, `href="#f-number"`)
	b.post(links[1], "way", "identifier", "number", "1234567890123456", "issued_on", "2026/8/1").stands(422, links[1]).says("3か月を過ぎています", `href="#f-issued_on"`)
	b.post(links[1], "way", "upload").stands(422, links[1]).says("ファイルが選ばれていません")
	b.upload(links[1], "戸籍.txt", []byte("text"), "way", "upload").stands(422, links[1]).says("PDF、JPEG、PNG", `href="#f-file"`)
	b.upload(links[1], "large.jpg", make([]byte, application.MaxFile+2), "way", "upload").stands(413, links[1]).says("ファイルが大きすぎます")
	b.post(links[1], "way", "identifier", "number", "1234 5678 9012 3456", "issued_on", "2026/11/1").stands(200, at).says("3456")
	b.get(links[2]).post(links[2], "way", "explain", "value", "変わりありません").stands(200, at).says("送り直す")
	b.post(at+"/resubmit").stands(200, at).says("送り直しました")
	b.get(at+"/items/x").stands(404, at)
}

// versionless returns the links of a page that begin with prefix, each once.
func versionless(page, prefix string) []string {
	var links []string
	for _, part := range strings.Split(page, `href="`)[1:] {
		if link, _, _ := strings.Cut(part, `"`); strings.HasPrefix(link, prefix) {
			links = append(links, link)
		}
	}
	return links
}

// TestWithdraw takes an application back until it is paid.
func TestWithdraw(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	at := r.married(b, entry)
	r.approve(at)
	b.get(at+"/withdraw").says("登録は今のままです", "お支払いの必要はなくなります")
	b.post(at+"/withdraw").stands(200, at).says("取り下げました", "この手続は終了しました")
	b.post(at+"/pay").stands(409, at).says("いまの段階では")
	b.get(at+"/withdraw").stands(200, at)
	b.get(entry + "/change").says("手続をはじめる")
	b.get(at+"/receipt").stands(404, at)
}

// TestRejection shows the reason and how to appeal.
func TestRejection(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	at := r.married(b, entry)
	r.settle()
	c := get(r.apps.Case(t.Context(), reviewer, path.Base(at)))(t)
	get(r.apps.Reject(t.Context(), reviewer, path.Base(at), c.Version, application.Rejection{Reason: "not_proven", Text: "確認できませんでした。",
		Authority: "厚生労働大臣", Defendant: "試験センター"}))(t)
	b.get(at).says("確認できませんでした。", "3か月以内に、厚生労働大臣へ審査請求", "6か月以内に、試験センターを被告", "今の登録と資格は、そのまま有効です")
}
