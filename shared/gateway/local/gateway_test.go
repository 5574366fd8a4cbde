package local

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"gatehouse/shared/gateway"
)

// Short names for the parameters and results of handlers.
type (
	event    = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

// echo returns the parts of its request.
func echo(_ context.Context, e event) (response, error) {
	body, err := base64.StdEncoding.DecodeString(e.Body)
	text := fmt.Sprintf("%s %s %q %q", e.HTTPMethod, e.Resource, e.MultiValueHeaders["X-Name"], body)
	return response{StatusCode: 200, Body: text}, err
}

func newGateway(t *testing.T, log io.Writer, handler gateway.Handler, options Options) *Gateway {
	t.Helper()
	g := New([]Route{{"ANY", "/auth/login", handler}}, slog.New(slog.NewJSONHandler(log, nil)), options)
	return g
}

// TestParameters: a parameter stands for exactly one segment, and a resource without one comes first.
func TestParameters(t *testing.T) {
	t.Parallel()
	show := func(_ context.Context, e event) (response, error) {
		return response{StatusCode: 200, Body: e.Resource + " " + e.PathParameters["id"]}, nil
	}
	g := New([]Route{{"GET", "/things/{id}", show}, {"GET", "/things/all", show}}, slog.New(slog.DiscardHandler), Options{})
	for target, want := range map[string]string{
		"/things/7": "/things/{id} 7", "/things/7/": "/things/{id} 7", "/things/a%20b": "/things/{id} a b", "/things/all": "/things/all ",
		"/things": "", "/things/": "", "/things/7/8": "", "/other/7": "",
	} {
		got := httptest.NewRecorder()
		g.ServeHTTP(got, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
		if (got.Code == http.StatusOK) != (want != "") || want != "" && got.Body.String() != want {
			t.Errorf("%s: %d %s, want %q", target, got.Code, got.Body, want)
		}
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	routes := []Route{{"ANY", "/auth/login", echo}, {"POST", "/auth/logout", echo}, {"GET", "/auth/logout", echo}}
	g := New(routes, slog.New(slog.DiscardHandler), Options{})
	tests := []struct {
		name, method, target string
		found                bool
	}{
		{"as it stands", "POST", "/auth/login", true},
		{"slash and query", "POST", "/auth/login/?a=b", true},
		{"any method", "PATCH", "/auth/login", true},
		{"method without a route", "DELETE", "/auth/logout", false},
		{"two slashes at the end", "POST", "/auth/login//", false},
		{"other letter case", "POST", "/Auth/login", false},
		{"percent-encoded letter", "POST", "/auth/l%6Fgin", false},
		{"unknown method", "BREW", "/auth/login", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			g.ServeHTTP(recorder, request(t, test.method, test.target, "", nil))
			if _, err := uuid.Parse(recorder.Header().Get("x-amzn-RequestId")); err != nil {
				t.Errorf("x-amzn-RequestId is no UUID: %v", err)
			}
			if found := recorder.Code == http.StatusOK; found != test.found {
				t.Fatalf("status %d, want it found: %t", recorder.Code, test.found)
			}
			if test.found {
				return
			}
			want := "403 application/json MissingAuthenticationTokenException " + `{"message":"Missing Authentication Token"}`
			if got := summary(recorder); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func summary(r *httptest.ResponseRecorder) string {
	return fmt.Sprintf("%d %s %s %s", r.Code, r.Header().Get("Content-Type"), r.Header().Get("x-amzn-ErrorType"), r.Body)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const secret = "correct horse"
	tests := []struct {
		name    string
		handler gateway.Handler
		logged  []string
	}{
		{"error", func(context.Context, event) (response, error) {
			return response{StatusCode: 200}, errors.New("no such thing")
		}, []string{"handler failed", "no such thing"}},
		{"panic of the runtime", func(_ context.Context, e event) (response, error) {
			return response{Body: e.Body[1000:]}, nil
		}, []string{"handler panicked", "slice bounds out of range", "gateway_test.go"}},
		{"panic with contents", func(_ context.Context, e event) (response, error) {
			body, _ := base64.StdEncoding.DecodeString(e.Body)
			panic("cannot read " + string(body))
		}, []string{"handler panicked", "a value of type string", "gateway_test.go"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			g := newGateway(t, &log, test.handler, Options{})
			recorder := httptest.NewRecorder()
			g.ServeHTTP(recorder, request(t, "POST", "/auth/login", secret, nil))
			want := "502 application/json InternalServerErrorException " + `{"message": "Internal server error"}`
			if got := summary(recorder); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if err := g.Drain(t.Context()); err != nil {
				t.Errorf("a place is still taken: %v", err)
			}
			for _, part := range append(test.logged, recorder.Header().Get("x-amzn-RequestId")) {
				if !strings.Contains(log.String(), part) {
					t.Errorf("the log does not hold %q:\n%s", part, &log)
				}
			}
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds what the client sent:\n%s", &log)
			}
		})
	}
}

// TestBodyKept: the handler sees the beginning of a body that is longer than what is kept, and the quota applies to all of it.
func TestBodyKept(t *testing.T) {
	t.Parallel()
	g := newGateway(t, io.Discard, func(_ context.Context, e event) (response, error) {
		return response{StatusCode: 200, Body: e.Body}, nil
	}, Options{KeepBody: 3})
	tests := []struct {
		name string
		body io.Reader
		want string
	}{
		{"as much as the quota", io.LimitReader(zeros{}, maxBody), "200 application/json  AAAA"},
		{
			"more than the quota", io.LimitReader(zeros{}, maxBody+1),
			`413 application/json RequestTooLargeException {"message":"Request Too Long"}`,
		},
		{
			"broken off behind it", io.MultiReader(strings.NewReader("abcd"), iotest.ErrReader(io.ErrUnexpectedEOF)),
			`400 application/json BadRequestException {"message":"Bad Request"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			g.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), "POST", "/auth/login", test.body))
			if got := summary(recorder); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestOverTheWire sends requests as text, as no client library would write them.
func TestOverTheWire(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newGateway(t, io.Discard, echo, Options{}))
	t.Cleanup(server.Close)
	tests := []struct{ name, text, want string }{
		{
			"two lines of one header",
			"POST /auth/login HTTP/1.1\r\nHost: x\r\nx-name: a\r\nX-NAME: b, c\r\nContent-Length: 2\r\n\r\n\x00\xff",
			`200 POST /auth/login ["a" "b, c"] "\x00\xff"`,
		},
		{
			"body in chunks",
			"POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
			`200 POST /auth/login [] "hello"`,
		},
		{
			"broken chunks", "POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhe\r\n",
			`400 {"message":"Bad Request"}`,
		},
		{"slashes before the path", "POST //auth/login HTTP/1.1\r\nHost: x\r\n\r\n", `403 {"message":"Missing Authentication Token"}`},
		{"CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", `403 {"message":"Missing Authentication Token"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var dialer net.Dialer
			connection, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			if _, err := io.WriteString(connection, test.text); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, fmt.Sprintf("%d %s", response.StatusCode, body)); diff != "" {
				t.Errorf("answer differs (-want +got):\n%s", diff)
			}
		})
	}
}
