package unleash_test

import (
	"net/http"
	"testing"

	"gatehouse/shared/directory"
)

// TestSecurity19LogoutEndsAllSessions of the user, and of nobody else.
func TestSecurity19LogoutEndsAllSessions(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Add(directory.Entry{Username: "alice", Password: "right"})
	s.Add(directory.Entry{Username: "bob", Password: "right"})
	first, second := s.in(t, "right"), s.in(t, "right")
	cookie, err := http.ParseSetCookie(logIn(s.Endpoint, "bob", "right").Header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, s.logout.Do("POST", logoutPath, first, "{"), http.StatusBadRequest)
	for _, method := range []string{"GET", "PUT", "DELETE", "HEAD"} {
		wantStatus(t, s.logout.Do(method, logoutPath, first, ""), http.StatusNotFound)
	}
	wantAnswer(t, s.logout.Do("OPTIONS", logoutPath, first, ""), http.StatusOK, "POST")
	s.wantLive(t, "before", true, first, second, with(cookie.Value))
	wantStatus(t, s.logout.Do("POST", logoutPath, first, "[1]"), http.StatusFound)
	s.wantLive(t, "after the logout", false, first, second)
	s.wantLive(t, "another user", true, with(cookie.Value))
	wantStatus(t, s.logout.Do("POST", logoutPath, first, ""), http.StatusUnauthorized)
}

// TestRedirects: the form of the redirect is the one that the client prefers, as npm's negotiator decides.
func TestRedirects(t *testing.T) {
	t.Parallel()
	const none = "application/json" // what API Gateway adds where there is no Content-Type
	for accept, want := range map[string]string{
		"*/*":                               "text/plain; charset=utf-8",
		"text/html":                         "text/html; charset=utf-8",
		"text/html, */*;q=0.8":              "text/html; charset=utf-8",
		"text/*;q=0.5, text/html;q=0.4":     "text/plain; charset=utf-8",
		"text/html;q=0.5, text/plain;q=0.5": "text/html; charset=utf-8",
		"*/*, text/html":                    "text/html; charset=utf-8",
		"text/html;level=1":                 none,
		"text/html;q=0, text/plain;q=none":  none,
		"application/json":                  none,
		"application/json, */*;q=0.1":       "text/plain; charset=utf-8",
		"image/png, TEXT/HTML":              "text/html; charset=utf-8",
		"":                                  none,
	} {
		s := newSite(t, nil)
		s.Add(directory.Entry{Username: "alice", Password: "right"})
		header := s.in(t, "right")
		header.Set("Accept", accept)
		got := s.logout.Do("POST", logoutPath, header, "")
		if got.Status != http.StatusFound || got.Header.Get("Content-Type") != want || (want == none) != (got.Body == "") {
			t.Errorf("Accept %q: %d, %q with the type %q, want %q", accept, got.Status, got.Body, got.Header.Get("Content-Type"), want)
		}
	}
}
