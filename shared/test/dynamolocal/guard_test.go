package dynamolocal

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatehouse/shared/test/tools"
)

// dies is the environment variable that makes the test binary start DynamoDB Local, print the endpoint and die.
const dies = "GATEHOUSE_DIES"

func TestMain(m *testing.M) {
	if how := os.Getenv(dies); how != "" {
		die(how)
	}
	os.Exit(m.Run())
}

func die(how string) {
	_, err := TempFiles()
	if err != nil {
		panic(err)
	}
	if _, err := os.MkdirTemp("", ""); err != nil {
		panic(err)
	}
	server, err := Start(context.Background())
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(server.Endpoint)
	switch how {
	case "panic":
		panic("as a test may")
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "interrupt": // as a terminal does, to all its processes
		_ = syscall.Kill(0, syscall.SIGINT)
	}
	select {}
}

// TestNothingOutlivesTheProcess: however a process ends that has started DynamoDB Local, neither that nor a temporary file
// remains.
func TestNothingOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	if _, _, err := locate(t.Context()); err != nil {
		tools.Skip(t, err)
	}
	for _, how := range []string{"panic", "kill", "interrupt"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), dies+"="+how, "TMPDIR="+folder)
			child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			output, err := child.Output()
			endpoint := string(output)
			if err == nil || !strings.HasPrefix(endpoint, "http://127.0.0.1:") {
				t.Fatalf("the process ended with %v after %q", err, endpoint)
			}
			for len(entries(t, folder)) > 0 { // DynamoDB Local has ended before they go
				time.Sleep(10 * time.Millisecond)
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint, nil)
			if err != nil {
				t.Fatal(err)
			}
			if response, err := http.DefaultClient.Do(request); err == nil {
				response.Body.Close()
				t.Error("DynamoDB Local still answers")
			}
		})
	}
}

func entries(t *testing.T, folder string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}
