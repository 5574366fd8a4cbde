package unleash_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

// TestStoredSession: the events show the cookie's other attributes.
func TestStoredSession(t *testing.T) {
	t.Parallel()
	for hours, idle := range map[string]time.Duration{"": 48 * time.Hour, "1": time.Hour} {
		e := newEndpoint(t, map[string]string{"UNLEASH_SESSION_HOURS": hours, "UNLEASH_SESSION_DAYS": "2", "UNLEASH_SESSION_CAP": "0"})
		user := e.Add(directory.Entry{Username: "alice", Password: "right"})
		answer := logIn(e, "alice", "right")
		cookie, err := http.ParseSetCookie(answer.Header.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		want := []session.Session{{
			Kind: session.Browser, Digest: directory.Digest(cookie.Value), Product: "unleash", Realm: endpointtest.Realm, UserID: user.ID,
			Created: endpointtest.Start, Used: endpointtest.Start, Idle: idle, Ends: endpointtest.Start.Add(48 * time.Hour),
			Data: []byte(answer.Body),
		}}
		if diff := cmp.Diff(want, e.Spy.Begun()); diff != "" {
			t.Errorf("%q hours: stored sessions differ (-want +got):\n%s", hours, diff)
		}
		if expires := want[0].Expires().Truncate(time.Second); !cookie.Expires.Equal(expires) {
			t.Errorf("%q hours: the cookie expires %s, want %s", hours, cookie.Expires, expires)
		}
	}
}

// TestCap: the sixth login ends the session of the oldest login, however recently that was used, and reports it, as long as it
// lasts.
func TestCap(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	var sessions []http.Header
	for i, deleted := range []int{0, 0, 0, 0, 0, 1, 1} {
		s.Clock.Advance(time.Second)
		if len(sessions) > 0 {
			s.wantLive(t, "the oldest", true, sessions[max(0, i-5)])
		}
		logIn(s.Endpoint, "alice", "wrong") // ends nothing
		sessions = append(sessions, s.in(t, "right"))
		if got, want := s.me(sessions[i]).Body, fmt.Sprintf(`"deletedSessions":%d,"activeSessions":5}`, deleted); !strings.Contains(got, want) {
			t.Errorf("login %d: %s, want %s in it", i+1, got, want)
		}
	}
	s.wantLive(t, "over the cap", false, sessions[:2]...)
	s.wantLive(t, "within the cap", true, sessions[2:]...)
}

// TestSecurity17LoginEndsTheSessionThatCameIn and no other one.
func TestSecurity17LoginEndsTheSessionThatCameIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	first, second := s.in(t, "right"), s.in(t, "right")
	header := first.Clone()
	header["Cookie"][0] += "; unleash-session=garbage"
	s.Do("POST", resource, header, `{"username":"alice","password":"wrong"}`)
	s.wantLive(t, "after a refused login", true, first, second)
	wantStatus(t, s.Do("POST", resource, header, `{"username":"alice","password":"right"}`), http.StatusOK)
	s.wantLive(t, "after an accepted login", false, first)
	s.wantLive(t, "of another browser", true, second)
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "6"})
	e.Add(directory.Entry{Username: "alice", Password: "right"})
	const right = `{"username":"alice","password":"right"}`
	forged := jsonHeader.Clone()
	forged.Set("X-Forwarded-For", "203.0.113.9")
	rows := []struct {
		name, method string
		header       http.Header
		body         string
		advance      time.Duration // before the request
		status       int
		remaining    string
		reset        string
	}{
		{"accepted", "POST", jsonHeader, right, 0, 200, "5", "55"},
		{"refused", "POST", jsonHeader, `{"username":"alice","password":"wrong"}`, 0, 401, "4", "55"},
		{"malformed", "POST", jsonHeader, `{`, 4 * time.Second, 400, "3", "51"},
		{"other method", "GET", nil, "", 0, 404, "2", "51"},
		{"OPTIONS", "OPTIONS", nil, "", 0, 200, "1", "51"},
		{"unsupported type", "POST", nil, "x", 0, 415, "0", "51"},
		{"over the limit", "POST", jsonHeader, right, 0, 429, "0", "51"},
		{"over it with another address claimed", "POST", forged, right, 0, 429, "0", "51"},
		{"next minute", "POST", jsonHeader, right, 51 * time.Second, 200, "5", "60"},
	}
	for _, row := range rows {
		e.Clock.Advance(row.advance)
		got := e.Do(row.method, resource, row.header, row.body)
		wantStatus(t, got, row.status)
		want := map[string]string{
			"RateLimit-Policy": "6;w=60", "RateLimit-Limit": "6",
			"RateLimit-Remaining": row.remaining, "RateLimit-Reset": row.reset,
		}
		if row.status == http.StatusTooManyRequests {
			want["Retry-After"] = row.reset
		}
		for name, value := range want {
			if got.Header.Get(name) != value {
				t.Errorf("%s: %s %q, want %q", row.name, name, got.Header.Get(name), value)
			}
		}
		if row.status != http.StatusTooManyRequests && got.Header.Get("Retry-After") != "" {
			t.Errorf("%s: Retry-After %q, want none", row.name, got.Header.Get("Retry-After"))
		}
	}
}
