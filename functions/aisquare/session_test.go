package aisquare_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

// TestSecurity17LoginReplacesTheSession: a login ends the session that the last cookie names, also that of another user.
func TestSecurity17LoginReplacesTheSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, off)
	other, old := s.login(right), s.login(right)
	header := old.header()
	header.Set("Content-Type", "application/json")
	header.Set("Cookie", "sessionid="+other.session+"; sessionid=\""+old.session+`"`)
	is(t, "wrong password", s.Do(http.MethodPost, path, header, wrong), 400, invalid)
	is(t, "after a wrong password", s.profile(old), 200, janesProfile)
	is(t, "login", s.Do(http.MethodPost, path, header, right), 200, janeIsIn)
	is(t, "the old session", s.profile(old), 403, noCredentials)
	is(t, "the other session", s.profile(other), 200, janesProfile)
}

// TestSecurity18WhatIsNoSession: a cookie or token that is worth nothing has one answer, whatever the reason.
func TestSecurity18WhatIsNoSession(t *testing.T) {
	t.Parallel()
	for response, want := range map[string]struct {
		status int
		body   string
	}{"session": {403, noCredentials}, "token": {401, `{"detail":"Invalid token."}`}, "both": {403, `{"detail":"Invalid token."}`}} {
		s := newSite(t, map[string]string{"AISQUARE_RESPONSE": response, "AISQUARE_SESSION_HOURS": "1", "SOURCE_LIMIT": "0"})
		good, expired := s.login(right), s.login(right)
		clients := worthless(t, s, good)
		is(t, response+": good", s.profile(good), 200, janesProfile)
		refuses := func(name string, b browser) {
			got := s.profile(b)
			is(t, response+", "+name, got, want.status, want.body)
			if cleared := clears(got); cleared != (response != "token") {
				t.Errorf("%s, %s: the cookie is cleared: %t", response, name, cleared)
			}
		}
		for name, b := range clients {
			refuses(name, b)
		}
		s.Clock.Advance(time.Hour)
		refuses("expired", expired)
	}
}

// worthless returns clients whose cookies and tokens are worth nothing, among them variants of a good one.
func worthless(t *testing.T, s site, good browser) map[string]browser {
	t.Helper()
	ended, inactive := s.login(right), s.login(`{"login":"zoë","password":"pässwörd"}`)
	for _, credential := range []browser{{session: ended.session, csrf: ended.csrf}, {token: ended.token}} {
		if credential.session != "" || credential.token != "" {
			is(t, "logout", s.logout(credential, ""), 200, loggedOut)
		}
	}
	zoe, err := s.Store.FindUser(t.Context(), endpointtest.Realm, directory.Username("zoë"))
	check(t, err)
	deactivated := zoe
	deactivated.Active = false
	check(t, s.Store.ReplaceUser(t.Context(), zoe, deactivated))
	foreign := "0000000000000002" + strings.Repeat("ab", 24)
	check(t, s.Store.Begin(t.Context(), session.Session{
		Kind: session.Browser, Digest: directory.Digest(foreign), Product: "another", Realm: endpointtest.Realm, UserID: 2,
		Created: endpointtest.Start, Used: endpointtest.Start, Ends: endpointtest.Start.Add(time.Hour),
	}))
	change := func(edit func(token string) string) browser {
		return browser{session: edit(good.session), csrf: good.csrf, token: edit(good.token)}
	}
	clients := map[string]browser{
		"forged":           change(func(string) string { return "0000000000000002" + strings.Repeat("cd", 24) }),
		"another product":  change(func(string) string { return foreign }),
		"a letter more":    change(func(token string) string { return token + "x" }),
		"cut short":        change(func(token string) string { return token[:max(0, len(token)-1)] }),
		"another user's":   change(func(token string) string { return strings.Replace(token, "2", "3", 1) }),
		"capitals":         change(strings.ToUpper),
		"ended":            ended,
		"an inactive user": inactive,
	}
	if good.session != "" && good.token != "" {
		clients["the other kind"] = browser{session: good.token, csrf: good.csrf, token: good.session}
	}
	return clients
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSecurity18Idle: a use keeps a session, but not beyond its lifetime, and the cookie's own end stays.
func TestSecurity18Idle(t *testing.T) {
	t.Parallel()
	for _, response := range []string{"session", "token"} {
		s := newSite(t, map[string]string{
			"AISQUARE_RESPONSE": response, "AISQUARE_SESSION_HOURS": "1", "AISQUARE_IDLE_MINUTES": "25", "SOURCE_LIMIT": "0",
		})
		used, idle := s.login(right), s.login(right)
		for range 2 {
			s.Clock.Advance(20 * time.Minute)
			is(t, response+": used", s.profile(used), 200, janesProfile)
		}
		if got := s.profile(idle); got.Body == janesProfile {
			t.Errorf("%s: 40 minutes without use: %d %s", response, got.Status, got.Body)
		}
		s.Clock.Advance(20 * time.Minute)
		if got := s.profile(used); got.Body == janesProfile {
			t.Errorf("%s: after an hour: %d %s", response, got.Status, got.Body)
		}
		for _, begun := range s.Spy.Begun() {
			if begun.Idle != 25*time.Minute || begun.Ends.Sub(begun.Created) != time.Hour {
				t.Errorf("%s: begun %+v", response, begun)
			}
		}
	}
}

// TestCap: a login ends what exceeds the cap. With a token and a cookie for each login, both of one login count as one.
func TestCap(t *testing.T) {
	t.Parallel()
	for _, response := range []string{"session", "token", "both"} {
		s := newSite(t, map[string]string{"AISQUARE_RESPONSE": response, "AISQUARE_SESSION_CAP": "2", "SOURCE_LIMIT": "0"})
		var logins []browser
		for range 4 {
			s.Clock.Advance(time.Second)
			logins = append(logins, s.login(right))
		}
		for i, b := range logins {
			for _, only := range []browser{{session: b.session, csrf: b.csrf}, {token: b.token}} {
				if only == (browser{csrf: b.csrf}) || only == (browser{}) {
					continue
				}
				if lasts := s.profile(only).Body == janesProfile; lasts != (i >= 2) {
					t.Errorf("%s: login %d of 4 lasts: %t", response, i+1, lasts)
				}
			}
		}
	}
}

// TestBoth: a session and its CSRF rules take precedence over the Authorization header.
func TestBoth(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"AISQUARE_RESPONSE": "both", "SOURCE_LIMIT": "0"})
	jane, zoe := s.login(right), s.login(`{"login":"zoë","password":"pässwörd"}`)
	is(t, "whose profile", s.profile(browser{jane.session, jane.csrf, zoe.token}), 200, janesProfile)
	header := browser{jane.session, jane.csrf, zoe.token}.header()
	header.Del("X-CSRFToken")
	is(t, "CSRF despite a token", s.post("logout", header, ""), 403, `{"detail":"CSRF Failed: CSRF token missing."}`)
	is(t, "no CSRF token for a token", s.logout(browser{token: zoe.token}, ""), 200, loggedOut)
	is(t, "the token's session", s.profile(browser{session: zoe.session}), 200,
		`{"id":3,"username":"zoë","first_name":"","last_name":"","email":""}`)
	other := s.login(right)
	is(t, "logout of the session", s.logout(browser{session: jane.session, csrf: jane.csrf}, `{"revoke_token":true}`), 200, loggedOut)
	for name, token := range map[string]string{"its token": jane.token, "the other login's": other.token} {
		is(t, name, s.profile(browser{token: token}), 403, `{"detail":"Invalid token."}`)
	}
	is(t, "the other login's session", s.profile(browser{session: other.session}), 200, janesProfile)
}

