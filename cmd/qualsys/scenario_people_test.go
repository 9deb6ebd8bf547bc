package main

import (
	"net/http"
	"strings"
	"testing"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/registry/sample"
)

// Scenario 20: numbers as people write them (SERVICE §6).
func TestNumbersAsPeopleWriteThem(t *testing.T) {
	h := Start(t, Plan{})
	for _, written := range []string{"第D-0123456号", "D-0123456", "第Ｄ－０１２３４５６号", " d-0123456 ", "D0123456", "第D0123456号"} {
		hanako := h.Holder(sample.Hanako)
		h.must(hanako.TryLink("1", written))
		if !strings.HasPrefix(hanako.Page.URL.Path, "/my/registrations/") {
			t.Errorf("%q is not understood: %d %.300s", written, hanako.Page.Status, hanako.Page.Text())
		}
		h.must(hanako.Get(hanako.Page.URL.Path + "/unlink"))
		h.must(hanako.Send("/unlink"))
	}
	for _, wrong := range []string{"D-123456", "第D-12345678号", "0123456", "D-01234S6", "第D-0123456号第D-0123456号", "<b>D-0123456</b>"} {
		hanako := h.Holder(sample.Hoa)
		h.must(hanako.TryLink("1", wrong))
		if hanako.Page.Status != http.StatusUnprocessableEntity || !hanako.Page.Says("登録番号の形が違います", "第D-") {
			t.Errorf("%q is answered with %d %.300s", wrong, hanako.Page.Status, hanako.Page.Text())
		}
		if f, err := hanako.Page.Form("/my/link"); err != nil || f.Value("number") != wrong {
			t.Errorf("%q: what was typed is lost: %v", wrong, err)
		}
	}
}

// Whether a number exists is never told: a number of somebody else and one that
// nobody has get the same page.
func TestNumbersTellNothing(t *testing.T) {
	h := Start(t, Plan{})
	var pages []string
	for _, number := range []string{"第D-0123456号", "第D-9999999号", ""} {
		hoa := h.Holder(sample.Hoa)
		h.must(hoa.TryLink("1", number))
		pages = append(pages, hoa.Page.URL.RequestURI()+" "+hoa.Page.Text())
	}
	if pages[0] != pages[1] || pages[1] != pages[2] {
		t.Errorf("the answers differ:\n%s", strings.Join(pages, "\n"))
	}
}

// Ten tries in an hour, counted for the login.
func TestTenTriesAnHour(t *testing.T) {
	h := Start(t, Plan{})
	hoa := h.Holder(sample.Hoa)
	for i := range 10 {
		h.must(hoa.TryLink("1", "D-123"))
		if hoa.Page.Status != http.StatusUnprocessableEntity {
			t.Fatalf("try %d: %d %.300s", i+1, hoa.Page.Status, hoa.Page.Text())
		}
	}
	h.must(hoa.TryLink("1", hoa.Number))
	if hoa.Page.Status != http.StatusTooManyRequests || !hoa.Page.Says("1時間の上限（10回）") {
		t.Errorf("the eleventh try: %d %.300s", hoa.Page.Status, hoa.Page.Text())
	}
	h.Clock.Advance(61 * 60 * 1e9)
	hoa = h.Holder(sample.Hoa)
	h.must(hoa.Link())
}

// Two people with equal names and birth dates: neither is linked at once, an
// officer tells them apart by what the card says of the address, and each gets
// their own.
func TestTwoPeopleOfOneName(t *testing.T) {
	h := Start(t, Plan{})
	reviewer := h.Officer("sssc", "reviewer")
	for _, key := range []string{sample.KenFirst, sample.KenSecond} {
		ken := h.Holder(key)
		h.must(ken.TryLink(ken.Register, ken.Number))
		if ken.Page.URL.Query().Get("asked") != "1" {
			t.Fatalf("%s was answered with %s", key, ken.Page.Text())
		}
		h.must(reviewer.Get("/officer/links"))
		h.must(reviewer.Follow("/officer/links/"))
		if !reviewer.Page.Says("第D-0300001号", "第D-0300002号") {
			t.Errorf("the officer does not see both: %s", reviewer.Page.Text())
		}
		h.must(reviewer.Send("本人と認めて結びつける", "registration", string(h.Registration(key).ID), "note", "住所が一致"))
		if reviewer.Page.Status != http.StatusOK {
			t.Fatalf("the officer's decision: %d %s", reviewer.Page.Status, reviewer.Page.Text())
		}
		h.Settle()
		h.must(ken.Get("/my"))
		if !ken.Page.Says(ken.Number) {
			t.Errorf("%s sees %s", key, ken.Page.Text())
		}
		ken.Entry = "/my/registrations/" + string(h.Registration(key).ID)
		p, err := ken.MakeCertificate()
		h.must(err)
		if v := h.verify("link", p.Link); v["verdict"] != "in_force" || v["says"].(map[string]any)["number"] != ken.Number {
			t.Errorf("%s's certificate: %v", key, v)
		}
	}
}

// A stale approval: two officers have the same case before them; the second
// press is told that the case has moved, and nothing happens twice.
func TestStaleApproval(t *testing.T) {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	h.must(h.Sims.Registers.Marry(sample.Hanako, "佐藤 花子", "さとう はなこ"))
	filed, err := hanako.ChangeName("佐藤 花子", "さとう はなこ")
	h.must(err)
	h.Settle()
	one, two := h.Officer("sssc", "reviewer"), h.Officer("sssc", "supervisor")
	h.must(one.Open(filed.Number))
	h.must(two.Open(filed.Number))
	at := two.Page.URL.Path
	stale, err := two.Page.Form(at + "/approve")
	h.must(err)
	h.must(one.Send(at + "/approve"))
	if s := h.state(filed); s != application.AwaitingPayment {
		t.Fatalf("approved, the application is %s: %s", s, one.Page.Text())
	}
	h.must(two.Submit(stale))
	if two.Page.Status != http.StatusConflict {
		t.Errorf("the second approval is answered with %d: %.400s", two.Page.Status, two.Page.Text())
	}
	if len(two.Page.Text()) < 50 {
		t.Errorf("the second officer is told %q", two.Page.Text())
	}
	var moves int64
	h.Read(func(tx *store.Tx) error {
		return tx.Table("application_steps").Where("application_id = ? AND to_state = ?", strings.TrimPrefix(filed.At, "/my/applications/"),
			application.AwaitingPayment).Count(&moves).Error
	})
	if moves != 1 {
		t.Errorf("approved %d times", moves)
	}
}
