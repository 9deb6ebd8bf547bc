package walk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Walk is the main job once, from a login to a verdict, as people do it with a
// browser that runs no scripts.
type Walk struct {
	// Base is our address, Evidence and Mail those of the simulators.
	Base, Evidence, Mail string
	// Step hears of each step that held.
	Step func(words string)
}

// Result is what the walk leaves: a certificate that is in force, and what our
// API answered for it.
type Result struct {
	Certificate  []byte
	Verification map[string]any
}

// The people of the walk.
var (
	hanako = Person{Subject: "hanako", Name: "山田 花子", Birth: "1990/07/21", Register: "1", Number: "第D-0123456号"}
	hoa    = Person{Subject: "hoa", Name: "NGUYEN THI HOA", Birth: "1996/02/29", Register: "1", Number: "第D-0222222号"}
)

// address is where Hanako reads mail.
const address = "hanako@example.jp"

// body keeps the register of the walk.
const body = "sssc"

// Person is somebody of the sample register with what they know of themselves.
type Person struct {
	Subject, Name, Birth string
	// Register and Number name their registration.
	Register, Number string
}

// Run walks; the first step that does not hold is the error.
func (w Walk) Run(ctx context.Context) (Result, error) {
	t := &trip{Walk: w, ctx: ctx}
	for _, part := range []func() error{t.first, t.marriage, t.forgery, t.second, t.removal} {
		if err := part(); err != nil {
			return Result{}, err
		}
	}
	answer, err := t.last()
	return Result{Certificate: t.papers[len(t.papers)-1].PDF, Verification: answer}, err
}

// trip is one walk under way.
type trip struct {
	Walk
	ctx    context.Context
	holder *Holder
	// papers are Hanako's certificates, the oldest first.
	papers []Paper
}

func (t *trip) say(format string, a ...any) {
	if t.Step != nil {
		t.Step(fmt.Sprintf(format, a...))
	}
}

// first: login, link, first certificate.
func (t *trip) first() (err error) {
	if t.holder, err = NewHolder(t.ctx, t.Base, hanako); err != nil {
		return err
	}
	t.say("%s logs in with the (simulated) identity card", hanako.Name)
	if err := t.holder.Link(); err != nil {
		return err
	}
	t.say("links her registration %s: name, birth date and address are the card's, never typed", hanako.Number)
	p, err := t.holder.MakeCertificate()
	if err != nil {
		return err
	}
	if err := t.holder.ConfirmEmail(t.Mail, address); err != nil {
		return err
	}
	t.say("gives her e-mail address and types in the code that is mailed there")
	t.papers = append(t.papers, p)
	t.say("has her first certificate: %s, %d KB, QR code and number %s", p.Name, len(p.PDF)/1024, p.Code)
	return t.verdict(p, hanako.Birth, "in_force")
}

// marriage: a new name, from the town hall to the second certificate.
func (t *trip) marriage() error {
	return t.rename("佐藤 花子", "さとう はなこ", "marries")
}

// second is another change of name, which turns the certificate before it too.
func (t *trip) second() error {
	return t.rename("高橋 花子", "たかはし はなこ", "marries again")
}

// rename walks one change of name: town hall, application, review, payment,
// entry, new certificate; then what becomes of the ones before.
func (t *trip) rename(name, kana, why string) error {
	if err := Marry(t.ctx, t.Evidence, hanako.Subject, name, kana); err != nil {
		return err
	}
	t.say("%s; the town hall writes %s into resident and family register", why, name)
	var err error
	if t.holder, err = NewHolder(t.ctx, t.Base, hanako); err != nil {
		return err
	}
	filed, err := t.holder.ChangeName(name, kana)
	if err != nil {
		return err
	}
	t.say("files the change in %d screens, filled in from the resident register: %s", filed.Screens, filed.Number)
	reviewer, err := NewOfficer(t.ctx, t.Base, body, "reviewer")
	if err != nil {
		return err
	}
	if err := reviewer.Approve(filed.Number); err != nil {
		return err
	}
	t.say("an officer compares what was asked, registered and answered, and approves")
	if err := t.told("お支払い", name, "花子", hanako.Number, filed.Number); err != nil {
		return err
	}
	if err := t.holder.Pay(filed); err != nil {
		return err
	}
	t.say("a mail without any personal data calls her; she sees what to pay to whom, and pays at the (simulated) payment company")
	p, err := t.holder.AwaitCertificate(filed)
	if err != nil {
		return err
	}
	if p.Name != name {
		return fmt.Errorf("walk: the new certificate says %q, not %q", p.Name, name)
	}
	t.say("the register changes, and the certificate of %s is there by itself", p.Name)
	for _, old := range t.papers {
		if err := t.verdict(old, hanako.Birth, "changed"); err != nil {
			return err
		}
	}
	t.papers = append(t.papers, p)
	return t.verdict(p, hanako.Birth, "in_force")
}

// forgery: one byte of the newest certificate flipped.
func (t *trip) forgery() error {
	p := t.papers[len(t.papers)-1]
	for _, at := range []int{len(p.PDF) / 3, len(p.PDF) / 2, len(p.PDF) - 40} {
		bad := append([]byte(nil), p.PDF...)
		bad[at] ^= 1
		v, err := askAPI(t.ctx, t.Base, map[string]any{"file": bad})
		if err != nil {
			return err
		}
		if v["verdict"] != "not_genuine" {
			return fmt.Errorf("walk: with byte %d flipped the file is %v", at, v["verdict"])
		}
	}
	t.say("a flipped byte in the file: not_genuine")
	return nil
}

// removal: two officers remove a registration; its certificate ends.
func (t *trip) removal() error {
	other, err := NewHolder(t.ctx, t.Base, hoa)
	if err != nil {
		return err
	}
	if err := other.Link(); err != nil {
		return err
	}
	p, err := other.MakeCertificate()
	if err != nil {
		return err
	}
	t.say("%s links her registration and has her certificate", hoa.Name)
	if err := t.verdict(p, hoa.Birth, "in_force"); err != nil {
		return err
	}
	if err := Remove(t.ctx, t.Base, body, hoa.Number); err != nil {
		return err
	}
	t.say("one officer proposes to remove %s from the register, another one decides", hoa.Number)
	return t.verdict(p, hoa.Birth, "ended")
}

// last asks the API once more for the newest certificate.
func (t *trip) last() (map[string]any, error) {
	p := t.papers[len(t.papers)-1]
	v, err := askAPI(t.ctx, t.Base, map[string]any{"file": p.PDF})
	if err != nil {
		return nil, err
	}
	if v["verdict"] != "in_force" {
		return nil, fmt.Errorf("walk: at the end %s's certificate is %v, not in_force", p.Name, v["verdict"])
	}
	t.say("%s's certificate is in_force", p.Name)
	return v, nil
}

// patience is how long the walk waits for what is done in the background.
const patience = 3 * time.Minute

var errNotYet = errors.New("not yet")

// await looks again and again until look returns nil. errNotYet means that it
// may still come; any other error ends the waiting.
func await(ctx context.Context, what string, look func() error) error {
	ctx, stop := context.WithTimeoutCause(ctx, patience, fmt.Errorf("walk: %s: waited %s in vain", what, patience))
	defer stop()
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	for {
		err := look()
		if !errors.Is(err, errNotYet) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last seen: %w)", context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}

// good returns an error unless the page before v was answered with 200.
func good(v *Visitor, doing string) error {
	if v.Page.Status != http.StatusOK {
		return fmt.Errorf("walk: %s: %s answers %d: %.400s", doing, v.Page.URL.Path, v.Page.Status, v.Page.Text())
	}
	return nil
}
