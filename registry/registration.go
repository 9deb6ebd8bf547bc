package registry

import (
	"database/sql/driver"
	"fmt"

	"qualsys/internal/store"
	"qualsys/registry/person"
)

// ID identifies a registration; it has no meaning and is printed nowhere.
type ID string

// BodyID identifies a body (登録機関), as the catalogue spells it.
type BodyID string

// RegisterNo is the number of a register (登録簿): one qualification kept by one
// body. It stands in the QR code, is given by the catalogue and never re-used.
type RegisterNo uint32

// Registration is one person's place in one register, as the register says it now.
type Registration struct {
	ID            ID
	Register      RegisterNo
	Qualification string // the qualification's code in the catalogue
	Body          BodyID
	// Number is the registration number as the register holds it, like 第D-0123456号.
	Number string
	// Version counts the entries; whoever changes says which version they saw.
	Version int
	State
	// Standing is State.StandingOn the day it was read.
	Standing Standing
	// RegisteredOn is 登録年月日.
	RegisteredOn person.Date
}

// State is all of a registration that entries change.
type State struct {
	Particulars
	// Suspension is the present, coming or last suspension; its zero value is none.
	Suspension Suspension
	// End says since when the registration is no more; its zero value is "not ended".
	End End
}

// Particulars are what the register says of the person (登録事項).
type Particulars struct {
	Name      person.Name
	Kana      person.Kana
	BirthDate person.Date
	// Domicile is the prefecture of the family register or the nationality; absent where the law doesn't register it.
	Domicile person.Domicile
	// Address is the postal address, where the register holds one.
	Address person.Address
	// Items are the other items (⑨), in the order of printing.
	Items []Item
}

// Item is one of the other items (⑨) of a registration.
type Item struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Item returns the value of the other item with that key, or "".
func (p Particulars) Item(key string) string {
	for _, i := range p.Items {
		if i.Key == key {
			return i.Value
		}
	}
	return ""
}

// End says how a registration ended.
type End struct {
	// On is the first day on which the registration is no more.
	On person.Date
	// As is Removed, Revoked or Lapsed.
	As Standing
	// Reason is a word of the body's list ("voluntary", "deceased", …); never published.
	Reason string
}

// Standing is the standing of a registration on a day (登録の状態).
type Standing int

// The standings. The zero value is none of them.
const (
	// Active 登録中
	Active Standing = iota + 1
	// Suspended 停止
	Suspended
	// Removed 消除
	Removed
	// Revoked 取消
	Revoked
	// Lapsed 満了
	Lapsed
)

var standingNames = map[Standing]string{
	Active: "active", Suspended: "suspended", Removed: "removed", Revoked: "revoked", Lapsed: "lapsed",
}

// String returns the standing's name as the catalogue and the API spell it.
func (s Standing) String() string {
	if n, ok := standingNames[s]; ok {
		return n
	}
	return fmt.Sprintf("registry.Standing(%d)", int(s))
}

// Ended reports whether there is no registration any more.
func (s Standing) Ended() bool { return s == Removed || s == Revoked || s == Lapsed }

// MarshalText writes the standing's name.
func (s Standing) MarshalText() ([]byte, error) {
	if n, ok := standingNames[s]; ok {
		return []byte(n), nil
	}
	return nil, fmt.Errorf("registry: no standing: %d", int(s))
}

// UnmarshalText reads what MarshalText writes.
func (s *Standing) UnmarshalText(b []byte) error {
	for v, n := range standingNames {
		if n == string(b) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("registry: no such standing: %q", b)
}

// Value implements driver.Valuer; none is NULL.
func (s Standing) Value() (driver.Value, error) {
	if s == 0 {
		return nil, nil
	}
	return int64(s), nil
}

// Scan implements sql.Scanner and refuses what is no standing.
func (s *Standing) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s = 0
		return nil
	case int64:
		if _, ok := standingNames[Standing(v)]; ok {
			*s = Standing(v)
			return nil
		}
	}
	return fmt.Errorf("registry: a standing can't be read from %v", v)
}

// StandingOn returns the standing on a day, as far as this state foretells it: a
// suspension begins and ends on its dates by itself. For a day in the past ask
// AsOf, which knows what entries have changed since.
func (s State) StandingOn(day person.Date) Standing {
	switch {
	case !s.End.On.IsZero() && !day.Before(s.End.On):
		return s.End.As
	case s.Suspension.covers(day):
		return Suspended
	}
	return Active
}

// Get returns a registration as the register says it now, or ErrNotFound. Who
// may see it is asked by the caller, or by Look.
func Get(tx *store.Tx, id ID) (Registration, error) {
	return getOne(tx, "id = ?", string(id))
}

// ByNumber returns the registration with that number (as ParseNumber returns
// it) in that register, or ErrNotFound.
func ByNumber(tx *store.Tx, register RegisterNo, number string) (Registration, error) {
	return getOne(tx, "register_no = ? AND number = ?", register, number)
}

func getOne(tx *store.Tx, where string, args ...any) (Registration, error) {
	var row registrationRow
	err := store.One(tx.Where(where, args...), &row)
	if err == store.ErrNone {
		return Registration{}, ErrNotFound
	}
	if err != nil {
		return Registration{}, fmt.Errorf("registry: read a registration: %w", err)
	}
	return row.registration(person.DateAt(tx.Now))
}
