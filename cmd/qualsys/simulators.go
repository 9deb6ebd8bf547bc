package main

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"qualsys/internal/clock"
	evidencesim "qualsys/issue/evidence/sim"
	"qualsys/issue/keys"
	"qualsys/issue/notice/sink"
	"qualsys/issue/payment/paysim"
	"qualsys/registry/actor"
	"qualsys/registry/catalog"
	"qualsys/registry/sample"
	"qualsys/seeds"
	identitysim "qualsys/web/identity/sim"
)

// The sample register of the demo: the same people on every machine.
const (
	sampleSeed   = 84
	samplePeople = 5000
)

// simulators are the parties outside, each a server of its own.
type simulators struct {
	Registers *evidencesim.Registers
	Company   *paysim.Sim
	Mail      *sink.Sink
	servers   []*http.Server
	smtp      net.Listener
	stop      context.CancelFunc
}

// simulate starts one of them, or "all", at the addresses that cfg names, for
// as many sample people as the register holds.
func simulate(ctx context.Context, cfg Config, c clock.Clock, client crypto.PublicKey, which string, known int) (_ *simulators, err error) {
	people, err := sample.People(sampleSeed, known)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	s := &simulators{stop: stop, Mail: sink.New(c.Now)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	s.Registers = evidencesim.New(residents(people), cfg.EvidenceToken, c)
	s.Company, err = paysim.New(paysim.Config{Key: cfg.StripeKey, WebhookSecret: cfg.StripeWebhook, Account: cfg.StripeAccount,
		Base: cfg.StripeURL, Webhook: cfg.BaseURL + "/webhooks/stripe", Clock: c, File: filepath.Join(cfg.Data, "paysim.json")})
	if err != nil {
		return nil, err
	}
	identity, err := identityServer(cfg, c, client, people, s.Registers)
	if err != nil {
		return nil, err
	}
	for _, one := range []struct {
		name, address string
		serves        http.Handler
	}{
		{"identity", cfg.HolderIssuer, identity},
		{"payment", cfg.StripeURL, s.Company.Handler()},
		{"evidence", cfg.EvidenceURL, s.Registers.Handler()},
		{"mail", cfg.MailPage, s.Mail.Handler()},
	} {
		if which != "all" && which != one.name {
			continue
		}
		if err := s.serve(one.address, one.serves); err != nil {
			return nil, err
		}
		switch one.name {
		case "payment":
			go s.Company.Run(ctx)
		case "mail":
			if err := s.serveMail(cfg.SMTP); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func (s *simulators) serve(address string, h http.Handler) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listenAt(u.Host))
	if err != nil {
		return fmt.Errorf("simulator at %s: %w", u.Host, err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }()
	return nil
}

// listenAt keeps simulators on this machine, by number: localhost may mean
// another family of addresses to whoever asks.
func listenAt(host string) string {
	if port, ok := strings.CutPrefix(host, "localhost:"); ok {
		return "127.0.0.1:" + port
	}
	return host
}

func (s *simulators) serveMail(address string) (err error) {
	if s.smtp, err = net.Listen("tcp", listenAt(address)); err != nil {
		return fmt.Errorf("simulated mail server at %s: %w", address, err)
	}
	go func() { _ = s.Mail.Serve(s.smtp) }()
	return nil
}

// Close stops all of them.
func (s *simulators) Close() error {
	s.stop()
	var err error
	for _, server := range s.servers {
		err = errors.Join(err, server.Close())
	}
	if s.smtp != nil {
		err = errors.Join(err, s.smtp.Close())
	}
	return err
}

// code is how simulators call a person.
func code(n int, p sample.Person) string {
	if p.Key != "" {
		return p.Key
	}
	return fmt.Sprintf("p%05d", n)
}

// residents are the sample people as the resident and family registers know them.
func residents(people []sample.Person) []evidencesim.Person {
	out := make([]evidencesim.Person, len(people))
	for n, p := range people {
		out[n] = evidencesim.Person{Code: code(n, p), Name: p.Name.String(), Kana: p.Kana.String(), BirthDate: p.Birth.String(),
			Address: p.Address.String(), Domicile: p.Domicile.String()}
	}
	return out
}

func identityServer(cfg Config, c clock.Clock, client crypto.PublicKey, people []sample.Person, r *evidencesim.Registers) (http.Handler, error) {
	officers, err := demoOfficers()
	if err != nil {
		return nil, err
	}
	base := strings.TrimSuffix(cfg.HolderIssuer, "/holder")
	return identitysim.New(identitysim.Config{Base: base, Clock: c,
		Holders:       func() []identitysim.Person { return cards(people, r) },
		Officers:      func() []identitysim.Person { return officers },
		HolderClient:  identitysim.Client{ID: cfg.HolderClientID, RedirectURIs: []string{cfg.BaseURL + "/login/callback"}, Key: client},
		OfficerClient: identitysim.Client{ID: cfg.OfficerClientID, RedirectURIs: []string{cfg.BaseURL + "/officer/login/callback"}, Key: client},
	})
}

// cards are the identity cards of the sample people: they follow the resident
// register, as cards that were written anew at the town hall do.
func cards(people []sample.Person, r *evidencesim.Registers) []identitysim.Person {
	out := make([]identitysim.Person, 0, len(people))
	for n, p := range people {
		known, ok := r.Known(code(n, p))
		if !ok {
			continue
		}
		gender := "1"
		if p.Female {
			gender = "2"
		}
		out = append(out, identitysim.Person{Subject: known.Code, Name: known.Name, Birthdate: strings.ReplaceAll(known.BirthDate, "/", ""),
			Address: known.Address, Gender: gender, Note: notes[p.Key]})
	}
	return out
}

// notes tell what the people called by name are good for trying.
var notes = map[string]string{
	sample.Hanako:    "結婚して氏名が変わる介護福祉士 / a care worker who marries",
	sample.Yoshio:    "めずらしい漢字・引っ越し / rare characters, moves house",
	sample.Hoa:       "外国籍の介護福祉士 / a care worker with a name in Latin letters",
	sample.Ichiro:    "社会保険労務士 / labor and social security attorney",
	sample.Minoru:    "生まれた日が不詳・二つの資格 / birth day unknown, two qualifications",
	sample.KenFirst:  "同姓同名・同じ生年月日 / namesake with the same birth date",
	sample.KenSecond: "同姓同名・同じ生年月日（もう一人） / the other namesake",
	sample.Hana:      "看護師（変更に登録免許税 1,000円） / a nurse, whose change owes a tax",
	sample.Megumi:    "異体字セレクタのある氏名 / a name with a variation sequence",
	sample.Makoto:    "保険医 / insurance doctor",
	sample.Sumire:    "精神保健福祉士 / mental health social worker",
	sample.Ryo:       "保険薬剤師 / insurance pharmacist",
}

// staff are the officers of each body in the demo.
var staff = []struct {
	key, name, note string
	roles           []actor.Role
}{
	{"reviewer", "審査 一郎", "申請を審査する / reviews applications", []actor.Role{actor.Reviewer}},
	{"registrar", "登録 次郎", "登録を停止・消除する（一人目） / suspends and removes, first person", []actor.Role{actor.Reviewer, actor.Registrar}},
	{"supervisor", "監督 三郎", "二人目として決める / decides as the second person", []actor.Role{actor.Reviewer, actor.Registrar, actor.Supervisor}},
}

// demoOfficers are the staff of every body that keeps a register of the demo.
func demoOfficers() ([]identitysim.Person, error) {
	file, problems := catalog.Parse(seeds.Catalogue)
	if len(problems) > 0 {
		return nil, fmt.Errorf("the catalogue: %v", problems[0])
	}
	used := map[string]bool{}
	for _, q := range file.Qualifications {
		if !q.Live && !q.Demo {
			continue
		}
		for _, r := range file.Registers {
			used[string(r.Body)] = used[string(r.Body)] || r.Qualification == q.Code
		}
	}
	var out []identitysim.Person
	for _, b := range file.Bodies {
		if !used[string(b.ID)] {
			continue
		}
		for _, o := range staff {
			p := identitysim.Person{Subject: string(b.ID) + "-" + o.key, Name: o.name, Body: string(b.ID), BodyName: b.Name, Note: o.note}
			for _, r := range o.roles {
				p.Roles = append(p.Roles, string(r))
			}
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b identitysim.Person) int { return strings.Compare(a.BodyName, b.BodyName) })
	return out, nil
}

// clientKey opens the public half of what signs our client assertions.
func clientKey(dir string) (crypto.PublicKey, error) {
	k, err := keys.OpenSigner(filepath.Join(dir, "client.key"))
	if err != nil {
		return nil, err
	}
	return k.Public(), nil
}
