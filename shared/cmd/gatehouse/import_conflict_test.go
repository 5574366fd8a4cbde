package main

import (
	"fmt"
	"strings"
	"testing"
)

// there are users that the lines of these tests run into. The hash of the third is Crafter's of "SecurePass123!".
const there = `{"id": 1, "username": "jane", "email": "jane@example.com", "name": "Jane", "password": "first secret", "permissions": ["A"]}
{"id": 2, "username": "john", "password_hash": "` + someHash + `", "created_at": "2026-01-02T03:04:05Z"}
{"id": 3, "username": "carl", "password_hash": "` + crafterRight + `"}
`

const crafterRight = "7C3FsCfgbuL71ccDGkDZrnbIEwcOpWoncPiHIswFEBs=|AAECAwQFBgcICQoLDA0ODw=="

func TestImportOnConflict(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, mode, lines, counts, stderr string }{
		{"fail says whose the name is", "fail", `{"id": 9, "username": "john"}`, "imported 0, failed 1",
			`line 1: the username "john" is taken by user 2 (john)`},
		{"skip passes over", "skip", `{"id": 9, "username": "john"}` + "\n" + `{"id": 9, "username": "new"}`,
			"imported 1, skipped 1, failed 0", ""},
		{"skip still refuses bad lines", "skip", `{"id": 9}`, "imported 0, skipped 0, failed 1",
			"line 1: invalid user: it needs a username or an e-mail address"},
		{"replace finds nothing new in the same lines", "replace", there, "imported 0, replaced 0, unchanged 3, failed 0", ""},
		{"replace by id", "replace", `{"id": 2, "username": "johnny"}`, "imported 0, replaced 1, unchanged 0, failed 0", ""},
		{"replace by username", "replace", `{"username": "john", "name": "J"}`, "imported 0, replaced 1, unchanged 0, failed 0", ""},
		{"replace by address", "replace", `{"username": "j2", "email": "Jane@example.com"}`,
			"imported 0, replaced 1, unchanged 0, failed 0", ""},
		{"replace by both names of one", "replace", `{"username": "jane", "email": "jane@example.com"}`,
			"imported 0, replaced 1, unchanged 0, failed 0", ""},
		{"replace stores who is new", "replace", `{"username": "new"}` + "\n" + `{"id": 9, "username": "newer"}`,
			"imported 2, replaced 0, unchanged 0, failed 0", ""},
		{"replace with another password", "replace", `{"id": 1, "username": "jane", "email": "jane@example.com", "name": "Jane",
 "password": "other secret", "permissions": ["A"]}`, "imported 0, replaced 1, unchanged 0, failed 0", ""},
		{"replace without a password", "replace", `{"id": 2, "username": "john"}`,
			"imported 0, replaced 0, unchanged 1, failed 0", ""},
		{"replace with no password", "replace", `{"id": 2, "username": "john", "password_hash": "!"}`,
			"imported 0, replaced 1, unchanged 0, failed 0", ""},
		{"replace cannot take another's name", "replace", `{"id": 2, "username": "jane"}`,
			"imported 0, replaced 0, unchanged 0, failed 1", `line 1: the username "jane" is taken by user 1 (jane)`},
		{"replace does not guess", "replace", `{"username": "john", "email": "jane@example.com"}`,
			"imported 0, replaced 0, unchanged 0, failed 1",
			"line 1: the username is that of user 2 (john), the email that of user 1 (jane); give the id"},
		{"replace a user of the same file", "replace", `{"id": 9, "username": "x"}` + "\n" + `{"id": 9, "username": "y"}`,
			"imported 1, replaced 1, unchanged 0, failed 0", ""},
	}
	eachStore(t, 1, func(t *testing.T, on ...*console) {
		for i, test := range tests {
			for _, dry := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, dry run %t", test.name, dry), func(t *testing.T) {
					t.Parallel()
					c := &console{t, on[0].environment}
					realm := fmt.Sprintf("of-test-%d-%t", i, dry)
					c.typed(there, "users", "import", "-", "--realm", realm).succeeded()
					stored := c.must("users", "export", "--realm", realm).stdout
					lines := strings.ReplaceAll(test.lines, ",\n ", ", ")
					args, prefix := []string{"users", "import", "-", "--realm", realm, "--on-conflict", test.mode}, ""
					if dry {
						args, prefix = append(args, "--dry-run"), "dry run, nothing is stored: "
					}
					p := c.typed(lines, args...)
					if counts, _, _ := strings.Cut(p.stdout, "\n"); counts != prefix+test.counts {
						t.Errorf("got %q, want %q", counts, prefix+test.counts)
					}
					if got := strings.TrimSpace(p.stderr); got != test.stderr {
						t.Errorf("stderr is %q, want %q", got, test.stderr)
					}
					if after := c.must("users", "export", "--realm", realm).stdout; dry && after != stored {
						t.Errorf("a dry run changed the directory from\n%s\nto\n%s", stored, after)
					}
				})
			}
		}
	})
}

