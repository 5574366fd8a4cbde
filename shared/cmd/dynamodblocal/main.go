// Command dynamodblocal runs another command on DynamoDB Local, as env runs one in another environment:
//
//	dynamodblocal COMMAND [ARGUMENT...]
//
// It starts DynamoDB Local on a free port of this machine, tells the command by AWS_ENDPOINT_URL_DYNAMODB, and stops it when
// the command has ended; the data is gone then. If the variable names one already, the command gets that. Credentials
// and region, of which DynamoDB Local takes any, are made up where they are missing. The exit status is the command's.
//
// With -test as the first argument it sets DYNAMODB_ENDPOINT instead, by which all test binaries of one `go test` share it, and
// nothing else. Where Java or npm is missing, the command runs without, unless CI is set.
//
// It is a program of its own so that the one that serves logins starts no other programs.
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

// endTime is how long the command may take to end when it is told to.
const endTime = 10 * time.Second

// anybody is who comes to DynamoDB Local. The region exists, for sam and the AWS CLI look at it.
var anybody = map[string]string{
	"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "us-east-1",
}

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

// start sets the variable that names DynamoDB Local. Unless the caller has set it, start runs one until stop is called.
func start(ctx context.Context, forTests bool) (stop func(), err error) {
	variable := "AWS_ENDPOINT_URL_DYNAMODB"
	if forTests {
		variable = "DYNAMODB_ENDPOINT"
	}
	if os.Getenv(variable) != "" {
		return func() {}, nil
	}
	server, err := dynamolocal.Start(ctx)
	if forTests && tools.LeftOut(err) {
		fmt.Fprintln(os.Stderr, "left out: the tests on DynamoDB Local:", err)
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	return server.Stop, os.Setenv(variable, server.Endpoint)
}

func run(ctx context.Context, args []string) error {
	forTests := len(args) > 0 && args[0] == "-test"
	if forTests {
		args = args[1:]
	}
	if len(args) == 0 {
		return errors.New("usage: dynamodblocal [-test] COMMAND [ARGUMENT...]")
	}
	stop, err := start(ctx, forTests)
	if err != nil {
		return err
	}
	defer stop()
	for name, value := range anybody {
		if os.Getenv(name) == "" && !forTests {
			if err := os.Setenv(name, value); err != nil {
				return err
			}
		}
	}
	command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // whoever calls it says what to run
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = endTime
	return command.Run()
}
