package unleash_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

// TestUserIsASnapshot: changes after the login do not show, but for the permissions, which an administrator changed.
func TestUserIsASnapshot(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Email: "a@example.com", Password: "right"})
	header := s.in(t, "right")
	before := s.me(header).Body
	user, err := s.Store.FindUser(t.Context(), endpointtest.Realm, directory.Username("alice"))
	if err != nil {
		t.Fatal(err)
	}
	changed := user
	changed.Name, changed.Permissions = "Alice", []string{"ADMIN"}
	if err := s.Store.ReplaceUser(t.Context(), user, changed); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(before, `"permissions":[]`, `"permissions":[{"permission":"ADMIN"}]`, 1)
	if want == before {
		t.Fatalf("no permissions in %s", before)
	}
	wantAnswer(t, s.me(header), http.StatusOK, want)
	token := strings.TrimPrefix(header.Get("Cookie"), "unleash-session=")
	wantAnswer(t, s.me(with(`"`+token+`"`)), http.StatusOK, want)
	wantStatus(t, s.me(with(`"`+token)), http.StatusUnauthorized)
}

// TestSecurity18IdleAndAbsoluteEnd: use prolongs a session by its idle time, until its absolute end.
func TestSecurity18IdleAndAbsoluteEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"UNLEASH_SESSION_HOURS": "10", "UNLEASH_SESSION_DAYS": "1"})
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	polled, idle := s.in(t, "right"), s.in(t, "right")
	for range 3 {
		s.Clock.Advance(7 * time.Hour)
		s.wantLive(t, "polled", true, polled)
	}
	s.wantLive(t, "unused for 21 hours", false, idle)
	s.Clock.Advance(3 * time.Hour)
	s.wantLive(t, "after a day", false, polled)
}

// TestNoSession: whatever is wrong with a cookie, the response is the one to no cookie.
func TestNoSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	good := strings.TrimPrefix(s.in(t, "right").Get("Cookie"), "unleash-session=")
	user := s.Spy.Begun()[0]
	foreign := good[:16] + strings.Repeat("ab", 24)
	other := user
	other.Digest, other.Product = directory.Digest(foreign), "crafter"
	bearer := user
	token := good[:16] + strings.Repeat("cd", 24)
	bearer.Digest, bearer.Kind = directory.Digest(token), session.Bearer
	if err := s.Store.Begin(t.Context(), other, bearer); err != nil {
		t.Fatal(err)
	}
	none := func(path string, e *endpointtest.Endpoint, header http.Header) endpointtest.Answer {
		answer := e.Do("POST", path, header, "{}")
		answer.Body = uuidText.ReplaceAllString(answer.Body, "U")
		answer.Header.Del("ETag")
		answer.Header.Del("RateLimit-Remaining")
		return answer
	}
	for path, e := range map[string]*endpointtest.Endpoint{userPath: s.user, logoutPath: s.logout, changePath: s.change} {
		want := none(path, e, nil)
		wantStatus(t, want, http.StatusUnauthorized)
		for name, cookie := range map[string]string{
			"empty": "", "garbage": "s%3Aabc.def", "truncated": good[:63], "longer": good + "0", "in capitals": strings.ToUpper(good),
			"unknown": good[:16] + strings.Repeat("ef", 24), "of another user": "0000000000000001" + good[16:],
			"of another product": foreign, "of another kind": token, "after garbage": "x; unleash-session=" + good,
		} {
			if got := none(path, e, with(cookie)); got.Status != want.Status || got.Body != want.Body || len(got.Header) != len(want.Header) {
				t.Errorf("%s, a cookie that is %s: %+v, want %+v", path, name, got, want)
			}
		}
		header := http.Header{"Cookie": {"Unleash-Session=" + good}, "Authorization": {"Bearer " + good}}
		if got := none(path, e, header); got.Status != want.Status || !strings.Contains(got.Body, `"UnauthorizedError"`) {
			t.Errorf("%s with Authorization: %+v", path, got)
		}
		header.Set("Cookie", "unleash-session="+good)
		if got := none(path, e, header); got.Status == http.StatusUnauthorized {
			t.Errorf("%s: Authorization beats the session: %+v", path, got)
		}
		if path == logoutPath {
			good = strings.TrimPrefix(s.in(t, "right").Get("Cookie"), "unleash-session=")
		}
	}
}

// TestSessionFaults: a fault of the store is neither a session nor a refusal.
func TestSessionFaults(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	header := s.in(t, "right")
	const body = `{"oldPassword":"right","password":"a longer secret","confirmPassword":"a longer secret"}`
	s.Clock.Advance(10 * time.Hour) // so that the session slides
	for _, row := range []struct {
		e            *endpointtest.Endpoint
		path, method string
		calls        []string
	}{
		{s.user, userPath, "GET", []string{"Find", "Slide"}},
		{s.logout, logoutPath, "POST", []string{"Find", "End", "List"}},
		{s.change, changePath, "POST", []string{"Count", "Find", "Load", "Accept", "SetPassword"}},
	} {
		for _, call := range row.calls {
			row.e.Spy.Before = endpointtest.Failing(call, errors.New("disk on fire"))
			got := row.e.Do(row.method, row.path, header, body)
			wantAnswer(t, got, http.StatusInternalServerError, `{"name":"UnknownError","message":"Internal server error"}`)
			row.e.Spy.Before = nil
			if len(got.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s: a fault sets cookies", call)
			}
			if call == "List" { // its own session had ended
				header = s.in(t, "right")
			}
		}
	}
}

// FuzzUser sends anything as a cookie and as an Authorization header: only the session's token is one, and nothing is a fault.
func FuzzUser(f *testing.F) {
	s := newSite(f, unlimited())
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	good := s.in(f, "right").Get("Cookie")
	f.Add("GET", good, "")
	f.Add("HEAD", "unleash-session="+strings.Repeat("f", 64), "")
	f.Add("GET", "unleash-session", "Bearer x")
	f.Add("OPTIONS", ";;=;unleash-session==", "Basic Og==")
	f.Fuzz(func(t *testing.T, method, cookie, authorization string) {
		event := newEvent(method, http.Header{"Cookie": {cookie}, "Authorization": {authorization}}, nil)
		event.Resource = userPath
		answer, err := s.user.Handler(t.Context(), event)
		if err != nil || answer.StatusCode >= 500 {
			t.Fatalf("status %d, error %v; want an answer below 500", answer.StatusCode, err)
		}
		if !strings.Contains(cookie, strings.TrimPrefix(good, "unleash-session=")) && answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("the cookie %q gets the status %d", cookie, answer.StatusCode)
		}
	})
}
