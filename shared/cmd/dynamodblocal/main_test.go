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

func TestRunNothing(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "usage: ") {
		t.Errorf("error is %v, want the usage", err)
	}
}
