package unleash_test

import (
	"net/http"
	"regexp"
	"testing"

	"gatehouse/functions/unleash"
	"gatehouse/shared/product"
	"gatehouse/shared/test/endpointtest"
)

const (
	userPath   = "/api/admin/user"
	logoutPath = "/logout"
	changePath = "/api/admin/user/change-password"
)

// site is the endpoints of Unleash on one store and one clock.
type site struct {
	*endpointtest.Endpoint // the login

	user, logout, change *endpointtest.Endpoint
}

func newSite(t testing.TB, settings map[string]string) *site {
	t.Helper()
	login := newEndpoint(t, settings)
	other := func(constructor product.Constructor, path string) *endpointtest.Endpoint {
		e := endpointtest.On(t, login.Store, constructor, path, settings)
		e.Service.Clock = login.Clock.Now
		return e
	}
	return &site{
		login, other(unleash.NewUser, userPath), other(unleash.NewLogout, logoutPath), other(unleash.NewChangePassword, changePath),
	}
}

// in logs alice in and returns her cookie.
func (s *site) in(t testing.TB, password string) http.Header {
	t.Helper()
	answer := logIn(s.Endpoint, "alice", password)
	cookie, err := http.ParseSetCookie(answer.Header.Get("Set-Cookie"))
	if err != nil {
		t.Fatalf("%d %s: %v", answer.Status, answer.Body, err)
	}
	return with(cookie.Value)
}

// with returns the header of a request with a session's cookie.
func with(token string) http.Header {
	return http.Header{"Cookie": {"unleash-session=" + token}, "Content-Type": {"application/json"}}
}

// me asks who is logged in.
func (s *site) me(header http.Header) endpointtest.Answer {
	return s.user.Do("GET", userPath, header, "")
}

// wantLive checks which of the sessions are live.
func (s *site) wantLive(t *testing.T, when string, want bool, headers ...http.Header) {
	t.Helper()
	for i, header := range headers {
		answer := s.me(header)
		if live := answer.Status == http.StatusOK; live != want || !live && answer.Status != http.StatusUnauthorized {
			t.Errorf("%s: session %d: %d %s, want it live: %t", when, i, answer.Status, answer.Body, want)
		}
	}
}

var uuidText = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
