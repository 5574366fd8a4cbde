package main

import (
	"maps"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

// fail counts failures on a user as logins would, the last of them at the given time.
func (c *console) fail(account directory.Account, policy attempts.Policy, times int, at time.Time) {
	c.t.Helper()
	s := c.open()
	for range times {
		locked, err := s.Refuse(c.t.Context(), account, policy, at)
		if err != nil || locked {
			c.t.Fatalf("counting a failure on %v: locked %v, error %v", account, locked, err)
		}
	}
}

// aMomentAgo is a time within every window of these tests, in the precision of the stores.
func aMomentAgo() time.Time { return time.Now().UTC().Truncate(time.Millisecond).Add(-time.Minute) }

func stamp(at time.Time) string { return at.Format(time.RFC3339Nano) }

func TestUsersShow(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(`{"id": 1, "username": "jane", "password": "1 secret", "created_at": "2026-01-02T03:04:05Z", "root_role": 2, `+
		`"email_sent": false, "permissions": ["A", "B"], "company_role": "cto"}`, "users", "import", "-").succeeded()
	c.must("users", "show", "jane").shows(`id            1
realm         main
username      jane
email         -
name          -
active        yes
confirmed     yes
password      set
created       2026-01-02T03:04:05Z
last login    never
root role     2
e-mail sent   no
company role  cto
permissions   A, B

COUNTED BY  FAILURES  IN A ROW  LAST FAILURE  LOCKED
realm       0 of 10   0 of 100  -             no

can log in: yes
judged by: ATTEMPT_LIMIT=10 LOCKOUT_MINUTES=30 FAILURE_CAP=100
`)
	object := c.must("users", "show", "jane", "--json").object()
	has(t, object, map[string]any{"id": 1, "has_password": true, "last_login_at": nil, "root_role": 2,
		"can_log_in": true, "why_not": []any{},
		"judged_by": map[string]any{"ATTEMPT_LIMIT": 10, "LOCKOUT_MINUTES": 30, "FAILURE_CAP": 100}, "attempts": []any{
			map[string]any{
				"scope": "realm", "application": nil, "in_force": true,
				"failures": 0, "limit": 10, "consecutive_failures": 0, "cap": 100, "last_failure_at": nil,
				"last_login_at": nil, "locked": false, "disabled": false, "restored": false, "locked_until": nil,
			},
		}})
}

func TestUsersShowAnyHash(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed("some password", "users", "add", "--id", "1", "--username", "jane").succeeded()
	hash := c.user("main", 1).PasswordHash
	for _, args := range [][]string{{"show", "jane"}, {"show", "jane", "--json"}, {"list"}, {"list", "--json"}} {
		p := c.must(append([]string{"users"}, args...)...)
		if strings.Contains(p.stdout, hash) || strings.Contains(p.stdout, "$2") {
			t.Errorf("%q shows the password hash:\n%s", p.line, p.stdout)
		}
	}
}

func TestUsersShowJudgesCounts(t *testing.T) {
	t.Parallel()
	half := 30 * time.Minute
	account := directory.AccountOf("main", 1)
	at := aMomentAgo()
	tests := []struct {
		name     string
		settings map[string]string
		apps     [][]string // command lines
		counted  func(c *console)
		table    string // after the head of the second table
		attempts []map[string]any
	}{
		{
			name:     "below the limit",
			counted:  func(c *console) { c.fail(account, attempts.Policy{Lockout: half}, 9, at) },
			table:    "realm 9 of 10 9 of 100 AT no",
			attempts: []map[string]any{{"failures": 9, "last_failure_at": stamp(at), "locked": false, "locked_until": nil}},
		},
		{
			name:     "locked",
			counted:  func(c *console) { c.fail(account, attempts.Policy{Lockout: half}, 10, at) },
			table:    "realm 10 of 10 10 of 100 AT until AT+30m",
			attempts: []map[string]any{{"locked": true, "disabled": false, "restored": false, "locked_until": stamp(at.Add(half))}},
		},
		{
			name:     "the policy of the environment",
			settings: map[string]string{"ATTEMPT_LIMIT": "3", "LOCKOUT_MINUTES": "60", "FAILURE_CAP": "0"},
			counted:  func(c *console) { c.fail(account, attempts.Policy{Lockout: half}, 4, at) },
			table:    "realm 4 of 3 4 AT until AT+60m",
			attempts: []map[string]any{{"limit": 3, "cap": 0, "locked": true, "locked_until": stamp(at.Add(2 * half))}},
		},
		{
			name:     "limits off",
			settings: map[string]string{"ATTEMPT_LIMIT": "0"},
			counted:  func(c *console) { c.fail(account, attempts.Policy{Lockout: half}, 20, at) },
			table:    "realm 20 20 of 100 AT no",
			attempts: []map[string]any{{"limit": 0, "failures": 20, "locked": false}},
		},
		{
			name:     "a window that has ended",
			counted:  func(c *console) { c.fail(account, attempts.Policy{Lockout: half}, 10, at.Add(-half)) },
			table:    "realm 0 of 10 10 of 100 - no",
			attempts: []map[string]any{{"failures": 0, "consecutive_failures": 10, "locked": false, "last_failure_at": nil}},
		},
		{
			name:     "disabled by the cap",
			settings: map[string]string{"FAILURE_CAP": "5"},
			counted:  func(c *console) { c.fail(account, attempts.Policy{Lockout: half}, 5, at) },
			table:    "realm 5 of 10 5 of 5 AT until unlocked",
			attempts: []map[string]any{{"locked": true, "disabled": true, "restored": false, "locked_until": nil}},
		},
		{
			name: "an application of limits of its own",
			apps: [][]string{{"add", "--id", "138", "--limit", "2", "--lockout-minutes", "60"}},
			counted: func(c *console) {
				c.fail(account, attempts.Policy{Lockout: half}, 1, at)
				c.fail(account.Scoped(138), attempts.Policy{Lockout: half}, 2, at)
			},
			table: "realm 1 of 10 1 of 100 AT no\napplication 138 2 of 2 2 of 100 AT until AT+60m",
			attempts: []map[string]any{
				{"scope": "realm", "application": nil, "failures": 1, "locked": false},
				{
					"scope": "application", "application": 138, "in_force": true, "limit": 2,
					"locked": true, "locked_until": stamp(at.Add(2 * half)),
				},
			},
		},
		{
			name: "an application whose limits were taken away",
			apps: [][]string{
				{"add", "--id", "138", "--limit", "2"},
				{"set-limits", "138", "--limit", "0"},
			},
			counted: func(c *console) { c.fail(account.Scoped(138), attempts.Policy{Lockout: half}, 2, at) },
			table:   "realm 0 of 10 0 of 100 - no\napplication 138 0 2 of 100 - no longer in force",
			attempts: []map[string]any{
				{"scope": "realm", "failures": 0},
				{"application": 138, "in_force": false, "locked": false},
			},
		},
		{
			name:    "an application that is gone, with the cap reached",
			counted: func(c *console) { c.fail(account.Scoped(9), attempts.Policy{Lockout: half}, 100, at) },
			table:   "realm 0 of 10 0 of 100 - no\napplication 9 0 100 of 100 - no longer in force",
			attempts: []map[string]any{
				{"scope": "realm"},
				{"application": 9, "in_force": false, "locked": false, "disabled": false},
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			maps.Copy(c.environment, test.settings)
			c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
			for _, args := range test.apps {
				c.must(append([]string{"apps"}, args...)...)
			}
			test.counted(c)
			counted, _ := c.must("users", "show", "jane", "--json").object()["attempts"].([]any)
			if len(counted) != len(test.attempts) {
				t.Fatalf("attempts: got %s, want %d entries", asJSON(t, counted), len(test.attempts))
			}
			for i, want := range test.attempts {
				got, _ := counted[i].(map[string]any)
				has(t, got, want)
			}
			_, table, _ := strings.Cut(c.must("users", "show", "jane").stdout, "LOCKED\n")
			table, _, _ = strings.Cut(table, "\n\n")
			want := strings.NewReplacer("AT+30m", moment(at.Add(half), ""), "AT+60m", moment(at.Add(2*half), ""),
				"AT", moment(at, "")).Replace(test.table)
			if got := squeeze(table); got != want {
				t.Errorf("the table of counts is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// squeeze is a table with one space between words, whatever its alignment.
func squeeze(table string) string {
	var rows []string
	for row := range strings.Lines(table) {
		rows = append(rows, strings.Join(strings.Fields(row), " "))
	}
	return strings.Join(rows, "\n")
}

func TestUsersShowLastLogin(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	at, account := aMomentAgo(), directory.AccountOf("main", 1)
	s := c.open()
	for seen, account := range map[time.Time]directory.Account{at.Add(-time.Hour): account, at: account.Scoped(138)} {
		if _, err := s.Accept(t.Context(), account, attempts.Policy{}, seen, 0); err != nil {
			t.Fatalf("committing a success: %v", err)
		}
	}
	has(t, c.must("users", "show", "jane", "--json").object(), map[string]any{"last_login_at": stamp(at)})
	if shown := squeeze(c.must("users", "show", "jane").stdout); !strings.Contains(shown, "\nlast login "+moment(at, "")+"\n") {
		t.Errorf("show printed\n%s\nwant the last login of all scopes, %s", shown, moment(at, ""))
	}
}

func TestUsersShowNeedsReadableSettings(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--username", "jane", "--no-password")
	c.environment["ATTEMPT_LIMIT"] = "ten"
	c.run("users", "show", "jane").failed(1, "reading the settings: ATTEMPT_LIMIT: not a whole number")
}
