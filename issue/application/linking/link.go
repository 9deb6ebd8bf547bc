package linking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"qualsys/internal/clock"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

const (
	hourTries     = 10
	dayMismatches = 3
	lockTime      = 24 * time.Hour
	maxAge        = 15 * time.Minute
)

// The outcomes of a try, for the limits.
const (
	triedLinked     = "linked"
	triedAsked      = "asked"
	triedMismatch   = "mismatch"
	triedUnreadable = "unreadable"
)

func newLinking(o Options) (*Linking, error) {
	if o.DB == nil || o.Teller == nil || len(o.ACR) == 0 {
		return nil, errors.New("linking: database, teller and the strengths of authentication must be given")
	}
	if o.MaxAge == 0 {
		o.MaxAge = maxAge
	}
	return &Linking{o}, nil
}

// relies checks that what the provider vouched for can be relied on.
func (l *Linking) relies(by actor.Actor, login Login, now time.Time) error {
	if err := by.May(actor.RequestLink, ""); err != nil {
		return err
	}
	switch {
	case by.ID != login.ID, login.Name.IsZero(), login.BirthDate.IsZero():
		return ErrClaims
	case !l.strong(login.ACR):
		return ErrWeak
	case login.AuthTime.IsZero() || now.Sub(login.AuthTime) > l.o.MaxAge || login.AuthTime.Sub(now) > time.Minute:
		return ErrOld
	}
	return nil
}

// strong reports whether an acr is enough: one of ours, or several words of
// which one is ("aal3 crl").
func (l *Linking) strong(acr string) bool {
	return slices.Contains(l.o.ACR, acr) ||
		slices.ContainsFunc(strings.Fields(acr), func(word string) bool { return slices.Contains(l.o.ACR, word) })
}

func (l *Linking) link(ctx context.Context, by actor.Actor, login Login, w Wish) (out Outcome, id registry.ID, err error) {
	var answer error // a fault that must not undo the count of tries
	err = l.o.DB.Write(ctx, func(tx *store.Tx) error {
		if answer = l.relies(by, login, tx.Now); answer != nil {
			return nil
		}
		row, err := holdLogin(tx, login)
		if err != nil {
			return fmt.Errorf("linking: %w", err)
		}
		if answer, err = withinTries(tx, row); answer != nil || err != nil {
			return err
		}
		out, id, answer, err = l.try(tx, by, login, w)
		return err
	})
	if err == nil {
		err = answer
	}
	if err != nil {
		return 0, "", err
	}
	return out, id, nil
}

// withinTries returns as its first error the fault to answer with.
func withinTries(tx *store.Tx, row loginRow) (answer, err error) {
	if tx.Now.Before(row.LockedTo.Time) {
		return ErrLocked.With("until", row.LockedTo.In(clock.JST).Format("2006-01-02 15:04")), nil
	}
	var tries int64
	err = tx.Model(&attemptRow{}).Where("login = ? AND tried_at > ?", row.Login, store.At(tx.Now.Add(-time.Hour))).Count(&tries).Error
	if err == nil && tries >= hourTries {
		answer = ErrTries
	}
	return answer, err
}

// try counts the try and does what follows from it.
func (l *Linking) try(tx *store.Tx, by actor.Actor, login Login, w Wish) (Outcome, registry.ID, error, error) {
	register, err := registry.GetRegister(tx, w.Register)
	if err != nil {
		return 0, "", err, nil
	}
	number, err := parseNumber(tx, register, w.Number)
	if err != nil {
		return 0, "", err, count(tx, login, triedUnreadable)
	}
	found, reason, err := l.look(tx, login, register.No, number)
	if err != nil {
		return 0, "", nil, err
	}
	if reason == "" {
		linked, err := l.tie(tx, by, login.ID, found, "matched")
		if err != nil {
			return 0, "", nil, err
		}
		if linked {
			return Linked, found.ID, nil, count(tx, login, triedLinked)
		}
		reason = LinkedAlready // by somebody else, this very moment
	}
	return Asked, "", nil, l.ask(tx, by, login, register, number, found, reason)
}

func parseNumber(tx *store.Tx, r registry.RegisterInfo, typed string) (string, error) {
	if typed == "" {
		return "", nil
	}
	q, err := registry.QualificationOf(tx, r.Qualification, person.DateAt(tx.Now))
	if err != nil {
		return "", err
	}
	return registry.ParseNumber(q.Number, typed)
}

// look finds the registration that is meant and what speaks against linking it
// at once; "" when nothing does.
func (l *Linking) look(tx *store.Tx, login Login, no registry.RegisterNo, number string) (registry.Registration, Reason, error) {
	none := registry.Registration{}
	if number == "" {
		return none, NoNumber, nil
	}
	r, err := registry.ByNumber(tx, no, number)
	if errors.Is(err, registry.ErrNotFound) {
		return none, UnknownNumber, nil
	} else if err != nil {
		return none, "", err
	}
	if r, err = registry.Hold(tx, r.ID); err != nil { // it stays as it is until the link stands
		return none, "", err
	}
	same, err := registry.Namesakes(tx, no, login.Name, login.BirthDate)
	if err != nil {
		return none, "", err
	}
	holder, err := holderOf(tx, r.ID)
	if err != nil || holder == login.ID {
		return r, "", err
	}
	return r, against(r, login, len(same), holder), nil
}

