package bulk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/directory"
)

// someHash is the hash of "password".
const someHash = "$2b$04$KxRNmtMQSr9CnIJAjT.WpOWQ2PIxs.Asr8ao6GrFYy9wZvK/ZdA7e"

// empty is a directory without users that takes every one.
type empty struct{ directory.Store }

func (empty) AddUser(context.Context, directory.User) error { return nil }

func (empty) FindUser(context.Context, string, directory.Identifier) (directory.User, error) {
	return directory.User{}, directory.ErrNotFound
}

func TestOneJSONLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, line, reason string }{
		{"a plain password", `{"username": "a", "password": "x secret"}`, ""},
		{"a hash", `{"username": "a", "password_hash": "` + someHash + `"}`, ""},
		{"an address alone", `{"email": "A@example.com"}`, ""},
		{"Django's unusable password", `{"username": "a", "password_hash": "!x7Gq"}`, ""},
		{"empty and null are absent", `{"username": "a", "email": "", "id": null, "created_at": "", "root_role": ""}`, ""},
		{"a pair of surrogates", `{"username": "a", "name": "\ud83d\udd11"}`, ""},

		{"no JSON", `username,email`, "not valid JSON: invalid character"},
		{"an array", `[]`, "not a JSON object"},
		{"null", `null`, "invalid user: not a JSON object"},
		{"cut off", `{"username": "a"`, "not valid JSON: unexpected EOF"},
		{"two objects", `{"username": "a"} {"username": "b"}`, "not valid JSON: invalid character '{' after top-level value"},
		{"a key twice", `{"username": "a", "username": "b"}`, `not valid JSON: duplicate object member name "username"`},
		{"half a surrogate pair", `{"username": "a", "password": "\ud83d"}`, "not valid JSON: invalid surrogate pair"},
		{"invalid UTF-8", "{\"username\": \"a\", \"password\": \"\xff\"}", "not valid JSON: invalid UTF-8"},
		{"an unknown key", `{"username": "a", "passwort": "x"}`, `unknown key "passwort"`},
		{"a key in other letter case", `{"username": "a", "Username": "b"}`,
			`unknown key "Username"`},
		{"nobody", `{"name": "Jane"}`, "invalid user: it needs a username or an e-mail address"},
		{"an address that is none", `{"email": "jane"}`, `invalid user: "jane" is not an e-mail address`},
		{"a negative id", `{"id": -1, "username": "a"}`, "invalid user: the id must be positive"},
		{"an id that is a text", `{"id": "1", "username": "a"}`, "id: a JSON value of this type is not valid here"},
		{"an id with a fraction", `{"id": 1.5, "username": "a"}`, "id: a JSON value of this type is not valid here"},
		{"a password that is a number", `{"username": "a", "password": 12345}`, "password: a JSON value of this type is not valid here"},
		{"a profile that is wrong", `{"username": "a", "account_type": true}`, "account_type: a JSON value of this type is not valid here"},
		{"a permission that is wrong", `{"username": "a", "permissions": [1]}`, "permissions/0: a JSON value of this type is not valid here"},
		{"a time that is none", `{"username": "a", "created_at": "yesterday"}`,
			"created_at: not a time like 2026-01-02T15:04:05Z"},
		{"password and hash", `{"username": "a", "password": "x", "password_hash": "` + someHash + `"}`,
			"invalid user: both password and password_hash"},
		{"a hash of unknown format", `{"username": "a", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"}`,
			"unreadable password hash: unknown format"},
		{"a hash that takes too long", `{"username": "a", "password_hash": "$2b$31$` + strings.Repeat(".", 53) + `"}`,
			"reading $2...: password hash out of bounds: as slow as 2147483648 rounds of bcrypt, at most 65536"},
		{"a text that is too long", `{"username": "` + strings.Repeat("a", 513) + `"}`,
			"invalid user: the username is longer than 512 bytes"},
		{"the highest cost", `{"username": "a", "password_hash": "$2b$16$` + strings.Repeat(".", 53) + `"}`, ""},
		{"a year beyond 9999", `{"username": "a", "created_at": "9999-12-31T23:59:59-01:00"}`,
			"created_at: RFC 3339 cannot express this year in UTC"},
		{"a NUL", `{"username": "a\u0000"}`, "invalid user: the username holds a NUL character"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			count, err := newImporter(t, empty{}, &said).Import(t.Context(), strings.NewReader(test.line))
			if err != nil || count.All() != 1 || (count.Failed == 1) != (test.reason != "") {
				t.Errorf("%+v, %v; want one line, failed for %q", count, err, test.reason)
			}
			if test.reason != "" && !strings.HasPrefix(said.String(), "line 1: "+test.reason) {
				t.Errorf("it says %q, want %q", said.String(), test.reason)
			}
		})
	}
}

