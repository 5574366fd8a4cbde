package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestUsersAddTakesEveryField(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	object := c.typed("correct horse battery\n", "users", "add", "--json", "--id", "7", "--realm", "customers",
		"--username", "Jane", "--email", "Jane.Doe@Example.com", "--name", "Jane <Doe>", "--account-type", "User",
		"--image-url", "https://example.com/a.png", "--invite-link", "https://example.com/i", "--root-role", "1",
		"--email-sent", "false", "--scim-id", "s1", "--seat-type", "full", "--company-role", "cto",
		"--product-updates-email-consent", "true", "--permission", "ADMIN", "--permission", "AUDIT",
		"--inactive", "--unconfirmed").succeeded().object()
	has(t, object, map[string]any{
		"id": 7, "realm": "customers", "username": "Jane", "email": "jane.doe@example.com", "name": "Jane <Doe>",
		"account_type": "User", "image_url": "https://example.com/a.png", "invite_link": "https://example.com/i",
		"root_role": 1, "email_sent": false, "scim_id": "s1", "seat_type": "full", "company_role": "cto",
		"product_updates_email_consent": true, "permissions": []string{"ADMIN", "AUDIT"},
		"has_password": true, "active": false, "confirmed": false,
	})
	created, err := time.Parse(time.RFC3339, fmt.Sprint(object["created_at"]))
	if err != nil || created.IsZero() {
		t.Errorf("created_at: got %v, want a time as RFC 3339 writes it", object["created_at"])
	}
	if !c.verifies("customers", 7, "correct horse battery") {
		t.Error("the stored hash is not that of the password on stdin")
	}
}

func TestUsersAddChoosesAnID(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	first := c.must("users", "add", "--username", "robot", "--no-password")
	match := regexp.MustCompile(`^user ([0-9]+) \(robot\) added to realm main\n$`).FindStringSubmatch(first.stdout)
	if match == nil {
		t.Fatalf("add printed %q, want the new user with its id", first.stdout)
	}
	object := c.must("users", "show", "id:"+match[1], "--json").object()
	has(t, object, map[string]any{"username": "robot", "has_password": false, "active": true, "confirmed": true})
}

