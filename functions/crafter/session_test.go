package crafter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

func TestSecurity20SessionCookie(t *testing.T) {
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
			cookie := post(e, "admin", "admin_secret").Header.Get("Set-Cookie")
			token, rest, _ := strings.Cut(strings.TrimPrefix(cookie, "JSESSIONID="), ";")
			if len(token) != 64 || ";"+rest != tt.cookie {
				t.Errorf("cookie: got %q, want JSESSIONID, 64 characters and %q", cookie, tt.cookie)
			}
			want := []session.Session{{
				Kind: session.Browser, Digest: directory.Digest(token), Product: "crafter", Realm: endpointtest.Realm, UserID: 1,
				Created: endpointtest.Start, Expires: endpointtest.Start.Add(tt.lifetime),
			}}
			if diff := cmp.Diff(want, e.Spy.Begun()); diff != "" {
				t.Errorf("stored session (-want +got):\n%s", diff)
			}
		})
	}
}
