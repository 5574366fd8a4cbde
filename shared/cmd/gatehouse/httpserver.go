package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"gatehouse/shared/gateway"
	"gatehouse/shared/gateway/local"
)

// How long a client may keep the server busy. A client that opens many connections and sends slowly (Slowloris) must not use
// up memory and descriptors. Once a request is complete, the gateway's own timeouts apply.
const (
	headerTimeout = 10 * time.Second // for the headers
	readTimeout   = time.Minute      // for the body too: 10 MB by a line of 1.4 Mbit/s
	writeTimeout  = 2 * time.Minute  // for responses before a request is complete
	idleTimeout   = 2 * time.Minute  // between two requests of one connection
)

// maxConnections bounds the memory of clients that only connect. Each connection may hold a kept body (100 KB) and its event:
// 280 KB were measured, so all take about 280 MB. Further clients wait in the kernel's queue until a connection ends.
const maxConnections = 1_000

// maxHeaderBytes is API Gateway's quota for a request's line and the values of its headers. net/http adds 4 KiB to it, which
// is about what the names take.
const maxHeaderBytes = 10_240

// keptBody is how many bytes of a body are kept: enough for every product to see that the body exceeds its limit.
const keptBody = gateway.MaxBody + 1

// graceTime is how long running logins have to end after the server is asked to stop. A login takes less than 3 s.
const graceTime = 10 * time.Second

// serveHTTP answers until the context ends. Then it accepts no connection, waits for running requests, and returns nil if they
// ended in time.
func serveHTTP(ctx context.Context, listener net.Listener, gateway *local.Gateway, log *slog.Logger) error {
	server := &http.Server{
		Handler:                      gateway,
		DisableGeneralOptionsHandler: true, // OPTIONS * is the gateway's too
		ReadHeaderTimeout:            headerTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(listener, maxConnections)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	log.InfoContext(ctx, "stopping", "grace_seconds", graceTime.Seconds())
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- gateway.Drain(grace) }() // a client that has left does not end its request: Shutdown cannot know
	if err := errors.Join(server.Shutdown(grace), <-drained); err != nil {
		_ = server.Close() // the connections that are left; the error below has the cause
		return fmt.Errorf("logins were still running after %s: %w", graceTime, err)
	}
	return nil
}
