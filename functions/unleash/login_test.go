package unleash_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/unleash"
	"gatehouse/shared/test/endpointtest"
)

const resource = "/auth/simple/login"

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

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

// TestPasswordLoginDisabled: the schema and the content type come first.
func TestPasswordLoginDisabled(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"UNLEASH_PASSWORD_LOGIN": "false"})
	wantStatus(t, logIn(e, "alice", "wrong"), http.StatusUnprocessableEntity)
	wantStatus(t, post(e, `{"username":"alice"}`), http.StatusBadRequest)
	wantStatus(t, e.Do(http.MethodPost, resource, nil, "{}"), http.StatusUnsupportedMediaType)
}

// TestMethods has what the events for GET and OPTIONS lack.
func TestMethods(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, unlimited())
	for _, method := range []string{"PUT", "PATCH", "DELETE", "post"} {
		got := e.Do(method, resource, jsonHeader, "{}")
		wantAnswer(t, got, http.StatusNotFound,
			`{"name":"NotFoundError","message":"This path does not answer `+method+` requests. Log in with POST."}`)
	}
	wantAnswer(t, e.Do("HEAD", resource, nil, ""), http.StatusNotFound, "")
	// The body parser looks at bodies before anyone looks at the method.
	wantStatus(t, e.Do("PUT", resource, jsonHeader, "{"), http.StatusBadRequest)
	wantStatus(t, e.Do("OPTIONS", resource, jsonHeader, strings.Repeat(" ", 102_401)), http.StatusRequestEntityTooLarge)
}
