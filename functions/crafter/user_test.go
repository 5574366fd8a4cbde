package crafter_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/functions/crafter"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/test/endpointtest"
)

func TestUser(t *testing.T) {
	t.Parallel()
	s := newStudio(t, map[string]string{"PUBLIC_URL": "https://cms.example.com/studio"})
	header := s.logIn(t, nil)
	const admin = `{"username":"admin","first_name":"","last_name":"","email":"admin@example.com","externally_managed":"false","sites":[]}`
	got := s.get(header)
	expectHeaders(t, got, false)
	is(t, got, 200, admin)
	if want := "https://cms.example.com/studio" + getPath + "?username=admin"; got.Header.Get("Location") != want {
		t.Errorf("Location is %q, want %q", got.Header.Get("Location"), want)
	}
	for query, want := range map[string]struct {
		status int
		body   string
	}{
		"":                           {400, invalidParameters},
		"?username=":                 {400, invalidParameters},
		"?user=admin":                {400, invalidParameters},
		"?username=Admin":            {401, noSession},
		"?username=zo%C3%A9":         {401, noSession}, // another user
		"?username=nobody":           {401, noSession}, // no user
		"?username=x&username=admin": {200, admin},
	} {
		is(t, s.user.Do(http.MethodGet, getPath+query, header, ""), want.status, want.body)
	}
}

// TestUserIsReadAfresh: the session holds nothing of the user.
func TestUserIsReadAfresh(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	user := s.Add(directory.Entry{ID: 7, Username: "jane & co", Name: "Jane Mary Doe", Email: "jane@example.com", Password: "right"})
	answer := post(s.Endpoint, "jane & co", "right")
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	ask := func() endpointtest.Answer {
		return s.user.Do(http.MethodGet, getPath+"?username=jane+%26+co", http.Header{"Cookie": {cookie}}, "")
	}
	got := ask()
	is(t, got, 200, `{"username":"jane & co","first_name":"Jane","last_name":"Mary Doe","email":"jane@example.com",`+
		`"externally_managed":"false","sites":[]}`)
	if location := got.Header.Get("Location"); !strings.HasSuffix(location, "?username=jane+%26+co") {
		t.Errorf("Location is %q", location)
	}
	changed := user
	changed.Email = "jane@example.org"
	if err := s.Store.ReplaceUser(t.Context(), user, changed); err != nil {
		t.Fatal(err)
	}
	if got := ask(); !strings.Contains(got.Body, "jane@example.org") {
		t.Errorf("after a change: %d %s", got.Status, got.Body)
	}
}

func TestSessionMethods(t *testing.T) {
	t.Parallel()
	s, postOnly := newStudio(t, off), newStudio(t, map[string]string{"CRAFTER_ALLOW_GET": "false"})
	header := s.logIn(t, nil)
	const body = `{"message":"Method Not Allowed"}`
	for _, row := range []struct {
		endpoint            *endpointtest.Endpoint
		method, path, allow string
	}{
		{s.validate, http.MethodPost, validatePath, "GET"},
		{s.validate, http.MethodHead, validatePath, "GET"},
		{s.user, http.MethodPost, getPath, "GET"},
		{s.change, http.MethodGet, changePath, "POST"},
		{s.logout, http.MethodPut, logoutPath, "GET, POST"},
		{postOnly.logout, http.MethodGet, logoutPath, "POST"},
	} {
		got := row.endpoint.Do(row.method, row.path, header, "")
		want := body
		if row.method == http.MethodHead {
			want = ""
		}
		is(t, got, 405, want)
		if allow := got.Header.Get("Allow"); allow != row.allow {
			t.Errorf("%s %s: Allow is %q, want %q", row.method, row.path, allow, row.allow)
		}
	}
	is(t, s.check(header), 200, ok)
	is(t, s.logout.Do(http.MethodGet, logoutPath, header, ""), 200, ok)
	is(t, s.check(header), 401, noSession)
}

// TestSecurity19LogoutEndsTheSession: this one and no other; a second logout is answered alike.
func TestSecurity19LogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	header, other := s.logIn(t, nil), s.logIn(t, nil)
	for range 2 {
		got := s.logout.Do(http.MethodPost, logoutPath, header, "{}")
		expect(t, got, 200, ok)
		const cleared = "JSESSIONID=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
		if cookie := got.Header.Get("Set-Cookie"); cookie != cleared {
			t.Errorf("the logout sets %q, want %q", cookie, cleared)
		}
		is(t, s.check(header), 401, noSession)
		is(t, s.get(header), 401, noSession)
	}
	is(t, s.check(other), 200, ok)
}

