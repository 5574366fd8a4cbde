package bulk

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/store/sqlite"
)

// there are users that the lines of these tests conflict with.
const there = `{"id": 1, "username": "jane", "email": "jane@example.com", "name": "Jane", "password": "first secret", "permissions": ["A"]}
{"id": 2, "username": "john", "password_hash": "` + someHash + `"}
`

// exported returns the users of the directory as an export.
func exported(t *testing.T, s directory.Store) string {
	t.Helper()
	var lines strings.Builder
	if err := Export(t.Context(), s, "main", &lines); err != nil {
		t.Fatal(err)
	}
	return lines.String()
}

func TestOnConflict(t *testing.T) {
	t.Parallel()
	const jane = `{"id": 1, "username": "jane", "email": "jane@example.com", "name": "Jane", "permissions": ["A"]`
	tests := []struct {
		name  string
		mode  Conflict
		lines string
		want  Tally
		said  string
	}{
		{"fail", Fail, `{"id": 9, "username": "john"}`, Tally{Failed: 1}, `line 1: the username "john" is taken by john|`},
		{"skip", Skip, `{"id": 9, "username": "john"}` + "\n" + `{"id": 9}`, Tally{Skipped: 1, Failed: 1},
			"line 2: invalid user: it needs a username or an e-mail address"},
		{"the same lines", Replace, there, Tally{Unchanged: 2}, ""},
		{"by id", Replace, `{"id": 2, "username": "johnny"}`, Tally{Replaced: 1}, ""},
		{"by username", Replace, `{"username": "john", "name": "J"}`, Tally{Replaced: 1}, ""},
		{"by address", Replace, `{"username": "j2", "email": "Jane@example.com"}`, Tally{Replaced: 1}, ""},
		{"by both names", Replace, `{"username": "jane", "email": "jane@example.com"}`, Tally{Replaced: 1}, ""},
		{"new users", Replace, `{"username": "new"}` + "\n" + `{"id": 9, "username": "newer"}`, Tally{Imported: 2}, ""},
		{"the same password", Replace, jane + `, "password": "first secret"}`, Tally{Unchanged: 1}, ""},
		{"another password", Replace, jane + `, "password": "other secret"}`, Tally{Replaced: 1}, ""},
		{"no password mentioned", Replace, `{"id": 2, "username": "john"}`, Tally{Unchanged: 1}, ""},
		{"the password removed", Replace, `{"id": 2, "username": "john", "password_hash": "!"}`, Tally{Replaced: 1}, ""},
		{"another's name", Replace, `{"id": 2, "username": "jane"}`, Tally{Failed: 1},
			`line 1: the username "jane" is taken by jane|jane@example.com`},
		{"names of two users", Replace, `{"username": "john", "email": "jane@example.com"}`, Tally{Failed: 1},
			"line 1: the username is that of john|, the email that of jane|jane@example.com; give the id"},
		{"a user of the same file", Replace, `{"id": 9, "username": "x"}` + "\n" + `{"id": 9, "username": "y"}`,
			Tally{Imported: 1, Replaced: 1}, ""},
	}
	for _, test := range tests {
		for _, dry := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, dry run %t", test.name, dry), func(t *testing.T) {
				t.Parallel()
				s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gatehouse.db"))
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				var said strings.Builder
				i := newImporter(t, s, &said)
				if _, err := i.Import(t.Context(), strings.NewReader(there)); err != nil {
					t.Fatal(err)
				}
				before := exported(t, s)
				i.OnConflict, i.DryRun = test.mode, dry
				got, err := i.Import(t.Context(), strings.NewReader(test.lines))
				counts := Tally{Imported: got.Imported, Replaced: got.Replaced, Unchanged: got.Unchanged, Skipped: got.Skipped, Failed: got.Failed}
				if err != nil || fmt.Sprint(counts) != fmt.Sprint(test.want) || strings.TrimSpace(said.String()) != test.said {
					t.Errorf("got %+v, %v and %q; want %+v and %q", counts, err, &said, test.want, test.said)
				}
				if same := exported(t, s) == before; same != (dry || got.Imported+got.Replaced == 0) {
					t.Errorf("the directory is unchanged: %t\n%s", same, exported(t, s))
				}
			})
		}
	}
}

// TestReplaceKeepsActiveAndConfirmed: tables without such columns must not let deactivated users in again.
func TestReplaceKeepsActiveAndConfirmed(t *testing.T) {
	t.Parallel()
	named, err := CSV(map[string]string{"user": "username", "deleted": "deleted"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		form              Form
		lines             string
		active, confirmed bool
	}{
		{JSONLines(), `{"username": "jane", "active": null, "confirmed": ""}`, false, false},
		{JSONLines(), `{"username": "jane", "active": true, "confirmed": true}`, true, true},
		{JSONLines(), `{"username": "jane", "confirmed": true}`, false, true},
		{&table{}, "id,username,name,deleted_at\n1,jane,J,\n", false, false},
		{named, "user,name,deleted\njane,J,f\n", false, false},
		{&table{}, "id,username,active,deleted\n1,jane,1,0\n", true, false},
		{Django(DjangoModel, false), `[{"model": "auth.user", "pk": 1, "fields": {"username": "jane", "is_active": true}}]`, true, false},
	} {
		var said strings.Builder
		r := &running{Importer: newImporter(t, empty{}, &said)}
		for l := range test.form.lines(strings.NewReader(test.lines)) {
			line := &task{line: l}
			r.hasher = r.Hasher
			if err := r.parse(line); err != nil {
				t.Fatal(err)
			}
			after, err := r.successor(directory.User{Realm: "main", ID: 1, Username: "jane"}, line)
			if err != nil || after.Active != test.active || after.Confirmed != test.confirmed {
				t.Errorf("%s\ngot active %t, confirmed %t, %v; want %t, %t", test.lines,
					after.Active, after.Confirmed, err, test.active, test.confirmed)
			}
		}
	}
}
