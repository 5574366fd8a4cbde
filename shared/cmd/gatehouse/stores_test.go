package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/tools"
)

// What tests share is made when the first of them asks for it, and ended after the last.
var (
	dynamoDB   = sync.OnceValues(startDynamoDB) // the endpoint
	executable = sync.OnceValues(build)         // the command's own file

	shared *dynamolocal.Server
)

// startDynamoDB gives the endpoint of the DynamoDB Local that DYNAMODB_ENDPOINT names, or of a fresh one.
func startDynamoDB() (endpoint string, err error) {
	if endpoint := os.Getenv("DYNAMODB_ENDPOINT"); endpoint != "" {
		return endpoint, nil
	}
	shared, err = dynamolocal.Start(context.Background())
	if err != nil {
		return "", err
	}
	return shared.Endpoint, nil
}

// build makes the command itself, for tests that need a process of it.
func build() (string, error) {
	folder, err := os.MkdirTemp("", "command-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, "gatehouse")
	if output, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the command: %w\n%s", err, output)
	}
	return file, nil
}

// onDynamoDB is a console whose store is DynamoDB Local, with names for tables that are not there yet. It skips the
// test where DynamoDB Local cannot run.
func onDynamoDB(t testing.TB) *console {
	t.Helper()
	endpoint, err := dynamoDB()
	if err != nil {
		tools.Skip(t, err)
	}
	environment := environmentOf(endpoint)
	environment["BCRYPT_COST"] = "4"
	return &console{t, environment}
}

// newConsoleOn is a console on an empty store of one kind, sqlite or dynamodb.
func newConsoleOn(t testing.TB, kind string) *console {
	t.Helper()
	if kind == "sqlite" {
		return newConsole(t)
	}
	c := onDynamoDB(t)
	c.must("tables", "create")
	return c
}

// eachStore runs a test on SQLite and on DynamoDB, with a console for each of the empty stores that it tools.
func eachStore(t *testing.T, stores int, test func(t *testing.T, on ...*console)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "dynamodb"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var on []*console
			for range stores {
				on = append(on, newConsoleOn(t, kind))
			}
			test(t, on...)
		})
	}
}

// command is the command as a process of its own, on the console's store and with its settings.
func (c *console) command(args ...string) *exec.Cmd {
	c.t.Helper()
	file, err := executable()
	if err != nil {
		c.t.Fatal(err)
	}
	command := exec.Command(file, args...)
	command.Env = environ(c.environment)
	return command
}

func environ(environment map[string]string) []string {
	var all []string
	for name, value := range environment {
		all = append(all, name+"="+value)
	}
	return all
}

// TestCommandsWaitForDynamoDB: a table may answer each request later than a login could wait for.
func TestCommandsWaitForDynamoDB(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(1300 * time.Millisecond) // a login gives a try up after 1.2 s
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte("{}"))
	}))
	defer server.Close()
	c := &console{t, map[string]string{
		storeVariable: dynamoStore, endpointVariable: server.URL,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
	}}
	c.must("users", "list", "--json").shows("")
}
