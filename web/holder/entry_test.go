package holder_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"qualsys/registry/sample"
)

// TestFirstLinkAndCertificate is the beginning of scenario 1.
func TestFirstLinkAndCertificate(t *testing.T) {
	r := newRoom(t)
	b := r.browser(sample.Hanako)
	b.get("/my").stands(200, "/my").says("まだ資格がつながっていません", "資格をつなぐ")
	b.get("/my/link").says("山田 花子", "1990年7月21日", "東京都世田谷区三軒茶屋2-14-7", "番号がわからない").silent(`name="name"`, `name="birth"`)
	b.post("/my/link", "register", "1", "number", "Ｄ－０１２３４５６").stands(200, "/my/registrations/")
	entry := b.at.Path
	b.says("初期設定が完了しました", "介護福祉士", "第D-0123456号", "2015年4月10日から登録されています。", "登録中", "口腔内の喀痰吸引", "デジタル資格者証をダウンロードする")
	b.post(entry+"/certificate").stands(200, "/my/certificates/").says("この資格者証は有効です", "介護福祉士資格証", "山田 花子", "1990/07/21")
	at := b.at.Path
	b.post(entry + "/certificate")
	if b.at.Path != at {
		t.Errorf("a second press made a second certificate: %s and %s", at, b.at.Path)
	}
	b.get(at+"/file").stands(200, at)
	for name, want := range map[string]string{"Content-Type": "application/pdf", "Cache-Control": "no-store",
		"Content-Disposition": `attachment; filename="certificate.pdf"; filename*=UTF-8''` + url.PathEscape("資格者証_介護福祉士_")} {
		if got := b.header.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(b.page, "%PDF-") || strings.Contains(b.header.Get("Content-Disposition"), "%E5%B1%B1%E7%94%B0") {
		t.Error("the file is no PDF, or its name tells the person's")
	}
	b.get(at+"/show").stands(200, at).says("山田 花子", "介護福祉士資格証", "<svg").silent("三軒茶屋", "1990", "<header")
	b.get("/my").says("有効（", "資格者証を見せる・保存する").silent("まだ資格が")
	b.get("/my/inbox").says("初期設定が終わりました", "未読")
	b.get(b.find(`href="(/my/inbox/[^"?]+)"`)).says("資格の内容をいつでも確認できます")
	b.get("/my/inbox").silent("未読")
}

// TestLinkingTellsNothing: whoever is not linked at once reads the same, whatever
// the reason, and a wrong form is answered with an example.
func TestLinkingTellsNothing(t *testing.T) {
	r := newRoom(t)
	b := r.browser(sample.Hanako)
	b.post("/my/link").stands(422, "/my/link").says("資格が選ばれていません", "登録番号が入力されていません", `href="#f-register"`, `href="#f-number"`)
	b.post("/my/link", "register", "99", "number", "第D-0123456号").stands(422, "/my/link").says("資格が選ばれていません")
	b.post("/my/link", "register", "1", "number", "第D-123456号").stands(422, "/my/link").says("登録番号の形が違います", "第D-0123456号", `value="第D-123456号"`)
	unknown := b.post("/my/link", "register", "1", "unknown", "1").stands(200, "/my/link").page
	another := b.post("/my/link", "register", "1", "number", "第D-0000777号").stands(200, "/my/link").page
	nobodys := b.post("/my/link", "register", "1", "number", "第D-9999999号").stands(200, "/my/link").page
	if unknown != another || another != nobodys {
		t.Error("the answer tells why it was not linked at once")
	}
	b.says("職員が確認します", "資格はそのまま有効です").silent("髙橋", "一致")
}

// TestNameThatCannotBePrinted is told with its reason and what happens next.
func TestNameThatCannotBePrinted(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Megumi)
	b.post(entry+"/certificate").stands(422, entry).says("資格者証を発行できませんでした", "U+E0110", "あなたの作業はありません", "登録の内容はそのまま有効です")
	b.get(entry).stands(200, entry).says("渡邊")
}

// TestNothingOfOthers: what belongs to somebody else is not found.
func TestNothingOfOthers(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	b.post(entry + "/certificate")
	certificate := b.at.Path
	b.get(entry+"/change").post(entry+"/change").stands(200, "/my/applications/")
	draft := b.at.Path
	other := r.browser(sample.Sumire)
	for _, path := range []string{entry, entry + "/change", entry + "/loss", entry + "/unlink", certificate, certificate + "/file", certificate + "/show",
		draft, draft + "/discard", draft + "/withdraw", draft + "/receipt", draft + "/items/x", "/my/registrations/x", "/my/certificates/x",
		"/my/applications/x", "/my/inbox/x"} {
		other.get(path).stands(404, "/my").silent("山田", "花子")
	}
	for _, path := range []string{entry + "/certificate", entry + "/change", entry + "/loss", entry + "/unlink", draft, draft + "/submit", draft + "/discard",
		draft + "/withdraw", draft + "/pay", draft + "/resubmit", draft + "/copy", draft + "/items/x"} {
		other.post(path, "version", "1", "what", "lost", "old", "later", "screen", "choose", "way", "amend").stands(404, "/my").silent("山田", "花子")
	}
	b.get(draft).stands(200, draft)
	nobody := &browser{room: r, client: b.client}
	nobody.client.Jar = nil
	if nobody.get("/my"); strings.HasPrefix(nobody.at.Path, "/my") {
		t.Error("a visitor without a login sees /my")
	}
}

// TestUnlink ends the link and nothing else.
func TestUnlink(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	b.get(entry+"/unlink").says("資格と登録はそのままです", "解除しない")
	b.post(entry+"/unlink").stands(200, "/my").says("つながりを解除しました", "まだ資格がつながっていません")
	b.get(entry).stands(404, entry)
	b.post("/my/link", "register", "1", "number", "第D-0123456号").stands(200, entry)
}

// TestReportOfLoss switches the old certificate off at once, when that is chosen.
func TestReportOfLoss(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	b.get(entry + "/loss").says("まだ発行されていません")
	b.post(entry + "/certificate")
	certificate := b.at.Path
	b.get(entry+"/loss").says("今すぐ無効にする", "無料")
	b.post(entry+"/loss", "note", "<b>電車</b>").stands(422, entry).says("何があったかが選ばれていません", "どちらかを選んでください", "<b>電車</b>")
	if bytes.Contains([]byte(b.page), []byte("<b>電車")) {
		t.Error("what was typed is not escaped")
	}
	b.post(entry+"/loss", "what", "leaked", "old", "now", "note", "電車の中").stands(200, "/my/applications/").says("受け付けました", "これまでの資格者証は、もう使えません")
	application := b.at.Path
	b.get(certificate).says("再発行されたため使えません")
	b.post(entry+"/certificate").stands(409, entry).says("再発行を認めると")
	b.post(entry+"/loss", "what", "lost", "old", "later").stands(200, application)
	r.settle()
	b.get(application).says("別の人に渡ってしまった", "今すぐ無効にする")
	r.approve(application)
	b.get(application).says("新しい資格者証ができました")
	b.get(b.find(`href="(/my/certificates/[^"]+)"`)).says("この資格者証は有効です")
}
