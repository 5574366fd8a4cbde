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
	"gatehouse/shared/session"
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
		{"escapes", `{"login":"jane\u002edoe","p\u0061ssword":"SecurePass123!"}`, "jane.doe"},
		{"letters beyond ASCII", `{"login":"zoë","password":"p\u00e4sswörd"}`, "zoë"},
		{"the text True", `{"login":"True","password":"True"}`, "True"},
		{"a password of 4096 characters", `{"login":"long","password":"` + strings.Repeat("long", 1024) + `"}`, "long"},
	}
	for _, tt := range tests {
		want := `{"detail":"Login successful","login":"` + tt.login + `","password":"********"}`
		expect(t, tt.name, post(e, tt.body), 200, want)
	}
}

// TestEscapesInTheAnswer checks that < & > are not escaped, but JavaScript's line separators are.
func TestEscapesInTheAnswer(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	got := post(e, `{"login":"<&>\u2028\u2029 \"\\","password":"SecurePass123!"}`)
	expect(t, "login", got, 200, `{"detail":"Login successful","login":"<&>\u2028\u2029 \"\\","password":"********"}`)
}

// TestSecurity20Cookies: csrftoken comes first and is for scripts, sessionid is not; both count from the moment of the request.
func TestSecurity20Cookies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		settings map[string]string
		secure   bool
		maxAge   int
		expires  string
	}{
		{"defaults", nil, true, 1209600, "Fri, 16 Jan 2026 03:04:05 GMT"},
		{"http", map[string]string{"COOKIE_SECURE": "false"}, false, 1209600, "Fri, 16 Jan 2026 03:04:05 GMT"},
		{"one hour", map[string]string{"AISQUARE_SESSION_HOURS": "1"}, true, 3600, "Fri, 02 Jan 2026 04:04:05 GMT"},
	}
	for _, tt := range tests {
		e := newEndpoint(t, tt.settings)
		got := post(e, right)
		expect(t, tt.name, got, 200, janeIsIn)
		cookies := (&http.Response{Header: got.Header}).Cookies()
		sessions := e.Spy.Begun()
		if len(cookies) != 2 || len(sessions) != 1 {
			t.Fatalf("%s: %d cookies and %d sessions, want 2 and 1", tt.name, len(cookies), len(sessions))
		}
		want := []*http.Cookie{
			{Name: "csrftoken", MaxAge: 31449600, RawExpires: "Fri, 01 Jan 2027 03:04:05 GMT"},
			{Name: "sessionid", MaxAge: tt.maxAge, RawExpires: tt.expires, HttpOnly: true},
		}
		for i, each := range want {
			each.Path, each.Secure, each.SameSite = "/", tt.secure, http.SameSiteLaxMode
			each.Value, each.Raw, each.Expires = cookies[i].Value, cookies[i].Raw, cookies[i].Expires
			if len(each.Value) != 64 {
				t.Errorf("%s: %s has %d characters, want 64", tt.name, each.Name, len(each.Value))
			}
		}
		if diff := cmp.Diff(want, cookies); diff != "" {
			t.Errorf("%s: the cookies differ (-want +got):\n%s", tt.name, diff)
		}
		begun := sessions[0]
		if begun.Digest != directory.Digest(cookies[1].Value) || begun.Kind != session.Browser || begun.Product != "aisquare" {
			t.Errorf("%s: the session %+v is not the one of the cookie", tt.name, begun)
		}
		if lifetime := begun.Expires.Sub(endpointtest.Start); lifetime != time.Duration(tt.maxAge)*time.Second {
			t.Errorf("%s: the session lives %v, the cookie %d s", tt.name, lifetime, tt.maxAge)
		}
	}
}

func TestTokenMode(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"AISQUARE_RESPONSE": "token"})
	got := post(e, right)
	begun := e.Spy.Begun()
	if len(begun) != 1 {
		t.Fatalf("%d sessions begun, want 1; answer %d %s", len(begun), got.Status, got.Body)
	}
	prefix := strings.TrimSuffix(janeIsIn, "}") + `,"token":"`
	token, ok := strings.CutPrefix(strings.TrimSuffix(got.Body, `"}`), prefix)
	if got.Status != 200 || !ok || directory.Digest(token) != begun[0].Digest {
		t.Errorf("got %d %s, want 200 %s<the session's token>\"}", got.Status, got.Body, prefix)
	}
	for name, answer := range map[string]endpointtest.Answer{"accepted": got, "refused": post(e, wrong)} {
		if diff := cmp.Diff(viewHeader("Accept"), answer.Header); diff != "" {
			t.Errorf("%s: the headers differ (-want +got):\n%s", name, diff)
		}
	}
}

// TestTokenAndCookies: each is a session of its own, so that a script which reads the body does not learn the cookie.
func TestTokenAndCookies(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"AISQUARE_RESPONSE": "both"})
	got := post(e, right)
	begun := e.Spy.Begun()
	cookies := (&http.Response{Header: got.Header}).Cookies()
	if got.Status != 200 || len(begun) != 2 || len(cookies) != 2 {
		t.Fatalf("got %d %s with the cookies %v and %d sessions, want 200 with two of each", got.Status, got.Body, cookies, len(begun))
	}
	prefix := strings.TrimSuffix(janeIsIn, "}") + `,"token":"`
	token, found := strings.CutPrefix(strings.TrimSuffix(got.Body, `"}`), prefix)
	if !found || directory.Digest(token) != begun[0].Digest {
		t.Errorf("got %s, want %s<the first session's token>\"}", got.Body, prefix)
	}
	if cookie := cookies[1]; cookie.Name != "sessionid" || directory.Digest(cookie.Value) != begun[1].Digest || cookie.Value == token {
		t.Errorf("the second cookie is %s, want sessionid with the second session's token", cookie.Name)
	}
	if vary := post(e, wrong).Header.Get("Vary"); vary != "Accept, Cookie" {
		t.Errorf("Vary is %q, want the server's with sessions", vary)
	}
}