// against compares the register with what was vouched for (SECURITY T01).
func against(r registry.Registration, login Login, namesakes int, holder string) Reason {
	day := uint32(login.BirthDate)
	switch {
	case r.Name.Fold() != login.Name.Fold(), r.BirthDate != login.BirthDate:
		return Mismatch
	case r.Name.String() != login.Name.String():
		return Variant
	case day%100 == 0 || day/100%100 == 0:
		return PartialBirth
	case r.Standing.Ended():
		return Ended
	case holder != "":
		return LinkedAlready
	case namesakes > 1:
		return Namesake
	case !r.Address.IsZero() && r.Address.Fold() != login.Address.Fold():
		return OtherAddress
	}
	return ""
}

func count(tx *store.Tx, login Login, outcome string) error {
	return tx.Create(&attemptRow{ID: store.NewID(), Login: login.ID, Outcome: outcome, TriedAt: store.At(tx.Now)}).Error
}

// tie makes a link, and returns false when another login has the registration.
func (l *Linking) tie(tx *store.Tx, by actor.Actor, login string, r registry.Registration, cause string) (bool, error) {
	if holder, err := holderOf(tx, r.ID); err != nil || holder != "" {
		return holder == login, err
	}
	row := linkRow{ID: store.NewID(), Login: login, Registration: r.ID, Cause: cause, LinkedAt: store.At(tx.Now)}
	fresh, err := once(tx, &row)
	if err != nil || !fresh {
		return false, err
	}
	if err := record(tx, by, r, "link.made", cause); err != nil {
		return false, err
	}
	return true, l.o.Teller.TellLink(tx, login, ToldLinked, row.ID)
}

func record(tx *store.Tx, by actor.Actor, r registry.Registration, action, cause string) error {
	return audit.Record(tx, by, audit.Line{Chain: audit.RegisterChain(uint32(r.Register)), Action: action,
		Object: audit.Object{Kind: "registration", ID: string(r.ID)}, Cause: cause})
}

// ask hands a wish to an officer. The answer, and what it takes to make it, is
// the same for a number that does not exist and for one that is another's.
func (l *Linking) ask(tx *store.Tx, by actor.Actor, login Login, register registry.RegisterInfo, number string,
	found registry.Registration, reason Reason) error {
	outcome := triedAsked
	if reason == Mismatch || reason == UnknownNumber {
		outcome = triedMismatch
	}
	if err := count(tx, login, outcome); err != nil {
		return err
	}
	row := requestRow{ID: store.NewID(), Login: login.ID, Name: login.Name, BirthDate: login.BirthDate, Address: login.Address,
		RegisterNo: register.No, Body: register.Body, Number: number, Reason: reason, State: Open, AskedAt: store.At(tx.Now)}
	fresh, err := once(tx, &row)
	if err == nil && !fresh { // the request that lies open already says what was wished for last
		err = tx.Model(&requestRow{}).Where("login = ? AND register_no = ? AND state = ?", login.ID, register.No, Open).
			Updates(map[string]any{"name": login.Name, "birth_date": login.BirthDate, "address": login.Address,
				"number": number, "reason": reason}).Error
	}
	if err != nil {
		return fmt.Errorf("linking: ask: %w", err)
	}
	if fresh {
		if err := l.o.Teller.TellLink(tx, login.ID, ToldAsked, row.ID); err != nil {
			return err
		}
	}
	if err := l.warn(tx, login, found); err != nil {
		return err
	}
	if outcome == triedMismatch {
		return l.lock(tx, by, login)
	}
	return nil
}

// warn tells the holder of a registration that another login asked for it,
// once a day.
func (l *Linking) warn(tx *store.Tx, login Login, found registry.Registration) error {
	if found.ID == "" {
		return nil
	}
	holder, err := holderOf(tx, found.ID)
	if err != nil || holder == "" || holder == login.ID {
		return err
	}
	return l.o.Teller.TellLink(tx, holder, ToldTried, string(found.ID)+" "+person.DateAt(tx.Now).String())
}

// lock shuts a login out for a day after the third mismatch in a day.
func (l *Linking) lock(tx *store.Tx, by actor.Actor, login Login) error {
	var misses int64
	err := tx.Model(&attemptRow{}).Where("login = ? AND outcome = ? AND tried_at > ?",
		login.ID, triedMismatch, store.At(tx.Now.Add(-lockTime))).Count(&misses).Error
	if err != nil || misses < dayMismatches {
		return err
	}
	slog.WarnContext(tx.Context(), "linking: a login is locked after three mismatches", "login", login.ID)
	if err := tx.Model(&loginRow{}).Where("login = ?", login.ID).
		Update("locked_to", store.At(tx.Now.Add(lockTime))).Error; err != nil {
		return err
	}
	return audit.Record(tx, by, audit.Line{Action: "link.locked", Object: audit.Object{Kind: "login", ID: login.ID}})
}
