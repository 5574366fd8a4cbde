package main

import (
	"path/filepath"
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
