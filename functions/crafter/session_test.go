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

// TestStoredSession: the events show the cookie.
func TestStoredSession(t *testing.T) {
	t.Parallel()
	for minutes, lifetime := range map[string]time.Duration{"": time.Hour, "5": 5 * time.Minute} {
		e := newEndpoint(t, map[string]string{"CRAFTER_SESSION_MINUTES": minutes})
		cookie := post(e, "admin", "admin_secret").Header.Get("Set-Cookie")
		token, _, _ := strings.Cut(strings.TrimPrefix(cookie, "JSESSIONID="), ";")
		want := []session.Session{{
			Kind: session.Browser, Digest: directory.Digest(token), Product: "crafter", Realm: endpointtest.Realm, UserID: 1,
			Created: endpointtest.Start, Used: endpointtest.Start, Ends: endpointtest.Start.Add(lifetime),
		}}
		if diff := cmp.Diff(want, e.Spy.Begun()); diff != "" {
			t.Errorf("%q minutes: stored session (-want +got):\n%s", minutes, diff)
		}
	}
}
