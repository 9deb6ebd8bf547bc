package issue

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// misprint is the reason of a refusal that no character explains: the finished
// file did not pass proofreading.
const misprint = "issue.misprint"

// refusalsListed is how many refusals officers see at once.
const refusalsListed = 200

// Refusal is a certificate that could not be made, as officers see it.
type Refusal struct {
	Registration registry.ID
	// Version is the registration's version that could not be printed; a later
	// one may be.
	Version int
	// Item is the key of what can't be printed ("name", …), Glyph the character
	// and Codepoint its number (U+20BB7); empty where there is none.
	Item, Glyph, Codepoint string
	// Reason is the code of a fault of the press or of the template, for which
	// there is a message, or ErrMisprint's.
	Reason    string
	RefusedAt time.Time
}

// refuse puts what the press can't print on the officers' list, once for each
// version of the registration, and returns ErrNotPrintable or ErrUnprintable. Anything but a
// fault of the content is returned as it is.
func (i *Issuer) refuse(ctx context.Context, r registry.Registration, why error) error {
	faults, ok := fault.All(why)
	if !ok || len(faults) == 0 || faults[0].Kind() != fault.Invalid {
		return wrap("issue: ask whether it can be printed", why)
	}
	f := faults[0]
	glyph := character(f)
	line := refusalRow{
		RegistrationID: r.ID, RegistrationVersion: r.Version, BodyID: r.Body, Kind: Standard,
		Item: cmp.Or(f.Field(), param(f, "item")), Glyph: glyph, Reason: f.Code(),
	}
	if err := i.o.DB.Write(ctx, func(tx *store.Tx) error { return addRefusal(tx, line) }); err != nil {
		return err
	}
	if glyph == "" {
		return ErrUnprintable.With("item", line.Item).With("reason", line.Reason).Because(why)
	}
	return ErrNotPrintable.With("item", line.Item).With("glyph", glyph).With("codepoints", codepoints(glyph)).
		With("reason", line.Reason).Because(why)
}

// param returns a parameter of the fault, or "".
func param(f *fault.Fault, name string) string {
	if v, ok := f.Params()[name]; ok {
		return fmt.Sprint(v)
	}
	return ""
}

// character returns the character that the fault is about: as "glyph", or by
// its "codepoint", U+20BB7.
func character(f *fault.Fault) string {
	if g := param(f, "glyph"); g != "" {
		return g
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(param(f, "codepoint"), "U+"), 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return ""
	}
	return string(rune(n))
}

// codepoints writes a character as U+20BB7, a sequence as U+845B U+E0100.
func codepoints(glyph string) string {
	out := ""
	for _, r := range glyph {
		out += fmt.Sprintf(" U+%04X", r)
	}
	if out == "" {
		return ""
	}
	return out[1:]
}

func addRefusal(tx *store.Tx, line refusalRow) error {
	line.ID, line.RefusedAt = store.NewID(), store.At(tx.Now)
	return wrap("issue: note a refusal", tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&line).Error)
}

// Refusals returns what could not be printed for a body and still can't: the
// registration has not moved since and has no released certificate of that
// version. The newest first, of the last 200.
func (i *Issuer) Refusals(tx *store.Tx, by actor.Actor, body registry.BodyID) ([]Refusal, error) {
	if err := by.May(actor.IssueCertificate, string(body)); err != nil {
		return nil, err
	}
	if by.Kind == actor.KindHolder {
		return nil, actor.ErrForbidden
	}
	var rows []refusalRow
	err := tx.Where("body_id = ?", body).
		Where("NOT EXISTS (SELECT 1 FROM certificates c WHERE c.registration_id = refusals.registration_id" +
			" AND c.registration_version = refusals.registration_version AND c.state = 'released')").
		Order("refused_at DESC, id DESC").Limit(refusalsListed).Find(&rows).Error
	if err != nil {
		return nil, wrap("issue: list refusals", err)
	}
	var out []Refusal
	for _, r := range rows {
		now, err := registry.Get(tx, r.RegistrationID)
		if err != nil {
			return nil, err
		}
		if now.Version == r.RegistrationVersion {
			out = append(out, Refusal{r.RegistrationID, r.RegistrationVersion, r.Item, r.Glyph, codepoints(r.Glyph), r.Reason, r.RefusedAt.Time})
		}
	}
	return out, nil
}
