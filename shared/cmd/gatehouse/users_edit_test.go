package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

func TestUsersEditChangesOnlyWhatIsGiven(t *testing.T) {
	t.Parallel()
	const jane = `{"id": 1, "username": "jane", "email": "jane@example.com", "name": "Jane", "password": "1 secret", ` +
		`"root_role": 1, "email_sent": true, "permissions": ["A", "B"], "scim_id": "s"}`
	tests := []struct {
		name  string
		args  []string
		want  map[string]any
		gone  string // a key that is not printed any more
		story string
	}{
		{"an address", []string{"--email", "New@Example.com"},
			map[string]any{"email": "new@example.com", "username": "jane", "root_role": 1, "permissions": []string{"A", "B"}},
			"", "user 1 (jane) changed\n"},
		{"an address away", []string{"--email", ""},
			map[string]any{"email": "", "username": "jane"}, "", "user 1 (jane) changed\n"},
		{"the username away", []string{"--username", ""}, map[string]any{"email": "jane@example.com", "username": ""}, "",
			"user 1 (jane@example.com) changed\n"},
		{"a role away", []string{"--root-role", ""}, map[string]any{"email_sent": true}, "root_role", "user 1 (jane) changed\n"},
		{"a truth away", []string{"--email-sent", ""}, map[string]any{"root_role": 1}, "email_sent", "user 1 (jane) changed\n"},
		{"permissions replaced", []string{"--permission", "C", "--permission", "D"},
			map[string]any{"permissions": []string{"C", "D"}}, "", "user 1 (jane) changed\n"},
		{"permissions away", []string{"--permission", ""},
			map[string]any{"scim_id": "s"}, "permissions", "user 1 (jane) changed\n"},
		{"what is there already", []string{"--name", "Jane"}, map[string]any{"name": "Jane"}, "",
			"user 1 (jane) unchanged: that is how it was\n"},
		{"the last of two wins", []string{"--name", "X", "--name", "Y"},
			map[string]any{"name": "Y"}, "", "user 1 (jane) changed\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, flags := range [][]string{nil, {"--json"}} {
				c := newConsole(t)
				c.typed(jane, "users", "import", "-").succeeded()
				p := c.must(append(append([]string{"users", "edit", "id:1"}, test.args...), flags...)...)
				if flags == nil {
					p.shows(test.story)
				}
				object := c.must("users", "list", "--json").object()
				has(t, object, test.want)
				if _, found := object[test.gone]; found {
					t.Errorf("%s is still there: %v", test.gone, object[test.gone])
				}
				if flags != nil && asJSON(t, p.object()) != asJSON(t, object) {
					t.Errorf("edit printed %s, stored is %s", p.stdout, asJSON(t, object))
				}
				if !c.verifies("main", 1, "1 secret") {
					t.Error("the password is not the same any more")
				}
			}
		})
	}
}

func TestUsersEditRefuses(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	c.must("users", "add", "--id", "2", "--username", "john", "--email", "john@example.com", "--no-password")
	before := c.must("users", "list", "--json").stdout
	tests := []struct {
		name    string
		args    []string
		status  int
		message string
	}{
		{"nothing", []string{"edit", "jane"}, 2, "nothing to change: give a flag, as `gatehouse users edit --help` lists them"},
		{"nobody", []string{"edit", "x", "--name", "X"}, 1, noUser("x")},
		{"a taken username", []string{"edit", "jane", "--username", "john"}, 1,
			`changing user 1 (jane): the username "john" is taken`},
		{"a taken address", []string{"edit", "jane", "--email", "JOHN@example.com"}, 1,
			`changing user 1 (jane): the email "john@example.com" is taken`},
		{"the last name away", []string{"edit", "jane", "--username", ""}, 1,
			"changing user 1 (jane): invalid user: it needs a username or an e-mail address"},
		{"no user named", []string{"edit", "--name", "X"}, 2, "accepts 1 arg(s), received 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &console{t, c.environment}
			c.run(append([]string{"users"}, test.args...)...).failed(test.status, test.message).shows("")
		})
	}
	c.must("users", "list", "--json").shows(before)
}

func TestUsersMarks(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--unconfirmed", "--no-password")
	steps := []struct {
		verb, says string
		want       map[string]any
	}{
		{"confirm", "user 1 (jane) confirmed\n", map[string]any{"active": true, "confirmed": true}},
		{"confirm", "user 1 (jane) was confirmed already\n", map[string]any{"active": true, "confirmed": true}},
		{"deactivate", "user 1 (jane) deactivated\n", map[string]any{"active": false, "confirmed": true}},
		{"deactivate", "user 1 (jane) was inactive already\n", map[string]any{"active": false, "confirmed": true}},
		{"activate", "user 1 (jane) activated\n", map[string]any{"active": true, "confirmed": true}},
		{"activate", "user 1 (jane) was active already\n", map[string]any{"active": true, "confirmed": true}},
	}
	for _, step := range steps {
		c.must("users", step.verb, "jane").shows(step.says)
		has(t, c.must("users", "list", "--json").object(), step.want)
	}
	for _, verb := range []string{"confirm", "deactivate", "activate", "unlock", "set-password", "remove"} {
		c.run("users", verb, "x").failed(1, noUser("x"))
	}
}

