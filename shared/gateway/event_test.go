package gateway

import (
	"context"
	"encoding/base64"
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// TestSecurity07SourceIsTheGatewaysAddress: no header changes what requests are counted under.
func TestSecurity07SourceIsTheGatewaysAddress(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ sourceIP, want string }{
		"IPv4":                {"192.0.2.7", "192.0.2.7"},
		"IPv6 by its network": {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		"IPv6 zone":           {"fe80::1%eth0", "fe80::/64"},
		"IPv4 in IPv6":        {"::ffff:192.0.2.7", "192.0.2.7"},
		"the console's word":  {"test-invoke-source-ip", "test-invoke-source-ip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			event := events.APIGatewayProxyRequest{Headers: map[string]string{
				"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9",
			}}
			event.RequestContext.Identity.SourceIP = row.sourceIP
			r, err := decode(event)
			if err != nil || r.Source != row.want {
				t.Errorf("source %q, %v, want %q", r.Source, err, row.want)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		event events.APIGatewayProxyRequest
		want  Request
	}{
		"single values": {
			events.APIGatewayProxyRequest{
				HTTPMethod: "POST", Headers: map[string]string{"content-type": "text/plain"},
				QueryStringParameters: map[string]string{"a": "1"}, Body: "text",
			},
			Request{
				Method: "POST", Header: http.Header{"Content-Type": {"text/plain"}}, Query: map[string]string{"a": "1"}, Body: []byte("text"),
			},
		},
		"multiple values win": {
			events.APIGatewayProxyRequest{
				Headers: map[string]string{"Accept": "b"}, MultiValueHeaders: map[string][]string{"accept": {"a", "b"}},
				QueryStringParameters:           map[string]string{"a": "0"},
				MultiValueQueryStringParameters: map[string][]string{"a": {"1", "2"}},
			},
			Request{Header: http.Header{"Accept": {"a", "b"}}, Query: map[string]string{"a": "2"}, Body: []byte{}},
		},
		"a body of any bytes": {
			events.APIGatewayProxyRequest{Body: base64.StdEncoding.EncodeToString([]byte{0xFF, 0, 0xFE}), IsBase64Encoded: true},
			Request{Header: http.Header{}, Query: map[string]string{}, Body: []byte{0xFF, 0, 0xFE}},
		},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode(row.event)
			if err != nil {
				t.Fatal(err)
			}
			got.event = events.APIGatewayProxyRequest{}
			if diff := cmp.Diff(row.want, *got, cmp.AllowUnexported(Request{})); diff != "" {
				t.Errorf("request differs (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := decode(events.APIGatewayProxyRequest{Body: "***", IsBase64Encoded: true}); err == nil {
		t.Errorf("a body that is not base64 was decoded")
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ public, proto, path, want string }{
		"stage in the path":   {"", "https", "/prod/v1/login", "https://api.example.com/prod"},
		"custom domain":       {"", "https", "/v1/login", "https://api.example.com"},
		"no scheme forwarded": {"", "", "/v1/login", "https://api.example.com"},
		"forged scheme":       {"", "javascript", "/v1/login", "https://api.example.com"},
		"as the operator set": {"https://login.example.com/x/", "http", "/prod/v1/login", "https://login.example.com/x"},
	} {
		event := events.APIGatewayProxyRequest{Resource: "/v1/login", Headers: map[string]string{"X-Forwarded-Proto": row.proto}}
		event.RequestContext.DomainName, event.RequestContext.Path = "api.example.com", row.path
		r, err := decode(event)
		if got := r.BaseURL(row.public); err != nil || got != row.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, row.want)
		}
	}
}

// TestBasePath: a parameter stands for one segment of the path.
func TestBasePath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/prod/v1/things/7": "/prod", "/v1/things/7/": "", "/a/b/v1/things/7": "/a/b", "/7": "", "": "",
	} {
		event := events.APIGatewayProxyRequest{Resource: "/v1/things/{id}"}
		event.RequestContext.Path = path
		r, err := decode(event)
		if got := r.BasePath(); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	r, err := decode(events.APIGatewayProxyRequest{MultiValueHeaders: map[string][]string{
		"cookie": {"theme=dark; a=1;a=; A=2; a", `a="3"; b=a=4`},
	}})
	if diff := cmp.Diff([]string{"1", "", `"3"`}, r.Cookies("a")); err != nil || diff != "" {
		t.Errorf("cookies, %v (-want +got):\n%s", err, diff)
	}
}

