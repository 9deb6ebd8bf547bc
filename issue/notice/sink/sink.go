// Package sink is a mail server that keeps what it is sent and shows it on a
// small page, so that the demonstration's mails can be read without any mail
// leaving the machine.
package sink

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	keep    = 500     // mails; older ones are forgotten
	maxMail = 1 << 20 // bytes
)

// Mail is one mail as it arrived.
type Mail struct {
	Number    int // from 1, in order of arrival
	MessageID string
	From, To  string
	Subject   string
	Text      string
	At        time.Time
}

// Sink keeps mails in memory. It is safe for use by several goroutines.
type Sink struct {
	now   func() time.Time
	mu    sync.Mutex
	last  int
	mails []Mail
}

// New returns an empty sink; now tells the time of arrival.
func New(now func() time.Time) *Sink { return &Sink{now: now} }

// Mails returns what has arrived, newest first.
func (s *Sink) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Mail, 0, len(s.mails))
	for i := len(s.mails) - 1; i >= 0; i-- {
		out = append(out, s.mails[i])
	}
	return out
}

// Serve takes mail on l until it is closed. Addresses at refuse.example are
// refused for good, those at later.example for now.
func (s *Sink) Serve(l net.Listener) error {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	server.Domain = "sink.example"
	server.MaxMessageBytes = maxMail
	server.MaxRecipients = 10
	server.ReadTimeout, server.WriteTimeout = 30*time.Second, 30*time.Second
	err := server.Serve(l)
	if errors.Is(err, net.ErrClosed) || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

type session struct {
	sink *Sink
	from string
	to   []string
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasSuffix(to, "@refuse.example"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case strings.HasSuffix(to, "@later.example"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	m, err := read(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "the mail can't be read"}
	}
	m.From, m.To = s.from, strings.Join(s.to, ", ")
	s.sink.add(m)
	return nil
}

func (s *Sink) add(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	m.Number, m.At = s.last, s.now()
	s.mails = append(s.mails, m)
	if len(s.mails) > keep {
		s.mails = s.mails[len(s.mails)-keep:]
	}
}

// read takes a mail of plain text apart.
func read(r io.Reader) (Mail, error) {
	msg, err := netmail.ReadMessage(r)
	if err != nil {
		return Mail{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		return Mail{}, err
	}
	body := msg.Body
	switch strings.ToLower(msg.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	return Mail{MessageID: strings.Trim(msg.Header.Get("Message-ID"), "<>"), Subject: subject,
		Text: strings.ReplaceAll(string(text), "\r\n", "\n")}, err
}
