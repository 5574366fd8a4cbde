package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// users is the state that all commands about users share.
type users struct {
	*app
	realm string
}

func newUsers(a *app) *cobra.Command {
	u := &users{app: a}
	command := &cobra.Command{
		Use:   "users",
		Short: "Add, show, change, unlock, import and export the users of a realm",
		Long: `Administers the users of one realm of the directory. Every command works while the store is
being served from.

` + naming,
		Example: `  gatehouse users add --username jane.doe --email jane.doe@example.com
  gatehouse users show jane.doe@example.com
  gatehouse users list --realm customers --json`,
	}
	command.PersistentFlags().StringVar(&u.realm, "realm", "main", "the `realm` of the users")
	command.AddCommand(u.marks()...)
	return group(command, u.add(), u.list(), u.show(), u.edit(), u.remove(), u.setPassword(),
		u.unlock(), u.importUsers(), u.export())
}

// runOn returns a RunE that carries out the action on the realm.
func (u *users) runOn(create bool, do action) func(*cobra.Command, []string) error {
	run := u.app.runOn(create, do)
	return func(cmd *cobra.Command, args []string) error {
		if err := checkRealm(u.realm); err != nil {
			return err
		}
		return run(cmd, args)
	}
}

// onUser returns a RunE that calls do with the user that the command's USER names.
func (u *users) onUser(do func(ctx context.Context, s store, user directory.User) error) func(*cobra.Command, []string) error {
	return u.runOn(existing, func(ctx context.Context, s store, args []string) error {
		user, err := u.find(ctx, s, args[0])
		if err != nil {
			return err
		}
		return do(ctx, s, user)
	})
}

// checkRealm refuses what cannot name a realm. Stores may join the parts of a key with #.
func checkRealm(realm string) error {
	const maxRealm = 255 // bytes, far more than a name needs
	bad := func(r rune) bool { return r == '#' || !unicode.IsPrint(r) }
	switch {
	case realm == "":
		return usageError{errors.New("--realm is empty")}
	case len(realm) > maxRealm:
		return usageError{fmt.Errorf("--realm is longer than %d bytes", maxRealm)}
	case !utf8.ValidString(realm) || strings.ContainsFunc(realm, bad):
		return usageError{errors.New("--realm holds a # or a character that cannot be printed")}
	}
	return nil
}

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
// another user's e-mail address, and a guess could remove or unlock the wrong user.
func (u *users) matches(ctx context.Context, s directory.UserStore, name string) (found []directory.User, err error) {
	kinds, value := []string{"username", "email", "id"}, name
	if kind, rest, _ := strings.Cut(name, ":"); slices.Contains(kinds, kind) {
		kinds, value = []string{kind}, rest
	}
	for _, kind := range kinds {
		user, err := u.lookup(ctx, s, kind, value)
		switch {
		case errors.Is(err, directory.ErrNotFound):
		case err != nil:
			return nil, fmt.Errorf("looking up the user: %w", err)
		case !slices.ContainsFunc(found, func(other directory.User) bool { return other.ID == user.ID }):
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
