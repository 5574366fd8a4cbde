package local

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener for connections within this process.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	connection, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return connection, nil
}

func (p pipes) Close() error { close(p); return nil }

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// begin sends the beginning of a request through the listener, and returns the client's end once the server is waiting.
func begin(t *testing.T, listener pipes, body string) net.Conn {
	t.Helper()
	client, connection := net.Pipe()
	listener <- connection
	if _, err := io.WriteString(client, "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"+body); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return client
}

// end checks the status of the answer, and leaves.
func end(t *testing.T, client net.Conn, status int) {
	t.Helper()
	answer, err := http.ReadResponse(bufio.NewReader(client), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	answer.Body.Close()
	if answer.StatusCode != status {
		t.Errorf("got %s, want %d", answer.Status, status)
	}
	client.Close()
}

// TestPatientClients: net/http's deadlines are for slow senders, not for those who wait for their turn. The clock is the
// bubble's, which moves only when all wait.
func TestPatientClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(context.Context, event) (response, error) {
			time.Sleep(20 * time.Second)
			return response{StatusCode: 200, Body: "done"}, nil
		}
		listener := make(pipes)
		server := &http.Server{
			Handler: newGateway(t, io.Discard, slow, Options{Places: 1}), ReadTimeout: time.Second, WriteTimeout: time.Second,
		}
		go func() { _ = server.Serve(listener) }()
		var clients []net.Conn
		for range 3 {
			clients = append(clients, begin(t, listener, "hi")) // holds the place, or waits for it
		}
		for _, client := range clients {
			end(t, client, http.StatusOK)
		}
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestSlowSenders: whoever does not send its body in time is refused, and never takes a place.
func TestSlowSenders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		listener := make(pipes)
		server := &http.Server{Handler: newGateway(t, io.Discard, c.handle, Options{}), ReadTimeout: time.Second}
		go func() { _ = server.Serve(listener) }()
		end(t, begin(t, listener, "h"), http.StatusBadRequest)
		c.check(t, nil, 0, 0)
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
