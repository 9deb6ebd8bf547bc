package registry

import (
	"fmt"
	"slices"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// Watcher is told of every movement of a registration, in the transaction that
// moves it; an error undoes everything. At enrolment before is the zero
// Registration. When a suspension begins or ends by its dates, before and after
// differ in Standing only and e is the latest entry.
type Watcher interface {
	RegistrationMoved(tx *store.Tx, before, after Registration, e Entry) error
}

// Interests tells whether an actor decides about their own registration.
type Interests interface {
	OwnCase(tx *store.Tx, by actor.Actor, id ID) (bool, error)
}

// Register is the one writer of registrations.
type Register struct {
	watchers  []Watcher
	interests Interests
}

// NewRegister returns a register that tells the watchers, in order.
func NewRegister(watchers ...Watcher) *Register { return &Register{watchers: watchers} }

// Watch adds a watcher. Not to be called once the register is in use.
func (g *Register) Watch(w Watcher) { g.watchers = append(g.watchers, w) }

// Mind sets who knows of own cases. Not to be called once the register is in use.
func (g *Register) Mind(i Interests) { g.interests = i }

// Apply changes a registration: the only way to do so, beside Second for what
// needs two persons. version is the version that the caller saw: when the
// registration has moved since, nothing happens and ErrStale comes back.
// effective is the day from which the change holds; changes that carry their own
// date take a zero one. It returns the registration as it then is.
func (g *Register) Apply(tx *store.Tx, by actor.Actor, id ID, version int, change Change, effective person.Date, cause Cause) (Registration, error) {
	before, err := Get(tx, id)
	if err != nil {
		return Registration{}, err
	}
	kinds := change.Kinds()
	if err := by.May(actionFor(kinds), string(before.Body)); err != nil {
		return Registration{}, err
	}
	if isMeasure(kinds) {
		return Registration{}, ErrTwoPersons
	}
	if err := g.notOwn(tx, by, id); err != nil {
		return Registration{}, err
	}
	w := writing{by: by, before: before, version: version, kinds: kinds, cause: cause}
	if w.effective, err = effectiveDate(change, effective); err != nil {
		return Registration{}, err
	}
	if err := w.allowed(tx); err != nil {
		return Registration{}, err
	}
	if w.patch, err = change.patch(before.State, w.effective); err != nil {
		return Registration{}, err
	}
	return g.write(tx, w)
}

func actionFor(kinds []ChangeKind) actor.Action {
	for _, k := range kinds {
		switch k {
		case ChangedCorrection:
			return actor.CorrectEntry
		case ChangedLapse:
			return actor.LapseRegistration
		case ChangedSuspension, ChangedRestored, ChangedRemoval, ChangedRevocation:
			return actor.ProposeMeasure
		}
	}
	return actor.ChangeRegistration
}

func (g *Register) notOwn(tx *store.Tx, by actor.Actor, id ID) error {
	if g.interests == nil || by.Kind != actor.KindOfficer {
		return nil
	}
	own, err := g.interests.OwnCase(tx, by, id)
	if err == nil && own {
		err = ErrOwnCase
	}
	return err
}

// effectiveDate reconciles the date of the call with the change's own.
func effectiveDate(change Change, given person.Date) (person.Date, error) {
	if d, ok := change.(dated); ok {
		own := d.effectiveOn()
		if !own.Complete() || (!given.IsZero() && given != own) {
			return 0, ErrEffective
		}
		return own, nil
	}
	if !given.Complete() {
		return 0, ErrEffective
	}
	return given, nil
}

// writing is one entry on its way into the register.
type writing struct {
	by, second actor.Actor
	before     Registration
	version    int
	kinds      []ChangeKind
	patch      patch
	effective  person.Date
	cause      Cause
}

// allowed asks what every change has to hold to.
func (w writing) allowed(tx *store.Tx) error {
	today := person.DateAt(tx.Now)
	ownDate := slices.ContainsFunc(w.kinds, func(k ChangeKind) bool {
		return k == ChangedSuspension || k == ChangedRemoval || k == ChangedRevocation || k == ChangedLapse
	})
	switch {
	case w.before.Version != w.version:
		return ErrStale
	case w.cause.Kind == "":
		return ErrCause
	case w.effective.After(today) && !ownDate:
		return ErrFuture
	case w.before.RegisteredOn.Complete() && w.effective.Before(w.before.RegisteredOn):
		return ErrBeforeRegistration
	case !w.before.End.On.IsZero() && !survives(w.kinds):
		return ErrEnded
	}
	return nil
}

func (g *Register) write(tx *store.Tx, w writing) (Registration, error) {
	after := w.before
	after.Version++
	latest := registrationRow{}
	err := store.One(tx.Select("latest_on").Where("id = ?", string(w.before.ID)), &latest)
	if err != nil {
		return Registration{}, fmt.Errorf("registry: apply: %w", err)
	}
	if w.effective.Before(latest.LatestOn) { // takes its place among the entries
		rows, err := entryRows(tx, w.before.ID)
		if err != nil {
			return Registration{}, err
		}
		all, err := steps(rows)
		if err != nil {
			return Registration{}, err
		}
		after.State = fold(append(all, step{w.patch, w.effective, after.Version}))
	} else {
		after.State = w.patch.onto(w.before.State)
	}
	after.Standing = after.StandingOn(person.DateAt(tx.Now))
	row := newRegistrationRow(after, max(w.effective, latest.LatestOn))
	row.UpdatedAt = store.At(tx.Now)
	moved, err := store.Moved(tx.Model(&registrationRow{}).
		Where("id = ? AND version = ?", string(w.before.ID), w.version).Updates(row.columns()))
	if err != nil {
		return Registration{}, fmt.Errorf("registry: apply: %w", err)
	}
	if !moved {
		return Registration{}, ErrStale
	}
	e, err := g.record(tx, w, after)
	if err != nil {
		return Registration{}, err
	}
	return after, g.tell(tx, w.before, after, e)
}

// record writes the entry and its audit line.
func (g *Register) record(tx *store.Tx, w writing, after Registration) (Entry, error) {
	row, err := w.entryRow(tx, after)
	if err != nil {
		return Entry{}, err
	}
	lines, err := audit.RecordAll(tx, w.by, []audit.Line{row.auditLine(after.Register)})
	if err != nil {
		return Entry{}, err
	}
	row.AuditLineID = lines[0]
	if err := tx.Create(&row).Error; err != nil {
		return Entry{}, fmt.Errorf("registry: write an entry: %w", err)
	}
	e, err := row.entry()
	e.Before, e.After = w.before.State, after.State
	return e, err
}

func (w writing) entryRow(tx *store.Tx, after Registration) (entryRow, error) {
	text, err := w.patch.text()
	return entryRow{
		ID: store.NewID(), RegistrationID: string(after.ID), Version: after.Version, Kinds: joinKinds(w.kinds),
		EffectiveOn: w.effective, RecordedAt: store.At(tx.Now),
		ActorKind: w.by.Kind.String(), ActorID: w.by.ID, ActorBody: w.by.Body, SecondID: w.second.ID,
		CauseKind: w.cause.Kind, CauseRef: w.cause.Ref, CauseReason: w.cause.Reason, Patch: text,
	}, err
}

func (row entryRow) auditLine(register RegisterNo) audit.Line {
	return audit.Line{
		Chain: audit.RegisterChain(uint32(register)), Action: "registry.entry", Object: audit.Object{Kind: "entry", ID: row.ID},
		Cause: row.CauseKind + ":" + row.CauseRef, Details: row.committed(),
	}
}

func (g *Register) tell(tx *store.Tx, before, after Registration, e Entry) error {
	for _, w := range g.watchers {
		if err := w.RegistrationMoved(tx, before, after, e); err != nil {
			return fmt.Errorf("registry: a watcher: %w", err)
		}
	}
	return nil
}
