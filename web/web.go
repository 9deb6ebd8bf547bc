// Package web is the ground that all pages and the API stand on: the engine,
// who may come in where, sessions, limits, and how an error becomes a page or a
// problem. What is shown is made by web/page; what happens is done by services.
//
// A room (web/public, web/holder, web/officer, web/api) declares routes with
// Engine.Add and writes handlers that return errors:
//
//	func (p pages) approve(c *gin.Context) error {
//		by, err := web.Actor(c)
//		if err != nil {
//			return err
//		}
//		return p.applications.Approve(c.Request.Context(), by, c.Param("id"))
//	}
package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/web/identity"
	"qualsys/web/page"
)

// Handler answers one request, or returns why it can't. A returned error is
// shown as a page or a problem; nothing may have been written before it.
type Handler func(c *gin.Context) error

// Options say what the engine stands on.
type Options struct {
	// DB keeps sessions.
	DB *store.DB
	// Base is our address as people see it, without a path. https turns on
	// HSTS, Secure cookies and the __Host- prefix.
	Base *url.URL
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is
	// believed; empty believes nobody.
	TrustedProxies []string
	// FormOrigins are other origins that a form may lead to: payment, identity.
	FormOrigins []string
	// TrustedOrigins may send unsafe requests to us from their pages; usually none.
	TrustedOrigins []string
	// Holders and Officers log people in; nil means that nobody of that kind can.
	Holders, Officers *identity.Party
	// Welcome, when set, hears of each login before its session begins; its
	// error refuses the login.
	Welcome func(ctx context.Context, login identity.Login) error
	// Demo shows on every page that people and papers are invented.
	Demo bool
	// Limits bound what one address and all together may ask; see Limits.
	Limits Limits
}

// Failure is what an error page shows.
type Failure struct {
	// Status is the HTTP status.
	Status int
	// Code is the first fault's code, or "web.defect".
	Code string
	// Messages are the sentences, one a fault, in Language.
	Messages []string
	// Faults are the faults themselves; empty for a defect.
	Faults fault.List
	// Request is the request's number, for people who call us.
	Request string
	// Language is the reader's.
	Language page.Lang
	// LoginAt is where to log in, when that would help; else "".
	LoginAt string
}

// Engine serves all routes. Make it with New, fill it with Add, then call
// Handler once.
type Engine struct {
	o        Options
	gin      *gin.Engine
	routes   map[string]Route // by "METHOD pattern"
	sessions *Sessions
	limits   *limiter
	cross    *http.CrossOriginProtection
	secure   bool
	policy   string
}

// New returns an engine with the routes of login, logout and language.
func New(o Options) (*Engine, error) {
	if o.DB == nil || o.Base == nil {
		return nil, errors.New("web: the engine needs a database and its own address")
	}
	gin.SetMode(gin.ReleaseMode)
	e := &Engine{
		o: o, gin: gin.New(), routes: map[string]Route{}, limits: newLimiter(o.Limits),
		cross: http.NewCrossOriginProtection(), secure: o.Base.Scheme == "https", policy: policyOf(o),
	}
	e.sessions = newSessions(o.DB, e.secure)
	for _, origin := range o.TrustedOrigins {
		if err := e.cross.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	e.gin.RedirectTrailingSlash = false
	e.gin.RedirectFixedPath = false
	e.gin.HandleMethodNotAllowed = true
	e.gin.ContextWithFallback = false
	e.gin.MaxMultipartMemory = 1 << 20
	if err := e.gin.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, fmt.Errorf("web: trusted proxies: %w", err)
	}
	e.gin.Use(e.number, e.access, e.recover, e.headers, e.gate)
	e.gin.NoRoute(e.wrap(func(*gin.Context) error { return ErrNoPage }))
	e.gin.NoMethod(e.wrap(func(*gin.Context) error { return ErrNoMethod }))
	e.Add(e.loginRoutes()...)
	return e, nil
}

// Sessions lets the holder's pages list and end sessions.
func (e *Engine) Sessions() *Sessions { return e.sessions }

// Gin lends the engine underneath to adapters that register routes themselves
// (huma). Each of those must be declared with Add and a nil Do.
func (e *Engine) Gin() *gin.Engine { return e.gin }

// Handler checks that every route is declared and every declaration served,
// and returns the whole as one handler.
func (e *Engine) Handler() (http.Handler, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	return e.gin, nil
}

// Server returns a server with time limits for slow clients (SECURITY T32–T33).
func (e *Engine) Server(ctx context.Context, address string) (*http.Server, error) {
	h, err := e.Handler()
	if err != nil {
		return nil, err
	}
	return &http.Server{
		Addr: address, Handler: h,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 120 * time.Second,
		MaxHeaderBytes: 32 << 10,
	}, nil
}