func TestUsersUnlock(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	c.must("apps", "add", "--id", "138", "--limit", "2")
	account := directory.AccountOf("main", 1)
	uncapped := attempts.Policy{Lockout: time.Hour}
	c.fail(account, uncapped, 100, aMomentAgo())
	c.fail(account.Scoped(138), uncapped, 2, aMomentAgo())
	if shown := c.must("users", "show", "jane").stdout; !strings.Contains(shown, "until unlocked") {
		t.Fatalf("before unlocking, show printed\n%s\nwant it disabled", shown)
	}
	c.must("users", "unlock", "jane").shows("user 1 (jane) unlocked\n")
	counted, _ := c.must("users", "show", "jane", "--json").object()["attempts"].([]any)
	for _, each := range counted {
		got, _ := each.(map[string]any)
		has(t, got, map[string]any{"failures": 0, "consecutive_failures": 0, "locked": false})
	}
}

func TestUsersSetPassword(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	c.typed("first password\n", "users", "set-password", "jane").succeeded().shows("user 1 (jane) has a new password\n")
	c.typed("second password\n", "users", "set-password", "jane").succeeded()
	c.typed("short\n", "users", "set-password", "jane").failed(1, "the password has 5 characters; it needs at least 8")
	c.typed("Gatehouse\n", "users", "set-password", "jane").failed(1,
		"the password is a name of the user, the realm or the service, which are guessed first; choose another")
	if c.verifies("main", 1, "first password") || !c.verifies("main", 1, "second password") {
		t.Error("the stored hash is not that of the second password alone")
	}
	_, record, err := c.open().Load(t.Context(), directory.AccountOf("main", 1))
	if err != nil || record.Epoch == 0 {
		t.Errorf("epoch %d (error %v), want it raised: a login under way must not slip past a new password", record.Epoch, err)
	}
}

func TestUsersRemove(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	const unasked = "nobody is there to ask: stdin is not a terminal; give --yes if you mean it"
	c.run("users", "remove", "jane").failed(2, unasked)
	c.typed("y\n", "users", "remove", "jane").failed(2, unasked)
	c.must("users", "show", "jane")
	c.must("users", "remove", "jane", "--yes").shows("user 1 (jane) of realm main removed\n")
	c.must("users", "list", "--json").shows("")
	c.must("users", "add", "--username", "jane", "--no-password") // the name is free again
}

// TestChangesInParallel has four commands change one user at once. Each can lose to each other one once, so five tries
// are enough, whatever happens first.
func TestChangesInParallel(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--unconfirmed", "--no-password")
	var group sync.WaitGroup
	for _, args := range [][]string{
		{"edit", "jane", "--name", "Jane"}, {"edit", "id:1", "--scim-id", "s"}, {"confirm", "jane"}, {"deactivate", "jane"},
	} {
		group.Go(func() {
			if p := c.run(append([]string{"users"}, args...)...); p.status != 0 {
				t.Errorf("%q: %s", p.line, p.message)
			}
		})
	}
	group.Wait()
	has(t, c.must("users", "list", "--json").object(),
		map[string]any{"name": "Jane", "scim_id": "s", "confirmed": true, "active": false})
}

// conflicting is a directory in which others keep changing the user.
type conflicting struct {
	directory.UserStore
	conflicts int // how often
	err       error
}

func (s *conflicting) User(context.Context, string, int64) (directory.User, error) {
	return directory.User{ID: 1, Version: 2}, s.err
}

func TestRetry(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	tests := []struct {
		name      string
		store     conflicting
		want      error
		wantTries int
	}{
		{"at once", conflicting{}, nil, 1},
		{"four conflicts", conflicting{conflicts: 4}, nil, 5},
		{"conflicts without end", conflicting{conflicts: 100}, directory.ErrChanged, changeTries},
		{"the user cannot be read again", conflicting{conflicts: 1, err: gone}, gone, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			u := &users{realm: "main"}
			err := u.retry(t.Context(), &test.store, directory.User{ID: 1, Version: 1}, func(user directory.User) error {
				if tries++; tries > test.store.conflicts {
					return nil
				}
				if fresh := user.Version == 2; fresh != (tries > 1) {
					t.Errorf("try %d is on version %d", tries, user.Version)
				}
				return directory.ErrChanged
			})
			if !errors.Is(err, test.want) || tries != test.wantTries {
				t.Errorf("got %v after %d tries, want %v after %d", err, tries, test.want, test.wantTries)
			}
		})
	}
}
