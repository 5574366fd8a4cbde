package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// change stores a user as edit changes it, and prints done, with the number of sessions that ended, or already if the user was
// like that. It may call edit more than once, each time on the user as it is stored then.
func (u *users) change(
	ctx context.Context, s store, user directory.User, done, already string, edit func(*directory.User),
) error {
	var before, after directory.User
	var live []session.Session
	err := retry(func() (err error) {
		if before, err = s.User(ctx, u.realm, user.ID); err != nil {
			return err
		}
		after = before
		edit(&after)
		if err := after.Validate(); err != nil || reflect.DeepEqual(before, after) {
			return err
		}
		if directory.Revokes(before, after) {
			if live, err = liveSessions(ctx, s, before, ""); err != nil {
				return err
			}
		}
		return s.ReplaceUser(ctx, before, after)
	})
	if err != nil {
		return fmt.Errorf("changing %s: %w", called(user), reason(err))
	}
	switch {
	case reflect.DeepEqual(before, after):
		done = already
	case directory.Revokes(before, after):
		done += "; " + plural(len(live), "session") + " ended"
	}
	return u.result(viewOf(after), "%s %s", called(after), done)
}

func (u *users) edit() *cobra.Command {
	var given changes
	command := u.withJSON(&cobra.Command{
		Use:   "edit USER",
		Short: "Change a user's names and profile",
		Long: `Changes the fields whose flags are given. An empty value clears a field. For passwords see
set-password, for the rest activate, deactivate and confirm.

` + naming,
		Example: `  gatehouse users edit jane.doe --email jane@example.com
  gatehouse users edit id:1001 --email "" --name "Jane Doe"
  gatehouse users edit jane.doe --permission ADMIN --permission AUDIT`,
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			if len(given) == 0 {
				return usageError{errors.New("nothing to change: give a flag, as `gatehouse users edit --help` lists them")}
			}
			return u.change(ctx, s, user, "changed", "unchanged: that is how it was", given.apply)
		}),
	})
	given.addTo(command)
	return command
}

// marks returns the commands that set one of a user's marks.
func (u *users) marks() []*cobra.Command {
	return []*cobra.Command{
		u.mark("activate", "Let a deactivated user log in again", "activated", "was active already",
			"Lets a deactivated user log in again. A lock stays: see unlock.",
			func(user *directory.User) { user.Active = true }),
		u.mark("deactivate", "Stop a user from logging in", "deactivated", "was inactive already",
			"Stops a user from logging in, at once: a login that is already running is refused too, and sessions end.",
			func(user *directory.User) { user.Active = false }),
		u.mark("confirm", "Mark a user's e-mail address as confirmed", "confirmed", "was confirmed already",
			"Marks a user's e-mail address as confirmed, without which it cannot log in.",
			func(user *directory.User) { user.Confirmed = true }),
	}
}

// mark is a command that sets one of a user's marks.
func (u *users) mark(verb, short, done, already, long string, edit func(*directory.User)) *cobra.Command {
	return &cobra.Command{
		Use:     verb + " USER",
		Short:   short,
		Long:    long + "\n\n" + naming,
		Example: fmt.Sprintf(`  gatehouse users %s jane.doe`, verb),
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			return u.change(ctx, s, user, done, already, edit)
		}),
	}
}

func (u *users) unlock() *cobra.Command {
	return &cobra.Command{
		Use:   "unlock USER",
		Short: "Forget a user's failed logins",
		Long: `Forgets all counted failures of a user, in its realm and in applications. A user locked by them, by
FAILURE_CAP, or by a restore of one table on DynamoDB can log in at once.

` + naming,
		Example: `  gatehouse users unlock jane.doe`,
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			if err := s.Unlock(ctx, u.realm, user.ID); err != nil {
				return fmt.Errorf("unlocking %s: %w", called(user), reason(err))
			}
			return u.say("%s unlocked", called(user))
		}),
	}
}

func (u *users) setPassword() *cobra.Command {
	return &cobra.Command{
		Use:   "set-password USER",
		Short: "Give a user a new password",
		Long: `Gives a user a new password at once. Running logins with the old one are refused, and sessions end. A
lock stays: see unlock.

` + typedTwice + "\n\n" + naming,
		Example: `  gatehouse users set-password jane.doe
  pass show jane | gatehouse users set-password jane.doe`,
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			hash, err := u.newHash(ctx, user)
			if err != nil {
				return err
			}
			return u.change(ctx, s, user, "has a new password", "", func(user *directory.User) { user.PasswordHash = hash })
		}),
	}
}

func (u *users) remove() *cobra.Command {
	return u.withYes(&cobra.Command{
		Use:   "remove USER",
		Short: "Remove a user",
		Long: `Removes a user with its names and its counted attempts. Its sessions end. Asks first on a
terminal; elsewhere it needs --yes.

` + naming,
		Example: `  gatehouse users remove jane.doe`,
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			who := called(user) + " of realm " + printable(u.realm)
			if err := u.agreed(ctx, "Remove "+who+"?"); err != nil {
				return err
			}
			var live []session.Session
			err := retry(func() error {
				user, err := s.User(ctx, u.realm, user.ID)
				if err != nil {
					return err
				}
				if live, err = liveSessions(ctx, s, user, ""); err != nil {
					return err
				}
				return s.RemoveUser(ctx, user)
			})
			if err != nil {
				return fmt.Errorf("removing %s: %w", who, reason(err))
			}
			return u.say("%s removed; %s ended", who, plural(len(live), "session"))
		}),
	})
}
