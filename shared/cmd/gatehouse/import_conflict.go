package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"gatehouse/shared/directory"
)

// What --on-conflict says of a line whose user is there already.
const (
	failOnConflict    = "fail"
	skipOnConflict    = "skip"
	replaceOnConflict = "replace"
)

// outcome is what became of a line.
type outcome int

const (
	imported outcome = iota
	replaced
	unchanged
	skipped
)

// place stores what a line asks for, as --on-conflict says.
func (i *importer) place(ctx context.Context, e entry) (outcome, error) {
	if i.onConflict == replaceOnConflict {
		before, err := i.present(ctx, e.user)
		if err == nil {
			return i.replace(ctx, before, e)
		}
		if !isNotFound(err) {
			return imported, err
		}
	}
	_, err := directory.Enroll(ctx, i.store, e.user)
	taken, conflict := errors.AsType[*directory.TakenError](err)
	switch {
	case conflict && i.onConflict == skipOnConflict:
		return skipped, nil
	case conflict:
		return imported, i.sides(ctx, e.user, taken)
	}
	return imported, err
}

// present gives the user that a line is about: the one with its id or, if the line has none, with its names.
func (i *importer) present(ctx context.Context, user directory.User) (directory.User, error) {
	if user.ID != 0 {
		return i.store.User(ctx, user.Realm, user.ID)
	}
	var found []directory.User
	for _, n := range namesOf(user)[1:] {
		other, err := i.store.FindUser(ctx, user.Realm, directory.Identifier{Kind: directory.Kind(n.kind), Value: n.value})
		if err == nil {
			found = append(found, other)
		} else if !isNotFound(err) {
			return directory.User{}, err
		}
	}
	switch {
	case len(found) == 0:
		return directory.User{}, directory.ErrNotFound
	case len(found) == 2 && found[0].ID != found[1].ID:
		return directory.User{}, conflictError{fmt.Errorf("the username is that of %s, the email that of %s; give the id",
			called(found[0]), called(found[1]))}
	}
	return found[0], nil
}

// replace gives a user what the line says. A user that is so already is not written: that would cost time, and its
// version.
func (i *importer) replace(ctx context.Context, before directory.User, e entry) (outcome, error) {
	for range changeTries {
		after, err := i.successor(before, e)
		if err != nil || reflect.DeepEqual(before, after) {
			return unchanged, err
		}
		err = i.store.ReplaceUser(ctx, before, after)
		if taken, ok := errors.AsType[*directory.TakenError](err); ok {
			return replaced, i.sides(ctx, after, taken)
		}
		if !errors.Is(err, directory.ErrChanged) {
			return replaced, err
		}
		if before, err = i.store.User(ctx, before.Realm, before.ID); err != nil {
			return replaced, err
		}
	}
	return replaced, fmt.Errorf("%w, again and again", directory.ErrChanged)
}

// successor is what a user becomes. A line without a password leaves the old one: a table that was exported without its
// passwords must not lock everybody out. A password that is the old one leaves the old hash, which has a salt of its own.
func (i *importer) successor(before directory.User, e entry) (directory.User, error) {
	after := e.user
	after.ID, after.Version, after.CreatedAt = before.ID, before.Version, before.CreatedAt
	if len(after.Permissions) == 0 && len(before.Permissions) == 0 {
		after.Permissions = before.Permissions
	}
	if e.silent || i.samePassword(before.PasswordHash, e) {
		after.PasswordHash = before.PasswordHash
	}
	return after, after.Validate()
}

// samePassword says whether the stored hash was made of what the line has.
func (i *importer) samePassword(stored string, e entry) bool {
	if stored == "" {
		return false
	}
	if e.plain == "" {
		return i.hasher.Wraps(stored, e.given)
	}
	same, err := i.hasher.Verify(stored, e.plain)
	return same && err == nil // what cannot be read is replaced
}

// conflictError is a bad line: its names are those of others.
type conflictError struct{ error }

func (e conflictError) Unwrap() error { return e.error }

// sides names the user on the other side of a conflict.
func (i *importer) sides(ctx context.Context, user directory.User, taken *directory.TakenError) error {
	var other directory.User
	var err error
	if taken.Kind == "id" {
		other, err = i.store.User(ctx, user.Realm, user.ID)
	} else {
		other, err = i.store.FindUser(ctx, user.Realm, directory.Identifier{Kind: directory.Kind(taken.Kind), Value: taken.Value})
	}
	if err != nil {
		return taken // gone meanwhile, or out of reach: the line is wrong in any case
	}
	return conflictError{fmt.Errorf("%w by %s", taken, called(other))}
}

func isNotFound(err error) bool { return errors.Is(err, directory.ErrNotFound) }
