package local

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// request is a request as net/http reads it from a client's text.
func request(t *testing.T, method, target, body string, header http.Header) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if header != nil {
		r.Header = header
	}
	return r
}

func TestNewEventHeaders(t *testing.T) {
	t.Parallel()
	own := map[string][]string{
		"Host": {"example.com"}, "X-Forwarded-For": {"192.0.2.1"}, "X-Forwarded-Port": {"80"}, "X-Forwarded-Proto": {"http"},
	}
	tests := []struct {
		name string
		sent http.Header
		want map[string][]string // beside the gateway's own
	}{
		{"two lines of one name", http.Header{"Cookie": {"a=1", "b=2"}}, map[string][]string{"Cookie": {"a=1", "b=2"}}},
		{"bytes that are no UTF-8", http.Header{"X-Name": {"caf\xe9"}}, map[string][]string{"X-Name": {"caf\uFFFD"}}},
		{
			"those of the connection",
			http.Header{
				"Connection": {"keep-alive"}, "Content-Length": {"0"}, "Transfer-Encoding": {"chunked"}, "Expect": {"100-continue"},
			},
			nil,
		},
		{
			"forged origin of the request",
			http.Header{
				"X-Forwarded-For": {"203.0.113.9", "203.0.113.10"}, "X-Forwarded-Proto": {"ftp"}, "X-Forwarded-Port": {"443"},
			},
			map[string][]string{"X-Forwarded-For": {"203.0.113.9, 203.0.113.10, 192.0.2.1"}},
		},
		{
			"a proxy in front that ends TLS", http.Header{"X-Forwarded-Proto": {"https"}},
			map[string][]string{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Port": {"443"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := map[string][]string{}
			for _, part := range []map[string][]string{own, test.want} {
				maps.Copy(want, part)
			}
			event := NewEvent("/login", request(t, "POST", "/login", "", test.sent), nil)
			if diff := cmp.Diff(want, event.MultiValueHeaders); diff != "" {
				t.Errorf("headers differ (-want +got):\n%s", diff)
			}
			for name, values := range want {
				if got, want := event.Headers[name], values[len(values)-1]; got != want {
					t.Errorf("single value of %s is %q, want the last, %q", name, got, want)
				}
			}
			if len(event.Headers) != len(want) {
				t.Errorf("single values are %v, want one for each of %v", event.Headers, want)
			}
		})
	}
}

func TestNewEventQuery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query string
		want        map[string][]string
	}{
		{"several of one name", "a=1&b=2&a=3", map[string][]string{"a": {"1", "3"}, "b": {"2"}}},
		{"without a value", "a&b=", map[string][]string{"a": {""}, "b": {""}}},
		{"semicolon separates", "a=1;b=2", map[string][]string{"a": {"1"}, "b": {"2"}}},
		{"broken escape", "a=%zz&b=%41", map[string][]string{"a": {"%zz"}, "b": {"A"}}},
		{"bytes that are no UTF-8", "a=%ff", map[string][]string{"a": {"\uFFFD"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			event := NewEvent("/login", request(t, "GET", "/login?"+test.query, "", nil), nil)
			if diff := cmp.Diff(test.want, event.MultiValueQueryStringParameters); diff != "" {
				t.Errorf("query differs (-want +got):\n%s", diff)
			}
			for name, values := range test.want {
				if got, want := event.QueryStringParameters[name], values[len(values)-1]; got != want {
					t.Errorf("single value of %s is %q, want the last, %q", name, got, want)
				}
			}
		})
	}
}

func TestNewEventSource(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, peer, want string }{
		{"IPv4", "198.51.100.7:4711", "198.51.100.7"},
		{"IPv4 on an IPv6 socket", "[::ffff:198.51.100.7]:4711", "198.51.100.7"},
		{"IPv6 with a zone", "[fe80::1%eth0]:4711", "fe80::1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := request(t, "POST", "/login", "", http.Header{
				"X-Forwarded-For": {"203.0.113.9"}, "Forwarded": {"for=203.0.113.9"}, "X-Real-Ip": {"203.0.113.9"},
			})
			r.RemoteAddr = test.peer
			event := NewEvent("/login", r, nil)
			if got := event.RequestContext.Identity.SourceIP; got != test.want {
				t.Errorf("source of %s is %q, want %q", test.peer, got, test.want)
			}
			if got, want := event.Headers["X-Forwarded-For"], "203.0.113.9, "+test.want; got != want {
				t.Errorf("X-Forwarded-For is %q, want %q", got, want)
			}
		})
	}
}

func TestNewEventContext(t *testing.T) {
	t.Parallel()
	r := request(t, "PUT", "http://api.example.com:3000/auth/simple/login/?a=1", "", http.Header{"User-Agent": {"curl/8"}})
	listener := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 3000}
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, listener))
	event := NewEvent("/auth/simple/login", r, nil)
	got := event.RequestContext
	rows := []struct{ name, got, want string }{
		{"resource", event.Resource, "/auth/simple/login"},
		{"path", event.Path, "/auth/simple/login/"},
		{"method", event.HTTPMethod, "PUT"},
		{"context's resource", got.ResourcePath, "/auth/simple/login"},
		{"context's path", got.Path, "/auth/simple/login/"},
		{"context's method", got.HTTPMethod, "PUT"},
		{"stage", got.Stage, "Prod"},
		{"protocol", got.Protocol, "HTTP/1.1"},
		{"domain", got.DomainName, "api.example.com:3000"},
		{"domain prefix", got.DomainPrefix, "api"},
		{"user agent", got.Identity.UserAgent, "curl/8"},
		{"port", event.Headers["X-Forwarded-Port"], "3000"},
	}
	for _, row := range rows {
		if row.got != row.want {
			t.Errorf("the %s is %q, want %q", row.name, row.got, row.want)
		}
	}
	if _, err := uuid.Parse(got.RequestID); err != nil {
		t.Errorf("the request id %q is no UUID", got.RequestID)
	}
	if again := NewEvent("/auth/simple/login", r, nil); again.RequestContext.RequestID == got.RequestID {
		t.Errorf("two requests have the id %s", got.RequestID)
	}
	if got.RequestTimeEpoch <= 0 || !strings.HasSuffix(got.RequestTime, " +0000") {
		t.Errorf("the time is %q and %d, want it in UTC and in milliseconds", got.RequestTime, got.RequestTimeEpoch)
	}
}