func TestOneDjangoObject(t *testing.T) {
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
		{"fields of another type", own(`[]`), "line 1: fields: a JSON value of this type", ""},
		{"a key twice", own(`{"email": "a@b", "email": "c@d"}`), `line 1: not valid JSON: duplicate object member name "email"`, ""},
		{"invalid UTF-8", own("{\"email\": \"a@b\xff\"}"), "line 1: not valid JSON: invalid UTF-8", ""},
		{"a primary key that is a text", `[{"model": "accounts.user", "pk": "6f1c", "fields": {"email": "a@b"}}]`,
			"line 1: pk: not a whole number; --new-ids chooses others", ""},
		{"a time that is none", own(`{"email": "a@b", "date_joined": "soon"}`), "line 1: date_joined: not a time like", ""},
		{"a time that is a number", own(`{"email": "a@b", "date_joined": 5}`), "line 1: fields: date_joined: a JSON value", ""},
		{"an object that is too long", own(`{"email": "` + strings.Repeat("a", maxLine) + `"}`), "line 1: the line is longer", ""},
		{"an object without an end", own(`{"email": "` + strings.Repeat("a", 8*maxLine)), "",
			"reading line 1: no user ends within 4194304 bytes"},
		{"cut off", "[\n" + `{"model": "accounts.user", "fields": {"email": "a@b"}},` + "\n", "",
			"line 3: not valid JSON: unexpected EOF"},
		{"no JSON", "username,email\n", "", "line 1: not valid JSON: invalid character 'u'"},
		{"another model", `[{"model": "auth.user", "fields": {"email": "a@b"}}]`, "",
			`no object has the model "accounts.user", but some have "auth.user"; see --model`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var said strings.Builder
			i := newImporter(t, empty{}, &said)
			i.Form = Django("accounts.user", false)
			count, err := i.Import(t.Context(), strings.NewReader(test.dump))
			if (err != nil) != (test.message != "") || err != nil && !strings.HasPrefix(err.Error(), test.message) {
				t.Errorf("error %v, want %q", err, test.message)
			}
			if !strings.HasPrefix(said.String(), test.stderr) || (count.Failed > 0) != (test.stderr != "") {
				t.Errorf("%+v, and it says %q, want %q", count, said.String(), test.stderr)
			}
		})
	}
}

func TestDjangoWithNewIDs(t *testing.T) {
	t.Parallel()
	for l := range Django("auth.user", true).lines(strings.NewReader(`[{"model": "auth.user", "pk": "6f1c-uuid", "fields": {"username": "a"}}]`)) {
		if entry, err := l.record(); err != nil || entry.ID != 0 || entry.Username != "a" {
			t.Errorf("%+v, %v; want the user without an id", entry, err)
		}
	}
}

func TestCSVHeaders(t *testing.T) {
	t.Parallel()
	preset := map[string]string{"id": "id", "username": "username", "mail": "name"}
	tests := []struct {
		name, header string
		preset       map[string]string
		columnMap    []string
		message      string
	}{
		{"named as the fields", "username,password,scim_id,first_name", nil, nil, ""},
		{"nothing at all", "", nil, nil, ""},
		{"a column that is no field", "username,nickname", nil, nil, `the column "nickname" is not a field; say with --map which field it is`},
		{"the same with a map", "username,nickname", nil, []string{"username=username"}, ""},
		{"no name to log in with", "id,name", nil, nil, "no column is a username or an e-mail address; say with --map which one is"},
		{"a column that is not there", "username", nil, []string{"user=username"}, `column "user" not found; the header has username`},
		{"one field twice", "username,login,name", nil, []string{"login=username", "username=username"},
			`the columns "username" and "login" are both the field username`},
		{"a column of a preset left out", "id,username", preset, []string{"id="}, ""},
		{"a column of a preset as another field", "id,username,mail", preset, []string{"mail=email"}, ""},
		{"broken", `username,"id" x`, nil, nil, `not valid CSV: extraneous or missing " in quoted-field`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form, err := CSV(test.preset, test.columnMap)
			if err != nil {
				t.Fatal(err)
			}
			all := slices.Collect(form.lines(strings.NewReader(test.header + "\n")))
			if test.message == "" && len(all) > 0 {
				t.Fatalf("error %v", all[0].err)
			}
			if test.message != "" && (len(all) != 1 || !errors.As(all[0].err, new(fault)) || all[0].err.Error() != "line 1: "+test.message) {
				t.Errorf("got %v, want the fault %q", all, test.message)
			}
		})
	}
}
