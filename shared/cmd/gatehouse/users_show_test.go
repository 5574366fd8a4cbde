package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

// counted is a store of what was counted on one user, and of one application.
type counted struct {
	store
	counts      []directory.Count
	application directory.Application
}

func (c counted) Counts(context.Context, string, int64) ([]directory.Count, error) {
	return c.counts, nil
}

func (c counted) Application(_ context.Context, id int64) (directory.Application, error) {
	if id != c.application.ID {
		return directory.Application{}, directory.ErrNotFound
	}
	return c.application, nil
}

// TestCountsAreJudged by the policy of the environment, or by that of the application that counted.
func TestCountsAreJudged(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	policy := attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}
	failed := func(times int) attempts.Record {
		return attempts.Record{Fails: times, Run: times, Last: now.Add(-time.Minute)}
	}
	ended := failed(10)
	ended.Last = now.Add(-policy.Lockout)
	tests := []struct {
		name   string
		policy attempts.Policy
		counts []directory.Count
		want   string // each scope's row
	}{
		{"never tried", policy, nil, "realm 0 of 10 0 of 100 no"},
		{"below the limit", policy, []directory.Count{{Record: failed(9)}}, "realm 9 of 10 9 of 100 no"},
		{"locked", policy, []directory.Count{{Record: failed(10)}}, "realm 10 of 10 10 of 100 until 2026-01-02T03:29:00Z"},
		{"a window that has ended", policy, []directory.Count{{Record: ended}}, "realm 0 of 10 10 of 100 no"},
		{"limits off", attempts.Policy{Lockout: policy.Lockout}, []directory.Count{{Record: failed(20)}}, "realm 20 20 no"},
		{"the cap", policy, []directory.Count{{Record: failed(100)}}, "realm 100 of 10 100 of 100 until unlocked"},
		{"older than its record", policy, []directory.Count{{Record: failed(1), Ahead: true}},
			"realm 1 of 10 1 of 100 until unlocked: the user is older than its record, as after a restore"},
		{"an application of limits of its own", policy, []directory.Count{{Scope: "app#138", Record: failed(2)}},
			"realm 0 of 10 0 of 100 no, application 138 2 of 2 2 of 100 until 2026-01-02T03:59:00Z"},
		{"an application that is gone", policy, []directory.Count{{Scope: "app#9", Record: failed(100)}},
			"realm 0 of 10 0 of 100 no, application 9 0 100 of 100 no longer in force"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := counted{counts: test.counts, application: directory.Application{ID: 138, AttemptLimit: 2, LockoutMinutes: 60}}
			views, err := countsOf(t.Context(), s, directory.User{ID: 1}, test.policy, now)
			if err != nil {
				t.Fatal(err)
			}
			var rows []string
			for _, v := range views {
				rows = append(rows, strings.Join(
					[]string{v.by(), of(v.Failures, v.Limit), of(v.ConsecutiveFailures, v.Cap), v.lock()}, " "))
			}
			if got := strings.Join(rows, ", "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
