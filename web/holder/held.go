package holder

import (
	"slices"

	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/issue/credential"
	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/web/page"
)

// held is one registration of the visitor with what the pages say about it.
type held struct {
	registry.Registration
	Of   registry.Qualification
	Kept registry.Body
	// Certificates, the newest first.
	Certificates []issue.Certificate
}

// held reads a registration that belongs to the visitor; else it is not found.
func (v visit) held(tx *store.Tx, id registry.ID) (h held, err error) {
	if err = v.p.o.Links.Owns(tx, v.by, id); err != nil {
		return h, err
	}
	if h.Registration, err = registry.Get(tx, id); err != nil {
		return h, err
	}
	if h.Of, err = registry.QualificationOf(tx, h.Registration.Qualification, person.DateAt(tx.Now)); err != nil {
		return h, err
	}
	if h.Kept, err = registry.GetBody(tx, h.Body); err != nil {
		return h, err
	}
	h.Certificates, err = v.p.o.Certificates.List(tx, v.by, id)
	return h, err
}

// theirs is held in a look of its own.
func (v visit) theirs(id string) (h held, err error) {
	err = v.read(func(tx *store.Tx) (err error) {
		h, err = v.held(tx, registry.ID(id))
		return err
	})
	return h, err
}

func (h held) at() string { return "/my/registrations/" + string(h.ID) }

// title is the qualification's name in the reader's language.
func (h held) title(v page.View) string { return qualification(v, h.Of) }

func qualification(v page.View, q registry.Qualification) string {
	if v.Lang == page.En && q.English != "" {
		return q.English
	}
	return q.Name
}

// keeper is the body's name in the reader's language.
func (h held) keeper(v page.View) string { return bodyName(v, h.Kept) }

func bodyName(v page.View, b registry.Body) string {
	if v.Lang == page.En && b.English != "" {
		return b.English
	}
	return b.Name
}

// standing is the standing in the words of the law that governs it.
func (h held) standing(v page.View) string {
	term := h.Of.Term(h.Standing)
	if v.Lang == page.En || h.Standing == registry.Active || term == "" {
		return v.T("holder.standing_" + h.Standing.String())
	}
	return term
}

func (h held) weight() page.Kind {
	switch h.Standing {
	case registry.Active:
		return page.Success
	case registry.Suspended:
		return page.Warning
	}
	return page.Alarm
}

// ended reports whether the registration is no more.
func (h held) ended() bool { return h.Standing.Ended() }

// newest returns the newest certificate that is out.
func (h held) newest() (issue.Certificate, bool) {
	i := slices.IndexFunc(h.Certificates, func(c issue.Certificate) bool { return c.State == issue.StateReleased })
	if i < 0 {
		return issue.Certificate{}, false
	}
	return h.Certificates[i], true
}

// making reports whether a certificate is on its way: prepared and not out, or
// the newest one no longer says what the register says.
func (h held) making() bool {
	if slices.ContainsFunc(h.Certificates, func(c issue.Certificate) bool { return c.State == issue.StatePrepared }) {
		return true
	}
	c, ok := h.newest()
	return ok && c.Status == credential.Changed
}

// usable returns the certificate that can be shown to others today.
func (h held) usable() (issue.Certificate, bool) {
	i := slices.IndexFunc(h.Certificates, issue.Certificate.Usable)
	if i < 0 {
		return issue.Certificate{}, false
	}
	return h.Certificates[i], true
}

func certificateAt(c issue.Certificate) string { return "/my/certificates/" + string(c.ID) }

// certificateCode is the end of the message codes that tell a certificate's state.
func certificateCode(c issue.Certificate) string {
	if c.State != issue.StateReleased {
		return "making"
	}
	switch c.Status {
	case credential.Valid:
		return "valid"
	case credential.Changed:
		return "changed"
	case credential.Suspended:
		return "suspended"
	}
	switch c.Reason {
	case issue.Reissued:
		return "reissued"
	case issue.IssuedInError:
		return "withdrawn"
	case issue.Expired:
		return "expired"
	}
	return "not_registered"
}

// certificateVerdict is the band in which a certificate's state is told.
func certificateVerdict(c issue.Certificate) page.Verdict {
	switch certificateCode(c) {
	case "valid":
		return page.InForce
	case "changed":
		return page.Changed
	case "suspended":
		return page.Suspended
	case "making":
		return page.CannotConfirm
	}
	return page.Ended
}

// itemLabel names a further item of a registration (⑨).
func itemLabel(v page.View, key string) string {
	if code := "holder.item_" + key; page.Has(v.Lang, code) {
		return v.T(code)
	}
	return key
}

// mayHaveOne reports whether the holder can have a certificate made: there is
// none yet, or the last one has run out. After a loss or a mistake an officer
// comes first.
func (h held) mayHaveOne() bool {
	c, ok := h.newest()
	return h.Standing == registry.Active && !h.making() && (!ok || c.Reason == issue.Expired)
}

// certificateLine tells the state of the newest certificate in a line.
func (h held) certificateLine(v page.View) string {
	c, ok := h.usable()
	if !ok {
		c, ok = h.newest()
	}
	switch {
	case !ok && h.making():
		return v.T("holder.certificate_making")
	case !ok:
		return v.T("holder.certificate_none")
	}
	return v.T("holder.certificate_line", "state", v.T("holder.certificate_"+certificateCode(c)),
		"date", page.CivilDate(v.Lang, c.IssuedOn.Int()))
}
