package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

func (u *users) show() *cobra.Command {
	command := &cobra.Command{
		Use:   "show USER",
		Short: "Show a user, its counted failures and whether it can log in",
		Long: `Shows a user, what is counted on it, in its realm and in each application that has limits of its
own, and whether it can log in. Locks are judged by this environment's ATTEMPT_LIMIT,
LOCKOUT_MINUTES and FAILURE_CAP, so set them as the server has them.

` + naming,
		Example: `  gatehouse users show jane.doe
  gatehouse users show id:1001 --realm customers
  gatehouse users show jane.doe --json | jq '.can_log_in, .why_not'`,
		Args: cobra.ExactArgs(1),
		RunE: u.run(func(ctx context.Context, s store, args []string) error {
			settings, err := u.config()
			if err != nil {
				return err
			}
			user, err := u.find(ctx, s, args[0])
			if err != nil {
				return err
			}
			counted, err := countsOf(ctx, s, user, settings.Policy(), now())
			if err != nil {
				return err
			}
			verdict := verdictOn(user, counted, settings)
			if u.asJSON {
				return u.printJSON(userDetails{viewOf(user), lastLogin(counted), counted, verdict})
			}
			return u.showTable(user, counted, verdict)
		}),
	}
	command.Flags().BoolVar(&u.asJSON, "json", false, jsonFlag)
	return command
}

// userDetails is a user with its counts, as --json shows it.
type userDetails struct {
	userView
	LastLoginAt *time.Time  `json:"last_login_at"` // null: never
	Attempts    []countView `json:"attempts"`
	verdict
}

// countView is a count of one scope, judged by the policy of that scope.
type countView struct {
	Scope               string     `json:"scope"`       // "realm", or "application"
	Application         *int64     `json:"application"` // null for the realm
	InForce             bool       `json:"in_force"`    // false: the application is gone, or takes the realm's policy by now
	Failures            int        `json:"failures"`    // in the window that has not ended
	Limit               int        `json:"limit"`       // of failures; 0: off
	ConsecutiveFailures int        `json:"consecutive_failures"`
	Cap                 int        `json:"cap"` // of consecutive failures; 0: off
	LastFailureAt       *time.Time `json:"last_failure_at"`
	LastLoginAt         *time.Time `json:"last_login_at"`
	Locked              bool       `json:"locked"`
	Disabled            bool       `json:"disabled"`     // the cap is reached: locked until unlocked
	Restored            bool       `json:"restored"`     // the record is newer than the user: locked until unlocked
	LockedUntil         *time.Time `json:"locked_until"` // null: not locked, or until unlocked
}

// countsOf returns what is counted on a user, the realm's count first.
func countsOf(ctx context.Context, s store, user directory.User, policy attempts.Policy, now time.Time) ([]countView, error) {
	counts, err := s.Counts(ctx, user.Realm, user.ID)
	if err != nil {
		return nil, fmt.Errorf("reading the counted attempts: %w", err)
	}
	if len(counts) == 0 || counts[0].Scope != "" {
		counts = append([]directory.Count{{}}, counts...) // never tried in its realm
	}
	var views []countView
	for _, count := range counts {
		view := judge(count.Record, policy, now)
		if id, ok := applicationOf(count.Scope); ok {
			application, err := s.Application(ctx, id)
			if err != nil && !errors.Is(err, directory.ErrNotFound) {
				return nil, fmt.Errorf("reading application %d: %w", id, err)
			}
			view = judgeApplication(id, application, count.Record, policy, now)
		}
		if view.Restored = count.Ahead; view.Restored && view.InForce {
			view.Locked, view.LockedUntil = true, nil
		}
		views = append(views, view)
	}
	return views, nil
}

// applicationOf returns the application of a scope: see [directory.Count].
func applicationOf(scope string) (int64, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(scope, "app#"), 10, 64)
	return id, err == nil
}

// judgeApplication judges the count of an application with limits of its own; it takes the zero Application for one that is
// gone. The cap is the same for all scopes.
func judgeApplication(
	id int64, application directory.Application, record attempts.Record, policy attempts.Policy, now time.Time,
) countView {
	policy.Limit, policy.Lockout = application.AttemptLimit, time.Duration(application.LockoutMinutes)*time.Minute
	view := judge(record, policy, now)
	view.Scope, view.Application, view.InForce = "application", &id, application.AttemptLimit > 0
	if !view.InForce {
		view.Locked, view.Disabled, view.LockedUntil = false, false, nil
	}
	return view
}

func judge(record attempts.Record, policy attempts.Policy, now time.Time) countView {
	record = policy.Clear(record, now)
	view := countView{
		Scope: "realm", InForce: true,
		Failures: record.Fails, Limit: policy.Limit, ConsecutiveFailures: record.Run, Cap: policy.Cap,
		LastFailureAt: optional(record.Last), LastLoginAt: optional(record.Seen),
		Locked: policy.Locked(record, now), Disabled: policy.Disabled(record),
	}
	if view.Locked && !view.Disabled {
		view.LockedUntil = optional(record.Last.Add(policy.Lockout))
	}
	return view
}

// lastLogin is the latest of all scopes.
func lastLogin(counted []countView) *time.Time {
	var last *time.Time
	for _, count := range counted {
		if at := count.LastLoginAt; at != nil && (last == nil || at.After(*last)) {
			last = at
		}
	}
	return last
}
