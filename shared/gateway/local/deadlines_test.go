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
			Handler: newGateway(t, io.Discard, slow, Places(1)), ReadTimeout: time.Second, WriteTimeout: time.Second,
		}
		go func() { _ = server.Serve(listener) }()
		var clients []net.Conn
		for range 3 {
			client, connection := net.Pipe()
			listener <- connection
			if _, err := io.WriteString(client, "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // it holds the place, or waits for it behind the ones before
			clients = append(clients, client)
		}
		for i, client := range clients {
			answer, err := http.ReadResponse(bufio.NewReader(client), nil)
			if err != nil {
				t.Fatalf("client %d got no answer: %v", i+1, err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("client %d got %s, want 200", i+1, answer.Status)
			}
			client.Close()
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
		server := &http.Server{Handler: newGateway(t, io.Discard, c.handle), ReadTimeout: time.Second}
		go func() { _ = server.Serve(listener) }()
		client, connection := net.Pipe()
		listener <- connection
		if _, err := io.WriteString(client, "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nh"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("half a body is answered %s, want 400", answer.Status)
		}
		client.Close()
		c.check(t, nil, 0, 0)
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
