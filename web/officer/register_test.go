package officer_test

import (
	"testing"

	"qualsys/internal/store"
	"qualsys/issue/application/linking"
	"qualsys/issue/payment"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/sample"
)

// asked lets a sample person ask to be linked without knowing the number.
func (r *room) asked(key string) {
	r.t.Helper()
	p, _ := sample.NamedAs(key)
	out, _, err := r.links.Link(r.t.Context(), actor.Holder(key), r.login(key), linking.Wish{Register: p.Registrations[0].Register})
	check(r.t, err)
	if out != linking.Asked {
		r.t.Fatal("linked at once")
	}
}

func TestALinkIsDecided(t *testing.T) {
	r := newRoom(t)
	r.asked("hanako")
	r.asked(sample.KenFirst)
	d := r.desk("reviewer").get("/officer/links").says("登録番号が分からない", "山＊").silent("山田")
	d.get(d.find(`href="(/officer/links/[^"]+)"`)).says("山田", "第D-0123456号", "本人と認めて結びつける")
	at := d.at.Path
	d.post(at+"/refuse", "note", " ").stands(422, at).says(`id="f-note_refuse-error"`)
	r.desk("other").get(at).stands(404, at).silent("山田")
	r.desk("namesake").get(at).post(at+"/approve", "registration", d.find(`name="registration" value="([^"]+)"`), "note", "x").stands(403, at)
	d.post(at+"/approve", "registration", d.find(`name="registration" value="([^"]+)"`), "note", "電話で確認した").stands(200, "/officer/links").says("登録と結びつけました")
	d.get(at).post(at+"/refuse", "note", "x").stands(409, at)
	d.get("/officer/links")
	d.get(d.find(`href="(/officer/links/[^"]+)"`)).says("結びつける登録", "第D-0300001号", "第D-0300002号")
	d.post(d.at.Path+"/refuse", "note", "二人のどちらか分からない").stands(200, "/officer/links").says("結びつけませんでした", "確認を待つ人はいません")
}

func TestTheRegisterIsSearchedAndAMeasureTakesTwo(t *testing.T) {
	r := newRoom(t)
	d := r.desk("registrar").get("/officer/registrations?name=山田花子").says("第D-0123456号", "山＊").silent("山田 花子")
	d.get("/officer/registrations?birth=xx").says("xx", `role="alert"`)
	d.get("/officer/registrations?number=第D-0123456号").get(d.find(`href="(/officer/registrations/[^"?]+)"`))
	at := d.at.Path
	d.says("登録番号 第D-0123456号", "登録中", "試験合格年月", "見本の登録", "措置を提案する")
	r.desk("other").get(at).stands(404, at)
	r.desk("reviewer").get(at).says("登録中").silent("措置を提案する")

	today := r.Clock.Now().Format("2006/01/02")
	d.post(at+"/propose", "why", "届出").stands(422, at).says(`id="f-measure-error"`, "届出")
	d.post(at+"/propose", "measure", "removal", "from", "いつか").stands(422, at).says(`id="f-from-error"`, "いつか")
	d.post(at+"/propose", "measure", "removal", "from", today, "why", "本人の申請").stands(422, at).says(`id="f-ground-error"`)
	d.post(at+"/propose", "measure", "removal", "from", today, "ground", "voluntary").stands(422, at).says(`id="f-why-error"`)
	d.post(at+"/propose", "measure", "suspension", "from", today, "until", "2020/01/01", "why", "x").stands(422, at).says(`id="f-until-error"`)
	d.post(at+"/propose", "measure", "removal", "from", today, "ground", "voluntary", "why", "本人の申請").stands(200, "/officer/proposals/")
	proposal := d.says("提案しました", "あなたの提案です").silent("同意して実施する").at.Path
	d.post(proposal+"/second").stands(403, proposal)
	r.desk("reviewer").get(proposal).silent("同意して実施する", "/decline")
	r.desk("other").get(proposal).stands(404, proposal)

	s := r.desk("supervisor").get("/officer/proposals").says("消除", "決定待ち")
	s.get(proposal).says("登録中 → 消除", "本人の申請", "別の職員")
	s.post(proposal+"/decline").stands(422, proposal).says(`id="f-decline_reason-error"`)
	s.post(proposal+"/second").stands(200, proposal).says("2名で決定し", "実施した")
	s.post(proposal+"/second").stands(409, proposal)
	s.get(at).says("消除")
}

func TestAProposalIsDeclined(t *testing.T) {
	r := newRoom(t)
	d := r.desk("registrar").get("/officer/registrations?number=第D-0123456号")
	d.get(d.find(`href="(/officer/registrations/[^"?]+)"`))
	d.post(d.at.Path+"/propose", "measure", "suspension", "from", r.Clock.Now().Format("2006/01/02"), "why", "名称の使用停止命令").stands(200, "/officer/proposals/").says("解くまで")
	proposal := d.at.Path
	r.desk("supervisor").get(proposal).post(proposal+"/decline", "decline_reason", "弁明の機会がまだ").stands(200, proposal).says("実施しない", "弁明の機会がまだ")
}

func TestMoneyIsLookedAt(t *testing.T) {
	r := newRoom(t)
	v := r.marry("佐藤　花子")
	check(t, r.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO payment_tasks (id, body, application, payment, kind, amount, detail, opened_at, done_by, note)
			VALUES ('task', 'sssc', ?, 'pi_1', ?, 500, '', ?, '', '')`, v.ID, payment.TaskDisputed, store.At(tx.Now)).Error
	}))
	r.desk("registrar").get("/officer/money").says("支払いの取消しの申立て").silent("確認を終える")
	r.desk("other").get("/officer/money").silent("支払いの取消しの申立て").post("/officer/money/task/done", "note", "x").stands(404, "/officer/money")
	d := r.desk("reviewer").get("/officer/money").says("500円", "確認を終える")
	d.post("/officer/money/task/done", "note", "").stands(422, "/officer/money").says(`id="f-note_task-error"`)
	d.post("/officer/money/task/done", "note", "カード会社へ連絡した").stands(200, "/officer/money").says("確認の必要な支払いはありません")
	d.post("/officer/money/none/done", "note", "x").stands(404, "/officer/money")
	d.post("/officer/money/none/sent").stands(404, "/officer/money")
}

func TestWhatCannotBePrintedIsListed(t *testing.T) {
	r := newRoom(t)
	id := r.linked("yoshio")
	if _, err := r.issuer.Issue(t.Context(), actor.Officer("reviewer", "sssc", actor.Reviewer), id, registry.Cause{Kind: "officer", Reason: "test"}); err == nil {
		t.Skip("every name of the sample can be printed")
	}
	r.desk("reviewer").get("/officer/refusals").says("U+20BB7", "第D-0000777号", "氏名")
	r.desk("supervisor").get("/officer/refusals").stands(404, "/officer/refusals")
}
