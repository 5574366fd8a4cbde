package crafter_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions/crafter"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

const (
	resource = "/api/1/services/api/1/security/login.json"

	ok             = `{"message":"OK"}`
	badCredentials = `{"message":"Bad credentials"}`
	badRequest     = `{"message":"Bad Request"}`
)

var (
	jsonType = http.Header{"Content-Type": {"application/json"}}
	off      = map[string]string{"ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "0"}
)

// newEndpoint is the login with the users that the tests know.
func newEndpoint(t testing.TB, settings map[string]string) *endpointtest.Endpoint {
	t.Helper()
	e := endpointtest.New(t, crafter.NewLogin, resource, settings)
	no := false
	e.Add(directory.Entry{ID: 1, Username: "admin", Email: "admin@example.com", Password: "admin_secret"})
	e.Add(directory.Entry{Username: "zoé", Password: "pässwörd"})
	e.Add(directory.Entry{Username: "inactive", Password: "right", Active: &no})
	e.Add(directory.Entry{Username: "unconfirmed", Password: "right", Confirmed: &no})
	e.Add(directory.Entry{Username: "passwordless"})
	e.Add(directory.Entry{
		Username: "service", Password: "right", Profile: directory.Profile{AccountType: directory.ServiceAccount},
	})
	return e
}

func post(e *endpointtest.Endpoint, username, password string) endpointtest.Answer {
	return e.Do(http.MethodPost, resource, jsonType, `{"username":"`+username+`","password":"`+password+`"}`)
}

// expect checks status and body, and the headers that every answer has.
func expect(t *testing.T, got endpointtest.Answer, status int, body string) {
	t.Helper()
	is(t, got, status, body)
	expectHeaders(t, got, status == http.StatusOK)
}

func expectHeaders(t *testing.T, got endpointtest.Answer, cookie bool) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Type": "application/json;charset=UTF-8", "Content-Language": "en-US", "Pragma": "no-cache", "Expires": "0",
		"Cache-Control": "no-store",
	} {
		if values := got.Header.Values(name); !slices.Equal(values, []string{want}) {
			t.Errorf("header %s: got %q, want %q", name, values, want)
		}
	}
	if _, set := got.Header["Set-Cookie"]; set != cookie {
		t.Errorf("an answer with status %d sets a cookie: %t", got.Status, set)
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	both, postOnly := newEndpoint(t, off), newEndpoint(t, map[string]string{"CRAFTER_ALLOW_GET": "false"})
	query := resource + "?username=admin&password=admin_secret"
	tests := []struct {
		name, method string
		endpoint     *endpointtest.Endpoint
		allow        string
	}{
		{"PATCH", http.MethodPatch, both, "GET, POST"},
		{"HEAD", http.MethodHead, both, "GET, POST"},
		{"PUT with GET switched off", http.MethodPut, postOnly, "POST"},
	}
	for _, tt := range tests {
		got := tt.endpoint.Do(tt.method, query, nil, "")
		body := `{"message":"Method Not Allowed"}`
		if tt.method == http.MethodHead {
			body = ""
		}
		expect(t, got, 405, body)
		if allow := got.Header.Get("Allow"); allow != tt.allow {
			t.Errorf("%s: Allow is %q, want %q", tt.name, allow, tt.allow)
		}
	}
	expect(t, postOnly.Do(http.MethodPost, resource, jsonType, right), 200, ok)
}

// TestMissingCredentialsAreNoAttempt checks that a request without a name or a password is not counted as an attempt, and
// reads nothing but the source's count from the store.
func TestMissingCredentialsAreNoAttempt(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"ATTEMPT_LIMIT": "1"})
	expect(t, post(e, "admin", ""), 401, badCredentials)
	expect(t, post(e, "", "guess"), 401, badCredentials)
	if calls, want := e.Spy.Calls(), []string{"Count", "Count"}; !slices.Equal(calls, want) {
		t.Errorf("store calls: got %v, want %v", calls, want)
	}
	expect(t, post(e, "admin", "admin_secret"), 200, ok)
}

func TestRealm(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"CRAFTER_REALM": "another"})
	expect(t, post(e, "admin", "admin_secret"), 401, badCredentials)
}

// TestSecurity21QueriesAreNotLogged checks that nothing of a query, which may contain a password, is in the log.
func TestSecurity21QueriesAreNotLogged(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	for _, query := range []string{"username=admin&password=admin_secret", "username=Guessed-Name&password=Guessed-Password"} {
		e.Do(http.MethodGet, resource+"?"+query, nil, "")
	}
	for _, secret := range []string{"admin", "Guessed"} {
		if strings.Contains(e.Log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, e.Log)
		}
	}
	if lines := strings.Count(e.Log.String(), "\n"); lines != 2 {
		t.Errorf("two logins left %d lines in the log:\n%s", lines, e.Log)
	}
}
