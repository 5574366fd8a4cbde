package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"gatehouse/shared/directory"
)

// contested is a store in which others keep changing the one user and the one application.
type contested struct {
	store
	changes int // that are still to come
	tries   int
}

func (s *contested) User(context.Context, string, int64) (directory.User, error) {
	return directory.User{ID: 1, Username: "jane", Version: int64(s.changes)}, nil
}

func (s *contested) Application(context.Context, int64) (directory.Application, error) {
	return directory.Application{ID: 138, AttemptLimit: s.changes}, nil
}

// conflict reports whether others change the record before a change of this version of it.
func (s *contested) conflict(version int) error {
	s.tries++
	if version != s.changes {
		return fmt.Errorf("changing version %d, which is outdated", version)
	}
	if s.changes > 0 {
		s.changes--
		return directory.ErrChanged
	}
	return nil
}

func (s *contested) ReplaceUser(_ context.Context, before, _ directory.User) error {
	return s.conflict(int(before.Version))
}

func (s *contested) ReplaceApplication(_ context.Context, before, _ directory.Application) error {
	return s.conflict(before.AttemptLimit)
}

func TestChangesAreRetried(t *testing.T) {
	t.Parallel()
	u := &users{app: &app{stdout: io.Discard, yes: true}, realm: "main"}
	for name, change := range map[string]func(s store) error{
		"a user": func(s store) error {
			return u.change(t.Context(), s, directory.User{ID: 1}, "", "", func(user *directory.User) { user.Name = "new" })
		},
		"an application": func(s store) error {
			_, err := (&applications{u.app}).change(t.Context(), s, "138", func(*directory.Application) error { return nil })
			return err
		},
	} {
		if s := (&contested{changes: changeTries - 1}); change(s) != nil || s.tries != changeTries {
			t.Errorf("%s: %v after %d tries, want it changed at the last of %d", name, change(s), s.tries, changeTries)
		}
		if err := change(&contested{changes: changeTries}); !errors.Is(err, directory.ErrChanged) {
			t.Errorf("%s: got %v, want %v", name, err, directory.ErrChanged)
		}
	}
}
