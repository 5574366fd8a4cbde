package aisquare_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/functions/aisquare"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

const (
	noCredentials = `{"detail":"Authentication credentials were not provided."}`
	loggedOut     = `{"detail":"Logout successful"}`
	changed       = `{"detail":"Password changed successfully"}`
	notCorrect    = `{"old_password":["Old password is not correct"]}`
	janesProfile  = `{"id":2,"username":"jane.doe","first_name":"Jane","last_name":"Doe Smith","email":"jane.doe@example.com"}`
)

// site is all endpoints on one store and one clock.
type site struct {
	*endpointtest.Endpoint // the login
	views                  map[string]*endpointtest.Endpoint
}

func newSite(t testing.TB, settings map[string]string) site {
	t.Helper()
	s := site{endpointtest.New(t, aisquare.NewLogin, resource, settings), map[string]*endpointtest.Endpoint{}}
	for _, endpoint := range aisquare.Describe().Endpoints {
		view := endpointtest.On(t, s.Store, endpoint.New, endpoint.Path, settings)
		view.Service.Clock = s.Clock.Now
		s.views[endpoint.Path[strings.LastIndexByte(endpoint.Path, '/')+1:]] = view
	}
	s.Add(directory.Entry{
		ID: 2, Username: "jane.doe", Email: "jane.doe@example.com", Name: "Jane Doe Smith", Password: "SecurePass123!",
	})
	s.Add(directory.Entry{ID: 3, Username: "zoë", Password: "pässwörd"})
	return s
}

// browser is a client with cookies, a script with a token, or both.
type browser struct{ session, csrf, token string }

func (s site) login(body string) browser {
	answer := post(s.Endpoint, body)
	var b browser
	if _, token, found := strings.Cut(answer.Body, `"token":"`); found {
		b.token = strings.TrimSuffix(token, `"}`)
	}
	for _, cookie := range (&http.Response{Header: answer.Header}).Cookies() {
		switch cookie.Name {
		case "sessionid":
			b.session = cookie.Value
		case "csrftoken":
			b.csrf = cookie.Value
		}
	}
	return b
}

// header is what the site's own page sends.
func (b browser) header() http.Header {
	header := http.Header{}
	if b.session != "" {
		header.Set("Cookie", "csrftoken="+b.csrf+"; sessionid="+b.session)
		header.Set("X-CSRFToken", b.csrf)
	}
	if b.token != "" {
		header.Set("Authorization", "Token "+b.token)
	}
	return header
}

func (s site) profile(b browser) endpointtest.Answer {
	return s.views["profile"].Do(http.MethodGet, "/api/v1/iam/accounts/profile/", b.header(), "")
}

func (s site) logout(b browser, body string) endpointtest.Answer {
	return s.post("logout", b.header(), body)
}

// post sends JSON, unless the header has another type.
func (s site) post(view string, header http.Header, body string) endpointtest.Answer {
	if header.Get("Content-Type") == "" && body != "" {
		header.Set("Content-Type", "application/json")
	}
	return s.views[view].Do(http.MethodPost, "/api/v1/iam/accounts/"+view+"/", header, body)
}

// is compares status and body.
func is(t *testing.T, name string, got endpointtest.Answer, status int, body string) {
	t.Helper()
	if got.Status != status || got.Body != body {
		t.Errorf("%s:\n got %d %s\nwant %d %s", name, got.Status, got.Body, status, body)
	}
}

// clears reports whether the answer makes the browser forget its session.
func clears(got endpointtest.Answer) bool {
	return strings.Contains(strings.Join(got.Header.Values("Set-Cookie"), "\n"),
		"sessionid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Lax")
}
