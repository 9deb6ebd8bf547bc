package walk

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"qualsys/pdfcert"
)

// Holder is a holder who has logged in.
type Holder struct {
	*Visitor
	Person
	// Entry is the address of the registration's page, once it is known.
	Entry string
}

// NewHolder logs a person in and stands on わたしの資格. Who has one registration
// stands on its page.
func NewHolder(ctx context.Context, base string, p Person) (*Holder, error) {
	v := NewVisitor(ctx)
	if err := v.Get(base + "/"); err != nil {
		return nil, err
	}
	return As(v, p)
}

// As logs v in as a person.
func As(v *Visitor, p Person) (*Holder, error) {
	if err := LogIn(v, HolderDoor, p.Subject, p.Subject); err != nil {
		return nil, err
	}
	h := &Holder{Visitor: v, Person: p}
	if err := h.Get("/my"); err != nil {
		return nil, err
	}
	if err := good(v, "わたしの資格"); err != nil {
		return nil, err
	}
	if entry, err := h.Page.Link("/my/registrations/"); err == nil {
		h.Entry = entry
	}
	return h, nil
}

// Link ties the login to the registration (初期設定), which must work at once.
func (h *Holder) Link() error {
	if err := h.TryLink(h.Register, h.Number); err != nil {
		return err
	}
	if !strings.HasPrefix(h.Page.URL.Path, "/my/registrations/") {
		return fmt.Errorf("walk: %s was not linked at once: %.400s", h.Subject, h.Page.Text())
	}
	h.Entry = h.Page.URL.Path
	return good(h.Visitor, "the registration")
}

// TryLink sends the form for linking and stays where that leads; without a
// number, it says that the number is not known.
func (h *Holder) TryLink(register, number string) error {
	if err := h.Get("/my/link"); err != nil {
		return err
	}
	f, err := h.Page.Form("/my/link")
	if err != nil {
		return err
	}
	f.Set("register", register).Set("number", number)
	if number == "" {
		f.Set("unknown", "1")
	}
	return h.Submit(f)
}

// MakeCertificate has the first certificate made and saves it.
func (h *Holder) MakeCertificate() (Paper, error) {
	if err := h.Get(h.Entry); err != nil {
		return Paper{}, err
	}
	if err := h.Send(h.Entry + "/certificate"); err != nil {
		return Paper{}, err
	}
	return h.save()
}

// save saves the certificate on whose page the holder stands.
func (h *Holder) save() (Paper, error) {
	at := h.Page.URL.Path
	if !strings.HasPrefix(at, "/my/certificates/") {
		return Paper{}, fmt.Errorf("walk: %s led to %s (status %d) and not to a certificate: %.400s", h.Subject, at, h.Page.Status, h.Page.Text())
	}
	if err := h.Follow(at + "/file"); err != nil {
		return Paper{}, err
	}
	if err := good(h.Visitor, "the certificate's file"); err != nil {
		return Paper{}, err
	}
	if kind := h.Page.Header.Get("Content-Type"); kind != "application/pdf" {
		return Paper{}, fmt.Errorf("walk: the certificate's file is %q", kind)
	}
	p, err := ReadPaper(h.Page.Body)
	p.At = at
	return p, err
}

// Paper is a certificate in somebody's hand, with what can be read on it.
type Paper struct {
	PDF []byte
	// Link is what the QR code holds; Code stands beside it.
	Link, Code string
	Name       string
	// At is the address of its page, for its holder.
	At string
}

// ReadPaper reads a certificate as a scanner and a reader do.
func ReadPaper(pdf []byte) (p Paper, err error) {
	f, err := pdfcert.Open(pdf)
	if err != nil {
		return p, fmt.Errorf("walk: the certificate: %w", err)
	}
	r, err := f.Read()
	if err != nil {
		return p, fmt.Errorf("walk: the certificate: %w", err)
	}
	if len(r.Links) != 1 {
		return p, fmt.Errorf("walk: the certificate has %d QR codes", len(r.Links))
	}
	return Paper{PDF: pdf, Link: r.Links[0], Code: r.Says.Code, Name: r.Says.Name.Value}, nil
}

// Filed is an application that has been sent.
type Filed struct {
	At, Number string
	Screens    int
}

