package checklist_test

import (
	"net/http"
	"testing"
	"time"

	"gatehouse/shared/test/endpointtest"
)

// forged are the headers by which proxies tell whom they speak for, and by which anyone can claim to be somebody else.
var forged = []string{
	"X-Forwarded-For", "X-Real-Ip", "X-Client-Ip", "Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Cluster-Client-Ip",
	"X-Originating-Ip", "Fastly-Client-Ip",
}

// from sends a request that counts against its source, with every header that claims another address: a wrong password, or
// a wrong secret where applications call.
func (d *door) from(address, claimed string) endpointtest.Answer {
	d.t.Helper()
	header := d.header()
	for _, name := range forged {
		header.Set(name, claimed)
	}
	header.Set("Forwarded", "for="+claimed)
	if app := d.product.Application(); app != nil {
		header.Set("Authorization", basic(app.ID, "not the secret"))
	}
	event := d.Event(http.MethodPost, d.product.Path, header, d.product.Body("nobody", "guess"))
	event.RequestContext.Identity.SourceIP = address
	return d.Send(event)
}

// TestSecurity07ForgedHeadersChangeNothing: whatever a client claims, it is counted under the address that the gateway saw,
// and nobody else is.
func TestSecurity07ForgedHeadersChangeNothing(t *testing.T) {
	rows := []struct{ first, again, other string }{
		{"198.51.100.7", "198.51.100.7", "198.51.100.8"},
		{"2001:db8:1:2::3", "2001:db8:1:2:ffff::4", "2001:db8:1:3::3"}, // one network of a customer's
	}
	everywhere(t, map[string]string{"SOURCE_LIMIT": "3"}, func(t *testing.T, d *door) {
		for _, row := range rows {
			for i, claimed := range []string{"203.0.113.1", "203.0.113.2", "203.0.113.3"} {
				if got := d.from(row.first, claimed); got.Status == http.StatusTooManyRequests {
					t.Errorf("request %d from %s is throttled", i+1, row.first)
				}
			}
			if got := d.from(row.again, row.other); got.Status != http.StatusTooManyRequests {
				t.Errorf("the fourth request, from %s, is answered %d, want 429", row.again, got.Status)
			}
			if got := d.from(row.other, row.first); got.Status == http.StatusTooManyRequests {
				t.Errorf("the first request from %s is throttled", row.other)
			}
			d.Clock.Advance(time.Minute)
			if got := d.from(row.first, row.first); got.Status == http.StatusTooManyRequests {
				t.Errorf("in the next minute %s is still throttled", row.first)
			}
		}
	})
}
