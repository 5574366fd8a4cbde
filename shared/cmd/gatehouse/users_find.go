package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gatehouse/shared/directory"
)

// naming is the part of the help about how USER is read.
const naming = `USER is a username, an e-mail address or an id. If it fits two users, it is refused:
write username:NAME, email:ADDRESS or id:NUMBER then.`

// find returns the one user that a command's USER names.
func (u *users) find(ctx context.Context, s directory.UserStore, name string) (directory.User, error) {
	found, err := u.matches(ctx, s, name)
	switch {
	case err != nil:
		return directory.User{}, err
	case len(found) == 0:
		return directory.User{}, fmt.Errorf("user %q: %w in realm %s; `gatehouse users list` shows who is there",
			name, directory.ErrNotFound, printable(u.realm))
	case len(found) > 1:
		return directory.User{}, fmt.Errorf("%q fits %s and %s; say username:NAME, email:ADDRESS or id:NUMBER",
			name, called(found[0]), called(found[1]))
	}
	return found[0], nil
}

// matches returns every user that the name fits, each once. Real directories have usernames of digits, and usernames that are
// another user's e-mail address. No reading of a plain name precedes another, because a wrong guess would remove or unlock
// the wrong user.
func (u *users) matches(ctx context.Context, s directory.UserStore, name string) ([]directory.User, error) {
	kinds, value := []string{"username", "email", "id"}, name
	if kind, rest, _ := strings.Cut(name, ":"); slices.Contains(kinds, kind) {
		kinds, value = []string{kind}, rest
	}
	var found []directory.User
	for _, kind := range kinds {
		user, err := u.lookup(ctx, s, kind, value)
		if errors.Is(err, directory.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("looking up the user: %w", err)
		}
		if !slices.ContainsFunc(found, func(other directory.User) bool { return other.ID == user.ID }) {
			found = append(found, user)
		}
	}
	return found, nil
}

func (u *users) lookup(ctx context.Context, s directory.UserStore, kind, value string) (directory.User, error) {
	switch kind {
	case "username":
		return s.FindUser(ctx, u.realm, directory.Username(value))
	case "email":
		return s.FindUser(ctx, u.realm, directory.EmailAddress(value))
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || strconv.FormatInt(id, 10) != value {
		return directory.User{}, directory.ErrNotFound // not an id
	}
	return s.User(ctx, u.realm, id)
}

// changeTries is how often a change is tried on a user that others change at the same time. A login changes a user at most
// once, when it replaces an outdated hash, so only a script in a loop conflicts more often.
const changeTries = 5

// retry calls change with the user, and again with the stored one whenever that differs from the one before.
func (u *users) retry(ctx context.Context, s directory.UserStore, user directory.User, change func(directory.User) error) error {
	for range changeTries {
		err := change(user)
		if !errors.Is(err, directory.ErrChanged) {
			return err
		}
		if user, err = s.User(ctx, u.realm, user.ID); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w, again and again; try later", directory.ErrChanged)
}
