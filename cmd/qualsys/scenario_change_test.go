package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/registry/audit"
	"qualsys/registry/sample"
)

// Scenario 2: a name changes by marriage; the certificate before it is
// superseded and tells nothing new (SERVICE §6, without rosters).
func TestNameChangeByMarriage(t *testing.T) {
	each(t, func(t *testing.T, h *House) {
		hanako := h.Holder(sample.Hanako)
		h.must(hanako.Link())
		first, err := hanako.MakeCertificate()
		h.must(err)
		h.must(h.Sims.Registers.Marry(sample.Hanako, "佐藤 花子", "さとう はなこ"))
		hanako = h.Holder(sample.Hanako)
		filed, err := hanako.ChangeName("佐藤 花子", "さとう はなこ")
		h.must(err)
		reviewer := h.Officer("sssc", "reviewer")
		h.must(reviewer.Approve(filed.Number))
		h.must(hanako.AwaitPayment(filed))
		if !hanako.Page.Says("500円", "社会福祉振興・試験センター") {
			t.Errorf("the request to pay says %s", hanako.Page.Text())
		}
		h.must(hanako.Pay(filed))
		second, err := hanako.AwaitCertificate(filed)
		h.must(err)
		h.Settle()

		entry := h.Registration(sample.Hanako)
		if entry.Version != 2 || entry.Name.String() != "佐藤 花子" || entry.Kana.String() != "さとう はなこ" {
			t.Errorf("the entry is %s (%s), version %d", entry.Name.String(), entry.Kana.String(), entry.Version)
		}
		var history []registry.Entry
		var certificates []issue.Certificate
		h.Read(func(tx *store.Tx) (err error) {
			if history, err = registry.History(tx, entry.ID); err != nil {
				return err
			}
			certificates, err = h.System.issuer.List(tx, clerk, entry.ID)
			return err
		})
		last := history[len(history)-1]
		if len(history) != 2 || last.Cause.Kind != "application" || last.Cause.Ref != strings.TrimPrefix(filed.At, "/my/applications/") {
			t.Errorf("%d entries, the last because of %+v", len(history), last.Cause)
		}
		if len(certificates) != 2 {
			t.Errorf("%d certificates", len(certificates))
		}
		h.must(walk.Verify(t.Context(), h.Config.BaseURL, first, "1990/07/21", "changed"))
		h.must(walk.Verify(t.Context(), h.Config.BaseURL, second, "1990/07/21", "in_force"))
		tellsNothingNew(t, h, first, "佐藤")
		h.must(hanako.Get("/my/inbox"))
		if !hanako.Page.Says("登録が完了しました", "お支払いのお願い", "お支払いを確認しました", "申請を受け付けました") {
			t.Errorf("her inbox says %s", hanako.Page.Text())
		}
		wholeChains(t, h)
	})
}

// each runs a test in a house on each engine.
func each(t *testing.T, test func(t *testing.T, h *House)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Start(t, Plan{})) })
	t.Run("postgres", func(t *testing.T) { test(t, Start(t, Plan{PostgreSQL: true})) })
}

// tellsNothingNew checks all that an employer can ask about a superseded
// certificate for words that stand on the new one only, and for a time or cause.
func tellsNothingNew(t *testing.T, h *House, p walk.Paper, secret string) {
	t.Helper()
	v := h.Visitor()
	h.must(v.Get("/verify"))
	h.must(v.Send("/verify/code", "code", p.Code, "birth", "1990/07/21"))
	if v.Page.Says(secret) || !v.Page.Says(p.Name) {
		t.Errorf("the page says %s", v.Page.Text())
	}
	for kind, what := range map[string]any{"link": p.Link, "file": p.PDF, "code": p.Code} {
		answer := h.verify(kind, what)
		text, err := json.Marshal(answer)
		h.must(err)
		if strings.Contains(string(text), secret) || answer["verdict"] != "changed" {
			t.Errorf("by %s the API answers %s", kind, text)
		}
		for _, member := range []string{"reason", "until", "last_known", "changed_at"} {
			if answer[member] != nil {
				t.Errorf("by %s the API tells %s: %v", kind, member, answer[member])
			}
		}
	}
}

