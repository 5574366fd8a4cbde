package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSecurity13ImportedPasswordsAreHeldToTheRules: a line with a password that no new user could choose is a bad one.
func TestSecurity13ImportedPasswordsAreHeldToTheRules(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.environment["PASSWORD_MIN"] = "9"
	const lines = `{"id": 1, "username": "short", "password": "12345678"}
{"id": 2, "username": "common", "password": "Password1"}
{"id": 3, "username": "jane.margaret", "password": "Jane.Margaret"}
{"id": 4, "username": "fit", "password": "123456789 4"}
`
	file := filepath.Join(t.TempDir(), "rejects.jsonl")
	p := c.typed(lines, "users", "import", "-", "--rejects", file).shows("imported 1, failed 3\n")
	want := `line 1: the password has 8 characters; it needs at least 9
line 2: the password is one of the most common ones, which are guessed first; choose another
line 3: the password is a name of the user, the realm or the service, which are guessed first; choose another
`
	if p.stderr != want {
		t.Errorf("stderr is\n%s\nwant\n%s", p.stderr, want)
	}
	c.typed(lines, "users", "import", "-", "--dry-run", "--realm", "other").shows("dry run, nothing is stored: imported 1, failed 3\n" +
		"passwords: plain text 1\n")
	c.must("users", "import", file, "--any-password").shows("imported 3, failed 0\n")
	if !c.verifies("main", 1, "12345678") {
		t.Error("the short password was not imported")
	}
}

// TestUsernamesThatAreAddresses: whoever is hidden by another user's name is named, and both are stored.
func TestUsernamesThatAreAddresses(t *testing.T) {
	t.Parallel()
	const hides = `the username "jane@example.com" is the email of user 1 (jane), who is never found by that where the username is tried first`
	const hidden = `the email "john@example.com" is the username of user 3 (john@example.com): ` +
		"this user is never found by that where the username is tried first"
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--email", "Jane@example.com", "--no-password")
	p := c.run("users", "add", "--id", "2", "--username", "jane@example.com", "--no-password").failed(0, "")
	if want := "warning: " + hides + "\n"; p.stderr != want {
		t.Errorf("stderr is %q, want %q", p.stderr, want)
	}
	p = c.must("users", "add", "--id", "3", "--username", "john@example.com", "--email", "john@example.com", "--no-password",
		"--realm", "own")
	if p.stderr != "" {
		t.Errorf("a user with its own address for a name: stderr is %q", p.stderr)
	}
	eachStore(t, 1, func(t *testing.T, on ...*console) {
		const lines = `{"id": 1, "username": "jane", "email": "jane@example.com"}
{"id": 2, "username": "jane@example.com"}
{"id": 3, "username": "john@example.com"}
{"id": 4, "username": "john", "email": "JOHN@example.com"}
{"id": 5, "username": "own@example.com", "email": "own@example.com"}
`
		want := "line 2: warning: " + hides + "\nline 4: warning: " + hidden + "\n"
		if p := on[0].typed(lines, "users", "import", "-").failed(0, ""); p.stderr != want {
			t.Errorf("stderr is\n%s\nwant\n%s", p.stderr, want)
		}
		again := on[0].typed(lines, "users", "import", "-", "--on-conflict", "replace").failed(0, "")
		if got := strings.Count(again.stderr, ": warning: "); got != 4 { // now both sides of each pair are there
			t.Errorf("replacing them all warns %d times, want 4:\n%s", got, again.stderr)
		}
		if p := on[0].typed(lines, "users", "import", "-", "--on-conflict", "skip").succeeded(); p.stderr != "" {
			t.Errorf("lines that are passed over: stderr is\n%s", p.stderr)
		}
	})
}
