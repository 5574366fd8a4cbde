package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun: with a DynamoDB Local that is there already, the command gets that one, and what is missing of credentials.
func TestRun(t *testing.T) {
	output := filepath.Join(t.TempDir(), "environment")
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000")
	t.Setenv("AWS_ACCESS_KEY_ID", "mine")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_REGION", "")
	err := run(t.Context(), []string{"sh", "-c", `env > "$0"; exit 3`, output})
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 3 {
		t.Errorf("it ended with %v, want the command's status 3", err)
	}
	environment, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"AWS_ENDPOINT_URL_DYNAMODB=http://localhost:8000", "AWS_ACCESS_KEY_ID=mine", "AWS_SECRET_ACCESS_KEY=local", "AWS_REGION=us-east-1",
	} {
		if !strings.Contains("\n"+string(environment), "\n"+want+"\n") {
			t.Errorf("the command's environment has no %s:\n%s", want, environment)
		}
	}
}

// TestRunTests: a test command gets the endpoint under another name, and runs where Java is missing, unless CI is set.
func TestRunTests(t *testing.T) {
	output := filepath.Join(t.TempDir(), "environment")
	for _, name := range []string{"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ACCESS_KEY_ID", "DYNAMODB_ENDPOINT", "CI"} {
		t.Setenv(name, "")
	}
	t.Setenv("PATH", t.TempDir())
	command := []string{"-test", "/bin/sh", "-c", `/usr/bin/env > "$0"`, output}
	if err := run(t.Context(), command); err != nil {
		t.Fatal(err)
	}
	environment, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(environment), "_ID=local") {
		t.Errorf("the command's environment has credentials:\n%s", environment)
	}
	t.Setenv("CI", "true")
	if err := run(t.Context(), command); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("without Java and with CI set: %v, want %v", err, exec.ErrNotFound)
	}
	t.Setenv("DYNAMODB_ENDPOINT", "http://localhost:8000")
	if err := run(t.Context(), command); err != nil {
		t.Errorf("with a DynamoDB Local that runs already: %v", err)
	}
}

func TestRunNothing(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "usage: ") {
		t.Errorf("error is %v, want the usage", err)
	}
}
