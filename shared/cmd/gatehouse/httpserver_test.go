package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/gateway"
	"gatehouse/shared/gateway/local"
)

// listening serves one handler at /login until stop is called, which returns what the server ended with.
func listening(t *testing.T, handler gateway.Handler) (base string, stop func() <-chan error) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	gateway := local.New([]local.Route{{Method: "ANY", Path: "/login", Handler: handler}}, log, local.Options{})
	var network net.ListenConfig
	listener, err := network.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveHTTP(ctx, listener, gateway, log) }()
	return "http://" + listener.Addr().String(), func() <-chan error { cancel(); return ended }
}

func get(t *testing.T, url string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.Status + " " + string(body), err
}

// TestStopLetsRunningRequestsEnd stops the server while it handles a request. New ones are refused, and this one is answered.
func TestStopLetsRunningRequestsEnd(t *testing.T) {
	t.Parallel()
	begun, goOn := make(chan struct{}), make(chan struct{})
	base, stop := listening(t, func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		close(begun)
		<-goOn
		return events.APIGatewayProxyResponse{StatusCode: 200, Body: "done"}, nil
	})
	answer := make(chan string, 1)
	go func() {
		text, err := get(t, base+"/login")
		if err != nil {
			text = err.Error()
		}
		answer <- text
	}()
	<-begun
	ended := stop()
	for { // until the port is closed
		connection, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			break
		}
		connection.Close()
	}
	select {
	case err := <-ended:
		t.Fatalf("it ended with %v while a request was handled", err)
	default:
	}
	close(goOn)
	if got, want := <-answer, "200 OK done"; got != want {
		t.Errorf("the running request got %q, want %q", got, want)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v, want no error", err)
	}
}

// TestHeadersTooLong: what API Gateway would not take is refused before any of it is handled.
func TestHeadersTooLong(t *testing.T) {
	t.Parallel()
	base, stop := listening(t, func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return events.APIGatewayProxyResponse{StatusCode: 200}, nil
	})
	for _, row := range []struct {
		length int
		want   int
	}{{9_000, http.StatusOK}, {20_000, http.StatusRequestHeaderFieldsTooLarge}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/login", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Long", strings.Repeat("x", row.length))
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != row.want {
			t.Errorf("a header of %d bytes is answered %s, want %d", row.length, response.Status, row.want)
		}
	}
	if err := <-stop(); err != nil {
		t.Errorf("it ended with %v, want no error", err)
	}
}

// TestGeneralOptions: net/http would answer OPTIONS * by itself.
func TestGeneralOptions(t *testing.T) {
	t.Parallel()
	base, stop := listening(t, nil)
	var dialer net.Dialer
	connection, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(answer); !strings.HasPrefix(got, "HTTP/1.1 403 ") || !strings.HasSuffix(got, ` Token"}`) {
		t.Errorf("OPTIONS * is answered\n%s", got)
	}
	if err := <-stop(); err != nil {
		t.Errorf("it ended with %v, want no error", err)
	}
}
