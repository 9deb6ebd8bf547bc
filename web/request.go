package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
)

type requestKey struct{}

// RequestNumber returns the number that a request was given, which stands in
// every log line about it and on every error page; "" outside a request.
func RequestNumber(ctx context.Context) string {
	n, _ := ctx.Value(requestKey{}).(string)
	return n
}

// number gives each request its number. One that a client sends is not taken over.
func (e *Engine) number(c *gin.Context) {
	n := rand.Text()[:12]
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), requestKey{}, n))
	c.Header("X-Request-Id", n)
	c.Set(engineKey, e)
	c.Next()
}

// access writes one line a request: the route's pattern and never the path, the
// query or the address, since those can tell of a person.
func (e *Engine) access(c *gin.Context) {
	began := time.Now()
	c.Next()
	pattern := c.FullPath()
	if pattern == "" {
		pattern = "none"
	}
	slog.InfoContext(c.Request.Context(), "web: request",
		"request", RequestNumber(c.Request.Context()), "method", method(c.Request.Method), "route", pattern,
		"status", c.Writer.Status(), "bytes", max(0, c.Writer.Size()), "took", time.Since(began).Round(time.Microsecond))
}

// method keeps invented methods out of the log.
func method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

// recover turns a panic into a 500 with the request's number.
func (e *Engine) recover(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		slog.ErrorContext(c.Request.Context(), "web: panic", "request", RequestNumber(c.Request.Context()),
			"route", c.FullPath(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		c.Abort()
		e.show(c, e.defect(c))
	}()
	c.Next()
}
