package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

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
		counts = slices.Insert(counts, 0, directory.Count{}) // never tried in its realm
	}
	var views []countView
	for _, count := range counts {
		var application directory.Application
		if id, ok := applicationOf(count.Scope); ok {
			if application, err = s.Application(ctx, id); err != nil && !errors.Is(err, directory.ErrNotFound) {
				return nil, fmt.Errorf("reading application %d: %w", id, err)
			}
		}
		view := judge(count, application, policy, now)
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

// judge judges a count by the policy of its scope. An application's own limits take the place of the realm's; the cap is the
// same for all scopes. The zero Application stands for none, and for one that is gone.
func judge(count directory.Count, application directory.Application, policy attempts.Policy, now time.Time) countView {
	view := countView{Scope: "realm", InForce: true}
	if id, ok := applicationOf(count.Scope); ok {
		view = countView{Scope: "application", Application: &id, InForce: application.AttemptLimit > 0}
		policy.Limit, policy.Lockout = application.AttemptLimit, time.Duration(application.LockoutMinutes)*time.Minute
	}
	record := policy.Clear(count.Record, now)
	view.Failures, view.Limit = record.Fails, policy.Limit
	view.ConsecutiveFailures, view.Cap = record.Run, policy.Cap
	view.LastFailureAt, view.LastLoginAt = optional(record.Last), optional(record.Seen)
	if view.InForce {
		view.Locked, view.Disabled = policy.Locked(record, now), policy.Disabled(record)
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

// by names the scope.
func (c countView) by() string {
	if c.Application == nil {
		return "realm"
	}
	return fmt.Sprintf("application %d", *c.Application)
}

// lock returns whether the count refuses logins, and until when.
func (c countView) lock() string {
	switch {
	case !c.InForce:
		return "no longer in force"
	case c.Restored:
		return "until unlocked: the user is older than its record, as after a restore"
	case c.Disabled:
		return "until unlocked"
	case c.Locked:
		return "until " + moment(c.LockedUntil, "")
	}
	return "no"
}

// of formats a count with its limit, if it has one.
func of(count, limit int) string {
	if limit == 0 {
		return strconv.Itoa(count)
	}
	return fmt.Sprintf("%d of %d", count, limit)
}
