package notice_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/notice"
	"qualsys/issue/notice/sink"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

var (
	noon   = time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC)
	hanako = actor.Holder("login_hanako")
	yoshio = actor.Holder("login_yoshio")
)

type world struct {
	t     *testing.T
	db    *store.DB
	clock *clock.Fake
	n     *notice.Notices
	sink  *sink.Sink
	jobs  *later
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	c := clock.At(noon)
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		c.Set(noon)
		test(newWorld(t, db, c))
	}, c)
}

func newWorld(t *testing.T, db *store.DB, c *clock.Fake) *world {
	t.Helper()
	w := &world{t: t, db: db, clock: c, sink: sink.New(c.Now), jobs: &later{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	served := make(chan error, 1)
	go func() { served <- w.sink.Serve(l) }()
	t.Cleanup(func() {
		l.Close()
		if err := <-served; err != nil {
			t.Errorf("sink: %v", err)
		}
	})
	w.n, err = notice.New(notice.Options{DB: db, Jobs: w.jobs, Domain: "qualsys.example", Secret: []byte(strings.Repeat("s", 32)),
		Mail: notice.SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "no-reply@qualsys.example",
			Domain: "qualsys.example", Plain: true}})
	w.must(err)
	return w
}

type later struct {
	mu   sync.Mutex
	list []jobs.Args
}

func (l *later) Enqueue(_ *store.Tx, a jobs.Args, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, a)
	return nil
}

// work sends all queued mails, each job twice.
func (w *world) work() error {
	list := w.jobs.list
	w.jobs.list = nil
	var errs []error
	for _, a := range append(list, list...) {
		var j struct{ Mail string }
		b, err := json.Marshal(a)
		w.must(err)
		w.must(json.Unmarshal(b, &j))
		errs = append(errs, w.n.SendMail(context.Background(), j.Mail))
	}
	return errors.Join(errs...)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(f func(tx *store.Tx) error) {
	w.t.Helper()
	w.must(w.db.Write(context.Background(), f))
}

func (w *world) fails(want error, f func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), f); !errors.Is(err, want) {
		w.t.Errorf("error = %v, want %v", err, want)
	}
}

// verify gives by a verified address and returns the code that was mailed.
func (w *world) verify(by actor.Actor, address string) {
	w.t.Helper()
	a, err := notice.ParseAddress(address)
	w.must(err)
	w.write(func(tx *store.Tx) error { return w.n.AskAddress(tx, by, a) })
	w.must(w.work())
	w.must(w.n.ConfirmAddress(context.Background(), by, w.code()))
}

var digits = regexp.MustCompile(`[0-9]{8}`)

// code reads the code in the newest mail.
func (w *world) code() string {
	w.t.Helper()
	code := digits.FindString(w.sink.Mails()[0].Text)
	if code == "" {
		w.t.Fatalf("no code in %q", w.sink.Mails()[0].Text)
	}
	return code
}

func (w *world) inbox(by actor.Actor, l notice.Language) (list []notice.Notice) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		list, err = w.n.Inbox(tx, by, l, "", 50)
		return err
	}))
	return list
}

func TestANoticeIsReadInTheReadersLanguage(t *testing.T) {
	each(t, func(w *world) {
		w.write(func(tx *store.Tx) error {
			return w.n.Tell(tx, hanako.ID, notice.PayRequest, notice.Params{"a": notice.Money(15000), "b": "7200",
				"body": "心理登録センター", "date": person.DateOf(2026, 12, 26), notice.About: "application:a1"})
		})
		ja, en := w.inbox(hanako, notice.Japanese), w.inbox(hanako, notice.English)
		if want := "お支払いをお願いします。登録免許税 15,000円（国）、手数料 7,200円（心理登録センター）。期限は2026年12月26日（土）です。期限を過ぎても資格は失われません。"; ja[0].Text != want {
			t.Errorf("ja = %s", ja[0].Text)
		}
		if want := "Please pay: registration and licence tax ¥15,000 (state), charge ¥7,200 (心理登録センター). By Saturday, 26 December 2026. Your qualification is not lost if you are late."; en[0].Text != want {
			t.Errorf("en = %s", en[0].Text)
		}
		if ja[0].About != "application:a1" || !ja[0].At.Equal(noon) {
			t.Errorf("notice = %+v", ja[0])
		}
	})
}

