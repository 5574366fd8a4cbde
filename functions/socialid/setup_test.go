package socialid_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"gatehouse/functions/socialid"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

const (
	resource = "/v1/marketing/login/users/login"
	root     = "https://api.socialidnow.com/v1/marketing/login"

	john      = `{"username":"john_doe","password":"john_doe_secret"}`
	johnWrong = `{"username":"john_doe","password":"guess"}`

	unauthorized = `{"error":"unauthorized","error_description":"The authentication is wrong."}`
	notFound     = `{"error":"not_found","error_description":"The email_address or username was not found for this login app."}`
	tooMany      = `{"error":"too_many_requests","error_description":"Too many requests. Try again later."}`
)

// Applications beside the document's.
const (
	strictID  = 139 // locks after 3 failures for 5 minutes; the same users as the document's
	foreignID = 140 // of the realm "foreign"
	theSecret = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"

	foreignSecret = "7d793037a0760186574b0282f2f435e77d793037a0760186574b0282f2f435e7"
)

var off = map[string]string{"ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "0"}

// newEndpoint is the login with the document's application and user, and others that the tests know. URLs begin as in the
// document.
func newEndpoint(t testing.TB, settings map[string]string) *endpointtest.Endpoint {
	t.Helper()
	all := map[string]string{"PUBLIC_URL": "https://api.socialidnow.com"}
	maps.Copy(all, settings)
	e := endpointtest.New(t, socialid.NewLogin, resource, all)
	for _, app := range []directory.Application{
		{ID: documentedApplication.ID, Realm: endpointtest.Realm, SecretDigest: directory.Digest(documentedApplication.Secret)},
		{
			ID: strictID, Realm: endpointtest.Realm, SecretDigest: directory.Digest(theSecret),
			AttemptLimit: 3, LockoutMinutes: 5,
		},
		{ID: foreignID, Realm: "foreign", SecretDigest: directory.Digest(foreignSecret)},
	} {
		app.CreatedAt = endpointtest.Start
		if err := e.Store.AddApplication(t.Context(), app); err != nil {
			t.Fatal(err)
		}
	}
	no := false
	e.Add(directory.Entry{ID: 341, Username: "john_doe", Email: "john_doe@domain.com", Password: "john_doe_secret"})
	e.Add(directory.Entry{ID: 2, Username: "jane", Email: "jane@domain.com", Password: "jane_secret"})
	e.Add(directory.Entry{ID: 3, Username: "zoé", Password: "pässwörd"})
	e.Add(directory.Entry{Username: "inactive", Password: "right", Active: &no})
	e.Add(directory.Entry{Username: "passwordless"})
	return e
}

// documentedApplication is the application of the document's examples.
var documentedApplication = socialid.Describe().Login.Application

func basic(id int64, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(strconv.FormatInt(id, 10)+":"+secret))
}

// header is what the document's curl commands send.
func header(id int64, secret string) http.Header {
	return http.Header{"Content-Type": {"application/json"}, "Authorization": {basic(id, secret)}}
}

var (
	documented = header(documentedApplication.ID, documentedApplication.Secret)
	strict     = header(strictID, theSecret)
)

// logIn sends a login of the document's application.
func logIn(e *endpointtest.Endpoint, body string) endpointtest.Answer {
	return e.Do(http.MethodPost, resource, documented, body)
}

// from sends a login from an address.
func from(e *endpointtest.Endpoint, address string, header http.Header, body string) endpointtest.Answer {
	event := e.Event(http.MethodPost, resource, header, body)
	event.RequestContext.Identity.SourceIP = address
	return e.Send(event)
}

func forbidden(code, text string) string {
	return `{"error":"forbidden","error_description":"` + text + `","errors":[{"attribute":"base","message":"` + text +
		`","code":"` + code + `"}]}`
}

var (
	inactive = forbidden("active", "The user was manually deactivated.")
	locked   = forbidden("locked", "The user is locked due to too many login attempts with an incorrect password.")
	wrong    = forbidden("invalid_password", "The combination of username/password or email/password is incorrect.")
)

// created is the document's 201 for its user.
var created = regexp.MustCompile(`^\{"connection":"` + regexp.QuoteMeta(root) + `/connections/([0-9a-f]{64})",` +
	`"connection_id":"([0-9a-f]{64})","login_token":"([0-9a-f]{64})","user_id":(\d+)\}$`)

// expect checks the status and body of a failure, or that a login came through; and the content type of both.
func expect(t *testing.T, got endpointtest.Answer, status int, body string) {
	t.Helper()
	if got.Status != status || status != http.StatusCreated && got.Body != body {
		t.Errorf("got %d %s, want %d %s", got.Status, got.Body, status, body)
	}
	if status == http.StatusCreated && !created.MatchString(got.Body) {
		t.Errorf("a login is answered %s", got.Body)
	}
	for name, want := range map[string]string{"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"} {
		if values := got.Header.Values(name); !slices.Equal(values, []string{want}) {
			t.Errorf("header %s: got %q, want %q", name, values, want)
		}
	}
}
