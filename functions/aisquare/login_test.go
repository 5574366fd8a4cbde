package aisquare_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/aisquare"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/test/endpointtest"
)

const (
	resource = "/api/v1/iam/accounts/login" // as in the template
	path     = resource + "/"               // as clients call it

	invalid     = `{"detail":"Login or password invalid."}`
	serverError = `{"detail":"A server error occurred."}`
	right       = `{"login":"jane.doe","password":"SecurePass123!"}`
	wrong       = `{"login":"jane.doe","password":"guess"}`
	janeIsIn    = `{"detail":"Login successful","login":"jane.doe","password":"********"}`
)

var (
	asJSON = http.Header{"Content-Type": {"application/json"}}
	off    = map[string]string{"ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "0"}
)

// newEndpoint is the login with the users that the tests know.
func newEndpoint(t testing.TB, settings map[string]string) *endpointtest.Endpoint {
	t.Helper()
	e := endpointtest.New(t, aisquare.NewLogin, resource, settings)
	for _, user := range []directory.Entry{
		{Username: "jane.doe", Email: "jane.doe@example.com", Password: "SecurePass123!"},
		{Username: "zoë", Email: "zoe@example.com", Password: "pässwörd"},
		{Username: "True", Password: "True"},
		{Username: "<&>\u2028\u2029 \"\\", Password: "SecurePass123!"},
		{Username: "long", Password: strings.Repeat("long", 1024)},
		{Username: "unusable", PasswordHash: "!cqkP6WbJ3Yt0"},
	} {
		e.Add(user)
	}
	return e
}

func post(e *endpointtest.Endpoint, body string) endpointtest.Answer {
	return e.Do(http.MethodPost, path, asJSON, body)
}

// expect checks status and body, that only a login sets cookies, and every other header an answer of the view must have.
func expect(t *testing.T, name string, got endpointtest.Answer, status int, body string) {
	t.Helper()
	if got.Status != status || got.Body != body {
		t.Errorf("%s:\n got %d %s\nwant %d %s", name, got.Status, got.Body, status, body)
	}
	header := got.Header.Clone()
	_, set := header["Set-Cookie"]
	if login := status == http.StatusOK && strings.Contains(body, "successful"); set != login {
		t.Errorf("%s: cookies are set: %t, want %t", name, set, login)
	}
	header.Del("Set-Cookie")
	header.Del("Retry-After")
	vary := "Accept, Cookie"
	if status == http.StatusNotFound || status == http.StatusNotAcceptable {
		vary = "Accept"
	}
	want := viewHeader(vary)
	if diff := cmp.Diff(want, header); diff != "" {
		t.Errorf("%s: the headers differ (-want +got):\n%s", name, diff)
	}
}

// viewHeader returns the headers of every response: the real server's and the gateway's.
func viewHeader(vary string) http.Header {
	header := http.Header{
		"Content-Type":               {"application/json"},
		"Vary":                       {vary},
		"Allow":                      {"POST, OPTIONS"},
		"X-Frame-Options":            {"DENY"},
		"Referrer-Policy":            {"same-origin"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
	}
	gateway.Protect(header, false)
	return header
}

// TestRecorded replays what was recorded with the real server.
func TestRecorded(t *testing.T) {
	t.Parallel()
	e := endpointtest.New(t, aisquare.NewLogin, resource, off)
	e.Import("testdata/users.jsonl")
	endpointtest.Replay(t, e, "testdata/cases.jsonl")
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	tests := []struct{ name, body, login string }{
		{"both fields are trimmed", `{"login":" \u001cjane.doe\t\u3000","password":"\u0085SecurePass123!\u001f "}`, "jane.doe"},
		{"unknown keys", `{"login":"jane.doe","password":"SecurePass123!","username":"x","y":[true,"\ud800",{}]}`, "jane.doe"},
		{"letters beyond ASCII", `{"login":"zoë","password":"p\u00e4sswörd"}`, "zoë"},
	}
	for _, tt := range tests {
		want := `{"detail":"Login successful","login":"` + tt.login + `","password":"********"}`
		expect(t, tt.name, post(e, tt.body), 200, want)
	}
}

// TestTokens: each place that a token goes to has a session of its own, so that a script which reads the body does not learn
// the cookie. The events show the cookies' attributes.
func TestTokens(t *testing.T) {
	t.Parallel()
	for response, want := range map[string]struct {
		body, cookie bool
		vary         string
	}{"session": {false, true, "Accept, Cookie"}, "token": {true, false, "Accept"}, "both": {true, true, "Accept, Cookie"}} {
		e := newEndpoint(t, map[string]string{"AISQUARE_RESPONSE": response, "AISQUARE_SESSION_HOURS": "1"})
		got := post(e, right)
		var digests []string
		if _, token, found := strings.Cut(got.Body, `"token":"`); found {
			digests = append(digests, directory.Digest(strings.TrimSuffix(token, `"}`)))
		}
		cookies := (&http.Response{Header: got.Header}).Cookies()
		if len(cookies) == 2 && cookies[1].Name == "sessionid" && cookies[1].MaxAge == 3600 {
			digests = append(digests, directory.Digest(cookies[1].Value))
		}
		var begun []string
		for _, session := range e.Spy.Begun() {
			begun = append(begun, session.Digest)
			if lifetime := session.Expires().Sub(endpointtest.Start); lifetime != time.Hour {
				t.Errorf("%s: the session lives %v, want an hour", response, lifetime)
			}
		}
		if diff := cmp.Diff(begun, digests); diff != "" {
			t.Errorf("%s: the sessions differ from the tokens (-sessions +tokens):\n%s", response, diff)
		}
		if inBody := strings.Contains(got.Body, "token"); inBody != want.body || (len(cookies) == 2) != want.cookie {
			t.Errorf("%s: got %d %s with cookies %v", response, got.Status, got.Body, cookies)
		}
		for _, answer := range []endpointtest.Answer{got, post(e, wrong)} {
			answer.Header.Del("Set-Cookie")
			if diff := cmp.Diff(viewHeader(want.vary), answer.Header); diff != "" {
				t.Errorf("%s: the headers differ (-want +got):\n%s", response, diff)
			}
		}
	}
}
