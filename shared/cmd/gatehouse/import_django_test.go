package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// dump is what `manage.py dumpdata --indent 1` writes of a project with two users, and a third that is damaged.
const dump = "\uFEFF" + `[
{
 "model": "auth.group",
 "pk": 1,
 "fields": {"name": "staff", "permissions": []}
},
{
 "model": "auth.user",
 "pk": 7,
 "fields": {"password": "` + someHash + `", "last_login": null, "is_superuser": true, "username": "zoë",
  "first_name": "Zoë", "last_name": "Doe", "email": "Zoe@Example.com", "is_staff": true, "is_active": true,
  "date_joined": "2026-01-02T03:04:05.678Z", "groups": [1], "user_permissions": []}
},
{"model": "auth.user", "pk": 8, "fields": {"password": "!x7Gq", "username": "off", "first_name": "", "last_name": "",
  "email": "", "is_active": false, "date_joined": "2026-01-02T03:04:05"}},
{"model": "auth.user", "pk": 9, "fields": {"username": 9}}
]
`

func TestImportFromDjango(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	file := filepath.Join(t.TempDir(), "rejects.json")
	p := c.typed(zipped(t, dump), "users", "import", "-", "--from", "django", "--rejects", file).shows("imported 2, failed 1\n")
	if p.stderr != "line 16: fields: username: a JSON value of this type is not valid here\n" {
		t.Errorf("stderr is %q, want the line and what is wrong with it", p.stderr)
	}
	contains(t, file, "[\n"+`{"model": "auth.user", "pk": 9, "fields": {"username": 9}}`+"\n]\n")
	c.must("users", "export").shows(`{"id":7,"username":"zoë","email":"zoe@example.com","name":"Zoë Doe","password_hash":"` + someHash +
		`","active":true,"confirmed":true,"created_at":"2026-01-02T03:04:05.678Z"}` + "\n" +
		`{"id":8,"username":"off","active":false,"confirmed":true,"created_at":"2026-01-02T03:04:05Z"}` + "\n")
	c.typed(dump, "users", "import", "-", "--from", "django", "--on-conflict", "replace").
		shows("imported 0, replaced 0, unchanged 2, failed 1\n")
}

func TestImportFromDjangoOneObject(t *testing.T) {
	t.Parallel()
	own := func(fields string) string { return `[{"model": "accounts.User", "pk": 1, "fields": ` + fields + `}]` }
	tests := []struct{ name, dump, stderr, message string }{
		{"a model of its own", own(`{"email": "a@b", "password": "x"}`), "line 1: unreadable password hash: unknown format", ""},
		{"without a primary key", `[{"model": "accounts.user", "fields": {"email": "a@b"}}]`, "", ""},
		{"as lines", `{"model": "accounts.user", "pk": 1, "fields": {"email": "a@b"}}` + "\n", "", ""},
		{"nobody", "[]", "", ""},
		{"nothing", "", "", ""},
		{"no model", `[{"pk": 1}]`, "line 1: fields: missing", ""},
		{"no object", `[5]`, "line 1: not a JSON object", ""},
		{"fields of another type", own(`[]`), "line 1: fields: not a JSON object", ""},
		{"a key twice", own(`{"email": "a@b", "email": "c@d"}`), `line 1: not valid JSON: duplicate object member name "email"`, ""},
		{"invalid UTF-8", own("{\"email\": \"a@b\xff\"}"), "line 1: not valid JSON: invalid UTF-8", ""},
		{"a primary key that is a text", `[{"model": "accounts.user", "pk": "6f1c", "fields": {"email": "a@b"}}]`,
			"line 1: pk: not a whole number; --new-ids chooses others", ""},
		{"a time that is none", own(`{"email": "a@b", "date_joined": "soon"}`), "line 1: date_joined: not a time like", ""},
		{"a time that is a number", own(`{"email": "a@b", "date_joined": 5}`), "line 1: date_joined: not a time like", ""},
		{"an object that is too long", own(`{"email": "` + strings.Repeat("a", maxLine) + `"}`), "line 1: the line is longer", ""},
		{"an object without an end", own(`{"email": "` + strings.Repeat("a", 8*maxLine)), "",
			"stopped after line 0: reading line 1: no user ends within 4194304 bytes; what is imported stays"},
		{"cut off", "[\n" + `{"model": "accounts.user", "fields": {"email": "a@b"}},` + "\n", "",
			"stopped after line 2: line 3: not valid JSON: unexpected EOF"},
		{"no JSON", "username,email\n", "", "stopped after line 0: line 1: not valid JSON: invalid character 'u'"},
		{"another model", `[{"model": "auth.user", "fields": {"email": "a@b"}}]`, "",
			`stopped after line 0: no object has the model "accounts.user", but some have "auth.user"; see --model`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newConsole(t).typed(test.dump, "users", "import", "-", "--from", "django", "--model", "accounts.user")
			if !strings.HasPrefix(p.stderr, test.stderr) || test.stderr == "" && p.stderr != "" {
				t.Errorf("stderr is %q, want %q", p.stderr, test.stderr)
			}
			failed := test.stderr != "" || test.message != ""
			if (p.status != 0) != failed || !strings.HasPrefix(p.message, test.message) {
				t.Errorf("status %d, %q; want %q", p.status, p.message, test.message)
			}
		})
	}
}

func TestImportFromDjangoWithNewIDs(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed(`[{"model": "auth.user", "pk": "6f1c-uuid", "fields": {"username": "a"}}]`,
		"users", "import", "-", "--from", "django", "--new-ids").succeeded().shows("imported 1, failed 0\n")
}
