package registry

import (
	"fmt"
	"strings"
	"time"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/audit"
	"qualsys/registry/person"
)

// ProposalState says where a proposal stands.
type ProposalState int

// The states of a proposal. There is no good zero value.
const (
	// ProposalOpen waits for a second person.
	ProposalOpen ProposalState = iota + 1
	// ProposalCarried was seconded: the registration has changed.
	ProposalCarried
	// ProposalDeclined was declined by the second person or withdrawn by the first.
	ProposalDeclined
)

// String returns the state's name.
func (s ProposalState) String() string {
	switch s {
	case ProposalOpen:
		return "open"
	case ProposalCarried:
		return "carried"
	case ProposalDeclined:
		return "declined"
	}
	return fmt.Sprintf("registry.ProposalState(%d)", int(s))
}

// Proposal is a measure that one officer has proposed and another one decides:
// suspension, restoration, removal, revocation.
type Proposal struct {
	ID           string
	Registration ID
	Body         BodyID
	// Version is the registration's version that the proposer saw.
	Version     int
	Kinds       []ChangeKind
	EffectiveOn person.Date
	Cause       Cause
	// Before and After are what the register says and would say.
	Before, After State
	By            actor.Actor
	ProposedAt    time.Time
	State         ProposalState
	// Decider, DecidedAt and Note are set once it is decided.
	Decider   actor.Actor
	DecidedAt time.Time
	Note      string
}

// Propose puts a measure before a second person. It checks all that Second will
// check, changes nothing in the register, and refuses a second open proposal for
// the same registration. The cause's reason is required.
func (g *Register) Propose(tx *store.Tx, by actor.Actor, id ID, version int, change Change, effective person.Date, cause Cause) (Proposal, error) {
	before, err := Get(tx, id)
	if err != nil {
		return Proposal{}, err
	}
	if err := by.May(actor.ProposeMeasure, string(before.Body)); err != nil {
		return Proposal{}, err
	}
	if err := g.notOwn(tx, by, id); err != nil {
		return Proposal{}, err
	}
	w := writing{by: by, before: before, version: version, kinds: change.Kinds(), cause: cause}
	if !isMeasure(w.kinds) || len(w.kinds) != 1 {
		return Proposal{}, fmt.Errorf("registry: %v is no measure of two persons", w.kinds)
	}
	if strings.TrimSpace(cause.Reason) == "" {
		return Proposal{}, ErrReason.At("reason")
	}
	if w.effective, err = effectiveDate(change, effective); err != nil {
		return Proposal{}, err
	}
	if err := w.allowed(tx); err != nil {
		return Proposal{}, err
	}
	if w.patch, err = change.patch(before.State, w.effective); err != nil {
		return Proposal{}, err
	}
	return saveProposal(tx, w)
}

func saveProposal(tx *store.Tx, w writing) (Proposal, error) {
	text, err := w.patch.text()
	if err != nil {
		return Proposal{}, err
	}
	var open int64
	if err := tx.Model(&proposalRow{}).Where("registration_id = ? AND state = ?", string(w.before.ID), ProposalOpen).Count(&open).Error; err != nil {
		return Proposal{}, err
	}
	if open > 0 {
		return Proposal{}, ErrProposed
	}
	row := proposalRow{
		ID: store.NewID(), RegistrationID: string(w.before.ID), BodyID: string(w.before.Body), Version: w.version,
		Kinds: joinKinds(w.kinds), EffectiveOn: w.effective, Patch: text,
		CauseKind: w.cause.Kind, CauseRef: w.cause.Ref, CauseReason: w.cause.Reason,
		ProposedBy: w.by.ID, ProposedAt: store.At(tx.Now), State: ProposalOpen,
	}
	if err := tx.Create(&row).Error; err != nil {
		if store.Duplicate(err) { // one open proposal a registration, also when two come at once
			return Proposal{}, ErrProposed
		}
		return Proposal{}, fmt.Errorf("registry: propose: %w", err)
	}
	err = audit.Record(tx, w.by, audit.Line{
		Chain: audit.RegisterChain(uint32(w.before.Register)), Action: "registry.proposed",
		Object:  audit.Object{Kind: "proposal", ID: row.ID},
		Details: map[string]string{"patch": text, "reason": w.cause.Reason},
	})
	if err != nil {
		return Proposal{}, err
	}
	return row.proposal(w.before.State)
}

// Second carries a proposal out: by another account than the proposer's, of the
// same body, and on the version that the proposer saw (else ErrStale).
func (g *Register) Second(tx *store.Tx, by actor.Actor, proposal string) (Registration, error) {
	row, before, err := g.openProposal(tx, by, proposal)
	if err != nil {
		return Registration{}, err
	}
	if row.ProposedBy == by.ID {
		return Registration{}, ErrSamePerson
	}
	w := writing{
		by: actor.Officer(row.ProposedBy, row.BodyID), second: by, before: before, version: row.Version,
		kinds: splitKinds(row.Kinds), effective: row.EffectiveOn,
		cause: Cause{row.CauseKind, row.CauseRef, row.CauseReason},
	}
	if w.patch, err = parsePatch(row.Patch); err != nil {
		return Registration{}, err
	}
	if err := w.allowed(tx); err != nil {
		return Registration{}, err
	}
	if err := row.decide(tx, by, ProposalCarried, "", before.Register); err != nil {
		return Registration{}, err
	}
	return g.write(tx, w)
}

