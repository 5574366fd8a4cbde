// Command gatehouse is Gatehouse without a cloud: `gatehouse serve` answers the four login endpoints on this machine as
// API Gateway and the Lambda functions would, `gatehouse users` and `gatehouse apps` administer the directory behind them.
//
// It is a composition root: it reads the settings, opens the store, builds the one login service and hands it to what
// package functions lists. Every command works on the store that --store names, also while another one serves from it.
//
// Results go to stdout, the log and everything else to stderr. An error is one line that begins with "gatehouse:"; the exit
// status is then 1 for a failure, 2 for a mistake in the call, or 130 after Ctrl-C at a prompt.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"gatehouse/shared/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environment: config.Environment(os.Environ())}
	err := run(ctx, a, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gatehouse:", oneLine(err))
	}
	os.Exit(status(err))
}

// run executes one command line, without the command's own name.
func run(ctx context.Context, a *app, args []string) error {
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !a.started {
		return usageError{err}
	}
	return err
}

// usageError is a mistake in the call. Every error before a command starts is one; a command that finds one returns this type.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// interrupted is the end of a command whose prompt was left with Ctrl-C.
type interrupted struct{ error }

func (e interrupted) Unwrap() error { return e.error }

// status returns the exit status: 1 for a failure, 2 for a mistake in the call, 130 for Ctrl-C at a prompt, as in shells.
func status(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(usageError)):
		return 2
	case errors.As(err, new(interrupted)):
		return 130
	}
	return 1
}

// oneLine returns the error's text without the line breaks of joined errors and suggestions.
func oneLine(err error) string {
	var parts []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, "; ")
}
