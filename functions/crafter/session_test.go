package crafter_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/functionstest"
	"gatehouse/shared/session"
)

func TestSession(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		settings map[string]string
		lifetime time.Duration
		cookie   string // after the token
	}{
		{"default", nil, time.Hour, "; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{
			"over plain http, for five minutes", map[string]string{"COOKIE_SECURE": "false", "CRAFTER_SESSION_MINUTES": "5"},
			5 * time.Minute, "; Path=/; HttpOnly; SameSite=Lax",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, tt.settings)
			store := &tracedStore{Store: e.Service.Store}
			e.Service.Store = store
			cookie := post(e, "admin", "admin_secret").Header.Get("Set-Cookie")
			token, rest, _ := strings.Cut(strings.TrimPrefix(cookie, "JSESSIONID="), ";")
			if len(token) != 64 || ";"+rest != tt.cookie {
				t.Errorf("cookie: got %q, want JSESSIONID, 64 characters and %q", cookie, tt.cookie)
			}
			want := []session.Session{{
				Kind: session.Browser, Digest: session.Digest(token), Product: "crafter", Realm: functionstest.Realm, UserID: 1,
				Created: functionstest.Start, Expires: functionstest.Start.Add(tt.lifetime),
			}}
			if diff := cmp.Diff(want, store.begun); diff != "" {
				t.Errorf("stored session (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFixation plants a session id: the login must not take it up.
func TestFixation(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	planted := strings.Repeat("a", 64)
	header := http.Header{"Content-Type": {"application/json"}, "Cookie": {"JSESSIONID=" + planted}}
	body := `{"username":"admin","password":"admin_secret"}`
	first, second := e.Do(http.MethodPost, resource, header, body), e.Do(http.MethodPost, resource, header, body)
	expect(t, first, 200, ok)
	if strings.Contains(first.Header.Get("Set-Cookie"), planted) {
		t.Error("the login took up the session id that the request brought")
	}
	if first.Header.Get("Set-Cookie") == second.Header.Get("Set-Cookie") {
		t.Error("two logins gave the same session")
	}
}