func TestAnInboxIsItsOwners(t *testing.T) {
	each(t, func(w *world) {
		for range 3 {
			w.write(func(tx *store.Tx) error { return w.n.Tell(tx, hanako.ID, notice.Linked, nil) })
		}
		id := w.inbox(hanako, notice.Japanese)[0].ID
		if l := w.inbox(yoshio, notice.Japanese); len(l) != 0 {
			t.Errorf("another's inbox shows %d notices", len(l))
		}
		w.fails(notice.ErrNoNotice, func(tx *store.Tx) error { _, err := w.n.Read(tx, yoshio, notice.Japanese, id); return err })
		w.write(func(tx *store.Tx) error { _, err := w.n.Read(tx, hanako, notice.Japanese, id); return err })
		w.write(func(tx *store.Tx) error {
			n, err := w.n.Unread(tx, hanako)
			if n != 2 {
				t.Errorf("unread = %d, want 2", n)
			}
			return err
		})
		w.write(func(tx *store.Tx) error {
			older, err := w.n.Inbox(tx, hanako, notice.Japanese, id, 50)
			if len(older) != 2 {
				t.Errorf("the next page has %d notices, want 2", len(older))
			}
			return err
		})
		w.write(func(tx *store.Tx) error { return w.n.ReadAll(tx, hanako) })
		w.fails(actor.ErrMissing, func(tx *store.Tx) error { _, err := w.n.Unread(tx, actor.Actor{}); return err })
	})
}

func TestWhatIsToldOnceIsToldOnce(t *testing.T) {
	each(t, func(w *world) {
		for range 3 {
			w.write(func(tx *store.Tx) error {
				return w.n.Tell(tx, hanako.ID, notice.TimedOut, notice.Params{notice.Once: "a1/overdue"})
			})
		}
		if l := w.inbox(hanako, notice.Japanese); len(l) != 1 {
			t.Errorf("told %d times", len(l))
		}
	})
}

func TestMailsSayNothingPersonal(t *testing.T) {
	each(t, func(w *world) {
		w.verify(hanako, "hanako@example.jp")
		w.write(func(tx *store.Tx) error {
			return w.n.Tell(tx, hanako.ID, notice.Received, notice.Params{"no": "R8-000123", "date": "2026/12/10"})
		})
		w.must(w.work())
		m := w.sink.Mails()[0]
		if m.To != "hanako@example.jp" || m.Subject != "申請を受け付けました" || strings.Contains(m.Text, "R8-000123") || strings.Contains(m.Text, "12月") {
			t.Errorf("mail = %+v", m)
		}
		if !strings.Contains(m.Text, "このメールに返信しないでください。正式なお知らせはqualsys.exampleの中にあります") {
			t.Errorf("the footer is missing: %s", m.Text)
		}
		w.write(func(tx *store.Tx) error { return w.n.SetLanguage(tx, hanako, notice.English) })
		w.write(func(tx *store.Tx) error { return w.n.Tell(tx, hanako.ID, notice.Registered, nil) })
		w.must(w.work())
		if m := w.sink.Mails()[0]; m.Subject != "Registered" || !strings.Contains(m.Text, "Please do not reply") {
			t.Errorf("mail = %+v", m)
		}
		var left int64
		w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
			return tx.Table("mails").Where("address <> ''").Count(&left).Error
		}))
		if left != 0 {
			t.Errorf("%d mails that went still name their address", left)
		}
	})
}

func TestTheOldAddressIsToldOfAChange(t *testing.T) {
	each(t, func(w *world) {
		w.verify(hanako, "old@example.jp")
		w.must(w.work())
		w.verify(hanako, "new@example.jp")
		w.must(w.work())
		got := map[string]int{}
		for _, m := range w.sink.Mails()[:2] {
			if m.Subject != "お知らせ先のメールアドレスが変わりました" {
				t.Errorf("subject = %s", m.Subject)
			}
			got[m.To]++
		}
		if got["old@example.jp"] != 1 || got["new@example.jp"] != 1 {
			t.Errorf("told %v", got)
		}
		w.write(func(tx *store.Tx) error { return w.n.RemoveAddress(tx, hanako) })
		w.must(w.work())
		if m := w.sink.Mails()[0]; m.To != "new@example.jp" || !strings.Contains(m.Text, "消されました") {
			t.Errorf("after the removal: %+v", m)
		}
	})
}