// wholeChains seals what is recorded and recomputes every audit chain.
func wholeChains(t *testing.T, h *House) {
	t.Helper()
	_, err := audit.NewSealer(h.System.db).Seal(h.ctx())
	h.must(err)
	report, err := registry.VerifyAudit(h.ctx(), h.System.db)
	h.must(err)
	findings, err := issue.VerifyLog(h.ctx(), h.System.db)
	h.must(err)
	for _, f := range append(report.Findings, findings...) {
		t.Errorf("audit: %s", f)
	}
}

// Scenario 8: an address alone. No fee, no new certificate, and a confirmation;
// the same move by an attorney costs, because the catalogue says so (without
// the base date).
func TestAddressOnly(t *testing.T) {
	h := Start(t, Plan{})
	yoshio := h.Holder(sample.Yoshio)
	h.must(yoshio.Link())
	h.must(h.Sims.Registers.Move(sample.Yoshio, "東京都千代田区霞が関1-2-2"))
	filed, err := yoshio.File(map[string]func(*walk.Form) error{
		"choose": func(f *walk.Form) error { f.Set("items", "address"); return nil },
	})
	h.must(err)
	h.Settle()
	entry := h.Registration(sample.Yoshio)
	if entry.Version != 2 || entry.Address.String() != "東京都千代田区霞が関1-2-2" {
		t.Errorf("the entry says %s in version %d", entry.Address.String(), entry.Version)
	}
	h.must(yoshio.Get("/my/inbox"))
	h.must(yoshio.Follow("住所を変更しました"))
	if !yoshio.Page.Says("資格者証はそのまま使えます") {
		t.Errorf("his inbox says %s", yoshio.Page.Text())
	}
	if costs(h, filed) {
		t.Error("an address of a care worker costs money")
	}

	ichiro := h.Holder(sample.Ichiro)
	h.must(ichiro.Link())
	h.must(h.Sims.Registers.Move(sample.Ichiro, "東京都千代田区霞が関1-2-2"))
	filed, err = ichiro.File(map[string]func(*walk.Form) error{
		"choose": func(f *walk.Form) error { f.Set("items", "address"); return nil },
	})
	h.must(err)
	if !ichiro.Page.Says(filed.Number) {
		t.Errorf("the receipt says %s", ichiro.Page.Text())
	}
	h.Settle()
	if got := h.Registration(sample.Ichiro); got.Version != 1 {
		t.Error("an attorney's address was recorded without review and payment")
	}
	h.must(h.Officer("sr-federation", "reviewer").Approve(filed.Number))
	h.must(ichiro.AwaitPayment(filed))
	if !ichiro.Page.Says("2,000円") {
		t.Errorf("the request to pay says %s", ichiro.Page.Text())
	}
}

// An address change leaves the certificate of Yoshio, whose name this stage
// can't print, to others: a care worker with a plain name keeps hers.
func TestAnAddressLeavesTheCertificate(t *testing.T) {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	p, err := hanako.MakeCertificate()
	h.must(err)
	h.must(h.Sims.Registers.Move(sample.Hanako, "大阪府大阪市北区中之島1-3-20"))
	_, err = hanako.File(map[string]func(*walk.Form) error{
		"choose": func(f *walk.Form) error { f.Set("items", "address"); return nil },
	})
	h.must(err)
	h.Settle()
	if r := h.Registration(sample.Hanako); r.Version != 2 {
		t.Fatalf("version %d", r.Version)
	}
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, p, "1990/07/21", "in_force"))
	h.must(hanako.Get(hanako.Entry))
	if n := strings.Count(string(hanako.Page.Body), `href="/my/certificates/`); n == 0 {
		t.Error("the entry's page leads to no certificate")
	}
	var all []issue.Certificate
	h.Read(func(tx *store.Tx) (err error) {
		all, err = h.System.issuer.List(tx, clerk, h.Registration(sample.Hanako).ID)
		return err
	})
	if len(all) != 1 {
		t.Errorf("%d certificates after an address change", len(all))
	}
}

