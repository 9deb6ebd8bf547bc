package sink

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const arrived = "From: no-reply@qualsys.example\r\nTo: hanako@example.jp\r\nSubject: =?UTF-8?B?55Sz6KuL?=\r\n" +
	"Message-ID: <1@qualsys.example>\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n" +
	"PHNjcmlwdD7jgYrnn6XjgonjgZs8L3NjcmlwdD4=\r\n"

func filled(t *testing.T) *Sink {
	t.Helper()
	s := New(func() time.Time { return time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC) })
	one := &session{sink: s}
	if err := one.Rcpt("hanako@example.jp", nil); err != nil {
		t.Fatal(err)
	}
	if err := one.Data(strings.NewReader(arrived)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMailIsTakenApart(t *testing.T) {
	m := filled(t).Mails()[0]
	if m.Subject != "申請" || m.Text != "<script>お知らせ</script>" || m.MessageID != "1@qualsys.example" || m.To != "hanako@example.jp" {
		t.Errorf("mail = %+v", m)
	}
}

func TestPagesShowTextOnly(t *testing.T) {
	h := filled(t).Handler()
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/":         {200, "2026/11/26 12:00:00"},
		"/mails/1":  {200, "&lt;script&gt;お知らせ"},
		"/mails/2":  {404, "メールがありません"},
		"/mails/x":  {404, "メールがありません"},
		"/mails/-1": {404, "メールがありません"},
	} {
		r := httptest.NewRecorder()
		h.ServeHTTP(r, httptest.NewRequest("GET", path, nil))
		if r.Code != want.status || !strings.Contains(r.Body.String(), want.text) || strings.Contains(r.Body.String(), "<script>") {
			t.Errorf("%s: %d\n%s", path, r.Code, r.Body)
		}
	}
}

func TestOldMailsAreForgotten(t *testing.T) {
	s := New(time.Now)
	for range keep + 10 {
		s.add(Mail{})
	}
	if l := s.Mails(); len(l) != keep || l[0].Number != keep+10 {
		t.Errorf("%d mails, newest %d", len(l), l[0].Number)
	}
}

func TestWhatIsNoMailIsRefused(t *testing.T) {
	one := &session{sink: New(time.Now)}
	if err := one.Data(strings.NewReader("no mail")); err == nil {
		t.Error("it was taken")
	}
	if one.Rcpt("a@refuse.example", nil) == nil || one.Rcpt("a@later.example", nil) == nil {
		t.Error("an address that refuses took mail")
	}
}
