package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
)

func (u *users) add() *cobra.Command {
	var given changes
	var inactive, unconfirmed, noPassword bool
	var id int64
	command := u.withJSON(&cobra.Command{
		Use:   "add",
		Short: "Add a user",
		Long: `Adds a user with at least a username or an e-mail address. Ids and names are unique in a realm;
an id is chosen unless one is given.

` + typedTwice,
		Example: `  gatehouse users add --username jane.doe --email jane.doe@example.com --name "Jane Doe"
  pass show jane | gatehouse users add --username jane.doe --json
  gatehouse users add --username robot --no-password --account-type "Service Account"`,
		RunE: u.runOn(creating, func(ctx context.Context, s store, _ []string) error {
			user := directory.User{Realm: u.realm, ID: id, Active: !inactive, Confirmed: !unconfirmed, CreatedAt: now()}
			given.apply(&user)
			return u.enroll(ctx, s, user, noPassword)
		}),
	})
	flags := command.Flags()
	given.addTo(command)
	flags.Int64Var(&id, "id", 0, "the user's `number`; chosen at random if not given")
	flags.BoolVar(&inactive, "inactive", false, "not to log in until activated")
	flags.BoolVar(&unconfirmed, "unconfirmed", false, "not to log in until confirmed")
	flags.BoolVar(&noPassword, "no-password", false, "ask for no password: the user cannot log in until it has one")
	return command
}

func (u *users) enroll(ctx context.Context, s store, user directory.User, noPassword bool) error {
	err := user.Validate() // before anybody types a password
	if err != nil {
		return err
	}
	if !noPassword {
		if user.PasswordHash, err = u.newHash(ctx, user); err != nil {
			return err
		}
	}
	warnings, err := bulk.Namesakes(ctx, s, user, called)
	if err != nil {
		return reason(err)
	}
	if user, err = directory.Enroll(ctx, s, user); err != nil {
		return reason(err)
	}
	for _, warning := range warnings {
		_, _ = fmt.Fprintln(u.stderr, "warning:", warning)
	}
	return u.result(viewOf(user), "%s added to realm %s", called(user), printable(user.Realm))
}

// changes are the changes that flags ask for, in their order. The same flags describe a new user and change one.
type changes []func(*directory.User)

func (c changes) apply(user *directory.User) {
	for _, change := range c {
		change(user)
	}
}

// addTo adds the flags for all fields. They are called as in the import format, with - for _.
func (c *changes) addTo(command *cobra.Command) {
	flags := command.Flags()
	for _, field := range bulk.Fields {
		flags.Func(strings.ReplaceAll(field.Name, "_", "-"), field.Usage, func(value string) error {
			*c = append(*c, func(user *directory.User) { _ = field.Set(user, value) })
			return field.Set(&directory.User{}, value) // a mistake in the value is one in the call
		})
	}
	var permissions []string
	flags.Func("permission", "a `permission`; repeat it for more, they replace those that were there", func(value string) error {
		if value != "" {
			permissions = append(permissions, value)
		}
		*c = append(*c, func(user *directory.User) { user.Permissions = slices.Clone(permissions) })
		return nil
	})
}
