package crafter_test

import (
	"context"
	"errors"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

var errDown = errors.New("the store is down: secret detail")

// tracedStore notes every call to the store behind it, and fails the one that is named.
type tracedStore struct {
	login.Store
	failing string
	calls   []string
	begun   []session.Session
}

func (s *tracedStore) step(name string) error {
	s.calls = append(s.calls, name)
	if name == s.failing {
		return errDown
	}
	return nil
}

func (s *tracedStore) Count(ctx context.Context, key string, now time.Time) (int, error) {
	if err := s.step("Count"); err != nil {
		return 0, err
	}
	return s.Store.Count(ctx, key, now)
}

func (s *tracedStore) Resolve(ctx context.Context, realm string, by []directory.Identifier) ([]directory.Account, error) {
	if err := s.step("Resolve"); err != nil {
		return nil, err
	}
	return s.Store.Resolve(ctx, realm, by)
}

func (s *tracedStore) Load(ctx context.Context, a directory.Account) (directory.User, attempts.Record, error) {
	if err := s.step("Load"); err != nil {
		return directory.User{}, attempts.Record{}, err
	}
	return s.Store.Load(ctx, a)
}

func (s *tracedStore) Clear(ctx context.Context, a directory.Account, p attempts.Policy, now time.Time) error {
	if err := s.step("Clear"); err != nil {
		return err
	}
	return s.Store.Clear(ctx, a, p, now)
}

func (s *tracedStore) Refuse(ctx context.Context, a directory.Account, p attempts.Policy, now time.Time) (bool, error) {
	if err := s.step("Refuse"); err != nil {
		return false, err
	}
	return s.Store.Refuse(ctx, a, p, now)
}

func (s *tracedStore) Accept(
	ctx context.Context, a directory.Account, p attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	if err := s.step("Accept"); err != nil {
		return attempts.Record{}, err
	}
	return s.Store.Accept(ctx, a, p, now, epoch)
}

func (s *tracedStore) Begin(ctx context.Context, sessions ...session.Session) error {
	if err := s.step("Begin"); err != nil {
		return err
	}
	s.begun = append(s.begun, sessions...)
	return s.Store.Begin(ctx, sessions...)
}