func TestImportReplaceKeepsWhatTheLineCannotSay(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(there, "users", "import", "-").succeeded()
	before := c.user("main", 1)
	c.typed(there, "users", "import", "-", "--on-conflict", "replace").succeeded()
	if again := c.user("main", 1); again.Version != before.Version || again.PasswordHash != before.PasswordHash {
		t.Errorf("an unchanged user was written: version %d became %d", before.Version, again.Version)
	}
	c.typed(`{"username": "john", "name": "J", "created_at": "2030-01-01T00:00:00Z", "active": false}`,
		"users", "import", "-", "--on-conflict", "replace").succeeded()
	has(t, c.must("users", "show", "john", "--json").object(), map[string]any{
		"id": 2, "name": "J", "active": false, "has_password": true, "created_at": "2026-01-02T03:04:05Z",
	})
	c.typed(`{"id": 1, "username": "jane", "password": "other secret"}`, "users", "import", "-", "--on-conflict", "replace").succeeded()
	if !c.verifies("main", 1, "other secret") {
		t.Error("replace did not store the new password")
	}
	has(t, c.must("users", "show", "jane", "--json").object(), map[string]any{"email": "", "name": ""})
}

func TestImportOfCraftersHashes(t *testing.T) {
	t.Parallel()
	c, second := newConsole(t), newConsole(t)
	c.typed(there, "users", "import", "-").succeeded()
	if hash := c.user("main", 3).PasswordHash; !strings.HasPrefix(hash, "crafter_bcrypt$") || strings.Contains(hash, "7C3FsCfg") {
		t.Errorf("a hash that is fast to guess is stored as it is")
	}
	if !c.verifies("main", 3, "SecurePass123!") {
		t.Error("the password does not log in after the import")
	}
	exported := c.must("users", "export").stdout
	second.typed(exported, "users", "import", "-").succeeded()
	second.must("users", "export").shows(exported)
}

// TestImportReplaceKeepsWhetherAUserMayLogIn: tables that have no column for it, like Unleash's, let nobody in again.
func TestImportReplaceKeepsWhetherAUserMayLogIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, lines       string
		args              []string
		active, confirmed bool
	}{
		{"a line without them", `{"username": "jane", "name": "J"}`, nil, false, false},
		{"null and empty", `{"username": "jane", "name": "J", "active": null, "confirmed": ""}`, nil, false, false},
		{"a line with both", `{"username": "jane", "active": true, "confirmed": true}`, nil, true, true},
		{"a line with one", `{"username": "jane", "confirmed": true}`, nil, false, true},
		{"a table of users that are not deleted", "id,username,name,deleted_at\n1,jane,J,\n", []string{"--from", "csv"}, false, false},
		{"a table that says who is deleted", "username,name,deleted\njane,J,f\n",
			[]string{"--from", "csv", "--map", "username=username", "--map", "name=name", "--map", "deleted=deleted"}, false, false},
		{"a table with both", "id,username,active,deleted\n1,jane,1,0\n", []string{"--from", "csv"}, true, false},
		{"Django's dump", `[{"model": "auth.user", "pk": 1, "fields": {"username": "jane", "is_active": true}}]`,
			[]string{"--from", "django"}, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			c.must("users", "add", "--id", "1", "--username", "jane", "--no-password", "--inactive", "--unconfirmed")
			c.typed(test.lines, append([]string{"users", "import", "-", "--on-conflict", "replace"}, test.args...)...).succeeded()
			has(t, c.must("users", "show", "jane", "--json").object(), map[string]any{"active": test.active, "confirmed": test.confirmed})
		})
	}
}
