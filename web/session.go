package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/web/identity"
)

// How long a session lives: without being used, and at most (SECURITY; ASVS 7.3).
const (
	idleTime    = 30 * time.Minute
	holderTime  = 12 * time.Hour
	officerTime = 8 * time.Hour
)

// Session is one browser that is logged in.
type Session struct {
	// ID names the session in lists and forms; it is no secret and opens nothing.
	ID string
	// Login is the login's id (identity.Login.ID).
	Login string
	// Agent is the browser and device in words, "Safari / iPhone"; never the whole header.
	Agent string
	// CreatedAt, SeenAt and ExpiresAt in UTC; SeenAt is exact to a minute.
	CreatedAt, SeenAt, ExpiresAt time.Time
}

// Sessions keeps who is logged in, in the database, so that a session can be
// ended from elsewhere and any machine can serve it.
type Sessions struct {
	db       *store.DB
	managers map[actor.Kind]*scs.SessionManager
	secure   bool
}

func newSessions(db *store.DB, secure bool) *Sessions {
	s := &Sessions{db: db, secure: secure, managers: map[actor.Kind]*scs.SessionManager{}}
	for _, kind := range []actor.Kind{actor.KindHolder, actor.KindOfficer} {
		m := scs.New()
		m.Store = sessionStore{db: db, kind: kind}
		m.Codec = facts{}
		m.Cookie.Name = s.cookie(kind)
		s.managers[kind] = m
	}
	return s
}

func (s *Sessions) cookie(kind actor.Kind) string {
	name := "qualsys"
	if kind == actor.KindOfficer {
		name = "qualsys-officer"
	}
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// load reads the session that the request's cookie names, if any, into the
// context that is returned. Nothing is written to the answer: answers may be
// streams.
func (s *Sessions) load(c *gin.Context, kind actor.Kind) (context.Context, *scs.SessionManager, error) {
	m := s.managers[kind]
	token, err := c.Cookie(m.Cookie.Name)
	if err != nil || len(token) > 100 {
		token = ""
	}
	ctx, err := m.Load(c.Request.Context(), token)
	if err != nil {
		return nil, nil, fmt.Errorf("web: load the session: %w", err)
	}
	return ctx, m, nil
}

// visitor returns who is logged in with kind's cookie, or ErrLogin. It is one
// look into the database, and once a minute a note that the session is used.
func (s *Sessions) visitor(c *gin.Context, kind actor.Kind) (visitor, error) {
	token, err := c.Cookie(s.cookie(kind))
	if err != nil || token == "" || len(token) > 100 {
		return visitor{}, ErrLogin
	}
	var v visitor
	var row sessionRow
	var now time.Time
	err = s.db.Read(c.Request.Context(), func(tx *store.Tx) (err error) {
		now = tx.Now
		if row, err = sessionByToken(tx, kind, token); err != nil {
			return err
		}
		v.session = row.session()
		v.login, err = identity.Get(tx, row.LoginID)
		v.login.ACR, v.login.AuthTime = row.ACR, row.AuthAt.Time
		return err
	})
	if errors.Is(err, store.ErrNone) {
		return visitor{}, ErrLogin
	}
	if err == nil && now.Sub(row.SeenAt.Time) >= time.Minute {
		err = touch(c.Request.Context(), s.db, row)
	}
	if err != nil {
		return visitor{}, fmt.Errorf("web: who is logged in: %w", err)
	}
	return v, nil
}

// begin starts a session for l in this browser. Whatever session the browser
// had before is ended, and its token is worth nothing (SECURITY T05).
func (s *Sessions) begin(c *gin.Context, l identity.Login) error {
	ctx, m, err := s.load(c, l.Kind)
	if err != nil {
		return err
	}
	if err := m.RenewToken(ctx); err != nil {
		return fmt.Errorf("web: renew the session: %w", err)
	}
	if err := m.Clear(ctx); err != nil {
		return err
	}
	m.Put(ctx, "login", l.ID)
	m.Put(ctx, "acr", l.ACR)
	m.Put(ctx, "auth_time", l.AuthTime.UTC().Format(time.RFC3339Nano))
	m.Put(ctx, "agent", agentClass(c.Request.UserAgent()))
	token, _, err := m.Commit(ctx)
	if err != nil {
		return fmt.Errorf("web: begin a session: %w", err)
	}
	s.setCookie(c, m.Cookie.Name, token, 0)
	return nil
}

// end ends the session of kind that this browser has, if any.
func (s *Sessions) end(c *gin.Context, kind actor.Kind) error {
	ctx, m, err := s.load(c, kind)
	if err != nil {
		return err
	}
	if m.Token(ctx) != "" {
		if err := m.Destroy(ctx); err != nil {
			return fmt.Errorf("web: end the session: %w", err)
		}
	}
	s.setCookie(c, m.Cookie.Name, "", -1)
	return nil
}

// setCookie sends a cookie that lasts as long as the browser is open, or for
// maxAge seconds when that is not zero.
func (s *Sessions) setCookie(c *gin.Context, name, value string, maxAge int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// facts writes a session's values as JSON with sorted keys; all are strings.
type facts struct{}

// Encode implements scs.Codec.
func (facts) Encode(_ time.Time, values map[string]any) ([]byte, error) { return json.Marshal(values) }

// Decode implements scs.Codec. The deadline is the store's business.
func (facts) Decode(b []byte) (time.Time, map[string]any, error) {
	values := map[string]any{}
	err := json.Unmarshal(b, &values)
	return time.Time{}, values, err
}

// agentClass puts a User-Agent into two words that help a person recognise a
// browser, and forgets the rest, which could single one out.
func agentClass(header string) string {
	pick := func(words ...string) string {
		for i := 0; i+1 < len(words); i += 2 {
			if strings.Contains(header, words[i]) {
				return words[i+1]
			}
		}
		return "?"
	}
	browser := pick("Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "Chrome", "Chrome", "Safari", "Safari")
	device := pick("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "CrOS", "ChromeOS",
		"Macintosh", "Mac", "Linux", "Linux")
	return browser + " / " + device
}
