package unleash_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

func cookieOf(t *testing.T, answer endpointtest.Answer) *http.Cookie {
	t.Helper()
	cookies := (&http.Response{Header: answer.Header}).Cookies()
	if len(cookies) != 1 || cookies[0].Name != "unleash-session" {
		t.Fatalf("cookies %v, want unleash-session alone; status %d, body %s", cookies, answer.Status, answer.Body)
	}
	return cookies[0]
}

func TestSecurity20Cookie(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name     string
		settings map[string]string
		want     string // behind the token
	}{
		{"by default", nil, `; Path=/; Expires=Sun, 04 Jan 2026 03:04:05 GMT; HttpOnly; Secure; SameSite=Lax`},
		{
			"over http", map[string]string{"COOKIE_SECURE": "false"},
			`; Path=/; Expires=Sun, 04 Jan 2026 03:04:05 GMT; HttpOnly; SameSite=Lax`,
		},
		{
			"one hour", map[string]string{"UNLEASH_SESSION_HOURS": "1"},
			`; Path=/; Expires=Fri, 02 Jan 2026 04:04:05 GMT; HttpOnly; Secure; SameSite=Lax`,
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, row.settings)
			e.Add(directory.Entry{Username: "alice", Password: "right"})
			answer := logIn(e, "alice", "right")
			got := answer.Header.Get("Set-Cookie")
			if !regexp.MustCompile(`^unleash-session=[0-9a-f]{64}` + regexp.QuoteMeta(row.want) + `$`).MatchString(got) {
				t.Errorf("Set-Cookie %q, want a token and %q", got, row.want)
			}
		})
	}
}

func TestStoredSession(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"UNLEASH_SESSION_HOURS": "2"})
	user := e.Add(directory.Entry{Username: "alice", Password: "right"})
	token := cookieOf(t, logIn(e, "alice", "right")).Value
	want := []session.Session{{
		Kind: session.Browser, Digest: directory.Digest(token), Product: "unleash", Realm: endpointtest.Realm, UserID: user.ID,
		Created: endpointtest.Start, Expires: endpointtest.Start.Add(2 * time.Hour),
	}}
	if diff := cmp.Diff(want, e.Spy.Begun()); diff != "" {
		t.Errorf("stored sessions differ (-want +got):\n%s", diff)
	}
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "6"})
	e.Add(directory.Entry{Username: "alice", Password: "right"})
	const right = `{"username":"alice","password":"right"}`
	form := http.Header{"Content-Type": {formType}}
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
		{"other content type", "POST", form, "", 0, 415, "2", "51"},
		{"other method", "GET", nil, "", 0, 404, "1", "51"},
		{"OPTIONS", "OPTIONS", nil, "", 0, 200, "0", "51"},
		{"over the limit", "POST", jsonHeader, right, 0, 429, "0", "51"},
		{"over it with another address claimed", "POST", forged, right, 0, 429, "0", "51"},
		{"over it, too large as well", "POST", jsonHeader, padded(limit + 1), 50 * time.Second, 429, "0", "1"},
		{"next minute", "POST", jsonHeader, right, time.Second, 200, "5", "60"},
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
			want["Content-Type"] = "text/html; charset=utf-8"
			want["ETag"] = `W/"2a-UpTsLJ74nYuiLgNgEwlQMxGqwrE"`
			wantAnswer(t, got, row.status, "Too many requests, please try again later.")
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

func TestNoLimitNoHeaders(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "0"})
	for range 70 {
		got := e.Do(http.MethodPost, resource, jsonHeader, "{}")
		wantStatus(t, got, http.StatusBadRequest)
		for name, values := range got.Header {
			if strings.HasPrefix(name, "Ratelimit-") || name == "Retry-After" {
				t.Fatalf("%s %q without a limit, want none", name, values)
			}
		}
	}
}

// TestLimitOnFaults: the limit's headers are there if the request was counted before the fault.
func TestLimitOnFaults(t *testing.T) {
	t.Parallel()
	for call, counted := range map[string]bool{"Count": false, "Resolve": true, "Begin": true} {
		e := newEndpoint(t, nil)
		e.Add(directory.Entry{Username: "alice", Password: "right"})
		e.Spy.Before = endpointtest.Failing(call, errors.New("secret detail of the store"))
		got := logIn(e, "alice", "right")
		wantStatus(t, got, http.StatusInternalServerError)
		if limited := got.Header.Get("RateLimit-Limit") != ""; limited != counted {
			t.Errorf("%s fails: the limit's headers are there: %t, want %t", call, limited, counted)
		}
	}
}
