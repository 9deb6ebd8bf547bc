package officer

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"qualsys/internal/store"
	"qualsys/issue/application"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// perPage is how many cases a page of the queue shows.
const perPage = 50

// QueueView is what the queue's page shows.
type QueueView struct {
	application.Queue
	// Names are the qualifications' names by code, in the reader's language.
	Names  map[string]string
	Offset int
	// Waiting is how many cases wait for an officer, First the most urgent of them.
	Waiting int
	First   string
}

func (p *Pages) queue(c *gin.Context) error {
	v, by, err := p.view(c, "/officer")
	if err != nil {
		return err
	}
	q := QueueView{Offset: max(0, atoi(c.Query("from"))), Waiting: v.Nav[0].Count}
	bucket := application.Bucket(c.Query("bucket"))
	if !known(bucket) {
		bucket = application.AllOpen
	}
	q.Queue, err = p.o.Applications.Queue(c.Request.Context(), by, application.Filter{Bucket: bucket, Offset: q.Offset, Limit: perPage})
	if err != nil {
		return err
	}
	if q.First, err = p.o.Applications.Next(c.Request.Context(), by, ""); err != nil {
		return err
	}
	if q.Names, err = p.names(c, v.Lang); err != nil {
		return err
	}
	return web.Page(c, http.StatusOK, QueuePage(v, q))
}

func known(b application.Bucket) bool {
	for _, k := range application.Buckets {
		if k == b {
			return true
		}
	}
	return false
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// names are what the qualifications are called, by code.
func (p *Pages) names(c *gin.Context, lang page.Lang) (names map[string]string, err error) {
	err = p.o.DB.Read(c.Request.Context(), func(tx *store.Tx) error {
		names, err = qualificationNames(tx, lang)
		return err
	})
	return names, err
}

func qualificationNames(tx *store.Tx, lang page.Lang) (map[string]string, error) {
	list, err := registry.Qualifications(tx, person.DateAt(tx.Now))
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, q := range list {
		names[q.Code] = q.Name
		if lang == page.En {
			names[q.Code] = q.English
		}
	}
	return names, nil
}

func (q QueueView) link(b application.Bucket) string {
	return "/officer?bucket=" + url.QueryEscape(string(b))
}

func (q QueueView) newer() string {
	if q.Offset == 0 {
		return ""
	}
	return q.link(q.Bucket) + "&from=" + strconv.Itoa(max(0, q.Offset-perPage))
}

func (q QueueView) older() string {
	if !q.More {
		return ""
	}
	return q.link(q.Bucket) + "&from=" + strconv.Itoa(q.Offset+perPage)
}

// what is applied for, in a few words.
func what(v page.View, r application.QueueRow) string {
	lang := string(v.Lang)
	if len(r.Items) == 0 {
		return r.Kind.Words(lang)
	}
	out := ""
	for i, item := range r.Items {
		if i > 0 {
			out += and(v)
		}
		out += item.Words(lang)
	}
	if r.Notification {
		return v.T("officer.notification", "what", out)
	}
	return v.T("officer.change_of", "what", out)
}

// and stands between the things of a list in a sentence.
func and(v page.View) string {
	if v.Lang == page.En {
		return ", "
	}
	return "・"
}

// daysLeft is how long until the standard period ends.
func daysLeft(v page.View, r application.QueueRow) string {
	if r.DueOn.IsZero() || !r.State.Open() || r.Info.Owner == application.HolderTurn {
		return "—" // the period rests while the holder has the turn
	}
	return left(v, r.DaysLeft)
}

func stateKind(r application.QueueRow) page.Kind {
	if r.Overdue || (!r.Own && r.Info.Owner == application.OfficerTurn) {
		return page.Warning
	}
	return page.Info
}

func leftKind(r application.QueueRow) page.Kind {
	if r.DueOn.IsZero() || !r.State.Open() || r.Info.Owner != application.OfficerTurn {
		return 0
	}
	return dueTone(r.DaysLeft)
}

func may(by actor.Actor, a actor.Action) bool { return by.May(a, by.Body) == nil }

func queueColumns(v page.View) []page.Column {
	var out []page.Column
	for _, code := range []string{"no", "what", "qualification", "registration", "name", "state", "arrived", "left"} {
		out = append(out, page.Column{Text: v.T("officer.col_" + code)})
	}
	return out
}

func (q QueueView) rows(v page.View) [][]page.Cell {
	rows := make([][]page.Cell, len(q.Rows))
	for i, r := range q.Rows {
		state := r.State.Words(string(v.Lang))
		if r.Own {
			state = v.T("officer.own_case")
		}
		rows[i] = []page.Cell{
			{Text: r.Number, Href: caseAddress(r.ID)}, {Text: what(v, r)}, {Text: q.Names[r.Qualification]},
			{Text: r.RegNumber}, {Text: r.Masked}, {Shown: page.Tag(state, stateKind(r))},
			{Text: page.Date(v.Lang, r.ArrivedAt)}, {Shown: leftCell(daysLeft(v, r), leftKind(r))},
		}
	}
	return rows
}
