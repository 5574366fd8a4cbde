package main

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/tools"
)

// The DynamoDB Local that tests share starts when the first of them asks for it, and stops after the last.
var (
	dynamoDB = sync.OnceValues(startDynamoDB) // returns its endpoint
	shared   *dynamolocal.Server
)

// startDynamoDB returns the endpoint of the DynamoDB Local that DYNAMODB_ENDPOINT names, or of a new one.
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

// runsDynamoDB reports whether DynamoDB Local runs. With CI set, its absence is an error: see package tools.
func runsDynamoDB() (bool, error) {
	_, err := dynamoDB()
	if err == nil || tools.LeftOut(err) {
		return err == nil, nil
	}
	return false, err
}

// useDynamoDB is the command dynamodb of scripts.
func useDynamoDB(ts *testscript.TestScript, _ bool, _ []string) {
	endpoint, err := dynamoDB()
	ts.Check(err)
	for name, value := range environmentOf(endpoint) {
		ts.Setenv(name, value)
	}
}

// environmentOf returns variables with names of tables that do not exist yet, because others use the same DynamoDB Local.
func environmentOf(endpoint string) map[string]string {
	tag := "-" + rand.Text()
	return map[string]string{
		storeVariable: dynamoStore, endpointVariable: endpoint,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
		"USERS_TABLE": "users" + tag, "ATTEMPTS_TABLE": "attempts" + tag, "SESSIONS_TABLE": "sessions" + tag,
	}
}

// TestCommandsWaitForDynamoDB: a command waits for a table longer than a login could, which retries after 1.2 s.
func TestCommandsWaitForDynamoDB(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(1300 * time.Millisecond)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	a := &app{stdout: io.Discard, stderr: io.Discard, environment: environmentOf(server.URL)}
	if err := run(t.Context(), a, []string{"users", "list", "--json"}); err != nil {
		t.Error(err)
	}
}