// ChangeName files a change of name that the resident register has told already.
func (h *Holder) ChangeName(name, kana string) (Filed, error) {
	return h.File(map[string]func(*Form) error{
		"choose": func(f *Form) error { f.Set("items", "name"); return nil },
		"check": func(f *Form) error {
			if got := f.Value("name"); got != name {
				return fmt.Errorf("walk: the form is filled in with %q, not with %q", got, name)
			}
			return nil
		},
		"kana": func(f *Form) error { f.Set("kana", kana); return nil },
	})
}

// number is how applications are numbered (受付番号).
var number = regexp.MustCompile(`\b[0-9]{4}-[0-9]{6}-[0-9]\b`)

// File goes through the screens of a change and sends it. fill fills in screens
// by name; on a screen without one, what is there stays. Where something must be
// chosen about the paper, the first thing offered is.
func (h *Holder) File(fill map[string]func(*Form) error) (Filed, error) {
	if err := h.Get(h.Entry + "/change"); err != nil {
		return Filed{}, err
	}
	if err := h.Send(h.Entry + "/change"); err != nil {
		return Filed{}, err
	}
	done := Filed{At: h.Page.URL.Path}
	for range 8 {
		if err := good(h.Visitor, "a screen of the application"); err != nil {
			return done, err
		}
		done.Screens++
		if send, err := h.Page.Form(done.At + "/submit"); err == nil {
			if err := h.Submit(send); err != nil {
				return done, err
			}
			return h.sent(done)
		}
		if err := h.screen(done.At, fill); err != nil {
			return done, err
		}
	}
	return done, fmt.Errorf("walk: more than eight screens, and no end: %.300s", h.Page.Text())
}

func (h *Holder) screen(at string, fill map[string]func(*Form) error) error {
	f, err := h.Page.Form(at)
	if err != nil {
		return err
	}
	if f.Has("paper") && f.Value("paper") == "" {
		f.Set("paper", f.Options("paper")[0])
	}
	if f.Has("electronic") {
		f.Set("electronic", "1")
	}
	if do := fill[f.Value("screen")]; do != nil {
		if err := do(f); err != nil {
			return err
		}
	}
	return h.Submit(f)
}

func (h *Holder) sent(done Filed) (Filed, error) {
	if err := good(h.Visitor, "sending the application"); err != nil {
		return done, err
	}
	if done.Number = number.FindString(h.Page.Text()); done.Number == "" {
		return done, fmt.Errorf("walk: no number was given: %.400s", h.Page.Text())
	}
	done.Screens++
	return done, nil
}

// ReportLoss reports the certificate lost, damaged or leaked, with those fields
// of the form.
func (h *Holder) ReportLoss(fields ...string) (Filed, error) {
	if err := h.Get(h.Entry + "/loss"); err != nil {
		return Filed{}, err
	}
	if err := h.Send(h.Entry+"/loss", fields...); err != nil {
		return Filed{}, err
	}
	return h.sent(Filed{At: h.Page.URL.Path})
}

// Pay waits until money is asked for, and pays it at the simulated company.
func (h *Holder) Pay(f Filed) error {
	if err := h.AwaitPayment(f); err != nil {
		return err
	}
	if err := h.Send(f.At + "/pay"); err != nil {
		return err
	}
	if err := h.Send("/pay"); err != nil { // there
		return err
	}
	if h.Page.URL.Path != f.At {
		return fmt.Errorf("walk: paying led to %s (status %d): %.400s", h.Page.URL.Path, h.Page.Status, h.Page.Text())
	}
	return good(h.Visitor, "coming back from the payment")
}

// AwaitPayment waits until the application's page asks for money.
func (h *Holder) AwaitPayment(f Filed) error {
	return await(h.ctx, "the request to pay "+f.Number, func() error {
		if err := h.Get(f.At); err != nil {
			return err
		}
		if _, err := h.Page.Form(f.At + "/pay"); err != nil {
			return fmt.Errorf("%w: %w", errNotYet, err)
		}
		return good(h.Visitor, "the application")
	})
}

// AwaitCertificate waits until the application has led to a certificate, and
// saves it.
func (h *Holder) AwaitCertificate(f Filed) (p Paper, err error) {
	err = await(h.ctx, "the certificate after "+f.Number, func() error {
		if err := h.Get(f.At); err != nil {
			return err
		}
		if _, err := h.Page.Link("/my/certificates/"); err != nil {
			return fmt.Errorf("%w: %w", errNotYet, err)
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	if err := h.Follow("/my/certificates/"); err != nil {
		return p, err
	}
	return h.save()
}
