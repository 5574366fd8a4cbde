package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"gatehouse/shared/gateway/local"
)

// crowd is a listener at which clients connect as fast as the server takes them, and say nothing.
type crowd struct {
	accepted atomic.Int64
	clients  chan net.Conn // the clients' ends, with room for one more than may be
	closed   chan struct{}
	close    func()
}

func newCrowd() *crowd {
	c := &crowd{clients: make(chan net.Conn, maxConnections+1), closed: make(chan struct{})}
	c.close = sync.OnceFunc(func() { close(c.closed) })
	return c
}

func (c *crowd) Accept() (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case c.clients <- client:
		c.accepted.Add(1)
		return server, nil
	case <-c.closed:
		return nil, net.ErrClosed
	}
}

func (c *crowd) Close() error { c.close(); return nil }

func (c *crowd) Addr() net.Addr { return &net.TCPAddr{} }

// TestConnectionsAreBounded: no more are taken than may be, and another one is when one of them ends.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		gateway := local.New(nil, log, local.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		everyone := newCrowd()
		go func() { ended <- serveHTTP(ctx, everyone, gateway, log) }()
		synctest.Wait()
		if taken := everyone.accepted.Load(); taken != maxConnections {
			t.Errorf("%d connections were taken, want %d", taken, maxConnections)
		}
		(<-everyone.clients).Close()
		synctest.Wait()
		if taken := everyone.accepted.Load(); taken != maxConnections+1 {
			t.Errorf("%d connections were taken after one had ended, want %d", taken, maxConnections+1)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v, want no error", err)
		}
		close(everyone.clients)
		for client := range everyone.clients {
			_, _ = io.Copy(io.Discard, client)
		}
	})
}
