package officer_test

import (
	"strings"
	"testing"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/issue/evidence"
	evidencesim "qualsys/issue/evidence/sim"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/registry/sample"
	identitysim "qualsys/web/identity/sim"
)

func TestTheQueueHidesNamesAndLeadsToTheCase(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　花子")
	d := r.desk("reviewer").get("/officer").stands(200, "/officer")
	d.says(v.Number, "山＊", "審査中", "職員の番の手続が1件あります", `/officer/applications/`+v.ID).silent("山田", "佐藤")
	d.get("/officer?bucket=mismatch").silent(v.Number).says("この区分の手続はありません")
	d.get("/officer?bucket=nonsense&from=x").says(v.Number)
	if d := r.desk("registrar").get("/officer").says(v.Number); strings.Contains(d.page, `href="/officer/links"`) {
		t.Error("a registrar is led to what a registrar may not open")
	}
	r.desk("other").get("/officer").silent(v.Number)
}

func TestAnApplicationIsApproved(t *testing.T) {
	r := newRoom(t)
	id := r.linked(sample.Hana)
	check(t, r.registers.Marry(sample.Hana, "佐藤　花", "さとう　はな"))
	v := r.file(sample.Hana, id, func(f *application.Form) {
		f.Items, f.Name, f.Kana, f.EventOn = []application.Item{application.Name}, "佐藤　花", "さとう　はな", r.Clock.Now().Format("2006-01-02")
	})
	r.Officers = append(r.Officers, identitysim.Person{Subject: "nurses", Name: "小林 守", Body: string(v.Registration.Body), Roles: []string{"reviewer"}})
	at := "/officer/applications/" + v.ID
	d := r.desk("nurses").get(at).says("承認する", "（申請）", "登録免許税 1,000円").silent("届出を記録する")
	d.post(at+"/approve").stands(200, at).says("支払い待ち")
}

func TestANotificationWithAChargeWaitsForPayment(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　花子")
	at := "/officer/applications/" + v.ID
	d := r.desk("reviewer").get(at).stands(200, at)
	d.says("さとう", "<del", "<ins", "届出を記録する", "手数料 500円", "500円の支払いをお願いし", "照会の結果に、申請との違いはありません").silent("承認")
	if d.header.Get("Speculation-Rules") == "" {
		t.Error("the next case is not loaded ahead")
	}
	d.post(at+"/approve").stands(200, at).says("決定しました", "支払い待ち")
	if s := r.state("hanako", v.ID); s != application.AwaitingPayment {
		t.Errorf("the application is %s", s)
	}
}

func TestANotificationIsRecordedOnceItsEvidenceIsAccepted(t *testing.T) {
	r := newRoom(t)
	id := r.linked("yoshio")
	check(t, r.registers.Move("yoshio", "東京都港区芝1-2-3"))
	check(t, r.registers.Fail("yoshio", evidence.Resident, evidencesim.Unclear))
	v := r.file("yoshio", id, func(f *application.Form) {
		f.Items, f.Address, f.EventOn = []application.Item{application.Address}, "東京都港区芝1-2-3", r.Clock.Now().Format("2006-01-02")
	})
	at := "/officer/applications/" + v.ID
	d := r.desk("reviewer").get(at).says("届出", "照会で確認できなかった項目を認める", "経緯を確認できません")
	d.post(at+"/accept", "item", d.find(`name="item" value="([^"]+)"`)).stands(422, at).says("認める理由", "理由")
	d.post(at+"/accept", "item", d.find(`name="item" value="([^"]+)"`), "accept_reason", "転出証明書で確認した").stands(200, at).says("届出を記録する").silent("承認する")
	d.post(at+"/approve").stands(409, at).says("まだ承認できません", "24時間以内に生存を確認した") // the source still says nothing
	check(t, r.registers.Fail("yoshio", evidence.Resident, evidencesim.None))
	d.post(at+"/approve").stands(200, at)
	r.settle()
	var reg registry.Registration
	check(t, r.DB.Read(t.Context(), func(tx *store.Tx) (err error) { reg, err = registry.Get(tx, id); return err }))
	if reg.Address.String() != "東京都港区芝1-2-3" {
		t.Errorf("the register says %s", reg.Address.String())
	}
}

