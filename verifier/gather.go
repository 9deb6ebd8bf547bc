package verifier

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/pdfcert"
	"qualsys/verifier/trust"
)

// gathering is evidence while it is collected, with what the answer shows.
type gathering struct {
	Evidence
	v        *Verifier
	now      time.Time
	list     *trust.List // nil: could not be had, or is past its next update
	listCode string      // why list is nil
	register trust.Register
	says     *Says
	asOf     time.Time
	until    uint32
	host     string
	hidden   bool
}

func (v *Verifier) begin(ctx context.Context, in Input) *gathering {
	g := &gathering{v: v, now: v.o.Now().UTC()}
	g.Input, g.Findings = in, map[CheckID]Finding{}
	list, err := v.o.Trust(ctx)
	switch {
	case err != nil || list == nil:
		g.listCode = "verifier.issuer.trust_list_missing"
	case list.Stale(g.now):
		g.listCode = "verifier.issuer.trust_list_old"
	default:
		g.list = list
	}
	return g
}

func (g *gathering) set(id CheckID, r Result, word, source string) {
	g.Findings[id] = Finding{Result: r, Code: "verifier." + string(id) + "." + word, Source: source}
}

// sites are the addresses whose links are ours.
func (g *gathering) sites() []string {
	if g.list == nil {
		return g.v.o.Sites
	}
	return append(g.list.Sites[:len(g.list.Sites):len(g.list.Sites)], g.v.o.Sites...)
}

// link reads a link and gathers what its statement says and who signed it.
// It returns false when there is no statement to go on with.
func (g *gathering) link(text string) (credential.Signed, credential.Statement, bool) {
	signed, err := credential.ParseLink(text, g.sites())
	if err != nil {
		g.badLink(err)
		return nil, credential.Statement{}, false
	}
	st, kid, err := signed.Open()
	switch {
	case errors.Is(err, credential.ErrVersion):
		g.set(CheckStatement, Unknown, "version", "certificate")
		return nil, credential.Statement{}, false
	case err != nil:
		g.Cause = Damaged
		g.set(CheckStatement, Failed, "malformed", "certificate")
		return nil, credential.Statement{}, false
	}
	g.Expired = st.Expiry != 0 && st.Expiry < today(g.now)
	g.signature(signed, st, kid)
	return signed, st, true
}

// badLink turns the fault of a link into a finding.
func (g *gathering) badLink(err error) {
	g.Cause = Foreign
	word := "foreign"
	switch {
	case errors.Is(err, credential.ErrLinkHost):
		g.Cause, word = LookAlike, "look_alike"
		var f *fault.Fault
		if errors.As(err, &f) {
			g.host, _ = f.Params()["host"].(string)
		}
	case errors.Is(err, credential.ErrLinkAgency):
		g.Cause, word = Agency, "agency"
	case errors.Is(err, credential.ErrLinkDamaged):
		g.Cause, word = Damaged, "damaged"
	}
	g.set(CheckStatement, Failed, word, "certificate")
}

// signature verifies the statement with the key that the trust list names.
func (g *gathering) signature(signed credential.Signed, st credential.Statement, kid credential.KeyID) {
	if g.list == nil {
		g.set(CheckStatement, Unknown, "no_key", "certificate")
		g.Findings[CheckIssuer] = Finding{Result: Unknown, Code: g.listCode, Source: "trust_list"}
		return
	}
	g.register, _ = g.list.Register(st.Register)
	key, ok := g.list.Key(kid, cose.Statement)
	if !ok {
		word := "unknown_key"
		if key.Key != nil {
			word = "purpose"
		}
		g.set(CheckStatement, Unknown, "no_key", "certificate")
		g.set(CheckIssuer, Failed, word, "trust_list")
		return
	}
	if err := signed.Verify((*ecdsa.PublicKey)(key.Key)); err != nil {
		g.set(CheckStatement, Failed, "signature", "certificate")
		return
	}
	g.set(CheckStatement, Passed, "passed", "certificate")
	g.says = g.saysOf(st)
	switch {
	case !key.SpeaksFor(st.Register):
		g.set(CheckIssuer, Failed, "register", "trust_list")
	case st.Issued < today(key.NotBefore) || st.Issued > today(key.NotAfter):
		g.set(CheckIssuer, Failed, "outside_days", "trust_list")
	case !key.CompromisedFrom.IsZero() && !g.now.Before(key.CompromisedFrom):
		g.set(CheckIssuer, Unknown, "compromised", "trust_list")
	default:
		g.set(CheckIssuer, Passed, "passed", "trust_list")
	}
}

// logged asks the issue log for the statement.
func (g *gathering) logged(ctx context.Context, digest [32]byte) (Issued, error) {
	if g.v.o.Log == nil {
		g.set(CheckIssueLog, Unknown, "unavailable", "")
		return Issued{}, ErrUnavailable
	}
	i, err := g.v.o.Log.Statement(ctx, digest)
	g.log(i, err)
	return i, err
}

// log turns an answer of the issue log into a finding. A key that may be in
// other hands passes by a present answer alone.
func (g *gathering) log(i Issued, err error) {
	switch {
	case err == nil:
		g.set(CheckIssueLog, Passed, "passed", or(i.Source, "issue_log"))
		at := orNow(i.AsOf, g.now)
		g.at(CheckIssueLog, at)
		if g.Findings[CheckIssuer].Code == "verifier.issuer.compromised" && age(at, at, g.now) == Present {
			g.set(CheckIssuer, Passed, "compromised_logged", "trust_list")
		}
	case errors.Is(err, ErrNotIssued):
		g.set(CheckIssueLog, Failed, "not_issued", or(i.Source, "issue_log"))
	case errors.Is(err, ErrNotAsked):
		g.set(CheckIssueLog, NotAsked, "not_asked", "")
	default:
		g.set(CheckIssueLog, Unknown, "unavailable", "issue_log")
	}
}

// state asks for the present state.
func (g *gathering) state(ctx context.Context, digest [32]byte, st credential.Statement) {
	if g.v.o.States == nil {
		g.set(CheckStatus, Unknown, "unavailable", "")
		return
	}
	c, err := g.v.o.States.Status(ctx, digest, st.List, st.Index)
	if err != nil || c.Status < credential.Valid || c.Status > credential.Changed {
		g.set(CheckStatus, Unknown, "unavailable", c.Source)
		return
	}
	g.State, g.Why, g.until = c.Status, c.Why, c.Until
	g.asOf = orNow(c.AsOf, g.now)
	g.Age = age(g.asOf, c.Expires, g.now)
	g.Findings[CheckStatus] = Finding{Source: or(c.Source, "register"), At: g.asOf}
	switch c.Registered {
	case Passed:
		g.set(CheckRegister, Passed, "in_force", "register")
		g.at(CheckRegister, g.asOf)
	case Failed:
		g.set(CheckRegister, Failed, "not_in_force", "register")
		g.at(CheckRegister, g.asOf)
	case Unknown:
		g.set(CheckRegister, Unknown, "unavailable", "register")
	}
}

func (g *gathering) at(id CheckID, t time.Time) {
	f := g.Findings[id]
	f.At = t
	g.Findings[id] = f
}

// today is the civil date in Japan at t, yyyymmdd.
func today(t time.Time) uint32 {
	y, m, d := t.In(clock.JST).Date()
	return uint32(y*10000 + int(m)*100 + d)
}

func printedDate(d uint32) string { return pdfcert.PrintedDate(d) }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func orNow(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t.UTC()
}
