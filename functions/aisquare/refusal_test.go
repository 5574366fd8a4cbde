package aisquare_test

import (
	"net/http"
	"testing"
	"time"
)

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
		{"1 s before", time.Second, "1", "Expected available in 1 second."},
	}
	for _, tt := range tests {
		e.Clock.Advance(tt.advance)
		got := post(e, right)
		expect(t, tt.name, got, 429, `{"detail":"Request was throttled. `+tt.detail+`"}`)
		if wait := got.Header.Get("Retry-After"); wait != tt.wait {
			t.Errorf("%s: Retry-After is %q, want %q", tt.name, wait, tt.wait)
		}
	}
	const throttled = `{"detail":"Request was throttled. Expected available in 1 second."}`
	expect(t, "before the format", e.Do(http.MethodPost, path+"?format=xml", asJSON, right), 429, throttled)
	expect(t, "before the body", post(e, "{"), 429, throttled)
	e.Clock.Advance(time.Second)
	expect(t, "in the next minute", post(e, right), 200, janeIsIn)
}
