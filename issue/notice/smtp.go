package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP sends mail through one server. It is safe for use by several goroutines.
type SMTP struct {
	// Host and Port of the server.
	Host string
	Port int
	// From is the sender's address, and Domain what stands after the @ of every Message-ID.
	From, Domain string
	// User and Password log in; "" when the server wants no login.
	User, Password string
	// Plain allows a connection without TLS, for a server on the same machine.
	Plain bool
}

// Send implements Mailer. ErrRefused when the server says that it will never
// take the mail (5xx), or when the address can't be written in an envelope.
func (s SMTP) Send(ctx context.Context, m Mail) error {
	msg := gomail.NewMsg()
	if err := msg.From(s.From); err != nil {
		return errors.New("notice: the sender's address does not parse")
	}
	if err := msg.To(m.To); err != nil {
		return ErrRefused // the cause would name the address
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@" + s.Domain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no absence notices back
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	c, err := gomail.NewClient(s.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("notice: smtp: %w", err)
	}
	return classify(c.DialAndSendWithContext(ctx, msg))
}

func (s SMTP) options() []gomail.Option {
	o := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(20 * time.Second), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	if s.Plain {
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.User != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthPlain), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return o
}

// classify keeps of an error what names no address.
func classify(err error) error {
	var e *gomail.SendError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e) && !e.IsTemp() && e.ErrorCode() >= 500:
		return ErrRefused
	case errors.As(err, &e):
		return fmt.Errorf("notice: smtp: answer %d %s", e.ErrorCode(), e.EnhancedStatusCode())
	}
	return fmt.Errorf("notice: smtp: %w", err)
}
