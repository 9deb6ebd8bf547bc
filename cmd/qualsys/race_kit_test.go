package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/application"
	"qualsys/issue/application/linking"
	evidencesim "qualsys/issue/evidence/sim"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// What the race and crash tests stand on: care workers of their own, each with
// a login, driven through the services so that two steps can be taken at the
// very same moment.

// long reports whether the tests may take their time.
func long() bool { return os.Getenv("QUALSYS_LONG") != "" }

// times is how often something is tried: few in -short, many with QUALSYS_LONG.
func times(short, usual, longer int) int {
	switch {
	case long():
		return longer
	case testing.Short():
		return short
	}
	return usual
}

// bothEngines runs test in a house on each engine.
func bothEngines(t *testing.T, test func(t *testing.T, h *House)) {
	for _, pg := range []bool{false, true} {
		name := map[bool]string{false: "sqlite", true: "postgres"}[pg]
		t.Run(name, func(t *testing.T) { test(t, Start(t, Plan{PostgreSQL: pg})) })
	}
}

// worker is a care worker with a login and a link.
type worker struct {
	h    *House
	code string
	by   actor.Actor
	reg  registry.ID
	nth  int // how often the name was changed
}

// reviewers are two officers who decide about care workers.
var reviewers = []actor.Actor{
	actor.Officer("test-reviewer-1", "sssc", actor.Reviewer, actor.Registrar),
	actor.Officer("test-reviewer-2", "sssc", actor.Reviewer, actor.Registrar),
}

// workersMade numbers the workers of all tests.
var workersMade atomic.Int64

const (
	careWorkers = registry.RegisterNo(1)
	birth       = "1980/04/05"
	home        = "東京都港区芝1-2-3"
)

// Workers enrols n care workers and links a login to each.
func (h *House) Workers(n int) []*worker {
	h.t.Helper()
	for _, o := range reviewers { // as if they had logged in
		h.Write(func(tx *store.Tx) error {
			return tx.Exec("INSERT INTO logins (id, kind, issuer, subject, name, address, body, roles, first_at, last_at) "+
				"VALUES (?, 'officer', 'test', ?, '審査 太郎', '', 'sssc', '[]', 0, 0) ON CONFLICT DO NOTHING", o.ID, o.ID).Error
		})
	}
	list := make([]*worker, n)
	for k := range list {
		list[k] = h.worker()
	}
	return list
}

func (h *House) worker() *worker {
	h.t.Helper()
	n := workersMade.Add(1)
	w := &worker{h: h, code: fmt.Sprintf("race%05d", n), by: actor.Holder(fmt.Sprintf("race-%05d", n))}
	number, name := fmt.Sprintf("第D-9%06d号", n), "競争 "+kanji(int(n))
	p := registry.Particulars{Name: parsed(h.t, person.ParseName, name), Kana: parsed(h.t, person.ParseKana, "きょうそう たろう"),
		BirthDate: parsed(h.t, person.ParseDate, birth), Domicile: parsed(h.t, person.ParseDomicile, "東京都"),
		Address: parsed(h.t, person.ParseAddress, home)}
	h.Sims.Registers.Add(evidencesim.Person{Code: w.code, Name: name, Kana: "きょうそう たろう", BirthDate: birth, Address: home, Domicile: "東京都"})
	h.Write(func(tx *store.Tx) error {
		made, err := h.System.register.Enrol(tx, clerk, registry.New{Register: careWorkers, Number: number, Particulars: p,
			RegisteredOn: person.DateOf(2015, 4, 10)}, registry.Cause{Kind: "test"})
		w.reg = made.ID
		return err
	})
	out, _, err := h.System.links.Link(h.ctx(), w.by, linking.Login{ID: w.by.ID, Name: p.Name, BirthDate: p.BirthDate, Address: p.Address,
		ACR: strings.Fields(h.Config.HolderACR)[0], AuthTime: h.Clock.Now()}, linking.Wish{Register: careWorkers, Number: number})
	if err != nil || out != linking.Linked {
		h.t.Fatalf("%s was not linked: %v %v", w.code, out, err)
	}
	return w
}

// kanji writes a number as a given name, so that all names differ.
func kanji(n int) string {
	digits := []rune("零一二三四五六七八九")
	var b strings.Builder
	for _, d := range fmt.Sprint(n) {
		b.WriteRune(digits[d-'0'])
	}
	return b.String()
}

// File sends an application for a change of name, as the town hall has it. It
// waits for nobody.
func (w *worker) File() application.View {
	w.h.t.Helper()
	v := w.Draft()
	v, err := w.h.System.cases.Submit(w.h.ctx(), w.by, v.ID, v.Version)
	w.h.must(err)
	return v
}

// Draft fills in an application and does not send it.
func (w *worker) Draft() application.View {
	w.h.t.Helper()
	name := w.marry()
	v, err := w.h.System.cases.Start(w.h.ctx(), w.by, w.reg)
	w.h.must(err)
	v, err = w.fill(v, name)
	w.h.must(err)
	return v
}