func TestUsersAddRefuses(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--email", "jane@example.com", "--no-password")
	none := "--no-password"
	tests := []struct {
		name, stdin string
		args        []string
		status      int
		message     string
	}{
		{"a taken username", "", []string{"--username", "jane", none}, 1, `the username "jane" is taken`},
		{"a taken address in other case", "", []string{"--email", "Jane@example.com", none}, 1,
			`the email "jane@example.com" is taken`},
		{"a taken id", "", []string{"--id", "1", "--username", "x", none}, 1, `the id "1" is taken`},
		{"no name at all", "long enough", []string{"--name", "Nobody"}, 1,
			"invalid user: it needs a username or an e-mail address"},
		{"a negative id", "", []string{"--id", "-1", "--username", "x", none}, 1,
			"invalid user: the id must be from 1 to 9007199254740991"},
		{"an address that is none", "", []string{"--email", "jane", none}, 1,
			`invalid user: "jane" is not an e-mail address`},
		{"no password", "", []string{"--username", "x"}, 1, "there is no password on stdin"},
		{"an empty line for a password", "\n", []string{"--username", "x"}, 1, "there is no password on stdin"},
		{"two lines of passwords", "password1\npassword2\n", []string{"--username", "x"}, 1,
			"the password on stdin has more than one line"},
		{"a short password", "seven77\n", []string{"--username", "x"}, 1,
			"the password has 7 characters; it needs at least 8"},
		{"a common password", "Password\n", []string{"--username", "x"}, 1,
			"the password is one of the most common ones, which are guessed first; choose another"},
		{"the user's own name", "Jane.Margaret\n", []string{"--username", "jane.margaret"}, 1,
			"the password is a name of the user, the realm or the service, which are guessed first; choose another"},
		{"a password as an argument", "", []string{"--username", "x", "--password", "secret"}, 2, "unknown flag: --password"},
		{"a role that is no number", "", []string{"--root-role", "admin"}, 2,
			`invalid argument "admin" for "--root-role" flag: must be a whole number or empty`},
		{"a truth that is none", "", []string{"--email-sent", "perhaps"}, 2,
			`invalid argument "perhaps" for "--email-sent" flag: must be true, false or empty`},
		{"an empty realm", "", []string{"--realm", "", "--username", "x", none}, 2, "--realm is empty"},
		{"a realm with the sign of keys", "", []string{"--realm", "a#1", "--username", "x", none}, 2,
			"--realm holds a # or a character that cannot be printed"},
		{"a realm with a line break", "", []string{"--realm", "a\n", "--username", "x", none}, 2,
			"--realm holds a # or a character that cannot be printed"},
		{"a realm without an end", "", []string{"--realm", strings.Repeat("r", 256), "--username", "x", none}, 2,
			"--realm is longer than 255 bytes"},
		{"something besides flags", "", []string{"jane"}, 2, `unknown command "jane" for "gatehouse users add"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &console{t, c.environment}
			c.typed(test.stdin, append([]string{"users", "add"}, test.args...)...).failed(test.status, test.message).shows("")
		})
	}
	if users := c.must("users", "list", "--json").objects(); len(users) != 1 {
		t.Errorf("%d users are stored after the refusals, want the 1 from before", len(users))
	}
}

func TestUsersPasswordFromStdin(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, stdin, password string }{
		{"no line break", "password one", "password one"},
		{"a line break", "password one\n", "password one"},
		{"a line break of Windows", "password one\r\n", "password one"},
		{"spaces count", "  password one \n", "  password one "},
		{"characters count, not bytes", "ünïcödé\U0001F511\n", "ünïcödé\U0001F511"},
		{"longer than bcrypt reads", strings.Repeat("x", 100), strings.Repeat("x", 100)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			c.typed(test.stdin, "users", "add", "--id", "1", "--username", "jane").succeeded()
			if !c.verifies("main", 1, test.password) {
				t.Errorf("stdin %q: the stored hash is not that of %q", test.stdin, test.password)
			}
		})
	}
}

func TestUsersList(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	lines := `{"id": 1, "username": "jane", "email": "jane@example.com", "name": "Jane Doe", ` +
		`"created_at": "2026-01-02T03:04:05.678Z"}
{"id": 2, "username": " \u001b[2Jx\t", "password": "1 secret", "active": false, "confirmed": false, ` +
		`"created_at": "2026-01-02T03:04:05Z"}
`
	c.typed(lines, "users", "import", "-").succeeded()
	c.must("users", "add", "--username", "elsewhere", "--realm", "other", "--no-password")
	c.must("users", "list").shows(`ID  USERNAME       EMAIL             NAME      STATE                  PASSWORD  LOCKED  CREATED
1   jane           jane@example.com  Jane Doe  active                 none      no      2026-01-02T03:04:05Z
2   " \x1b[2Jx\t"                              inactive, unconfirmed  set       no      2026-01-02T03:04:05Z
`)
	objects := c.must("users", "list", "--json").objects()
	if len(objects) != 2 {
		t.Fatalf("list --json printed %d users, want the 2 of the realm", len(objects))
	}
	has(t, objects[0], map[string]any{
		"id": 1, "realm": "main", "username": "jane", "email": "jane@example.com", "name": "Jane Doe", "has_password": false,
		"active": true, "confirmed": true, "created_at": "2026-01-02T03:04:05.678Z",
	})
	has(t, objects[1], map[string]any{"id": 2, "username": " \x1b[2Jx\t", "email": "", "has_password": true, "active": false})
	c.must("users", "list", "--realm", "nobody", "--json").shows("")
}

func TestUsersAreNamed(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(`{"id": 11, "username": "12345", "email": "Num@example.com"}
{"id": 12345, "username": "num@example.com", "email": "other@example.com"}
{"id": 13, "username": "same@example.com", "email": "same@example.com"}
{"id": 14, "username": "14"}
{"id": 15, "username": "id:11"}
`, "users", "import", "-").shows("imported 5, failed 0\n")
	tests := []struct {
		name, user string
		id         int
		status     int
		message    string
	}{
		{"e-mail address", "other@example.com", 12345, 0, ""},
		{"id", "11", 11, 0, ""},
		{"e-mail address in any letter case", "OTHER@example.com", 12345, 0, ""},
		{"username and e-mail address of one user", "same@example.com", 13, 0, ""},
		{"username and id of one user", "14", 14, 0, ""},
		{"id: with the kind", "id:12345", 12345, 0, ""},
		{"username: with the kind", "username:12345", 11, 0, ""},
		{"email: with the kind", "email:num@example.com", 11, 0, ""},
		{"a username that looks like a kind", "username:id:11", 15, 0, ""},
		{"username of one, id of another", "12345", 0, 1, `"12345" fits user 11 (12345) and user 12345 (num@example.com); ` +
			"say username:NAME, email:ADDRESS or id:NUMBER"},
		{"username of one, e-mail address of another", "num@example.com", 0, 1,
			`"num@example.com" fits user 12345 (num@example.com) and user 11 (12345); ` +
				"say username:NAME, email:ADDRESS or id:NUMBER"},
		{"nobody", "nobody", 0, 1, noUser("nobody")},
		{"username in other letter case", "username:ID:11", 0, 1,
			noUser("username:ID:11")},
		{"id that is no number", "id:x", 0, 1, noUser("id:x")},
		{"id with a leading zero", "011", 0, 1, noUser("011")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := &console{t, c.environment}
			shown := c.run("users", "show", test.user, "--json").failed(test.status, test.message)
			if test.status == 0 {
				has(t, shown.object(), map[string]any{"id": test.id})
			}
		})
	}
	c.run("users", "show", "14", "--realm", "other").
		failed(1, "user \"14\": not found in realm other; `gatehouse users list` shows who is there")
}
