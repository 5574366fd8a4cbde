package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
)

func (u *users) add() *cobra.Command {
	var given changes
	var inactive, unconfirmed, noPassword bool
	var id int64
	command := &cobra.Command{
		Use:   "add",
		Short: "Add a user",
		Long: `Adds a user with at least a username or an e-mail address. Ids and names are unique in a realm;
an id is chosen unless one is given.

` + passwordSource,
		Example: `  gatehouse users add --username jane.doe --email jane.doe@example.com --name "Jane Doe"
  pass show jane | gatehouse users add --username jane.doe --json
  gatehouse users add --username robot --no-password --account-type "Service Account"`,
		Args: cobra.NoArgs,
		RunE: u.runOn(creating, func(ctx context.Context, s store, _ []string) error {
			user := directory.User{
				Realm: u.realm, ID: id, Active: !inactive, Confirmed: !unconfirmed,
				CreatedAt: now(),
			}
			given.apply(&user)
			return u.enroll(ctx, s, user, noPassword)
		}),
	}
	flags := command.Flags()
	given.addTo(command)
	flags.Int64Var(&id, "id", 0, "the user's `number`; chosen at random if not given")
	flags.BoolVar(&inactive, "inactive", false, "not to log in until activated")
	flags.BoolVar(&unconfirmed, "unconfirmed", false, "not to log in until confirmed")
	flags.BoolVar(&noPassword, "no-password", false, "ask for no password: the user cannot log in until it has one")
	flags.BoolVar(&u.asJSON, "json", false, jsonFlag)
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
	if u.asJSON {
		return u.printJSON(viewOf(user))
	}
	return u.say("%s added to realm %s", called(user), printable(user.Realm))
}
