package endpointtest

import (
	"context"
	"sync"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// Spy is a store that notes what is asked of it, and lets a test step in between the steps of a login. Before and After are
// set while no request is under way.
type Spy struct {
	login.Store
	Before func(call string) error // may act before a call; with an error the call is not made, and fails with it
	After  func(call string) error // may act after a call; with an error the call fails with it, although it was carried out

	mutex sync.Mutex
	calls []string
	begun []session.Session
}

// Failing is a Before or After that fails one of the calls.
func Failing(call string, fault error) func(string) error {
	return func(made string) error {
		if made == call {
			return fault
		}
		return nil
	}
}

// Calls gives the names of the calls since it was last asked, in their order.
func (s *Spy) Calls() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// Begun gives all sessions that were stored.
func (s *Spy) Begun() []session.Session {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]session.Session(nil), s.begun...)
}

func (s *Spy) call(name string, carryOut func() error) error {
	s.mutex.Lock()
	s.calls = append(s.calls, name)
	s.mutex.Unlock()
	if s.Before != nil {
		if err := s.Before(name); err != nil {
			return err
		}
	}
	if err := carryOut(); err != nil || s.After == nil {
		return err
	}
	return s.After(name)
}

// Application is the store's.
func (s *Spy) Application(ctx context.Context, id int64) (app directory.Application, err error) {
	err = s.call("Application", func() error {
		app, err = s.Store.Application(ctx, id)
		return err
	})
	return app, err
}

// Resolve is the store's.
func (s *Spy) Resolve(ctx context.Context, realm string, by []directory.Identifier) (accounts []directory.Account, err error) {
	err = s.call("Resolve", func() error {
		accounts, err = s.Store.Resolve(ctx, realm, by)
		return err
	})
	return accounts, err
}

// Load is the store's.
func (s *Spy) Load(ctx context.Context, a directory.Account) (user directory.User, record attempts.Record, err error) {
	err = s.call("Load", func() error {
		user, record, err = s.Store.Load(ctx, a)
		return err
	})
	return user, record, err
}

// Rehash is the store's.
func (s *Spy) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	return s.call("Rehash", func() error { return s.Store.Rehash(ctx, realm, id, old, replacement) })
}

// Clear is the store's.
func (s *Spy) Clear(ctx context.Context, a directory.Account, p attempts.Policy, now time.Time) error {
	return s.call("Clear", func() error { return s.Store.Clear(ctx, a, p, now) })
}

// Refuse is the store's.
func (s *Spy) Refuse(ctx context.Context, a directory.Account, p attempts.Policy, now time.Time) (locked bool, err error) {
	err = s.call("Refuse", func() error {
		locked, err = s.Store.Refuse(ctx, a, p, now)
		return err
	})
	return locked, err
}

// Accept is the store's.
func (s *Spy) Accept(
	ctx context.Context, a directory.Account, p attempts.Policy, now time.Time, epoch int64,
) (before attempts.Record, err error) {
	err = s.call("Accept", func() error {
		before, err = s.Store.Accept(ctx, a, p, now, epoch)
		return err
	})
	return before, err
}

// Begin is the store's.
func (s *Spy) Begin(ctx context.Context, sessions ...session.Session) error {
	return s.call("Begin", func() error {
		err := s.Store.Begin(ctx, sessions...)
		if err == nil {
			s.mutex.Lock()
			s.begun = append(s.begun, sessions...)
			s.mutex.Unlock()
		}
		return err
	})
}

// Count is the store's.
func (s *Spy) Count(ctx context.Context, key string, now time.Time) (sum int, err error) {
	err = s.call("Count", func() error {
		sum, err = s.Store.Count(ctx, key, now)
		return err
	})
	return sum, err
}

// Counted is the store's.
func (s *Spy) Counted(ctx context.Context, key string, now time.Time) (sum int, err error) {
	err = s.call("Counted", func() error {
		sum, err = s.Store.Counted(ctx, key, now)
		return err
	})
	return sum, err
}