func TestCodes(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		a, err := notice.ParseAddress("hanako@example.jp")
		w.must(err)
		refuse := func(what, code string) {
			t.Helper()
			if err := w.n.ConfirmAddress(ctx, hanako, code); !errors.Is(err, notice.ErrCode) {
				t.Errorf("%s: %v, want ErrCode", what, err)
			}
		}
		ask := func() string {
			t.Helper()
			w.write(func(tx *store.Tx) error { return w.n.AskAddress(tx, hanako, a) })
			w.must(w.work())
			return w.code()
		}
		refuse("nothing asked", "12345678")
		code := ask()
		if err := w.n.ConfirmAddress(ctx, yoshio, code); !errors.Is(err, notice.ErrCode) {
			t.Errorf("another's code: %v", err)
		}
		for range 5 {
			refuse("wrong", "x")
		}
		refuse("the right one after five wrong tries", code)
		code = ask()
		w.clock.Advance(24 * time.Hour)
		refuse("after 24 hours", code)
		for range 4 {
			code = ask()
		}
		w.fails(notice.ErrTooManyCodes, func(tx *store.Tx) error {
			b, _ := notice.ParseAddress("other@example.jp")
			if err := w.n.AskAddress(tx, hanako, b); err != nil {
				return err
			}
			return w.n.AskAddress(tx, hanako, b)
		})
		w.must(w.n.ConfirmAddress(ctx, hanako, code[:4]+"　"+code[4:]))
		refuse("used", code)
		w.fails(notice.ErrSameAddress, func(tx *store.Tx) error { return w.n.AskAddress(tx, hanako, a) })
		var known int64
		w.must(w.db.Read(ctx, func(tx *store.Tx) error {
			return tx.Table("notice_codes").Where("digest LIKE ?", "%"+code+"%").Count(&known).Error
		}))
		if known != 0 {
			t.Error("the code stands in the table")
		}
	})
}

func TestALetterIsWrittenWhereNobodyCanBeMailed(t *testing.T) {
	each(t, func(w *world) {
		back := notice.Params{"n": 2, "date": "2026/12/26"}
		letters := func() (l []notice.Letter) {
			w.must(w.db.Read(context.Background(), func(tx *store.Tx) (err error) { l, err = w.n.Letters(tx); return err }))
			return l
		}
		w.write(func(tx *store.Tx) error { return w.n.Tell(tx, hanako.ID, notice.Returned, back) })
		l := letters()
		if len(l) != 1 || l[0].Text != "2か所の確認をお願いします。期限は2026年12月26日（土）です。ほかの内容はそのまま残っています。" {
			t.Fatalf("letters = %+v", l)
		}
		clerk := actor.Officer("o", "welfare", actor.Reviewer)
		w.fails(actor.ErrForbidden, func(tx *store.Tx) error { return w.n.LetterSent(tx, hanako, l[0].ID) })
		w.write(func(tx *store.Tx) error { return w.n.LetterSent(tx, clerk, l[0].ID) })
		w.fails(notice.ErrNoLetter, func(tx *store.Tx) error { return w.n.LetterSent(tx, clerk, l[0].ID) })
		w.verify(hanako, "hanako@example.jp")
		w.write(func(tx *store.Tx) error { return w.n.Tell(tx, hanako.ID, notice.Returned, back) })
		if n := len(letters()); n != 0 {
			t.Errorf("%d letters although there is an address", n)
		}
		no := notice.Params{"reason": "r", "authority": "a", "defendant": "d", notice.ByLetter: "yes"}
		w.write(func(tx *store.Tx) error { return w.n.Tell(tx, hanako.ID, notice.Rejected, no) })
		if n := len(letters()); n != 1 {
			t.Errorf("%d letters for a decision that must go by letter", n)
		}
	})
}

func TestRefusedAndDelayedMail(t *testing.T) {
	each(t, func(w *world) {
		clerk := actor.Officer("o", "welfare", actor.Reviewer)
		w.write(func(tx *store.Tx) error { return w.n.KnowOfficer(tx, clerk, "o@refuse.example") })
		w.write(func(tx *store.Tx) error {
			return w.n.TellOfficers(tx, "welfare", notice.CasesNearLimit, notice.Params{"n": "3"})
		})
		w.write(func(tx *store.Tx) error {
			return w.n.Tell(tx, clerk.ID, notice.Returned, notice.Params{"n": 1, "date": "2026/12/26"})
		})
		w.must(w.work())
		var letters, refused int64
		w.must(w.db.Read(context.Background(), func(tx *store.Tx) error {
			return errors.Join(tx.Table("letters").Count(&letters).Error,
				tx.Table("mails").Where("state = 'refused'").Count(&refused).Error)
		}))
		if refused != 2 || letters != 1 {
			t.Errorf("%d refused, %d letters; want 2 and 1", refused, letters)
		}
		w.write(func(tx *store.Tx) error { return w.n.KnowOfficer(tx, clerk, "o@later.example") })
		w.write(func(tx *store.Tx) error { return w.n.Tell(tx, clerk.ID, notice.Linked, nil) })
		err := w.work()
		if err == nil || strings.Contains(err.Error(), "later.example") {
			t.Errorf("error = %v; want one that names no address", err)
		}
		if l := w.inbox(clerk, notice.Japanese); len(l) != 3 || l[2].Text != "対応期限が近い案件が3件あります。" {
			t.Errorf("the officer's inbox = %+v", l)
		}
	})
}
