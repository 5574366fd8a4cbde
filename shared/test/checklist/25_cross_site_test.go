package checklist_test

import (
	"net/http"
	"testing"

	"gatehouse/shared/test/target"
)

// TestSecurity25CrossSiteLogins sends the right password as a page of another site would, and as others do. Package gateway
// has the test of every row.
func TestSecurity25CrossSiteLogins(t *testing.T) {
	const listed, other = "https://app.example.com", "https://evil.example"
	everywhere(t, map[string]string{"CORS_ORIGINS": listed}, func(t *testing.T, d *door) {
		for _, row := range []struct {
			name, site, origin string
			served             bool
		}{
			{"another site's page", "cross-site", other, false},
			{"a listed site's page", "cross-site", listed, true},
			{"a page of the same origin", "same-origin", "http://example.com", true},
			{"another site's page, by plain http", "", other, false},
			{"no browser", "", "", true},
		} {
			header := d.header()
			for name, value := range map[string]string{"Sec-Fetch-Site": row.site, "Origin": row.origin} {
				if value != "" {
					header.Set(name, value)
				}
			}
			d.Spy.Calls()
			d.Work()
			got := d.Do(http.MethodPost, d.product.Path, header, d.product.Body(d.right.Username, d.right.Password))
			if served := d.product.Read(got.Status, got.Body) == target.Accepted; served != row.served {
				t.Errorf("%s: %d %s, want it served: %t", row.name, got.Status, got.Body, row.served)
			}
			if row.served {
				continue
			}
			if got.Status != http.StatusForbidden || len(tokensOf(got)) > 0 || got.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s: %d %s, want 403 and no token", row.name, got.Status, got.Body)
			}
			if calls, work := d.Spy.Calls(), d.Work(); len(calls) > 0 || work > 0 {
				t.Errorf("%s: refused after the store's %v and %d units of hashing, want neither", row.name, calls, work)
			}
		}
	})
}
