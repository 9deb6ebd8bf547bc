package application

import (
	"errors"
	"fmt"

	"qualsys/internal/jobs"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
)

// Config is what a Service is made of. All but Interests is needed.
type Config struct {
	DB           *store.DB
	Register     *registry.Register // New makes the service its watcher
	Inquirer     Inquirer
	Payments     Payments
	Notices      Notices
	Certificates Certificates
	Owners       Owners
	Interests    registry.Interests // who knows of officers' own cases; nil: only equal logins are own
	Jobs         jobs.Enqueuer
}

// Service leads applications. Its methods check who acts; they may be called
// by several goroutines.
type Service struct {
	db           *store.DB
	register     *registry.Register
	inquirer     Inquirer
	payments     Payments
	notices      Notices
	certificates Certificates
	owners       Owners
	interests    registry.Interests
	jobs         jobs.Enqueuer
}

// New returns a service and lets it watch the register.
func New(c Config) *Service {
	s := &Service{db: c.DB, register: c.Register, inquirer: c.Inquirer, payments: c.Payments, notices: c.Notices,
		certificates: c.Certificates, owners: c.Owners, interests: c.Interests, jobs: c.Jobs}
	c.Register.Watch(s)
	return s
}

var (
	_ Holders    = (*Service)(nil)
	_ Officers   = (*Service)(nil)
	_ Neighbours = (*Service)(nil)
)

// system is who acts when a rule moves an application.
var system = actor.System("application")

// owns asks whether the holder's link stands; whatever is not theirs is ErrNone.
func (s *Service) owns(tx *store.Tx, by actor.Actor, registration registry.ID) error {
	if err := by.May(actor.FileApplication, ""); err != nil {
		return err
	}
	err := s.owners.Owns(tx, by, registration)
	if err != nil && isNotFound(err) {
		return ErrNone.Because(err)
	}
	return err
}

// ownCase refuses an officer who decides about their own registration.
func (s *Service) ownCase(tx *store.Tx, by actor.Actor, r row) (bool, error) {
	if r.Holder == by.ID {
		return true, nil
	}
	if s.interests == nil {
		return false, nil
	}
	own, err := s.interests.OwnCase(tx, by, r.RegistrationID)
	if err != nil {
		return false, fmt.Errorf("application: own case: %w", err)
	}
	return own, nil
}

// cause is why the register or the certificates change.
func (r row) cause(reason string) registry.Cause {
	return registry.Cause{Kind: "application", Ref: r.ID, Reason: reason}
}

func isNotFound(err error) bool { return errors.Is(err, kindNotFound) }
