package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"qualsys/internal/store"
)

// TestKilledAnywhere runs the real program, kills it without a word at random
// points between a payment and the new certificate, up to three times in a row,
// and looks whether anything was lost or done twice (SECURITY G1, scenario 24).
// QUALSYS_KILLS says how often; 1,000 takes about half an hour.
func TestKilledAnywhere(t *testing.T) {
	kills := times(6, 12, 90)
	if n, err := strconv.Atoi(os.Getenv("QUALSYS_KILLS")); err == nil {
		kills = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := newCrash(t, rand.New(rand.NewPCG(seed, 1)))
	for n := 0; n < kills; {
		c.prepare(min(8, (kills-n+2)/3))
		for len(c.waiting) > 0 {
			c.pay()
			for range 1 + c.dice.IntN(3) {
				c.run().killAt(c.dice.IntN(40))
				n++
			}
			c.recover()
		}
	}
	c.end()
	t.Logf("%d kills, slowest recovery %v, %d mails sent again under their number", c.kills, c.slowest, c.again)
}

// crash is the program as a child, the parties outside, and what was begun.
type crash struct {
	*House
	dice    *rand.Rand
	binary  string
	db      *store.DB // for looking only
	child   *exec.Cmd
	waiting []string          // sessions to be paid
	paid    int               // applications that were paid
	seen    map[string]string // mails that arrived: Message-ID → number
	mails   map[string]bool   // arrivals that were counted
	again   int
	kills   int
	slowest time.Duration
}

func newCrash(t *testing.T, dice *rand.Rand) *crash {
	h := Start(t, Plan{})
	c := &crash{House: h, dice: dice, binary: filepath.Join(t.TempDir(), "qualsys"), seen: map[string]string{}, mails: map[string]bool{}}
	build := exec.Command("go", "build", "-tags", "nomsgpack", "-o", c.binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as the Makefile builds it, so that it is compiled already
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	t.Cleanup(c.kill)
	return c
}

// prepare has n care workers, each with a certificate and an address for mail,
// asked for money, in this process.
func (c *crash) prepare(n int) {
	c.t.Helper()
	if c.db != nil {
		c.kill()
		c.must(c.db.Close())
		c.db = nil
		c.Open()
	}
	ws := c.Workers(n)
	for _, w := range ws {
		c.Write(func(tx *store.Tx) error {
			return tx.Exec("INSERT INTO notice_settings (login, language, address, verified_at, body, changed_at) VALUES (?, 'ja', ?, ?, '', ?)",
				w.by.ID, w.code+"@example.jp", store.At(tx.Now), store.At(tx.Now)).Error
		})
		c.Paper(w.reg)
	}
	_, c.waiting = c.Approved(ws)
	c.Settle()
	c.Shut()
	var err error
	c.db, err = store.Open(c.ctx(), c.Config.Database, store.Options{})
	c.must(err)
	c.System = &system{db: c.db} // what the helpers of House look at
}

// pay pays one or two of those who wait.
func (c *crash) pay() {
	c.t.Helper()
	for range min(len(c.waiting), 1+c.dice.IntN(2)) {
		c.must(c.Sims.Company.Pay(c.waiting[0]))
		c.waiting, c.paid = c.waiting[1:], c.paid+1
	}
}

// environment are the settings of the house for the child.
func environment(cfg Config) []string {
	env := os.Environ()
	v := reflect.ValueOf(cfg)
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("env")
		if name == "" {
			continue
		}
		value := fmt.Sprint(v.Field(i).Interface())
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",")
		}
		env = append(env, name+"="+value)
	}
	return env
}