// TestSecurity30ChangePassword: the caller's session lives on, all others end, and only the new password logs in.
func TestSecurity30ChangePassword(t *testing.T) {
	t.Parallel()
	s := newStudio(t, map[string]string{"PUBLIC_URL": "https://cms.example.com"})
	header, other := s.logIn(t, nil), s.logIn(t, nil)
	got := s.setPassword(header, "admin_secret", "another secret")
	expectHeaders(t, got, false)
	is(t, got, 200, ok)
	if want := "https://cms.example.com" + getPath + "?username=admin"; got.Header.Get("Location") != want {
		t.Errorf("Location is %q, want %q", got.Header.Get("Location"), want)
	}
	is(t, s.check(header), 200, ok)
	is(t, s.check(other), 401, noSession)
	is(t, post(s.Endpoint, "admin", "admin_secret"), 401, badCredentials)
	is(t, post(s.Endpoint, "admin", "another secret"), 200, ok)
}

// TestSecurity30WrongOldPasswordsCount: with the right one or not, a locked account answers as a wrong password, and changes
// nothing.
func TestSecurity30WrongOldPasswordsCount(t *testing.T) {
	t.Parallel()
	s := newStudio(t, map[string]string{"ATTEMPT_LIMIT": "2"})
	header := s.logIn(t, nil)
	for range 2 {
		is(t, s.setPassword(header, "guess", "another secret"), 401, noSession)
	}
	is(t, s.setPassword(header, "admin_secret", "another secret"), 401, noSession)
	is(t, post(s.Endpoint, "admin", "admin_secret"), 401, badCredentials) // locked here too
	is(t, s.check(header), 200, ok)
}

func TestChangePasswordRefuses(t *testing.T) {
	t.Parallel()
	s := newStudio(t, nil)
	header := s.logIn(t, nil)
	const large = gateway.MaxBody + 1
	for name, row := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"empty":             {"", 400, invalidParameters},
		"not an object":     {`["admin"]`, 400, invalidParameters},
		"no user name":      {`{"current":"admin_secret","new":"another secret"}`, 400, invalidParameters},
		"no old password":   {`{"username":"admin","new":"another secret"}`, 400, invalidParameters},
		"no new password":   {`{"username":"admin","current":"admin_secret"}`, 400, invalidParameters},
		"a number":          {`{"username":"admin","current":"admin_secret","new":12345678}`, 400, invalidParameters},
		"not UTF-8":         {"{\"username\":\"admin\",\"current\":\"admin_secret\",\"new\":\"another \xff secret\"}", 400, invalidParameters},
		"a lone surrogate":  {`{"username":"admin","current":"admin_secret","new":"another \ud800 secret"}`, 400, invalidParameters},
		"too short":         {`{"username":"admin","current":"admin_secret","new":"secret7"}`, 400, invalidParameters},
		"common":            {`{"username":"admin","current":"admin_secret","new":"password1"}`, 400, invalidParameters},
		"the product":       {`{"username":"admin","current":"admin_secret","new":"CrafterCMS Studio"}`, 400, invalidParameters},
		"another user":      {`{"username":"zoé","current":"pässwörd","new":"another secret"}`, 401, noSession},
		"no user":           {`{"username":"nobody","current":"x","new":"another secret"}`, 401, noSession},
		"a body too large":  {strings.Repeat(" ", large), 413, `{"message":"Payload Too Large"}`},
		"wrong and invalid": {`{"username":"admin","current":"guess","new":"secret7"}`, 400, invalidParameters},
	} {
		t.Run(name, func(t *testing.T) {
			is(t, s.change.Do(http.MethodPost, changePath, header, row.body), row.status, row.want)
		})
	}
	for _, call := range s.change.Spy.Calls() {
		if call != "Count" && call != "Find" {
			t.Errorf("a request that is refused by its form reaches the store: %s", call)
		}
	}
	is(t, post(s.Endpoint, "admin", "admin_secret"), 200, ok)
}

// TestChangePasswordIsThrottled: it verifies a password, so it counts against the address before anything else is looked at.
func TestChangePasswordIsThrottled(t *testing.T) {
	t.Parallel()
	e := endpointtest.New(t, crafter.NewChangePassword, changePath, map[string]string{"SOURCE_LIMIT": "1"})
	is(t, e.Do(http.MethodPost, changePath, nil, ""), 401, noSession)
	got := e.Do(http.MethodPost, changePath, nil, "")
	is(t, got, 429, `{"message":"Too Many Requests"}`)
	if after := got.Header.Get("Retry-After"); after != "55" { // the clock stands at 03:04:05.678
		t.Errorf("Retry-After is %q, want 55", after)
	}
}
