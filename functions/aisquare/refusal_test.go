package aisquare_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
)

// TestSecurity08RefusalsAreAlike compares whole responses: one that differs by cause reveals to an attacker which
// names exist, or that a password was right. The checklist and the events have the other causes.
func TestSecurity08RefusalsAreAlike(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	first := post(e, wrong)
	expect(t, "wrong password", first, 400, invalid)
	tests := []struct{ name, body string }{
		{"wrong password by e-mail", `{"login":"jane.doe@example.com","password":"guess"}`},
		{"unknown e-mail address", `{"login":"nobody@example.com","password":"SecurePass123!"}`},
		{"unusable password, the hash itself", `{"login":"unusable","password":"!cqkP6WbJ3Yt0"}`},
		{"password in other letter case", `{"login":"True","password":"true"}`},
		{"a space that is none", `{"login":"\u200b12345\ufeff","password":"67890"}`},
		{"a pattern", `{"login":"%","password":"%"}`},
		{"inf", `{"login":1e400,"password":-1e400}`},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(first, post(e, tt.body)); diff != "" {
			t.Errorf("%s: the answer differs from that to a wrong password (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestInvalidIsNoAttempt checks that a request refused before its password is verified is not counted.
func TestInvalidIsNoAttempt(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"ATTEMPT_LIMIT": "1"})
	for _, body := range []string{
		`{"login":"jane.doe"}`, `{"login":"jane.doe","password":"x"`, `{"login":"jane.doe","password":false}`,
	} {
		if got := post(e, body); got.Status != 400 || got.Body == invalid {
			t.Errorf("%s: got %d %s, want a 400 that says what is wrong", body, got.Status, got.Body)
		}
	}
	expect(t, "login", post(e, right), 200, janeIsIn)
}

// TestUserNameWins checks that a user name wins over an equal e-mail address of another user.
func TestUserNameWins(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	e.Add(directory.Entry{Username: "both@example.com", Email: "a@example.com", Password: "password of A"})
	e.Add(directory.Entry{Username: "b", Email: "both@example.com", Password: "password of B"})
	const accepted = `{"detail":"Login successful","login":"both@example.com","password":"********"}`
	expect(t, "A's password", post(e, `{"login":"both@example.com","password":"password of A"}`), 200, accepted)
	expect(t, "B's password", post(e, `{"login":"both@example.com","password":"password of B"}`), 400, invalid)
}

func TestThrottled(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "2"})
	expect(t, "first request", post(e, wrong), 400, invalid)
	expect(t, "second request, which is not even a login", e.Do(http.MethodGet, path, nil, ""), 405,
		`{"detail":"Method \"GET\" not allowed."}`)
	tests := []struct {
		name    string
		advance time.Duration
		wait    string
		detail  string
	}{
		{"54.322 s before the minute ends", 0, "55", "Expected available in 55 seconds."},
		{"2 s before", 52*time.Second + 322*time.Millisecond, "2", "Expected available in 2 seconds."},
		{"1.001 s before", 999 * time.Millisecond, "2", "Expected available in 2 seconds."},
		{"1 s before", time.Millisecond, "1", "Expected available in 1 second."},
		{"1 ms before", 999 * time.Millisecond, "1", "Expected available in 1 second."},
	}
	for _, tt := range tests {
		e.Clock.Advance(tt.advance)
		got := post(e, right)
		expect(t, tt.name, got, 429, `{"detail":"Request was throttled. `+tt.detail+`"}`)
		if wait := got.Header.Get("Retry-After"); wait != tt.wait {
			t.Errorf("%s: Retry-After is %q, want %q", tt.name, wait, tt.wait)
		}
	}
	e.Clock.Advance(time.Millisecond)
	expect(t, "in the next minute", post(e, right), 200, janeIsIn)
}

func TestThrottlingComesFirst(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "1"})
	post(e, right)
	const throttled = `{"detail":"Request was throttled. Expected available in 55 seconds."}`
	expect(t, "format", e.Do(http.MethodPost, path+"?format=xml", asJSON, right), 429, throttled)
	expect(t, "accept", e.Do(http.MethodPost, path, http.Header{"Accept": {"text/plain"}}, right), 429, throttled)
	expect(t, "method", e.Do(http.MethodOptions, path, nil, ""), 429, throttled)
	expect(t, "body", post(e, "{"), 429, throttled)
}
