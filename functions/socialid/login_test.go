package socialid_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

// TestSignIn sends the document's first example and looks at everything that comes of it.
func TestSignIn(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOCIALID_CONNECTION_HOURS": "2", "SOCIALID_LOGIN_TOKEN_MINUTES": "7"})
	got := logIn(e, john)
	expect(t, got, 201, "")
	parts := created.FindStringSubmatch(got.Body)
	if parts == nil || parts[1] != parts[2] || parts[2] == parts[3] || parts[4] != "341" {
		t.Fatalf("body %s; want one connection, another token, and user 341", got.Body)
	}
	id, ok := strings.CutPrefix(got.Header.Get("Location"), root+"/sign_ins/")
	signIn, err := strconv.ParseInt(id, 10, 64)
	if !ok || err != nil || signIn < 1 || signIn >= 1<<53 {
		t.Errorf("Location %q; want %s/sign_ins/ and a number below 2^53", got.Header.Get("Location"), root)
	}
	if status := got.Header.Get("Status"); status != "201" {
		t.Errorf("header Status is %q, want 201", status)
	}
	begun := session.Session{
		Product: "socialid", Realm: endpointtest.Realm, UserID: 341, Application: documentedApplication.ID,
		Created: endpointtest.Start, Used: endpointtest.Start,
	}
	connection, token, record := begun, begun, begun
	connection.Kind, connection.Digest = session.Connection, directory.Digest(parts[2])
	token.Kind, token.Digest = session.LoginToken, directory.Digest(parts[3])
	record.Kind, record.ID = session.SignIn, signIn
	connection.Ends = endpointtest.Start.Add(2 * time.Hour)
	token.Ends = endpointtest.Start.Add(7 * time.Minute)
	record.Ends = connection.Ends
	kept := cmpopts.IgnoreFields(session.Session{}, "Data") // sealed, see TestSecurity16TokensAreSealed
	if diff := cmp.Diff([]session.Session{connection, token, record}, e.Spy.Begun(), kept); diff != "" {
		t.Errorf("stored sessions (-want +got):\n%s", diff)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name               string
		times              int // how often the attempt is made before
		limit              string
		username, password string
		status             int
		body               string
	}{
		{"no limit", 5, "0", "john_doe", "guess", 403, wrong},
		{"other letter case", 0, "3", "John_Doe", "john_doe_secret", 404, notFound},
		{"inactive and locked", 3, "3", "inactive", "guess", 403, inactive},
		{"no password, too often", 3, "3", "passwordless", "guess", 403, locked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, map[string]string{"ATTEMPT_LIMIT": tt.limit})
			body := `{"username":"` + tt.username + `","password":"` + tt.password + `"}`
			for range tt.times {
				logIn(e, body)
			}
			expect(t, logIn(e, body), tt.status, tt.body)
		})
	}
}

// TestOrder sends requests with several problems: the response is to the first in the documented order.
func TestOrder(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", gateway.MaxBody+1)
	wrongApp := header(documentedApplication.ID, "guess")
	cross := header(documentedApplication.ID, "guess")
	cross.Set("Sec-Fetch-Site", "cross-site")
	const (
		badMethod = `{"error":"method_not_allowed","error_description":"The method is not allowed for this resource."}`
		tooLarge  = `{"error":"payload_too_large","error_description":"The request body is too large."}`
		crossSite = `{"error":"forbidden","error_description":"Cross-site login refused."}`
	)
	tests := []struct {
		name, method string
		header       http.Header
		body         string
		status       int
		want         string
	}{
		{"another site's page before authentication", http.MethodGet, cross, large, 403, crossSite},
		{"authentication before the method", http.MethodGet, wrongApp, large, 401, unauthorized},
		{"authentication before the body", http.MethodPost, wrongApp, "{", 401, unauthorized},
		{"method before the size", http.MethodPut, documented, large, 405, badMethod},
		{"size before the body", http.MethodPost, documented, large, 413, tooLarge},
		{"OPTIONS that is no preflight", http.MethodOptions, documented, "", 405, badMethod},
		{"HEAD", http.MethodHead, documented, "", 405, ""},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := e.Do(tt.method, resource, tt.header, tt.body)
			expect(t, got, tt.status, tt.want)
			if allow := got.Header.Get("Allow"); (allow == "POST") != (tt.status == http.StatusMethodNotAllowed) {
				t.Errorf("Allow is %q with status %d", allow, tt.status)
			}
		})
	}
}
