package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

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
	root.AddCommand(newServe(a), newUsers(a), newApps(a), newTables(a), newBackup(a))
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
	command.AddCommand(subcommands...)
	return command
}
