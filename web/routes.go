package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"qualsys/registry/actor"
)

// Door says who may come in at a route. The zero value lets nobody in.
type Door int

// The doors.
const (
	// Public lets everybody in and looks at no session.
	Public Door = iota + 1
	// Holder lets holders in who have logged in.
	Holder
	// Officer lets officers in who have logged in and have a role that the route names.
	Officer
	// Webhook lets other machines in: no session, no cross-origin check; the
	// handler checks a signature over the raw body.
	Webhook
)

// String returns the door's name as the list of routes spells it.
func (d Door) String() string {
	switch d {
	case Public:
		return "public"
	case Holder:
		return "holder"
	case Officer:
		return "officer"
	case Webhook:
		return "webhook"
	}
	return fmt.Sprintf("web.Door(%d)", int(d))
}

// Access is a door and, for officers, the roles of which one is needed.
type Access struct {
	Door  Door
	Roles []actor.Role
}

// Everybody, Holders and Hooks are the accesses without roles.
var (
	Everybody = Access{Door: Public}
	Holders   = Access{Door: Holder}
	Hooks     = Access{Door: Webhook}
)

// Officers lets officers in who have at least one of roles; without any role
// named, every officer.
func Officers(roles ...actor.Role) Access { return Access{Door: Officer, Roles: roles} }

// Pool is a number of requests that may be worked at once: verification and
// staff have their own, so that a flood at one leaves the other alone.
type Pool int

// The pools. The zero Pool is chosen by the access: staff for officers,
// general for all others.
const (
	General Pool = iota + 1
	Verification
	Staff
	// Light is for answers that cost next to nothing (assets, health): unbounded.
	Light
)

// Route is one entry of the route table.
type Route struct {
	// Method and Path as gin spells them: "/my/certificates/:id".
	Method, Path string
	// Access says who may come in.
	Access Access
	// Pool bounds how many are worked at once; see Pool.
	Pool Pool
	// Body is the most bytes a request may carry; 0 means 64 KiB, and none at all for GET.
	Body int64
	// Time is how long the handler's context lives; 0 means 15 s.
	Time time.Duration
	// Do answers; nil when an adapter has registered the route with gin itself.
	Do Handler
}

// GET and POST are short for the usual routes.
func GET(path string, a Access, do Handler) Route {
	return Route{Method: "GET", Path: path, Access: a, Do: do}
}

// POST is GET's counterpart for what changes something.
func POST(path string, a Access, do Handler) Route {
	return Route{Method: "POST", Path: path, Access: a, Do: do}
}

// Limited returns r with its own body limit in bytes and time.
func (r Route) Limited(body int64, d time.Duration) Route {
	r.Body, r.Time = body, d
	return r
}

// In returns r worked in pool p.
func (r Route) In(p Pool) Route {
	r.Pool = p
	return r
}

// Add declares routes. It panics when one is declared twice or lets nobody in:
// it is called while the program starts.
func (e *Engine) Add(routes ...Route) {
	for _, r := range routes {
		key := r.Method + " " + r.Path
		if _, twice := e.routes[key]; twice {
			panic("web: declared twice: " + key)
		}
		if r.Access.Door < Public || r.Access.Door > Webhook {
			panic("web: nobody may come in at " + key)
		}
		e.routes[key] = r.complete()
		if r.Do == nil {
			continue
		}
		e.gin.Handle(r.Method, r.Path, e.wrap(r.Do))
		if r.Method == "GET" {
			e.gin.Handle("HEAD", r.Path, e.wrap(r.Do))
		}
	}
}

func (r Route) complete() Route {
	if r.Body == 0 && r.Method != "GET" {
		r.Body = 64 << 10
	}
	if r.Time == 0 {
		r.Time = 15 * time.Second
	}
	if r.Pool == 0 {
		r.Pool = General
		if r.Access.Door == Officer {
			r.Pool = Staff
		}
	}
	return r
}

// route finds the entry for what gin has matched.
func (e *Engine) route(c *gin.Context) (Route, bool) {
	method := c.Request.Method
	if method == "HEAD" {
		method = "GET"
	}
	r, ok := e.routes[method+" "+c.FullPath()]
	return r, ok
}

// check compares what gin serves with what is declared, both ways.
func (e *Engine) check() error {
	served := map[string]bool{}
	for _, r := range e.gin.Routes() {
		key := r.Method + " " + r.Path
		if r.Method == "HEAD" {
			key = "GET " + r.Path
		}
		served[key] = true
		if _, ok := e.routes[key]; !ok {
			return fmt.Errorf("web: %s is served and has no entry in the route table", key)
		}
	}
	for key := range e.routes {
		if !served[key] {
			return fmt.Errorf("web: %s is in the route table and nobody serves it", key)
		}
	}
	return nil
}

// Table returns the route table as lines "METHOD path access pool body", sorted,
// for the golden list.
func (e *Engine) Table() []string {
	lines := make([]string, 0, len(e.routes))
	pools := map[Pool]string{General: "general", Verification: "verification", Staff: "staff", Light: "light"}
	for _, r := range e.routes {
		access := r.Access.Door.String()
		if len(r.Access.Roles) > 0 {
			names := make([]string, len(r.Access.Roles))
			for i, role := range r.Access.Roles {
				names[i] = string(role)
			}
			access += "(" + strings.Join(names, "|") + ")"
		}
		lines = append(lines, fmt.Sprintf("%-6s %-40s %-30s %-12s %d", r.Method, r.Path, access, pools[r.Pool], r.Body))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[7:]+a[:7], b[7:]+b[:7]) })
	return lines
}
