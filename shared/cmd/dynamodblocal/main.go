// Command dynamodblocal runs another command on DynamoDB Local, as env runs one in another environment:
//
//	dynamodblocal [-test] COMMAND [ARGUMENT...]
//
// It starts DynamoDB Local on a free port, sets AWS_ENDPOINT_URL_DYNAMODB unless it is set already, and missing credentials
// and region. It stops DynamoDB Local when the command has ended, and exits with the command's status.
//
// With -test it sets only DYNAMODB_ENDPOINT, which the test binaries of one `go test` share. Where Java or npm is missing, the
// command runs without, unless CI is set.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/tools"
)

// endTime is how long the command may take to end after a signal.
const endTime = 10 * time.Second

func main() {
	// The terminal sends an interrupt to the command too, which ends as it likes. Other signals come to this process alone.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() > 0 {
		os.Exit(ended.ExitCode()) // the command has said why
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dynamodblocal:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	forTests := len(args) > 0 && args[0] == "-test"
	environment := map[string]string{ // DynamoDB Local accepts any; sam and the AWS CLI want a region that exists
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "us-east-1",
	}
	endpoint := "AWS_ENDPOINT_URL_DYNAMODB"
	if forTests {
		args, environment, endpoint = args[1:], map[string]string{}, "DYNAMODB_ENDPOINT"
	}
	if len(args) == 0 {
		return errors.New("usage: dynamodblocal [-test] COMMAND [ARGUMENT...]")
	}
	if os.Getenv(endpoint) == "" {
		server, err := dynamolocal.Start(ctx)
		switch {
		case err == nil:
			defer server.Stop()
			environment[endpoint] = server.Endpoint
		case forTests && tools.LeftOut(err):
			fmt.Fprintln(os.Stderr, "left out: the tests on DynamoDB Local:", err)
		default:
			return err
		}
	}
	command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the caller chooses the command
	command.Env = os.Environ()
	for name, value := range environment {
		if os.Getenv(name) == "" {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = endTime
	return command.Run()
}
