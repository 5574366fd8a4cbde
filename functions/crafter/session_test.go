package crafter_test

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/crafter"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

const (
	validatePath = "/api/1/services/api/1/security/validate-session.json"
	logoutPath   = "/api/1/services/api/1/security/logout.json"
	getPath      = "/api/1/services/api/1/user/get.json"
	changePath   = "/api/1/services/api/1/user/change-password.json"

	noSession         = `{"message":"Unauthorized"}`
	invalidParameters = `{"message":"Invalid parameter(s)"}`
	faulty            = `{"message":"Internal server error"}`
)

// studio is all endpoints of the product on one store, with one clock.
type studio struct {
	*endpointtest.Endpoint // the login

	validate, logout, user, change *endpointtest.Endpoint
}

func newStudio(t testing.TB, settings map[string]string) studio {
	t.Helper()
	login := newEndpoint(t, settings)
	beside := func(constructor product.Constructor, resource string) *endpointtest.Endpoint {
		e := endpointtest.On(t, login.Store, constructor, resource, settings)
		e.Clock, e.Service.Clock = login.Clock, login.Clock.Now
		return e
	}
	return studio{
		login, beside(crafter.NewValidateSession, validatePath), beside(crafter.NewLogout, logoutPath),
		beside(crafter.NewUser, getPath), beside(crafter.NewChangePassword, changePath),
	}
}

// logIn logs admin in, with the headers of an earlier login if it has some, and returns the headers with the new cookie.
func (s studio) logIn(t testing.TB, earlier http.Header) http.Header {
	t.Helper()
	header := http.Header{"Cookie": earlier["Cookie"], "Content-Type": {"application/json"}}
	answer := s.Do(http.MethodPost, resource, header, right)
	if answer.Status != http.StatusOK {
		t.Fatalf("the login is answered %d %s", answer.Status, answer.Body)
	}
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	return http.Header{"Cookie": {cookie}, "Content-Type": {"application/json"}}
}

func (s studio) check(header http.Header) endpointtest.Answer {
	return s.validate.Do(http.MethodGet, validatePath, header, "")
}

func (s studio) get(header http.Header) endpointtest.Answer {
	return s.user.Do(http.MethodGet, getPath+"?username=admin", header, "")
}

func (s studio) setPassword(header http.Header, current, wanted string) endpointtest.Answer {
	body := `{"username":"admin","current":"` + current + `","new":"` + wanted + `"}`
	return s.change.Do(http.MethodPost, changePath, header, body)
}

// is checks status and body.
func is(t *testing.T, got endpointtest.Answer, status int, body string) {
	t.Helper()
	if got.Status != status || got.Body != body {
		t.Errorf("got %d %s, want %d %s", got.Status, got.Body, status, body)
	}
}

// TestStoredSession: the events show the cookie.
func TestStoredSession(t *testing.T) {
	t.Parallel()
	for minutes, idle := range map[string]time.Duration{"": time.Hour, "5": 5 * time.Minute} {
		e := newEndpoint(t, map[string]string{"CRAFTER_SESSION_MINUTES": minutes, "CRAFTER_SESSION_HOURS": "7"})
		cookie := post(e, "admin", "admin_secret").Header.Get("Set-Cookie")
		token, _, _ := strings.Cut(strings.TrimPrefix(cookie, "JSESSIONID="), ";")
		want := []session.Session{{
			Kind: session.Browser, Digest: directory.Digest(token), Product: "crafter", Realm: endpointtest.Realm, UserID: 1,
			Created: endpointtest.Start, Used: endpointtest.Start, Idle: idle, Ends: endpointtest.Start.Add(7 * time.Hour),
		}}
		if diff := cmp.Diff(want, e.Spy.Begun()); diff != "" {
			t.Errorf("%q minutes: stored session (-want +got):\n%s", minutes, diff)
		}
	}
}

