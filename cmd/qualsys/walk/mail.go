package walk

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// letterBox is the page of the simulated mail server.
type letterBox struct{ *Visitor }

// openMail opens the page on which sent mail can be read.
func openMail(ctx context.Context, mail string) (letterBox, error) {
	v := NewVisitor(ctx)
	return letterBox{v}, v.Get(mail + "/")
}

// Newest waits for a mail whose line (subject, address) holds all words, and
// returns the text of the newest.
func (b letterBox) Newest(words ...string) (text string, err error) {
	list := b.Page.URL.String()
	err = await(b.ctx, fmt.Sprintf("a mail %q", words), func() error {
		if err := b.Get(list); err != nil {
			return err
		}
		href := b.Page.linkWith(words...)
		if href == "" {
			return errNotYet
		}
		return b.Get(href)
	})
	if err != nil {
		return "", err
	}
	return b.Page.Text(), good(b.Visitor, "the mail")
}

// mailCode is the code that confirms an address: the longest run of digits in
// the line that holds it, spaces and hyphens aside.
var mailCode = regexp.MustCompile(`[0-9]{6,10}`)

// ConfirmEmail gives an e-mail address, reads the code that is mailed there and
// types it in.
func (h *Holder) ConfirmEmail(mail, address string) error {
	if err := h.Get("/my/settings/email"); err != nil {
		return err
	}
	if err := h.Send("/my/settings/email", "address", address); err != nil {
		return err
	}
	if err := good(h.Visitor, "giving an e-mail address"); err != nil {
		return err
	}
	box, err := openMail(h.ctx, mail)
	if err != nil {
		return err
	}
	text, err := box.Newest("確認番号", address)
	if err != nil {
		return err
	}
	code := mailCode.FindString(strings.ReplaceAll(text, "-", ""))
	if code == "" {
		return fmt.Errorf("walk: no code in the mail: %s", text)
	}
	if err := h.Get("/my/settings/code"); err != nil {
		return err
	}
	if err := h.Send("/my/settings/code", "code", code); err != nil {
		return err
	}
	if err := good(h.Visitor, "the code of the mail"); err != nil {
		return err
	}
	if !h.Page.Says(address) {
		return fmt.Errorf("walk: the address %s is not shown as confirmed: %.300s", address, h.Page.Text())
	}
	return nil
}

// told wants a mail, and that it holds nothing about the person.
func (t *trip) told(subject string, secrets ...string) error {
	box, err := openMail(t.ctx, t.Mail)
	if err != nil {
		return err
	}
	text, err := box.Newest(subject, address)
	if err != nil {
		return err
	}
	for _, s := range secrets {
		if strings.Contains(text, s) {
			return fmt.Errorf("walk: the mail %q holds %q", subject, s)
		}
	}
	return nil
}
