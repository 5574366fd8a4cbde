package unleash_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/unleash"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/test/endpointtest"
)

const resource = "/auth/simple/login"

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

const (
	mismatch = "The combination of password and username you provided is invalid. " +
		"If you have forgotten your password, visit /forgotten-password or get in touch with your instance administrator."
	mismatchBody = `{"name":"PasswordMismatch","message":"` + mismatch + `","details":[{"message":"` + mismatch + `"}]}`
)

// unlimited switches off everything that depends on what was sent before.
func unlimited() map[string]string {
	return map[string]string{"ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "0"}
}

func newEndpoint(t testing.TB, settings map[string]string) *endpointtest.Endpoint {
	t.Helper()
	return endpointtest.New(t, unleash.NewLogin, resource, settings)
}

func post(e *endpointtest.Endpoint, body string) endpointtest.Answer {
	return e.Do(http.MethodPost, resource, jsonHeader, body)
}

// logIn sends credentials that JSON need not escape.
func logIn(e *endpointtest.Endpoint, username, password string) endpointtest.Answer {
	return post(e, fmt.Sprintf(`{"username":"%s","password":"%s"}`, username, password))
}

func wantStatus(t *testing.T, got endpointtest.Answer, want int) {
	t.Helper()
	if got.Status != want {
		t.Errorf("status %d, want %d; body %s", got.Status, want, got.Body)
	}
}

func wantAnswer(t *testing.T, got endpointtest.Answer, status int, body string) {
	t.Helper()
	wantStatus(t, got, status)
	if diff := cmp.Diff(body, got.Body); diff != "" {
		t.Errorf("body differs (-want +got):\n%s", diff)
	}
}

func TestRecordedExchanges(t *testing.T) {
	t.Parallel()
	settings := unlimited()
	settings["CORS_ORIGINS"] = "https://app.example.com" // one request was recorded from a page there
	e := newEndpoint(t, settings)
	e.Import("testdata/users.jsonl")
	endpointtest.Replay(t, e, "testdata/cases.jsonl")
}

func TestSecurity08RefusalsAreAlike(t *testing.T) {
	t.Parallel()
	no := false
	users := []directory.Entry{
		{Username: "alice", Email: "alice@example.com", Password: "right"},
		{Username: "locked", Password: "right"},
		{Username: "inactive", Password: "right", Active: &no},
		{Username: "unconfirmed", Password: "right", Confirmed: &no},
		{Username: "service", Password: "right", Profile: directory.Profile{AccountType: directory.ServiceAccount}},
		{Username: "passwordless", Email: "passwordless@example.com"},
		{Username: "unreadable", PasswordHash: "$2x$04$VpvibbwHjmQ/nNcUskNDh.BGyh.SY3u6hLr7eDjjJoRDsr9lxcT/u"},
		{Username: "named@example.com", Password: "right"},
	}
	rows := []struct{ name, username, password string }{
		{"wrong password", `"alice"`, `"wrong"`},
		{"wrong password by e-mail", `"alice@example.com"`, `"wrong"`},
		{"empty password", `"alice"`, `""`},
		{"null password", `"alice"`, `null`},
		{"unknown user", `"nobody"`, `"right"`},
		{"unknown e-mail", `"nobody@example.com"`, `"right"`},
		{"empty username", `""`, `"right"`},
		{"both null", `null`, `null`},
		{"NUL in the username", `"alice\u0000"`, `"right"`},
		{"lone surrogate as username", `"\udfff"`, `"right"`},
		{"NUL after the password", `"alice"`, `"right\u0000"`},
		{"other letter case", `"Alice"`, `"right"`},
		{"space before", `" alice"`, `"right"`},
		{"newline behind", `"alice\n"`, `"right"`},
		{"locked, right password", `"locked"`, `"right"`},
		{"locked, wrong password", `"locked"`, `"wrong"`},
		{"inactive, right password", `"inactive"`, `"right"`},
		{"unconfirmed, right password", `"unconfirmed"`, `"right"`},
		{"service account, right password", `"service"`, `"right"`},
		{"no password", `"passwordless"`, `"right"`},
		{"no password, empty one", `"passwordless@example.com"`, `""`},
		{"stored hash unreadable", `"unreadable"`, `"right"`},
		{"username that looks like an e-mail address", `"named@example.com"`, `"right"`},
	}
	e := newEndpoint(t, map[string]string{"ATTEMPT_LIMIT": "3", "SOURCE_LIMIT": "0"})
	for _, user := range users {
		e.Add(user)
	}
	for range 3 {
		logIn(e, "locked", "wrong")
	}
	header := http.Header{
		"Content-Type": {"application/json; charset=utf-8"},
		"Etag":         {`W/"1a7-gqJzn3qg+QCKHtCyelWg1qy9jJ0"`}, // the real server's
		"Vary":         {"Accept-Encoding"},
	}
	gateway.Protect(header, false)
	for _, row := range rows {
		got := post(e, `{"username":`+row.username+`,"password":`+row.password+`}`)
		want := endpointtest.Answer{Status: http.StatusUnauthorized, Header: header, Body: mismatchBody}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: answer differs (-want +got):\n%s", row.name, diff)
		}
	}
}

