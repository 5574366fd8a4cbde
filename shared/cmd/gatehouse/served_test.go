package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gatehouse/shared/config"
)

// server is a `gatehouse serve` that runs in this process.
type server struct {
	t      *testing.T
	app    *app
	path   string // of the store
	banner string // what it printed when it was ready
	base   string
	log    *lockedBuffer
	stop   func() error // stops it, and gives what it ended with
}

// lockedBuffer is written and read by several goroutines.
type lockedBuffer struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.String()
}

// writes passes on what is written to it, a write at a time.
type writes chan string

func (w writes) Write(text []byte) (int, error) {
	w <- string(text)
	return len(text), nil
}

// serveOn starts the command on the store at a path, on a free port, and gives it when it is ready. Settings are NAME=value.
func serveOn(t *testing.T, path string, settings []string, args ...string) *server {
	t.Helper()
	s := serve(t, settings, append([]string{"--store", "sqlite:" + path}, args...)...)
	s.path = path
	return s
}

// serve starts the command on a free port.
func serve(t *testing.T, settings []string, args ...string) *server {
	t.Helper()
	stdout, log := make(writes, 1), &lockedBuffer{}
	settings = append([]string{"BCRYPT_COST=4"}, settings...)
	a := &app{stdin: strings.NewReader(""), stdout: stdout, stderr: log, environment: config.Environment(settings)}
	args = append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, a, args) }()
	s := &server{t: t, app: a, log: log}
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = s.stop() })
	select {
	case s.banner = <-stdout:
	case err := <-ended:
		ended <- err
		t.Fatalf("serve ended with %v before it was ready; its log:\n%s", err, log)
	}
	first, _, _ := strings.Cut(s.banner, "\n")
	s.base = strings.TrimPrefix(first, "Gatehouse answers at ")
	return s
}

// curl is a request as a curl line in the banner describes it.
type curl struct{ method, url, contentType, body, user string }

// curls reads the curl lines of a banner. They use no shell syntax but single quotes and a backslash at the end of a line.
func curls(t *testing.T, banner string) []curl {
	t.Helper()
	var all []curl
	for line := range strings.Lines(strings.ReplaceAll(banner, "\\\n", " ")) {
		if !strings.HasPrefix(line, "curl ") {
			continue
		}
		var request curl
		words := words(line)
		for i := 1; i < len(words); i++ {
			switch word := words[i]; word {
			case "-iX":
				i++
				request.method = words[i]
			case "-H":
				i++
				request.contentType = strings.TrimSpace(words[i][len("Content-Type:"):])
			case "-d":
				i++
				request.body = words[i]
			case "--user":
				i++
				request.user = words[i]
			default:
				request.url = word
			}
		}
		all = append(all, request)
	}
	return all
}

// words splits a line as a shell does.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// answered is an answer whose body was read.
type answered struct {
	Status     string
	StatusCode int
	Header     http.Header
}

// send sends a request as curl does, and gives the answer and its body.
func (s *server) send(request curl) (answered, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), request.method, request.url, strings.NewReader(request.body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", request.contentType)
	if request.user != "" {
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(request.user)))
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answered{response.Status, response.StatusCode, response.Header}, string(body)
}
