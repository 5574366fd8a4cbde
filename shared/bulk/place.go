package bulk

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"gatehouse/shared/directory"
)

// outcome is what became of a line.
type outcome int

const (
	imported outcome = iota
	replaced
	unchanged
	skipped
)

// lookUp notes what a line touches, whom it replaces and whom it hides.
func (r *running) lookUp(ctx context.Context, t *task) {
	t.touched, t.before = append(namesOf(t.user), crossedNamesOf(t.user)...), nil
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
		t.touched = append(t.touched, namesOf(user)...)
	}
	switch {
	case len(found) == 1:
		t.before = &found[0]
	case len(found) == 2:
		t.err = conflictError{fmt.Errorf("the username is that of %s, the email that of %s; give the id",
			r.Called(found[0]), r.Called(found[1]))}
	}
}

// present gives the users that a line is about: the one with its id or, if the line has none, those with its names.
func (r *running) present(ctx context.Context, user directory.User) (found []directory.User, err error) {
	names := namesOf(user)
	if user.ID != 0 {
		names = names[:1]
	}
	for _, n := range names {
		other, err := n.owner(ctx, r.store, user.Realm)
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

// place stores what a line asks for, as the importer says of conflicts.
func (r *running) place(ctx context.Context, t *task) {
	if t.err != nil {
		return
	}
	t.err = r.patiently(ctx, t.number, func(ctx context.Context) (err error) {
		if t.before != nil {
			t.did, err = r.replace(ctx, *t.before, t.entry)
			return err
		}
		_, err = directory.Enroll(ctx, r.store, t.user)
		taken, conflict := errors.AsType[*directory.TakenError](err)
		switch {
		case conflict && r.OnConflict == Skip:
			t.did = skipped
			return nil
		case conflict:
			return r.sides(ctx, t.user, taken)
		}
		return err
	})
}

// replaceTries is how often a replacement is tried again on the user as others left it meanwhile. Logins do not change
// users, except for replacing an outdated hash once; so only a script in a loop gets in the way more often.
const replaceTries = 5

// replace gives a user what the line says. A user that is so already is not written: that would cost time, and its
// version.
func (r *running) replace(ctx context.Context, before directory.User, e entry) (outcome, error) {
	for range replaceTries {
		after, err := r.successor(before, e)
		if err != nil || reflect.DeepEqual(before, after) {
			return unchanged, err
		}
		err = r.store.ReplaceUser(ctx, before, after)
		if taken, ok := errors.AsType[*directory.TakenError](err); ok {
			return replaced, r.sides(ctx, after, taken)
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

// successor is what a user becomes. A line without a password leaves the old one: a table that was exported without its
// passwords must not lock everybody out. A line that does not say whether the user is active or confirmed leaves that too:
// a table that has no such column must not let those in again who were deactivated here. A password that is the old one leaves the old hash, which has a salt of its own.
func (r *running) successor(before directory.User, e entry) (directory.User, error) {
	after := e.user
	after.ID, after.Version, after.CreatedAt = before.ID, before.Version, before.CreatedAt
	if len(after.Permissions) == 0 && len(before.Permissions) == 0 {
		after.Permissions = before.Permissions
	}
	if e.silent || r.samePassword(before.PasswordHash, e) {
		after.PasswordHash = before.PasswordHash
	}
	if !e.active {
		after.Active = before.Active
	}
	if !e.sure {
		after.Confirmed = before.Confirmed
	}
	return after, after.Validate()
}

// samePassword says whether the stored hash was made of what the line has.
func (r *running) samePassword(stored string, e entry) bool {
	if stored == "" {
		return false
	}
	r.hashing <- struct{}{}
	defer func() { <-r.hashing }()
	if e.plain == "" {
		return r.hasher.Wraps(stored, e.given)
	}
	same, err := r.hasher.Verify(stored, e.plain)
	return same && err == nil // what cannot be read is replaced
}

// conflictError is a bad line: its names are those of others.
type conflictError struct{ error }

func (e conflictError) Unwrap() error { return e.error }

// sides names the user on the other side of a conflict.
func (r *running) sides(ctx context.Context, user directory.User, taken *directory.TakenError) error {
	other, err := name{taken.Kind, taken.Value}.owner(ctx, r.store, user.Realm)
	switch {
	case err == nil:
		return conflictError{fmt.Errorf("%w by %s", taken, r.Called(other))}
	case errors.Is(err, directory.ErrThrottled):
		return err
	}
	return taken // gone meanwhile, or out of reach: the line is wrong in any case
}

func isNotFound(err error) bool { return errors.Is(err, directory.ErrNotFound) }