func TestPasswordLoginDisabled(t *testing.T) {
	t.Parallel()
	const (
		text = "Logging in with username/password has been disabled."
		body = `{"name":"DisabledError","message":"` + text + `","details":[{"message":"` + text + `"}]}`
	)
	e := newEndpoint(t, map[string]string{"UNLEASH_PASSWORD_LOGIN": "false"})
	e.Add(directory.Entry{Username: "alice", Password: "right"})
	wantAnswer(t, logIn(e, "alice", "right"), http.StatusUnprocessableEntity, body)
	wantAnswer(t, logIn(e, "alice", "wrong"), http.StatusUnprocessableEntity, body)
	wantStatus(t, post(e, `{"username":"alice"}`), http.StatusBadRequest) // the schema comes first
	wantStatus(t, e.Do(http.MethodPost, resource, nil, "{}"), http.StatusUnsupportedMediaType)
}

func TestMethods(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, unlimited())
	e.Add(directory.Entry{Username: "alice", Password: "right"})
	const credentials = `{"username":"alice","password":"right"}`
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE", "post"} {
		got := e.Do(method, resource, jsonHeader, credentials)
		wantAnswer(t, got, http.StatusNotFound,
			`{"name":"NotFoundError","message":"This path does not answer `+method+` requests. Log in with POST."}`)
	}
	head := e.Do("HEAD", resource, nil, "")
	wantAnswer(t, head, http.StatusNotFound, "")

	options := e.Do("OPTIONS", resource, nil, "")
	wantAnswer(t, options, http.StatusOK, "POST")
	header := http.Header{
		"Allow": {"POST"}, "Content-Type": {"text/html; charset=utf-8"},
		"Etag": {`W/"4-Yf+Bwwqjx254r+pisuO9HfpJ6FQ"`}, "Vary": {"Accept-Encoding"},
	}
	gateway.Protect(header, false)
	if diff := cmp.Diff(header, options.Header); diff != "" {
		t.Errorf("OPTIONS: headers differ (-want +got):\n%s", diff)
	}
	// The body parser looks at bodies before anyone looks at the method.
	wantStatus(t, e.Do("PUT", resource, jsonHeader, "{"), http.StatusBadRequest)
	wantStatus(t, e.Do("OPTIONS", resource, jsonHeader, strings.Repeat(" ", 102_401)), http.StatusRequestEntityTooLarge)
}

func TestMalformedEvent(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	event := newEvent(http.MethodPost, jsonHeader, []byte("{}"))
	event.Body = "no base64"
	response, err := e.Handler(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"message":"the body could not be decoded"}`
	if response.StatusCode != http.StatusBadRequest || response.Body != want {
		t.Errorf("answer %d %s, want 400 %s", response.StatusCode, response.Body, want)
	}
}
