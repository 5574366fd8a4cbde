package aisquare_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/wire"
)

const fresh = "correct horse battery"

func passwords(old, replacement string) string {
	text := wire.AppendQuoted(nil, replacement)
	return fmt.Sprintf(`{"old_password":%s,"password":%s,"password_confirm":%s}`, wire.AppendQuoted(nil, old), text, text)
}

// TestSecurity30ChangePassword: a new password ends every session and token of the user but a token that asks, and replaces
// the old one at the login.
func TestSecurity30ChangePassword(t *testing.T) {
	t.Parallel()
	for response, keeps := range map[string]bool{"session": false, "token": true, "both": false} {
		s := newSite(t, map[string]string{"AISQUARE_RESPONSE": response, "SOURCE_LIMIT": "0"})
		own, other, zoe := s.login(right), s.login(right), s.login(`{"login":"zoë","password":"pässwörd"}`)
		got := s.post("change-password", own.header(), passwords(" SecurePass123!\t", "\u3000"+fresh+" "))
		is(t, response, got, 200, changed)
		if set := got.Header.Values("Set-Cookie"); len(set) > 0 {
			t.Errorf("%s: sets %q", response, set)
		}
		for name, row := range map[string]struct {
			client browser
			lasts  bool
		}{"own": {own, keeps}, "other": {other, false}, "another user": {zoe, true}} {
			if got := s.profile(row.client); (got.Status == 200) != row.lasts {
				t.Errorf("%s: %s: %d %s, want it to last: %t", response, name, got.Status, got.Body, row.lasts)
			}
		}
		is(t, response+": old password", post(s.Endpoint, right), 400, invalid)
		if b := s.login(`{"login":"jane.doe","password":"` + fresh + `"}`); b == (browser{}) {
			t.Errorf("%s: the new password does not log in", response)
		}
	}
}

// TestSecurity30WrongOldPassword: it is a failed login. Failures of both endpoints add up, and a locked account refuses the
// right password with the same answer.
func TestSecurity30WrongOldPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"ATTEMPT_LIMIT": "2", "SOURCE_LIMIT": "0"})
	b := s.login(right)
	is(t, "wrong", s.post("change-password", b.header(), passwords("guess", fresh)), 400, notCorrect)
	is(t, "wrong at the login", post(s.Endpoint, wrong), 400, invalid)
	is(t, "locked", s.post("change-password", b.header(), passwords("SecurePass123!", fresh)), 400, notCorrect)
	is(t, "locked at the login", post(s.Endpoint, right), 400, invalid)
	is(t, "the session lives on", s.profile(b), 200, janesProfile)
	s.Clock.Advance(30 * time.Minute)
	is(t, "after the lock", s.post("change-password", b.header(), passwords("SecurePass123!", fresh)), 200, changed)
}

// TestChangeIsNoAttempt: what is refused before the old password is verified is not counted and costs no hash.
func TestChangeIsNoAttempt(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"ATTEMPT_LIMIT": "1", "SOURCE_LIMIT": "0"})
	b := s.login(right)
	view := s.views["change-password"]
	const (
		required = "This field is required."
		short    = "This password is too short. It must contain at least 8 characters."
	)
	for body, want := range map[string]string{
		`{}`: `{"old_password":["` + required + `"],"password":["` + required + `"],"password_confirm":["` + required + `"]}`,
		`{"old_password":null,"password":"","password_confirm":[]}`: `{"old_password":["This field may not be null."],` +
			`"password":["This field may not be blank."],"password_confirm":["Not a valid string."]}`,
		`{"old_password":"guess","password":"x\u0000yz1234","password_confirm":"x"}`: `{"password":["Null characters are not allowed."]}`,
		`{"old_password":"guess","password":"a b"}`: `{"password":["` + short + `"],` +
			`"password_confirm":["` + required + `"]}`,
		`{"old_password":"guess","password":"` + fresh + `","password_confirm":"x"}`: `{"password_confirm":["Passwords don't match"]}`,
		`null`: `{"non_field_errors":["No data provided"]}`,
	} {
		is(t, body, s.post("change-password", b.header(), body), 400, want)
	}
	if work := view.Work(); work != 0 {
		t.Errorf("refused requests cost %d units of hashing", work)
	}
	is(t, "then", s.post("change-password", b.header(), passwords("SecurePass123!", fresh)), 200, changed)
}

// TestChangeIsThrottled: it counts together with logins, before anything else is looked at; the other views do not count.
func TestChangeIsThrottled(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"SOURCE_LIMIT": "2"})
	b := s.login(right)
	is(t, "second", s.post("change-password", http.Header{}, ""), 403, noCredentials)
	got := s.post("change-password", b.header(), passwords("SecurePass123!", fresh))
	is(t, "third", got, 429, `{"detail":"Request was throttled. Expected available in 55 seconds."}`)
	if wait := got.Header.Get("Retry-After"); wait != "55" {
		t.Errorf("Retry-After is %q", wait)
	}
	is(t, "profile", s.profile(b), 200, janesProfile)
	is(t, "logout", s.logout(b, ""), 200, loggedOut)
}

// TestNewPasswordIsJudgedByTheStoredUser: the directory of now counts, not that of the login.
func TestNewPasswordIsJudgedByTheStoredUser(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"PASSWORD_MIN": "10", "SOURCE_LIMIT": "0"})
	b := s.login(right)
	jane, err := s.Store.FindUser(t.Context(), endpointtest.Realm, directory.Username("jane.doe"))
	check(t, err)
	renamed := jane
	renamed.Name = "Wilhelmina Featherstone"
	check(t, s.Store.ReplaceUser(t.Context(), jane, renamed))
	is(t, "last name", s.post("change-password", b.header(), passwords("SecurePass123!", "featherstone!")), 400,
		`{"password":["The password is too similar to the last name."]}`)
	is(t, "minimum", s.post("change-password", b.header(), passwords("SecurePass123!", "xK9#mQ2$v")), 400,
		`{"password":["This password is too short. It must contain at least 10 characters."]}`)
}
