package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

// TestUsersListShowsLocks: by the policy of the environment, in the realm and in applications of limits of their own.
func TestUsersListShowsLocks(t *testing.T) {
	t.Parallel()
	eachStore(t, 1, func(t *testing.T, on ...*console) {
		c := on[0]
		for id, name := range []string{"jane", "john", "jim", "hunter"} {
			c.must("users", "add", "--id", fmt.Sprint(id+1), "--username", name, "--email", name+"@example.com", "--no-password")
		}
		c.must("apps", "add", "--id", "138", "--limit", "2", "--lockout-minutes", "60")
		policy, at := attempts.Policy{Lockout: 30 * time.Minute}, aMomentAgo()
		c.fail(directory.AccountOf("main", 1), policy, 10, at)
		c.fail(directory.AccountOf("main", 2), policy, 9, at)
		c.fail(directory.AccountOf("main", 3).Scoped(138), policy, 2, at)
		until, untilApp := moment(at.Add(30*time.Minute), ""), moment(at.Add(time.Hour), "")

		locked := squeeze(c.must("users", "list", "--locked").stdout)
		for _, want := range []string{" none until " + until + " ", " none until " + untilApp + " in application 138 "} {
			if !strings.Contains(locked, want) || strings.Count(locked, "\n") != 2 {
				t.Errorf("--locked printed\n%s\nwant two users, one with %q", locked, want)
			}
		}
		c.environment["ATTEMPT_LIMIT"] = "9"
		tests := []struct {
			args  string
			names string // sorted
		}{
			{"", "hunter jane jim john"},
			{"--locked", "jane jim john"},
			{"--prefix j", "jane jim john"},
			{"--prefix JANE@", "jane"},
			{"--prefix J", "jane jim john"},
			{"--prefix x", ""},
			{"--locked --prefix ji", "jim"},
		}
		for _, test := range tests {
			var names []string
			objects := c.must(append([]string{"users", "list", "--json"}, strings.Fields(test.args)...)...).objects()
			for _, object := range objects {
				names = append(names, fmt.Sprint(object["username"]))
			}
			slices.Sort(names)
			if got := strings.Join(names, " "); got != test.names {
				t.Errorf("%q lists %q, want %q", test.args, got, test.names)
			}
		}
		jane := c.must("users", "list", "--prefix", "jane", "--json").object()
		locks, _ := jane["locks"].([]any)
		if len(locks) != 1 {
			t.Fatalf("locks are %v, want one", jane["locks"])
		}
		lock, _ := locks[0].(map[string]any)
		has(t, lock, map[string]any{"scope": "realm", "locked": true, "locked_until": stamp(at.Add(30 * time.Minute))})
		for _, limit := range []int{1, 3} {
			if got := len(c.must("users", "list", "--json", "--limit", fmt.Sprint(limit)).objects()); got != limit {
				t.Errorf("--limit %d lists %d users", limit, got)
			}
		}
		c.run("users", "list", "--limit", "-1").failed(2, "--limit must be 0 or more")
	})
}

// TestUsersShowEndsWithAVerdict names everything that keeps a user from logging in, and the limits it was judged by.
func TestUsersShowEndsWithAVerdict(t *testing.T) {
	t.Parallel()
	half, at := 30*time.Minute, aMomentAgo()
	tests := []struct {
		name, user string // an import line
		settings   map[string]string
		fails      int
		scope      int64
		verdict    string
		whyNot     []string
	}{
		{"nothing", `"password": "long enough"`, nil, 9, 0, "yes", []string{}},
		{"no password", ``, nil, 0, 0, "no, no password", []string{"no password"}},
		{"a service account", `"password": "long enough", "account_type": "Service Account"`, nil, 0, 0,
			"no, a service account", []string{"a service account"}},
		{"locked", `"password": "long enough"`, nil, 10, 0, "no, locked until " + moment(at.Add(half), ""),
			[]string{"locked until " + moment(at.Add(half), "")}},
		{"the cap", `"password": "long enough"`, map[string]string{"FAILURE_CAP": "5"}, 5, 0,
			"no, locked until unlocked", []string{"locked until unlocked"}},
		{"all marks", `"password": "long enough", "active": false, "confirmed": false`, map[string]string{"FAILURE_CAP": "5"}, 5, 0,
			"no, inactive, unconfirmed, locked until unlocked", []string{"inactive", "unconfirmed", "locked until unlocked"}},
		{"an application", `"password": "long enough"`, nil, 2, 138,
			"yes; application 138: locked until " + moment(at.Add(half), ""), []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			line := strings.TrimSuffix(`{"id": 1, "username": "jane", `+test.user, ", ") + "}"
			c.typed(line, "users", "import", "-").succeeded()
			c.must("apps", "add", "--id", "138", "--limit", "2", "--lockout-minutes", "30")
			account := directory.AccountOf("main", 1)
			if test.scope != 0 {
				account = account.Scoped(test.scope)
			}
			c.fail(account, attempts.Policy{Lockout: half}, test.fails, at)
			for name, value := range test.settings {
				c.environment[name] = value
			}
			limit := "100"
			if test.settings != nil {
				limit = test.settings["FAILURE_CAP"]
			}
			want := "\n\ncan log in: " + test.verdict + "\njudged by: ATTEMPT_LIMIT=10 LOCKOUT_MINUTES=30 FAILURE_CAP=" + limit + "\n"
			if got := c.must("users", "show", "jane").stdout; !strings.HasSuffix(got, want) {
				t.Errorf("show printed\n%s\nwant it to end in\n%s", got, want)
			}
			has(t, c.must("users", "show", "jane", "--json").object(),
				map[string]any{"can_log_in": len(test.whyNot) == 0, "why_not": test.whyNot})
		})
	}
}
