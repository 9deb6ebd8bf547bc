package holder_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"qualsys/registry/sample"
)

// TestEmail is a change of where mails go: a code to the new address, word to
// the old one (SECURITY T48).
func TestEmail(t *testing.T) {
	r := newRoom(t)
	b := r.browser(sample.Hanako)
	b.get("/my/settings").says("登録されていません")
	b.post("/my/settings/email", "address", "hanako＠").stands(422, "/my/settings/email").says("メールアドレスの形になっていません", "hanako＠")
	r.confirm(b, "hanako@example.jp")
	b.says("メールアドレスを登録しました", "hanako@example.jp")
	b.post("/my/settings/email", "address", "hanako@example.jp").stands(422, "/my/settings/email").says("もう登録されています")
	r.confirm(b, "sato@example.jp")
	if r.settle(); r.mails.to("hanako@example.jp") == "" || !regexp.MustCompile(`変`).MatchString(r.mails.to("hanako@example.jp")) {
		t.Errorf("the old address was not told: %q", r.mails.to("hanako@example.jp"))
	}
	b.get("/my/settings/email/remove").says("sato@example.jp")
	b.post("/my/settings/email/remove").says("メールアドレスの登録を消しました", "登録されていません")
	b.get("/my/settings/code").says("入力を待っている確認番号はありません")
	b.post("/my/settings/code", "code", "12345678").stands(422, "/my/settings/code")
	b.post("/my/settings/language", "language", "fr").stands(422, "/my/settings").says("その言語は選べません")
	b.post("/my/settings/language", "language", "en").stands(200, "/my/settings").says("The language was changed.", "E-mail address")
}

// confirm asks for an address and types the code that was mailed to it.
func (r *room) confirm(b *browser, address string) {
	r.t.Helper()
	b.post("/my/settings/email", "address", address).stands(200, "/my/settings/code").says(address, "8けた")
	r.settle()
	code := regexp.MustCompile(`\b\d{8}\b`).FindString(r.mails.to(address))
	if code == "" {
		r.t.Fatalf("no code was mailed: %q", r.mails.to(address))
	}
	b.post("/my/settings/code", "code", "00000000").stands(422, "/my/settings/code").says("確認番号が違う")
	b.post("/my/settings/code", "code", code).stands(200, "/my/settings")
}

// TestStepUp: an old login may look, and must come anew to change where mails go.
func TestStepUp(t *testing.T) {
	r := newRoom(t)
	b, entry := r.linked(sample.Hanako)
	r.Clock.Advance(16 * time.Minute)
	b.get("/my/settings").stands(200, "/my/settings")
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, path := range []string{"/my/settings/email", "/my/settings/email/remove", "/my/link", entry + "/unlink"} {
		b.get(path)
		if to := b.header.Get("Location"); b.status != http.StatusSeeOther || !regexp.MustCompile(`^/login\?return=.*&fresh=1$`).MatchString(to) {
			t.Errorf("GET %s: status %d to %q", path, b.status, to)
		}
		b.post(path, "address", "hanako@example.jp", "register", "1", "number", "1")
		if to := b.header.Get("Location"); b.status != http.StatusSeeOther || !regexp.MustCompile(`^/login\?return=.*&fresh=1$`).MatchString(to) {
			t.Errorf("POST %s: status %d to %q", path, b.status, to)
		}
	}
	b.client.CheckRedirect = nil
	b.get(entry).stands(200, entry)
}

// TestSessions ends logins elsewhere.
func TestSessions(t *testing.T) {
	r := newRoom(t)
	phone, desk, third := r.browser(sample.Hanako), r.browser(sample.Hanako), r.browser(sample.Hanako)
	phone.get("/my/sessions").says("この端末", "終わらせる")
	phone.post("/my/sessions/end", "id", phone.find(`name="id" value="([^"]+)"`)).says("そのログインを終わらせました")
	phone.post("/my/sessions/end", "id", "nobody's").stands(200, "/my/sessions").says("もう終わっています")
	phone.post("/my/sessions/end-others").says("ほかの端末のログインを、すべて終わらせました", "ほかの端末ではログインしていません")
	for _, b := range []*browser{desk, third} {
		if b.get("/my"); b.status == 200 && b.at.Path == "/my" {
			t.Error("a login that was ended still opens /my")
		}
	}
}
