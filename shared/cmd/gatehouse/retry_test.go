package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gatehouse/shared/directory"
)

// contested is a store in which others keep changing the one user and the one application.
type contested struct {
	store
	changes int   // that are still to come
	err     error // of reading the user
}

func (s *contested) User(context.Context, string, int64) (directory.User, error) {
	return directory.User{ID: 1, Version: 2}, s.err
}

func (s *contested) Application(context.Context, int64) (directory.Application, error) {
	return directory.Application{ID: 138, AttemptLimit: 100 - s.changes, LockoutMinutes: 30}, nil
}

func (s *contested) ReplaceApplication(_ context.Context, before, _ directory.Application) error {
	if s.changes--; s.changes >= 0 {
		return directory.ErrChanged
	}
	if before.AttemptLimit != 100 {
		return fmt.Errorf("replacing limit %d, which is outdated", before.AttemptLimit)
	}
	return nil
}

func TestChangesOfUsersAreRetried(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	tests := []struct {
		name  string
		store contested
		want  error
		tries int
	}{
		{"at once", contested{}, nil, 1},
		{"four conflicts", contested{changes: 4}, nil, 5},
		{"conflicts without end", contested{changes: 100}, directory.ErrChanged, changeTries},
		{"the user cannot be read again", contested{changes: 1, err: gone}, gone, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			first, u := directory.User{ID: 1, Version: 1}, &users{realm: "main"}
			err := retry(first, u.reading(t.Context(), &test.store, first), func(user directory.User) error {
				if tries++; tries > test.store.changes {
					return nil
				}
				if fresh := user.Version == 2; fresh != (tries > 1) {
					t.Errorf("try %d changes version %d", tries, user.Version)
				}
				return directory.ErrChanged
			})
			if !errors.Is(err, test.want) || tries != test.tries {
				t.Errorf("got %v after %d tries, want %v after %d", err, tries, test.want, test.tries)
			}
		})
	}
}

func TestChangesOfApplicationsAreRetried(t *testing.T) {
	t.Parallel()
	p := &applications{}
	edit := func(application *directory.Application) error {
		application.SecretDigest = "new"
		return nil
	}
	after, err := p.change(t.Context(), &contested{changes: changeTries - 1}, "138", edit)
	if err != nil || after.AttemptLimit != 100 || after.SecretDigest != "new" {
		t.Errorf("got %+v, %v; want the change on top of the others'", after, err)
	}
	_, err = p.change(t.Context(), &contested{changes: 100}, "138", edit)
	if !errors.Is(err, directory.ErrChanged) {
		t.Errorf("got %v, want %v", err, directory.ErrChanged)
	}
}