// TestSecurity19Logout: a logout ends its own session only, on every instance, and its cookie is cleared.
func TestSecurity19Logout(t *testing.T) {
	t.Parallel()
	s := newSite(t, off)
	own, other := s.login(right), s.login(right)
	got := s.logout(own, `{"revoke_token":true}`)
	is(t, "logout", got, 200, loggedOut)
	if cookies := got.Header.Values("Set-Cookie"); !clears(got) || len(cookies) != 1 {
		t.Errorf("cookies set: %q", cookies)
	}
	is(t, "again", s.logout(own, ""), 403, noCredentials)
	is(t, "the other session", s.profile(other), 200, janesProfile)
}

// TestRequests: a check is one request to the store, however the client is authenticated.
func TestRequests(t *testing.T) {
	t.Parallel()
	for _, response := range []string{"session", "token", "both"} {
		s := newSite(t, map[string]string{"AISQUARE_RESPONSE": response, "SOURCE_LIMIT": "0"})
		b := s.login(right)
		is(t, response, s.profile(b), 200, janesProfile)
		if calls := s.views["profile"].Spy.Calls(); !slices.Equal(calls, []string{"Find"}) {
			t.Errorf("%s: a check made the calls %q", response, calls)
		}
		s.profile(browser{})
		if calls := s.views["profile"].Spy.Calls(); len(calls) > 0 {
			t.Errorf("%s: a client without credentials cost the calls %q", response, calls)
		}
	}
}

// TestSecurity22Faults: whatever call fails, the answer is the 500 without a word of the cause, and nothing is cleared.
func TestSecurity22Faults(t *testing.T) {
	t.Parallel()
	for call, view := range map[string]string{
		"Find": "profile", "Slide": "profile", "End": "logout", "List": "logout", "Count": "change-password", "Load": "change-password",
		"Accept": "change-password", "SetPassword": "change-password",
	} {
		s := newSite(t, map[string]string{"AISQUARE_RESPONSE": "both", "AISQUARE_IDLE_MINUTES": "30"})
		b := s.login(right)
		s.Clock.Advance(10 * time.Minute)
		s.views[view].Spy.Before = endpointtest.Failing(call, errors.New("table on fire"))
		var got endpointtest.Answer
		switch view {
		case "profile":
			got = s.profile(b)
		case "logout":
			got = s.logout(b, `{"revoke_token":true}`)
		default:
			got = s.post(view, b.header(), passwords("SecurePass123!", "correct horse battery"))
		}
		is(t, call, got, 500, serverError)
		if clears(got) {
			t.Errorf("%s: the cookie of a session that may be alive is cleared", call)
		}
	}
}