// marry gives the worker another name at the town hall.
func (w *worker) marry() string {
	w.h.t.Helper()
	w.nth++
	known, _ := w.h.Sims.Registers.Known(w.code)
	_, given, _ := strings.Cut(known.Name, " ")
	name := "新姓" + kanji(w.nth) + " " + given
	w.h.must(w.h.Sims.Registers.Marry(w.code, name, "しんせい たろう"))
	return name
}

// fill fills in every screen of a draft.
func (w *worker) fill(v application.View, name string) (application.View, error) {
	f := v.Form
	f.Items, f.Name, f.Kana, f.Paper, f.Electronic = []application.Item{application.Name}, name, "しんせい たろう", application.NoPaper, true
	for _, screen := range []application.Screen{application.Choose, application.CheckNew, application.KanaPage, application.Delivery} {
		var err error
		if v, err = w.h.System.cases.Save(w.h.ctx(), w.by, v.ID, v.Version, screen, f); err != nil {
			return v, err
		}
	}
	return v, nil
}

// Look returns an application as it is.
func (w *worker) Look(id string) application.View {
	w.h.t.Helper()
	v, err := w.h.System.cases.View(w.h.ctx(), w.by, id)
	w.h.must(err)
	return v
}

// Reviewed files an application for each worker and waits until officers can decide.
func (h *House) Reviewed(ws []*worker) []application.View {
	h.t.Helper()
	list := make([]application.View, len(ws))
	h.All(ws, func(k int, w *worker) { list[k] = w.File() })
	h.Settle()
	for k, w := range ws {
		if list[k] = w.Look(list[k].ID); list[k].Status.State != application.UnderReview {
			h.t.Fatalf("%s is %s and not under review", w.code, list[k].Status.State)
		}
	}
	return list
}

// Approved is Reviewed with the decision taken and a payment page opened; it
// returns the sessions to pay on as well.
func (h *House) Approved(ws []*worker) ([]application.View, []string) {
	h.t.Helper()
	list := h.Reviewed(ws)
	sessions := make([]string, len(ws))
	h.All(ws, func(k int, w *worker) {
		_, err := h.System.cases.Approve(h.ctx(), reviewers[0], list[k].ID, list[k].Version, "")
		h.must(err)
		sessions[k] = h.PayPage(w, list[k].ID)
		list[k] = w.Look(list[k].ID)
	})
	return list, sessions
}

// All does something for all workers at once.
func (h *House) All(ws []*worker, do func(k int, w *worker)) {
	h.t.Helper()
	var wg sync.WaitGroup
	for k, w := range ws {
		wg.Go(func() { do(k, w) })
	}
	wg.Wait()
	if h.t.Failed() {
		h.t.FailNow()
	}
}

// PayPage opens the page to pay on and returns its session.
func (h *House) PayPage(w *worker, id string) string {
	h.t.Helper()
	address, err := h.System.payments.Checkout(h.ctx(), w.by, id)
	h.must(err)
	return last(address)
}

// Pause stops working jobs until Resume.
func (h *House) Pause() {
	h.t.Helper()
	h.must(h.System.queue.Stop(h.ctx()))
}

// Resume works jobs again after Pause.
func (h *House) Resume() {
	h.t.Helper()
	h.must(h.System.queue.Start(context.WithoutCancel(h.t.Context()), h.Config.Workers))
}

// last is the last part of an address.
func last(address string) string { return address[strings.LastIndex(address, "/")+1:] }

