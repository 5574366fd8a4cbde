// Package runtimeapi starts a Lambda binary as AWS does and invokes it: it serves the Lambda Runtime API (version
// 2018-06-01: next invocation, response, error, initialisation error) on a port of this machine, to one process, which handles
// one event at a time. Tests run the very files that are deployed.
package runtimeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// version is the part of every path that names the API.
const version = "/2018-06-01/runtime/"

// ErrFunction is returned where the function panicked, returned an error, or ended.
var ErrFunction = errors.New("the function failed")

// Process is one execution environment: a running binary, and the API from which it fetches events.
type Process struct {
	command *exec.Cmd
	server  *http.Server
	events  chan invocation
	ready   chan struct{} // closed when it has asked for its first event
	begin   sync.Once
	ended   chan struct{} // closed when the binary has ended
	output  lockedBuffer

	pending sync.Map // of chan result, by request id
	last    atomic.Int64
}

type invocation struct {
	id      string
	payload []byte
}

type result struct {
	payload []byte
	err     error
}

// Start runs the binary with this environment, NAME=value, and the API's own variable.
func Start(ctx context.Context, binary string, environment []string) (*Process, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the function: %w", err)
	}
	p := &Process{events: make(chan invocation), ready: make(chan struct{}), ended: make(chan struct{})}
	p.server = &http.Server{Handler: p.routes(), ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.Serve(listener) }()
	p.command = exec.Command(binary)
	p.command.Env = append(slices.Clone(environment), "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	p.command.Stdout, p.command.Stderr = &p.output, &p.output
	if err := p.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the function: %w", err), p.server.Close())
	}
	go func() {
		_ = p.command.Wait()
		close(p.ended)
	}()
	return p, nil
}

func (p *Process) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+version+"invocation/next", p.next)
	mux.HandleFunc("POST "+version+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		p.take(w, r, func(payload []byte) result { return result{payload: payload} })
	})
	mux.HandleFunc("POST "+version+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		p.take(w, r, func(payload []byte) result { return result{err: fmt.Errorf("%w: %s", ErrFunction, payload)} })
	})
	mux.HandleFunc("POST "+version+"init/error", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

// next sends the function its next event, once there is one.
func (p *Process) next(w http.ResponseWriter, r *http.Request) {
	p.begin.Do(func() { close(p.ready) })
	select {
	case event := <-p.events:
		deadline := time.Now().Add(time.Minute).UnixMilli()
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", event.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline, 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:000000000000:function:local")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(event.payload)
	case <-r.Context().Done():
	}
}

// take receives the function's response to an event, or its error.
func (p *Process) take(w http.ResponseWriter, r *http.Request, what func([]byte) result) {
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if answer, ok := p.pending.LoadAndDelete(r.PathValue("id")); ok {
		answer.(chan result) <- what(payload) //nolint:forcetypeassert // nothing else is stored
	}
	w.WriteHeader(http.StatusAccepted)
}

// Invoke has the function handle an event and returns its response. Parallel calls queue. The error is ErrFunction, or the
// context's.
func (p *Process) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, answer := invocation{strconv.FormatInt(p.last.Add(1), 10), payload}, make(chan result, 1)
	p.pending.Store(event.id, answer)
	defer p.pending.Delete(event.id)
	events := p.events
	for {
		select {
		case events <- event:
			events = nil // sent: wait for the answer
		case got := <-answer:
			return got.payload, got.err
		case <-p.ended:
			return nil, fmt.Errorf("%w: its process has ended: %s", ErrFunction, p.Output())
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Output returns what the function has written to stdout and stderr so far.
func (p *Process) Output() string { return p.output.String() }

// Ready is closed when the function is initialised: it has asked for its first event.
func (p *Process) Ready() <-chan struct{} { return p.ready }

// Ended is closed when the function's process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// PID is the function's process id.
func (p *Process) PID() int { return p.command.Process.Pid }

// Stop ends the process.
func (p *Process) Stop() {
	_ = p.command.Process.Kill()
	<-p.ended
	_ = p.server.Close()
}

// lockedBuffer is written by the process's output and read by tests.
type lockedBuffer struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return strings.TrimSpace(b.text.String())
}