// Scenario 6: what is asked and what the resident register says differ. The
// officer sees both, the holder learns which item and never the register's value.
func TestEvidenceMismatch(t *testing.T) {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	h.must(h.Sims.Registers.Marry(sample.Hanako, "高梨 花子", "たかなし はなこ"))
	filed, err := hanako.File(map[string]func(*walk.Form) error{
		"choose": func(f *walk.Form) error { f.Set("items", "name"); return nil },
		"check":  func(f *walk.Form) error { f.Set("name", "高利 花子"); return nil },
		"kana":   func(f *walk.Form) error { f.Set("kana", "たかなし はなこ"); return nil },
	})
	h.must(err)
	h.Settle()
	if s := h.state(filed); s != application.EvidenceMismatch {
		t.Fatalf("the application is %s", s)
	}
	h.must(hanako.Get(filed.At))
	if hanako.Page.Says("高梨") {
		t.Errorf("before an officer has looked, the page says %s", hanako.Page.Text())
	}

	reviewer := h.Officer("sssc", "reviewer")
	h.must(reviewer.Open(filed.Number))
	at := reviewer.Page.URL.Path
	if !reviewer.Page.Says("高利", "高梨", "山田 花子") {
		t.Errorf("the case page does not show what was asked, registered and answered: %s", reviewer.Page.Text())
	}
	if _, err := reviewer.Page.Form(at + "/approve"); err == nil {
		t.Error("a mismatch can be approved as it stands")
	}
	h.must(reviewer.Send(at+"/return", "returns", "name_differs")) // the preview
	if !reviewer.Page.Says("入力された氏名が、照会した公的な情報と一致しませんでした") {
		t.Errorf("the preview says %s", reviewer.Page.Text())
	}
	h.must(reviewer.Send(at+"/return", "send", "1"))
	h.Settle()
	if s := h.state(filed); s != application.Returned {
		t.Fatalf("returned, the application is %s: %s", s, reviewer.Page.Text())
	}
	h.must(hanako.Get(filed.At))
	if !hanako.Page.Says("氏名") || hanako.Page.Says("高梨") {
		t.Errorf("the returned application says %s", hanako.Page.Text())
	}
	h.must(hanako.Follow(filed.At + "/items/"))
	if hanako.Page.Says("高梨") {
		t.Errorf("the item says %s", hanako.Page.Text())
	}
	h.must(hanako.Send("この内容で答える", "value", "高梨 花子"))
	h.must(hanako.Get(filed.At))
	h.must(hanako.Send(filed.At + "/resubmit"))
	h.Settle()
	if s := h.state(filed); s != application.UnderReview {
		t.Errorf("mended, the application is %s", s)
	}
	h.must(hanako.Get(filed.At))
	if !hanako.Page.Says(filed.Number) {
		t.Error("the number has changed")
	}
}

// state is where an application stands.
func (h *House) state(f walk.Filed) application.State {
	h.t.Helper()
	var s application.State
	h.Read(func(tx *store.Tx) error {
		return tx.Table("applications").Select("state").Where("number = ?", f.Number).Scan(&s).Error
	})
	return s
}

// Three mismatches lock linking for a day, and say so; the registration's owner
// is not locked out.
func TestThreeMismatchesLockLinking(t *testing.T) {
	h := Start(t, Plan{})
	hoa := h.Holder(sample.Hoa)
	for i, number := range []string{"第D-0123456号", "第D-0123456号", "第D-0300001号"} {
		h.must(hoa.TryLink("1", number))
		if !hoa.Page.Says("職員") || hoa.Page.URL.Query().Get("asked") != "1" {
			t.Fatalf("try %d is answered with %s: %s", i+1, hoa.Page.URL, hoa.Page.Text())
		}
	}
	h.must(hoa.TryLink("1", "第D-0222222号"))
	if hoa.Page.Status != http.StatusTooManyRequests || !hoa.Page.Says("初期設定を止めています") {
		t.Errorf("after three mismatches: %d %s", hoa.Page.Status, hoa.Page.Text())
	}
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	h.Clock.Advance(25 * 60 * 60 * 1e9)
	hoa = h.Holder(sample.Hoa)
	h.must(hoa.Link())
}
