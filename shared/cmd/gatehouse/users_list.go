package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

// listing is `gatehouse users list`.
type listing struct {
	*users
	locked bool
	prefix string
	limit  int
}

func (u *users) list() *cobra.Command {
	l := &listing{users: u}
	command := u.withJSON(&cobra.Command{
		Use:   "list",
		Short: "List the users of a realm, and which are locked",
		Long: `Lists the users of a realm. Whether one is locked is judged by this environment's ATTEMPT_LIMIT,
LOCKOUT_MINUTES and FAILURE_CAP, so set them as the server has them.`,
		Example: `  gatehouse users list --locked --realm customers
  gatehouse users list --json | jq -r 'select(.active | not) | .username'`,
		RunE: u.runOn(existing, func(ctx context.Context, s store, _ []string) error { return l.run(ctx, s) }),
	})
	flags := command.Flags()
	flags.BoolVar(&l.locked, "locked", false, "only users that are locked, in the realm or in an application")
	flags.StringVar(&l.prefix, "prefix", "", "only users whose username or e-mail address begins with this `text`")
	flags.IntVar(&l.limit, "limit", 0, "at most this `number` of users; 0: all")
	return command
}

func (l *listing) run(ctx context.Context, s store) error {
	if l.limit < 0 {
		return usageError{errors.New("--limit must be 0 or more")}
	}
	settings, err := l.config()
	if err != nil {
		return err
	}
	locks, err := locksIn(ctx, s, l.realm, settings.Policy())
	if err != nil {
		return err
	}
	list := l.newList("ID", "USERNAME", "EMAIL", "NAME", "STATE", "PASSWORD", "LOCKED", "CREATED")
	for user, err := range s.Users(ctx, l.realm) {
		if err != nil {
			return errors.Join(list.flush(), fmt.Errorf("listing the users: %w", err))
		}
		locks := locks[user.ID]
		if l.locked && len(locks) == 0 || !l.begins(user) {
			continue
		}
		err := list.add(listedUser{viewOf(user), locks},
			user.ID, printable(user.Username), printable(user.Email), printable(user.Name),
			cmp.Or(strings.Join(marks(user), ", "), "active"), passwordState(user), describe(locks), moment(optional(user.CreatedAt), ""))
		if err != nil {
			return err
		}
		if list.rows == l.limit {
			break
		}
	}
	return list.flush()
}

func (l *listing) begins(user directory.User) bool {
	return strings.HasPrefix(user.Username, l.prefix) || strings.HasPrefix(user.Email, strings.ToLower(l.prefix))
}

// locksIn returns the locks in force on a realm's users.
func locksIn(ctx context.Context, s store, realm string, policy attempts.Policy) (map[int64][]countView, error) {
	at, locks := now(), map[int64][]countView{}
	applications, err := applicationsIn(ctx, s)
	if err != nil {
		return nil, err
	}
	for count, err := range s.Failures(ctx, realm) {
		if err != nil {
			return nil, fmt.Errorf("reading the counted attempts: %w", err)
		}
		id, _ := applicationOf(count.Scope)
		if view := judge(count.Count, applications[id], policy, at); view.Locked {
			locks[count.UserID] = append(locks[count.UserID], view)
		}
	}
	return locks, nil
}

// listedUser is a user of a list, as --json shows it.
type listedUser struct {
	userView
	Locks []countView `json:"locks,omitempty"` // absent: not locked
}

// describe returns where a user is locked, and until when.
func describe(locks []countView) string {
	var parts []string
	for _, lock := range locks {
		part := lock.lock()
		if lock.Application != nil {
			part += " in " + lock.by()
		}
		parts = append(parts, part)
	}
	return cmp.Or(strings.Join(parts, ", "), "no")
}
