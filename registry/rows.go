package registry

import (
	"encoding/json"
	"fmt"
	"strings"

	"qualsys/internal/store"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// The rows are the one place where personal data meets the database, so that
// encrypting it later is a change of this file alone.

type registrationRow struct {
	ID               string
	RegisterNo       RegisterNo
	Qualification    string
	BodyID           string
	Number           string
	Version          int
	Name             person.Name
	NameFold         string
	Kana             person.Kana
	KanaFold         string
	BirthDate        person.Date
	Domicile         person.Domicile
	Address          person.Address
	Items            string
	SuspendedFromOn  person.Date
	SuspendedUntilOn person.Date
	EndedOn          person.Date
	EndedAs          Standing
	EndReason        string
	RegisteredOn     person.Date
	LatestOn         person.Date // the latest effective date of its entries
	UpdatedAt        store.Instant
}

func (registrationRow) TableName() string { return "registrations" }

func newRegistrationRow(r Registration, latest person.Date) registrationRow {
	return registrationRow{
		ID: string(r.ID), RegisterNo: r.Register, Qualification: r.Qualification, BodyID: string(r.Body),
		Number: r.Number, Version: r.Version,
		Name: r.Name, NameFold: r.Name.Fold(), Kana: r.Kana, KanaFold: r.Kana.Fold(),
		BirthDate: r.BirthDate, Domicile: r.Domicile, Address: r.Address, Items: itemsText(r.Items),
		SuspendedFromOn: r.Suspension.From, SuspendedUntilOn: r.Suspension.Until,
		EndedOn: r.End.On, EndedAs: r.End.As, EndReason: r.End.Reason,
		RegisteredOn: r.RegisteredOn, LatestOn: latest,
	}
}

// columns are what a change may move.
func (row registrationRow) columns() map[string]any {
	return map[string]any{
		"version": row.Version, "name": row.Name, "name_fold": row.NameFold, "kana": row.Kana, "kana_fold": row.KanaFold,
		"birth_date": row.BirthDate, "domicile": row.Domicile, "address": row.Address, "items": row.Items,
		"suspended_from_on": row.SuspendedFromOn, "suspended_until_on": row.SuspendedUntilOn,
		"ended_on": row.EndedOn, "ended_as": row.EndedAs, "end_reason": row.EndReason,
		"latest_on": row.LatestOn, "updated_at": row.UpdatedAt,
	}
}

func (row registrationRow) registration(today person.Date) (Registration, error) {
	items, err := parseItems(row.Items)
	if err != nil {
		return Registration{}, fmt.Errorf("registry: items of %s: %w", row.ID, err)
	}
	r := Registration{
		ID: ID(row.ID), Register: row.RegisterNo, Qualification: row.Qualification, Body: BodyID(row.BodyID),
		Number: row.Number, Version: row.Version, RegisteredOn: row.RegisteredOn,
		State: State{
			Particulars: Particulars{row.Name, row.Kana, row.BirthDate, row.Domicile, row.Address, items},
			Suspension:  Suspension{row.SuspendedFromOn, row.SuspendedUntilOn},
			End:         End{row.EndedOn, row.EndedAs, row.EndReason},
		},
	}
	r.Standing = r.StandingOn(today)
	return r, nil
}

func itemsText(items []Item) string {
	if len(items) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(items) // two strings: can't fail
	return string(b)
}

func parseItems(s string) (items []Item, err error) {
	if s == "" || s == "[]" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(s), &items)
	return items, err
}

type entryRow struct {
	ID             string
	RegistrationID string
	Version        int
	Kinds          string
	EffectiveOn    person.Date
	RecordedAt     store.Instant
	ActorKind      string
	ActorID        string
	ActorBody      string
	SecondID       string
	CauseKind      string
	CauseRef       string
	CauseReason    string
	Patch          string
	AuditLineID    string
}

func (entryRow) TableName() string { return "entries" }

func (row entryRow) entry() (Entry, error) {
	kind, err := actor.ParseKind(row.ActorKind)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		ID: row.ID, Registration: ID(row.RegistrationID), Version: row.Version, Kinds: splitKinds(row.Kinds),
		EffectiveOn: row.EffectiveOn, RecordedAt: row.RecordedAt.Time,
		By:    actor.Actor{Kind: kind, ID: row.ActorID, Body: row.ActorBody},
		Cause: Cause{row.CauseKind, row.CauseRef, row.CauseReason},
	}
	if row.SecondID != "" {
		e.Second = actor.Actor{Kind: actor.KindOfficer, ID: row.SecondID, Body: row.ActorBody}
	}
	return e, nil
}

// committed are the details to which the entry's audit line is committed.
func (row entryRow) committed() map[string]string {
	return map[string]string{
		"registration": row.RegistrationID, "version": fmt.Sprint(row.Version), "kinds": row.Kinds,
		"effective_on": fmt.Sprint(row.EffectiveOn.Int()), "recorded_at": fmt.Sprint(row.RecordedAt.UnixMicro()),
		"actor": row.ActorKind + "\n" + row.ActorID + "\n" + row.ActorBody + "\n" + row.SecondID,
		"cause": row.CauseKind + "\n" + row.CauseRef + "\n" + row.CauseReason, "patch": row.Patch,
	}
}

func joinKinds(kinds []ChangeKind) string {
	parts := make([]string, len(kinds))
	for i, k := range kinds {
		parts[i] = string(k)
	}
	return strings.Join(parts, ",")
}

func splitKinds(s string) []ChangeKind {
	var kinds []ChangeKind
	for part := range strings.SplitSeq(s, ",") {
		kinds = append(kinds, ChangeKind(part))
	}
	return kinds
}
