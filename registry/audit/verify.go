package audit

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"qualsys/internal/store"
)

// slack is how far back the instants of a chain may step: a line bears the
// instant at which its transaction began, and transactions end in another
// order. Nothing of ours stays open for so long.
const slack = time.Hour

// Finding is something that does not add up.
type Finding struct {
	// Chain and Place say where; Place is 0 when the line has no place.
	Chain Chain
	Place int64
	// Line is the id of the audit line, or "".
	Line string
	// What names the trouble: "changed", "deleted", "inserted", "reordered",
	// "backdated", "head", or what the register found.
	What string
	// Object is the thing concerned, where it is known.
	Object Object
}

// String says the finding in one line, without personal data.
func (f Finding) String() string {
	s := fmt.Sprintf("%s %d: %s", f.Chain, f.Place, f.What)
	if f.Line != "" {
		s += " line " + f.Line
	}
	if f.Object.Kind != "" {
		s += " " + f.Object.Kind + " " + f.Object.ID
	}
	return s
}

// Head is the end of a chain. Who keeps a head outside the database can later
// tell whether the chain still leads to it.
type Head struct {
	Chain  Chain
	Length int64
	Digest []byte
}

// Report is what Verify saw.
type Report struct {
	// Lines is the number of lines read, Pending how many of them wait for the sealer.
	Lines, Pending int64
	Heads          []Head
	Findings       []Finding
}

// OK reports whether nothing was found. The zero Report has read nothing and is not OK.
func (r Report) OK() bool { return len(r.Findings) == 0 && r.Heads != nil }

// Verify reads every chain from its beginning and reports each line that does
// not fit. known are heads kept outside, against which a chain that was wholly
// rewritten is found.
func Verify(ctx context.Context, db *store.DB, known ...Head) (Report, error) {
	r := Report{Heads: []Head{}}
	err := db.Snapshot(ctx, func(tx *store.Tx) error { return VerifyIn(tx, &r, known...) })
	if err != nil {
		return Report{}, fmt.Errorf("audit: verify: %w", err)
	}
	return r, nil
}

// VerifyIn is Verify within a transaction that others have begun, so that what
// the register says is compared with the same state.
func VerifyIn(tx *store.Tx, r *Report, known ...Head) error {
	var chains []chainRow
	if err := tx.Order("chain").Find(&chains).Error; err != nil {
		return err
	}
	if r.Heads == nil {
		r.Heads = []Head{}
	}
	last := map[Chain]time.Time{}
	for _, c := range chains {
		w := walk{report: r, chain: c.Chain, known: known}
		if err := w.run(tx); err != nil {
			return err
		}
		last[c.Chain] = w.latest
		if c.Length != w.place || !bytes.Equal(c.Digest, w.digest) {
			w.find("head", sealedLine{})
		}
		r.Heads = append(r.Heads, Head{c.Chain, w.place, w.digest})
	}
	for _, h := range known {
		if h.Length > 0 && !passed(r.Heads, h) {
			r.Findings = append(r.Findings, Finding{Chain: h.Chain, Place: h.Length, What: "head"})
		}
	}
	return verifyUnsealed(tx, r, last)
}

// passed reports whether the chain is at least as long as a known head; that
// its digest at that place is the known one was looked at on the way.
func passed(heads []Head, known Head) bool {
	for _, h := range heads {
		if h.Chain == known.Chain {
			return h.Length >= known.Length
		}
	}
	return false
}

// sealedLine is a seal beside the line it names; the line's columns are empty
// when it is gone.
type sealedLine struct {
	Row        lineRow `gorm:"embedded"`
	Place      int64
	SealDigest []byte
	SealLine   string
}

// walk follows one chain.
type walk struct {
	report *Report
	chain  Chain
	known  []Head
	place  int64
	digest []byte
	latest time.Time
}

const verifyBatch = 2000

func (w *walk) run(tx *store.Tx) error {
	w.digest = []byte{}
	for at := int64(-1 << 62); ; {
		var some []sealedLine
		err := tx.Table("audit_seals s").
			Select("l.*, s.place AS place, s.digest AS seal_digest, s.line_id AS seal_line").
			Joins("LEFT JOIN audit_lines l ON l.id = s.line_id").
			Where("s.chain = ? AND s.place > ?", w.chain, at).
			Order("s.place").Limit(verifyBatch).Scan(&some).Error
		if err != nil {
			return err
		}
		for _, s := range some {
			w.step(s)
			at = s.Place
		}
		if len(some) < verifyBatch {
			return nil
		}
	}
}

func (w *walk) step(s sealedLine) {
	w.report.Lines++
	if s.Place != w.place+1 {
		w.find("deleted", sealedLine{Place: w.place + 1})
	}
	w.place = s.Place
	switch {
	case s.Row.ID == "":
		w.find("deleted", s)
	case s.Row.Chain != w.chain:
		w.find("changed", s)
	case !bytes.Equal(link(w.digest, w.chain, s.Place, s.Row.digest()), s.SealDigest):
		w.find("changed", s)
	case s.Row.RecordedAt.Add(slack).Before(w.latest):
		w.find("backdated", s)
	}
	// from here on the stored digest is followed, so that one change is one finding
	w.digest = s.SealDigest
	if s.Row.RecordedAt.After(w.latest) {
		w.latest = s.Row.RecordedAt.Time
	}
	for _, h := range w.known {
		if h.Chain == w.chain && h.Length == s.Place && !bytes.Equal(h.Digest, s.SealDigest) {
			w.find("head", s)
		}
	}
}

func (w *walk) find(what string, s sealedLine) {
	w.report.Findings = append(w.report.Findings, Finding{
		Chain: w.chain, Place: s.Place, Line: s.SealLine, What: what, Object: Object{s.Row.ObjectKind, s.Row.ObjectID},
	})
}

// verifyUnsealed looks at lines that have no place in a chain: they may wait
// for the sealer, and then they are young and said to wait.
func verifyUnsealed(tx *store.Tx, r *Report, last map[Chain]time.Time) error {
	var lines []struct {
		Row   lineRow `gorm:"embedded"`
		Waits string
	}
	err := tx.Table("audit_lines l").Select("l.*, p.line_id AS waits").
		Joins("LEFT JOIN audit_pending p ON p.line_id = l.id").
		Joins("LEFT JOIN audit_seals s ON s.line_id = l.id").
		Where("s.line_id IS NULL").Order("l.recorded_at, l.id").Scan(&lines).Error
	if err != nil {
		return err
	}
	for _, l := range lines {
		r.Lines++
		f := Finding{Chain: l.Row.Chain, Line: l.Row.ID, Object: Object{l.Row.ObjectKind, l.Row.ObjectID}}
		switch {
		case l.Waits == "":
			f.What = "inserted"
		case l.Row.RecordedAt.Add(slack).Before(last[l.Row.Chain]):
			f.What = "backdated"
		default:
			r.Pending++
			continue
		}
		r.Findings = append(r.Findings, f)
	}
	return nil
}

// Opening is a line's commitment with the salt that opens it.
type Opening struct {
	Line       string
	Action     string
	Object     Object
	Commitment []byte
	Salt       []byte
}

// Opens reports whether details are what the line was made of.
func (o Opening) Opens(details map[string]string) bool {
	return len(o.Salt) > 0 && bytes.Equal(commit(o.Salt, details), o.Commitment)
}
