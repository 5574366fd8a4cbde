package unleash_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
)

func changing(old, chosen, confirmed string) string {
	return fmt.Sprintf(`{"oldPassword":%q,"password":%q,"confirmPassword":%q}`, old, chosen, confirmed)
}

// TestSecurity30ChangePassword: the old password is asked for, and all sessions but the one that asks end.
func TestSecurity30ChangePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	own, other := s.in(t, "right"), s.in(t, "right")
	const chosen = "a longer secret"
	wantStatus(t, s.change.Do("POST", changePath, own, changing("wrong", chosen, chosen)), http.StatusUnauthorized)
	s.wantLive(t, "after a wrong old password", true, own, other)
	wantAnswer(t, s.change.Do("POST", changePath, own, changing("right", chosen, chosen)), http.StatusOK, "")
	s.wantLive(t, "its own", true, own)
	s.wantLive(t, "another", false, other)
	wantStatus(t, logIn(s.Endpoint, "alice", "right"), http.StatusUnauthorized)
	s.wantLive(t, "with the new password", true, s.in(t, chosen))
}

// TestSecurity30WrongOldPasswordsCount as failed logins do: then the right one is refused alike, here and at the login.
func TestSecurity30WrongOldPasswordsCount(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"ATTEMPT_LIMIT": "3"})
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	own := s.in(t, "right")
	const chosen = "a longer secret"
	var wrong string
	for range 3 {
		got := s.change.Do("POST", changePath, own, changing("wrong", chosen, chosen))
		wantStatus(t, got, http.StatusUnauthorized)
		wrong = got.Body
	}
	wantAnswer(t, s.change.Do("POST", changePath, own, changing("right", chosen, chosen)), http.StatusUnauthorized, wrong)
	wantStatus(t, logIn(s.Endpoint, "alice", "right"), http.StatusUnauthorized)
	s.Clock.Advance(31 * time.Minute)
	wantStatus(t, s.change.Do("POST", changePath, own, changing("right", chosen, chosen)), http.StatusOK)
}

// TestNewPasswords has the rules in the order in which they are checked; none of these requests looks at the old password.
func TestNewPasswords(t *testing.T) {
	t.Parallel()
	s := newSite(t, unlimited())
	s.Add(directory.Entry{Username: "alice.example", Password: "right"})
	cookie, err := http.ParseSetCookie(logIn(s.Endpoint, "alice.example", "right").Header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	own, long := with(cookie.Value), strings.Repeat("x", 1025)
	for _, row := range []struct{ name, body, want string }{
		{"no new password", `{"oldPassword":"right"}`, "The `/body/password` property is required."},
		{"another property", `{"password":"x","name":"y"}`, "`/body/name` property"},
		{"not an object", `[]`, "The `/body` property must be object. You sent []."},
		{"not text", `{"password":"x","oldPassword":[1]}`, "The `/body/oldPassword` property must be string. You sent [1]."},
		{"no old password", `{"password":"a longer secret","confirmPassword":"a longer secret"}`, ""},
		{"not confirmed", `{"oldPassword":"right","password":"a longer secret"}`, ""},
		{"confirmed otherwise", changing("wrong", "short", "other"), ""},
		{"too short", changing("wrong", "short", "short"), "The password must be at least 8 characters long."},
		{"a number", `{"oldPassword":1,"password":1234567,"confirmPassword":"1234567"}`, "The password must be at least 8 characters long."},
		{"null", `{"oldPassword":null,"password":null,"confirmPassword":null}`, "The password must be at least 8 characters long."},
		{"too long", changing("wrong", long, long), "The password must be at most 1024 characters long."},
		{"common", changing("wrong", "password1", "password1"), "The password may not be one of the most common passwords."},
		{"the user's name", changing("wrong", "Alice Example", "Alice Example"), "The password may not be a name of the user or of the service."},
		{"NUL", `{"oldPassword":"wrong","password":"1234\u00005678","confirmPassword":"1234\u00005678"}`, "not text"},
		{"lone surrogate", `{"oldPassword":"wrong","password":"1234\ud8005678","confirmPassword":"1234\ud8005678"}`, "not text"},
	} {
		got := s.change.Do("POST", changePath, own, row.body)
		if got.Status != http.StatusBadRequest || !strings.Contains(got.Body, row.want) || (row.want == "") != (got.Body == "") {
			t.Errorf("%s: %d %s, want 400 with %q", row.name, got.Status, got.Body, row.want)
		}
	}
	for _, method := range []string{"GET", "PUT", "DELETE", "PATCH"} {
		wantStatus(t, s.change.Do(method, changePath, own, ""), http.StatusNotFound)
	}
	wantAnswer(t, s.change.Do("OPTIONS", changePath, own, ""), http.StatusOK, "POST")
	wantStatus(t, logIn(s.Endpoint, "alice.example", "right"), http.StatusOK)
}