// TestSecurity18PollingLetsTheSessionEnd: validate-session.json never counts as use, everything else does.
func TestSecurity18PollingLetsTheSessionEnd(t *testing.T) {
	t.Parallel()
	s := newStudio(t, off)
	header := s.logIn(t, nil)
	for range 59 {
		s.Clock.Advance(time.Minute)
		is(t, s.check(header), 200, ok)
	}
	s.Clock.Advance(time.Minute)
	is(t, s.check(header), 401, noSession)

	header = s.logIn(t, nil)
	for i := range 23 {
		s.Clock.Advance(59 * time.Minute)
		if got := s.get(header); got.Status != 200 {
			t.Fatalf("after %d uses: %d %s", i, got.Status, got.Body)
		}
	}
	s.Clock.Advance(59 * time.Minute)
	is(t, s.setPassword(header, "guess", "another secret"), 401, noSession) // a use too
	s.Clock.Advance(24*time.Hour - 24*59*time.Minute - time.Millisecond)
	is(t, s.check(header), 200, ok)
	s.Clock.Advance(time.Millisecond)
	is(t, s.check(header), 401, noSession)
}

// TestSecurity17LoginEndsTheSessionOfItsCookie: the first cookie of the name, as every other endpoint reads it.
func TestSecurity17LoginEndsTheSessionOfItsCookie(t *testing.T) {
	t.Parallel()
	s := newStudio(t, off)
	first, second := s.logIn(t, nil), s.logIn(t, nil)
	both := http.Header{"Cookie": {first.Get("Cookie") + "; " + second.Get("Cookie")}}
	third := s.logIn(t, both)
	is(t, s.check(first), 401, noSession)
	is(t, s.check(both), 401, noSession)
	is(t, s.check(second), 200, ok)
	is(t, s.check(third), 200, ok)
}

func TestCap(t *testing.T) {
	t.Parallel()
	s := newStudio(t, map[string]string{"CRAFTER_SESSION_CAP": "2"})
	var headers []http.Header
	for range 3 {
		headers = append(headers, s.logIn(t, nil))
		s.Clock.Advance(time.Second)
	}
	is(t, s.check(headers[0]), 401, noSession)
	is(t, s.check(headers[1]), 200, ok)
	is(t, s.check(headers[2]), 200, ok)
}

// TestSecurity19SameBytesWithoutASession: whatever a cookie is worth nothing for, the response is that to no cookie.
func TestSecurity19SameBytesWithoutASession(t *testing.T) {
	t.Parallel()
	s := newStudio(t, off)
	good, ended := s.logIn(t, nil).Get("Cookie"), s.logIn(t, nil)
	is(t, s.logout.Do(http.MethodPost, logoutPath, ended, ""), 200, ok)
	cookies := map[string]string{
		"none": "", "empty": "JSESSIONID=", "Tomcat's": "JSESSIONID=2E114725C82F3EE44ADC04B578A3BE8F", "forged": forged(good),
		"truncated": good[:len(good)-1], "longer": good + "0", "upper case": "JSESSIONID=" + strings.ToUpper(good[len("JSESSIONID="):]),
		"ended": ended.Get("Cookie"), "of another name": "X" + good, "in quotes": `JSESSIONID="` + good[len("JSESSIONID="):] + `"`,
	}
	now := s.Clock.Now()
	for name, change := range map[string]func(*session.Session){
		"another product's": func(s *session.Session) { s.Product = "unleash" },
		"another realm's":   func(s *session.Session) { s.Realm = "foreign" },
		"a bearer token":    func(s *session.Session) { s.Kind = session.Bearer },
		"an application's":  func(s *session.Session) { s.Application = 138 },
		"expired":           func(s *session.Session) { s.Ends = now },
		"idle":              func(s *session.Session) { s.Idle = time.Minute; s.Used = now.Add(-time.Hour) },
		"of another epoch":  func(s *session.Session) { s.Epoch++ },
	} {
		token := good[len("JSESSIONID="):][:16] + strings.Repeat("0", 40) + strconv.Itoa(10_000_000+len(cookies))
		begun := session.Session{
			Kind: session.Browser, Digest: directory.Digest(token), Product: "crafter", Realm: endpointtest.Realm, UserID: 1,
			Created: now, Used: now, Ends: now.Add(time.Hour), Epoch: s.Spy.Begun()[0].Epoch,
		}
		change(&begun)
		if err := s.Store.Begin(t.Context(), begun); err != nil {
			t.Fatal(err)
		}
		cookies[name] = "JSESSIONID=" + token
	}
	for endpoint, request := range map[string]func(http.Header) endpointtest.Answer{
		"validate": s.check, "user": s.get,
		"change": func(h http.Header) endpointtest.Answer { return s.setPassword(h, "admin_secret", "another secret") },
	} {
		without := request(nil)
		expectHeaders(t, without, false)
		is(t, without, 401, noSession)
		for name, cookie := range cookies {
			if diff := cmp.Diff(without, request(http.Header{"Cookie": {cookie}})); diff != "" {
				t.Errorf("%s: a session that is %s shows (-none +got):\n%s", endpoint, name, diff)
			}
		}
	}
	is(t, s.check(http.Header{"Cookie": {good}}), 200, ok)
}