// run starts the program and waits until it answers.
func (c *crash) run() *crash {
	c.t.Helper()
	c.child = exec.Command(c.binary, "serve")
	c.child.Env = environment(c.Config)
	c.child.Dir = c.Config.Data
	c.child.Stdout, c.child.Stderr = c.Log, c.Log
	c.must(c.child.Start())
	c.Until("the program answers", func() bool {
		resp, err := http.Get(c.Config.BaseURL + "/healthz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
	return c
}

// kill ends the program as the machine's power does.
func (c *crash) kill() {
	if c.child == nil {
		return
	}
	_ = c.child.Process.Kill()
	var exit *exec.ExitError
	if err := c.child.Wait(); err != nil && !errors.As(err, &exit) {
		c.t.Error(err)
	}
	c.child = nil
}

// killAt kills the program when it has written so many more rows, or when
// nothing is left to do.
func (c *crash) killAt(rows int) {
	c.t.Helper()
	from := c.written()
	c.look("the next point to kill at", func() bool { return c.written() >= from+rows || c.idle() })
	c.kill()
	c.kills++
}

// look asks again and again, closer together than steps of the program are.
func (c *crash) look(what string, ok func() bool) {
	c.t.Helper()
	ctx, stop := context.WithTimeout(c.t.Context(), patienceOfTests)
	defer stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			c.t.Fatalf("in vain: %s", what)
		case <-tick.C:
		}
	}
}

// written counts the rows that every step leaves some of.
func (c *crash) written() (n int) {
	c.t.Helper()
	c.Read(func(tx *store.Tx) error {
		return tx.Raw(`SELECT (SELECT COUNT(*) FROM audit_lines) + (SELECT COUNT(*) FROM payment_events) + (SELECT COUNT(*) FROM notices)
			+ (SELECT COUNT(*) FROM mails WHERE state = 'sent') + (SELECT COUNT(*) FROM payment_events WHERE applied_at IS NOT NULL)
			+ (SELECT COUNT(*) FROM river_job WHERE state = 'completed')`).Scan(&n).Error
	})
	return n
}

// idle reports whether all that was paid is at its end and told.
func (c *crash) idle() bool {
	c.t.Helper()
	return c.Sum("applications", "state = 'certificate_reissued'") == int64(c.paid) &&
		c.Sum("mails", "state = 'queued'") == 0 && c.Sum("payment_events", "applied_at IS NULL") == 0
}

// recover starts the program once more and waits until all is as it should be.
func (c *crash) recover() {
	c.t.Helper()
	c.run()
	since := time.Now()
	c.look("recovery", c.idle)
	c.slowest = max(c.slowest, time.Since(since)) // told, not judged: machines differ
	c.kill()
	c.Invariants()
	for _, m := range c.Sims.Mail.Mails() {
		key := strconv.Itoa(m.Number)
		if c.mails[key] {
			continue
		}
		c.mails[key] = true
		if c.seen[m.MessageID] != "" {
			c.again++ // the same mail: a reader's program shows it once
		}
		c.seen[m.MessageID] = key
	}
}

// end looks at the whole: nothing lost, nothing done twice.
func (c *crash) end() {
	c.t.Helper()
	c.Audited()
	paid := int64(c.paid)
	for _, count := range []struct {
		what, table, where string
		want               int64
	}{
		{"captures", "payment_captures", "1 = 1", paid},
		{"captures that settle", "payment_captures", "meaning = 'settles'", paid},
		{"refunds", "payment_refunds", "1 = 1", 0},
		{"matters of money for officers", "payment_tasks", "1 = 1", 0},
		{"receipts", "payment_receipts", "1 = 1", paid},
		{"entries", "entries", "cause_kind = 'application'", paid},
		{"certificates in force", "certificates", "state = 'released' AND status = 'valid' AND cause_kind = 'application'", paid},
		{"certificates released", "certificates", "state = 'released' AND cause_kind = 'application'", paid},
		{"certificates under way", "certificates", "state = 'prepared'", 0},
		{"mails", "mails", "state = 'sent'", int64(len(c.seen))},
		{"mails not sent", "mails", "state <> 'sent'", 0},
		{"jobs given up", "river_job", "state = 'discarded'", 0},
	} {
		if got := c.Sum(count.table, count.where); got != count.want {
			c.t.Errorf("%s: %d, not %d", count.what, got, count.want)
		}
	}
	var twice []string
	c.Read(func(tx *store.Tx) error {
		return tx.Raw("SELECT login || ' ' || kind || ' ' || about FROM notices GROUP BY login, kind, about HAVING COUNT(*) > 1").Scan(&twice).Error
	})
	if len(twice) > 0 {
		c.t.Errorf("told twice: %v", twice)
	}
}
