package web

import (
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/registry/actor"
	"qualsys/web/identity"
)

const visitorKey = "qualsys.visitor"

// visitor is who came in at a holder's or officer's door.
type visitor struct {
	login   identity.Login
	session Session
}

// Login returns what the identity provider vouched for when this visitor
// logged in. ErrLogin at a door that asks for none.
func Login(c *gin.Context) (identity.Login, error) {
	v, ok := c.Get(visitorKey)
	if !ok {
		return identity.Login{}, ErrLogin
	}
	return v.(visitor).login, nil
}

// Actor returns who acts, for services. ErrLogin at a door that asks for no login.
func Actor(c *gin.Context) (actor.Actor, error) {
	l, err := Login(c)
	if err != nil {
		return actor.Actor{}, err
	}
	return l.Actor(), nil
}

// Current returns the session that this request came in with.
func Current(c *gin.Context) (Session, error) {
	v, ok := c.Get(visitorKey)
	if !ok {
		return Session{}, ErrLogin
	}
	return v.(visitor).session, nil
}

// Fresh refuses with ErrStepUp when the visitor proved who they are longer ago
// than max. Returned from a handler, it leads through the identity provider and
// back to this page (for a POST: to the form, so ask on the form's GET as well).
func Fresh(c *gin.Context, now time.Time, max time.Duration) error {
	l, err := Login(c)
	if err != nil {
		return err
	}
	if !l.Fresh(now, max) {
		return ErrStepUp
	}
	return nil
}