func forged(cookie string) string {
	last := "0"
	if strings.HasSuffix(cookie, "0") {
		last = "1"
	}
	return cookie[:len(cookie)-1] + last
}

// TestSessionsCostOneRequest counts the calls of the store.
func TestSessionsCostOneRequest(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	header := s.logIn(t, nil)
	s.Clock.Advance(10 * time.Minute)
	for name, row := range map[string]struct {
		endpoint *endpointtest.Endpoint
		ask      func() endpointtest.Answer
		want     []string
	}{
		"check":                  {s.validate, func() endpointtest.Answer { return s.check(header) }, []string{"Find"}},
		"check without a cookie": {s.validate, func() endpointtest.Answer { return s.check(nil) }, nil},
		"user":                   {s.user, func() endpointtest.Answer { s.get(header); s.user.Spy.Calls(); return s.get(header) }, []string{"Find"}},
		"logout without a cookie": {
			s.logout, func() endpointtest.Answer { return s.logout.Do(http.MethodPost, logoutPath, nil, "") }, nil,
		},
		"wrong method": {s.user, func() endpointtest.Answer { return s.user.Do(http.MethodPut, getPath, header, "") }, nil},
	} {
		row.ask()
		if calls := row.endpoint.Spy.Calls(); !slices.Equal(calls, row.want) {
			t.Errorf("%s: store calls %v, want %v", name, calls, row.want)
		}
	}
	s.logout.Do(http.MethodPost, logoutPath, header, "")
	if calls, want := s.logout.Spy.Calls(), []string{"End"}; !slices.Equal(calls, want) {
		t.Errorf("logout: store calls %v, want %v", calls, want)
	}
}

// TestSecurity22SessionFaults: if the store fails, the response is a 500. It never reports a session as good or ended.
func TestSecurity22SessionFaults(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Find", "Slide", "End", "Count", "Load", "Accept", "SetPassword"} {
		s := newStudio(t, nil)
		header := s.logIn(t, nil)
		s.Clock.Advance(30 * time.Minute)
		for endpoint, ask := range map[*endpointtest.Endpoint]func() endpointtest.Answer{
			s.validate: func() endpointtest.Answer { return s.check(header) },
			s.user:     func() endpointtest.Answer { return s.get(header) },
			s.logout:   func() endpointtest.Answer { return s.logout.Do(http.MethodPost, logoutPath, header, "") },
			s.change:   func() endpointtest.Answer { return s.setPassword(header, "admin_secret", "another secret") },
		} {
			endpoint.Spy.Before = endpointtest.Failing(call, errors.New("table on fire"))
			if got := ask(); slices.Contains(endpoint.Spy.Calls(), call) {
				is(t, got, 500, faulty)
				if !strings.Contains(endpoint.Log.String(), "table on fire") {
					t.Errorf("the log does not say why %s failed:\n%s", call, endpoint.Log)
				}
			}
		}
	}
}