func endpoint(origins ...string) Endpoint {
	text := func(status int, body string) Response { return NewResponse(status, "text/plain", []byte(body)) }
	return Endpoint{
		Origins: origins, Methods: "POST",
		Handle: func(context.Context, *Request) Response {
			return text(200, "answer").With("Vary", "Accept").
				WithCookie(http.Cookie{Name: "a", Value: "1"}).WithCookie(http.Cookie{Name: "b", Value: "2"})
		},
		CrossSite: func() Response { return text(403, "cross-site") },
		Malformed: func() Response { return text(400, "malformed") },
	}
}

// TestSecurity25CrossSiteRequests: rows by Sec-Fetch-Site and Origin, at https://login.example.com.
func TestSecurity25CrossSiteRequests(t *testing.T) {
	t.Parallel()
	const listed, other, own = "https://app.example.com", "https://evil.example", "https://login.example.com"
	for name, row := range map[string]struct {
		method, site, origin string
		preflight            bool
		status               int
		body, allowed        string
	}{
		"no browser":                          {"POST", "", "", false, 200, "answer", ""},
		"plain http, another origin":          {"POST", "", other, false, 403, "cross-site", ""},
		"plain http, origin that is no URL":   {"POST", "", "http://[", false, 403, "cross-site", ""},
		"plain http, own origin":              {"POST", "", own, false, 200, "answer", ""},
		"plain http, another port":            {"POST", "", own + ":8080", false, 403, "cross-site", ""},
		"plain http, listed":                  {"POST", "", listed, false, 200, "answer", listed},
		"same origin":                         {"POST", "same-origin", other, false, 200, "answer", ""},
		"same site":                           {"POST", "same-site", "https://other.example.com", false, 403, "cross-site", ""},
		"a value of tomorrow":                 {"POST", "same-planet", "", false, 403, "cross-site", ""},
		"typed by the user":                   {"GET", "none", "", false, 200, "answer", ""},
		"cross-site":                          {"POST", "cross-site", other, false, 403, "cross-site", ""},
		"cross-site, no origin: an image":     {"GET", "cross-site", "", false, 403, "cross-site", ""},
		"cross-site, listed":                  {"POST", "cross-site", listed, false, 200, "answer", listed},
		"listed origin in capitals":           {"POST", "cross-site", "HTTPS://APP.EXAMPLE.COM", false, 403, "cross-site", ""},
		"prefix of a listed origin":           {"POST", "cross-site", listed + ".evil.example", false, 403, "cross-site", ""},
		"preflight, listed":                   {"OPTIONS", "cross-site", listed, true, 204, "", listed},
		"preflight, not listed":               {"OPTIONS", "cross-site", other, true, 403, "cross-site", ""},
		"OPTIONS without a question is yours": {"OPTIONS", "", listed, false, 200, "answer", listed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]string{"Host": "login.example.com", "Origin": row.origin, "Sec-Fetch-Site": row.site}
			if row.preflight {
				header["Access-Control-Request-Method"] = "POST"
				header["Access-Control-Request-Headers"] = "content-type"
			}
			event := events.APIGatewayProxyRequest{HTTPMethod: row.method, Headers: header}
			got, err := endpoint(listed).Handler()(t.Context(), event)
			if err != nil || got.StatusCode != row.status || got.Body != row.body {
				t.Errorf("%d %q, %v, want %d %q", got.StatusCode, got.Body, err, row.status, row.body)
			}
			answered := http.Header(got.MultiValueHeaders)
			if allowed := answered.Get("Access-Control-Allow-Origin"); allowed != row.allowed {
				t.Errorf("allowed origin %q, want %q", allowed, row.allowed)
			}
			if answered.Get("Cache-Control") != "no-store" {
				t.Errorf("the answer may be stored: %v", answered)
			}
			if asked := answered.Get("Access-Control-Allow-Headers"); row.status == 204 && asked != "content-type" {
				t.Errorf("allowed headers %q, want content-type", asked)
			}
		})
	}
}

