package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// users is the state that all commands about users share.
type users struct {
	*app
	realm  string
	asJSON bool
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
  gatehouse users list --realm customers --json
  gatehouse users import users.jsonl
  gatehouse users export users.jsonl`,
	}
	command.PersistentFlags().StringVar(&u.realm, "realm", "main", "the `realm` of the users")
	return group(command, u.add(), u.list(), u.show(), u.edit(), u.remove(), u.setPassword(),
		u.activate(), u.deactivate(), u.confirm(), u.unlock(), u.importUsers(), u.export())
}

// run returns a RunE that calls do with a store that exists.
func (u *users) run(do func(ctx context.Context, s store, args []string) error) func(*cobra.Command, []string) error {
	return u.runOn(existing, do)
}

// runOn returns a RunE that calls do with the open store.
func (u *users) runOn(
	missing access, do func(ctx context.Context, s store, args []string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := checkRealm(u.realm); err != nil {
			return err
		}
		return u.withStore(cmd.Context(), missing, func(s store) error { return do(cmd.Context(), s, args) })
	}
}

// withStore calls do with the open store, and closes it.
func (a *app) withStore(ctx context.Context, missing access, do func(store) error) error {
	s, closeStore, err := a.openStore(ctx, missing)
	if err != nil {
		return err
	}
	err = do(s)
	if closing := closeStore(); closing != nil {
		err = errors.Join(err, fmt.Errorf("closing the store: %w", closing))
	}
	return err
}

// maxRealm is far more than a name needs, in bytes.
const maxRealm = 255

// checkRealm refuses what cannot name a realm. A # would let the keys of two realms' users coincide, since stores may join
// the parts of a key with it.
func checkRealm(realm string) error {
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

// state names the user's own marks that keep it from logging in.
func state(user directory.User) string {
	var marks []string
	if !user.Active {
		marks = append(marks, "inactive")
	}
	if !user.Confirmed {
		marks = append(marks, "unconfirmed")
	}
	if len(marks) == 0 {
		return "active"
	}
	return strings.Join(marks, ", ")
}

// passwordState is all that is shown of a password hash.
func passwordState(user directory.User) string {
	if user.PasswordHash == "" {
		return "none"
	}
	return "set"
}
