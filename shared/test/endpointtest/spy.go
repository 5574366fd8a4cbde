package endpointtest

import (
	"context"
	"slices"
	"sync"

	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// Spy is a store that notes every call and lets a test step in between the steps of a login. Before and After are set
// while no request is under way.
type Spy struct {
	login.Store
	Before func(call string) error // runs before a call; with an error the call fails and is not made
	After  func(call string) error // runs after a call; with an error the call fails although it was made

	mutex sync.Mutex
	calls []string
	begun []session.Session
}

// NewSpy returns a spy on a store.
func NewSpy(store login.Store) *Spy {
	spy := &Spy{}
	spy.Store = login.Around(noting{store, spy}, spy.around)
	return spy
}

// Failing returns a Before or After that fails calls of one name.
func Failing(call string, fault error) func(string) error {
	return func(made string) error {
		if made == call {
			return fault
		}
		return nil
	}
}

// Calls returns the names of the calls since Calls was last called, in their order.
func (s *Spy) Calls() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// Begun returns all sessions that were stored.
func (s *Spy) Begun() []session.Session {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.begun)
}

func (s *Spy) around(ctx context.Context, name string, call func(context.Context) error) error {
	s.mutex.Lock()
	s.calls = append(s.calls, name)
	s.mutex.Unlock()
	if s.Before != nil {
		if err := s.Before(name); err != nil {
			return err
		}
	}
	if err := call(ctx); err != nil || s.After == nil {
		return err
	}
	return s.After(name)
}

// noting is a store whose new sessions a spy notes, even those whose call then fails.
type noting struct {
	login.Store
	spy *Spy
}

func (n noting) Begin(ctx context.Context, sessions ...session.Session) error {
	err := n.Store.Begin(ctx, sessions...)
	if err == nil {
		n.spy.mutex.Lock()
		n.spy.begun = append(n.spy.begun, sessions...)
		n.spy.mutex.Unlock()
	}
	return err
}