// TestSecurity25OwnHost: a page's own host has the port that the page was loaded from, and the domain where no Host came.
func TestSecurity25OwnHost(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		host, domain, origin string
		served               bool
	}{
		"another port":        {"localhost:3000", "localhost:3000", "http://localhost:3001", false},
		"an IPv6 address":     {"[::1]:3000", "[::1]:3000", "http://[::1]:3000", true},
		"the domain, no Host": {"", "login.example.com", "https://login.example.com", true},
		"neither":             {"", "", "https://login.example.com", false},
	} {
		event := events.APIGatewayProxyRequest{HTTPMethod: "POST", Headers: map[string]string{"Origin": row.origin}}
		if row.host != "" {
			event.Headers["Host"] = row.host
		}
		event.RequestContext.DomainName = row.domain
		got, err := endpoint().Handler()(t.Context(), event)
		if served := got.StatusCode == 200; err != nil || served != row.served {
			t.Errorf("%s: %d, %v, want it served: %t", name, got.StatusCode, err, row.served)
		}
	}
}

// TestSecurity20ConstantHeaders: every kind of answer has them, and HSTS only where the client used https.
func TestSecurity20ConstantHeaders(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"https", "http", ""} {
		for name, event := range map[string]events.APIGatewayProxyRequest{
			"answer":     {HTTPMethod: "POST", Headers: map[string]string{}},
			"cross-site": {HTTPMethod: "POST", Headers: map[string]string{"Sec-Fetch-Site": "cross-site"}},
			"malformed":  {HTTPMethod: "POST", Headers: map[string]string{}, Body: "***", IsBase64Encoded: true},
		} {
			event.Headers["X-Forwarded-Proto"] = scheme
			got, err := endpoint().Handler()(t.Context(), event)
			if err != nil || got.Body != name {
				t.Fatalf("%q, %v, want %s", got.Body, err, name)
			}
			want := http.Header{
				"Cache-Control":           {"no-store"},
				"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
				"X-Content-Type-Options":  {"nosniff"},
			}
			if scheme == "https" {
				want.Set("Strict-Transport-Security", "max-age=31536000")
			}
			given := http.Header(got.MultiValueHeaders)
			for _, other := range []string{"Content-Type", "Set-Cookie", "Vary"} {
				given.Del(other)
			}
			if diff := cmp.Diff(want, given); diff != "" {
				t.Errorf("%s by %q (-want +got):\n%s", name, scheme, diff)
			}
		}
	}
}

func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	call := func(e Endpoint, event events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
		response, err := e.Handler()(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	plain := call(endpoint(), events.APIGatewayProxyRequest{HTTPMethod: "POST"})
	if got := plain.MultiValueHeaders["Set-Cookie"]; len(got) != 2 {
		t.Errorf("cookies %q, want two headers", got)
	}
	if got := plain.MultiValueHeaders["Vary"]; !cmp.Equal(got, []string{"Accept"}) {
		t.Errorf("Vary without listed origins: %q", got)
	}
	shared := call(endpoint("https://app.example.com"), events.APIGatewayProxyRequest{HTTPMethod: "POST"})
	if got := shared.MultiValueHeaders["Vary"]; !cmp.Equal(got, []string{"Accept, Origin"}) {
		t.Errorf("Vary with listed origins: %q", got)
	}
	if head := call(endpoint(), events.APIGatewayProxyRequest{HTTPMethod: "HEAD"}); head.Body != "" || head.StatusCode != 200 {
		t.Errorf("HEAD: %d with body %q, want none", head.StatusCode, head.Body)
	}
	broken := call(endpoint(), events.APIGatewayProxyRequest{Body: "***", IsBase64Encoded: true})
	if broken.StatusCode != 400 || broken.Body != "malformed" {
		t.Errorf("a body that is not base64: %d %q", broken.StatusCode, broken.Body)
	}
}

func TestEncodeBytes(t *testing.T) {
	t.Parallel()
	if got := NewResponse(200, "x/y", []byte{0xFF}).encode(); !got.IsBase64Encoded || got.Body != "/w==" {
		t.Errorf("bytes that are no text went out as %+v", got)
	}
}
