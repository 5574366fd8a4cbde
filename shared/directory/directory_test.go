package directory_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
)

var now = time.Date(2026, time.January, 2, 3, 4, 5, 678_999_999, time.UTC)

func TestParseEntry(t *testing.T) {
	t.Parallel()
	line := `{"id":7,"username":"hunter","email":"Hunter@Example.com","password_hash":"$2b$10$x","active":false,
		"confirmed":null,"created_at":"2026-11-22T16:06:03.3599+01:00","root_role":1,"email_sent":false,"name":"","permissions":["a"]}`
	entry, err := directory.ParseEntry([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	role, sent := int64(1), false
	want := directory.User{
		Realm: "main", ID: 7, Username: "hunter", Email: "hunter@example.com", PasswordHash: "$2b$10$x", Active: false, Confirmed: true,
		CreatedAt: time.Date(2026, time.November, 22, 15, 6, 3, 359_000_000, time.UTC),
		Profile:   directory.Profile{RootRole: &role, EmailSent: &sent, Permissions: []string{"a"}},
	}
	if diff := cmp.Diff(want, entry.User("main", now)); diff != "" {
		t.Errorf("user differs (-want +got):\n%s", diff)
	}
}

func TestParseEntryNullAbsentAndEmptyAreTheSame(t *testing.T) {
	t.Parallel()
	want, err := directory.ParseEntry([]byte(`{"username":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`{"username":"x","id":null,"email":null,"active":null,"created_at":null,"root_role":null,"permissions":null}`,
		`{"username":"x","id":"","email":"","active":"","created_at":"","root_role":"","permissions":""}`,
	} {
		got, err := directory.ParseEntry([]byte(line))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v, differs (-want +got):\n%s", line, err, diff)
		}
	}
	user := want.User("main", now)
	if !user.Active || !user.Confirmed || !user.CreatedAt.Equal(now.Truncate(time.Millisecond)) {
		t.Errorf("%+v, want active, confirmed and created now", user)
	}
}

func TestParseEntryRefuses(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"not JSON":                   `username,email`,
		"not an object":              `["x"]`,
		"null":                       `null, null`,
		"two values":                 `{"username":"x"}{}`,
		"unknown property":           `{"username":"x","nickname":"y"}`,
		"wrong type":                 `{"username":5}`,
		"id is no integer":           `{"username":"x","id":1.5}`,
		"negative id":                `{"username":"x","id":-1}`,
		"no time":                    `{"username":"x","created_at":"yesterday"}`,
		"both kinds of password":     `{"username":"x","password":"p","password_hash":"h"}`,
		"permissions are no strings": `{"username":"x","permissions":[1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := directory.ParseEntry([]byte(line)); !errors.Is(err, directory.ErrInvalid) {
				t.Errorf("%s: error %v, want ErrInvalid", line, err)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		user directory.User
		want string // a part of the error; empty: valid
	}{
		"username only":       {directory.User{Username: "x"}, ""},
		"e-mail only":         {directory.User{Email: "x@y"}, ""},
		"spaces are kept":     {directory.User{Username: "  spacey "}, ""},
		"neither":             {directory.User{Name: "x"}, "needs a username or an e-mail address"},
		"upper-case e-mail":   {directory.User{Email: "X@y"}, "not an e-mail address"},
		"no @":                {directory.User{Email: "xy"}, "not an e-mail address"},
		"id beyond JSON":      {directory.User{Username: "x", ID: 1 << 53}, "id must be"},
		"NUL":                 {directory.User{Username: "a\x00b"}, "NUL"},
		"not UTF-8":           {directory.User{Username: "a\xff"}, "not valid UTF-8"},
		"long username":       {directory.User{Username: strings.Repeat("x", 513)}, "longer than 512 bytes"},
		"long name":           {directory.User{Username: "x", Name: strings.Repeat("x", 4097)}, "longer than 4096 bytes"},
		"too many permission": {directory.User{Username: "x", Profile: directory.Profile{Permissions: make([]string, 257)}}, "more than 256"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := row.user.Validate()
			if row.want == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if row.want != "" && (!errors.Is(err, directory.ErrInvalid) || !strings.Contains(err.Error(), row.want)) {
				t.Errorf("error %v, want ErrInvalid with %q", err, row.want)
			}
		})
	}
}

// TestEmailFoldsNoLetterIntoASCII: an address of such a letter is not that of another user.
func TestEmailFoldsNoLetterIntoASCII(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Mike@Example.COM":      "mike@example.com",
		"ZOË@Example.com":       "zoë@example.com",
		"mi\u212Ae@example.com": "mi\u212Ae@example.com", // Kelvin sign
		"M\u0130KE@example.com": "m\u0130ke@example.com", // capital I with a dot
		"\u1E9E@example.com":    "ß@example.com",
	} {
		if got := directory.Email(given); got != want || directory.Email(got) != got {
			t.Errorf("%q became %q and then %q, want %q", given, got, directory.Email(got), want)
		}
		if got := directory.EmailAddress(given).Value; got != want {
			t.Errorf("%q is looked up as %q, want %q", given, got, want)
		}
	}
	entry := directory.Entry{Email: "mi\u212Ae@example.com"}
	if got := entry.User("main", now).Email; got == "mike@example.com" {
		t.Errorf("an import takes over %s", got)
	}
}

func TestDecoysAreNobody(t *testing.T) {
	t.Parallel()
	decoy := directory.Decoy("main", directory.Username("nobody"))
	if _, ok := decoy.UserID(); ok || decoy.Known {
		t.Errorf("%+v is taken for a user", decoy)
	}
	if again := directory.Decoy("main", directory.Username("nobody")); again != decoy {
		t.Errorf("the decoy of one name changed from %+v to %+v", decoy, again)
	}
	if other := directory.Decoy("main", directory.EmailAddress("nobody")); other == decoy {
		t.Errorf("a user name and an e-mail address have one decoy")
	}
	if strings.Contains(decoy.Key, "nobody") {
		t.Errorf("the decoy's key %q shows the identifier", decoy.Key)
	}
	if id, ok := directory.AccountOf("main", 341).UserID(); id != 341 || !ok {
		t.Errorf("user 341's account is %d's (%t)", id, ok)
	}
}

func TestWithNewID(t *testing.T) {
	t.Parallel()
	random := strings.NewReader("\x00\x00\x00\x00" + "\x80\x00\x00\x05" + "\xff\xff\xff\xff")
	var tried []int64
	id, err := directory.WithNewID(random, func(id int64) error {
		tried = append(tried, id)
		if id == 5 {
			return &directory.TakenError{Kind: "id", Value: "5"}
		}
		return nil
	})
	if err != nil || id != 1<<31-1 || len(tried) != 2 {
		t.Errorf("got %d, %v after %v, want 2147483647 after 5 was taken", id, err, tried)
	}
	_, err = directory.WithNewID(strings.NewReader("1234"), func(int64) error {
		return &directory.TakenError{Kind: "email", Value: "x@y"}
	})
	var taken *directory.TakenError
	if !errors.As(err, &taken) || taken.Kind != "email" {
		t.Errorf("error %v, want the taken e-mail address", err)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	app := directory.Application{ID: 138, SecretDigest: directory.Digest("right")}
	if !app.HasSecret("right") || app.HasSecret("wrong") || app.HasSecret("") {
		t.Errorf("the application is not known by its secret alone")
	}
	if (directory.Application{}).HasSecret("") {
		t.Errorf("an application that does not exist has the empty secret")
	}
}
