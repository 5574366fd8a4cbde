package bulk

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"gatehouse/shared/directory"
)

// outcome is what happened to a line that did not fail.
type outcome int

const (
	imported outcome = iota
	replaced
	unchanged
	skipped
)

// lookUp finds the user that a line replaces and the users that it hides.
func (r *running) lookUp(ctx context.Context, t *task) {
	t.touches, t.before = append(namesOf(t.user), crossedNamesOf(t.user)...), nil
	var found []directory.User
	t.err = r.patiently(ctx, t.number, func(ctx context.Context) (err error) {
		stored := t.user
		if r.OnConflict == Replace {
			if found, err = r.present(ctx, t.user); err != nil {
				return err
			}
			if len(found) == 1 {
				stored.ID = found[0].ID
			}
		}
		t.warnings, err = Namesakes(ctx, r.store, stored, r.Called)
		return err
	})
	for _, user := range found {
		t.touches = append(t.touches, namesOf(user)...)
	}
	switch {
	case t.err != nil:
	case len(found) == 1:
		t.before = &found[0]
	case len(found) == 2:
		t.err = conflictError{fmt.Errorf("the username is that of %s, the email that of %s; give the id",
			r.Called(found[0]), r.Called(found[1]))}
	}
}

// present returns the users that a line is about: the one with its id or, if it has none, those with its names.
func (r *running) present(ctx context.Context, user directory.User) (found []directory.User, err error) {
	names := namesOf(user)
	if user.ID != 0 {
		names = names[:1]
	}
	for _, n := range names {
		other, err := owner(ctx, r.store, user.Realm, n)
		switch {
		case isNotFound(err):
		case err != nil:
			return nil, err
		case len(found) == 0 || found[0].ID != other.ID:
			found = append(found, other)
		}
	}
	return found, nil
}

// storeLine stores the user of a line.
func (r *running) storeLine(ctx context.Context, t *task) {
	if t.err != nil {
		return
	}
	t.err = r.patiently(ctx, t.number, func(ctx context.Context) (err error) {
		if t.before != nil {
			t.did, err = r.replace(ctx, *t.before, t)
			return err
		}
		_, err = directory.Enroll(ctx, r.store, t.user)
		taken, conflict := errors.AsType[*directory.TakenError](err)
		switch {
		case conflict && r.OnConflict == Skip:
			t.did = skipped
			return nil
		case conflict:
			return r.takenBy(ctx, t.user, taken)
		}
		return err
	})
}

// replaceTries bounds the retries of a replacement that others overtake. A login changes a user only once, to upgrade its
// hash, so only a script in a loop gets in the way more often.
const replaceTries = 5

// replace changes a user to what the line describes. It does not write a user that would not change.
func (r *running) replace(ctx context.Context, before directory.User, t *task) (outcome, error) {
	for range replaceTries {
		after, err := r.successor(before, t)
		if err != nil || reflect.DeepEqual(before, after) {
			return unchanged, err
		}
		err = r.store.ReplaceUser(ctx, before, after)
		if taken, ok := errors.AsType[*directory.TakenError](err); ok {
			return replaced, r.takenBy(ctx, after, taken)
		}
		if !errors.Is(err, directory.ErrChanged) {
			return replaced, err
		}
		if before, err = r.store.User(ctx, before.Realm, before.ID); err != nil {
			return replaced, err
		}
	}
	return replaced, fmt.Errorf("%w, again and again", directory.ErrChanged)
}

// successor returns what a user becomes. It keeps its password, Active and Confirmed unless the line mentions them: a table
// without these columns must neither lock everybody out nor let deactivated users in again.
func (r *running) successor(before directory.User, t *task) (directory.User, error) {
	after := t.user
	after.ID, after.Version, after.CreatedAt = before.ID, before.Version, before.CreatedAt
	if len(after.Permissions) == 0 && len(before.Permissions) == 0 {
		after.Permissions = before.Permissions
	}
	if t.entry.Password == "" && t.entry.PasswordHash == "" || r.samePassword(before.PasswordHash, t.entry) {
		after.PasswordHash = before.PasswordHash
	}
	if t.entry.Active == nil {
		after.Active = before.Active
	}
	if t.entry.Confirmed == nil {
		after.Confirmed = before.Confirmed
	}
	return after, after.Validate()
}

// samePassword reports whether the stored hash is of the line's password. A new hash would differ in its salt.
func (r *running) samePassword(stored string, entry directory.Entry) bool {
	if stored == "" {
		return false
	}
	r.hashing <- struct{}{}
	defer func() { <-r.hashing }()
	if entry.Password == "" {
		return r.hasher.Wraps(stored, entry.PasswordHash)
	}
	same, err := r.hasher.Verify(stored, entry.Password)
	return same && err == nil // an unreadable hash is replaced
}

// conflictError is the error of a line whose names belong to other users.
type conflictError struct{ error }

func (e conflictError) Unwrap() error { return e.error }

// takenBy adds to a conflict who has the name.
func (r *running) takenBy(ctx context.Context, user directory.User, taken *directory.TakenError) error {
	other, err := owner(ctx, r.store, user.Realm, name{Kind: directory.Kind(taken.Kind), Value: taken.Value})
	switch {
	case err == nil:
		return conflictError{fmt.Errorf("%w by %s", taken, r.Called(other))}
	case errors.Is(err, directory.ErrThrottled):
		return err
	}
	return taken // the other user is gone or out of reach; the line is bad in any case
}

func isNotFound(err error) bool { return errors.Is(err, directory.ErrNotFound) }