// Race does all of acts at the same moment and returns their errors.
func Race(acts ...func() error) []error {
	errs := make([]error, len(acts))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for k, act := range acts {
		wg.Go(func() {
			<-start
			errs[k] = act()
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// Clear demands that an error is none, or one that says what to do.
func (h *House) Clear(what string, err error) bool {
	h.t.Helper()
	var f *fault.Fault
	if err != nil && !errors.As(err, &f) {
		h.t.Errorf("%s: %v", what, err)
	}
	return err == nil
}

// Sum counts the rows of a table that a condition holds for.
func (h *House) Sum(table, where string, args ...any) (n int64) {
	h.t.Helper()
	h.Read(func(tx *store.Tx) error { return tx.Table(table).Where(where, args...).Count(&n).Error })
	return n
}

// Invariants looks at the tables: SERVICE §3.1 and what must be unique.
func (h *House) Invariants() {
	h.t.Helper()
	for _, rule := range invariants {
		var bad []string
		h.Read(func(tx *store.Tx) error { return tx.Raw(rule.sql).Scan(&bad).Error })
		if len(bad) > 0 {
			h.t.Errorf("%s: %d, as %s", rule.name, len(bad), bad[0])
		}
	}
}

// Audited seals what waits and verifies all chains, the register and the issue log.
func (h *House) Audited() {
	h.t.Helper()
	_, err := audit.NewSealer(h.System.db).Seal(h.ctx())
	h.must(err)
	report, err := registry.VerifyAudit(h.ctx(), h.System.db)
	h.must(err)
	issued, err := issue.VerifyLog(h.ctx(), h.System.db)
	h.must(err)
	for _, f := range append(report.Findings, issued...) {
		h.t.Errorf("audit: %s", f)
	}
}

// invariants each select the ids that break a rule.
var invariants = []struct{ name, sql string }{
	{"registered without a decision", `SELECT id FROM applications WHERE state IN ('registered','certificate_reissued') AND decided_by = ''`},
	{"registered with lines that are not paid", `SELECT a.id FROM applications a JOIN payment_lines l ON l.application = a.id
		WHERE a.state IN ('registered','certificate_reissued') AND l.state NOT IN ('captured','settled','reconciled','disputed','won','lost')`},
	{"registered and owing, and nothing was asked for", `SELECT a.id FROM applications a WHERE a.state IN ('registered','certificate_reissued')
		AND a.tax + a.charge > 0 AND NOT EXISTS (SELECT 1 FROM payment_lines l WHERE l.application = a.id)`},
	{"registered and given back", `SELECT a.id FROM applications a JOIN payment_claims c ON c.application = a.id
		WHERE a.state IN ('registered','certificate_reissued') AND c.closed_at IS NOT NULL`},
	{"ended with an open claim", `SELECT a.id FROM applications a JOIN payment_claims c ON c.application = a.id
		WHERE a.state IN ('rejected','withdrawn','cancelled_timeout','cancelled_deceased') AND c.closed_at IS NULL`},
	{"money taken that neither paid a line nor goes back", `SELECT c.payment FROM payment_captures c
		WHERE NOT EXISTS (SELECT 1 FROM payment_lines l WHERE l.payment = c.payment)
		AND NOT EXISTS (SELECT 1 FROM payment_refunds r WHERE r.payment = c.payment)
		AND NOT EXISTS (SELECT 1 FROM tax_notices n WHERE n.payment = c.payment)
		AND NOT EXISTS (SELECT 1 FROM payment_tasks k WHERE k.payment = c.payment)`},
	{"paid for nothing: the application is still waiting", `SELECT a.id FROM applications a JOIN payment_claims c ON c.application = a.id
		WHERE a.state = 'approved_awaiting_payment' AND c.settled_at IS NOT NULL`},
	{"two receipts for a line", `SELECT line FROM payment_receipts GROUP BY line HAVING COUNT(*) > 1`},
	{"two entries of one application", `SELECT cause_ref FROM entries WHERE cause_kind = 'application' GROUP BY cause_ref HAVING COUNT(*) > 1`},
	{"registered without an entry", `SELECT a.id FROM applications a WHERE a.kind = 'change' AND a.state IN ('registered','certificate_reissued')
		AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.cause_kind = 'application' AND e.cause_ref = a.id)`},
	{"an entry of an application that is not registered", `SELECT e.cause_ref FROM entries e JOIN applications a ON a.id = e.cause_ref
		WHERE e.cause_kind = 'application' AND a.state NOT IN ('registered','certificate_reissued')`},
	{"two valid certificates of a registration", `SELECT registration_id FROM certificates WHERE state = 'released' AND status = 'valid'
		GROUP BY registration_id, kind HAVING COUNT(*) > 1`},
	{"a version without its step or its write", `SELECT application_id FROM application_steps GROUP BY application_id, seq HAVING COUNT(*) > 1`},
	{"a step that does not follow the one before", `SELECT s.application_id FROM application_steps s WHERE s.from_state <> 'draft' AND s.from_state <>
		(SELECT p.to_state FROM application_steps p WHERE p.application_id = s.application_id AND p.seq < s.seq ORDER BY p.seq DESC LIMIT 1)`},
	{"a state that its last step did not lead to", `SELECT a.id FROM applications a WHERE a.state <> 'draft' AND a.state <>
		(SELECT p.to_state FROM application_steps p WHERE p.application_id = a.id ORDER BY p.seq DESC LIMIT 1)`},
	{"a step without actor or time", `SELECT application_id FROM application_steps WHERE actor_kind = '' OR actor_id = '' OR at IS NULL`},
	{"a receipt number used twice", `SELECT number FROM applications WHERE number IS NOT NULL GROUP BY number HAVING COUNT(*) > 1`},
	{"an open application without a slot", `SELECT id FROM applications WHERE state IN ('submitted','evidence_pending','under_review','returned',
		'approved_awaiting_payment','payment_settled') AND open_slot IS NULL`},
	{"a place in a status list used twice", `SELECT CAST(list AS TEXT) FROM certificates GROUP BY list, list_index HAVING COUNT(*) > 1`},
	{"a refund of more than was taken", `SELECT r.payment FROM payment_refunds r JOIN payment_captures c ON c.payment = r.payment
		GROUP BY r.payment, c.amount HAVING SUM(r.amount) > c.amount`},
}