func TestAReturnIsShownAsItIsSent(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　華子")
	at := "/officer/applications/" + v.ID
	d := r.desk("reviewer").get(at).says("照合結果を確認中", "一致しません", "U+82B1", "U+83EF")
	d.post(at+"/return").stands(422, at).says("直してほしい項目と理由")
	d.post(at+"/return", "returns", "other").stands(422, at).says(`id="f-text_other-error"`)
	d.post(at+"/return", "returns", "name_differs", "text_name_differs", "「花」か「華」かをお知らせください。").stands(200, at)
	d.says("まだ送っていません", "氏名の文字をもう一度ご確認ください。\n「花」か「華」かをお知らせください。", `value="name_differs" checked`)
	if s := r.state("hanako", v.ID); s != application.EvidenceMismatch {
		t.Fatalf("the preview has moved the case to %s", s)
	}
	d.post(at+"/return", "returns", "name_differs", "text_name_differs", "「花」か「華」かをお知らせください。", "send", "1").stands(200, at).says("補正を求めました", "補正のお願い")
	if s := r.state("hanako", v.ID); s != application.Returned {
		t.Errorf("the application is %s", s)
	}
	d.post(at+"/extend", "until", "あした").stands(422, at).says("あした")
	d.post(at+"/extend", "until", r.Clock.Now().AddDate(0, 2, 0).Format("2006/01/02")).says("期限を延ばしました")
}

func TestARefusalShowsItsInstruction(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　花子")
	at := "/officer/applications/" + v.ID
	d := r.desk("reviewer").get(at)
	d.post(at+"/reject", "preview", "1", "text", "", "authority", "厚生労働大臣", "defendant", "").stands(422, at)
	d.says(`id="f-reason-error"`, `id="f-text-error"`, `id="f-defendant-error"`)
	fields := []string{"reason", "not_proven", "text", "戸籍の届出が確認できません。", "authority", "厚生労働大臣", "defendant", "センター"}
	d.post(at+"/reject", append(fields, "preview", "1")...).stands(200, at)
	d.says("3か月以内に、厚生労働大臣へ審査請求", "6か月以内に、センターを被告として", "戸籍の届出が確認できません。")
	if s := r.state("hanako", v.ID); s != application.UnderReview {
		t.Fatalf("the preview has moved the case to %s", s)
	}
	d.post(at+"/reject", fields...).stands(200, at).says("不承認", "3か月以内に、厚生労働大臣へ審査請求")
	if s := r.state("hanako", v.ID); s != application.Rejected {
		t.Errorf("the application is %s", s)
	}
}

func TestAStaleCaseLosesNothing(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　花子")
	at := "/officer/applications/" + v.ID
	d := r.desk("reviewer").get(at)
	check(t, r.DB.Write(t.Context(), func(tx *store.Tx) error {
		now, err := registry.Get(tx, v.Registration.ID)
		if err != nil {
			return err
		}
		_, err = r.register.Apply(tx, actor.Officer("registrar", "sssc", actor.Registrar), now.ID, now.Version,
			registry.Correction{Address: must(person.ParseAddress("東京都港区芝9-9-9"))}, person.DateAt(tx.Now), registry.Cause{Kind: "officer", Reason: "誤記"})
		return err
	}))
	r.register.Watch(r.apps)
	old := d.page
	d.post(at+"/hold", "hold_reason", "確認のため")
	d.page = old
	d.post(at+"/return", "returns", "kana_missing", "text_kana_missing", "読みをお願いします", "send", "1").stands(409, at)
	d.says("読みをお願いします", `value="kana_missing" checked`, "下は最新の内容で、入力したものは残っています")
}

func TestWhoMayNotDecides(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　花子")
	at := "/officer/applications/" + v.ID
	r.desk("other").get(at).stands(404, at).silent("佐藤")
	r.desk("other").post(at+"/approve", "version", "1").stands(404, at)
	r.desk("registrar").get(at).says("この手続を決定できません").silent("承認する")
	r.desk("registrar").post(at+"/approve").stands(404, at)
	d := r.desk("namesake").get(at).says("これはあなた自身の手続です").silent(">承認する")
	d.post(at+"/approve", "version", "9").stands(403, at)
	r.desk("reviewer").post(at+"/nothing").stands(404, at)
	r.desk("reviewer").get("/officer/applications/none").stands(404, "/officer")
	if d := r.desk("reviewer").get("/officer/ahead.json"); !strings.HasPrefix(d.header.Get("Content-Type"), "application/speculationrules+json") {
		t.Errorf("the rules are sent as %s", d.header.Get("Content-Type"))
	}
}
