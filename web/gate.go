package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/registry/actor"
)

// gate holds every request to its entry in the route table: how often, who,
// from where, how large, how many at once, how long.
func (e *Engine) gate(c *gin.Context) {
	r, ok := e.route(c)
	if !ok && c.FullPath() != "" {
		e.fail(c, ErrNoPage)
		return
	}
	if !e.limits.allow(r.class(), c.ClientIP(), time.Now()) && r.Pool != Light {
		e.fail(c, ErrTooMany.With("seconds", 10))
		return
	}
	if !ok {
		c.Next()
		return
	}
	for _, check := range []func(*gin.Context, Route) error{e.checkOrigin, e.checkBody, e.checkDoor} {
		if err := check(c, r); err != nil {
			e.fail(c, err)
			return
		}
	}
	leave, ok := e.limits.enter(r.Pool, c.ClientIP(), c.Request.Context().Done())
	if !ok {
		e.fail(c, ErrBusy.With("seconds", 2))
		return
	}
	defer leave()
	ctx, cancel := context.WithTimeout(c.Request.Context(), r.Time)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

func (r Route) class() class {
	switch {
	case r.Pool == Verification && r.Method != "GET": // pages and ranges tell nothing about a guess
		return verification
	case strings.Contains(r.Path, "/login"):
		return login
	}
	return general
}

// checkOrigin refuses forms that another site's page sends (SECURITY T34).
func (e *Engine) checkOrigin(c *gin.Context, r Route) error {
	if r.Access.Door == Webhook {
		return nil
	}
	if err := e.cross.Check(c.Request); err != nil {
		return ErrCrossOrigin.Because(err)
	}
	return nil
}

// checkBody refuses what is announced as too large and bounds what is read.
func (e *Engine) checkBody(c *gin.Context, r Route) error {
	if c.Request.ContentLength > r.Body {
		return ErrTooLarge.With("limit", r.Body)
	}
	if c.Request.Body != nil {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, r.Body)
	}
	return nil
}

// checkDoor finds out who came in. What an officer may not open is not found
// (SECURITY T07–T09: 404, not 403).
func (e *Engine) checkDoor(c *gin.Context, r Route) error {
	kind := actor.KindHolder
	switch r.Access.Door {
	case Public, Webhook:
		return nil
	case Officer:
		kind = actor.KindOfficer
	}
	v, err := e.sessions.visitor(c, kind)
	if err != nil {
		return err
	}
	if kind == actor.KindOfficer && len(r.Access.Roles) > 0 &&
		!slices.ContainsFunc(r.Access.Roles, func(role actor.Role) bool { return slices.Contains(v.login.Roles, role) }) {
		return ErrNoPage
	}
	c.Set(visitorKey, v)
	return nil
}
