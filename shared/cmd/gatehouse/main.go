// Command gatehouse is Gatehouse without a cloud: `gatehouse serve` answers the login endpoints on this machine as API Gateway
// and the Lambda functions would, `gatehouse users` and `gatehouse apps` administer the directory behind them. Every command
// works on the store that --store names, also while another one serves from it.
//
// Results go to stdout, everything else to stderr. An error is one line that begins with "gatehouse:"; the exit status is
// then 1 for a failure, 2 for a mistake in the call, or 130 after Ctrl-C at a prompt.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

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

// newRoot returns the whole command line. No command may set a PersistentPreRun, because cobra would skip this one.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:     "gatehouse",
		Version: version(),
		Short:   "Four documented login APIs in front of one user directory",
		Long: `Gatehouse answers four documented login APIs from one user directory and limits password guessing.
On AWS each endpoint is a Lambda function; this command serves them on this machine.`,
		Example: `  gatehouse serve --demo
  gatehouse users add --username jane.doe --email jane.doe@example.com
  gatehouse apps list --json`,
		SilenceErrors: true, // main prints the one line
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			// cobra checks these after this hook, but they are mistakes in the call too.
			if err := cmd.ValidateRequiredFlags(); err != nil {
				return err
			}
			if err := cmd.ValidateFlagGroups(); err != nil {
				return err
			}
			a.started = true
			return nil
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentFlags().StringVar(&a.storeFlag, "store", "",
		"where the data is: `sqlite:PATH` or dynamodb (default $"+storeVariable+", or "+defaultStore+")")
	add(root, newServe(a), newUsers(a), newSessions(a), newApps(a), newTables(a), newBackup(a))
	completes(root, "store", "sqlite:", dynamoStore)
	return root
}

// version returns what the Go toolchain recorded in the binary: a tag, or a commit with its date.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version + " " + info.GoVersion
}

// completes sets the values that shells offer for a flag.
func completes(command *cobra.Command, flag string, values ...string) {
	if err := command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}

// group makes a command of nothing but subcommands: alone it prints its help, and an unknown subcommand is an error.
func group(command *cobra.Command, subcommands ...*cobra.Command) *cobra.Command {
	command.Args = cobra.NoArgs
	command.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	add(command, subcommands...)
	return command
}

// add adds subcommands, which take as many arguments as their Use names unless they say otherwise.
func add(command *cobra.Command, subcommands ...*cobra.Command) {
	for _, subcommand := range subcommands {
		if subcommand.Args == nil {
			subcommand.Args = cobra.ExactArgs(strings.Count(subcommand.Use, " "))
		}
	}
	command.AddCommand(subcommands...)
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