// Decline ends a proposal without effect, with a reason: by a second person, or
// by the proposer to withdraw it.
func (g *Register) Decline(tx *store.Tx, by actor.Actor, proposal, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return ErrReason.At("reason")
	}
	row, before, err := g.openProposal(tx, by, proposal)
	if err != nil {
		return err
	}
	return row.decide(tx, by, ProposalDeclined, reason, before.Register)
}

func (g *Register) openProposal(tx *store.Tx, by actor.Actor, id string) (proposalRow, Registration, error) {
	row, err := findProposal(tx, by, actor.SecondMeasure, id)
	if err != nil {
		return row, Registration{}, err
	}
	if row.State != ProposalOpen {
		return row, Registration{}, ErrDecided
	}
	if err := g.notOwn(tx, by, ID(row.RegistrationID)); err != nil {
		return row, Registration{}, err
	}
	before, err := Hold(tx, ID(row.RegistrationID))
	return row, before, err
}

func findProposal(tx *store.Tx, by actor.Actor, action actor.Action, id string) (row proposalRow, err error) {
	switch err = store.One(tx.Where("id = ?", id), &row); {
	case err == store.ErrNone:
		return row, ErrNoProposal
	case err != nil:
		return row, err
	}
	return row, by.May(action, row.BodyID)
}

func (row proposalRow) decide(tx *store.Tx, by actor.Actor, to ProposalState, note string, register RegisterNo) error {
	moved, err := store.Moved(tx.Model(&proposalRow{}).Where("id = ? AND state = ?", row.ID, ProposalOpen).
		Updates(map[string]any{"state": to, "decided_by": by.ID, "decided_at": store.At(tx.Now), "note": note}))
	if err != nil {
		return fmt.Errorf("registry: decide: %w", err)
	}
	if !moved {
		return ErrDecided
	}
	return audit.Record(tx, by, audit.Line{
		Chain: audit.RegisterChain(uint32(register)), Action: "registry.proposal_" + to.String(),
		Object: audit.Object{Kind: "proposal", ID: row.ID}, Details: map[string]string{"note": note},
	})
}

// GetProposal returns a proposal of the actor's body, or ErrNoProposal.
func GetProposal(tx *store.Tx, by actor.Actor, id string) (Proposal, error) {
	row, err := findProposal(tx, by, actor.ViewRegistration, id)
	if err != nil {
		return Proposal{}, err
	}
	r, err := Get(tx, ID(row.RegistrationID))
	if err != nil {
		return Proposal{}, err
	}
	return row.proposal(r.State)
}

// OpenProposals returns the proposals of the actor's body that wait for a second
// person, the oldest first.
func OpenProposals(tx *store.Tx, by actor.Actor) ([]Proposal, error) {
	if err := by.May(actor.SearchRegistration, by.Body); err != nil {
		return nil, err
	}
	var rows []proposalRow
	if err := tx.Where("body_id = ? AND state = ?", by.Body, ProposalOpen).Order("proposed_at, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Proposal, len(rows))
	for i, row := range rows {
		r, err := Get(tx, ID(row.RegistrationID))
		if err != nil {
			return nil, err
		}
		if out[i], err = row.proposal(r.State); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ProposalsFor returns all proposals for one registration, the newest first.
func ProposalsFor(tx *store.Tx, by actor.Actor, r Registration) ([]Proposal, error) {
	if err := by.May(actor.SearchRegistration, string(r.Body)); err != nil {
		return nil, err
	}
	var rows []proposalRow
	if err := tx.Where("registration_id = ?", string(r.ID)).Order("proposed_at DESC, id DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Proposal, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.proposal(r.State); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type proposalRow struct {
	ID             string
	RegistrationID string
	BodyID         string
	Version        int
	Kinds          string
	EffectiveOn    person.Date
	Patch          string
	CauseKind      string
	CauseRef       string
	CauseReason    string
	ProposedBy     string
	ProposedAt     store.Instant
	State          ProposalState
	DecidedBy      string
	DecidedAt      store.Instant
	Note           string
}

func (proposalRow) TableName() string { return "proposals" }

func (row proposalRow) proposal(before State) (Proposal, error) {
	p, err := parsePatch(row.Patch)
	out := Proposal{
		ID: row.ID, Registration: ID(row.RegistrationID), Body: BodyID(row.BodyID), Version: row.Version,
		Kinds: splitKinds(row.Kinds), EffectiveOn: row.EffectiveOn,
		Cause:  Cause{row.CauseKind, row.CauseRef, row.CauseReason},
		Before: before, After: p.onto(before), By: actor.Officer(row.ProposedBy, row.BodyID), ProposedAt: row.ProposedAt.Time,
		State: row.State, DecidedAt: row.DecidedAt.Time, Note: row.Note,
	}
	if row.DecidedBy != "" {
		out.Decider = actor.Officer(row.DecidedBy, row.BodyID)
	}
	return out, err
}
