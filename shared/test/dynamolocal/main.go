package dynamolocal

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"gatehouse/shared/test/tools"
)

// own is the DynamoDB Local of this test binary. The first test that needs it starts it.
var own struct {
	once   sync.Once
	server *Server
	err    error
}

// Main runs a package's tests and returns the exit status. It then stops DynamoDB Local, if a test has started it, and
// removes all temporary files.
func Main(run func() int) int {
	remove, err := TempFiles()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	status := run()
	if own.server != nil {
		own.server.Stop()
	}
	return status
}

// Endpoint returns the address of DynamoDB Local: the one that DYNAMODB_ENDPOINT names, as `make test` sets it for all
// packages, or one of this test binary's own. Where Java or npm is missing it skips the test; with CI set the test fails.
func Endpoint(t testing.TB) string {
	t.Helper()
	if endpoint := os.Getenv("DYNAMODB_ENDPOINT"); endpoint != "" {
		return endpoint
	}
	own.once.Do(func() { own.server, own.err = Start(context.Background()) })
	if own.err != nil {
		tools.Skip(t, own.err)
	}
	return own.server.Endpoint
}
